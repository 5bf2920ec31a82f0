"""Two officers' journey in a real browser: approve, suspend, a letter, the closing, a filing."""

from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from compliance.accounts.models import User
from equity.services import filing
from tests.factories import (
    CLOSED,
    OPENED,
    certify,
    draft_offering,
    make_content,
    make_person,
    open_offering,
    subscribed,
)
from tests.pages.issuing import at
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_offering_from_its_submission_to_its_suspension(
    page: Page, live_server: LiveServer
) -> None:
    cast = draft_offering(content=make_content(maximum=Decimal("100000.00")))
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    with at(OPENED):
        sign_in(page, live_server, User.objects.get(pk=cast.asks.id).email, "Français")
        page.get_by_role("link", name="Bureau de la conformité").click()
        page.get_by_role("link", name="Approuver le placement").click()
        expect(page.get_by_role("main")).to_contain_text("toutes respectées")
        page.get_by_text("règles respectées").first.click()
        expect(page.locator('[data-code="offering.within_group_cap"]')).to_be_visible()
        page.get_by_role("link", name="Demander des modifications").click()
        page.get_by_role("button", name="Envoyer les remarques").click()
        expect(page.get_by_role("alert")).to_contain_text("au moins une remarque")
        page.get_by_role("link", name="Pas maintenant").click()
        page.get_by_role("link", name="Approuver").click()
        page.get_by_role("button", name="Approuver le placement").click()
        expect(page.get_by_role("status")).to_contain_text("Le placement est approuvé.")
        filing.open_offering(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
        page.reload()
        page.get_by_role("link", name="Suspendre").click()
        page.get_by_label("Motif").fill("Une plainte à vérifier.")
        page.get_by_role("button", name="Suspendre le placement").click()
        expect(page.get_by_role("main")).to_contain_text("Une plainte à vérifier.")
        page.get_by_role("link", name="Reprendre").click()
        page.get_by_role("button", name="Reprendre le placement").click()
    assert cast.fresh().state == "open"


def test_a_letter_and_a_closing_by_two_people(
    page: Page, browser: Browser, live_server: LiveServer
) -> None:
    cast = open_offering()
    subscribed(cast, make_person(), units=60)
    noe = subscribed(cast, make_person("Noé", "Roy"), units=8)
    other = browser.new_page()
    with at(CLOSED):
        sign_in(page, live_server, User.objects.get(pk=cast.asks.id).email, "Français")
        page.get_by_role("link", name="Bureau de la conformité").click()
        page.get_by_role("link", name="Clore").click()
        page.get_by_role("link", name="Souscriptions", exact=True).click()
        page.get_by_role("link", name="Noé Roy").click()
        page.get_by_role("link", name="Consigner un avis de résolution").click()
        page.get_by_label("Jour d'envoi de l'avis").fill("2026-03-03")
        page.get_by_label("Heure").fill("16:20")
        page.get_by_role("button", name="Consigner").click()
        expect(page.get_by_role("status")).to_contain_text("L'avis est consigné")
        page.get_by_role("button", name="Consigner le remboursement").click()
        expect(page.get_by_role("status")).to_contain_text("sans déduction")
        page.get_by_role("link", name="Clôture", exact=True).click()
        page.get_by_role("button", name="Demander la clôture").click()
        expect(page.get_by_role("main")).to_contain_text(cast.asks.name)
        expect(page.get_by_role("main")).to_contain_text("un autre responsable l'approuve")
        expect(page.get_by_role("button", name="Approuver la clôture")).to_have_count(0)
        sign_in(other, live_server, User.objects.get(pk=cast.approves.id).email, "Français")
        other.goto(page.url)
        other.get_by_role("button", name="Approuver la clôture").click()
        expect(other.get_by_role("status")).to_contain_text("Le placement est clos")
        expect(other.get_by_role("table")).to_contain_text("Marie Lacœur")
        other.get_by_role("link", name="Obligations", exact=True).click()
        other.get_by_role("link", name="Consigner comme fait").first.click()
        other.get_by_label("Référence", exact=True).fill("SEDAR-2026-1")
        other.get_by_role("button", name="Consigner comme fait").click()
        expect(other.get_by_role("table")).to_contain_text("SEDAR-2026-1")
        other.get_by_role("link", name="Ce qui s'est passé").click()
        expect(other.get_by_role("main")).to_contain_text("Clôture approuvée")
    other.close()
    assert cast.fresh().state == "closed"
    assert cast.offering.subscriptions.get(pk=noe.pk).state == "withdrawn"
