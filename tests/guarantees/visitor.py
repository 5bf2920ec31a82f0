"""Somebody at a browser without JavaScript: keeps cookies, reads forms, sends them."""

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPException
from http.cookiejar import CookieJar

CUT_OFF = (OSError, HTTPException)
"""What a browser sees when the server dies: no answer, or half of one."""


@dataclass(slots=True)
class Page:
    """An answer as it came after redirects: its status, where it stands, and its text."""

    status: int
    path: str
    text: str

    def form(self, *, with_button: str = "") -> dict[str, str]:
        """The hidden fields of the first form, or of the one that holds a text."""
        for found in re.findall(r"<form[^>]*>.*?</form>", self.text, re.DOTALL):
            if with_button in found:
                reader = _Fields()
                reader.feed(found)
                return reader.hidden
        raise AssertionError(f"{self.path} ({self.status}) has no form with {with_button!r}.")

    def names(self, kind: str) -> list[str]:
        """The names of the fields of a kind (``radio``), once each, in order."""
        reader = _Fields()
        reader.feed(self.text)
        return list(dict.fromkeys(name for found, name in reader.named if found == kind))


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.named: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag != "input" or name is None:
            return
        self.named.append((given.get("type") or "text", name))
        if given.get("type") == "hidden":
            self.hidden[name] = given.get("value") or ""


class Visitor:
    """A browser at one address; raises one of ``CUT_OFF`` when the server is gone."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def get(self, path: str) -> Page:
        return self._open(urllib.request.Request(self.root + path))

    def post(self, path: str, fields: dict[str, str]) -> Page:
        body = urllib.parse.urlencode(fields).encode()
        return self._open(urllib.request.Request(self.root + path, data=body))

    def _open(self, request: urllib.request.Request) -> Page:
        try:
            answer = self._opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            path = urllib.parse.urlsplit(answer.geturl()).path
            return Page(answer.status, path, answer.read().decode("utf-8", "replace"))

    def sign_in(self, email: str, password: str) -> None:
        page = self.get("/account/sign-in/")
        page = self.post("/account/sign-in/", {**page.form(), "email": email, "password": password})
        assert page.path != "/account/sign-in/", f"{email} cannot sign in"
