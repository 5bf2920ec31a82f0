"""The issuer group (W-3) and what it closed in the window (W-1, W-2)."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st

from compliance.rules.kernel.dates import months_before
from compliance.rules.ni45_110 import closing, filing, subscription
from compliance.rules.ni45_110.group import (
    AFFILIATE,
    COMMON_ENTERPRISE,
    SAME_FOUNDER,
    Closed,
    Edge,
    closed_in_window,
    closed_total,
    members,
    wider_links,
)
from tests.rules import given
from tests.rules.given import D

CALM = settings(deadline=None)
"""A busy machine is no failure."""

LONG_AGO = date(2020, 1, 1)
DAY = date(2026, 3, 2)
CAP = Decimal("1500000.00")


def edge(one: str, other: str, kind: str = AFFILIATE, since: date = LONG_AGO) -> Edge:
    return Edge(one, other, kind, since)


def group(issuer: str, *edges: Edge) -> set[str]:
    return set(members(issuer, edges, DAY))


# Who is in the group (W-3)


def test_an_issuer_alone_is_its_own_group() -> None:
    assert group("a") == {"a"}
    assert group("a", edge("b", "c")) == {"a"}


def test_affiliates_through_any_chain() -> None:
    chain = (edge("a", "b"), edge("c", "b"), edge("c", "d"), edge("x", "y"))
    for issuer in "abcd":
        assert group(issuer, *chain) == {"a", "b", "c", "d"}


def test_common_enterprise_one_link_from_the_issuer_or_an_affiliate() -> None:
    links = (
        edge("a", "b"),
        edge("b", "c", COMMON_ENTERPRISE),
        edge("c", "d", COMMON_ENTERPRISE),
        edge("c", "e"),
    )
    assert group("a", *links) == {"a", "b", "c"}  # d and e are farther
    assert group("c", *links) == {"c", "e", "b", "d"}  # a is b's affiliate, not c's
    assert group("d", *links) == {"d", "c"}


def test_same_founder_one_link_from_the_issuer_itself_only() -> None:
    links = (edge("a", "b"), edge("b", "c", SAME_FOUNDER), edge("c", "d", SAME_FOUNDER))
    assert group("a", *links) == {"a", "b"}
    assert group("b", *links) == {"a", "b", "c"}
    assert group("c", *links) == {"b", "c", "d"}


def test_kinds_do_not_chain_into_one_another() -> None:
    links = (edge("a", "b", SAME_FOUNDER), edge("b", "c"), edge("b", "d", COMMON_ENTERPRISE))
    assert group("a", *links) == {"a", "b"}


def test_wider_links_are_the_rest_of_the_component() -> None:
    links = (
        edge("a", "b", SAME_FOUNDER),
        edge("b", "c"),
        edge("c", "d", COMMON_ENTERPRISE),
        edge("x", "y"),
    )
    assert wider_links("a", links, DAY) == {"c", "d"}
    assert wider_links("c", links, DAY) == {"a"}
    assert wider_links("x", links, DAY) == frozenset()


@pytest.mark.parametrize(
    ("on", "alive"),
    [
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), True),
        (date(2026, 3, 31), True),
        (date(2026, 4, 1), False),
    ],
)
def test_a_link_lives_from_its_first_to_its_last_day(on: date, alive: bool) -> None:
    link = Edge("a", "b", AFFILIATE, date(2026, 3, 1), date(2026, 3, 31))
    assert link.alive(on) is alive
    assert members("a", [link], on) == ({"a", "b"} if alive else {"a"})


def test_a_link_counts_when_it_lives_on_any_of_the_days() -> None:
    link = Edge("a", "b", AFFILIATE, date(2025, 6, 1), date(2025, 6, 30))
    assert members("a", [link], DAY) == {"a"}
    assert members("a", [link], DAY, date(2025, 6, 15)) == {"a", "b"}


names = st.sampled_from("abcdef")
kinds = st.sampled_from([AFFILIATE, COMMON_ENTERPRISE, SAME_FOUNDER])
webs = st.lists(
    st.builds(Edge, names, names, kinds, st.just(LONG_AGO)).filter(lambda e: e.one != e.other),
    max_size=9,
)


@CALM
@draw(web=webs, one=names, other=names)
def test_affiliates_are_symmetric_and_transitive(web: list[Edge], one: str, other: str) -> None:
    only = [link for link in web if link.kind == AFFILIATE]
    if other in members(one, only, DAY):
        assert members(other, only, DAY) == members(one, only, DAY)


@CALM
@draw(web=webs, one=names, other=names)
def test_links_have_no_direction(web: list[Edge], one: str, other: str) -> None:
    turned = [Edge(link.other, link.one, link.kind, link.since) for link in web]
    assert members(one, turned, DAY) == members(one, web, DAY)
    assert wider_links(one, turned, DAY) == wider_links(one, web, DAY)


@CALM
@draw(web=webs, more=webs, issuer=names)
def test_a_new_link_never_makes_a_group_smaller(
    web: list[Edge], more: list[Edge], issuer: str
) -> None:
    assert issuer in members(issuer, web, DAY)
    assert members(issuer, web, DAY) <= members(issuer, [*web, *more], DAY)


@CALM
@draw(web=webs, issuer=names)
def test_group_and_wider_links_are_the_component(web: list[Edge], issuer: str) -> None:
    component = {issuer}
    while True:
        near = {n for e in web if {e.one, e.other} & component for n in (e.one, e.other)}
        if near <= component:
            break
        component |= near
    inside, outside = members(issuer, web, DAY), wider_links(issuer, web, DAY)
    assert inside & outside == set()
    assert inside | outside == component


# The window (W-1)


def closed(
    *closings: tuple[str, date, str], on: date, edges: Iterable[Edge] = (), months: int = 12
) -> tuple[Decimal, date | None]:
    rows = [Closed(who, day, D(amount)) for who, day, amount in closings]
    window = closed_in_window("a", edges, rows, on=on, months=months, cap=CAP)
    assert window.window_start == months_before(on, months)
    return window.closed, window.returns_on


MAPLE = (("b", date(2026, 2, 10), "400000.00"), ("a", date(2025, 11, 30), "300000.00"))


@pytest.mark.parametrize(
    ("on", "room", "returns_on"),
    [
        (date(2026, 11, 29), "800000.00", date(2026, 12, 1)),
        (date(2026, 11, 30), "800000.00", date(2026, 12, 1)),
        (date(2026, 12, 1), "1100000.00", date(2027, 2, 11)),
        (date(2027, 2, 10), "1100000.00", date(2027, 2, 11)),
        (date(2027, 2, 11), "1500000.00", None),
    ],
)
def test_the_worked_vectors_of_the_rulebook(on: date, room: str, returns_on: date | None) -> None:
    links = [edge("a", "b")]
    window = closed_in_window(
        "a", links, [Closed(w, d, D(m)) for w, d, m in MAPLE], on=on, months=12, cap=CAP
    )
    assert CAP - window.closed == D(room)
    assert window.returns_on == returns_on
    f5 = given.portal(f5_certified=on)
    judged = (
        given.found(filing.judge(given.filing(window=window, portal=f5), on=on)),
        given.found(subscription.judge(given.subscription(window=window, portal=f5), on=on)),
        given.found(closing.judge(given.closing(window=window, portal=f5), on=on)),
    )
    codes = ("offering.within_group_cap", "group.cap", "closing.group_cap")
    for findings, code in zip(judged, codes, strict=True):
        assert findings[code].room == D(room)


@pytest.mark.parametrize(
    ("closed_on", "on", "counted"),
    [
        (date(2025, 3, 1), DAY, False),
        (date(2025, 3, 2), DAY, True),
        (date(2025, 3, 3), DAY, True),
        (DAY, DAY, True),
        (DAY + timedelta(days=1), DAY, False),
        # 29 February counts back to 28 February.
        (date(2027, 2, 28), date(2028, 2, 29), True),
        (date(2027, 2, 27), date(2028, 2, 29), False),
        (date(2024, 2, 29), date(2025, 2, 28), True),
        (date(2024, 2, 28), date(2025, 2, 28), True),
        (date(2024, 2, 29), date(2025, 3, 1), False),
    ],
)
def test_exactly_twelve_months_ago_still_counts(closed_on: date, on: date, counted: bool) -> None:
    amount, _ = closed(("a", closed_on, "7.00"), on=on)
    assert amount == (D("7.00") if counted else D("0.00"))


def test_only_the_group_counts() -> None:
    rows = (("a", DAY, "1.00"), ("b", DAY, "10.00"), ("c", DAY, "100.00"))
    assert closed(*rows, on=DAY)[0] == D("1.00")
    assert closed(*rows, on=DAY, edges=[edge("a", "b")])[0] == D("11.00")


def test_a_link_that_lived_when_the_distribution_closed_counts() -> None:
    ended = Edge("a", "b", AFFILIATE, LONG_AGO, date(2025, 9, 30))
    begun = Edge("a", "b", AFFILIATE, date(2026, 1, 1))
    then, later = ("b", date(2025, 9, 30), "5.00"), ("b", date(2025, 10, 1), "5.00")
    assert closed(then, on=DAY, edges=[ended])[0] == D("5.00")
    assert closed(later, on=DAY, edges=[ended])[0] == D("0.00")
    assert closed(later, on=DAY, edges=[begun])[0] == D("5.00")  # alive on the judged day


def test_several_closings_of_one_day_and_one_issuer_add_up() -> None:
    assert closed(("a", DAY, "5.00"), ("a", DAY, "5.00"), on=DAY)[0] == D("10.00")


days = st.dates(date(2022, 1, 1), date(2030, 12, 31))


def totals(closings: list[Closed], edges: Iterable[Edge] = ()) -> Callable[[date], Decimal]:
    return lambda day: closed_total("a", edges, closings, on=day, months=12)


@settings(max_examples=60, deadline=None)
@draw(rows=st.lists(st.tuples(days, st.integers(1, 10**6)), max_size=6), on=days)
def test_nothing_returns_before_the_day_that_is_told(
    rows: list[tuple[date, int]], on: date
) -> None:
    """Up to the day told the window holds all it held; on that day it holds less, and leaves more
    room under a cap that was passed."""
    closings = [Closed("a", day, Decimal(amount)) for day, amount in rows if day <= on]
    counts, cap = totals(closings), Decimal(500_000)
    now = closed_in_window("a", (), closings, on=on, months=12, cap=cap)
    assert now.closed == counts(on)
    if now.returns_on is None:
        assert now.closed == 0
        return
    assert now.returns_on > on
    assert counts(now.returns_on - timedelta(days=1)) >= min(now.closed, cap)
    assert counts(now.returns_on) < min(now.closed, cap)


@pytest.mark.parametrize(
    ("since", "until", "returns_on"),
    [
        (date(2026, 1, 15), date(2026, 4, 20), date(2026, 4, 21)),  # the link ends first
        (date(2026, 1, 15), date(2026, 12, 31), date(2027, 1, 1)),  # both on one day
        (date(2026, 1, 15), date(2027, 6, 30), date(2027, 1, 1)),  # the window first
        (date(2026, 1, 15), None, date(2027, 1, 1)),
        (date(2025, 12, 31), date(2026, 4, 20), date(2027, 1, 1)),  # it lived at the closing
    ],
)
def test_room_returns_when_the_link_that_made_it_count_ends(
    since: date, until: date | None, returns_on: date
) -> None:
    link = Edge("a", "b", AFFILIATE, since, until)
    row = ("b", date(2025, 12, 31), "5.00")
    assert closed(row, on=date(2026, 3, 2), edges=[link]) == (D("5.00"), returns_on)


def test_above_the_cap_room_returns_only_where_less_than_the_cap_is_left() -> None:
    """Links found late may make a group that closed more than the cap: the first to leave frees
    nothing yet."""
    rows = tuple(("a", date(2026, 1, day), "1400000.00") for day in (10, 11, 12))
    assert closed(*rows, on=date(2026, 3, 2)) == (D("4200000.00"), date(2027, 1, 12))
    exactly = (("a", date(2026, 1, 10), "100.00"), ("a", date(2026, 1, 11), "1500000.00"))
    assert closed(*exactly, on=date(2026, 3, 2))[1] == date(2027, 1, 12)


def test_room_returns_late_where_another_closing_comes_before_it() -> None:
    """What is declared for a day to come takes the room that the first one gives back."""
    rows = (("a", date(2026, 1, 10), "5.00"), ("a", date(2026, 8, 20), "5.00"))
    assert closed(*rows, on=date(2026, 3, 2)) == (D("5.00"), date(2027, 8, 21))


near = st.dates(date(2025, 1, 1), date(2026, 12, 31))
brief_links = st.builds(
    lambda ends, kind, since, length: Edge(
        *ends, kind, since, None if length is None else since + timedelta(days=length)
    ),
    st.sampled_from([("a", "b"), ("b", "c"), ("a", "c")]),
    st.sampled_from([AFFILIATE, COMMON_ENTERPRISE, SAME_FOUNDER]),
    near,
    st.none() | st.integers(0, 500),
)


@settings(max_examples=40, deadline=None)
@draw(
    rows=st.lists(st.tuples(st.sampled_from("abc"), near, st.integers(1, 9)), max_size=4),
    edges=st.lists(brief_links, max_size=3),
    on=near,
)
def test_the_day_of_return_by_a_count_of_every_day(
    rows: list[tuple[str, date, int]], edges: list[Edge], on: date
) -> None:
    closings = [Closed(who, day, Decimal(amount)) for who, day, amount in rows]

    counts, cap = totals(closings, edges), Decimal(10)
    least = min(counts(on), cap)
    coming = (on + timedelta(days=n) for n in range(1, 1200))
    wanted = next((day for day in coming if counts(day) < least), None)
    told = closed_in_window("a", edges, closings, on=on, months=12, cap=cap).returns_on
    assert told == wanted


@CALM
@draw(rows=st.lists(st.tuples(days, st.integers(1, 10**6)), max_size=6), on=days)
def test_the_window_by_a_slower_count(rows: list[tuple[date, int]], on: date) -> None:
    closings = [Closed("a", day, Decimal(amount)) for day, amount in rows]
    total, day = Decimal(0), on
    first = (on.year - 1, on.month, min(on.day, 28) if (on.month, on.day) == (2, 29) else on.day)
    while (day.year, day.month, day.day) >= first:
        total += sum((c.amount for c in closings if c.closed_on == day), Decimal(0))
        day -= timedelta(days=1)
    assert totals(closings)(on) == total
