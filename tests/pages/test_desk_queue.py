"""The queue: everything that waits in one list, its filters in the address, its days in words."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.casework import services as casework
from compliance.casework.models import Case
from compliance.desk.waiting_told import in_days, working_days
from compliance.rules.ni45_110.duties import REFUND
from equity.models import Duty
from equity.services import closing, filing, life, money
from tests.equity.acts_of_two import asked_account
from tests.factories import (
    BOUND,
    OPENED,
    Cast,
    certify,
    draft_offering,
    investor_actor,
    issuer_actor,
    make_issuer,
    make_person,
    make_portal,
    open_offering,
    subscribed,
)
from tests.pages.casework import flagged, opened
from tests.pages.issuing import at, examiner_client, html, officer_client, one_heading

pytestmark = pytest.mark.django_db

QUEUE = reverse("desk:queue")


def rows(client: Client, query: str = "") -> list[Any]:
    response = client.get(QUEUE + query)
    assert response.status_code == 200
    return list(response.context["rows"])


@pytest.fixture
def cast() -> Cast:
    found = open_offering()
    subscribed(found, make_person(), units=60)
    return found


def duty(cast: Cast, due_on: date, **more: Any) -> Duty:
    given: dict[str, Any] = {
        "code": "file_document",
        "offering": cast.offering,
        "jurisdiction": "QC",
        "event_on": due_on - timedelta(days=30),
        "due_on": due_on,
        "created_at": OPENED,
    }
    return Duty.objects.create(**(given | more))


def test_nothing_waits_is_said_with_a_way_on() -> None:
    cast = draft_offering()
    with at(OPENED):
        page = officer_client(cast.asks).get(QUEUE)
    assert "Rien n'attend" in html(page).replace("&#x27;", "'")
    assert reverse("desk:offerings") in html(page)
    assert one_heading(page)


def test_what_is_submitted_waits_since_it_was_submitted() -> None:
    cast = draft_offering()
    certify(cast)
    later = OPENED + timedelta(days=3)
    from_issuer = officer_client(cast.asks)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=later)
    with at(later):
        (row,) = rows(from_issuer)
    assert (row.kind, row.since, row.due, row.holder) == ("approve", later, None, "")
    assert row.url == reverse("desk:dossier", args=(cast.offering.pk,))


def test_refunds_of_an_offering_are_one_row_with_the_first_day(cast: Cast) -> None:
    for first in ("Noé", "Ève"):
        other = subscribed(cast, make_person(first, "Roy"))
        money.withdraw(actor=investor_actor(other.person), subscription_id=other.pk, at=OPENED)
    with at(BOUND):
        found = {row.kind: row for row in rows(officer_client(cast.asks))}
    owed = found["refunds"]
    assert "2 remboursements" in owed.what
    first = Duty.objects.filter(code=REFUND).order_by("due_on")[0]
    assert owed.due == first.due_on
    assert found["close"].due == cast.fresh().last_day


def test_a_closing_that_was_asked_for_waits_and_is_no_longer_to_be_asked(cast: Cast) -> None:
    with at(BOUND):
        closing.ask_closing(actor=cast.asks, offering_id=cast.offering.pk, at=BOUND)
        (row,) = rows(officer_client(cast.approves), "?kind=closing")
        assert row.since == BOUND
        assert rows(officer_client(cast.approves), "?kind=close") == []


def test_only_what_an_officer_suspended_waits_for_an_officer(cast: Cast) -> None:
    life.suspend(actor=cast.asks, offering_id=cast.offering.pk, reason="Vérifier.", at=BOUND)
    with at(BOUND):
        assert [row.kind for row in rows(officer_client(cast.asks))] == ["suspended"]


def test_cases_stand_under_alerts_questions_and_others(cast: Cast) -> None:
    flag = flagged(cast)
    mine = opened(cast)
    casework.assign_case(actor=cast.asks, case=mine, to=cast.asks.id, at=OPENED)
    question = opened(cast, kind="question")
    with at(OPENED):
        client = officer_client(cast.asks)
        for kind, case in (("alerts", flag.case), ("cases", mine), ("questions", question)):
            (row,) = rows(client, f"?kind={kind}")
            assert row.url == reverse("desk:case", args=(case.pk,))
        assert [row.url for row in rows(client, "?whose=mine")] == [
            reverse("desk:case", args=(mine.pk,))
        ]
        assert mine.pk not in {row.url for row in rows(client, "?whose=free")}
        assert rows(officer_client(cast.approves), "?whose=mine") == []
        # A flag that is cleared alerts nobody; its case stays a case.
        casework.clear_flag(actor=cast.asks, flag=flag, reason="Cousins.", at=OPENED)
        assert rows(client, "?kind=alerts") == []
        assert len(rows(client, "?kind=cases")) == 2


def test_a_duty_is_late_the_day_after_its_day_and_near_two_weeks_before(cast: Cast) -> None:
    noon = datetime.fromisoformat("2026-03-16T12:00:00-04:00")
    for number, days in enumerate((-1, 0, 14, 15)):
        on = date(2026, 3, 16) + timedelta(days=days)
        duty(cast, on, event_on=date(2026, 1, 1 + number))
    with at(noon):
        client = officer_client(cast.asks)
        found = rows(client, "?kind=duties")
        assert [(row.due.day, row.late) for row in found] == [(15, True), (16, False), (30, False)]
        assert [row.due.day for row in rows(client, "?late=1&kind=duties")] == [15]
        counts = {one.url: one.count for one in client.get(QUEUE).context["kinds"]}
        assert counts["?kind=duties"] == 3


def test_a_day_is_over_by_the_clock_of_its_own_portal(cast: Cast) -> None:
    """Half past midnight in Quebec is half past nine in the evening in British Columbia."""
    west = make_portal(name="Portail de l'Ouest", province="BC")
    duty(cast, date(2026, 3, 16))
    duty(cast, date(2026, 3, 16), offering=None, portal=west)
    with at(datetime.fromisoformat("2026-03-17T00:30:00-04:00")):
        client = officer_client(cast.asks)
        late = rows(client, "?kind=duties&late=1")
        assert [row.about for row in late] == [cast.issuer.name]
        assert [row.about for row in rows(client, f"?portal={west.pk}")] == [west.name]
        titles = [title for title, _choices in client.get(QUEUE).context["others"]]
        assert len(titles) == 3
        assert "Portail de l" in html(client.get(QUEUE))


def test_the_list_goes_by_due_day_and_what_has_none_comes_last(cast: Cast) -> None:
    duty(cast, date(2026, 3, 20))
    duty(cast, date(2026, 3, 12), jurisdiction="ON")
    opened(cast, due_on=date(2026, 3, 15))
    asked_account(cast)()
    with at(datetime.fromisoformat("2026-03-16T12:00:00-04:00")):
        found = rows(officer_client(cast.approves))
    assert [row.kind for row in found] == ["duties", "cases", "duties", "close", "second"]
    assert found[-1].about == cast.issuer.name
    assert "Odile" in found[-1].note


def test_every_row_leads_to_a_page_of_whoever_reads(cast: Cast) -> None:
    """A duty that is done by an act of its own, or by the portal, has no page to record it."""
    duty(cast, BOUND.date())
    certify = {"code": "duty.certify_resources", "jurisdiction": ""}
    duty(cast, BOUND.date(), offering=None, portal=cast.portal, **certify)
    duty(cast, BOUND.date(), code="duty.notify_amendment", jurisdiction="")
    with at(BOUND):
        for client in (officer_client(cast.asks), examiner_client()):
            found = rows(client)
            assert len(found) == 4
            for row in found:
                assert client.get(row.url).status_code == 200, row.url


def test_what_the_address_says_wrongly_filters_nothing(cast: Cast) -> None:
    wrong = ("?kind=gossip", "?whose=everybody", "?late=perhaps", "?portal=x", "?page=lost")
    with at(BOUND):
        client = officer_client(cast.asks)
        for query in (*wrong, f"?portal={uuid4()}"):
            assert [row.kind for row in rows(client, query)] == ["close"], query


def test_nothing_of_a_kind_says_so_and_leads_back(cast: Cast) -> None:
    with at(BOUND):
        page = officer_client(cast.asks).get(QUEUE + "?kind=alerts")
    assert "Rien de cette sorte" in html(page)
    assert page.context["rows"] == []


@pytest.fixture
def crowded(cast: Cast) -> Iterator[tuple[Cast, Client]]:
    flagged(cast)
    with at(BOUND):
        yield cast, officer_client(cast.asks)


def test_the_same_number_of_queries_whatever_waits(crowded: tuple[Cast, Client]) -> None:
    (cast, client), soon = crowded, BOUND.date() + timedelta(days=3)
    duty(cast, soon)
    casework.assign_case(actor=cast.asks, case=opened(cast), to=cast.asks.id, at=OPENED)

    def queries(query: str = "") -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            rows(client, query)
        return len(caught)

    rows(client)
    few, filtered = queries(), queries("?kind=duties")
    for number in range(40):
        duty(cast, soon, event_on=date(2025, 6, 1) + timedelta(days=number))
        opened(cast)
    assert queries() <= few  # a page of cases alone asks for less than a mixed one
    assert queries("?kind=duties") == filtered
    page = client.get(QUEUE + "?kind=duties")
    assert len(page.context["rows"]) == 25
    assert "?kind=duties&amp;page=2" in html(page)
    assert len(rows(client, "?kind=duties&page=2")) == 16
    assert Case.objects.count() == 42


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_examiner_reads_the_queue_and_a_duty_leads_where_they_may_go(
    cast: Cast, language: str
) -> None:
    duty(cast, date(2026, 3, 20))
    with at(BOUND):
        client = examiner_client(language)
        page = client.get(QUEUE)
        assert one_heading(page)
        for row in page.context["rows"]:
            assert client.get(row.url).status_code == 200


@pytest.mark.parametrize(
    ("due", "words"),
    [
        # 3 April 2026 is Good Friday; 6 April, Easter Monday, is worked in Quebec.
        (date(2026, 4, 2), "aujourd'hui"),
        (date(2026, 4, 3), "dans 0 jour ouvrable"),
        (date(2026, 4, 6), "dans 1 jour ouvrable"),
        (date(2026, 4, 7), "dans 2 jours ouvrables"),
        (date(2026, 4, 1), "1 jour ouvrable de retard"),
        (date(2026, 3, 27), "4 jours ouvrables de retard"),
        (date(2028, 4, 1), ""),
    ],
)
def test_how_far_a_day_is_in_working_days(due: date, words: str) -> None:
    assert in_days(due, date(2026, 4, 2), "QC") == words


def test_working_days_of_a_week() -> None:
    assert working_days(date(2026, 3, 9), date(2026, 3, 16), "QC") == 5
    assert working_days(date(2026, 3, 14), date(2026, 3, 15), "QC") == 0


def test_the_list_of_offerings_finds_by_name_and_state(cast: Cast) -> None:
    other = draft_offering(issuer=make_issuer(name="Coop du Fleuve"))
    url = reverse("desk:offerings")
    with at(BOUND):
        client = officer_client(cast.asks)

        def found(query: str) -> list[Any]:
            return [row.pk for row in client.get(url + query).context["page"].object_list]

        assert set(found("")) == {cast.offering.pk, other.offering.pk}
        assert found("?q=fleuve") == [other.offering.pk]
        assert found("?state=open") == [cast.offering.pk]
        assert set(found("?state=lost")) == {cast.offering.pk, other.offering.pk}
        assert found("?q=100%25") == []
        assert "Aucun placement" in html(client.get(url + "?q=nul"))


def test_the_concurrent_money_counts_for_the_minimum() -> None:
    """A cent under the minimum is not reached; at it, and over it, it is."""
    cast = open_offering()
    marie = subscribed(cast, make_person(), units=1)
    needed = cast.fresh().document.minimum - marie.amount
    for amount, there in ((needed - Decimal("0.01"), False), (needed, True)):
        life.declare_concurrent(
            actor=issuer_actor(cast.issuer),
            offering_id=cast.offering.pk,
            amount=amount,
            unconditional=True,
            at=BOUND,
        )
        with at(BOUND):
            assert bool(rows(officer_client(cast.asks), "?kind=close")) is there
