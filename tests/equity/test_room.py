"""What a person may still subscribe, and which numbers of securities would pass."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from compliance.rules.ni45_110.book import rulebook
from equity.selectors.room import Room, room_of, total_of
from tests.factories import OPENED

LIMIT = Decimal("2500.00")
MET = True


def room(*, price: str, live: str = "0", minimum: str = "0", left: str = "2500") -> Room:
    """The room of a person with so much live, of which the limit leaves ``left``."""
    book = rulebook(OPENED.date())
    figures: dict[str, Any] = {"limit": LIMIT, "limit_advised": Decimal(10000)}
    found = tuple(
        book.finding(code, MET, **figures)._replace(room=Decimal(given))
        for code, given in (
            ("offering.room", "100000"),
            ("group.cap", "1500000"),
            ("purchaser.limit", left),
        )
    )
    facts = SimpleNamespace(
        person_live=Decimal(live), minimum_per_purchaser=Decimal(minimum), advised=False
    )
    return room_of(SimpleNamespace(facts=facts), found, Decimal(price))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("price", "left", "most"),
    [
        ("25", "24.99", 0),
        ("25", "25.00", 1),
        ("25", "25.01", 1),
        ("25", "49.99", 1),
        ("25", "50.00", 2),
        ("0.01", "0.01", 1),
        ("2500.01", "2500.00", 0),
        ("2500.00", "2500.00", 1),
    ],
)
def test_the_most_that_passes(price: str, left: str, most: int) -> None:
    found = room(price=price, left=left)
    assert (found.units, found.most_amount) == (most, most * Decimal(price))
    assert found.any_passes is (most > 0)


@pytest.mark.parametrize(
    ("price", "minimum", "live", "least"),
    [
        ("25", "0", "0", 1),
        ("25", "24.99", "0", 1),
        ("25", "25.00", "0", 1),
        ("25", "25.01", "0", 2),
        ("25", "60.00", "0", 3),
        ("25", "100.00", "50", 2),
        ("25", "100.00", "75", 1),
        ("25", "100.00", "100", 1),
        ("25", "100.00", "100.01", 1),
        ("0.01", "0.02", "0", 2),
    ],
)
def test_the_least_that_passes(price: str, minimum: str, live: str, least: int) -> None:
    found = room(price=price, minimum=minimum, live=live)
    assert (found.least, found.least_amount) == (least, least * Decimal(price))


def test_a_minimum_above_what_is_left_lets_nothing_pass() -> None:
    assert room(price="25", minimum="100", left="75").any_passes is False
    assert room(price="25", minimum="100", left="100").any_passes is True


def test_only_the_rules_about_amounts_are_told_of_a_number() -> None:
    book = rulebook(OPENED.date())
    found = (
        book.finding("purchaser.limit", not MET),
        book.finding("purchaser.minimum", not MET),
        book.finding("purchaser.document_read", not MET),
        book.finding("group.cap", MET),
    )
    facts: Any = SimpleNamespace(facts=SimpleNamespace(amount=Decimal("50.00")))
    told = total_of(facts, found, 2)
    assert (told.units, told.amount) == (2, Decimal("50.00"))
    assert [one.code for one in told.reasons] == ["purchaser.limit", "purchaser.minimum"]
