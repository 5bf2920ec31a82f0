"""Every act that takes a key, asked for again: nothing is done, and the answer is the same."""

import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest

from compliance.accounts import services as accounts
from compliance.approvals import services as approvals
from compliance.audit.discretion import canonical_text
from compliance.casework.services import deciding, opening, overriding, working
from compliance.desk import outcomes
from compliance.idempotency.models import KeyedAct
from documents import confirming, importing
from equity.services import (
    amendments,
    asking,
    bank_details,
    closing,
    corrections,
    duties,
    filing,
    issuers,
    life,
    members,
    money,
    overrides,
    payouts,
    portal_forms,
    portals,
    receiving,
    subscribing,
)
from equity.services.common import Done
from investors import services as investors
from tests.equity.tables import snapshot
from tests.equity.test_services_crash import ACTS, NOT_KEYED

pytestmark = pytest.mark.django_db

KEYED = sorted(set(ACTS) - NOT_KEYED)


def told(answer: Any) -> object:
    """What can be compared of an answer: its bytes, or which row it is."""
    if isinstance(answer, importing.Imported):
        return answer
    return answer.answer if isinstance(answer, Done) else (type(answer), answer.pk)


@pytest.mark.parametrize("name", KEYED)
def test_asked_for_again_it_does_nothing_and_says_the_same(name: str) -> None:
    act = ACTS[name]()
    first = act(key="k-1")
    answer, before = told(first), snapshot()
    again = act(key="k-1")
    assert told(again) == answer
    [kept] = KeyedAct.objects.values_list("answer", flat=True)
    assert kept == canonical_text(json.loads(kept))  # nothing in it that may be personal
    assert snapshot() == before
    if isinstance(first, Done):
        assert (first.repeated, again.repeated) == (False, True)
        assert again.subject == first.subject
        for language in ("fr", "en"):
            said = [(f.code, f.met, f.room, f.message(language)) for f in again.findings]
            assert said == [(f.code, f.met, f.room, f.message(language)) for f in first.findings]


@pytest.mark.parametrize("name", ["pay", "concurrent", "acknowledge"])
def test_without_a_key_it_is_done_again_or_refused_and_nothing_is_kept(name: str) -> None:
    ACTS[name]()()
    assert not KeyedAct.objects.exists()


def test_an_answer_holds_ids_states_amounts_and_days_only() -> None:
    for name in ("subscribe", "register_issuer", "advise", "record_withdrawal"):
        ACTS[name]()(key=f"k-{name}")
    for answer in KeyedAct.objects.values_list("answer", flat=True):
        for personal in ("Marie", "Lavoie", "Roy", "Courtage", "EMD", "@", "Ruisseau"):
            assert personal not in answer


def services() -> dict[str, Callable[..., Any]]:
    """Every function of the service modules that acts: it takes an actor and an instant."""
    rooms = (
        accounts,
        amendments,
        approvals,
        asking,
        bank_details,
        closing,
        confirming,
        corrections,
        deciding,
        duties,
        filing,
        importing,
        investors,
        issuers,
        life,
        members,
        money,
        opening,
        outcomes,
        overrides,
        overriding,
        payouts,
        portal_forms,
        portals,
        receiving,
        subscribing,
        working,
    )
    return {
        f"{room.__name__}.{name}": found
        for room in rooms
        for name, found in vars(room).items()
        if inspect.isfunction(found) and found.__module__ == room.__name__
        if not name.startswith("_")
        if {"actor", "at"} <= set(inspect.signature(found).parameters)
    }


def test_every_act_takes_a_key_but_those_that_are_named() -> None:
    without = {
        name
        for name, found in services().items()
        if "key" not in inspect.signature(found).parameters
    }
    assert without == {
        "compliance.accounts.services.create_user",  # an address has one account
        # Parts of the acts of floors above, which have the keys.
        "compliance.approvals.services.approve",
        "compliance.approvals.services.ask",
        "compliance.approvals.services.consume",
        "compliance.approvals.services.withdraw",
        "compliance.casework.services.overriding.note_reason",
        "compliance.casework.services.overriding.override_flags",
        "documents.confirming.ask_to_confirm",
        "equity.services.members.add_member",  # its answer holds a password that is kept nowhere
        "equity.services.subscribing.read_document",  # each reading is a reading
        "investors.services.register_person",  # an account is one person
    }
