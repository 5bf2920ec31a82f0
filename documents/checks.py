"""`manage.py check --deploy`: whether documents are sealed, and may be believed about when."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured

from documents.seals.ring import RingError, folder, read_ring

UNUSABLE, ROOTLESS = "documents.E101", "documents.E102"
UNSEALED = "documents.W103"
_HOW = "docs/documents.md, keys of the seal."


def check_seal(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A folder of keys that cannot be used, an authority that nobody could believe, or no key."""
    place = folder()
    try:
        held = None if place is None else read_ring(place)
    except (RingError, ImproperlyConfigured, OSError) as error:
        return [Error(f"COMPLIANCE_SEAL_FOLDER: {error}", _HOW, id=UNUSABLE)]
    if held is None or held.key is None:
        return [Warning("Nothing seals the documents.", _HOW, id=UNSEALED)]
    if settings.COMPLIANCE.get("AUDIT_TIMESTAMP_URL") and not held.roots:
        words = "No time stamp could be believed: the folder of keys has no root of an authority."
        return [Error(words, _HOW, id=ROOTLESS)]
    return []
