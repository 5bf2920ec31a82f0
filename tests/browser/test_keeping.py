"""What is typed survives a lost connection, an ended session and a reload, and no signing out."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from compliance.casework.models import Case
from tests.factories import OPENED, PASSWORD, investor_user, make_person, open_offering
from tests.pages.issuing import at
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = "La serre sera-t-elle chauffée l'hiver?"


def test_nothing_typed_is_lost(live_server: LiveServer, page: Page) -> None:
    cast, person = open_offering(), make_person(email="marie@courriel.example")
    investor_user(person)
    form = live_server.url + reverse("equity:ask", args=[cast.offering.pk])
    text, send = page.get_by_role("textbox"), page.get_by_role("button", name="Envoyer")
    with at(OPENED + timedelta(hours=1)):
        sign_in(page, live_server.url, person.email)
        page.goto(form)
        page.get_by_role("group").get_by_role("radio").first.check()
        text.fill(TYPED)
        page.context.set_offline(True)
        send.click()
        expect(page.get_by_role("alert")).to_contain_text("La connexion est perdue.")
        assert not Case.objects.exists()
        page.context.set_offline(False)
        expect(page.get_by_role("alert")).to_have_count(0)
        page.reload()
        expect(text).to_have_value(TYPED)
        expect(page.get_by_role("status")).to_contain_text("a été remis en place")
        Session.objects.all().delete()
        send.click()
        page.locator("[name=email]").fill(person.email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").click()
        expect(text).to_have_value(TYPED)
        expect(page.get_by_role("group").get_by_role("radio").first).to_be_checked()
        send.click()
        expect(page.get_by_role("status")).not_to_contain_text("remis en place")
        assert Case.objects.count() == 1
        page.goto(form)
        expect(text).to_have_value("")
        text.fill("Autre chose")
        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url(live_server.url + "/")
        sign_in(page, live_server.url, person.email)
        page.goto(form)
        expect(text).to_have_value("")
