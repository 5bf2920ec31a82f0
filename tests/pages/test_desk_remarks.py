"""Changes asked for item by item at the desk, and the answers that are read there."""

from typing import Any

import pytest
from django.urls import reverse

from equity.services import filing
from equity.services.remarks import answer_remark
from tests.factories import OPENED, Cast, certify, draft_offering, open_offering
from tests.pages.issuing import at, examiner_client, html, officer_client, one_heading, stranger

pytestmark = pytest.mark.django_db


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


def submitted() -> Cast:
    cast = draft_offering()
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    cast.fresh()
    return cast


ONE = {
    "remark-TOTAL_FORMS": "3",
    "remark-INITIAL_FORMS": "0",
    "remark-0-item": "3.1",
    "remark-0-text": "Dites combien d'entailles.",
    "remark-1-item": "",
    "remark-1-text": "Relisez tout.",
}


def test_changes_are_asked_item_by_item_and_the_answers_are_read() -> None:
    cast = submitted()
    url = desk("ask_changes", cast.offering.pk)
    with at(OPENED):
        client = officer_client(cast.asks)
        assert one_heading(client.get(url))
        more = client.post(url, {**ONE, "more": "1"})
        assert more.status_code == 200
        assert "Dites combien" in html(more)
        assert "remark-5-text" in html(more)
        assert cast.fresh().state == "submitted"
        assert client.post(url, ONE).status_code == 303
        assert cast.fresh().state == "changes_requested"
        remarks = list(cast.offering.remarks.all())
        assert [row.item for row in remarks] == ["3.1", ""]
        page = html(client.get(desk("dossier", cast.offering.pk)))
        assert "2 sans réponse" in page
        answer_remark(actor=cast.owner, remark_id=remarks[0].pk, text="Deux mille.", at=OPENED)
        page = html(client.get(desk("dossier", cast.offering.pk)))
        assert "1 sans réponse" in page
        assert "Deux mille." in page
        assert "Deux mille." in html(examiner_client().get(desk("remarks", cast.offering.pk)))
        again = client.post(url, ONE)
        assert again.status_code == 422
        assert "Dites combien" in html(again)  # nothing typed is lost
        shut = html(client.get(url))
        assert "remark-0-text" not in shut


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "au moins une remarque"),
        ({"remark-0-item": "3.1", "remark-0-text": ""}, "repérés"),
        ({"remark-0-item": "99.9", "remark-0-text": "x"}, "repérés"),
        ({"remark-0-text": "x" * 2001}, "repérés"),
        ({"remark-TOTAL_FORMS": "many"}, ""),
    ],
)
def test_remarks_that_say_nothing_are_told_at_their_field(given: dict[str, str], said: str) -> None:
    cast = submitted()
    empty: dict[str, Any] = {"remark-TOTAL_FORMS": "3", "remark-INITIAL_FORMS": "0"}
    with at(OPENED):
        response = officer_client(cast.asks).post(
            desk("ask_changes", cast.offering.pk), empty | given
        )
    assert response.status_code == 422
    assert cast.fresh().state == "submitted"
    assert not cast.offering.remarks.exists()


def test_nobody_but_an_officer_asks() -> None:
    cast = open_offering()
    url = desk("ask_changes", cast.offering.pk)
    for client in (examiner_client(), stranger()):
        assert client.get(url).status_code == 404
        assert client.post(url, ONE).status_code == 404
