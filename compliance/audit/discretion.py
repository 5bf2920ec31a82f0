"""Keeping personal data out of the trail.

The trail is kept for years, exported and shown to outsiders, and an entry cannot be taken back.
What may stand in it is plain JSON whose every text looks like an id, a code, an amount or an ISO
date. A name with a space or an accent, an e-mail address or a sentence is refused. A single plain
word still passes: this guard catches forgetting, it does not replace thinking.
"""

import re
from typing import Any

from compliance.sealing.canonical import CanonicalError, plain, written

_CODE = re.compile(r"[A-Za-z0-9_.:+\-/=#()*%]{0,200}")


_REASON = (
    "is not an id, a code, an amount or an ISO date of at most 200 characters. The audit trail "
    "holds no personal data and no sentences: record the id of the row that holds them."
)


class NotDiscreet(ValueError):  # noqa: N818 - it says what is wrong with the value
    """A text may be personal data; the sentence names the place and never repeats the text."""


def discreet(value: object) -> Any:
    """Return `value` as plain JSON; raises NotDiscreet, or CanonicalError for what is not plain."""
    refused = False

    def refuse(text: str) -> str | None:
        nonlocal refused
        if _CODE.fullmatch(text):
            return None
        refused = True
        return _REASON

    try:
        return plain(value, refuse=refuse)
    except CanonicalError as error:
        if refused:
            raise NotDiscreet(str(error)) from None
        raise


def canonical_text(value: object) -> str:
    """Return a discreet value as canonical JSON (RFC 8785)."""
    return written(discreet(value)).decode("ascii")
