"""The desk's list of cases: its filters in the address, its pages, who sees it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.casework import services
from compliance.casework.models import Case
from equity.models import Subscription
from tests.factories import (
    OPENED,
    Cast,
    investor_actor,
)
from tests.pages.casework import busy_cast, flagged, opened
from tests.pages.issuing import (
    at,
    examiner_client,
    html,
    issuer_client,
    officer_client,
    one_heading,
    stranger,
)

pytestmark = pytest.mark.django_db
NOON = OPENED + timedelta(hours=2)


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


@pytest.fixture
def cast() -> Cast:
    return busy_cast()


@pytest.fixture
def many(cast: Cast) -> dict[str, Case]:
    found = {
        "late": opened(cast),
        "other": opened(cast, "other", subject=cast.offering),
        "question": opened(
            cast, "question", actor=investor_actor(Subscription.objects.get().person)
        ),
        "done": opened(cast, "other", subject=cast.issuer),
        "match": flagged(cast).case,
    }
    services.ask_question(actor=cast.asks, case=found["question"], text="Quoi?", at=OPENED)
    services.assign_case(actor=cast.asks, case=found["late"], to=cast.asks.id, at=OPENED)
    services.settle_case(
        actor=cast.asks, case=found["done"], outcome="settled", reason="Vu.", at=OPENED
    )
    return found


QUERIES = (
    ("", ["late", "match", "other", "question"]),
    ("?queue=money", ["late"]),
    ("?queue=questions", ["question"]),
    ("?queue=complaints", []),
    ("?state=waiting", ["question"]),
    ("?state=closed", ["done"]),
    ("?priority=3", ["other", "question"]),
    ("?priority=2", ["match"]),
    ("?mine=on", ["late"]),
    ("?queue=offerings&state=closed", ["done"]),
    ("?queue=gossip&priority=9&state=lost", ["late", "match", "other", "question"]),
    ("?page=9", ["late", "match", "other", "question"]),
)


def test_the_filters_of_the_address(cast: Cast, many: dict[str, Case]) -> None:
    by_id = {case.pk: name for name, case in many.items()}
    client = officer_client(cast.asks)
    for query, names in QUERIES:
        with at(NOON):
            page = client.get(desk("cases") + query)
        assert page.status_code == 200
        assert [by_id[row.case.pk] for row in page.context["rows"]] == names, query


@pytest.mark.parametrize(("seconds", "found"), [(-1, 0), (0, 1), (1, 1)])
def test_overdue_to_the_second(cast: Cast, seconds: int, found: int) -> None:
    case = opened(cast)
    assert case.due_at is not None
    with at(case.due_at + timedelta(seconds=seconds)):
        page = officer_client(cast.asks).get(desk("cases") + "?overdue=on")
    assert len(page.context["rows"]) == found


def test_the_pages_of_a_list_keep_its_filters_and_cost_the_same(cast: Cast) -> None:
    client = officer_client(cast.asks)

    def queries(url: str) -> int:
        with (
            at(NOON),
            CaptureQueriesContext(
                connection,
            ) as caught,
        ):
            assert client.get(url).status_code == 200
        return len(caught)

    opened(cast)
    url = desk("cases") + "?queue=money"
    client.get(url)
    few = queries(url)
    for number in range(60):
        case = opened(cast)
        if number % 2:
            services.assign_case(actor=cast.asks, case=case, to=cast.asks.id, at=OPENED)
    assert queries(url) <= few + 1  # names of officers were not needed before anybody had one
    with at(NOON):
        page = client.get(url)
        assert "?queue=money&amp;page=2" in html(page)
        assert len(page.context["rows"]) == 50
        assert len(client.get(url + "&page=2").context["rows"]) == 11


def test_who_sees_the_list_and_a_case(cast: Cast, many: dict[str, Case]) -> None:
    insiders = (officer_client(cast.asks), examiner_client("en"))
    outsiders = (stranger(), issuer_client(cast))
    with at(NOON):
        for url in (desk("cases"), *(desk("case", case.pk) for case in many.values())):
            for client in insiders:
                response = client.get(url)
                assert response.status_code == 200
                assert one_heading(response)
            assert [client.get(url).status_code for client in outsiders] == [404, 404]
            assert Client().get(url).status_code == 302
