"""An offering carried from nothing to certificates in a real browser, by the screens alone.

Each person (issuer, two officers, investor) once in French on a wide screen with scripts, and once
in English on a telephone without any.
"""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.windows import PHONE, WIDE, Windows
from tests.pages.carrying import IN_A_BROWSER, carry_through

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("offering", "size", "scripts"),
    [(IN_A_BROWSER[0], WIDE, True), (IN_A_BROWSER[1], PHONE, False)],
    ids=["fr, wide, scripts", "en, phone, no scripts"],
)
def test_everybody_on_their_screen(
    browser: Browser,
    live_server: LiveServer,
    offering: tuple[str, str],
    size: dict[str, int],
    scripts: bool,
) -> None:
    windows = Windows(browser, live_server.url, size, scripts)
    carry_through(*offering, windows)
    assert windows.complaints == []
