"""Judged at every subscription: each rule met and not met, each limit to the cent."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110 import subscription, withdrawal
from compliance.rules.ni45_110.facts import SubscriptionFacts
from tests.rules import given
from tests.rules.given import CENT, ON, STATEMENTS, D

CALM = settings(deadline=None)
"""A busy machine is no failure."""

ALWAYS = (
    "portal.authorised",
    "portal.entry_acknowledged",
    "offering.open",
    "offering.room",
    "group.cap",
    "purchaser.limit",
    "purchaser.minimum",
    "purchaser.resident",
    "purchaser.identified",
    "purchaser.document_read",
    "purchaser.risks_acknowledged",
    "purchaser.not_too_late",
    "purchaser.particulars_complete",
)


def judge(**changes: Any) -> dict[str, Finding]:
    return given.found(subscription.judge(given.subscription(**changes), on=ON))


def refusals(**changes: Any) -> list[str]:
    return given.refusals(subscription.judge(given.subscription(**changes), on=ON))


def test_a_person_on_an_exempt_portal() -> None:
    findings = subscription.judge(given.subscription(), on=ON)
    assert tuple(row.code for row in findings) == (*ALWAYS, "purchaser.of_age")
    assert given.refusals(findings) == []


def test_age_is_not_judged_for_an_organisation() -> None:
    findings = subscription.judge(given.subscription(organisation=True, age=None), on=ON)
    assert tuple(row.code for row in findings) == ALWAYS
    assert given.refusals(findings) == []


@pytest.mark.parametrize(("suitable", "refused"), [(True, []), (False, ["purchaser.suitable"])])
def test_suitability_is_judged_on_a_dealer_portal_only(suitable: bool, refused: list[str]) -> None:
    findings = subscription.judge(
        given.subscription(portal=given.dealer(), suitable=suitable), on=ON
    )
    assert tuple(row.code for row in findings) == (
        *ALWAYS,
        "purchaser.of_age",
        "purchaser.suitable",
    )
    assert given.refusals(findings) == refused
    assert "purchaser.suitable" not in judge(suitable=suitable)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("portal.authorised", {"portal": given.portal(f5_certified=None)}),
        ("portal.entry_acknowledged", {"entry_acknowledged": False}),
        ("offering.open", {"state": "suspended"}),
        ("offering.room", {"live": D("249000.01")}),
        ("group.cap", {"window": given.window("1499000.01")}),
        ("purchaser.limit", {"person_live": D("1500.01")}),
        ("purchaser.minimum", {"minimum_per_purchaser": D("1000.01")}),
        ("purchaser.resident", {"jurisdictions": ("ON",)}),
        ("purchaser.identified", {"identified": False}),
        ("purchaser.document_read", {"languages_read": ()}),
        ("purchaser.risks_acknowledged", {"answers": None}),
        ("purchaser.not_too_late", {"right_ends": datetime(2026, 5, 31, 4, 0, 1, tzinfo=UTC)}),
        ("purchaser.particulars_complete", {"missing_particulars": ("telephone",)}),
        ("purchaser.of_age", {"age": 17}),
    ],
)
def test_one_thing_wrong_refuses_by_its_own_code_alone(code: str, changes: dict[str, Any]) -> None:
    assert refusals(**changes) == [code]


def test_a_first_attempt_with_nothing_done_is_told_everything() -> None:
    assert refusals(entry_acknowledged=False, languages_read=(), answers=None) == [
        "portal.entry_acknowledged",
        "purchaser.document_read",
        "purchaser.risks_acknowledged",
    ]


# offering.open


@pytest.mark.parametrize(
    ("state", "met"),
    [
        ("draft", False),
        ("submitted", False),
        ("changes_requested", False),
        ("refused", False),
        ("approved", False),
        ("open", True),
        ("suspended", False),
        ("closing", False),
        ("closed", False),
        ("cancelled", False),
        ("failed", False),
    ],
)
def test_an_open_offering_takes_subscriptions(state: str, met: bool) -> None:
    assert judge(state=state)["offering.open"].met is met


@pytest.mark.parametrize(("days", "met"), [(-1, False), (0, True), (1, True)])
def test_until_its_last_day(days: int, met: bool) -> None:
    assert judge(last_day=ON + timedelta(days=days))["offering.open"].met is met


def test_without_a_last_day_it_never_opened() -> None:
    judged = judge(state="approved", last_day=None, ninetieth_begins=None, ninetieth_day=None)
    assert not judged["offering.open"].met
    assert judged["purchaser.not_too_late"].met  # one reason is enough


# Limits, to the cent


@pytest.mark.parametrize(
    ("amount", "live", "met", "room", "excess"),
    [
        ("1000.00", "248999.99", True, "1000.01", "0.00"),
        ("1000.00", "249000.00", True, "1000.00", "0.00"),
        ("1000.00", "249000.01", False, "999.99", "0.01"),
        ("0.01", "250000.00", False, "0.00", "0.01"),
        ("1000.00", "250500.00", False, "0.00", "1500.00"),  # an amended maximum may be lower
    ],
)
def test_the_maximum_of_the_offering(
    amount: str, live: str, met: bool, room: str, excess: str
) -> None:
    judged = judge(amount=D(amount), live=D(live))["offering.room"]
    assert (judged.met, judged.room, judged.figures["excess"]) == (met, D(room), D(excess))


@pytest.mark.parametrize(
    ("amount", "closed", "live", "met", "room", "excess"),
    [
        ("1000.00", "1400000.00", "98999.99", True, "1000.01", "0.00"),
        ("1000.00", "1400000.00", "99000.00", True, "1000.00", "0.00"),
        ("1000.00", "1400000.00", "99000.01", False, "999.99", "0.01"),
        ("1000.00", "1498999.99", "0.00", True, "1000.01", "0.00"),
        ("1000.00", "1499000.00", "0.00", True, "1000.00", "0.00"),
        ("1000.00", "1499000.01", "0.00", False, "999.99", "0.01"),
        ("0.01", "1500000.00", "0.00", False, "0.00", "0.01"),
        ("1.00", "2000000.00", "5.00", False, "0.00", "500006.00"),
    ],
)
def test_the_cap_of_the_group_with_what_is_live(
    amount: str, closed: str, live: str, met: bool, room: str, excess: str
) -> None:
    judged = judge(amount=D(amount), live=D(live), window=given.window(closed))["group.cap"]
    assert (judged.met, judged.room, judged.figures["excess"]) == (met, D(room), D(excess))


def test_the_group_cap_tells_the_day_more_room_returns() -> None:
    closed = given.window("1499500.00", date(2027, 2, 11))
    judged = judge(window=closed)["group.cap"]
    assert judged.figures["returns_on"] == date(2027, 2, 11)
    assert "11 février 2027" in judged.message("fr")
    assert "February 11, 2027" in judged.message("en")


@pytest.mark.parametrize(
    ("amount", "live", "advised", "met", "room"),
    [
        ("2499.99", "0.00", False, True, "2500.00"),
        ("2500.00", "0.00", False, True, "2500.00"),
        ("2500.01", "0.00", False, False, "2500.00"),
        ("1000.00", "1499.99", False, True, "1000.01"),
        ("1000.00", "1500.00", False, True, "1000.00"),
        ("1000.00", "1500.01", False, False, "999.99"),
        ("0.01", "2500.00", False, False, "0.00"),
        ("9999.99", "0.00", True, True, "10000.00"),
        ("10000.00", "0.00", True, True, "10000.00"),
        ("10000.01", "0.00", True, False, "10000.00"),
        ("7500.00", "2500.00", True, True, "7500.00"),
        ("7500.01", "2500.00", True, False, "7500.00"),  # it replaces, it does not add
        ("12500.00", "0.00", True, False, "10000.00"),
        # Advice that was void again: what is live is over the basic limit, and no room is left.
        ("0.01", "10000.00", False, False, "0.00"),
    ],
)
def test_the_purchasers_limit(amount: str, live: str, advised: bool, met: bool, room: str) -> None:
    judged = judge(amount=D(amount), person_live=D(live), advised=advised)["purchaser.limit"]
    assert (judged.met, judged.room) == (met, D(room))
    assert judged.figures["limit"] == D("10000.00" if advised else "2500.00")


@pytest.mark.parametrize(
    ("amount", "live", "met", "shortfall"),
    [
        ("99.99", "0.00", False, "0.01"),
        ("100.00", "0.00", True, "0.00"),
        ("100.01", "0.00", True, "0.00"),
        ("40.00", "59.99", False, "0.01"),
        ("40.00", "60.00", True, "0.00"),
        ("40.00", "60.01", True, "0.00"),
    ],
)
def test_the_minimum_with_the_persons_other_live_ones(
    amount: str, live: str, met: bool, shortfall: str
) -> None:
    judged = judge(amount=D(amount), person_live=D(live))["purchaser.minimum"]
    assert (judged.met, judged.figures["shortfall"]) == (met, D(shortfall))
    assert judged.room is None


# The purchaser


@pytest.mark.parametrize(
    ("provinces", "majority"),
    [
        (("QC", "AB", "SK", "MB", "ON", "PE"), 18),
        (("BC", "NB", "NS", "NL", "YT", "NT", "NU"), 19),
    ],
)
def test_the_age_of_majority_by_province(provinces: tuple[str, ...], majority: int) -> None:
    for province in provinces:
        for age, met in ((majority - 1, False), (majority, True), (majority + 1, True)):
            judged = judge(province=province, age=age)["purchaser.of_age"]
            assert judged.met is met, province
            assert judged.figures["majority"] == majority


@pytest.mark.parametrize(("age", "met"), [(18, False), (19, True)])
def test_outside_canada_the_oldest_age_is_asked_and_residence_refuses(age: int, met: bool) -> None:
    judged = judge(province="US", age=age)
    assert judged["purchaser.of_age"].met is met
    assert not judged["purchaser.resident"].met


def test_no_date_of_birth_is_not_of_age() -> None:
    assert not judge(age=None)["purchaser.of_age"].met


@pytest.mark.parametrize(
    ("province", "read", "met"),
    [
        ("QC", (), False),
        ("QC", ("en",), False),
        ("QC", ("fr",), True),
        ("QC", ("en", "fr"), True),
        ("ON", (), False),
        ("ON", ("en",), True),
        ("ON", ("fr",), True),
    ],
)
def test_a_resident_of_quebec_opens_the_french_document(
    province: str, read: tuple[str, ...], met: bool
) -> None:
    judged = judge(province=province, languages_read=read)["purchaser.document_read"]
    assert judged.met is met


@pytest.mark.parametrize(
    ("answers", "unanswered"),
    [
        (dict.fromkeys(STATEMENTS, True), ()),
        (dict.fromkeys(STATEMENTS, False), STATEMENTS),
        ({"R1": True, "R2": True}, ("R3",)),
        ({"R1": True, "R2": False, "R3": True}, ("R2",)),
        ({}, STATEMENTS),
        (None, STATEMENTS),
        ({**dict.fromkeys(STATEMENTS, True), "R9": False}, ()),  # not asked on this portal
        ({"R1": 1, "R2": "yes", "R3": True}, ("R1", "R2")),  # yes is True and nothing else
    ],
)
def test_every_statement_answered_yes(answers: Any, unanswered: tuple[str, ...]) -> None:
    judged = judge(answers=answers)["purchaser.risks_acknowledged"]
    assert judged.met is (not unanswered)
    assert judged.figures["unanswered"] == unanswered


@pytest.mark.parametrize(("second", "met"), [(-1, True), (0, True), (1, False)])
def test_the_right_would_be_over_when_the_ninetieth_day_begins(second: int, met: bool) -> None:
    begins = datetime(2026, 5, 31, 4, tzinfo=UTC)
    judged = judge(ninetieth_begins=begins, right_ends=begins + timedelta(seconds=second))
    assert judged["purchaser.not_too_late"].met is met


@pytest.mark.parametrize(
    ("local_day", "purchaser", "met"),
    [
        # Open from 2 March 2026: the 90th day is Sunday 31 May and begins at midnight of Saturday.
        (27, "QC", True),  # Wednesday: Thursday, Friday 29
        (28, "QC", False),  # Thursday: Friday, Monday 1 June
        (26, "BC", True),
        (27, "BC", True),  # ends at midnight in Vancouver: still before the 31st begins
        (28, "BC", False),
    ],
)
def test_w10_from_agreement_to_refusal(local_day: int, purchaser: str, met: bool) -> None:
    agreed = datetime(2026, 5, local_day, 16, tzinfo=UTC)
    right = withdrawal.right(agreed, purchaser=purchaser, issuer="QC", portal="QC")
    ninetieth = withdrawal.ninetieth_day(date(2026, 3, 2))
    assert ninetieth == date(2026, 5, 31)
    judged = judge(right_ends=right.ends_at, ninetieth_begins=withdrawal.begins(ninetieth, "QC"))[
        "purchaser.not_too_late"
    ]
    assert judged.met is met


def test_w10_a_right_in_vancouver_outlives_midnight_in_montreal() -> None:
    """The 90th day after 4 March is Tuesday 2 June: a right that ends on Monday 1 June at midnight
    in Vancouver is still alive when it begins in Montréal; the same right in Montréal is over."""
    begins = withdrawal.begins(withdrawal.ninetieth_day(date(2026, 3, 4)), "QC")
    agreed = datetime(2026, 5, 28, 16, tzinfo=UTC)
    for purchaser, met in (("QC", True), ("BC", False)):
        right = withdrawal.right(agreed, purchaser=purchaser, issuer="QC", portal="QC")
        assert right.ends_on == date(2026, 6, 1)
        judged = judge(right_ends=right.ends_at, ninetieth_begins=begins)
        assert judged["purchaser.not_too_late"].met is met


# Properties

cents = st.integers(min_value=1, max_value=3_000_000).map(lambda n: Decimal(n) * CENT)
LIMITS = ("offering.room", "group.cap", "purchaser.limit")


@st.composite
def crowded(draw_one: st.DrawFn) -> SubscriptionFacts:
    """A subscription into an offering, a group and a person that already have something."""
    return given.subscription(
        live=draw_one(cents) * 8,
        person_live=draw_one(cents),
        window=given.window(str(draw_one(cents) * 50)),
        advised=draw_one(st.booleans()),
    )


@CALM
@draw(facts=crowded())
def test_each_room_is_accepted_exactly_and_a_cent_more_refused(facts: SubscriptionFacts) -> None:
    for code in LIMITS:
        room = given.found(subscription.judge(facts, on=ON))[code].room
        assert room is not None
        assert room >= 0
        if room > 0:
            exactly = subscription.judge(replace(facts, amount=room), on=ON)
            assert given.found(exactly)[code].met
        over = subscription.judge(replace(facts, amount=room + CENT), on=ON)
        assert not given.found(over)[code].met


@CALM
@draw(facts=crowded(), less=cents, more=cents)
def test_a_larger_amount_never_meets_a_limit_that_a_smaller_one_missed(
    facts: SubscriptionFacts, less: Decimal, more: Decimal
) -> None:
    small = given.found(subscription.judge(replace(facts, amount=less), on=ON))
    large = given.found(subscription.judge(replace(facts, amount=less + more), on=ON))
    for code in LIMITS:
        assert small[code].met or not large[code].met
        assert small[code].room == large[code].room  # the room does not depend on what is asked
    assert large["purchaser.minimum"].met or not small["purchaser.minimum"].met


@CALM
@draw(facts=crowded())
def test_advice_never_takes_room_away(facts: SubscriptionFacts) -> None:
    without = given.found(subscription.judge(replace(facts, advised=False), on=ON))
    with_it = given.found(subscription.judge(replace(facts, advised=True), on=ON))
    rooms = with_it["purchaser.limit"].room, without["purchaser.limit"].room
    assert rooms[0] is not None
    assert rooms[1] is not None
    assert rooms[0] >= rooms[1]
