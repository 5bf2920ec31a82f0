"""What an officer does through the desk; a refusal is a sentence with its section."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from compliance.casework.models import Case
from compliance.rules.kernel.zones import PROVINCES
from equity.models import GroupEdge
from equity.services import filing
from investors.models import Advice
from tests.factories import (
    BOUND,
    CLOSED,
    OPENED,
    Cast,
    certify,
    closed,
    draft_offering,
    make_issuer,
    make_person,
    open_offering,
    subscribed,
)
from tests.pages.issuing import at, html, officer_client, rows_data

pytestmark = pytest.mark.django_db


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


@pytest.fixture
def submitted() -> Cast:
    cast = draft_offering()
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    return cast


def test_an_officer_approves(submitted: Cast) -> None:
    with at(OPENED):
        url = desk("decide", submitted.offering.pk, "approve")
        response = officer_client(submitted.asks).post(url, {})
    assert response.status_code == 303
    assert submitted.fresh().state == "approved"


def test_refusing_needs_a_reason(submitted: Cast) -> None:
    url = desk("decide", submitted.offering.pk, "refuse")
    client = officer_client(submitted.asks)
    with at(OPENED):
        assert client.post(url, {"sure": "on"}).status_code == 422
        assert submitted.fresh().state == "submitted"
        response = client.post(url, {"reason": "Le risque 3 manque.", "sure": "on"})
    assert response.status_code == 303
    assert submitted.fresh().state == "refused"
    assert submitted.offering.reason == "Le risque 3 manque."


def test_a_final_decision_asks_twice(submitted: Cast) -> None:
    url = desk("decide", submitted.offering.pk, "refuse")
    with at(OPENED):
        assert officer_client(submitted.asks).post(url, {"reason": "Fraude."}).status_code == 422
    assert submitted.fresh().state == "submitted"


def test_an_approval_is_refused_in_words_when_a_rule_is_no_longer_met(submitted: Cast) -> None:
    submitted.portal.authorisations.update(ended_at=OPENED)
    with at(OPENED):
        url = desk("decide", submitted.offering.pk, "approve")
        response = officer_client(submitted.asks).post(url, {})
    page = html(response)
    assert response.status_code == 422
    assert 'data-code="portal.authorised"' in page
    assert "Règlement 45-110, art. 3" in page
    assert submitted.fresh().state == "submitted"


def test_suspend_resume_and_stop() -> None:
    cast = open_offering()
    marie = subscribed(cast, make_person())
    client = officer_client(cast.asks)
    with at(BOUND):
        client.post(desk("decide", cast.offering.pk, "suspend"), {"reason": "À vérifier."})
        assert cast.fresh().state == "suspended"
        client.post(desk("decide", cast.offering.pk, "resume"), {})
        assert cast.fresh().state == "open"
        refused = client.post(desk("decide", cast.offering.pk, "resume"), {})
        assert refused.status_code == 422
        assert 'data-code="state.not_allowed"' in html(refused)
        client.post(desk("decide", cast.offering.pk, "stop"), {"reason": "Fraude.", "sure": "on"})
    assert cast.fresh().state == "failed"
    assert cast.offering.subscriptions.get(pk=marie.pk).state == "released"


def test_a_closing_takes_two_people_and_exactly_the_same_figures() -> None:
    cast = open_offering()
    subscribed(cast, make_person(), units=60)
    asks, approves = officer_client(cast.asks), officer_client(cast.approves)
    with at(OPENED + timedelta(hours=1)):
        early = asks.post(desk("ask_closing", cast.offering.pk))
        assert early.status_code == 422
        assert 'data-code="closing.withdrawal_over"' in html(early)
    with at(CLOSED):
        assert asks.post(desk("ask_closing", cast.offering.pk)).status_code == 303
        alone = asks.post(desk("approve_closing", cast.offering.pk))
        assert alone.status_code == 422
        assert 'data-code="closing.two_people"' in html(alone)
        assert cast.fresh().state == "closing"
        assert approves.post(desk("approve_closing", cast.offering.pk)).status_code == 303
    assert cast.fresh().state == "closed"
    assert cast.offering.holdings.get().units == 60


def test_a_worksheet_says_who_completes_and_who_lapses() -> None:
    cast = open_offering()
    subscribed(cast, make_person(), units=60)
    subscribed(cast, make_person("Noé", "Roy"), units=10, paid=False)
    with at(CLOSED):
        officer_client(cast.asks).post(desk("ask_closing", cast.offering.pk))
        page = officer_client(cast.asks).get(desk("worksheet", cast.offering.pk))
    sheet = page.context["sheet"]
    assert [row.units for row in sheet.completing] == [60]
    assert [row.units for row in sheet.lapsing] == [10]
    assert sheet.amount == Decimal("1500.00")
    assert sheet.asked_by == cast.asks.name
    assert not sheet.changed


def test_advice_is_for_one_person_found_by_the_exact_address() -> None:
    cast = open_offering()
    marie = make_person()
    client, url = officer_client(cast.asks), desk("advise", cast.offering.pk)
    given = {"dealer": "Courtage Nord", "registration": "EMD 1", "suitable": "yes"}
    with at(BOUND):
        nobody = client.post(url, {**given, "email": "personne@exemple.ca"})
        assert nobody.status_code == 422
        assert "email" in nobody.context["form"].errors
        assert client.post(url, {**given, "email": marie.email.upper()}).status_code == 303
        unsaid = client.post(url, {**given, "email": marie.email, "suitable": ""})
        assert unsaid.status_code == 422
    assert Advice.objects.get().person_id == marie.pk


def test_a_letter_counts_from_the_instant_it_was_sent() -> None:
    cast = open_offering()
    row = subscribed(cast, make_person())
    client, url = officer_client(cast.asks), desk("withdrawal", row.pk)
    with at(CLOSED):
        late = client.post(url, {"day": "2026-03-05", "time": "00:00"})
        assert late.status_code == 422
        assert 'data-code="state.not_allowed"' in html(late)
        assert desk("late_case", row.pk) in html(late)
        skipped = client.post(url, {"day": "2026-03-08", "time": "02:30"})
        assert "time" in skipped.context["form"].errors
        assert client.post(url, {"day": "2026-03-04", "time": "23:59"}).status_code == 303
    row = cast.offering.subscriptions.get(pk=row.pk)
    assert row.state == "withdrawn"
    assert row.ended_at is not None
    assert row.ended_at.isoformat() == "2026-03-05T04:59:00+00:00"


def test_refunds_one_by_one_and_all_at_once() -> None:
    cast = open_offering()
    rows = [subscribed(cast, make_person(name, "Roy")) for name in ("Ida", "Éva", "Zoé")]
    client = officer_client(cast.asks)
    with at(BOUND):
        stop = {"reason": "Ordre de l'autorité.", "sure": "on"}
        client.post(desk("decide", cast.offering.pk, "stop"), stop)
        assert client.post(desk("refund", rows[0].pk)).status_code == 303
        again = client.post(desk("refund", rows[0].pk))
        assert again.status_code == 422
        page = client.get(desk("refunds", cast.offering.pk))
        assert (page.context["open"], page.context["due"]) == (2, Decimal("200.00"))
        assert client.post(desk("refund_all", cast.offering.pk)).status_code == 303
        assert client.get(desk("refunds", cast.offering.pk)).context["due"] == 0
        assert client.post(desk("refund_all", cast.offering.pk)).status_code == 422


def test_a_filing_is_recorded_in_its_jurisdiction_with_its_reference() -> None:
    cast = open_offering()
    subscribed(cast, make_person(), units=60)
    subscribed(cast, make_person("Ian", "Fraser", province="ON", language="en"))
    closed(cast)
    duty = cast.offering.duties.get(code="duty.file_exempt_report", jurisdiction="ON")
    client = officer_client(cast.asks)
    with at(CLOSED):
        assert client.post(desk("file", duty.pk), {"reference": ""}).status_code == 422
        assert client.post(desk("file", duty.pk), {"reference": "SEDAR-1"}).status_code == 303
        assert client.post(desk("file", duty.pk), {"reference": "SEDAR-2"}).status_code == 422
    done = cast.offering.duties.exclude(done_at=None)
    assert [(row.jurisdiction, row.reference) for row in done] == [("ON", "SEDAR-1")]


def test_a_link_is_dated_and_judges_open_offerings_again() -> None:
    cast = open_offering()
    rich = make_issuer(earlier=[(OPENED.date(), Decimal("1450000.00"))], principals=())
    client, url = officer_client(cast.asks), desk("relate", cast.issuer.pk)
    given = {"to": str(rich.pk), "kind": "affiliate", "since": "2025-01-01"}
    with at(BOUND):
        itself = client.post(url, {**given, "to": str(cast.issuer.pk)})
        assert "to" in itself.context["form"].errors
        backwards = client.post(url, {**given, "until": "2024-12-31"})
        assert "until" in backwards.context["form"].errors
        response = client.post(url, given, follow=True)
    assert GroupEdge.objects.get().kind == "affiliate"
    assert "plafond" in html(response)
    assert cast.fresh().state == "open"


def test_authorisations_are_replaced_and_what_was_in_force_is_kept() -> None:
    cast = draft_offering()
    client, url = officer_client(cast.asks), desk("authorisations", cast.portal.pk)
    rows = [
        {"code": code, "f3_delivered": "2026-01-05" if code == "QC" else ""}
        for code in sorted(PROVINCES)
    ]
    with at(OPENED):
        bad = [{**row, "code": "XX" if row["code"] == "QC" else row["code"]} for row in rows]
        assert client.post(url, rows_data("place", bad, initial=13)).status_code == 422
        assert client.post(url, rows_data("place", rows, initial=13)).status_code == 303
    alive = cast.portal.authorisations.filter(ended_at=None)
    assert [row.jurisdiction for row in alive] == ["QC"]
    assert cast.portal.authorisations.count() == 14


def test_a_certificate_of_resources_is_not_of_tomorrow() -> None:
    cast = draft_offering()
    client, url = officer_client(cast.asks), desk("resources", cast.portal.pk)
    with at(OPENED):
        assert client.post(url, {"on": "2026-03-03"}).status_code == 422
        assert client.post(url, {"on": "2026-03-02", "reference": "A5-2"}).status_code == 303
    assert cast.portal.f5_certificates.latest("certified_on").reference == "A5-2"


def test_a_person_is_found_by_the_exact_address_and_identified() -> None:
    cast = draft_offering()
    marie = make_person()
    client = officer_client(cast.asks)
    with at(OPENED):
        found = client.post(desk("persons"), {"email": marie.email.upper()})
        assert desk("person", marie.pk) in html(found)
        nobody = client.post(desk("persons"), {"email": "marie@exemple.ca"})
        assert nobody.context["found"] == []
        assert client.post(desk("persons"), {"email": "pas une adresse"}).status_code == 422
        url = desk("identify", marie.pk)
        past = {"method": "in_person", "expires_on": "2026-03-01"}
        assert client.post(url, past).status_code == 422
        assert client.post(url, {"method": "rumeur"}).status_code == 422
        assert client.post(url, {"method": "in_person"}).status_code == 303
    row = marie.identifications.latest("pk")
    assert marie.identifications.count() == 2
    assert (row.method, row.verified_by) == ("in_person", cast.asks.id)


def test_an_identity_may_expire_today_also_in_the_evening() -> None:
    """At half past eight in Quebec it is tomorrow in Greenwich, and nobody is a year older yet."""
    cast = draft_offering()
    marie = make_person(born="1990-05-17")
    client = officer_client(cast.asks)
    evening = datetime(2026, 5, 17, 0, 30, tzinfo=UTC)
    url = desk("identify", marie.pk)
    with at(evening):
        assert client.get(desk("person", marie.pk)).context["age"] == 35
        past = {"method": "in_person", "expires_on": "2026-05-15"}
        assert client.post(url, past).status_code == 422
        today = {"method": "in_person", "expires_on": "2026-05-16"}
        assert client.post(url, today).status_code == 303
    with at(evening + timedelta(hours=4)):
        assert client.get(desk("person", marie.pk)).context["age"] == 36


def test_a_case_for_a_notice_that_came_too_late() -> None:
    cast = open_offering()
    row = subscribed(cast, make_person(), units=60)
    closed(cast)
    client = officer_client(cast.asks)
    with at(CLOSED):
        assert client.post(desk("late_case", row.pk), {"note": ""}).status_code == 422
        given = {"note": "Lettre reçue après la clôture.", "due_on": "2026-04-01"}
        assert client.post(desk("late_case", row.pk), given).status_code == 303
        rows = client.get(desk("queue") + "?kind=cases").context["rows"]
    case = Case.objects.get()
    assert (case.kind, case.subject_id) == ("late_withdrawal", row.pk)
    assert [row.url for row in rows] == [desk("case", case.pk)]
