"""A passkey in a real browser, under the site's own policy: added by an officer whom the desk sent
away, and shown at the next sign-in. Then the pages of the account through axe, on a telephone."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from compliance.accounts.models import User
from compliance.audit.models import Entry
from tests.factories import PASSWORD, make_officer

pytestmark = pytest.mark.django_db(transaction=True)

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def fill_password(page: Page, email: str) -> None:
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()


def test_an_officer_adds_a_passkey_and_signs_in_with_it(
    page: Page, live_server: LiveServer
) -> None:
    email = User.objects.get(pk=make_officer().id).email
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    device = protocol.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(f"{live_server.url}/bureau/")
    fill_password(page, email)
    expect(page.get_by_role("main")).to_contain_text("demande un second facteur")
    page.get_by_role("link", name="Ajouter une clé d'accès").click()
    page.get_by_label("Nom de la clé d'accès").fill("Mon téléphone")
    page.get_by_role("button", name="Ajouter une clé d'accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    page.get_by_role("link", name="Continuer vers le bureau de la conformité").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce qui attend")
    page.get_by_role("button", name="Se déconnecter").click()

    page.goto(f"{live_server.url}/bureau/")
    fill_password(page, email)
    page.get_by_role("button", name="Utiliser une clé d'accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce qui attend")
    opened = Entry.objects.filter(action="accounts:session:open").latest("position")
    assert opened.payload == {"factor": ["webauthn"]}
    assert not [line for line in said if "Content Security Policy" in line]

    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(f"{live_server.url}/bureau/")
    fill_password(page, email)
    protocol.send("WebAuthn.removeVirtualAuthenticator", device)
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.get_by_role("button", name="Utiliser une clé d'accès").click()
    expect(page.get_by_role("alert")).to_contain_text("Réessayez, ou choisissez un autre moyen")
    page.goto(f"{live_server.url}/bureau/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Ce qui attend")
