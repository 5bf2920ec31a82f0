"""amendment.terms_locked (W-21): with live subscriptions the price and the minimum are locked."""

from datetime import date
from decimal import Decimal

import pytest

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.grades import Grade
from compliance.rules.ni45_110 import amendment
from compliance.rules.ni45_110.facts import AmendmentFacts
from tests.rules.given import ON, D


def facts(live: str, price_after: str = "25.00", minimum_after: str = "50000.00") -> AmendmentFacts:
    return AmendmentFacts(
        live=D(live),
        price_before=D("25.00"),
        price_after=D(price_after),
        minimum_before=D("50000.00"),
        minimum_after=D(minimum_after),
    )


@pytest.mark.parametrize(
    ("live", "price", "minimum", "met"),
    [
        ("0.00", "30.00", "10000.00", True),
        ("0.01", "25.00", "50000.00", True),
        ("0.01", "25.01", "50000.00", False),
        ("0.01", "24.99", "50000.00", False),
        ("0.01", "25.00", "49999.99", False),
        ("0.01", "25.00", "50000.01", True),
        ("1000.00", "25.00", "60000.00", True),
        ("1000.00", "26.00", "40000.00", False),
    ],
)
def test_price_and_minimum(live: str, price: str, minimum: str, met: bool) -> None:
    (finding,) = amendment.judge(facts(live, price, minimum), on=ON)
    assert finding.code == "amendment.terms_locked"
    assert finding.met is met
    assert finding.rule.grade is Grade.POLICY
    assert finding.room is None


def test_the_refusal_says_what_must_stay() -> None:
    (finding,) = amendment.judge(facts("1000.00", "26.00", "40000.00"), on=ON)
    for amount in ("$1,000.00", "$25.00", "$26.00", "$50,000.00", "$40,000.00"):
        assert amount in finding.message("en")
    assert finding.figures["minimum_after"] == Decimal("40000.00")


def test_before_the_instrument_nothing_is_judged() -> None:
    with pytest.raises(OutsideDates):
        amendment.judge(facts("0.00"), on=date(2021, 9, 20))
