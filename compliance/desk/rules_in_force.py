"""Every figure, rule, duty and holiday in force on a day, as plain JSON: what ``rules`` prints.

Nothing here touches the database: what is in force is data of the cellar.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.rules.kernel.catalogue import Rule
from compliance.rules.kernel.figures import Figure, plain
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.holiday_table import Holiday, holiday_table
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_106.fees import FeeLine, Late, fee_lines
from compliance.rules.ni45_106.report import catalogue as report_rules
from compliance.rules.ni45_110.book import REGIME as NI45_110
from compliance.rules.ni45_110.duties import DUTIES, Duty
from compliance.rules.regimes import NAMES, rulebook_on

_SURE = (Grade.VERIFIED, Grade.SECONDARY, Grade.RECALLED, Grade.POLICY)


def rules_in_force(on: date) -> dict[str, Any]:
    """What is in force on a day, amounts as text, days in ISO form. Raises OutsideDates."""
    book = rulebook_on(on)
    report, fees = report_in_force(on)
    duties = DUTIES.values() if book.regime.key == NI45_110.key else ()
    return {
        "on": on.isoformat(),
        "regime": NAMES[book.regime.key],
        "title_fr": book.regime.title_fr,
        "title_en": book.regime.title_en,
        "from": book.regime.start.isoformat(),
        "until": _day(book.regime.until),
        "digest": book.digest,
        "figures": [_figure(figure, on) for figure in book.regime.figures.values()],
        "rules": [_rule(rule) for rule in book.rules.values()],
        "duties": [_duty(duty, book) for duty in duties],
        "report_rules": [_rule(rule) for rule in report],
        "report_fees": [_fee(line) for line in fees],
        "holidays": _holidays(on),
    }


def report_in_force(on: date) -> tuple[list[Rule], list[FeeLine]]:
    """What a report of exempt distribution is judged by, and the fee of each jurisdiction."""
    return (
        [rule for rule in report_rules().values() if rule.holds(on)],
        [line for line in fee_lines() if line.holds(on)],
    )


def _figure(figure: Figure, on: date) -> dict[str, Any]:
    value = figure.at(on)
    return {
        "name": figure.name,
        "value": plain(value.value),
        "unit": figure.unit,
        "binds": figure.binds,
        "citation_fr": value.citation_fr,
        "citation_en": value.citation_en,
        "grade": value.grade.value,
        "from": value.start.isoformat(),
        "until": _day(value.until),
        "reviewed": value.reviewed.isoformat(),
        "title_fr": figure.title_fr,
        "title_en": figure.title_en,
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "judged": list(rule.judged),
        "binds": rule.binds,
        "citation_fr": rule.citation_fr,
        "citation_en": rule.citation_en,
        "grade": rule.grade.value,
        "reading": rule.reading,
        "from": rule.start.isoformat(),
        "until": _day(rule.until),
        "reviewed": rule.reviewed.isoformat(),
        "title_fr": rule.title_fr,
        "title_en": rule.title_en,
    }


def _duty(duty: Duty, book: Rulebook) -> dict[str, Any]:
    """A duty with what it is counted by: the figure's value, unit, citation and grade."""
    value = book.value(duty.figure) if duty.figure else None
    return {
        "code": duty.code,
        "after": duty.after,
        "per": duty.per,
        "binds": duty.binds,
        "figure": duty.figure,
        "value": None if value is None else plain(value.value),
        "unit": book.regime.figures[duty.figure].unit if duty.figure else "",
        "citation_fr": "" if value is None else value.citation_fr,
        "citation_en": "" if value is None else value.citation_en,
        "grade": "" if value is None else value.grade.value,
        "title_fr": duty.title_fr,
        "title_en": duty.title_en,
    }


def _fee(line: FeeLine) -> dict[str, Any]:
    """A fee as it was seen; without an amount where none was."""
    return {
        "jurisdiction": line.jurisdiction,
        "regulator_fr": line.regulator_fr,
        "regulator_en": line.regulator_en,
        "link": line.link,
        "status": line.status,
        "minimum": _amount(line.minimum),
        "percent": _amount(line.percent),
        "late": _late(line.late),
        "as_of_fr": line.as_of_fr,
        "as_of_en": line.as_of_en,
        "note_fr": line.note_fr,
        "note_en": line.note_en,
        "source": line.source,
        "grade": None if line.grade is None else line.grade.value,
        "from": line.start.isoformat(),
        "until": _day(line.until),
        "reviewed": line.reviewed.isoformat(),
    }


def _late(late: Late | None) -> dict[str, Any] | None:
    if late is None:
        return None
    return {
        "flat": _amount(late.flat),
        "per_day": _amount(late.per_day),
        "days": late.days,
        "most": _amount(late.most),
        "most_per": late.most_per,
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _holidays(on: date) -> dict[str, Any]:
    """The holidays of W-7 and W-8 in the year of that day, and the grade of the least sure line."""
    table = holiday_table()
    lines = _lines(table.holidays, on.year)
    return {
        "year": on.year,
        "grade": max((line["grade"] for line in lines), key=_SURE.index, default=None),
        "from": table.covers_from.isoformat(),
        "until": table.covers_to.isoformat(),
        "digest": table.digest,
        "lines": lines,
        "extra_days": _lines(table.extra_days, on.year),
    }


def _lines(rows: Iterable[Holiday], year: int) -> list[dict[str, Any]]:
    """The lines that hold on their day of the year, in the order of the year."""
    lines = [
        {
            "day": day.isoformat(),
            "rule": row.rule,
            "provinces": sorted(row.provinces),
            "citation": row.citation,
            "grade": row.grade.value,
            "reviewed": row.reviewed.isoformat(),
            "title_fr": row.fr,
            "title_en": row.en,
        }
        for row in rows
        if (day := row.day_in(year)) is not None
    ]
    return sorted(lines, key=lambda line: line["day"])


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
