"""What a jurisdiction asks for a report of exempt distribution, and for a late one (``fees.toml``).

A fee that nobody has seen is not nothing: it has no amount, and whoever prints it says so. Source:
third parties' sheets without a date (secondary); every value says its own.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Literal

from compliance.rules.kernel.calendars import skipped_for_duty
from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import CENT, ZERO, cad

Status = Literal["seen", "out_of_date", "not_seen"]

_STATUSES: Final = ("seen", "out_of_date", "not_seen")


@dataclass(frozen=True, slots=True)
class Late:
    """What a late report costs more (CAD): an amount a day up to a most, or a flat one."""

    per_day: Decimal = ZERO
    days: Literal["calendar", "business"] = "calendar"
    most: Decimal | None = None
    most_per: Literal["", "year", "filing"] = ""
    flat: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of the table: how the fee of one jurisdiction is made, as it was seen."""

    jurisdiction: str
    regulator_fr: str
    regulator_en: str
    link: str
    status: Status
    minimum: Decimal | None
    percent: Decimal | None
    late: Late | None
    """None: not seen. A late fee that was seen to be nothing has zeros."""
    as_of_fr: str
    as_of_en: str
    note_fr: str
    note_en: str
    source: str
    grade: Grade | None
    """None: not seen."""
    reviewed: date
    start: date
    until: date | None

    def holds(self, on: date) -> bool:
        """Whether the line is in force on a day."""
        return self.start <= on and (self.until is None or on <= self.until)

    def regulator(self, language: str) -> str:
        """Whom to ask, in ``fr`` or ``en``."""
        return self.regulator_fr if language == "fr" else self.regulator_en

    def as_of(self, language: str) -> str:
        """Of when the amounts are, in words; empty where none was seen."""
        return self.as_of_fr if language == "fr" else self.as_of_en

    def note(self, language: str) -> str:
        """What else to know of it, in words, or nothing."""
        return self.note_fr if language == "fr" else self.note_en


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee of one jurisdiction for one report. ``amount`` (CAD) is None where it was not seen;
    where the status is ``out_of_date``, at least that much is due."""

    line: FeeLine
    proceeds: Decimal
    amount: Decimal | None

    @property
    def status(self) -> Status:
        """How far the amount can be relied on."""
        return self.line.status


@dataclass(frozen=True, slots=True)
class FeesTotal:
    """The fees that were seen, added up (CAD), and the jurisdictions that are not among them or
    whose fee has changed since."""

    seen: Decimal
    not_seen: tuple[str, ...]
    out_of_date: tuple[str, ...]


def fee_line(jurisdiction: str, on: date) -> FeeLine:
    """The line of a province or territory in force on a day. Raises OutsideDates where none is."""
    for line in fee_lines():
        if line.jurisdiction == jurisdiction and line.holds(on):
            return line
    raise OutsideDates(f"The table of fees has no line for {jurisdiction!r} on {on.isoformat()}.")


def fee(jurisdiction: str, proceeds: Decimal, on: date) -> Fee:
    """The fee of a report in one jurisdiction: the greater of its minimum and its part of
    ``proceeds``, what was distributed to purchasers of that jurisdiction (CAD).

    Half a cent counts up (our reading). For the head office, whether what was distributed elsewhere
    counts too was not seen; it is not counted. Raises OutsideDates.
    """
    line = fee_line(jurisdiction, on)
    if line.minimum is None:
        return Fee(line, proceeds, None)
    part = ZERO
    if line.percent is not None:
        part = (proceeds * line.percent / 100).quantize(CENT, rounding=ROUND_HALF_UP)
    return Fee(line, proceeds, max(line.minimum, part))


def late_fee(line: FeeLine, *, due_on: date, filed_on: date) -> Decimal | None:
    """What a report filed after its due day costs more (CAD); None where it was not seen.

    Days are counted after the due day up to the day of filing. Business days are those of W-8 in
    that jurisdiction. A most per year is taken once (our reading).
    """
    if filed_on <= due_on:
        return ZERO
    if line.late is None:
        return None
    late = line.late
    days = [due_on + timedelta(days=n) for n in range(1, (filed_on - due_on).days + 1)]
    if late.days == "business":
        days = [day for day in days if skipped_for_duty(day, line.jurisdiction) is None]
    amount = late.flat + late.per_day * len(days)
    return amount if late.most is None else min(amount, late.most)


def total(fees: Iterable[Fee]) -> FeesTotal:
    """The fees together. What was not seen is named, and never counted as nothing."""
    found = tuple(fees)
    return FeesTotal(
        seen=sum((one.amount for one in found if one.amount is not None), ZERO),
        not_seen=tuple(one.line.jurisdiction for one in found if one.amount is None),
        out_of_date=tuple(one.line.jurisdiction for one in found if one.status == "out_of_date"),
    )


@lru_cache(maxsize=1)
def fee_lines() -> tuple[FeeLine, ...]:
    """Every line of the table, in force or not, by jurisdiction."""
    source = files("compliance.rules.ni45_106").joinpath("fees.toml")
    return parse_fees(source.read_text(encoding="utf-8"))


def parse_fees(text: str) -> tuple[FeeLine, ...]:
    """Read a table; ValueError, in words, for a line that says an amount it does not know or knows
    one it does not say."""
    data = tomllib.loads(text)
    return tuple(
        _line(row, {**data["defaults"], **value}) for row in data["fee"] for value in row["value"]
    )


def _line(row: Mapping[str, Any], value: Mapping[str, Any]) -> FeeLine:
    where, status = row["jurisdiction"], value["status"]
    if status not in _STATUSES:
        raise ValueError(f"{where}: {status!r} is no status of a fee.")
    if (status == "not_seen") != ("minimum" not in value):
        raise ValueError(f"{where}: a fee has an amount exactly where one was seen.")
    if status != "not_seen" and not (value.get("as_of_fr") and value.get("as_of_en")):
        raise ValueError(f"{where}: an amount says as of when it is, in both languages.")
    if (status == "not_seen") != ("grade" not in value):
        raise ValueError(f"{where}: a fee has a grade exactly where one was seen.")
    if "grade" in value and not value.get("source"):
        raise ValueError(f"{where}: a grade names the source that it grades.")
    nothing = "minimum" in value and not cad(value["minimum"]) and "percent" not in value
    if nothing and not (value.get("note_fr") and value.get("note_en")):
        raise ValueError(f"{where}: a fee of nothing says in words, in both languages, that it is.")
    return FeeLine(
        jurisdiction=where,
        regulator_fr=row["regulator_fr"],
        regulator_en=row["regulator_en"],
        link=row.get("link", ""),
        status=status,
        minimum=cad(value["minimum"]) if "minimum" in value else None,
        percent=Decimal(value["percent"]) if "percent" in value else None,
        late=_late(value["late"]) if "late" in value else None,
        as_of_fr=value.get("as_of_fr", ""),
        as_of_en=value.get("as_of_en", ""),
        note_fr=value.get("note_fr", ""),
        note_en=value.get("note_en", ""),
        source=value.get("source", ""),
        grade=Grade(value["grade"]) if "grade" in value else None,
        reviewed=value["reviewed"],
        start=value["from"],
        until=value.get("until"),
    )


def _late(given: Mapping[str, Any]) -> Late:
    return Late(
        per_day=cad(given.get("per_day", 0)),
        days=given.get("days", "calendar"),
        most=cad(given["most"]) if "most" in given else None,
        most_per=given.get("most_per", ""),
        flat=cad(given.get("flat", 0)),
    )
