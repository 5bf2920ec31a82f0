"""What anybody sees: the list, the entry notice, an offering, its document."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from compliance.audit.models import Entry
from equity.services import life
from investors.models import EntryAcknowledgement, Reading
from tests.factories import (
    OPENED,
    draft_offering,
    make_issuer,
    make_person,
    make_portal,
    open_offering,
    subscribed,
)
from tests.pages.investing import text_of, visit
from tests.pages.issuing import at

pytestmark = pytest.mark.django_db


def test_the_list_is_alphabetical_and_shows_open_offerings_only() -> None:
    portal = make_portal()
    last = open_offering(portal=portal, issuer=make_issuer(name="Zeste inc."))
    first = open_offering(portal=portal, issuer=make_issuer(name="Atelier inc."))
    draft_offering(portal=portal, issuer=make_issuer(name="Brouillon inc."))
    with at(OPENED):
        page = text_of(Client().get("/"))
    assert page.index("Atelier inc.") < page.index("Zeste inc.")
    assert "Brouillon inc." not in page
    assert str(first.offering.pk) in page
    assert str(last.offering.pk) in page


def test_the_list_may_be_by_opening_and_says_that_order_is_not_merit() -> None:
    portal = make_portal()
    open_offering(portal=portal, issuer=make_issuer(name="Atelier inc."))
    later = OPENED + timedelta(hours=1)
    open_offering(portal=portal, issuer=make_issuer(name="Zeste inc."), at=later)
    with at(later):
        page = text_of(Client().get("/?order=opening"))
    assert page.index("Zeste inc.") < page.index("Atelier inc.")
    assert "ne dit rien de la valeur" in page


def test_the_list_takes_the_same_queries_whatever_its_length(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    portal = make_portal()
    for name in ("Atelier inc.", "Boréal inc.", "Chantier inc."):
        open_offering(portal=portal, issuer=make_issuer(name=name))
    with at(OPENED), django_assert_num_queries(2):  # type: ignore[operator]
        Client().get("/")


def test_an_empty_list_says_so_in_both_languages() -> None:
    client = Client()
    assert "Aucun placement n'est ouvert" in text_of(client.get("/"))
    client.cookies["django_language"] = "en"
    assert "No offering is open at the moment" in text_of(client.get("/"))


def test_no_page_of_an_offering_opens_before_the_entry_notice() -> None:
    seen = visit(entered=False)
    for name in ("offering", "document", "risks", "subscribe"):
        response = seen.get(name)
        assert response.status_code == 302
        assert response["Location"].startswith(seen.url("entry"))
    pdf = reverse("equity:document_pdf", args=[seen.cast.offering.pk, "fr"])
    assert seen.client.get(pdf)["Location"].startswith(seen.url("entry"))
    assert not Reading.objects.exists()


def test_the_entry_notice_of_an_exempt_portal_says_that_it_is_not_registered() -> None:
    seen = visit(entered=False)
    assert "n'est inscrit en vertu de la législation" in text_of(seen.get("entry"))
    seen.client.cookies["django_language"] = "en"
    assert "not registered under securities legislation" in text_of(seen.get("entry"))


def test_the_entry_notice_of_a_dealer_says_that_it_advises() -> None:
    cast = open_offering(portal=make_portal("dealer", name="Courtage Nord"))
    url = reverse("equity:entry", args=[cast.offering.pk])
    page = text_of(Client().get(url))
    assert "exploité par Courtage Nord, courtier sur le marché dispensé" in page


def test_acknowledging_the_notice_is_kept_for_a_person_and_leads_where_they_went() -> None:
    seen = visit(entered=False)
    wanted = seen.url("document")
    response = seen.post("entry", {"next": wanted})
    assert (response.status_code, response["Location"]) == (303, wanted)
    kept = EntryAcknowledgement.objects.get()
    assert (kept.person, kept.portal_kind, kept.language) == (seen.person, "exempt", "fr")


def test_the_notice_leads_to_no_other_site() -> None:
    seen = visit(entered=False)
    response = seen.post("entry", {"next": "https://elsewhere.example/"})
    assert response["Location"] == seen.url("offering")


def test_a_visitor_acknowledges_in_the_session_and_keeps_it_when_signing_in() -> None:
    seen = visit(entered=False)
    visitor = Client()
    with at(OPENED):
        visitor.post(seen.url("entry"))
        assert visitor.get(seen.url("offering")).status_code == 200
    assert not EntryAcknowledgement.objects.exists()
    visitor.post(
        reverse("accounts:sign_in"), {"email": seen.person.email, "password": "erable-2026"}
    )
    with at(OPENED + timedelta(hours=5)):
        assert visitor.get(seen.url("offering")).status_code == 200
    assert EntryAcknowledgement.objects.get().at == OPENED


def test_the_page_of_an_offering_puts_risks_before_promises() -> None:
    seen = visit()
    subscribed(seen.cast, make_person("Paul"), units=40)
    with at(OPENED + timedelta(hours=1)):
        page = text_of(seen.get("offering"))
    assert page.index("MISE EN GARDE!") < page.index("Nous produisons du sirop.")
    assert "Un printemps chaud nuit." in page
    assert "1 000,00 $" in page
    assert "Reste 60 jours" in page
    assert "31 mai 2026" in page
    assert "Aline Roy" in page
    assert "Paul" not in page


def test_the_page_of_an_offering_in_english() -> None:
    seen = visit()
    seen.client.cookies["django_language"] = "en"
    with at(OPENED):
        page = text_of(seen.get("offering"))
    assert "WARNING! BUYER BEWARE" in page
    assert "$100,000.00" in page
    assert "We make syrup." in page


@pytest.mark.parametrize("name", ["entry", "offering", "document", "risks", "subscribe"])
def test_what_is_not_public_does_not_exist(name: str) -> None:
    cast = draft_offering()
    for pk in (cast.offering.pk, uuid4()):
        response = Client().get(reverse(f"equity:{name}", args=[pk]))
        assert response.status_code == 404
        assert "Il n'y a rien à cette adresse" in text_of(response)


def test_days_left_end_with_the_last_day() -> None:
    seen = visit()
    with at(OPENED + timedelta(days=60)):
        assert "Dernier jour aujourd'hui" in text_of(seen.get("offering"))
    with at(OPENED + timedelta(days=61)):
        assert "Dernier jour passé" in text_of(seen.get("offering"))


def test_an_offering_that_ended_is_still_readable_and_says_so() -> None:
    seen = visit()
    life.cancel(actor=seen.cast.owner, offering_id=seen.cast.offering.pk, at=OPENED)
    with at(OPENED):
        page = text_of(seen.get("offering"))
        pdf = reverse("equity:document_pdf", args=[seen.cast.offering.pk, "fr"])
        assert seen.client.get(pdf).status_code == 200
    assert "Ce placement est terminé" in page
    assert not Reading.objects.exists()


def test_the_document_is_offered_in_french_first_to_a_resident_of_quebec() -> None:
    seen = visit(language="en")
    page = text_of(seen.get("document"))
    assert page.index("Document d'offre en français") < page.index("Offering document in English")
    assert "You live in Quebec" in page


def test_opening_the_document_records_the_reading_once() -> None:
    seen = visit()
    pdf = reverse("equity:document_pdf", args=[seen.cast.offering.pk, "fr"])
    with at(OPENED):
        response = seen.client.get(pdf)
        seen.client.get(pdf)
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Disposition"] == 'inline; filename="offering-document-fr.pdf"'
    assert response["Cache-Control"] == "private, no-store"
    reading = Reading.objects.get()
    assert (reading.person, reading.language) == (seen.person, "fr")
    assert Entry.objects.filter(action="equity:offering:read").exists()


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
def test_a_page_fetched_ahead_is_not_a_reading(header: str) -> None:
    seen = visit()
    pdf = reverse("equity:document_pdf", args=[seen.cast.offering.pk, "fr"])
    with at(OPENED):
        assert seen.client.get(pdf, headers={header: "prefetch;prerender"}).status_code == 503
        assert seen.client.head(pdf).status_code == 200
    assert not Reading.objects.exists()


def test_a_language_that_the_document_lacks_does_not_exist() -> None:
    seen = visit()
    pdf = reverse("equity:document_pdf", args=[seen.cast.offering.pk, "de"])
    assert seen.client.get(pdf).status_code == 404


def test_a_visitor_may_read_and_nothing_is_recorded() -> None:
    seen = visit()
    visitor = Client()
    visitor.post(seen.url("entry"))
    pdf = reverse("equity:document_pdf", args=[seen.cast.offering.pk, "en"])
    assert visitor.get(pdf).status_code == 200
    assert not Reading.objects.exists()


def test_pages_carry_no_script_no_style_and_a_policy() -> None:
    seen = visit()
    for name in ("offering", "document", "risks", "subscribe", "entry"):
        response = seen.get(name)
        page = response.content.decode()
        assert "default-src 'self'" in response["Content-Security-Policy"]
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=", page)


def test_both_languages_are_always_in_sight_and_one_click_away() -> None:
    client = Client()
    page = text_of(client.get("/", headers={"accept-language": "en"}))
    assert '<html lang="fr-CA">' in page
    assert ">Français</button>" in page
    assert ">English</button>" in page
    response = client.post("/i18n/setlang/", {"language": "en", "next": "/?page=1"})
    assert response["Location"] == "/?page=1"
    assert '<html lang="en-CA">' in text_of(client.get("/"))
