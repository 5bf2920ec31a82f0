"""One box: what it finds, and what it leaves in no address and no log."""

import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import BOUND, Cast, issuer_user, make_person, open_offering, subscribed
from tests.pages.casework import opened
from tests.pages.issuing import (
    at,
    client_of,
    examiner_client,
    html,
    officer_client,
    one_heading,
    stranger,
)

pytestmark = pytest.mark.django_db

SEARCH = reverse("desk:search")


@pytest.fixture
def cast() -> Cast:
    found = open_offering()
    subscribed(found, make_person(email="marie@courriel.example", telephone="418 555-0177"))
    return found


def found(client: Client, what: str) -> set[str]:
    response = client.post(SEARCH, {"what": what})
    assert response.status_code == 200
    return {hit.url for sort in response.context["sorts"] for hit in sort.hits}


def test_each_thing_is_found_by_what_names_it(cast: Cast) -> None:
    row = cast.offering.subscriptions.get()
    case = opened(cast)
    person = {reverse("desk:person", args=(row.person_id,))}
    issuer = {reverse("desk:issuer", args=(cast.issuer.pk,))}
    dossier = {reverse("desk:dossier", args=(cast.offering.pk,))}
    subscription = {reverse("desk:subscription", args=(row.pk,))}
    with at(BOUND):
        client = officer_client(cast.asks)
        for what, expected in (
            ("marie@courriel.example", person),
            (" MARIE@Courriel.example ", person),
            ("Marie Lacœur", person),
            ("marie lacœur", person),
            ("Lacœur, Marie", person),
            ("Lacœur Marie", person),
            ("1 (418) 555-0177", person),
            (str(row.person_id), person),
            ("érablière du", issuer),
            ("1170000042", issuer),
            ("117 000 0042", issuer),
            ("Aline Roy", issuer),
            (str(cast.offering.pk), dossier),
            (str(cast.offering.pk)[:8], dossier),
            (str(cast.offering.pk)[:8].upper(), dossier),
            (str(row.pk), subscription),
            (f"{row.amount}", subscription),
            (f"{row.amount:.2f} $".replace(".", ","), subscription),
            (str(case.pk), {reverse("desk:case", args=(case.pk,))}),
        ):
            assert found(client, what) == expected, what


@pytest.mark.parametrize(
    "what",
    [
        "marie",  # a part of a sealed name finds nobody
        "marie@",
        "courriel.example",
        "555-0177",
        "%",
        "__",
        "0000-00",
        "00000000-0000-4000-8000-000000000000",
        "9 999,99",
        "1e9",
        "\u0000x",
    ],
)
def test_what_names_nothing_finds_nothing(cast: Cast, what: str) -> None:
    with at(BOUND):
        response = officer_client(cast.asks).post(SEARCH, {"what": what})
    if response.status_code == 422:
        return
    assert response.context["sorts"] == []
    assert "Rien de trouvé" in html(response)


def test_one_character_or_none_is_not_looked_for(cast: Cast) -> None:
    with at(BOUND):
        client = officer_client(cast.asks)
        assert client.post(SEARCH, {"what": " "}).status_code == 422
        assert client.post(SEARCH, {"what": "x" * 201}).status_code == 422
        assert found(client, "é") == set()


def test_a_cent_beside_the_amount_is_another_amount(cast: Cast) -> None:
    row = cast.offering.subscriptions.get()
    with at(BOUND):
        client = officer_client(cast.asks)
        url = {reverse("desk:subscription", args=(row.pk,))}
        cents = int(row.amount * 100)
        for beside, there in ((-1, set()), (0, url), (1, set())):
            dollars, rest = divmod(cents + beside, 100)
            assert found(client, f"{dollars},{rest:02}") == there


def test_what_is_typed_stands_in_no_address_and_no_log(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "Marie Lacœur"
    with at(BOUND), caplog.at_level(logging.DEBUG):
        client = officer_client(cast.asks)
        response = client.post(SEARCH, {"what": secret})
        assert client.get(SEARCH + "?what=Marie").context.get("sorts") is None
    ours = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not any("Lac" in said for said in ours)
    assert "no-store" in response["Cache-Control"]
    assert 'method="post"' in html(response)
    for hit in found(client, secret):
        assert "Marie" not in hit


def test_who_may_search(cast: Cast) -> None:
    with at(BOUND):
        for language in ("fr", "en"):
            client = examiner_client(language)
            assert one_heading(client.get(SEARCH))
            assert len(found(client, "Marie Lacœur")) == 1
        for outsider in (stranger(), client_of(issuer_user(cast.issuer))):
            assert outsider.get(SEARCH).status_code == 404
            assert outsider.post(SEARCH, {"what": "Marie Lacœur"}).status_code == 404
        assert Client().get(SEARCH).status_code == 302


def test_many_are_cut_and_said_and_cost_the_same(cast: Cast) -> None:
    with at(BOUND):
        client = officer_client(cast.asks)

        def queries(what: str) -> int:
            with CaptureQueriesContext(connection) as caught:
                found(client, what)
            return len(caught)

        few = queries("Anne Roy")
        for _number in range(21):
            make_person("Anne", "Roy")
        assert queries("Anne Roy") == few
        response: Any = client.post(SEARCH, {"what": "Anne Roy"})
        (sort,) = response.context["sorts"]
        assert (len(sort.hits), sort.more) == (20, True)
        assert "Il y en a d" in html(response)
