"""The name of this log and the key that signs its checkpoints, kept out of the database.

`settings.COMPLIANCE["AUDIT_KEY"]` holds 32 bytes in hexadecimal; `AUDIT_ORIGIN` the name of the
log; `AUDIT_FORMER_KEYS` the verifier keys of earlier signing keys, one a line, which stay needed
for as long as what they signed.
"""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from compliance.sealing.notes import NoteError, Signer, VerifierKey


def signer() -> Signer | None:
    """The signing key of this installation; None where none is set.

    Raises ImproperlyConfigured, in words, when it cannot be used.
    """
    ours = getattr(settings, "COMPLIANCE", {})
    key = ours.get("AUDIT_KEY")
    return _signer(str(ours.get("AUDIT_ORIGIN", "")), str(key)) if key else None


def verifier_keys() -> tuple[VerifierKey, ...]:
    """The keys whose signatures are believed: today's and the former ones."""
    former = str(getattr(settings, "COMPLIANCE", {}).get("AUDIT_FORMER_KEYS", "") or "")
    try:
        known = tuple(VerifierKey.parse(line) for line in former.splitlines() if line.strip())
    except NoteError as error:
        raise ImproperlyConfigured(f'COMPLIANCE["AUDIT_FORMER_KEYS"]: {error}') from error
    today = signer()
    return known if today is None else (today.verifier, *known)


@lru_cache(maxsize=4)
def _signer(origin: str, key: str) -> Signer:
    try:
        return Signer(origin, bytes.fromhex(key))
    except (NoteError, ValueError) as error:
        # What is wrong with the key is said without the key.
        reason = error if isinstance(error, NoteError) else "it is not hexadecimal"
        raise ImproperlyConfigured(
            f'COMPLIANCE["AUDIT_KEY"] or ["AUDIT_ORIGIN"] cannot be used: {reason}'
        ) from None
