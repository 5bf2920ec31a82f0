"""Being signed in, in tests: a client past every door, and a browser that goes through them."""

import time
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData
from playwright.sync_api import Page

from compliance.accounts.models import User
from compliance.accounts.selectors import roles_of
from compliance.signin.demonstration import give_factor
from tests.factories import PASSWORD

_CODE_SECONDS, _TO_TYPE = 30, 5
LABELS = {"Français": ("Adresse électronique", "Mot de passe"), "English": ("E-mail", "Password")}


def with_factor(client: Client, user: Any, kind: str = "totp") -> Client:
    """The client, its session having shown a second factor just now; ``force_login`` shows none."""
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, method="mfa", type=kind)
    request.session.save()
    return client


def give_passkey(user: Any) -> Authenticator:
    """A passkey as a browser would have made it, whose private half nobody kept."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    held = AttestedCredentialData.create(Aaguid.NONE, b"passkey-of-a-test", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    made = AuthenticatorData.create(bytes(32), flags, 0, held)
    credential = {
        "id": websafe_encode(held.credential_id),
        "rawId": websafe_encode(held.credential_id),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(
                b'{"type":"webauthn.create","challenge":"","origin":"https://x.example"}'
            ),
            "attestationObject": websafe_encode(AttestationObject.create("none", made, {})),
        },
    }
    return WebAuthn.add(user, "Mon téléphone", credential).instance


def sign_in(page: Page, base: Any, email: str, language: str = "") -> None:
    """Sign in by the pages, in one language if it is named. ``base`` is the live server or its
    address. An officer shows the second factor of a demonstration, whose code the page tells."""
    root = getattr(base, "url", base)
    user = User.objects.get(email_index=email)
    if roles_of(user):
        give_factor(user)
        # The same code is not taken twice, and a test does not wait for the next one.
        cache.clear()
    page.goto(f"{root}/account/sign-in/")
    if language:
        page.get_by_role("button", name=language).click()
        address, password = LABELS[language]
        page.get_by_label(address).fill(email)
        page.get_by_label(password).fill(PASSWORD)
    else:
        page.locator("[name=email]").fill(email)
        page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    if roles_of(user):
        _wait_for_a_lasting_code(page)
        page.locator("[name=code]").fill(page.locator("strong.code").inner_text())
        page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"{root}/")


def _wait_for_a_lasting_code(page: Page) -> None:
    """A code lives for half a minute of the clock: one shown at its end is over when it is sent."""
    page.locator("strong.code").wait_for()
    left = _CODE_SECONDS - time.time() % _CODE_SECONDS
    if left < _TO_TYPE:
        page.wait_for_timeout(1000 * left)
        page.reload()
