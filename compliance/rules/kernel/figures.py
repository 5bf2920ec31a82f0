"""Dated, cited and graded figures: the numbers of the law, kept as data.

A figure is a name with values over time. Every value says from which day it holds, until which
day (or that it still holds), where it stands in the law, how sure we are of it, and when somebody
last looked. Asking a figure on a day outside its values is an error, never a None: a caution that
came out as "no limit" would be the worst bug this product could have.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from typing import Any

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import cad


@dataclass(frozen=True, slots=True)
class FigureValue:
    """One value of a figure with its first and last day (``until`` None: still in force)."""

    start: date
    until: date | None
    value: Any
    citation_fr: str
    citation_en: str
    grade: Grade
    reviewed: date

    def holds(self, on: date) -> bool:
        """Whether this value is the one in force on the given day."""
        return self.start <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure: its unit, whom it binds, its title in both languages, its dated values."""

    name: str
    unit: str
    binds: str
    title_fr: str
    title_en: str
    values: tuple[FigureValue, ...]

    def at(self, on: date) -> FigureValue:
        """Return the value in force on ``on``.

        Raises OutsideDates, in words, when no value holds on that day.
        """
        for value in self.values:
            if value.holds(on):
                return value
        spans = ", ".join(
            f"{v.start.isoformat()} to {v.until.isoformat() if v.until else 'today'}"
            for v in self.values
        )
        raise OutsideDates(
            f"The figure {self.name} has no value on {on.isoformat()}: it is known for {spans}."
        )


def _value(unit: str, raw: Any) -> Any:
    """Read a raw TOML value in its unit: CAD becomes a Decimal, a table stays a mapping."""
    if unit == "CAD":
        return cad(raw)
    if isinstance(raw, Mapping):
        return dict(raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    raise ValueError(f"A figure in {unit} must be a whole number or a table, not {raw!r}.")


def _figure(row: Mapping[str, Any]) -> Figure:
    values = tuple(
        FigureValue(
            start=entry["from"],
            until=entry.get("until"),
            value=_value(row["unit"], entry["value"]),
            citation_fr=entry.get("citation_fr", entry["citation"]),
            citation_en=entry["citation"],
            grade=Grade(entry["grade"]),
            reviewed=entry["reviewed"],
        )
        for entry in row["value"]
    )
    for earlier, later in pairwise(values):
        if earlier.until is None or earlier.until >= later.start:
            raise ValueError(f"The values of figure {row['name']} overlap or are out of order.")
    return Figure(
        name=row["name"],
        unit=row["unit"],
        binds=row["binds"],
        title_fr=row.get("title_fr", row["name"]),
        title_en=row.get("title_en", row["name"]),
        values=values,
    )


def load_figures(package: str, resource: str = "figures.toml") -> dict[str, Figure]:
    """Read the figures of a regime from its data file, keyed by name, in the file's order."""
    data = tomllib.loads(files(package).joinpath(resource).read_text(encoding="utf-8"))
    figures = [_figure(row) for row in data["figure"]]
    return _by_key(figures, key=lambda figure: figure.name)


def _by_key(rows: Iterable[Figure], *, key: Any) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for row in rows:
        if key(row) in found:
            raise ValueError(f"The figure {key(row)} is given twice.")
        found[key(row)] = row
    return found


def plain(value: Any) -> Any:
    """The JSON form of a figure's value: amounts as text with two decimals, tables as they are."""
    return f"{value:.2f}" if isinstance(value, Decimal) else value
