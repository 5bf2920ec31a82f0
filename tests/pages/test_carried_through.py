"""An offering of each kind, carried through by people who have only the screens, in each language.

No script runs here. ``tests/browser/test_carried_through.py`` has the two that are left out, in a
real browser.
"""

from itertools import product

import pytest
from django.test import Client

from compliance.accounts.models import User
from tests.pages.carrying import IN_A_BROWSER, KINDS, carry_through
from tests.pages.issuing import client_of
from tests.pages.screens import Screens

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "language"),
    [one for one in product(KINDS, ("fr", "en")) if one not in IN_A_BROWSER],
)
def test_people_who_have_only_the_screens(kind: str, language: str) -> None:
    carry_through(kind, language, _window)


def _window(user: User | None, language: str) -> Screens:
    if user is not None:
        return Screens(client_of(user, language))
    nobody = Client()
    nobody.cookies["django_language"] = language
    return Screens(nobody)
