"""Labels, prescribed statements, amounts and days of one document, in its language.

Nothing here goes through gettext: a document made again years later must read the same, whatever
became of the catalogues. Labels are data per template version; statements come from the rules.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from compliance.rules.kernel.money import NBSP, format_cad, format_date, format_instant
from compliance.rules.wording import Shelf, Statement, fill_in, packaged, words_digest
from documents.facts import FactsError, Paper
from documents.facts.shared import Language, StatementFacts
from documents.versions import HERE

_FRENCH = (
    (re.compile(r" (?=[:»])"), NBSP),
    (re.compile(r"(?<=«) "), NBSP),
    (re.compile(r"(?<=\d) (?=[$%])"), NBSP),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NBSP),
    (re.compile(r"(?<=\bart\.) "), NBSP),
    (re.compile(r"(?<=n°) "), NBSP),
)
_BOTH = (
    (re.compile(r" (?=[–—] )"), NBSP),
    (re.compile(r"(?<=\b[sS]\.) (?=\d)"), NBSP),
    (re.compile(r"(?<=\bNo\.) (?=\d)"), NBSP),
    (re.compile(r"(?<=\b\d) (?=×)|(?<=×) "), NBSP),
)


def typeset(text: str, language: Language) -> str:
    """Put the no-break spaces that the language wants; nothing else in a text is touched."""
    for pattern, space in (*_BOTH, *(_FRENCH if language == "fr" else ())):
        text = pattern.sub(space, text)
    return text


@cache
def labels(version: str, language: str) -> Mapping[str, Any]:
    """The labels of a template version in a language; raises FactsError for an unknown pair."""
    source = HERE / "labels" / f"{version}.{language}.toml"
    if not source.is_file():
        raise FactsError(f"there are no labels {version!r} in {language!r}")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def as_facts(found: Statement) -> StatementFacts:
    """The words of a statement as they are frozen with a document that prints them."""
    return StatementFacts(
        id=found.id,
        digest=found.version_digest,
        text=found.text,
        applies_to=found.applies_to or "",
    )


class _Kept(dict[str, StatementFacts]):
    """The words that stand in facts, by the ids of their statements."""

    def __init__(self, facts: Paper) -> None:
        super().__init__((one.id, one) for one in facts.wording)
        self.path = f"{facts.kind}.wording"
        for one in facts.wording:
            said = words_digest(one.id, one.applies_to or None, facts.language, one.text)
            if one.digest != said:
                raise FactsError(f"{self.path}: the words of {one.id} are not those of its digest")

    def __missing__(self, statement_id: str) -> StatementFacts:
        raise FactsError(f"{self.path}: the words of {statement_id} are not there")


class Words:
    """What the words of one document are made with; `used` remembers the prescribed statements.

    The words are those that stand in the facts. Facts that are yet to be frozen have none, and nor
    had those frozen before words were kept in facts: then the shelf is asked, on their day. Where
    none is given it is the packaged one, which is what the latter were frozen with.
    """

    def __init__(self, facts: Paper, version: str, shelf: Shelf | None = None) -> None:
        self.language: Language = facts.language
        self.facts = facts
        self.labels = labels(version, facts.language)
        self.used: dict[str, StatementFacts] = {}
        self._kept = _Kept(facts)
        self._shelf = shelf

    def prescribed(self, statement_id: str, **variables: str) -> str:
        """A prescribed statement, filled in; it is remembered.

        Raises FactsError where the facts hold words but not these, or others than their digest
        says; WordingError and OutsideDates as `Shelf.statement` does.
        """
        words = self._kept[statement_id] if self._kept else self._on_the_day(statement_id)
        self.used[statement_id] = words
        return self.set(fill_in(words.id, words.text, variables))

    def _on_the_day(self, statement_id: str) -> StatementFacts:
        facts, shelf = self.facts, self._shelf or packaged()
        return as_facts(
            shelf.statement(statement_id, self.language, facts.wording_on, facts.portal.kind)
        )

    def prescribed_parts(self, statement_id: str) -> list[str]:
        """A prescribed label that is a list of headings, one by one, each with its capital."""
        parts = self.prescribed(statement_id).split("; ")
        return [part[:1].upper() + part[1:] for part in parts]

    def label(self, path: str, **variables: str) -> str:
        """A label by its path ("common.page"), its names in braces filled in."""
        group, name = path.split(".", 1)
        text = str(self.labels[group][name])
        # Not str.format: what people wrote may hold braces, and is not read again.
        return self.set(fill(text, variables))

    def set(self, text: str) -> str:
        """Any text, typeset."""
        return typeset(text, self.language)

    def paragraphs(self, text: str) -> list[str]:
        """A long text, cut at its blank lines."""
        return [self.set(" ".join(part.split())) for part in re.split(r"\n\s*\n", text.strip())]

    def cad(self, amount: Decimal) -> str:
        """An amount of Canadian dollars, with its cents."""
        return format_cad(amount, self.language)

    def number(self, count: int) -> str:
        """A whole number with the separators of the language."""
        digits = f"{count:,}"
        return digits if self.language == "en" else digits.replace(",", NBSP)

    def percent(self, value: Decimal, places: int = 0) -> str:
        """A percentage, with at least `places` decimals and no further zeros."""
        text = format(value, "f")
        whole, _, decimals = text.partition(".")
        decimals = decimals.rstrip("0").ljust(places, "0")
        if self.language == "en":
            return f"{whole}.{decimals}%" if decimals else f"{whole}%"
        return f"{whole},{decimals}{NBSP}%" if decimals else f"{whole}{NBSP}%"

    def day(self, day: date) -> str:
        """A day in full; the number of the day stays with its month."""
        text = format_date(day, self.language)
        return text.replace(" ", NBSP, 1)

    def instant(self, at: datetime) -> str:
        """An instant as the clocks of its own offset show it."""
        offset = at.tzinfo
        if offset is None:
            raise FactsError("an instant must carry its offset from UTC")
        return format_instant(at, offset, self.language).replace(" ", NBSP, 1)

    def province(self, code: str) -> str:
        """The name of a province or territory; the code of a country stays as it is."""
        return self.set(str(self.labels["provinces"].get(code, code)))


def size(text: str, long: int = 34) -> str:
    """The style of a big line, so that a long name stays on the page: "", "long" or "longer"."""
    return "" if len(text) <= long else "long" if len(text) <= 2 * long else "longer"


def fill(text: str, variables: Mapping[str, str]) -> str:
    """Fill in the names in braces once; raises KeyError for a name that is not given."""
    return re.sub(r"\{([a-z_]+)\}", lambda found: variables[found[1]], text)
