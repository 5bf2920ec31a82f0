"""What the tests of the issuer's and the officer's pages share: signed-in clients, the clock."""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.accounts.services import grant_role
from compliance.web import clock
from tests.factories import OPENED, Cast, issuer_user, make_user
from tests.signing_in import with_factor


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """The clock of the pages stands still at an instant."""
    with patch.object(clock, "now", lambda: instant):
        yield


def client_of(user: User, language: str = "fr") -> Client:
    """A browser in which somebody is signed in, with a second factor."""
    client = Client()
    client.force_login(user)
    with_factor(client, user)
    client.cookies["django_language"] = language
    return client


def issuer_client(cast: Cast, language: str = "fr") -> Client:
    """Somebody who acts for the issuer."""
    return client_of(issuer_user(cast.issuer, f"Aline Roy {User.objects.count()}"), language)


def stranger() -> Client:
    """Somebody signed in who has nothing to do with the issuer."""
    return client_of(make_user(f"Zoé Étrangère {User.objects.count()}"))


def officer_client(actor: Actor, language: str = "fr") -> Client:
    """An officer signed in."""
    return client_of(User.objects.get(pk=actor.id), language)


def examiner_client(language: str = "fr") -> Client:
    """An examiner signed in: the desk without its acts."""
    user = make_user(f"Élise Examinatrice {User.objects.count()}")
    grant_role(actor=SYSTEM, user=user, role=Role.EXAMINER, at=OPENED)
    return client_of(user, language)


def issuing(name: str, cast: Cast, *args: Any) -> str:
    """The address of an issuer's page about the offering of the cast."""
    return reverse(f"equity:{name}", args=(cast.offering.pk, *args))


def html(response: HttpResponse) -> str:
    """The page's text."""
    return response.content.decode()


def one_heading(response: HttpResponse) -> str:
    """The only h1 of the page; the headings below it never skip a level."""
    page = html(response)
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    assert levels.count(1) == 1, levels
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    heads = re.findall(r"<th(?![a-z])[^>]*>", page)
    assert all("scope=" in head for head in heads), heads
    return re.sub(r"<[^>]+>", "", re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)[1]).strip()  # type: ignore[index]


def rows_data(prefix: str, rows: list[dict[str, str]], initial: int = 0) -> dict[str, str]:
    """What a browser posts for rows of columns."""
    data = {
        f"{prefix}-TOTAL_FORMS": str(len(rows)),
        f"{prefix}-INITIAL_FORMS": str(initial),
        f"{prefix}-MIN_NUM_FORMS": "0",
        f"{prefix}-MAX_NUM_FORMS": "40",
    }
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data
