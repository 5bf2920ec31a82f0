"""`make screens`: pictures of twelve key screens in French and in English, in docs/screens/.

Not a test of the suite: `pytest tests/atlas/screens.py` makes them, in the world of the atlas.
"""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.atlas.pages import all_pages
from tests.atlas.walking import browsing
from tests.atlas.world import make_world, still_clock

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = Path(__file__).resolve().parents[2] / "docs" / "screens"
WIDE, PHONE = 1280, 390
SCREENS = {
    "01-offerings": ("equity:home (public)", WIDE),
    "02-offering": ("equity:offering (marie)", WIDE),
    "03-subscribe": ("equity:subscribe (marie)", PHONE),
    "04-subscription": ("equity:subscription (yasmine)", PHONE),
    "05-amendments": ("equity:amendments (marie)", WIDE),
    "06-first-check": ("equity:first_check (public)", WIDE),
    "07-draft": ("equity:issuing_section business (atelier)", WIDE),
    "08-live": ("equity:issuing (ferme)", WIDE),
    "09-queue": ("desk:queue (odile)", WIDE),
    "10-dossier": ("desk:dossier ferme (odile)", WIDE),
    "11-closing": ("desk:worksheet (odile)", WIDE),
    "12-calendar": ("desk:month (odile)", WIDE),
}
"""By file name: the key of a page of the atlas, and the width of the window."""
_COLOURS = 96


@pytest.mark.parametrize("language", ["fr", "en"])
def test_take(live_server: LiveServer, browser: Browser, language: str) -> None:
    pages = {page.key: page for page in all_pages()}
    PLACE.mkdir(exist_ok=True)
    with still_clock():
        world = make_world()
        for name, (key, width) in SCREENS.items():
            page = pages[key]
            with browsing(browser, live_server, world, page.who, language, width) as context:
                window = context.new_page()
                window.goto(live_server.url + page.address(world))
                taken = Image.open(io.BytesIO(window.screenshot(full_page=width == PHONE)))
                taken.convert("P", palette=Image.Palette.ADAPTIVE, colors=_COLOURS).save(
                    PLACE / f"{name}-{language}.png", optimize=True
                )
