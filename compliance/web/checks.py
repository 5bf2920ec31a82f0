"""System checks: a host that forgot a setting learns it at start-up, not from its first visitor."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

WANTED = {
    "BASE_TEMPLATE": "the template that every page extends",
    "PORTAL": "the portal's name, as pages print it",
    "DEMONSTRATION": "whether all of this is a trial (True or False)",
    "DATA_KEYS": "the keys that seal personal data",
}
CONTEXT_PROCESSOR = "compliance.web.context.site"


def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each name missing in ``COMPLIANCE``, and one when no template engine has the
    context processor that tells pages which template they extend."""
    given = getattr(settings, "COMPLIANCE", {})
    found: list[CheckMessage] = [
        Error(f'COMPLIANCE["{name}"] is not set. It holds {what}.', id="compliance_web.E001")
        for name, what in WANTED.items()
        if name not in given
    ]
    engines: list[dict[str, Any]] = settings.TEMPLATES
    processors = [
        processor
        for engine in engines
        for processor in engine.get("OPTIONS", {}).get("context_processors", ())
    ]
    if CONTEXT_PROCESSOR not in processors:
        words = f"No entry of TEMPLATES has the context processor {CONTEXT_PROCESSOR}."
        found.append(Error(words, id="compliance_web.E002"))
    return found
