"""The investor's pages through axe, at two widths and in both languages; nothing overflows."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.factories import OPENED, investor_user, make_person, open_offering, subscribed
from tests.pages.issuing import at
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def faults(page: Page) -> list[str]:
    """What axe finds wrong with a page, one line for each rule, and an overflow if there is one."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    lines = [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        lines.append(f"{page.url}: wider than the window")
    return lines


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (390, "fr"), (390, "en")])
def test_pages_are_accessible_and_fit(
    live_server: LiveServer, browser: Browser, width: int, language: str
) -> None:
    cast, person = open_offering(), make_person(email="marie@courriel.example")
    investor_user(person)
    mine = subscribed(cast, person, paid=False)
    offering = [cast.offering.pk]
    public = ["/", "/nothing/", "/account/sign-in/", "/account/register/"]
    public.append(reverse("equity:entry", args=offering))
    own = [
        *(reverse(f"equity:{name}", args=offering) for name in ("offering", "document", "risks")),
        reverse("equity:subscribe", args=offering),
        reverse("equity:subscriptions"),
        reverse("equity:subscription", args=[mine.pk]),
        reverse("equity:withdraw", args=[mine.pk]),
        reverse("equity:documents"),
        reverse("investors:profile"),
    ]
    # axe is a script, which the pages themselves do not allow.
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page, found = context.new_page(), list[str]()
    with at(OPENED + timedelta(hours=1)):
        for address in public:
            page.goto(live_server.url + address)
            found += faults(page)
        sign_in(page, live_server.url, person.email)
        for address in own:
            page.goto(live_server.url + address)
            found += faults(page)
    context.close()
    assert found == []
