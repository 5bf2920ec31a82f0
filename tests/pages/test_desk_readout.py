"""Helping by telephone: every word is there, and nothing is done in anybody's place."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from compliance.audit.models import Entry
from compliance.rules.wording.wording import risk_statements, statement
from equity.services import life
from tests.factories import BOUND, make_person, open_offering, subscribed
from tests.pages.issuing import at, examiner_client, html, officer_client, one_heading, stranger

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("province", "spoken", "language"), [("QC", "en", "fr"), ("ON", "en", "en"), ("ON", "fr", "fr")]
)
def test_every_word_is_there_in_the_language_of_the_person(
    province: str, spoken: str, language: str
) -> None:
    cast = open_offering()
    person = make_person("Noé", "Roy", province=province, language=spoken)
    url = reverse("desk:readout", args=(person.pk, cast.offering.pk))
    before = Entry.objects.count()
    with at(BOUND):
        response = officer_client(cast.asks, "en").get(url)
        assert one_heading(response)
        page = html(response)
        for row in risk_statements("exempt", BOUND.date()):
            assert escape(statement(row, language, BOUND.date(), "exempt").text) in page  # type: ignore[arg-type]
        assert not re.search(r"\{[a-z_]+\}", page.split("<main", 1)[1])  # nothing left to fill in
        assert escape(statement("E1", language, BOUND.date(), "exempt").text) in page  # type: ignore[arg-type]
        lacking = {one.code for one in response.context["lacking"]}
        assert {"purchaser.document_read", "purchaser.risks_acknowledged"} <= lacking
        main = page.split("<main", 1)[1]
        assert 'type="submit"' not in main  # nothing is answered or agreed from here
        assert officer_client(cast.asks).post(url).status_code == 405
    assert Entry.objects.count() == before


def test_who_sees_it_and_when() -> None:
    cast = open_offering()
    row = subscribed(cast, make_person())
    url = reverse("desk:readout", args=(row.person_id, cast.offering.pk))
    with at(BOUND):
        client = officer_client(cast.asks)
        with CaptureQueriesContext(connection) as few:
            assert "1 500,00" not in html(client.get(url)).replace("\u00a0", " ")
        person = html(client.get(reverse("desk:person", args=(row.person_id,))))
        assert url in person
        for other in (examiner_client(), stranger()):
            assert other.get(url).status_code == 404
        for number in range(3):
            subscribed(cast, make_person(f"Anne {number}", "Roy"))
        with CaptureQueriesContext(connection) as many:
            client.get(url)
        assert len(many) <= len(few)
        life.stop(actor=cast.asks, offering_id=cast.offering.pk, reason="x", at=BOUND)
        assert "ne prend pas de souscription" in html(client.get(url))
        assert url not in html(client.get(reverse("desk:person", args=(row.person_id,))))
