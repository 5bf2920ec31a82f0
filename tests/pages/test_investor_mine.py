"""An investor's own subscriptions, money and documents; nobody else's."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.audit.tree.sealing import seal_trail
from compliance.audit.verifier import verify_audit
from documents.models import Document
from equity.models import Portal, Subscription
from equity.papers.common import reference
from equity.services import money
from tests.factories import (
    BOUND,
    CLOSED,
    OPENED,
    closed,
    investor_user,
    make_officer,
    make_person,
    subscribed,
)
from tests.pages.investing import Visit, text_of, visit
from tests.pages.issuing import at, client_of, stranger

pytestmark = pytest.mark.django_db
NOON = OPENED + timedelta(hours=2)


def of(name: str, pk: UUID) -> str:
    return reverse(f"equity:{name}", args=[pk])


@pytest.fixture
def held() -> tuple[Visit, Subscription]:
    """A person with a subscription that is not paid yet."""
    seen = visit()
    return seen, subscribed(seen.cast, seen.person, units=20, paid=False)


def other_investor() -> Client:
    """Another investor, signed in."""
    return client_of(investor_user(make_person("Anne", email="anne@courriel.example")))


def test_the_list_shows_state_amount_and_money_in_one_line(held: Any) -> None:
    seen, _mine = held
    with at(NOON):
        page = text_of(seen.client.get(reverse("equity:subscriptions")))
    assert "Conclue" in page
    assert "500,00 $" in page
    assert "Rien n'est encore payé : 500,00 $ sont à payer avant la clôture" in page
    seen.client.cookies["django_language"] = "en"
    with at(NOON):
        page = text_of(seen.client.get(reverse("equity:subscriptions")))
    assert "Nothing is paid yet: $500.00 is owed before the closing" in page


def test_an_investor_without_a_subscription_is_shown_the_way() -> None:
    seen = visit()
    page = text_of(seen.client.get(reverse("equity:subscriptions")))
    assert "Vous n'avez aucune souscription" in page


@pytest.mark.parametrize("name", ["subscription", "withdraw", "receipt"])
def test_somebody_elses_subscription_does_not_exist(held: Any, name: str) -> None:
    _seen, mine = held
    for client in (other_investor(), stranger()):
        response = client.get(of(name, mine.pk))
        absent = client.get(of(name, uuid4()))
        assert response.status_code == absent.status_code == 404
        assert text_of(response).count("Érablière") == 0
    assert Client().get(of(name, mine.pk))["Location"].startswith("/account/sign-in/")


@pytest.mark.parametrize("name", ["pay", "withdraw"])
def test_acts_on_somebody_elses_subscription_change_nothing(held: Any, name: str) -> None:
    _seen, mine = held
    with at(NOON):
        assert other_investor().post(of(name, mine.pk)).status_code == 404
    fresh = Subscription.objects.get(pk=mine.pk)
    assert (fresh.state, fresh.paid) == ("agreed", 0)


def test_paying_is_a_post_and_is_marked_as_a_demonstration(held: Any) -> None:
    seen, mine = held
    url = of("pay", mine.pk)
    assert seen.client.get(url).status_code == 405
    with at(NOON):
        page = text_of(seen.client.get(of("subscription", mine.pk)))
        assert "aucun argent ne circule" in page
        response = seen.client.post(url)
        assert (response.status_code, response["Location"]) == (303, of("subscription", mine.pk))
        page = text_of(seen.client.get(of("subscription", mine.pk)))
    assert Subscription.objects.get(pk=mine.pk).paid == 500
    assert "500,00 $ sont détenus en fiducie (Caisse d'essai)." in page
    assert "Simuler le paiement" not in page


def test_paying_twice_pays_once(held: Any) -> None:
    seen, mine = held
    with at(NOON):
        seen.client.post(of("pay", mine.pk))
        assert seen.client.post(of("pay", mine.pk)).status_code == 422
    assert Subscription.objects.get(pk=mine.pk).paid == 500


def test_a_real_portal_has_no_demonstration_payment(held: Any) -> None:
    seen, mine = held
    Portal.objects.update(demonstration=False)
    with at(NOON):
        assert seen.client.post(of("pay", mine.pk)).status_code == 404
        page = text_of(seen.client.get(of("subscription", mine.pk)))
    assert "Simuler" not in page
    assert "un compte à votre nom" in page
    assert reference("S", mine.pk) in page
    assert Subscription.objects.get(pk=mine.pk).paid == 0


def test_cancelling_asks_once_and_says_what_happens_to_the_money(held: Any) -> None:
    seen, mine = held
    url = of("withdraw", mine.pk)
    with at(NOON):
        seen.client.post(of("pay", mine.pk))
        page = text_of(seen.client.get(url))
        assert "Les 500,00 $ que vous avez payés vous sont remboursés, sans déduction." in page
        assert Subscription.objects.get(pk=mine.pk).state == "agreed"
        response = seen.client.post(url)
        assert response.status_code == 303
        page = text_of(seen.client.get(of("subscription", mine.pk)))
    assert Subscription.objects.get(pk=mine.pk).state == "withdrawn"
    assert "500,00 $ vous seront remboursés, sans déduction, au plus tard le 9 mars 2026." in page
    assert "Avis de résolution" in page


def test_the_right_to_cancel_lives_to_its_last_instant(held: Any) -> None:
    seen, mine = held
    url, ends = of("withdraw", mine.pk), mine.right_ends_at
    with at(ends - timedelta(microseconds=1)):
        assert "sans donner de raison" in text_of(seen.client.get(of("subscription", mine.pk)))
    with at(ends):
        assert "sans donner de raison" not in text_of(seen.client.get(of("subscription", mine.pk)))
        response = seen.client.post(url)
        assert response.status_code == 422
        assert [row.code for row in response.context["reasons"]] == ["state.not_allowed"]
    with at(ends - timedelta(microseconds=1)):
        assert seen.client.post(url).status_code == 303


def test_a_refund_that_was_paid_is_told_with_its_day(held: Any) -> None:
    seen, mine = held
    with at(NOON):
        seen.client.post(of("pay", mine.pk))
        seen.client.post(of("withdraw", mine.pk))
    money.refund(actor=make_officer(), subscription_id=mine.pk, at=BOUND)
    with at(BOUND):
        page = text_of(seen.client.get(of("subscription", mine.pk)))
    assert "500,00 $ vous ont été remboursés, sans déduction, le 5 mars 2026" in page


def test_nothing_paid_is_nothing_owed(held: Any) -> None:
    seen, mine = held
    with at(NOON):
        seen.client.post(of("withdraw", mine.pk))
        page = text_of(seen.client.get(of("subscription", mine.pk)))
    assert "Rien n'a été payé, et vous ne devez rien." in page


def test_a_closed_offering_tells_where_the_money_went() -> None:
    seen = visit()
    mine = subscribed(seen.cast, seen.person, units=60)
    closed(seen.cast)
    with at(CLOSED):
        page = text_of(seen.client.get(of("subscription", mine.pk)))
    assert "Vos 1 500,00 $ ont été remis à l'émetteur à la clôture." in page
    assert "Réalisée" in page
    assert "Certificat d'actions" in page


def test_documents_are_listed_and_open_for_their_owner_only(held: Any) -> None:
    seen, mine = held
    agreement = Document.objects.get(kind="subscription_agreement", subject_id=mine.pk)
    url = of("my_document", agreement.pk)
    page = text_of(seen.client.get(reverse("equity:documents")))
    assert "Contrat de souscription" in page
    assert url in page
    response = seen.client.get(url)
    assert response.content.startswith(b"%PDF-")
    assert seen.person.family_name not in response["Content-Disposition"]
    for client in (other_investor(), stranger()):
        assert client.get(url).status_code == 404
    assert Client().get(url)["Location"].startswith("/account/sign-in/")


def test_documents_in_english_and_none_yet() -> None:
    client = other_investor()
    client.cookies["django_language"] = "en"
    page = text_of(client.get(reverse("equity:documents")))
    assert "You have no document yet" in page


def test_the_offering_document_is_nobodys_own() -> None:
    seen = visit()
    public = Document.objects.filter(kind="offering_document").first()
    assert public is not None
    assert seen.client.get(of("my_document", public.pk)).status_code == 404


def test_the_receipt_is_checked_without_us_and_holds_nobody_else(held: Any, tmp_path: Path) -> None:
    seen, mine = held
    other = subscribed(seen.cast, make_person("Anne", email="anne@courriel.example"), units=3)
    url = of("receipt", mine.pk)
    with at(NOON):
        seal_trail(timezone.now())
        answer = seen.client.get(url)
        assert answer["Content-Type"] == "application/zip"
        kept = tmp_path / "receipt.zip"
        kept.write_bytes(answer.content)
        assert verify_audit.main([str(kept)]) == 0
        with ZipFile(kept) as archive:
            proofs = archive.read("proofs.jsonl").decode()
        assert str(mine.pk) in proofs
        assert "f2." in proofs or "answers" in proofs
        assert str(other.pk) not in proofs
        assert str(other.person_id) not in proofs


def test_a_receipt_that_no_checkpoint_covers_yet_is_promised(held: Any) -> None:
    seen, mine = held
    with at(NOON):
        answer = seen.client.get(of("receipt", mine.pk))
        assert (answer.status_code, answer["Location"]) == (303, of("subscription", mine.pk))
        page = text_of(seen.client.get(of("subscription", mine.pk)))
    assert "sera prêt dans quelques minutes" in page
