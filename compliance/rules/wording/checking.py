"""What may be wrong with words that somebody puts in, each said in a sentence. Pure.

The words of a form are copied by hand out of a PDF, so what goes wrong on that way is looked for:
letters that were read in another encoding, hyphens of a line end, mark-up, a blank of the form that
is no variable here.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

from compliance.rules.kernel.money import Language
from compliance.rules.wording.statements import Statement, variables_of

LONGEST: Final = 6_000
"""Characters of one statement. The longest of the forms has about 900."""

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,6});")
# What UTF-8 becomes where it is read as Windows-1252: "é" is "Ã©", "’" is "â€™". No French or
# English word holds these pairs: "Â" comes before a small letter, never before a sign.
_MISREAD = re.compile(r"Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|â‚|Â[\xa0-\xbf]|\ufffd")
_LINE_END_HYPHEN = re.compile(r"\w[-\u00ad\u2010]\s*[\r\n]+\s*\w")
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_BRACES = re.compile(r"[{}]")
_NO_BREAKS = re.compile("[\u00a0\u2007\u202f]")
# Quebec typography, as `documents.paper.words` prints it: none of it is a word.
_FRENCH = re.compile(r" (?=[:»])|(?<=«) |(?<=\d) (?=[$%])|(?<=\d) (?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where it is, and a sentence about it in both languages."""

    code: str
    where: str
    """The statement, the line or the field; empty where it is the whole."""
    values: Mapping[str, str]

    def message(self, language: str) -> str:
        """The sentence, in ``fr`` or ``en``, with where it is before it."""
        said = _sentences()[self.code]["fr" if language == "fr" else "en"].format_map(self.values)
        colon = "\u00a0: " if language == "fr" else ": "
        return f"{self.where}{colon}{said}" if self.where else said


class WordsRefused(ValueError):  # noqa: N818 - it says what happened
    """Words were not taken; ``faults`` says everything that is wrong with them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(fault.message("en") for fault in faults))
        self.faults = faults


def fault(code: str, where: str = "", **values: object) -> Fault:
    """Make a fault from its code, one of those in ``faults.toml``."""
    return Fault(code, where, {name: str(value) for name, value in values.items()})


def tidied(text: str, language: str) -> str:
    """The words as they are kept: composed letters, one space between words, and in French the
    no-break spaces of Quebec.

    Nothing that a reader sees is changed: an accent that is a character of its own is joined to
    its letter, and the line ends of a copied paragraph are spaces.
    """
    space = "\u00a0" if language == "fr" else " "
    spaced = _NO_BREAKS.sub(space, unicodedata.normalize("NFC", text))
    tidy = _BLANKS.sub(" ", spaced).strip(" \u00a0")
    return _FRENCH.sub("\u00a0", tidy) if language == "fr" else tidy


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but where a line may not be broken."""
    return _NO_BREAKS.sub(" ", one) == _NO_BREAKS.sub(" ", other)


def check_words(text: str, packaged: Statement) -> Iterator[Fault]:
    """Say everything that is wrong with ``text``, as it was put in, as words of a statement.

    ``packaged`` is the statement as this release has it: its variables and its number of headings
    are those that pages and documents fill in.
    """
    where, tidy = packaged.id, tidied(text, packaged.language)
    if not tidy:
        yield fault("empty", where)
        return
    if len(tidy) > LONGEST:
        yield fault("long", where, most=LONGEST, number=len(tidy))
    if found := _LINE_END_HYPHEN.search(text):
        yield fault("hyphen", where, found=_BLANKS.sub(" ", found[0]))
    if found := _MARKUP.search(tidy):
        yield fault("markup", where, found=found[0])
    if found := _MISREAD.search(text):
        yield fault("misread", where, found=_around(text, found.start()))
    yield from _strange(tidy, where)
    yield from _holes(tidy, packaged)


def _strange(text: str, where: str) -> Iterator[Fault]:
    """Letters of another script, and characters that nobody sees, each kind named once."""
    scripts = [one for one in text if one.isalpha() and not _is_latin(one)]
    if scripts:
        yield fault("script", where, found="".join(dict.fromkeys(scripts))[:12])
    hidden = [one for one in text if _is_hidden(one)]
    for one in dict.fromkeys(hidden):
        name = unicodedata.name(one, f"U+{ord(one):04X}")
        yield fault("hidden", where, found=name, place=_around(text, text.index(one)))


def _holes(text: str, packaged: Statement) -> Iterator[Fault]:
    """Variables that are others than those filled in, stray braces, a list of another length."""
    wanted, found = set(packaged.variables), set(variables_of(text))
    if missing := sorted(wanted - found):
        yield fault("variable_missing", packaged.id, names=_braced(missing))
    if unknown := sorted(found - wanted):
        yield fault("variable_unknown", packaged.id, names=_braced(unknown))
    if _BRACES.search(re.sub(r"\{[a-z_]+\}", "", text)):
        yield fault("braces", packaged.id)
    parts = len(text.split("; "))
    if packaged.kind == "label" and parts != len(packaged.parts):
        yield fault("parts", packaged.id, wanted=len(packaged.parts), number=parts)


def _is_latin(letter: str) -> bool:
    # A ligature of a PDF ("ﬁ") is a Latin letter by its name, and not one that anybody types.
    name = unicodedata.name(letter, "")
    return letter in "ªº" or (name.startswith("LATIN ") and "LIGATURE F" not in name)


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn", "Cs")


def _around(text: str, place: int) -> str:
    """A few characters on both sides of a place, for whoever looks for it."""
    return "".join(
        one for one in text[max(0, place - 12) : place + 12] if not _is_hidden(one)
    ).strip()


def _braced(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def language_named(language: str) -> Language:
    """A language of the forms by its code; WordsRefused for any other."""
    if language == "fr":
        return "fr"
    if language == "en":
        return "en"
    raise WordsRefused((fault("language", found=language),))


@lru_cache(maxsize=1)
def _sentences() -> Mapping[str, Mapping[str, str]]:
    """What is said of each fault, by its code and the language."""
    packaged_file = resources.files("compliance.rules.wording").joinpath("faults.toml")
    return tomllib.loads(packaged_file.read_text(encoding="utf-8"))
