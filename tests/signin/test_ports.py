"""What a host plugs in: its own second factor, its own way in, or none."""

from typing import Any

import pytest
from django.conf import settings as site_settings
from django.http import HttpRequest
from django.test import Client

from compliance.accounts.checks import check_second_factor
from compliance.accounts.models import User
from compliance.accounts.verification import may_commit
from tests.factories import make_officer, make_user

pytestmark = pytest.mark.django_db

HERE = "tests.signin.test_ports"
OURS = ("SECOND_FACTOR", "ENTER", "MAY_REGISTER", "VERIFY_PAGE")
NEW = {
    "kind": "person",
    "first_name": "Léa",
    "family_name": "Tremblay",
    "province": "QC",
    "email": "lea@courriel.example",
    "password": "une-phrase-longue-7",
}


def of_the_host(request: HttpRequest) -> str:
    """A host whose sessions have a second factor where they say so."""
    return "" if request.session.get("host_factor") else "/host/second-factor/"


def bare() -> dict[str, Any]:
    """The settings of a host that says nothing of how people sign in."""
    return {name: it for name, it in site_settings.COMPLIANCE.items() if name not in OURS}


def officer_client() -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=make_officer().id))
    return client


def test_a_host_that_names_none_is_asked_for_none_and_warned(settings: Any) -> None:
    assert check_second_factor(None) == []
    settings.COMPLIANCE = bare()
    assert officer_client().get("/bureau/").status_code == 200
    assert [one.id for one in check_second_factor(None)] == ["compliance_accounts.W001"]
    settings.COMPLIANCE = bare() | {"SECOND_FACTOR": None}
    assert check_second_factor(None) == []


def test_the_desk_asks_the_function_that_a_host_names(settings: Any) -> None:
    settings.COMPLIANCE = bare() | {"SECOND_FACTOR": f"{HERE}.of_the_host"}
    client = officer_client()
    assert client.get("/bureau/")["Location"] == "/host/second-factor/"
    session = client.session
    session["host_factor"] = True
    session.save()
    assert client.get("/bureau/").status_code == 200
    stranger = Client()
    stranger.force_login(make_user("Zoé Étrangère"))
    assert stranger.get("/bureau/").status_code == 404  # nothing tells that there is a desk


def test_a_host_without_our_ways_registers_as_before(settings: Any) -> None:
    settings.COMPLIANCE = bare()
    client = Client()
    assert client.post("/account/register/", NEW).status_code == 303
    user = User.objects.get()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.address_verified_at is None
    assert may_commit(user)
