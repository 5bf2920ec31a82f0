"""The catalogue of rules: code, citation, grade, whom it binds, and its sentences, as dated data.

What a rule decides is code (one small function); everything a lawyer may have to correct about it
is a line of ``catalogue.toml``: where it stands, how sure we are, and the words people read.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from compliance.rules.kernel.grades import Grade


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the catalogue. Codes and their meaning never change."""

    code: str
    judged: tuple[str, ...]
    binds: str
    citation_fr: str
    citation_en: str
    grade: Grade
    start: date
    until: date | None
    reviewed: date
    title_fr: str
    title_en: str
    met_fr: str
    met_en: str
    unmet_fr: str
    unmet_en: str
    reading: str
    clauses_fr: tuple[tuple[str, str], ...] = ()
    clauses_en: tuple[tuple[str, str], ...] = ()
    """Parts of the sentence that stand in it for some figures only: a clause named after a figure
    where there is such a figure and it is neither no nor nothing, one named ``not_`` and the figure
    where it is. They stand where the sentence says ``{clauses}``."""

    def holds(self, on: date) -> bool:
        """Whether the rule is in force on a day."""
        return self.start <= on and (self.until is None or on <= self.until)

    def template(self, *, met: bool, language: str) -> str:
        """The sentence to fill in for a finding of this rule."""
        if language == "fr":
            return self.met_fr if met else self.unmet_fr
        return self.met_en if met else self.unmet_en

    def clauses(self, figures: Mapping[str, Any], language: str) -> Iterator[str]:
        """The clauses that hold for these figures, to fill in like the sentence itself."""
        for name, clause in self.clauses_fr if language == "fr" else self.clauses_en:
            wanted = not name.startswith("not_")
            if bool(figures.get(name.removeprefix("not_"))) is wanted:
                yield clause

    def title(self, language: str) -> str:
        """What the rule asks, in one line."""
        return self.title_fr if language == "fr" else self.title_en


def _rule(row: Mapping[str, Any], defaults: Mapping[str, Any]) -> Rule:
    entry = {**defaults, **row}
    return Rule(
        code=entry["code"],
        judged=tuple(entry["judged"]),
        binds=entry["binds"],
        citation_fr=entry["citation_fr"],
        citation_en=entry["citation_en"],
        grade=Grade(entry["grade"]),
        start=entry["from"],
        until=entry.get("until"),
        reviewed=entry["reviewed"],
        title_fr=entry["title_fr"],
        title_en=entry["title_en"],
        met_fr=entry.get("met_fr", entry["title_fr"]),
        met_en=entry.get("met_en", entry["title_en"]),
        unmet_fr=entry.get("unmet_fr", entry["title_fr"]),
        unmet_en=entry.get("unmet_en", entry["title_en"]),
        reading=entry.get("reading", ""),
        clauses_fr=tuple(entry.get("clauses_fr", {}).items()),
        clauses_en=tuple(entry.get("clauses_en", {}).items()),
    )


def load_catalogue(package: str, resources: tuple[str, ...]) -> dict[str, Rule]:
    """Read the rules of a regime from its catalogue files, keyed by code, in their order.

    Raises ValueError when a code is given twice or a policy cites the instrument.
    """
    rules: dict[str, Rule] = {}
    for resource in resources:
        data = tomllib.loads(files(package).joinpath(resource).read_text(encoding="utf-8"))
        for row in data["rule"]:
            rule = _rule(row, data["defaults"])
            if rule.code in rules:
                raise ValueError(f"The rule {rule.code} is given twice.")
            if rule.grade is Grade.POLICY and "45-110" in rule.citation_en:
                raise ValueError(f"The policy {rule.code} must not cite the instrument.")
            rules[rule.code] = rule
    return rules
