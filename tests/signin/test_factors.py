"""Second factors: set up, asked for, refused, removed, reset; and the desk, closed without one."""

import io
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.urls.converters import (
    IntConverter,
    SlugConverter,
    StringConverter,
    UUIDConverter,
)

from compliance.accounts.models import User
from compliance.accounts.selectors import roles_of
from compliance.audit.models import Change
from compliance.desk.urls import urlpatterns as desk_addresses
from compliance.outbox.models import Message
from compliance.sealing.keyring import KeyRing
from compliance.signin import demonstration, factors, sealing
from tests.factories import PASSWORD, make_officer, make_user
from tests.pages.issuing import html
from tests.signin.test_entrance import SECURITY, SIGN_IN, actions_of
from tests.signing_in import with_factor

pytestmark = pytest.mark.django_db

CODE, SET_UP = "/account/sign-in/code/", "/account/security/application/"
NOON = 1_800_000_000.0


class Clock:
    """The clock by which codes are made, which stands still until a test moves it."""

    now = NOON

    def time(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    stopped = Clock()
    monkeypatch.setattr(totp, "time", stopped)
    monkeypatch.setattr(demonstration, "time", stopped)
    yield stopped
    cache.clear()


@pytest.fixture
def officer() -> User:
    return User.objects.get(pk=make_officer().id)


def code_of(user: User) -> str:
    row = Authenticator.objects.get(user=user, type="totp")
    return demonstration.current_code(sealing.opened(row.data["secret"]))


def past_the_password(user: User) -> Client:
    client = Client()
    answer = client.post(SIGN_IN, {"email": user.email, "password": PASSWORD, "next": "/bureau/"})
    assert answer["Location"] == CODE
    return client


def set_up(client: Client) -> Any:
    """Add an application by its page."""
    secret = client.get(SET_UP).context["form"].secret
    return client.post(SET_UP, {"code": demonstration.current_code(secret)})


def test_an_officer_without_a_factor_sets_one_up_and_comes_back(officer: User) -> None:
    client = Client()
    wanted = f"{reverse('desk:cases')}?page=2"
    client.post(SIGN_IN, {"email": officer.email, "password": PASSWORD, "next": wanted})
    door = client.get(wanted)
    assert unquote(door["Location"]) == f"{SECURITY}?next={wanted}"
    page = html(client.get(door["Location"]))
    assert "Le bureau de la conformité demande un second facteur" in page
    assert set_up(client)["Location"] == "/account/security/codes/"
    assert f'href="{wanted}"' in html(client.get("/account/security/codes/"))
    assert client.get(wanted).status_code == 200
    assert actions_of(officer)[-1] == ("accounts:factor:add", {"factor": "totp"})
    assert Message.objects.get().subject == "Un second facteur a été ajouté à votre compte"


def test_a_wrong_code_a_replayed_one_and_anothers_are_refused(officer: User, clock: Clock) -> None:
    other = User.objects.get(pk=make_officer("Omar Haddad").id)
    totp.TOTP.activate(officer, totp.generate_totp_secret())
    totp.TOTP.activate(other, totp.generate_totp_secret())
    client = past_the_password(officer)
    right, theirs = code_of(officer), code_of(other)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for code in (wrong, theirs, ""):
        assert client.post(CODE, {"code": code}).status_code == 422
        assert client.get("/bureau/").status_code == 302
    assert "_auth_user_id" not in client.session
    answer = client.post(CODE, {"code": right})
    assert (answer.status_code, answer["Location"]) == (303, "/bureau/")
    assert client.get("/bureau/").status_code == 200
    assert actions_of(officer)[-1] == ("accounts:session:open", {"factor": ["totp"]})
    assert actions_of(officer)[-2] == ("accounts:session:refuse", {"why": "factor"})
    again = past_the_password(officer)
    assert again.post(CODE, {"code": right}).status_code == 422  # it was used
    clock.now += 30
    assert again.post(CODE, {"code": right}).status_code == 422  # it is past
    assert again.post(CODE, {"code": code_of(officer)}).status_code == 303


def test_the_sixth_wrong_code_is_not_looked_at(officer: User) -> None:
    totp.TOTP.activate(officer, totp.generate_totp_secret())
    client = past_the_password(officer)
    for _ in range(5):
        client.post(CODE, {"code": "000000"})
    assert client.post(CODE, {"code": code_of(officer)}).status_code == 422
    assert "trop d'essais" in html(client.post(CODE, {"code": "1"})).replace("&#x27;", "'")
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_works_once(officer: User) -> None:
    client = with_factor(Client(), officer)
    client.post(SIGN_IN, {"email": officer.email, "password": PASSWORD})
    set_up(client)
    code = client.get("/account/security/codes/").context["unused_codes"][0]
    first, second = past_the_password(officer), past_the_password(officer)
    assert first.post(CODE, {"code": code}).status_code == 303
    assert second.post(CODE, {"code": code}).status_code == 422


def test_seeds_lie_sealed_and_the_trail_holds_none_of_them(officer: User) -> None:
    seed = totp.generate_totp_secret()
    totp.TOTP.activate(officer, seed)
    row = Authenticator.objects.get()
    assert seed not in str(row.data)
    assert sealing.opened(row.data["secret"]) == seed
    change = Change.objects.get(table="mfa_authenticator")
    assert (change.operation, change.after["user_id"]) == ("insert", str(officer.pk))
    assert set(change.after) == {"id", "user_id", "type", "created_at", "last_used_at", "*"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT before::text, after::text FROM compliance_audit_change")
        assert seed not in str(cursor.fetchall())


def test_seeds_are_brought_under_a_new_key(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = totp.generate_totp_secret()
    totp.TOTP.activate(officer, seed)
    old = f"test = {'7e57' * 16}"
    both = KeyRing.from_spec(
        "\n".join(("active = new", f"new = {'0e1f' * 16}", old, f"index = {'1dec' * 16}"))
    )
    monkeypatch.setattr(sealing, "ring", lambda: both)
    assert set(sealing.key_ids()) == {"test"}
    assert (sealing.reseal(), sealing.reseal()) == (1, 0)
    assert set(sealing.key_ids()) == {"new"}
    assert sealing.opened(Authenticator.objects.get().data["secret"]) == seed


def test_a_factor_that_is_removed_closes_the_desk_in_every_session(
    officer: User, clock: Clock
) -> None:
    client = Client()
    client.post(SIGN_IN, {"email": officer.email, "password": PASSWORD})
    set_up(client)
    clock.now += 30
    other = past_the_password(officer)
    other.post(CODE, {"code": code_of(officer)})
    assert (client.get("/bureau/").status_code, other.get("/bureau/").status_code) == (200, 200)
    assert client.post(f"{SET_UP}remove/").status_code == 303
    assert client.get("/bureau/")["Location"].startswith(SECURITY)
    assert other.get("/bureau/")["Location"].startswith(SIGN_IN)
    assert not Authenticator.objects.exists()  # recovery codes alone are no factor
    told = [action for action, _ in actions_of(officer)]
    assert told[-2:] == ["accounts:factor:remove", "accounts:session:end"]


def test_what_changes_the_account_is_confirmed_when_signing_in_is_long_ago(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.post(SIGN_IN, {"email": officer.email, "password": PASSWORD})
    assert client.get(SET_UP).status_code == 200
    later = time.time() + 301
    monkeypatch.setattr("compliance.signin.adapters.time.time", lambda: later)
    door = client.get(SET_UP)["Location"]
    assert door == "/account/confirm/?next=%2Faccount%2Fsecurity%2Fapplication%2F"
    assert client.post(door, {"password": "faux"}).status_code == 422
    assert actions_of(officer)[-1] == ("accounts:session:refuse", {"why": "confirm"})
    assert client.post(door, {"password": PASSWORD})["Location"] == SET_UP


def test_a_password_alone_confirms_nothing_where_there_is_a_factor(
    officer: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.post(SIGN_IN, {"email": officer.email, "password": PASSWORD})
    set_up(client)
    later = time.time() + factors.LIFE.total_seconds() + 60
    monkeypatch.setattr("compliance.signin.adapters.time.time", lambda: later)
    monkeypatch.setattr("compliance.signin.factors.time.time", lambda: later)
    monkeypatch.setattr("allauth.account.internal.flows.reauthentication.time.time", lambda: later)
    for page in (f"{SECURITY}codes/", f"{SECURITY}passkeys/add/"):
        door = client.get(page)
        assert door["Location"].startswith("/account/confirm/code/"), page
        client.post("/account/confirm/", {"password": PASSWORD})
        assert client.get(page).status_code == 302, page
    assert client.get("/bureau/")["Location"].startswith("/account/confirm/code/")
    clock.now += 30
    client.post("/account/confirm/code/", {"code": code_of(officer)})
    assert client.get(f"{SECURITY}codes/").status_code == 200


def test_a_factor_that_is_added_ends_the_sessions_that_had_none(officer: User) -> None:
    client, other = Client(), Client()
    for each in (client, other):
        each.post(SIGN_IN, {"email": officer.email, "password": PASSWORD})
    set_up(client)
    assert other.get(SECURITY)["Location"].startswith(SIGN_IN)
    assert client.get("/bureau/").status_code == 200


def _arguments(pattern: Any) -> dict[str, Any]:
    made = {UUIDConverter: UUID(int=7), IntConverter: 7, SlugConverter: "x", StringConverter: "x"}
    return {name: made[type(one)] for name, one in pattern.pattern.converters.items()}


DESK = [
    (pattern.name, _arguments(pattern))
    for pattern in desk_addresses
    # Read by a calendar program: it has no session, and opens by a secret in its address.
    if pattern.name != "calendar_feed"
]


@pytest.mark.parametrize(
    ("method", "age", "opens"),
    [
        ("get", None, False),
        ("post", None, False),
        ("get", factors.LIFE.total_seconds() - 60, True),
        ("get", factors.LIFE.total_seconds() + 60, False),
        ("post", factors.LIFE.total_seconds() + 60, True),
        ("post", (factors.LIFE + factors.GRACE).total_seconds() + 60, False),
    ],
)
def test_no_address_of_the_desk_opens_without_a_fresh_factor(
    officer: User, method: str, age: float | None, opens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every address, and one that refuses the method says nothing either way."""
    client = Client(raise_request_exception=False)
    client.force_login(officer)
    if age is not None:
        with_factor(client, officer)
        later = time.time() + age
        monkeypatch.setattr("compliance.signin.factors.time.time", lambda: later)
    # Of what is there for nobody (each id is made up), 404 is the answer behind the door.
    reached = set()
    for name, given in DESK:
        answer = getattr(client, method)(reverse(f"desk:{name}", kwargs=given))
        if answer.status_code == 405:
            continue
        door = str(answer.headers.get("Location", "")).startswith(
            (SECURITY, "/account/confirm/code/", "/account/confirm/passkey/")
        )
        assert door is not opens, (name, answer.status_code)
        reached.add(name)
    assert len(reached) > 30


def test_a_part_of_a_page_leads_the_whole_window_away(officer: User) -> None:
    client = Client()
    client.force_login(officer)
    window = "http://testserver/bureau/cases/?page=2"
    answer = client.get("/bureau/cases/", headers={"HX-Request": "true", "HX-Current-URL": window})
    assert (answer.status_code, answer.content) == (200, b"")
    assert unquote(answer["HX-Redirect"]) == f"{SECURITY}?next=/bureau/cases/?page=2"


def test_an_old_factor_is_asked_for_again_and_one_goes_on(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    demonstration.give_factor(officer)
    client = past_the_password(officer)
    client.post(CODE, {"code": code_of(officer)})
    later = time.time() + factors.LIFE.total_seconds() + 60
    monkeypatch.setattr("compliance.signin.factors.time.time", lambda: later)
    door = client.get("/bureau/")["Location"]
    assert door == "/account/confirm/code/?next=%2Fbureau%2F"
    cache.clear()  # the code of the sign-in, which the stopped clock would show again
    monkeypatch.setattr("allauth.account.internal.flows.login.time.time", lambda: later)
    assert client.post(door, {"code": code_of(officer)})["Location"] == "/bureau/"
    assert client.get("/bureau/").status_code == 200


def test_an_administrator_takes_a_lost_factor_away_and_the_owner_is_told(officer: User) -> None:
    totp.TOTP.activate(officer, totp.generate_totp_secret())
    client = past_the_password(officer)
    client.post(CODE, {"code": code_of(officer)})
    with pytest.raises(CommandError, match="Verify by a road that you know"):
        call_command("reset_second_factor", officer.email)
    with pytest.raises(CommandError, match="No account"):
        call_command("reset_second_factor", "nul@exemple.example", "--verified")
    assert Authenticator.objects.exists()
    out = io.StringIO()
    call_command("reset_second_factor", officer.email, "--verified", stdout=out)
    assert out.getvalue() == "1 taken away; sessions ended; the owner is written to.\n"
    assert client.get("/bureau/")["Location"].startswith(SIGN_IN)
    assert actions_of(officer)[-2:] == [
        ("accounts:factor:reset", {"factors": ["totp"]}),
        ("accounts:session:end", {"why": "factor_reset", "sessions": 1}),
    ]
    assert Message.objects.get().subject == "Votre second facteur a été réinitialisé"


def test_the_code_of_a_demonstration_is_shown_behind_three_locks(
    officer: User, settings: Any
) -> None:
    demonstration.give_factor(officer)
    code = code_of(officer)
    assert code in html(past_the_password(officer).get(CODE, headers={"host": "localhost:8000"}))
    assert code not in html(past_the_password(officer).get(CODE, headers={"host": "testserver"}))
    mine = make_user("Léa")
    totp.TOTP.activate(mine, totp.generate_totp_secret())
    assert demonstration.code_of(officer, "127.0.0.1:8000") == code
    assert demonstration.code_of(mine, "127.0.0.1:8000") == ""  # a real account, on the same site
    settings.COMPLIANCE = settings.COMPLIANCE | {"DEMONSTRATION": False}
    assert demonstration.code_of(officer, "127.0.0.1:8000") == ""
    client = past_the_password(officer)
    assert client.post(CODE, {"code": code}).status_code == 422  # the known seed opens nothing
    with pytest.raises(RuntimeError, match="Only a demonstration"):
        demonstration.give_factor(mine)
    assert roles_of(mine) == frozenset()
