"""A rulebook: the figures and rules of one regime, as they stand on one day."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.rules.kernel.catalogue import Rule, load_catalogue
from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.figures import Figure, FigureValue, load_figures, plain
from compliance.rules.kernel.findings import Finding

_new = tuple.__new__


@dataclass(frozen=True, slots=True)
class Regime:
    """A body of rules with its first and last day."""

    key: str
    title_fr: str
    title_en: str
    start: date
    until: date | None
    figures: Mapping[str, Figure]
    rules: Mapping[str, Rule]

    def holds(self, on: date) -> bool:
        """Whether this regime is in force on that day."""
        return self.start <= on and (self.until is None or on <= self.until)


class Rulebook:
    """The figures and rules of a regime on one day; what every judgement is made with."""

    __slots__ = ("_rules", "_values", "digest", "on", "regime")

    def __init__(self, regime: Regime, on: date) -> None:
        if not regime.holds(on):
            span = f"{regime.start.isoformat()} to "
            span += regime.until.isoformat() if regime.until else "today"
            raise OutsideDates(
                f"{regime.title_en} was not in force on {on.isoformat()}: it is known for {span}."
            )
        self.regime = regime
        self.on = on
        self._values = {name: figure.at(on) for name, figure in regime.figures.items()}
        self._rules = {code: rule for code, rule in regime.rules.items() if rule.holds(on)}
        self.digest = _digest(regime, self._values, self._rules)

    def amount(self, name: str) -> Decimal:
        """A figure in Canadian dollars."""
        value: Decimal = self._values[name].value
        return value

    def count(self, name: str) -> int:
        """A figure that is a number of days, months or years."""
        value: int = self._values[name].value
        return value

    def table(self, name: str) -> Mapping[str, int]:
        """A figure that differs by province."""
        value: Mapping[str, int] = self._values[name].value
        return value

    def value(self, name: str) -> FigureValue:
        """The value with its citation, grade and review day."""
        return self._values[name]

    def rule(self, code: str) -> Rule:
        """The catalogue's entry for a code in force on the day; OutsideDates when there is none."""
        try:
            return self._rules[code]
        except KeyError:
            raise OutsideDates(
                f"The rule {code} is not in force on {self.on.isoformat()}."
            ) from None

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule in force on the day, by code."""
        return self._rules

    @property
    def values(self) -> Mapping[str, FigureValue]:
        """Every figure in force on the day, by name."""
        return self._values

    def finding(self, code: str, met: bool, room: Decimal | None = None, **figures: Any) -> Finding:
        """Make a finding of a rule in force on this day."""
        # As Finding(...) does, without the call in between: fourteen are made for a subscription.
        return _new(Finding, (self._rules[code], met, figures, room))


def _digest(regime: Regime, values: Mapping[str, FigureValue], rules: Mapping[str, Rule]) -> str:
    """SHA-256 over what decides: the regime, each figure's value and each rule's code and dates."""
    content = {
        "regime": regime.key,
        "figures": {name: plain(value.value) for name, value in sorted(values.items())},
        "rules": {code: rule.start.isoformat() for code, rule in sorted(rules.items())},
    }
    raw = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(raw.encode()).hexdigest()


def load_regime(
    key: str,
    *,
    title_fr: str,
    title_en: str,
    start: date,
    until: date | None,
    catalogues: tuple[str, ...],
) -> Regime:
    """Read a regime's figures and catalogue from its package of the same name."""
    package = f"compliance.rules.{key}"
    return Regime(
        key=key,
        title_fr=title_fr,
        title_en=title_en,
        start=start,
        until=until,
        figures=load_figures(package),
        rules=load_catalogue(package, catalogues),
    )
