"""A browser without pictures: it reads the forms of a page, fills them in and sends them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.http import HttpResponse
from django.test import Client

UNSENT = {"submit", "button", "image", "reset", "file"}


@dataclass
class Form:
    """A form as it would be sent: where to, and what it holds so far."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """What each group of radio buttons offers."""


class Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = self._textarea = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a form holds before anybody touches it."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        if not self.found:
            return
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and name and given.get("type") not in UNSENT:
            if given.get("type") in {"checkbox", "radio"}:
                self.found[-1].choices.setdefault(name, []).append(value or "on")
                if "checked" not in given:
                    return
            self._hold(name, value)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            # As in a browser, the first one stands until another is chosen.
            if "selected" in given or self._select not in self.found[-1].values:
                self.found[-1].values[self._select] = [value]
        elif tag == "textarea":
            self._textarea = name
            self._hold(name, "")

    def handle_endtag(self, tag: str) -> None:
        """A list or a field of several lines is over."""
        self._select = "" if tag == "select" else self._select
        self._textarea = "" if tag == "textarea" else self._textarea

    def handle_data(self, data: str) -> None:
        """The text of a field of several lines."""
        if self._textarea:
            self.found[-1].values[self._textarea][-1] += data.removeprefix("\n")

    def _hold(self, name: str, value: str) -> None:
        self.found[-1].values.setdefault(name, []).append(value)


class Visitor:
    """Somebody at the host's site: opens pages, and sends the forms that they find there."""

    def __init__(self, name: str) -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"accept-language": "fr-ca"})
        self.name = name
        self.seen: list[tuple[str, int, str]] = []
        """Every answer: its address, its status and its text (empty for other than a page)."""

    def open(self, path: str) -> str:
        """Open a page, following redirects; its text. An answer other than 200 is an error."""
        return self._read(path, self.client.get(path, follow=True))

    def send(self, holding: str, **changes: Any) -> str:
        """Fill in and send the form of the last page whose action or fields contain a word.

        Whatever the page filled in is sent as it stands; the page that answers is read.
        """
        here, _status, text = self.seen[-1]
        forms = [
            form
            for form in Forms(text).found
            if form.method == "post"
            and (holding in form.action or holding in form.values or holding in form.choices)
        ]
        assert len(forms) == 1, f"{len(forms)} forms with {holding!r} on {here}:\n{text}"
        values: dict[str, Any] = {**forms[0].values, **changes}
        path = urljoin(here, forms[0].action)
        answer = self.client.post(path, values, follow=True)
        return self._read(path, answer)

    def questions(self, letter: str) -> list[str]:
        """The names of the radio buttons of the last page that begin with a letter."""
        forms = Forms(self.seen[-1][2]).found
        return [name for form in forms for name in form.choices if name.startswith(letter)]

    def download(self, path: str) -> bytes:
        """Fetch a file; an answer other than 200 is an error."""
        answer = self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        self.seen.append((path, answer.status_code, ""))
        return answer.content

    def link(self, ending: str) -> str:
        """The one link of the last page that ends so."""
        links = Links(self.seen[-1][2]).found
        found = sorted({path for path in links if path.endswith(ending)})
        assert len(found) == 1, f"{found} end with {ending!r} on {self.seen[-1][0]}: {links}"
        return found[0]

    def _read(self, path: str, answer: HttpResponse) -> str:
        for address, _status in getattr(answer, "redirect_chain", ()):
            path = urljoin(path, address)
        text = answer.content.decode()
        self.seen.append((path, answer.status_code, text))
        assert answer.status_code == 200, f"{path}: {answer.status_code}\n{text}"
        return text


class Links(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address of a link."""
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]
