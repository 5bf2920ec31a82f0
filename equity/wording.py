"""The words that differ between two texts, for people to read before they publish."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "out", "in"]
_TOKEN = re.compile(r"\s+|\w+(?:[’'\-.,]\w+)*|[^\w\s]")
_SENTENCE = re.compile(r"[^.\n]*[.\n]+\s*|[^.\n]+")
_MOST_WORDS = 1_500
"""Words are compared each with each: longer texts by the sentence, so that a page never waits."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is in both, only before (``out``) or only after (``in``)."""

    kind: Kind
    text: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The two texts as one run of pieces: without those that come in, it is ``before``; without
    those that go out, ``after``. Never longer than both texts together."""
    token = _TOKEN
    if max(len(_TOKEN.findall(text)) for text in (before, after)) > _MOST_WORDS:
        token = _SENTENCE
    old, new = token.findall(before), token.findall(after)
    return tuple(_joined(_runs(old, new)))


def _runs(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[from_old:to_old]))
            continue
        if to_old > from_old:
            yield Piece("out", "".join(old[from_old:to_old]))
        if to_new > from_new:
            yield Piece("in", "".join(new[from_new:to_new]))


def _joined(found: Iterator[Piece]) -> Iterator[Piece]:
    """A lone space between two changes is part of them: "a b" against "c d" is one change, not
    two."""
    out = into = ""
    for piece in found:
        if piece.kind == "same" and (piece.text.strip() or not (out or into)):
            yield from _changed(out, into)
            out = into = ""
            yield piece
        elif piece.kind == "same":
            out, into = out + piece.text, into + piece.text
        elif piece.kind == "out":
            out += piece.text
        else:
            into += piece.text
    yield from _changed(out, into)


def _changed(out: str, into: str) -> Iterator[Piece]:
    if out:
        yield Piece("out", out)
    if into:
        yield Piece("in", into)
