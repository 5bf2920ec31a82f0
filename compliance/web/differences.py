"""Two texts compared word by word: what stays, what goes, what comes. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new", "cut"]

_SPACES = " \t\n\r\f\v"
_WORD = re.compile(f"[^{_SPACES}]+[{_SPACES}]*|[{_SPACES}]+")
"""A word with the spaces after it. A no-break space breaks no word: an amount is one."""
_PARAGRAPH = re.compile(r"[^\n]*\n+|[^\n]+")
_MOST = 4_000_000
"""Words before times words after that are compared one by one; longer texts go by paragraph. The
comparison takes time by the product: two chapters of a book must not hold a page."""
AROUND = 12
"""How many unchanged words are shown on each side of a change when the rest is cut."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words. `cut` stands for unchanged words that are not shown; `text` is then how
    many there are."""

    kind: Kind
    text: str


def differences(before: str, after: str, *, whole: bool = True) -> tuple[Piece, ...]:
    """What two texts have in common and what differs, in reading order.

    All pieces but `new` joined give the text before, all but `gone` the text after, if `whole`;
    otherwise long unchanged runs are cut. Spaces alone are no difference, line ends are.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) * len(new) > _MOST:
        old, new = _PARAGRAPH.findall(before), _PARAGRAPH.findall(after)
    pieces = tuple(_joined(_runs(old, new)))
    return pieces if whole else tuple(_shortened(pieces))


def _runs(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, _keys(old), _keys(new), autojunk=False)
    for _tag, start, end, other, stop in _gathered(matcher.get_opcodes()):
        if _tag == "equal":
            yield Piece("same", "".join(new[other:stop]))
        else:
            yield Piece("gone", "".join(old[start:end]))
            yield Piece("new", "".join(new[other:stop]))


Code = tuple[str, int, int, int, int]


def _gathered(codes: Sequence[Code]) -> list[Code]:
    """The runs, where one lone word between two replacements does not break what people read as
    one change: "le 3 mars" for "la fin de mars"."""
    found: list[Code] = []
    for index, code in enumerate(codes):
        tag, start, end, other, stop = code
        between = 0 < index < len(codes) - 1
        lone = tag == "equal" and end - start == 1 and between
        if lone and codes[index - 1][0] == codes[index + 1][0] == "replace":
            tag = "replace"
        if found and tag != "equal" and found[-1][0] != "equal":
            _tag, first, _end, first_other, _stop = found[-1]
            found[-1] = ("replace", first, end, first_other, stop)
        else:
            found.append((tag, start, end, other, stop))
    return found


def _keys(words: list[str]) -> list[str]:
    """Words as they are compared: a space is a space, a line end is a line end, and the last word
    is equal to the same word further on."""
    return [word.rstrip(_SPACES) + ("\n" if "\n" in word else "") for word in words]


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    return (piece for piece in pieces if piece.text)


def _shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    last = len(pieces) - 1
    for index, piece in enumerate(pieces):
        words = _WORD.findall(piece.text)
        head = AROUND if index > 0 else 0
        tail = AROUND if index < last else 0
        if piece.kind != "same" or len(words) <= head + tail + AROUND:
            yield piece
            continue
        kept = (words[:head], words[len(words) - tail :])
        yield from _joined(
            iter(
                (
                    Piece("same", "".join(kept[0])),
                    Piece("cut", str(len(words) - head - tail)),
                    Piece("same", "".join(kept[1])),
                )
            )
        )
