"""Lists of the desk: the requests that wait, the prescribed statements form by form."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.rules.wording.resource import FORMS
from documents.selectors import comparable_statements
from tests import factories as f
from tests.equity.acts_of_two import asked_account
from tests.pages.issuing import at, examiner_client, html, officer_client, one_heading
from tests.pages.test_desk_approvals import COMPARED, approves

pytestmark = pytest.mark.django_db


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


def test_the_list_costs_the_same_for_any_number_of_requests() -> None:
    cast = f.draft_offering()
    asked_account(cast)()
    client = officer_client(cast.approves)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(desk("approvals")).status_code == 200
        return len(caught)

    queries()
    few = queries()
    names = [f"Coop {number}" for number in range(6)]
    for name in names:
        issuer = f.make_issuer(name=name, neq="")
        asked_account(replace(cast, issuer=issuer, owner=f.issuer_actor(issuer)))()
    assert queries() == few
    page = html(client.get(desk("approvals")))
    assert all(name in page for name in names)


def test_the_statements_stand_form_by_form_and_are_filtered() -> None:
    cast = f.draft_offering()
    digest, read = next(iter(comparable_statements(f.OPENED.date()).items()))
    with at(f.OPENED):
        client, url = officer_client(cast.asks), desk("wording")
        page = client.get(url)
        total = page.context["total"]
        assert total == len(comparable_statements(f.OPENED.date()))
        assert [form.code for form in page.context["forms"]] == list(FORMS)
        assert sum(form.texts for form in page.context["every"]) == total
        one = client.get(url + "?form=45-102&state=to_confirm")
        assert [form.code for form in one.context["forms"]] == ["45-102"]
        assert "<details open>" in html(one)
        assert client.get(url + "?state=confirmed").context["forms"] == ()
        assert len(client.get(url + "?form=9&state=lost").context["forms"]) == len(FORMS)
        assert client.post(desk("statement", digest), COMPARED).status_code == 303
        asked = client.get(url + "?state=asked").context["forms"]
        assert [line.standing.id for form in asked for line in form.lines] == [read.id]
        assert approves(officer_client(cast.approves)).status_code == 303
        done = client.get(url + "?state=confirmed")
        assert (done.context["confirmed"], done.context["total"]) == (1, total)
        assert client.get(url + "?state=asked").context["forms"] == ()
        for language in ("fr", "en"):
            assert one_heading(examiner_client(language).get(url))
