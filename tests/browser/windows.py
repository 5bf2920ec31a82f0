"""Windows of a real browser, moved in as ``tests.pages.screens`` are: links that can be pressed,
forms filled in field by field and sent by their button."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Locator, Page, Response

from compliance.accounts.models import User
from tests.pages.issuing import client_of
from tests.pages.screens import Reader

PHONE = {"width": 375, "height": 740}
WIDE = {"width": 1280, "height": 900}


@dataclass(frozen=True)
class WindowForm:
    """A form of the page, and the names of its fields and what they hold as it is served."""

    where: Locator
    names: set[str]
    data: dict[str, list[str]]


@dataclass
class Windows:
    """Opens windows of one width, with or without scripts; ``complaints`` are those of all pages:
    errors of scripts, and what the policy of the site refused."""

    browser: Browser
    root: str
    size: dict[str, int]
    scripts: bool

    def __post_init__(self) -> None:
        self.complaints: list[str] = []

    def __call__(self, user: User | None, language: str) -> "Window":
        """A new window, in which somebody is signed in or nobody is."""
        context = self.browser.new_context(
            viewport=self.size,  # type: ignore[arg-type]
            java_script_enabled=self.scripts,
            base_url=self.root,
        )
        cookies = {"django_language": language}
        if user is not None:
            cookies |= {name: one.value for name, one in client_of(user, language).cookies.items()}
        context.add_cookies(
            [{"name": name, "value": value, "url": self.root} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._heard(said.text))
        return Window(page)

    def _heard(self, said: str) -> None:
        if "Content Security" in said:
            self.complaints.append(said)


class Window:
    """One person's window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.open("/")

    @property
    def at(self) -> str:
        """The address of the page that it shows."""
        return urlsplit(self.page.url).path

    @property
    def html(self) -> str:
        """The page that it shows."""
        return self.page.content()

    def open(self, address: str) -> str:
        """Type an address, or open it from a letter; returns the page."""
        return self._shown(self.page.goto(address))

    def go(self, address: str) -> str:
        """Press a link of the page."""
        for link in self.page.locator("a[href]").all():
            to = urljoin(self.at, link.get_attribute("href") or "").partition("?")[0]
            if to == address and link.is_visible():
                with self.page.expect_navigation() as went:
                    link.click()
                return self._shown(went.value)
        raise AssertionError(f"no link to {address} can be pressed on {self.at}")

    def fetch(self, address: str) -> bytes:
        """The bytes at an address, as a file that is downloaded."""
        return self.page.request.get(address).body()

    def form(self, action: str = "", *, holding: str = "") -> WindowForm:
        """The form of the page that goes to an address, or that has a field."""
        for where in self.page.locator("form[method=post]").all():
            read = Reader()
            read.feed(str(where.evaluate("form => form.outerHTML")))
            [form] = read.forms
            to = urljoin(self.at, form.action).partition("?")[0]
            if (action and to == urljoin(self.at, action)) or (holding and holding in form.names):
                return WindowForm(where, form.names, form.data)
        raise AssertionError(f"no form to {action or holding} on {self.at}")

    def send(self, form: WindowForm, **changed: str | list[str]) -> str:
        """Fill in the fields of a form, press its first button; the page that comes of it."""
        for name, value in changed.items():
            _fill(form.where, name, [value] if isinstance(value, str) else value)
        before = self.page.url
        with self.page.expect_navigation() as went:
            form.where.locator("button:not([type=button]):not([hidden])").first.click()
        return self._shown(went.value, f"sent from {before}")

    def _shown(self, answer: Response | None, what: str = "") -> str:
        assert answer is not None
        assert answer.ok, f"{answer.url}: {answer.status} {what}\n{_said(self.page)}"
        return self.html


def _fill(form: Locator, name: str, values: list[str]) -> None:
    """Put values into the fields of a name, as its kind wants it."""
    fields = form.locator(f'[name="{name}"]')
    kinds = {str(one.evaluate("field => field.type")) for one in fields.all()}
    # Another page may end its list with more blank lines than this one does.
    assert kinds or not any(values), f"there is no field {name}"
    if kinds and kinds <= {"checkbox", "radio"}:
        for one in fields.all():
            wanted = (one.get_attribute("value") or "on") in values
            if wanted != one.is_checked() and (wanted or kinds == {"checkbox"}):
                _uncovered(one).set_checked(wanted)
    elif kinds <= {"hidden"}:
        return
    elif kinds <= {"select-one", "select-multiple"}:
        fields.first.select_option(values)
    else:
        for one, value in zip(fields.all(), values, strict=True):
            if one.input_value() != value:
                _uncovered(one).fill(value)


def _uncovered(field: Locator) -> Locator:
    """The field, once what it is folded into is opened."""
    if not field.is_visible():
        field.locator("xpath=ancestor::details[not(@open)]/summary").first.click()
    return field


def _said(page: Page) -> str:
    """What the page says is wrong."""
    found: Any = page.get_by_role("alert").all_inner_texts()
    return "\n".join(found)[:2000]
