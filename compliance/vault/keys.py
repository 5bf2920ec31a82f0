"""The key ring of this installation, from `settings.COMPLIANCE["DATA_KEYS"]`.

The setting holds the ring's text (see `compliance.sealing.keyring`), or names a file that holds
it: a `pathlib.Path`, or text beginning with `file:`.
"""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from compliance.sealing.keyring import KeyRing, KeyRingError

_FILE = "file:"


def ring() -> KeyRing:
    """Return the key ring; raises ImproperlyConfigured, in words, when it cannot be used.

    The ring is read once for each value of the setting. A file changed on disk is seen at the next
    start of the process.
    """
    return _read(getattr(settings, "COMPLIANCE", {}).get("DATA_KEYS"))


@lru_cache(maxsize=8)
def _read(spec: str | Path | None) -> KeyRing:
    if not spec:
        raise ImproperlyConfigured(
            'COMPLIANCE["DATA_KEYS"] is empty: personal data cannot be sealed or opened. Give it '
            "the text of a key ring, or `file:` and the path of one."
        )
    try:
        if isinstance(spec, Path):
            return KeyRing.from_file(spec)
        if spec.startswith(_FILE):
            return KeyRing.from_file(Path(spec.removeprefix(_FILE).strip()))
        return KeyRing.from_spec(spec)
    except KeyRingError as error:
        raise ImproperlyConfigured(f'COMPLIANCE["DATA_KEYS"]: {error}') from error
