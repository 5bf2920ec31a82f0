"""Keeping personal data out of the trail.

The trail is kept for years, exported and shown to outsiders, and an entry cannot be taken back.
What may stand in it is plain JSON whose every text looks like an id, a code, an amount or an ISO
date. A name with a space or an accent, an e-mail address or a sentence is refused. A single plain
word still passes: this guard catches forgetting, it does not replace thinking.
"""

import re
from typing import Any

from compliance.sealing.canonical import plain

_CODE = re.compile(r"[A-Za-z0-9_.:+\-/=#()*%]{0,200}")


class NotDiscreet(ValueError):  # noqa: N818 - it says what is wrong with the value
    """A text may be personal data; the sentence names the place and never repeats the text."""


def discreet(value: object) -> Any:
    """Return `value` as plain JSON; raises NotDiscreet, or CanonicalError for what is not plain."""
    result = plain(value)
    _check(result, "value")
    return result


def _check(value: Any, place: str) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _check(key, f"a key of {place}")
            _check(item, f"{place}.{key}")
    elif isinstance(value, list):
        for n, item in enumerate(value):
            _check(item, f"{place}[{n}]")
    elif isinstance(value, str) and not _CODE.fullmatch(value):
        raise NotDiscreet(
            f"{place} is not an id, a code, an amount or an ISO date of at most 200 characters. "
            "The audit trail holds no personal data and no sentences: record the id of the row "
            "that holds them."
        )
