"""Which characters a document can print: those of the fonts that it carries, and no others.

A letter that our fonts lack would be printed from whatever fonts a machine has, or as a box: other
bytes on another machine, and a name that nobody can read. So it is refused when facts are frozen,
and before that where a name is typed. `fonts/letters.txt` lists what the fonts have;
`python -m documents.versions letters` writes it from them.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

ALWAYS = "\n\r\t\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Ends of lines, tabs, and the two signs that join letters or keep them apart: they print nothing
and change how their neighbours look, as some languages write."""


def unprintable(text: str) -> str:
    """The first character of a text that no document can print, or an empty string."""
    # As it is printed: composed.
    found = _strange().search(unicodedata.normalize("NFC", text))
    return found[0] if found else ""


def told(character: str) -> str:
    """A character as a sentence names it: "李 (U+674E)", or its number alone where it shows
    nothing."""
    number = f"U+{ord(character):04X}"
    return f"{character} ({number})" if character.isprintable() else number


@cache
def _strange() -> re.Pattern[str]:
    source = files("documents").joinpath("fonts", "letters.txt").read_text(encoding="ascii")
    ranges = [line.split("-") for line in source.split() if line]
    known = "".join(f"{_sign(first)}-{_sign(last)}" for first, last in ranges)
    return re.compile(f"[^{re.escape(ALWAYS)}{known}]")


def _sign(number: str) -> str:
    return re.escape(chr(int(number, 16)))
