"""The regime before NI 45-110 is kept as data, for its own years only."""

from datetime import date
from decimal import Decimal

import pytest

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.figures import load_figures

FIGURES = load_figures("compliance.rules.startup_orders_2015")


@pytest.mark.parametrize("on", [date(2015, 5, 14), date(2021, 9, 20)])
def test_the_figures_of_its_years(on: date) -> None:
    assert {name: figure.at(on).value for name, figure in FIGURES.items()} == {
        "distribution_cap": Decimal("250000.00"),
        "distributions_per_calendar_year": 2,
        "purchaser_limit": Decimal("1500.00"),
        "distribution_days": 90,
        "withdrawal_hours": 48,
    }


@pytest.mark.parametrize("on", [date(2015, 5, 13), date(2021, 9, 21)])
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_before_and_after_it_says_nothing(name: str, on: date) -> None:
    with pytest.raises(OutsideDates, match=name):
        FIGURES[name].at(on)
