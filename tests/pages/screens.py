"""A person who has only the screens: follows links that are there, fills in forms as they stand.

No browser, and so no script: what is done here can be done with the plainest one. A link is
followed only where the page shows it; a form is sent with what it holds and what is changed in it.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.test import Client

Data = dict[str, str | list[str]]


@dataclass
class Form:
    """A form that is sent by POST: where it goes, the names of its fields, and what they hold."""

    action: str
    names: set[str] = field(default_factory=set)
    data: dict[str, list[str]] = field(default_factory=dict)


class Reader(HTMLParser):
    """The links and the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = self._area = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.add(given.get("href", ""))
        elif tag == "form" and given.get("method", "").lower() == "post":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None and "disabled" not in given:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        name, value = given.get("name", ""), given.get("value", "")
        self._form.names.add(name)
        if tag == "input" and name and given.get("type") not in ("submit", "file"):
            ticks = given.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in given:
                self._form.data.setdefault(name, []).append(value or ("on" if ticks else ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._form.data.setdefault(self._select, []).append(value)
        elif tag == "textarea":
            self._area, self._text = name, []

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area and self._form is not None:
            self._form.data[self._area] = ["".join(self._text).removeprefix("\n")]
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._form = None


class Screens:
    """A window: the page it shows, and what can be done from there."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.at, self.html = "/", ""
        self.read = Reader()
        self.open("/")

    def open(self, address: str) -> str:
        """Type an address, or open it from a letter; returns the page."""
        answer = self.client.get(address, follow=True)
        assert answer.status_code == 200, (address, answer.status_code)
        if answer.redirect_chain:
            address = answer.redirect_chain[-1][0]
        return self._show(urljoin(self.at, address), answer.content.decode("utf-8", "replace"))

    def go(self, address: str) -> str:
        """Follow a link, which must be on the page."""
        there = {urljoin(self.at, link).partition("?")[0] for link in self.read.links}
        assert address in there, f"no link to {address} on {self.at}"
        return self.open(address)

    def fetch(self, address: str) -> bytes:
        """The bytes at an address, as a file that is downloaded."""
        return bytes(self.client.get(address).content)

    def form(self, action: str = "", *, holding: str = "") -> Form:
        """The form of the page that goes to an address, or that has a field."""
        wanted = urljoin(self.at, action) if action else ""
        for one in self.read.forms:
            goes = urljoin(self.at, one.action).partition("?")[0]
            if wanted == goes or (holding and holding in one.names):
                return one
        raise AssertionError(f"no form to {action or holding} on {self.at}")

    def send(self, form: Form, **changed: str | list[str]) -> str:
        """Send a form; the page that comes of it, which must not be a refusal."""
        address = urljoin(self.at, form.action) if form.action else self.at
        answer = self.client.post(address, {**form.data, **changed}, follow=True)
        page = answer.content.decode("utf-8", "replace")
        assert answer.status_code == 200, f"{address}: {answer.status_code}\n{_said(page)}"
        shown = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        return self._show(urljoin(self.at, shown), page)

    def _show(self, address: str, page: str) -> str:
        self.at, self.html, self.read = address, page, Reader()
        self.read.feed(page)
        return page


def _said(page: str) -> str:
    """The part of a page that says what is wrong."""
    return "\n".join(
        line.strip() for line in page.splitlines() if "error" in line or "finding" in line
    )[:2000]
