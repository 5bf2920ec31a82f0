"""What the desk draws: the room of a group over time, subscriptions by day, the month."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.desk.drawings import room_picture, subscriptions_picture
from compliance.desk.months import due_between, weeks
from equity.selectors.groups import component_edges, room_over_time, window
from equity.services import issuers
from tests.factories import BOUND, OPENED, Cast, make_issuer, make_person, open_offering, subscribed
from tests.pages.casework import opened
from tests.pages.issuing import at, examiner_client, html, officer_client, one_heading

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
CAP = Decimal("1500000.00")


def earlier(cast: Cast, on: date, amount: str) -> None:
    issuers.declare_earlier(
        actor=cast.asks, issuer_id=cast.issuer.pk, closed_on=on, amount=Decimal(amount), at=BOUND
    )


def test_the_room_falls_at_a_closing_and_comes_back_when_it_leaves_the_window() -> None:
    cast = open_offering()
    earlier(cast, date(2025, 6, 15), "400000.00")
    earlier(cast, date(2025, 9, 30), "100000.00")
    found = {one.on: one.room for one in room_over_time(cast.issuer.pk, TODAY)}
    assert found == {
        date(2025, 3, 2): CAP,
        date(2025, 6, 15): CAP - 400000,
        date(2025, 9, 30): CAP - 500000,
        TODAY: CAP - 500000,
        date(2026, 6, 16): CAP - 100000,
        date(2026, 10, 1): CAP,
        date(2027, 3, 3): CAP,
    }
    picture, returns = room_picture(cast.issuer.pk, TODAY)
    assert returns == (date(2026, 6, 16), Decimal("400000.00"))
    assert [one.place for one in picture.uprights] == [TODAY.toordinal(), returns[0].toordinal()]
    with at(BOUND):
        page = officer_client(cast.asks, "en").get(reverse("desk:issuer", args=(cast.issuer.pk,)))
        assert one_heading(page)
        assert "$400,000.00 becomes available again" in html(page)
        assert "$400,000.00 leaves the window" in html(page)


def test_the_room_of_each_day_is_the_one_that_the_rules_judge_by() -> None:
    """The drawing and the rule agree on the day before, of and after each change."""
    cast = open_offering()
    earlier(cast, date(2025, 2, 28), "1500000.00")
    earlier(cast, date(2025, 3, 3), "0.01")
    other = make_issuer(name="Sœur inc.", neq="1170000059")
    issuers.relate(
        actor=cast.asks,
        issuer_id=cast.issuer.pk,
        other_id=other.pk,
        kind="affiliate",
        at=BOUND,
        since=date(2025, 12, 1),
    )
    issuers.declare_earlier(
        actor=cast.asks,
        issuer_id=other.pk,
        closed_on=date(2025, 8, 1),
        amount=Decimal("7.00"),
        at=BOUND,
    )
    edges = component_edges(cast.issuer.pk)
    standings = room_over_time(cast.issuer.pk, TODAY)
    for one, after in itertools.pairwise(standings):
        for day in (one.on, after.on - timedelta(days=1)):
            closed = window(cast.issuer.pk, edges, day).closed
            assert one.room == max(Decimal(0), CAP - closed), day
    assert any(one.room == 0 for one in standings)


def test_nothing_closed_returns_nothing() -> None:
    cast = open_offering()
    picture, returns = room_picture(cast.issuer.pk, TODAY)
    assert returns is None
    assert {point.values[0] for point in picture.points} == {CAP}


def test_subscriptions_by_day_say_what_is_agreed_binding_and_paid() -> None:
    cast = open_offering()
    assert subscriptions_picture(cast.offering, TODAY).empty
    one = subscribed(cast, make_person("Anne", "Roy"), units=10)
    two = subscribed(cast, make_person("Noé", "Roy"), units=20, at=OPENED + timedelta(days=2))
    picture = subscriptions_picture(cast.fresh(), TODAY + timedelta(days=4))
    assert len(picture.points) == 5  # every day from the first to today, quiet ones too
    total = [sum((point.values[part] for point in picture.points), Decimal(0)) for part in (0, 2)]
    assert total == [one.amount + two.amount, one.paid + two.paid]
    assert picture.points[0].values[0] == one.amount
    assert picture.points[2].values[0] == two.amount
    assert picture.points[1].values == (0, 0, 0)


def test_a_month_shows_each_thing_on_its_day_and_as_a_list() -> None:
    cast = open_offering()
    subscribed(cast, make_person())
    opened_case = opened(cast, due_on=date(2026, 3, 31))
    last = cast.fresh().last_day
    assert last is not None
    found = due_between(date(2026, 3, 1), date(2026, 3, 31))
    assert [(due.day.day, due.url) for due in found if "cases" in due.url] == [
        (31, reverse("desk:case", args=(opened_case.pk,)))
    ]
    for first, there in ((last, True), (last + timedelta(days=1), False)):
        dues = due_between(first, first)
        assert any(due.day == last for due in dues) is there
    squares = [square for week in weeks(2026, 3, TODAY, found) for square in week]
    assert squares[0].day == date(2026, 3, 1)  # a Sunday
    assert [square.day for square in squares if square.today] == [TODAY]
    assert sum(len(square.dues) for square in squares) == len(found)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_a_month(language: str) -> None:
    cast = open_offering()
    with at(BOUND):
        client = examiner_client(language)
        url = reverse("desk:month")
        page = client.get(url)
        assert one_heading(page).lower() == ("mars 2026" if language == "fr" else "march 2026")
        assert 'aria-current="date"' in html(page)
        assert "?m=2026-02" in html(page)
        assert "?m=2026-04" in html(page)
        december = client.get(url + "?m=2026-12")
        assert "?m=2027-01" in html(december)
        for wrong in ("?m=2026-13", "?m=hier", "?m=9999-01", "?m=２０２６-03"):
            assert one_heading(client.get(url + wrong)) == one_heading(page)
        with CaptureQueriesContext(connection) as few:
            client.get(url)
        subscribed(cast, make_person())
        for number in range(8):
            opened(cast, due_on=date(2026, 3, 10 + number))
        with CaptureQueriesContext(connection) as many:
            client.get(url)
        assert len(many) <= len(few) + 1  # the one subscription that the cases are about
