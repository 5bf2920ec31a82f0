"""Two texts word by word: what stayed, what went, what came."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_NUMBER = r"\$?\d+(?:[.,\u00a0\u202f]\d+)*(?:[\u00a0\u202f][$%])?"
"""A number whole, with its thousands, its cents and its sign: 100 000,00 $ is one word."""
_WORDS = re.compile(rf"{_NUMBER}|\s+|[^\W_]+|.", re.DOTALL)
_MOST = 250_000
"""Pairs of words that are compared one by one. Longer texts that differ in their middle are shown
as wholly replaced there: the comparison grows with the square, and anybody may open the page."""
_BRIDGE = 3
"""Words, spaces among them, between two differences that are too few to be shown as unchanged."""

Sort = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of one sort."""

    sort: Sort
    text: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts in order: those without the new ones are the text before, those
    without the gone ones are the text after, to the letter."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle = _middle(old[start : len(old) - end], new[start : len(new) - end])
    tail = old[len(old) - end :] if end else []
    found = [("same", "".join(old[:start])), *middle, ("same", "".join(tail))]
    return tuple(Piece(sort, text) for sort, text in found if text)  # type: ignore[arg-type]


def _common(one: list[str], other: list[str]) -> int:
    """How many words two lists begin with alike."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _middle(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """The part in which the texts differ at both ends."""
    if not old or not new or len(old) * len(new) > _MOST:
        return [("gone", "".join(old)), ("new", "".join(new))]
    found: list[tuple[str, str]] = []
    gone, came = "", ""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = "".join(old[a:b])
        if tag == "equal" and (b - a > _BRIDGE or len(same) > 12):
            found += [("gone", gone), ("new", came), ("same", same)]
            gone, came = "", ""
        else:
            gone, came = gone + same, came + "".join(new[c:d])
    return [*found, ("gone", gone), ("new", came)]
