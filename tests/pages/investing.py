"""What the tests of the investor's pages share: a person at an offering, and where things are."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from investors.models import Person
from tests.factories import Cast, investor_user, make_person, open_offering
from tests.pages.issuing import client_of


@dataclass(slots=True)
class Visit:
    """A person signed in, and the offering that they look at."""

    cast: Cast
    person: Person
    client: Client

    def url(self, name: str) -> str:
        """The address of a page of the offering."""
        return reverse(f"equity:{name}", args=[self.cast.offering.pk])

    def get(self, name: str) -> Any:
        return self.client.get(self.url(name))

    def post(self, name: str, data: dict[str, Any] | None = None) -> Any:
        return self.client.post(self.url(name), data or {})


def visit(*, kind: str = "common_share", entered: bool = True, **person: Any) -> Visit:
    """An identified person of Quebec, signed in, past the entry notice unless said otherwise."""
    given = {"email": "marie@courriel.example"} | person
    who = make_person(**given)
    made = Visit(open_offering(kind), who, client_of(investor_user(who), who.language))
    if entered:
        made.post("entry")
    return made


def yes_to_all(visited: Visit) -> dict[str, str]:
    """A yes to every statement of Form 45-110F2 that the page asks."""
    shown = visited.get("risks").context
    return {**dict.fromkeys(shown["form"].fields, "yes"), "seen": shown["seen"]}


def text_of(response: HttpResponse) -> str:
    """The page as text, with plain spaces for the no-break ones."""
    return response.content.decode().replace("\u00a0", " ").replace("&#x27;", "'")
