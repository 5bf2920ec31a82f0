"""Who sees and acts at every address of the desk: the table says it, and the pages do it."""

from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from compliance.accounts.models import User
from compliance.accounts.roles import Role
from compliance.accounts.services import revoke_role
from compliance.desk import seats
from compliance.desk.urls import urlpatterns
from tests.factories import BOUND, Cast, make_officer, open_offering
from tests.pages.issuing import at, client_of, examiner_client, issuer_client, stranger

DOCS = Path(__file__).resolve().parents[2] / "docs" / "desk.md"
GIVEN = {
    "day": "2026-03-02",
    "language": "fr",
    "name": "suspend",
    "outcome": "refuse",
    "position": 1,
    "flag_id": 1,
    "member_id": 1,
    "subject_type": "equity.offering",
    "text_digest": "a" * 64,
}
"""What stands in an address beside ids, which name nothing here."""


def url_of(name: str) -> str:
    pattern = next(one for one in urlpatterns if one.name == name)
    wanted = pattern.pattern.converters
    given = {key: GIVEN.get(key, UUID(int=7)) for key in wanted}
    return reverse(f"desk:{name}", kwargs=given)


def test_the_table_in_the_docs_is_that_of_the_addresses() -> None:
    said = DOCS.read_text(encoding="utf-8")
    assert said.split(seats.MARK)[1].strip() == seats.table().strip()


def test_every_address_says_whose_it_is() -> None:
    found = list(seats.seats())
    assert (
        len(found) == len(urlpatterns) - len(seats.BY_SECRET) == len({seat.name for seat in found})
    )
    assert {seat.roles for seat in found} == {(Role.OFFICER,), (Role.OFFICER, Role.EXAMINER)}
    assert all(seat.says.endswith(".") for seat in found)


@pytest.fixture
def cast(db: None) -> Cast:
    return open_offering()


@pytest.mark.django_db
def test_every_address_refuses_whom_the_table_does_not_name(cast: Cast) -> None:
    """By ids that name nothing: who may look is answered before what exists."""
    outsiders = (stranger(), issuer_client(cast))
    examiner, officer = examiner_client(), client_of(User.objects.get(pk=cast.asks.id))
    with at(BOUND):
        for seat in seats.seats():
            url = url_of(seat.name)
            by = "post" if "GET" not in (seat.methods or ("GET",)) else "get"
            assert getattr(Client(), by)(url).status_code == 302, seat
            for client in outsiders:
                assert getattr(client, by)(url).status_code == 404, seat
            if seat.officers_only:
                assert examiner.get(url).status_code in (404, 405), seat
                told = 404 if seat.acts else 405
                assert examiner.post(url, {"sure": "on"}).status_code == told, seat
            elif not has_id(url):
                assert examiner.get(url).status_code == officer.get(url).status_code == 200, seat
            else:
                assert examiner.get(url).status_code == officer.get(url).status_code, seat


def has_id(url: str) -> bool:
    return str(UUID(int=7)) in url or "a" * 64 in url


@pytest.mark.django_db
def test_a_role_that_was_taken_away_sees_nothing(cast: Cast) -> None:
    user = User.objects.get(pk=make_officer("Ève Cadet").id)
    client = client_of(user)
    with at(BOUND):
        assert client.get(reverse("desk:queue")).status_code == 200
        revoke_role(actor=cast.asks, user=user, role=Role.OFFICER, at=BOUND)
        assert client.get(reverse("desk:queue")).status_code == 404
