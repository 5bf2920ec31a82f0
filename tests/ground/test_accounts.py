"""Accounts: signing in by the typed address, roles given by another, and all of it recorded."""

import io
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.auth.models import User as HostUser
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory

from compliance.accounts.models import RoleGrant, User
from compliance.accounts.roles import SYSTEM, Actor, ActorNotAllowed, Role, require
from compliance.accounts.selectors import (
    is_examiner,
    is_officer,
    officers,
    roles_of,
    staff_actor,
    staff_user,
    user_uuid,
)
from compliance.accounts.services import AccountError, create_user, grant_role, revoke_role
from compliance.audit.selectors import trail

pytestmark = pytest.mark.django_db


def test_an_address_and_a_name_lie_sealed_and_do_not_print(odile: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM compliance_accounts_user WHERE id = %s", [odile.pk])
        row = b" ".join(
            bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
            for value in cursor.fetchone()
        )
    assert b"xemple" not in row
    assert b"Odile" not in row
    assert "dile" not in f"{odile} {odile!r}"
    again = User.objects.get(pk=odile.pk)
    assert (again.email, again.name) == ("Odile@Exemple.CA", "Odile Côté")
    assert (again.get_username(), again.get_full_name()) == ("Odile@Exemple.CA", "Odile Côté")
    assert User(email="x@y.ca").get_short_name() == "x@y.ca"


@pytest.mark.parametrize("typed", ["Odile@Exemple.CA", "odile@exemple.ca", " ODILE@EXEMPLE.CA "])
def test_one_signs_in_with_the_typed_address_in_any_case(odile: User, typed: str) -> None:
    assert authenticate(username=typed, password="erable-2026") == odile
    assert authenticate(username=typed, password="wrong") is None
    form = AuthenticationForm(
        RequestFactory().post("/"), {"username": typed, "password": "erable-2026"}
    )
    assert form.is_valid(), form.errors
    assert form.get_user() == odile


def test_nobody_signs_in_with_an_unknown_address_an_index_or_nothing(odile: User) -> None:
    for typed in ("omar@exemple.ca", odile.email_index.hex(), "", None):
        assert authenticate(username=typed, password="erable-2026") is None
    odile.is_active = False
    odile.save()
    assert authenticate(username=odile.email, password="erable-2026") is None


def test_a_session_holds_and_an_account_without_password_has_none(odile: User, marie: User) -> None:
    client = Client()
    assert client.login(username="odile@exemple.ca", password="erable-2026")
    assert client.session["_auth_user_id"] == str(odile.pk)
    assert not marie.has_usable_password()
    assert User.objects.get(pk=odile.pk).last_login is not None
    assert User.objects.get(pk=odile.pk).email == "Odile@Exemple.CA"


def test_the_same_address_in_another_case_is_taken(odile: User, at) -> None:
    with pytest.raises(AccountError, match="already"):
        create_user(actor=SYSTEM, email="ODILE@exemple.ca", at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("odile@exemple.CA")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"email": " "}, "e-mail"), ({"language": "de"}, "fr or en")],
)
def test_an_account_without_address_or_with_another_language_is_refused(at, wrong, words) -> None:
    with pytest.raises(AccountError, match=words):
        create_user(**({"actor": SYSTEM, "email": "a@b.ca", "at": at} | wrong))
    assert not User.objects.exists()
    with pytest.raises(ValueError, match="needs an e-mail"):
        User.objects.create_user("")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("a@b.ca", language="de")


def test_creating_an_account_is_recorded_without_the_address(marie: User, at) -> None:
    (entry,) = trail(marie)
    assert (entry.action, entry.at, entry.actor_role) == ("accounts:user:create", at, "system")
    assert entry.payload == {"language": "fr", "staff": False}
    assert marie.date_joined == at


def test_only_an_officer_or_the_system_makes_staff(odile_acts: Actor, at) -> None:
    investor = Actor(Role.INVESTOR, uuid.uuid4())
    create_user(actor=investor, email="a@b.ca", at=at)
    with pytest.raises(ActorNotAllowed):
        create_user(actor=investor, email="c@d.ca", at=at, is_staff=True)
    assert create_user(actor=odile_acts, email="c@d.ca", at=at, is_staff=True).is_staff


def test_createsuperuser_works_without_questions(monkeypatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "erable-2026")
    out = io.StringIO()
    call_command("createsuperuser", email_index="Chef@Exemple.ca", interactive=False, stdout=out)
    chief = User.objects.get_by_natural_key("chef@exemple.ca")
    assert chief.is_superuser
    assert chief.is_staff
    assert chief.email == "Chef@Exemple.ca"
    assert authenticate(username="chef@exemple.ca", password="erable-2026") == chief
    with pytest.raises(CommandError, match=r"already|déjà"):
        call_command("createsuperuser", email_index="CHEF@exemple.ca", interactive=False)
    with pytest.raises(ValueError, match="staff and superuser"):
        User.objects.create_superuser(email="x@y.ca", is_superuser=False)


def test_the_user_model_is_checked_by_django_without_complaint() -> None:
    assert get_user_model() is User
    out, err = io.StringIO(), io.StringIO()
    call_command("check", "compliance_accounts", "auth", stdout=out, stderr=err)
    assert err.getvalue() == ""
    user = User.objects.create_user("a@b.ca")
    user.groups.add(Group.objects.create(name="g"))
    user.full_clean()
    assert User.objects.get(groups__name="g") == user


def test_a_role_is_granted_used_and_withdrawn(odile_acts: Actor, marie: User, at) -> None:
    assert roles_of(marie) == frozenset()
    grant = grant_role(actor=odile_acts, user=marie, role=Role.EXAMINER, at=at)
    assert grant.granted_by_id == odile_acts.id
    assert is_examiner(marie)
    assert not is_officer(marie)
    assert staff_actor(marie, Role.EXAMINER) == Actor(Role.EXAMINER, marie.pk, "Marie")
    later = at + timedelta(days=1)
    ended = revoke_role(actor=odile_acts, user=marie, role=Role.EXAMINER, at=later)
    assert roles_of(marie) == frozenset()
    assert ended.alive_at(at)
    assert not ended.alive_at(later)
    assert not ended.alive_at(at - timedelta(seconds=1))
    with pytest.raises(ActorNotAllowed):
        staff_actor(marie, Role.EXAMINER)
    assert [entry.action for entry in trail(grant)] == [
        "accounts:role:grant",
        "accounts:role:revoke",
    ]
    grant_role(actor=odile_acts, user=marie, role=Role.EXAMINER, at=later)
    assert is_examiner(marie)


def test_a_role_is_refused_to_oneself_twice_and_from_anybody_else(
    odile: User, odile_acts: Actor, marie: User, at
) -> None:
    with pytest.raises(AccountError, match="themselves"):
        grant_role(actor=odile_acts, user=odile, role=Role.EXAMINER, at=at)
    with pytest.raises(AccountError, match="already"):
        grant_role(actor=SYSTEM, user=odile, role=Role.OFFICER, at=at)
    with pytest.raises(AccountError, match="does not hold"):
        revoke_role(actor=odile_acts, user=marie, role=Role.OFFICER, at=at)
    for role in (Role.SYSTEM, Role.ISSUER, Role.INVESTOR):
        with pytest.raises(AccountError, match="not granted"):
            grant_role(actor=SYSTEM, user=marie, role=role, at=at)
    for role in (Role.ISSUER, Role.INVESTOR, Role.EXAMINER):
        stranger = Actor(role, uuid.uuid4())
        with pytest.raises(ActorNotAllowed, match=f"role {role}"):
            grant_role(actor=stranger, user=marie, role=Role.OFFICER, at=at)
        with pytest.raises(ActorNotAllowed):
            revoke_role(actor=stranger, user=odile, role=Role.OFFICER, at=at)
    assert RoleGrant.objects.count() == 1


def test_the_database_refuses_what_the_service_does(odile: User, marie: User, at) -> None:
    wrong = {
        "accounts_rolegrant_by_another": {"user": marie, "role": "examiner", "granted_by": marie},
        "rolegrant_by_another": {"user": marie, "role": "examiner", "granter": odile.pk},
        "rolegrant_by_two_officers": {"user": marie, "role": "officer", "granted_by": odile},
        "accounts_rolegrant_role": {"user": marie, "role": "issuer", "granted_by": odile},
        "accounts_rolegrant_one_alive": {"user": odile, "role": "officer"},
        "accounts_rolegrant_revoked_later": {
            "user": marie,
            "role": "officer",
            "revoked_at": at - timedelta(seconds=1),
        },
    }
    for name, values in wrong.items():
        given = {"holder": values["user"].pk, "granted_at": at, **values}
        if "granted_by" in values:
            given["granter"] = uuid.uuid4()  # whoever that is: the account is what is looked at
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            RoleGrant.objects.create(**given)


def test_an_inactive_user_and_nobody_hold_no_role(odile: User) -> None:
    assert list(officers()) == [odile]
    odile.is_active = False
    odile.save()
    assert not is_officer(odile)
    assert list(officers()) == []
    assert roles_of(AnonymousUser()) == frozenset()
    with pytest.raises(ActorNotAllowed):
        staff_actor(AnonymousUser(), Role.OFFICER)


def test_the_user_of_an_actor_is_found_again(odile: User, odile_acts: Actor) -> None:
    assert staff_user(odile_acts) == odile
    assert staff_user(SYSTEM) is None
    assert staff_user(Actor(Role.INVESTOR, odile.pk)) is None
    assert staff_user(Actor(Role.OFFICER, uuid.uuid4())) is None


def test_a_host_projects_user_has_a_uuid_of_its_own_that_stays() -> None:
    one, two = HostUser(pk=1), HostUser(pk=2)
    assert user_uuid(one) == user_uuid(HostUser(pk=1)) != user_uuid(two)
    assert str(user_uuid(one)) == "771b0abe-fbb8-5e86-bea7-80be332d5c07"


def test_an_actor_has_an_id_unless_it_is_the_system() -> None:
    for role, key in ((Role.SYSTEM, uuid.uuid4()), (Role.OFFICER, None)):
        with pytest.raises(ValueError, match="wrong id"):
            Actor(role, key)
    require(SYSTEM, Role.SYSTEM, action="x")
    with pytest.raises(ActorNotAllowed) as refusal:
        require(SYSTEM, Role.OFFICER, action="x")
    assert refusal.value.code == "actor.not_allowed"
