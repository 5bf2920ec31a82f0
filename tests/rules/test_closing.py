"""Judged at the closing, and at its approval."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110 import closing
from compliance.rules.ni45_110.facts import CompletingFacts
from tests.rules import given
from tests.rules.given import CENT, ON, D, row

CALM = settings(deadline=None)
"""A busy machine is no failure."""

ALWAYS = (
    "issuer.head_office_in_canada",
    "issuer.not_reporting",
    "issuer.not_investment_fund",
    "issuer.has_operations",
    "portal.authorised",
    "closing.minimum_reached",
    "closing.withdrawal_over",
    "closing.within_90_days",
    "closing.group_cap",
    "closing.purchaser_limits",
    "closing.funds_in_trust",
    "certificate.resale_legend",
    "closing.gross_release",
)


def judge(on: date = ON, **changes: Any) -> dict[str, Finding]:
    return given.found(closing.judge(given.closing(**changes), on=on))


def test_a_lawful_closing_meets_every_rule() -> None:
    findings = closing.judge(given.closing(), on=ON)
    assert tuple(one.code for one in findings) == ALWAYS
    assert given.refusals(findings) == []
    approved = closing.judge_approval(given.closing(), given.approval(), on=ON)
    assert tuple(one.code for one in approved) == (*ALWAYS, "closing.two_people")
    assert given.refusals(approved) == []


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("issuer.head_office_in_canada", {"issuer": given.issuer(head_office="FR")}),
        ("issuer.not_reporting", {"issuer": given.issuer(reporting=True)}),
        ("issuer.not_investment_fund", {"issuer": given.issuer(investment_fund=True)}),
        ("issuer.has_operations", {"issuer": given.issuer(has_operations=False)}),
        ("portal.authorised", {"jurisdictions": ("QC", "AB")}),
        ("closing.minimum_reached", {"minimum": D("3500.01")}),
        ("closing.withdrawal_over", {"live_rights": 1}),
        ("closing.within_90_days", {"first_available": ON - timedelta(days=91)}),
        ("closing.group_cap", {"window": given.window("1496500.01")}),
        ("closing.purchaser_limits", {"completing": (row("m"), row("m"), row("m", "500.01"))}),
        ("closing.funds_in_trust", {"trust": D("3499.99")}),
        ("certificate.resale_legend", {"legend": False}),
        ("closing.gross_release", {"release": D("3325.00")}),
    ],
)
def test_one_thing_wrong_refuses_by_its_own_code_alone(code: str, changes: dict[str, Any]) -> None:
    if "completing" in changes:
        changes = changes | {"release": D("2500.01")}
    assert given.refusals(closing.judge(given.closing(**changes), on=ON)) == [code]


# closing.minimum_reached


@pytest.mark.parametrize(
    ("minimum", "concurrent", "met", "shortfall"),
    [
        ("3499.99", "0.00", True, "0.00"),
        ("3500.00", "0.00", True, "0.00"),
        ("3500.01", "0.00", False, "0.01"),
        ("5000.00", "1499.99", False, "0.01"),
        ("5000.00", "1500.00", True, "0.00"),
        ("5000.00", "1500.01", True, "0.00"),
    ],
)
def test_the_minimum_to_the_cent_with_concurrent_money(
    minimum: str, concurrent: str, met: bool, shortfall: str
) -> None:
    judged = judge(minimum=D(minimum), concurrent=D(concurrent))["closing.minimum_reached"]
    assert (judged.met, judged.figures["shortfall"]) == (met, D(shortfall))


def test_concurrent_money_alone_does_not_close_at_least_one_subscription_completes() -> None:
    judged = judge(completing=(), concurrent=D("1000000.00"))["closing.minimum_reached"]
    assert not judged.met
    assert judged.figures["completing"] == 0


# closing.withdrawal_over, closing.within_90_days


@pytest.mark.parametrize(("rights", "met"), [(0, True), (1, False), (40, False)])
def test_one_live_right_stops_the_closing(rights: int, met: bool) -> None:
    judged = judge(live_rights=rights, last_right_ends_on=date(2026, 3, 4))
    assert judged["closing.withdrawal_over"].met is met


@pytest.mark.parametrize(
    ("day", "met"),
    [(date(2026, 5, 30), True), (date(2026, 5, 31), True), (date(2026, 6, 1), False)],
)
def test_the_89th_90th_and_91st_day(day: date, met: bool) -> None:
    told = date(2026, 1, 5)
    judged = judge(day, portal=given.portal(f5_certified=told))["closing.within_90_days"]
    assert judged.met is met
    assert judged.figures["ninetieth_day"] == date(2026, 5, 31)


# closing.group_cap


@pytest.mark.parametrize(
    ("closed", "met", "room", "excess"),
    [
        ("0.00", True, "1500000.00", "0.00"),
        ("1496499.99", True, "3500.01", "0.00"),
        ("1496500.00", True, "3500.00", "0.00"),
        ("1496500.01", False, "3499.99", "0.01"),
        ("1500000.00", False, "0.00", "3500.00"),
        ("1700000.00", False, "0.00", "203500.00"),
    ],
)
def test_the_cap_on_the_closing_day(closed: str, met: bool, room: str, excess: str) -> None:
    judged = judge(window=given.window(closed))["closing.group_cap"]
    assert (judged.met, judged.room, judged.figures["excess"]) == (met, D(room), D(excess))


# closing.purchaser_limits


@pytest.mark.parametrize(
    ("rows", "over", "excess"),
    [
        ((row("m", "2499.99"),), 0, "0.00"),
        ((row("m", "2500.00"),), 0, "0.00"),
        ((row("m", "2500.01"),), 1, "0.01"),
        ((row("m", "1500.00"), row("n", "2500.00"), row("m", "1000.00")), 0, "0.00"),
        ((row("m", "1500.00"), row("n", "2500.00"), row("m", "1000.01")), 1, "0.01"),
        ((row("m", "9999.99", advised=True),), 0, "0.00"),
        ((row("m", "10000.00", advised=True),), 0, "0.00"),
        ((row("m", "10000.01", advised=True),), 1, "0.01"),
        # Each is held against the advice that stood at its own agreement, in their order.
        ((row("m", "2500.00"), row("m", "7500.00", advised=True)), 0, "0.00"),
        ((row("m", "2500.00"), row("m", "7500.01", advised=True)), 1, "0.01"),
        ((row("m", "7500.00", advised=True), row("m", "0.01")), 1, "5000.01"),
        (
            (row("m", "2500.01"), row("m", "7000.00", advised=True)),
            1,
            "0.01",
        ),  # later advice does not heal what was over at its agreement
        ((row("m", "2501.00"), row("n", "2500.50"), row("o", "2500.00")), 2, "1.00"),
        ((), 0, "0.00"),
    ],
)
def test_every_person_again(rows: tuple[CompletingFacts, ...], over: int, excess: str) -> None:
    judged = judge(completing=rows)["closing.purchaser_limits"]
    assert judged.met is (over == 0)
    assert judged.figures["over"] == over
    assert judged.figures["excess"] == D(excess)
    assert judged.figures["purchasers"] == len({one.purchaser for one in rows})


# closing.funds_in_trust, closing.gross_release


@pytest.mark.parametrize(
    ("trust", "paid", "due", "met", "difference"),
    [
        ("3500.00", "3500.00", "0.00", True, "0.00"),
        ("3499.99", "3500.00", "0.00", False, "-0.01"),
        ("3500.01", "3500.00", "0.00", False, "0.01"),
        ("4250.00", "3500.00", "750.00", True, "0.00"),
        ("3500.00", "3500.00", "750.00", False, "-750.00"),
    ],
)
def test_the_trust_balance_to_the_cent(
    trust: str, paid: str, due: str, met: bool, difference: str
) -> None:
    judged = judge(trust=D(trust), paid_live=D(paid), refunds_due=D(due))["closing.funds_in_trust"]
    assert (judged.met, judged.figures["difference"]) == (met, D(difference))


@pytest.mark.parametrize(
    ("kind", "release", "met"),
    [
        ("exempt", "3499.99", False),
        ("exempt", "3500.00", True),
        ("exempt", "3500.01", False),
        ("dealer", "3325.00", True),
    ],
)
def test_an_exempt_portal_releases_the_whole_amount(kind: str, release: str, met: bool) -> None:
    facts = given.portal() if kind == "exempt" else given.dealer()
    assert judge(portal=facts, release=D(release))["closing.gross_release"].met is met


# closing.two_people


@pytest.mark.parametrize("same_person", [True, False])
@pytest.mark.parametrize("principal", [True, False])
@pytest.mark.parametrize("changed", [True, False])
def test_two_people_for_the_same_figures(same_person: bool, principal: bool, changed: bool) -> None:
    approval = given.approval(same_person=same_person, principal=principal, changed=changed)
    judged = given.found(closing.judge_approval(given.closing(), approval, on=ON))
    assert judged["closing.two_people"].met is not (same_person or principal or changed)


def test_an_approval_judges_the_closing_again() -> None:
    facts = given.closing(live_rights=1, trust=D("0.00"))
    judged = closing.judge_approval(facts, given.approval(changed=True), on=ON)
    assert given.refusals(judged) == [
        "closing.withdrawal_over",
        "closing.funds_in_trust",
        "closing.two_people",
    ]


# Properties

amounts = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 400_000), st.booleans()), max_size=8
)


@CALM
@draw(rows=amounts)
def test_whoever_is_over_stays_over_when_more_is_added(rows: list[tuple[str, int, bool]]) -> None:
    """Adding a subscription at the end never makes an earlier excess disappear."""
    facts = [CompletingFacts(who, Decimal(cents) * CENT, advised) for who, cents, advised in rows]
    over = [
        judge(completing=tuple(facts[:n]))["closing.purchaser_limits"] for n in range(len(rows))
    ]
    counts = [one.figures["over"] for one in over]
    assert counts == sorted(counts)


@CALM
@draw(closed=st.integers(0, 200_000_000))
def test_the_room_of_the_closing_is_exact(closed: int) -> None:
    window = given.window(f"{Decimal(closed) * CENT:.2f}")
    room = judge(window=window)["closing.group_cap"].room
    assert room is not None
    if room > 0:
        exactly = judge(window=window, completing=(CompletingFacts("m", room, advised=False),))
        assert exactly["closing.group_cap"].met
    over = judge(window=window, completing=(CompletingFacts("m", room + CENT, advised=False),))
    assert not over["closing.group_cap"].met
