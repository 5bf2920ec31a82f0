"""The portal's pages in a browser: accessible, within their policy and their window."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.atlas.pages import account_pages, investor_pages, issuer_pages, public_pages
from tests.atlas.walking import walk
from tests.atlas.world import make_world, still_clock

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_portal_in_a_browser(live_server: LiveServer, browser: Browser) -> None:
    pages = [*public_pages(), *account_pages(), *investor_pages(), *issuer_pages()]
    with still_clock():
        world = make_world()
        found = walk(browser, live_server, world, pages, language="fr", width=390)
        found += walk(browser, live_server, world, pages, language="en", width=1280, axe=False)
    assert not found, "\n".join(found)
