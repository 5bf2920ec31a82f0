"""An issuer's journey in a real browser: from nothing to an open offering, and an amendment."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from equity.models import Offering
from equity.services import filing
from tests.factories import (
    BOUND,
    OPENED,
    issuer_user,
    make_issuer,
    make_officer,
    make_person,
    make_portal,
    open_offering,
    subscribed,
)
from tests.pages.issuing import at
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def save(page: Page) -> None:
    """Save the section and go on to the next one, or back to the offering after the last."""
    page.get_by_role("main").locator("form[method=post] .actions .button--second").click()
    expect(page.get_by_role("status")).to_contain_text("est enregistrée")


def start(page: Page) -> Offering:
    """The first answers, one of them wrong at first."""
    page.get_by_role("link", name="Mes émetteurs").click()
    page.get_by_role("link", name="Préparer un placement").click()
    page.get_by_label("Genre de titre").select_option("common_share")
    page.get_by_label("Prix d'offre unitaire").fill("25,005")
    page.get_by_label("Montant minimal du placement").fill("1 000,00 $")
    page.get_by_label("Montant maximal du placement").fill("100 000")
    page.get_by_label("Jours pour réunir le minimum").fill("60")
    page.get_by_label("Québec").check()
    page.get_by_label("anglais").check()
    page.get_by_role("button", name="Créer l'ébauche").click()
    expect(page.locator(".field--wrong")).to_contain_text("Un montant s'arrête au cent")
    page.get_by_label("Prix d'offre unitaire").fill("25,00")
    page.get_by_role("button", name="Créer l'ébauche").click()
    expect(page.get_by_role("status")).to_contain_text("L'ébauche est créée")
    return Offering.objects.get()


def both(place: Page | Locator, label: str, french: str, english: str) -> None:
    """Fill in an answer in both languages, side by side."""
    group = place.get_by_role("group", name=label, exact=True).first
    group.get_by_label("En français").fill(french)
    group.get_by_label("En anglais").fill(english)


def first_sections(page: Page) -> None:
    """Sections 2 to 5."""
    page.get_by_role("main").get_by_role("link", name="L'émetteur").first.click()
    page.get_by_label("Adresse du siège").fill("1420, rang du Ruisseau\nSaint-Ferdinand")
    page.get_by_label("Téléphone", exact=True).fill("418 555-0142")
    page.get_by_label("Prénom et nom").fill("Aline Roy")
    page.get_by_label("Téléphone professionnel").fill("418 555-0142")
    page.get_by_label("Adresse électronique professionnelle").fill("aline@erabliere.example")
    save(page)
    both(page, "Aperçu", "Du sirop biologique.", "Organic syrup.")
    save(page)
    for group in page.get_by_role("group").filter(has=page.get_by_label("Non")).all():
        group.get_by_label("Non").check()
    save(page)
    page.get_by_role("group", name="Une somme est-elle versée").get_by_label("Non").check()
    save(page)
    page.get_by_label("Catégorie").fill("A")
    for label in ("Votes", "Dividendes", "Rang à la liquidation", "Restrictions au transfert"):
        both(page, label, "Selon les statuts.", "As the articles say.")
    save(page)
    both(page, "Vote", "Un vote par action.", "One vote per share.")
    both(page, "Autres restrictions ou conditions", "Aucune.", "None.")
    save(page)


def business(page: Page) -> None:
    """Section 6."""
    both(page.locator("#item-item_6_1"), "Texte", "Une érablière.", "A sugar bush.")
    both(page, "Loi, telle qu'on la cite", "Loi sur les sociétés par actions", "Business Act")
    page.get_by_label("Province ou territoire").select_option("QC")
    both(page, "Où consulter les documents", "Au siège.", "At the head office.")
    page.get_by_label("Exerce actuellement des activités").check()
    page.get_by_role("group", name="Des états financiers").get_by_label("Oui").check()
    page.locator("#item-item_6_6").get_by_label("Sans objet").check()
    save(page)


def last_sections(page: Page) -> None:
    """Sections 7 to 11."""
    both(page, "Fonds déjà réunis", "Aucun.", "None.")
    page.get_by_label("Ce que cette ligne paie").first.fill("Évaporateur")
    page.get_by_label("Au minimum").first.fill("1 000")
    page.get_by_label("Au maximum").first.fill("100 000")
    save(page)
    page.get_by_label("Sans objet").check()
    save(page)
    page.get_by_label("Commission").fill("5")
    save(page)
    risks = page.locator("#item-item_10_1")
    both(risks, "Texte", "Un printemps chaud nuit.", "A warm spring hurts.")
    page.get_by_role("group", name="Le titre promet-il").get_by_label("Non").check()
    save(page)
    both(page, "Information après la clôture", "Une lettre par trimestre.", "A letter a quarter.")
    page.get_by_role("group", name="Le droit des sociétés").get_by_label("Non").check()
    page.locator("#item-item_11_3").get_by_label("Sans objet").check()
    save(page)


def test_from_nothing_to_an_open_offering(page: Page, live_server: LiveServer) -> None:
    make_portal()
    issuer = make_issuer()
    user = issuer_user(issuer)
    officer = make_officer()
    with at(OPENED):
        sign_in(page, live_server, user.email, "Français")
        offering = start(page)
        first_sections(page)
        business(page)
        last_sections(page)
        expect(page.get_by_role("complementary")).to_contain_text("n'est pas attesté")
        page.get_by_role("button", name="Soumettre au portail").click()
        refusal = page.get_by_role("alert")
        expect(refusal).to_contain_text("Annexe 45-110A1, instruction générale 4")
        assert refusal.locator("[data-code]").count() == 1
        refusal.get_by_role("link", name="Attester le document").click()
        page.get_by_label("Fonction").fill("présidente")
        page.get_by_label("J'ai lu les énoncés").check()
        page.get_by_role("button", name="Attester", exact=True).click()
        expect(page.get_by_role("complementary")).to_contain_text("Tout y est")
        page.get_by_role("button", name="Soumettre au portail").click()
        expect(page.get_by_role("status")).to_contain_text("Le placement est soumis")
        filing.approve(actor=officer, offering_id=offering.pk, at=OPENED)
        page.reload()
        page.get_by_role("button", name="Ouvrir le placement").click()
        expect(page.get_by_role("status")).to_contain_text("Le placement est ouvert")
    assert Offering.objects.get().state == "open"


def test_an_amendment_in_english(page: Page, live_server: LiveServer) -> None:
    cast = open_offering()
    subscribed(cast, make_person("Marie", "Zwietochowska"))
    user = issuer_user(cast.issuer)
    with at(BOUND + timedelta(hours=1)):
        sign_in(page, live_server, user.email, "English")
        page.get_by_role("button", name="English").click()
        page.get_by_role("link", name="My issuers").click()
        page.get_by_role("link", name="Common share").click()
        expect(page.get_by_role("main")).not_to_contain_text("Zwietochowska")
        page.get_by_role("link", name="Amend the document").click()
        page.get_by_label("What changes, and why").fill("The last day comes earlier.")
        page.get_by_role("button", name="Suspend and amend").click()
        page.get_by_role("main").get_by_role("link", name="The distribution").first.click()
        page.get_by_label("Days to raise the minimum").fill("45")
        expect(page.locator("#saved")).to_contain_text("Saved at")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("link", name="The offering", exact=True).click()
        page.get_by_role("link", name="See what changes").click()
        expect(page.locator(".comparison ins").first).to_contain_text("45")
        page.get_by_role("link", name="The offering", exact=True).click()
        page.get_by_role("link", name="Certify the document").first.click()
        page.get_by_label("I have read the statements").check()
        page.get_by_role("button", name="Certify", exact=True).click()
        page.get_by_role("button", name="Publish the amended version").click()
        expect(page.get_by_role("status")).to_contain_text("every purchaser has been notified")
    assert cast.fresh().state == "open"
    assert cast.offering.document.days == 45
