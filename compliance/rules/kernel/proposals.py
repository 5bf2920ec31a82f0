"""A regime under proposed figures: a copy, beside the one that is in force.

Asked before a rule changes: which decisions would have been others? The copy is handed to those
who try it, as any rulebook is; nothing that judges for real can come upon it.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from compliance.rules.kernel.figures import Figure, FigureValue
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import MoneyError, cad
from compliance.rules.kernel.rulebook import Regime

_KEYS = frozenset({"name", "from", "until", "unit", "value"})


class ProposalError(ValueError):
    """What is proposed cannot be tried; the sentence says what is wrong."""


def proposed(regime: Regime, text: str, *, allowed: Collection[str]) -> Regime:
    """A copy of a regime in which proposed values stand in the place of those in force.

    ``text`` is TOML: a table ``[[figure]]`` for each value, with ``name``, ``from`` (a day),
    ``value`` (in dollars, a whole number or a text such as "2500000.00"; by province, a table) and,
    where wanted, ``until`` (the last day) and ``unit`` (checked). ``allowed`` are the figures whose
    change can be tried. Raises ProposalError.
    """
    figures = dict(regime.figures)
    rows = _rows(text)
    for row in rows:
        figure = _figure(row, regime, allowed)
        figures[figure.name] = _with(figures[figure.name], _value(row, figure, regime))
    _apart(rows)
    return replace(regime, figures=figures)


def _rows(text: str) -> list[Mapping[str, Any]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ProposalError(f"This is not TOML: {fault}.") from None
    rows = data.get("figure")
    if set(data) != {"figure"} or not isinstance(rows, list) or not rows:
        raise ProposalError("Figures are proposed in tables [[figure]], and in nothing else.")
    for row in rows:
        if not isinstance(row, dict) or not {"name", "from", "value"} <= set(row) <= _KEYS:
            raise ProposalError(
                "A table [[figure]] has a name, a day `from` and a value; it may have a last day "
                "`until` and a unit, and nothing else."
            )
    return rows


def _figure(row: Mapping[str, Any], regime: Regime, allowed: Collection[str]) -> Figure:
    name = row["name"]
    figure = regime.figures.get(name) if isinstance(name, str) else None
    if figure is None:
        raise ProposalError(f"There is no figure {name!r} in {regime.title_en}.")
    if name not in allowed:
        raise ProposalError(
            f"{name} is not among the figures that can be tried: it decides no stored decision, or "
            "it also makes facts, which stay as they were stored. These can be tried: "
            f"{', '.join(sorted(allowed))}."
        )
    if row.get("unit", figure.unit) != figure.unit:
        raise ProposalError(f"{name} is in {figure.unit}, not in {row['unit']!r}.")
    return figure


def _value(row: Mapping[str, Any], figure: Figure, regime: Regime) -> FigureValue:
    start = _day(row, "from")
    until = _day(row, "until") if "until" in row else None
    if start < regime.start or (until is not None and until < start):
        raise ProposalError(
            f"{figure.name}: the days are in order, and the first is not before "
            f"{regime.start.isoformat()}, on which {regime.title_en} came into force."
        )
    return FigureValue(
        start=start,
        until=until,
        value=_amount(row["value"], figure),
        citation_fr="proposition",
        citation_en="proposal",
        grade=Grade.POLICY,
        reviewed=start,
    )


def _day(row: Mapping[str, Any], key: str) -> date:
    day = row[key]
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ProposalError(f"{row['name']}: `{key}` is a day, written as 2026-03-02, unquoted.")
    return day


def _amount(raw: Any, figure: Figure) -> Any:
    if figure.unit == "CAD":
        try:
            amount = cad(raw)
        except MoneyError as fault:
            raise ProposalError(f"{figure.name}: {fault}") from None
        if amount < 0:
            raise ProposalError(f"{figure.name}: {amount} is below zero.")
        return amount
    known = figure.values[0].value
    if not isinstance(known, Mapping):
        return _count(raw, figure)
    if not isinstance(raw, Mapping) or set(raw) != set(known):
        raise ProposalError(f"{figure.name} needs a value for each of {', '.join(sorted(known))}.")
    return {place: _count(raw[place], figure) for place in known}


def _count(raw: Any, figure: Figure) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= _MOST:
        raise ProposalError(
            f"{figure.name}, in {figure.unit}, is a whole number from 0 to {_MOST}, not {raw!r}."
        )
    return raw


_MOST = 1200
"""Days, months or years; more would lead out of the calendar."""


def _with(figure: Figure, value: FigureValue) -> Figure:
    """The figure with that value on its days, and what it had on all others."""
    kept: list[FigureValue] = []
    for old in figure.values:
        if old.start < value.start:
            before = value.start - timedelta(days=1)
            kept.append(replace(old, until=before if old.until is None else min(old.until, before)))
        ends = value.until or date.max
        if ends < (old.until or date.max):
            kept.append(replace(old, start=max(old.start, ends + timedelta(days=1))))
    return replace(figure, values=tuple(sorted((*kept, value), key=lambda one: one.start)))


def _apart(rows: list[Mapping[str, Any]]) -> None:
    """Refuse two values of one figure for one day: nobody could say which is meant."""
    ordered = sorted(rows, key=lambda row: (row["name"], row["from"]))
    for earlier, later in pairwise(ordered):
        if earlier["name"] == later["name"] and earlier.get("until", date.max) >= later["from"]:
            raise ProposalError(
                f"{later['name']} is given two values for {later['from'].isoformat()}."
            )
