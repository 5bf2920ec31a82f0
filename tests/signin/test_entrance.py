"""The password: refused, throttled, forgotten, changed; sessions ended; addresses verified."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client

from compliance.accounts.models import User
from compliance.accounts.verification import token_for
from compliance.audit.models import Change, Entry
from compliance.audit.selectors import trail
from compliance.outbox.models import Message
from tests.factories import OPENED, PASSWORD, make_user
from tests.pages.investing import visit, yes_to_all
from tests.pages.issuing import at, html

pytestmark = pytest.mark.django_db

SIGN_IN, SECURITY = "/account/sign-in/", "/account/security/"
REGISTER = "/account/register/"
FORGOTTEN = "/account/password/forgotten/"
NEW = "une-autre-phrase-7"


@pytest.fixture
def lea() -> User:
    return make_user("Léa", email="lea@courriel.example")


def signed_in(user: User, password: str = PASSWORD) -> Client:
    client = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    answer = client.post(SIGN_IN, {"email": user.email, "password": password})
    assert answer.status_code == 303
    return client


def actions_of(user: User) -> list[tuple[str, Any]]:
    return [(entry.action, entry.payload) for entry in trail(user)][1:]


def link_in(message: Message) -> str:
    found = re.search(r"http://testserver(\S+)", message.body)
    assert found
    return found[1]


def test_signing_in_and_out_are_recorded_without_the_address(lea: User) -> None:
    client = signed_in(lea)
    assert UserSession.objects.get().user_id == lea.pk
    client.post("/account/sign-out/")
    assert actions_of(lea) == [
        ("accounts:session:open", {"factor": []}),
        ("accounts:session:end", {"why": "signed_out", "sessions": 1}),
    ]
    assert not UserSession.objects.exists()
    assert Client().get(SECURITY).status_code == 302


def test_a_refusal_names_the_account_by_its_id_and_a_stranger_by_nothing(lea: User) -> None:
    Client().post(SIGN_IN, {"email": lea.email, "password": "autre-chose"})
    Client().post(SIGN_IN, {"email": "nul@courriel.example", "password": "autre-chose"})
    refused = Entry.objects.filter(action="accounts:session:refuse").order_by("position")
    assert [entry.subject_id.int for entry in refused] == [lea.pk.int, 0]
    assert [entry.payload for entry in refused] == [{"why": "password"}] * 2


@pytest.mark.parametrize("known", [True, False])
def test_the_sixth_try_is_not_looked_at(lea: User, known: bool) -> None:
    """Four, five, six wrong ones: known and unknown addresses are told the same."""
    email = lea.email if known else "nul@courriel.example"
    wrong = {"email": email, "password": "autre-chose"}
    statuses = [Client().post(SIGN_IN, wrong).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    right = Client().post(SIGN_IN, {"email": lea.email, "password": PASSWORD})
    assert right.status_code == (429 if known else 303)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(cache_key, ' ') FROM compliance_signin_cache")
        assert "courriel" not in cursor.fetchone()[0]


def test_a_machine_that_tries_many_addresses_is_stopped() -> None:
    statuses = [
        Client().post(SIGN_IN, {"email": f"{n}@x.example", "password": "x"}).status_code
        for n in range(21)
    ]
    assert statuses == [422] * 20 + [429]


def test_asking_for_a_password_never_tells_who_has_an_account(lea: User) -> None:
    pages = []
    for email in (lea.email, "nul@courriel.example"):
        client = Client()
        answer = client.post(FORGOTTEN, {"email": email})
        pages.append((answer.status_code, answer["Location"], html(client.get(answer["Location"]))))
    assert pages[0][:2] == pages[1][:2] == (303, f"{FORGOTTEN}sent/")
    bare = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page[2]) for page in pages]
    assert bare[0] == bare[1]
    assert Message.objects.count() == 1


def test_a_link_changes_the_password_once_and_its_secret_is_nowhere_in_clear(lea: User) -> None:
    before = signed_in(lea)
    User.objects.filter(pk=lea.pk).update(address_verified_at=None)
    Client().post(FORGOTTEN, {"email": "LEA@courriel.example"})
    message = Message.objects.get(event="accounts_password_link")
    assert (message.to, message.language) == (lea.email, "fr")
    assert "une seule fois, pendant une heure" in message.body
    link = link_in(message)
    secret = link.rstrip("/").rpartition("/")[2]
    with connection.cursor() as cursor:
        for table in (Entry, Change, Message):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table._meta.db_table} t")
            assert secret not in (cursor.fetchone()[0] or "")
    client = Client()
    form = client.get(link)["Location"]
    assert secret not in form
    wrong = client.post(form, {"password1": NEW, "password2": "autre-chose-7"})
    assert wrong.status_code == 422
    answer = client.post(form, {"password1": NEW, "password2": NEW})
    assert (answer.status_code, answer["Location"]) == (303, f"{FORGOTTEN}done/")
    assert before.get(SECURITY).status_code == 302  # its session is dead
    signed_in(lea, NEW)
    lea.refresh_from_db()
    assert lea.address_verified_at is not None
    for visitor in (client, Client()):
        assert "Ce lien n'est plus valable" in html(visitor.get(link)).replace("&#x27;", "'")
    assert [action for action, _ in actions_of(lea)] == [
        "accounts:session:open",
        "accounts:password:ask",
        "accounts:password:reset",
        "accounts:address:verify",
        "accounts:session:end",
        "accounts:session:open",
    ]


@pytest.mark.parametrize(("age", "works"), [(3599, True), (3601, False)])
def test_a_link_ends_after_an_hour(
    lea: User, age: int, works: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    Client().post(FORGOTTEN, {"email": lea.email})
    link = link_in(Message.objects.get())
    monkeypatch.setattr("django.conf.settings.PASSWORD_RESET_TIMEOUT", 3600 - age)
    assert (Client().get(link).status_code == 302) is works


def test_a_changed_password_ends_the_other_sessions_and_tells_the_owner(lea: User) -> None:
    mine, other = signed_in(lea), signed_in(lea)
    given = {"oldpassword": "faux", "password1": NEW, "password2": NEW}
    assert mine.post("/account/password/change/", given).status_code == 422
    answer = mine.post("/account/password/change/", given | {"oldpassword": PASSWORD})
    assert answer.status_code == 303
    assert mine.get(SECURITY).status_code == 200
    assert other.get(SECURITY).status_code == 302
    message = Message.objects.get()
    assert message.subject == "Votre mot de passe a été changé"
    assert NEW not in message.body


def test_a_session_that_is_ended_is_dead_and_only_ones_own(lea: User) -> None:
    mine, other, stranger = signed_in(lea), signed_in(lea), signed_in(make_user("Zoé Étrangère"))
    key = other.session.session_key
    theirs = UserSession.objects.get(session_key=key)
    page = html(mine.get(SECURITY))
    assert page.count("Firefox, Windows") >= 2
    assert f"/account/sessions/{theirs.pk}/end/" in page
    assert key not in page
    assert stranger.post(f"/account/sessions/{theirs.pk}/end/").status_code == 404
    assert other.get(SECURITY).status_code == 200
    assert mine.post(f"/account/sessions/{theirs.pk}/end/").status_code == 303
    assert not Session.objects.filter(session_key=key).exists()
    assert other.get(SECURITY).status_code == 302
    assert mine.post(f"/account/sessions/{theirs.pk}/end/").status_code == 404
    third = signed_in(lea)
    assert mine.post("/account/sessions/end-others/").status_code == 303
    assert third.get(SECURITY).status_code == 302
    assert mine.get(SECURITY).status_code == 200
    assert stranger.get(SECURITY).status_code == 200


def test_nobody_subscribes_before_the_address_is_verified() -> None:
    seen = visit()
    user = User.objects.get(email_index=seen.person.email)
    with at(OPENED + timedelta(hours=1)):
        seen.get("document")
        seen.post("risks", yes_to_all(seen))
        User.objects.filter(pk=user.pk).update(address_verified_at=None)
        assert "account.address_verified" in html(seen.get("subscribe"))
        for step in ("review", "agree"):
            answer = seen.post("subscribe", {"units": "4", "insider": "no", "step": step})
            assert answer.status_code == 422
            assert "account.address_verified" in html(answer)
        assert not seen.cast.offering.subscriptions.exists()
        assert seen.client.post("/account/address/").status_code == 303
        seen.client.post("/account/address/")  # pressed twice: one letter
        link = link_in(Message.objects.get(event="accounts_verify_address"))
        assert Client().get(link).status_code == 200
        user.refresh_from_db()
        assert user.address_verified_at is None  # a mail program that opens links says nothing
        assert Client().post(link).status_code == 303
        assert "Votre adresse est vérifiée" in html(Client().get(link))
        assert "account.address_verified" not in html(seen.get("subscribe"))


def test_a_link_is_void_when_it_is_old_foreign_or_for_another_address(
    lea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=lea.pk).update(address_verified_at=None)
    token = token_for(lea)
    assert Client().get(f"/account/address/{token}x/").status_code == 410
    lea.email = "nouvelle@courriel.example"
    lea.save(update_fields=["email"])
    assert Client().post(f"/account/address/{token}/").status_code == 410
    token = token_for(lea)
    monkeypatch.setattr("compliance.accounts.verification.LIFE", timedelta(seconds=-1))
    assert Client().post(f"/account/address/{token}/").status_code == 410
    assert User.objects.get(pk=lea.pk).address_verified_at is None


def test_allauth_keeps_no_address_and_shows_no_page_of_its_own(lea: User) -> None:
    client = signed_in(lea)
    for page in (SECURITY, "/account/address/", "/account/password/change/"):
        assert client.get(page).status_code == 200
    for page in ("signup", "login", "email", "confirm-email", "password/set", "password/reset"):
        assert client.get(f"/account/{page}/").status_code == 404
    assert not EmailAddress.objects.exists()
    assert "courriel" not in str(client.session.items())
    cache.clear()


def test_a_machine_that_asks_for_many_accounts_is_stopped_and_nothing_typed_is_lost(
    lea: User,
) -> None:
    """The form must say that an address is taken; so it is not asked a thousand times."""
    given = {
        "kind": "person",
        "first_name": "Ève",
        "family_name": "Curieuse",
        "province": "QC",
        "email": lea.email,
        "password": "une-phrase-longue-7",
    }
    limit = 60
    assert {Client().post(REGISTER, {**given, "email": "x"}).status_code for _ in range(3)} == {422}
    assert {Client().post(REGISTER, given).status_code for _ in range(limit)} == {422}
    stopped = Client().post(REGISTER, {**given, "email": "nouvelle@courriel.example"})
    assert stopped.status_code == 429
    page = stopped.content.decode()
    assert "Réessayez dans une heure" in page
    assert "Curieuse" in page
    assert not User.objects.exclude(pk=lea.pk).exists()
