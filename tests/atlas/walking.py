"""Walking through the pages of the atlas in a browser, and what is wrong with each."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Error, Page
from pytest_django.live_server_helper import LiveServer

from tests.atlas.looking import client_of
from tests.atlas.pages import Page as Looked
from tests.atlas.world import World

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_FAULTS = """async () => (await axe.run({resultTypes: ['violations']})).violations
    .map(one => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`)"""
_LISTEN = """document.addEventListener('securitypolicyviolation', (event) => {
    (window.refused ||= []).push(`${event.violatedDirective} ${event.blockedURI}`); })"""


@contextmanager
def browsing(
    browser: Browser, server: LiveServer, world: World, who: str, language: str, width: int
) -> Iterator[BrowserContext]:
    """A window of a width in which somebody is signed in, with its policy in force."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(_LISTEN)
    cookies = client_of(world, who, language).cookies
    for name in {"django_language", settings.SESSION_COOKIE_NAME} & set(cookies):
        context.add_cookies([{"name": name, "value": cookies[name].value, "url": server.url}])
    yield context
    context.close()


def faults(page: Page, *, axe: bool) -> list[str]:
    """What axe finds wrong with a page, what its policy refused, and an overflow if there is one;
    axe is run past the policy, which would not let the page load it."""
    lines: list[str] = []
    if axe:
        page.evaluate(AXE)
        lines += page.evaluate(_FAULTS)
    lines += [f"refused: {one}" for one in page.evaluate("window.refused || []")]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        lines.append("wider than the window")
    return lines


def walk(
    browser: Browser,
    server: LiveServer,
    world: World,
    pages: Iterable[Looked],
    *,
    language: str,
    width: int,
    axe: bool = True,
) -> list[str]:
    """Open each page as whoever looks at it; what is wrong, one line each."""
    found: list[str] = []
    by_who: dict[str, list[Looked]] = {}

    def complain(error: Error) -> None:
        found.append(f"a script: {error}")

    for page in pages:
        by_who.setdefault(page.who, []).append(page)
    for who, theirs in by_who.items():
        with browsing(browser, server, world, who, language, width) as context:
            window = context.new_page()
            window.on("pageerror", complain)
            for page in theirs:
                answer = window.goto(server.url + page.address(world), wait_until="load")
                if answer is None or answer.status != 200:
                    found.append(f"{page.key}: status {answer and answer.status}")
                found += [f"{page.key}: {fault}" for fault in faults(window, axe=axe)]
    return found
