"""Findings: what a rule answers.

A finding is a value, never an exception. It says whether the rule is met, the figures that were
compared, and, where an amount is concerned, the room that is left. Its sentences are rendered only
when somebody reads them, because a judgement is made far more often than it is shown.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from compliance.rules.kernel.catalogue import Rule
from compliance.rules.kernel.money import format_cad, format_date
from compliance.rules.kernel.terms import term

_NOTHING: Mapping[str, Any] = {}
_SENSES: Mapping[str, str] = {"move": "move", "moves": "move", "why": "why"}
"""Figures whose codes are acts or reasons, not states: ``open`` is "ouvrir" there, not "ouvert"."""


class Finding(NamedTuple):
    """The answer of one rule to one question."""

    rule: Rule
    met: bool
    figures: Mapping[str, Any] = _NOTHING
    room: Decimal | None = None

    @property
    def code(self) -> str:
        """The fixed code of the rule that was judged."""
        return self.rule.code

    @property
    def grade(self) -> str:
        """The evidence grade of the rule, as its plain code."""
        return self.rule.grade.value

    def citation(self, language: str) -> str:
        """Where the rule stands, in ``fr`` or ``en``."""
        return self.rule.citation_fr if language == "fr" else self.rule.citation_en

    def message(self, language: str) -> str:
        """One or two whole sentences: what was found, by how much, and what would pass."""
        template = self.rule.template(met=self.met, language=language)
        words = {
            name: _word(value, language, _SENSES.get(name, ""))
            for name, value in self.figures.items()
        }
        if self.room is not None:
            words["room"] = format_cad(self.room, language)
        known = _Words(words)
        clauses = self.rule.clauses(self.figures, language)
        known["clauses"] = "; ".join(clause.format_map(known) for clause in clauses)
        return template.format_map(known).rstrip()


class _Words(dict[str, str]):
    """Formatting values that shows a dash for a figure the rule had no value for."""

    def __missing__(self, key: str) -> str:
        return "—"


def _word(value: Any, language: str, sense: str) -> str:
    """One figure as people read it in that language."""
    if isinstance(value, bool):
        return term("yes" if value else "no", language)
    if isinstance(value, Decimal):
        return format_cad(value, language)
    if isinstance(value, date):
        return format_date(value, language)
    if isinstance(value, str):
        return term(value, language, sense)
    if isinstance(value, list | tuple | frozenset | set):
        words = ", ".join(_word(item, language, sense) for item in value)
        return words or term("nothing", language)
    return "—" if value is None else str(value)


def not_met(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that refuse, in the order in which they were judged."""
    return tuple(finding for finding in findings if not finding.met)


def plain(finding: Finding) -> dict[str, Any]:
    """The JSON form of a finding, as stored with the act and printed by the scenario runner."""
    return {
        "code": finding.code,
        "met": finding.met,
        "citation": finding.rule.citation_en,
        "grade": finding.grade,
        "message_fr": finding.message("fr"),
        "message_en": finding.message("en"),
        "room": None if finding.room is None else f"{finding.room:.2f}",
        "figures": {name: plain_value(value) for name, value in finding.figures.items()},
    }


def plain_value(value: Any) -> Any:
    """A figure as JSON: amounts as text, days and instants in ISO form, sets sorted."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(plain_value(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    return value
