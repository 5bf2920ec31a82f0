"""The acts that two people do together, each made ready: what it needs is done, it is returned.

Every one of them is stopped at every write (`test_services_crash.py`) and asked for again under its
key (`tests/idempotency/test_every_act.py`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from compliance.accounts import services as accounts
from compliance.accounts.roles import SYSTEM
from compliance.casework.rules import Likeness, casebook, near_match
from compliance.casework.services import raise_case
from compliance.rules.wording.resource import Entry, Resource, checked_head, prescribed_of
from documents import confirming, importing
from documents.selectors import comparable_statements
from equity.models import Subscription
from equity.selectors.money import payments_of
from equity.services import bank_details, corrections, filing, overrides, payouts, portals
from tests import factories as f

Act = Callable[..., Any]
LATER = f.OPENED + timedelta(hours=2)


def crowd() -> tuple[f.Cast, list[Subscription]]:
    """An open offering with two subscriptions, paid."""
    cast = f.open_offering()
    return cast, [f.subscribed(cast, f.make_person(name), units=50) for name in ("Anne", "Clara")]


def submitted() -> f.Cast:
    """An offering that waits, on a portal that asks for two officers."""
    cast = f.draft_offering()
    f.certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=f.OPENED)
    portals.ask_two_officers(actor=SYSTEM, portal_id=cast.portal.pk, at=f.OPENED)
    return cast


def propose_account() -> Act:
    return on_account(f.draft_offering())


def on_account(cast: f.Cast) -> Act:
    return lambda **key: bank_details.propose_account(
        actor=cast.owner,
        issuer_id=cast.issuer.pk,
        institution="815",
        transit="12345",
        number="1234567",
        holder="Érablière du Ruisseau inc.",
        at=LATER,
        **key,
    )


def asked_account(cast: f.Cast) -> Act:
    """An account proposed; asking for it is the act."""
    account = on_account(cast)().subject
    return lambda **key: bank_details.ask_account(
        actor=cast.asks, account_id=account.pk, at=LATER, **key
    )


def second(service: Callable[..., object], cast: f.Cast, ask: Act, at: datetime = LATER) -> Act:
    """What the other officer does after one has asked."""
    request = ask().subject
    return lambda **key: service(
        actor=cast.approves, request_id=request.pk, seen=request.digest, at=at, **key
    )


def approve_account() -> Act:
    cast = f.draft_offering()
    return second(bank_details.approve_account, cast, asked_account(cast))


def payout() -> tuple[f.Cast, Act]:
    cast, _ = crowd()
    second(bank_details.approve_account, cast, asked_account(cast))()
    f.closed(cast)
    return cast, lambda **key: payouts.ask_payout(
        actor=cast.asks, offering_id=cast.offering.pk, at=f.CLOSED, **key
    )


def approve_payout() -> Act:
    cast, ask = payout()
    return second(payouts.approve_payout, cast, ask, f.CLOSED)


def correction() -> tuple[f.Cast, Act]:
    cast, rows = crowd()
    payment = payments_of(rows[1]).get().entry_id
    return cast, lambda **key: corrections.ask_correction(
        actor=cast.asks,
        subscription_id=rows[1].pk,
        payment_id=payment,
        reason="returned",
        at=LATER,
        **key,
    )


def approve_correction() -> Act:
    cast, ask = correction()
    return second(corrections.approve_correction, cast, ask)


def approve_by(which: str) -> Act:
    """The approval of an offering on a portal that asks for two: by the first, by the second."""
    cast = submitted()
    given = {"offering_id": cast.offering.pk, "at": LATER}
    if which == "first":
        return lambda **key: filing.approve(actor=cast.asks, **given, **key)
    filing.approve(actor=cast.asks, **given)
    return lambda **key: filing.approve(actor=cast.approves, **given, **key)


def ask_two_officers() -> Act:
    portal = f.make_portal()
    return lambda **key: portals.ask_two_officers(
        actor=SYSTEM, portal_id=portal.pk, at=LATER, **key
    )


def new_officer() -> tuple[f.Cast, Act]:
    cast, user = f.draft_offering(), f.make_user("Nora Nouvelle")
    return cast, lambda **key: accounts.ask_officer(actor=cast.asks, user=user, at=LATER, **key)


def approve_officer() -> Act:
    cast, ask = new_officer()
    request = ask()
    return lambda **key: accounts.approve_officer(
        actor=cast.approves, request_id=request.pk, seen=request.digest, at=LATER, **key
    )


def compared() -> tuple[f.Cast, Act]:
    cast = f.draft_offering()
    return cast, lambda **key: confirming.compare_wording(
        actor=cast.asks,
        text_digest=next(iter(comparable_statements(LATER.date()))),
        source="Recueil",
        source_digest="0" * 64,
        at=LATER,
        **key,
    )


def import_wording() -> Act:
    """A file of the only statement of Regulation 45-102, in other words."""
    cast, every = f.draft_offering(), prescribed_of("45-102", "fr")
    head = checked_head(
        {
            "form": "45-102",
            "language": "fr",
            "effective_from": "2021-09-21",
            "source": "Recueil",
            "source_sha256": "0" * 64,
            "grade": "verified",
        },
        on=LATER.date(),
    )
    file = Resource(head, tuple(Entry(one, f"{one.text} *") for one in every))
    return lambda **key: importing.import_wording(actor=cast.asks, resource=file, at=LATER, **key)


def confirm_wording() -> Act:
    cast, ask = compared()
    request = ask()
    return lambda **key: confirming.confirm_wording(
        actor=cast.approves, request_id=request.pk, seen=request.digest, at=LATER, **key
    )


def override() -> tuple[f.Cast, Act]:
    """A flag that holds a purchaser; asking for its override is the act."""
    cast, rows = crowd()
    flag = raise_case(
        actor=SYSTEM,
        finding=near_match(Likeness(2, "email"), casebook(LATER.date())),
        subject=rows[0].person,
        matter="m",
        at=f.OPENED,
    )
    return cast, lambda **key: overrides.ask_override(
        actor=cast.asks, case_id=flag.case_id, reason="Deux sœurs.", at=LATER, **key
    )


def approve_override() -> Act:
    cast, ask = override()
    return second(overrides.approve_override, cast, ask)


ACTS_OF_TWO: dict[str, Callable[[], Act]] = {
    "propose_account": propose_account,
    "ask_account": lambda: asked_account(f.draft_offering()),
    "approve_account": approve_account,
    "ask_payout": lambda: payout()[1],
    "approve_payout": approve_payout,
    "ask_correction": lambda: correction()[1],
    "approve_correction": approve_correction,
    "ask_override": lambda: override()[1],
    "approve_override": approve_override,
    "approve, the first of two": lambda: approve_by("first"),
    "approve, the second of two": lambda: approve_by("second"),
    "ask_two_officers": ask_two_officers,
    "ask_officer": lambda: new_officer()[1],
    "approve_officer": approve_officer,
    "compare_wording": lambda: compared()[1],
    "confirm_wording": confirm_wording,
    "import_wording": import_wording,
}
