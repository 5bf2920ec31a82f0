"""An investor's journey in a real browser: from the list to a subscription, and out again."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from compliance.accounts.roles import SYSTEM
from compliance.outbox.models import Message
from equity.models import Subscription
from investors import services as investors
from investors.models import Person, Reading
from tests.factories import OPENED, open_offering
from tests.pages.issuing import at

pytestmark = pytest.mark.django_db(transaction=True)


def register(page: Page) -> Person:
    """Open an account from the page of the offering, and fill in the profile."""
    page.get_by_role("complementary").get_by_role("link", name="Ouvrir un compte").click()
    page.get_by_label("pour vous-même").check()
    page.get_by_label("Prénom").fill("Léa")
    page.get_by_label("Nom de famille").fill("Tremblay")
    page.get_by_label("Province ou territoire de résidence").select_option("QC")
    page.get_by_label("Adresse électronique").fill("lea@courriel.example")
    page.get_by_label("Mot de passe").fill("une-phrase-longue-7")
    page.get_by_role("button", name="Ouvrir mon compte").click()
    verify_address(page)
    page.get_by_role("link", name="Mon profil").click()
    page.get_by_label("Date de naissance").fill("1990-05-17")
    page.get_by_label("Numéro et rue").fill("18, rue des Érables")
    page.get_by_label("Municipalité").fill("Rimouski")
    page.get_by_label("Code postal").fill("g5l 1a1")
    page.get_by_label("Téléphone").fill("581 555-0101")
    page.get_by_role("group", name="Êtes-vous inscrit").get_by_label("Non").check()
    page.get_by_role("button", name="Enregistrer mon profil").click()
    expect(page.get_by_role("status")).to_contain_text("Votre profil est à jour.")
    return Person.objects.get()


def verify_address(page: Page) -> None:
    """Open the link that went to the address, and say that it is one's own."""
    link = re.search(r"http\S+", Message.objects.get(event="accounts_verify_address").body)
    assert link
    page.goto(link[0])
    page.get_by_role("button", name="Cette adresse est la mienne").click()
    expect(page.get_by_role("status")).to_contain_text("Votre adresse est vérifiée.")


def read_and_acknowledge(page: Page, offering_page: str) -> None:
    """Open the document in French, then answer every statement of the risk acknowledgement."""
    page.goto(f"{offering_page}document/")
    # Chromium without a window hands a PDF over as a file; either way it asked for it.
    with page.expect_response(lambda answer: answer.url.endswith("/fr.pdf")) as answered:
        page.get_by_role("link", name="Ouvrir (PDF)").click()
    assert answered.value.headers["content-type"] == "application/pdf"
    page.goto(f"{offering_page}risks/")
    groups = page.get_by_role("main").get_by_role("group")
    assert page.locator("main input:checked").count() == 0
    for number in range(groups.count() - 1):
        groups.nth(number).get_by_label("Oui").check()
    page.get_by_role("button", name="Je confirme").click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n'a été enregistré.")
    groups.last.get_by_label("Oui").check()
    page.get_by_role("button", name="Je confirme").click()


def subscribe(page: Page) -> None:
    """Ask for one security too many, read why not, then subscribe what is left."""
    expect(page.get_by_role("heading", name="Combien vous pouvez souscrire")).to_be_visible()
    page.get_by_label("Nombre de titres").fill("101")
    # Told while it is typed, by the same rules, before anything is sent.
    expect(page.locator("#total")).to_contain_text(
        "101 titres × 25,00\u00a0$ = 2\u00a0525,00\u00a0$"
    )
    expect(page.locator("#total")).to_contain_text("Ce nombre serait refusé")
    page.get_by_role("group", name="Êtes-vous un initié").get_by_label("Non").check()
    page.get_by_role("button", name="Voir le montant").click()
    expect(page.get_by_role("alert")).to_contain_text("Règlement 45-110, art. 5")
    assert Subscription.objects.count() == 0
    page.get_by_label("Nombre de titres").fill("100")
    page.get_by_role("button", name="Voir le montant").click()
    expect(page.locator(".total")).to_have_text("2\u00a0500,00\u00a0$")
    page.get_by_role("button", name="Souscrire").click()
    expect(page.get_by_role("status")).to_contain_text("Votre souscription est conclue.")


def watch_the_countdown(page: Page) -> None:
    """It goes on by the server's clock, in the words of the server, and says when it is over."""
    left = page.get_by_role("timer")
    page.clock.install()
    page.reload()
    expect(left).to_have_text("2 days and 13 hours left")
    page.clock.fast_forward("00:59:00")
    expect(left).to_have_text("2 days and 12 hours left")
    page.clock.fast_forward("59:31:30")
    expect(left).to_have_text(re.compile(r"^(29|28) minutes left$"))
    page.clock.fast_forward("01:00:00")
    expect(left).to_contain_text("This right has ended.")
    page.reload()


def test_an_investor_subscribes_pays_and_changes_their_mind(
    live_server: LiveServer, page: Page
) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security" in said.text else None,
    )
    cast = open_offering()
    with at(OPENED + timedelta(hours=1)):
        page.goto(live_server.url)
        page.get_by_role("link", name="Érablière du Ruisseau inc.").click()
        page.get_by_role("button", name="Je prends acte de cet avis").click()
        expect(page.get_by_text("MISE EN GARDE!")).to_be_visible()
        offering_page = page.url
        person = register(page)
        read_and_acknowledge(page, offering_page)
        assert Reading.objects.get().person_id == person.pk
        expect(page.get_by_text("Avant de pouvoir souscrire")).to_be_visible()
        investors.identify(actor=SYSTEM, person=person, method="in_person", at=OPENED)
        page.reload()
        subscribe(page)
        page.get_by_role("button", name="Simuler le paiement").click()
        expect(page.get_by_text("sont détenus en fiducie")).to_be_visible()
        page.get_by_role("button", name="English").click()
        expect(page.get_by_text("is held in trust")).to_be_visible()
        watch_the_countdown(page)
        page.get_by_role("link", name="Cancel my subscription").click()
        page.get_by_role("button", name="Cancel my subscription").click()
        expect(page.get_by_text("will be paid back to you, without deduction")).to_be_visible()
    mine = Subscription.objects.get()
    assert (mine.offering, mine.state, mine.paid) == (cast.fresh(), "withdrawn", mine.amount)
    assert complaints == []
