"""The decorator by itself: what is the same body, who asks, what leaves a key and what does not."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import override_settings

from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.casework.models import Case
from compliance.idempotency import services
from compliance.idempotency.models import KeyedAct
from compliance.idempotency.services import (
    Key,
    KeyFault,
    KeyReused,
    Sent,
    is_answered,
    repeatable,
    row_telling,
)
from compliance.sealing.canonical import CanonicalError
from compliance.sealing.keyring import generate_spec
from equity.services.issuers import NewPrincipal
from tests.factories import OPENED

pytestmark = pytest.mark.django_db
LATER = OPENED + timedelta(days=1)
ID = uuid.UUID(int=7)
MARIE = Actor(Role.INVESTOR, ID)


class Stopped(Exception):  # noqa: N818 - it stands for a refusal
    pass


@repeatable("test:note", row_telling(Case))
def note(
    *,
    actor: Actor,
    at: datetime,
    said: Any = None,
    amount: Decimal | None = None,
    refused: bool = False,
    key: Key | None = None,
    **more: Any,
) -> Case:
    case = Case.objects.create(
        kind="other",
        subject_type="a.b",
        subject_id=ID,
        note=str(len(list(said or ()))),
        opened_at=at,
        opened_by_role=actor.role.value,
        opened_by=actor.id,
    )
    if refused:
        raise Stopped
    return case


@repeatable("test:other", row_telling(Case))
def other(*, actor: Actor, at: datetime, key: Key | None = None) -> Case:
    return note(actor=actor, at=at)


def count() -> int:
    return Case.objects.count()


def test_the_same_key_and_body_is_one_effect_and_one_answer() -> None:
    first = note(actor=MARIE, at=OPENED, said="ab", key="k")
    for at in (OPENED, LATER, OPENED + timedelta(days=3000)):
        again = note(actor=MARIE, at=at, said="ab", key="k")
        assert again == first
    assert count() == KeyedAct.objects.count() == 1


def test_the_same_key_with_another_body_is_refused_and_does_nothing() -> None:
    note(actor=MARIE, at=OPENED, amount=Decimal("100.00"), key="k")
    for changed in ({"amount": Decimal("100.01")}, {}, {"amount": Decimal(100), "more": 1}):
        with pytest.raises(KeyReused):
            note(actor=MARIE, at=OPENED, key="k", **changed)
    with pytest.raises(KeyReused):
        other(actor=MARIE, at=OPENED, key="k")
    assert count() == KeyedAct.objects.count() == 1


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ({}, {"said": None, "amount": None, "refused": False}),
        ({"amount": Decimal("100")}, {"amount": Decimal("100.00")}),
        ({"amount": Decimal("100")}, {"amount": Decimal("1E+2")}),
        ({"amount": Decimal("0.50")}, {"amount": Decimal("0.5")}),
        ({"amount": Decimal("0")}, {"amount": Decimal("-0.00")}),
        ({"said": ["a", "b"]}, {"said": ("a", "b")}),
        ({"said": ["a", "b"]}, {"said": (one for one in "ab")}),
        ({"said": {"a", "b"}}, {"said": frozenset({"b", "a"})}),
        ({"said": {"a": 1, "b": 2}}, {"said": {"b": 2, "a": 1}}),
        ({"said": ["a"], "x": 1}, {"x": 1, "said": ["a"]}),
    ],
)
def test_what_is_the_same_body(one: dict[str, Any], same: dict[str, Any]) -> None:
    first = note(actor=MARIE, at=OPENED, key="k", **one)
    assert note(actor=MARIE, at=OPENED, key="k", **same) == first


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ({"x": 0}, {"x": False}),
        ({"x": 1}, {"x": "1"}),
        ({"x": None}, {"x": ""}),
        ({"x": None}, {}),
        ({"x": 1, "y": 2}, {"x": 2, "y": 1}),
        ({"x": Decimal("10")}, {"x": Decimal("1")}),
        ({"x": Decimal("1.0")}, {"x": Decimal("10")}),
        ({"x": ["a", "b"]}, {"x": ["b", "a"]}),
        ({"x": ["ab"]}, {"x": ["a", "b"]}),
        ({"x": "é"}, {"x": "e\u0301"}),
        ({"x": "Marie"}, {"x": "marie"}),
        ({"x": NewPrincipal("Aline", "director")}, {"x": NewPrincipal("Aline", "officer")}),
        ({"x": date(2026, 3, 2)}, {"x": date(2026, 3, 3)}),
        ({"x": OPENED}, {"x": LATER}),
        ({"x": uuid.UUID(int=1)}, {"x": uuid.UUID(int=2)}),
        ({"x": b"a file"}, {"x": b"another"}),
    ],
)
def test_what_is_another_body(one: dict[str, Any], another: dict[str, Any]) -> None:
    note(actor=MARIE, at=OPENED, key="k", **one)
    with pytest.raises(KeyReused):
        note(actor=MARIE, at=OPENED, key="k", **another)
    assert count() == 1


def test_an_iterator_that_was_compared_is_still_there_for_the_act() -> None:
    assert note(actor=MARIE, at=OPENED, said=(one for one in "abc"), key="k").note == "3"


@pytest.mark.parametrize("body", [1.5, float("nan"), object(), "\ud800"])
def test_a_body_without_a_canonical_form_is_refused_and_leaves_nothing(body: object) -> None:
    with pytest.raises(CanonicalError):
        note(actor=MARIE, at=OPENED, x=body, key="k")
    assert count() == KeyedAct.objects.count() == 0


def test_a_key_is_its_actors_own() -> None:
    actors = (
        MARIE,
        Actor(Role.INVESTOR, uuid.UUID(int=8)),
        Actor(Role.ISSUER, ID),
        Actor(Role.OFFICER, ID),
        SYSTEM,
    )
    rows = {note(actor=actor, at=OPENED, key="k").pk for actor in actors}
    assert len(rows) == count() == len(actors)
    assert {note(actor=actor, at=OPENED, key="k").pk for actor in actors} == rows
    assert note(actor=Actor(Role.INVESTOR, ID, "Marie"), at=OPENED, key="k").pk in rows


def test_what_is_refused_leaves_no_key_and_may_be_asked_for_again() -> None:
    for _ in range(2):
        with pytest.raises(Stopped):
            note(actor=MARIE, at=OPENED, refused=True, key="k")
    assert count() == KeyedAct.objects.count() == 0
    note(actor=MARIE, at=OPENED, key="k")
    assert count() == KeyedAct.objects.count() == 1


def test_without_a_key_nothing_is_kept_and_everything_is_done() -> None:
    for _ in range(2):
        note(actor=MARIE, at=OPENED)
    with pytest.raises(Stopped):
        note(actor=MARIE, at=OPENED, refused=True)
    assert count() == 2
    assert not KeyedAct.objects.exists()


@pytest.mark.parametrize("key", ["k", "!", "~", "a" * 255, str(ID), "a:b/c'\"\\%s{}"])
def test_what_can_be_a_key(key: str) -> None:
    note(actor=MARIE, at=OPENED, key=key)
    note(actor=MARIE, at=OPENED, key=key)
    assert KeyedAct.objects.get().key == key
    assert count() == 1


@pytest.mark.parametrize(
    "key",
    [
        "",
        " ",
        "a b",
        " a",
        "a ",
        "a\n",
        "\n",
        "\t",
        "a\x00",
        "\x7f",
        "é",
        "ａ",
        "a" * 256,
        "a" * 9999,
    ],
)
@pytest.mark.parametrize("sent", [False, True])
def test_what_cannot_be_a_key(key: str, sent: bool) -> None:
    with pytest.raises(KeyFault):
        note(actor=MARIE, at=OPENED, key=Sent(key, {}) if sent else key)
    assert count() == 0


def test_upper_and_lower_case_are_two_keys() -> None:
    assert note(actor=MARIE, at=OPENED, key="k") != note(actor=MARIE, at=OPENED, key="K")


def test_what_was_sent_is_the_body_where_it_is_given() -> None:
    """A page makes its arguments out of what is stored too; sent again they would be others."""
    first = note(actor=MARIE, at=OPENED, said="ab", key=Sent("k", ["/page/", {"name": ["a"]}]))
    again = note(actor=MARIE, at=LATER, said="abc", key=Sent("k", ["/page/", {"name": ["a"]}]))
    assert again == first
    with pytest.raises(KeyReused):
        note(actor=MARIE, at=OPENED, said="ab", key=Sent("k", ["/page/", {"name": ["b"]}]))


def test_whether_a_key_was_answered() -> None:
    assert not is_answered(actor=MARIE, key=None)
    assert not is_answered(actor=MARIE, key="k")
    note(actor=MARIE, at=OPENED, key="k")
    assert is_answered(actor=MARIE, key="k")
    assert is_answered(actor=MARIE, key=Sent("k", "whatever"))
    assert not is_answered(actor=SYSTEM, key="k")


def test_the_body_is_kept_as_a_digest_that_nobody_without_the_key_can_guess() -> None:
    note(actor=MARIE, at=OPENED, amount=Decimal("100.00"), key="k")
    row = KeyedAct.objects.get()
    assert len(row.body) == 32
    assert bytes(row.body) == services.body_digest("test:note", {"amount": Decimal(100)})
    with override_settings(COMPLIANCE={"DATA_KEYS": generate_spec("other")}):
        assert bytes(row.body) != services.body_digest("test:note", {"amount": Decimal(100)})


def test_a_service_that_cannot_be_asked_for_again_is_refused_when_it_is_written() -> None:
    def positional(actor: Actor, *, at: datetime, key: Key | None = None) -> Case:
        raise NotImplementedError

    def without(*, actor: Actor, at: datetime) -> Case:
        raise NotImplementedError

    for service in (positional, without):
        with pytest.raises(TypeError, match="by keyword only"):
            repeatable("test:broken", row_telling(Case))(service)
