"""A closing that one officer asked for, and how an act on it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, ActorNotAllowed, Role
from compliance.accounts.selectors import staff_actor
from compliance.accounts.services import approve_officer, ask_officer, grant_role
from compliance.approvals.judging import ApprovalRefused
from equity.models import Closing, ClosingRequest, IssuerMember, Subscription
from equity.refusal import Refused
from equity.selectors.closings import completing
from equity.services import closing, money
from equity.services.common import lock_offering
from investors.models import Login
from tests import factories as f

SUCCEEDED = "succeeded"
CENT = Decimal("0.01")
CLARA = Decimal("1500.00")


@dataclass(slots=True)
class Scene:
    """An offering whose closing one officer has asked for; a last cent of Basile's is missing."""

    kind: str
    cast: f.Cast
    basile: Subscription
    twin: Actor
    """Another account of the officer who asked."""
    namesake: Actor
    """An officer with the name of a principal of the issuer, written otherwise."""
    member: Actor
    """An officer whose account also acts for the issuer."""
    lately: Actor
    """An officer whose role the one who asked has asked for, within the day."""
    elsewhere: f.Cast
    """Another offering, open, of another issuer."""


def make_scene(kind: str = "common_share") -> Scene:
    """Asked for by ``cast.asks``; ``cast.approves`` is the other half of a legitimate pair."""
    cast, basile = asked(kind)
    number = User.objects.count()
    twin = f.make_officer(f"Odile Côté-Roy {number}")
    namesake = officer_named("ALINE  Roy", f"aline.{number}@exemple.example")
    member = f.make_officer(f"Mona Membre {number}")
    IssuerMember.objects.create(user_id=member.id, issuer=cast.issuer)
    herself = f.make_person("Odile", "Côté")
    himself = f.make_person("Omar", "Haddad")
    for account, person in ((cast.asks, herself), (twin, herself), (cast.approves, himself)):
        Login.objects.create(user_id=account.id, person=person)
    lately = named_by(cast.asks, cast.approves, f"Fanny Fraîche {number}")
    return Scene(kind, cast, basile, twin, namesake, member, lately, f.open_offering())


def named_by(asks: Actor, approves: Actor, name: str) -> Actor:
    """An officer whom two officers named a moment ago."""
    user = f.make_user(name)
    request = ask_officer(actor=asks, user=user, at=f.CLOSED)
    approve_officer(actor=approves, request_id=request.pk, seen=request.digest, at=f.CLOSED)
    return staff_actor(user, Role.OFFICER)


def officer_named(name: str, email: str) -> Actor:
    """An officer with the name of somebody else."""
    user = f.make_user(name, email=email)
    grant_role(actor=SYSTEM, user=user, role=Role.OFFICER, at=f.OPENED)
    return staff_actor(user, Role.OFFICER)


def asked(kind: str = "common_share") -> tuple[f.Cast, Subscription]:
    """An offering that closes, its closing asked for, and the subscription that is not paid up."""
    cast = f.open_offering(kind)
    price = Decimal(f.PRICES[kind])
    f.subscribed(cast, f.make_person("Anne"), units=int(1000 / price))
    f.subscribed(cast, f.make_person("Clara"), units=int(CLARA / price))
    basile = f.subscribed(cast, f.make_person("Basile"), units=int(500 / price), paid=False)
    pay(basile, basile.amount - CENT)
    ask(cast, cast.asks)
    return cast, basile


def ask(cast: f.Cast, actor: Actor) -> ClosingRequest:
    """Ask for the closing with the figures of now."""
    return closing.ask_closing(actor=actor, offering_id=cast.offering.pk, at=f.CLOSED).subject


def approve(cast: f.Cast, actor: Actor) -> None:
    """Approve the closing that stands."""
    closing.approve_closing(actor=actor, offering_id=cast.offering.pk, at=f.CLOSED)


def pay(row: Subscription, amount: Decimal) -> None:
    """Pay a part."""
    person = f.investor_actor(row.person)
    money.pay(actor=person, subscription_id=row.pk, amount=amount, at=f.CLOSED - timedelta(days=1))


def standing(cast: f.Cast) -> ClosingRequest:
    """The request that stands."""
    return ClosingRequest.objects.get(offering=cast.offering, superseded=False)


def unjudged(cast: f.Cast, actor: Actor, request: ClosingRequest) -> None:
    """Close as a mistaken service would: nothing is judged, everything is written."""
    offering = lock_offering(cast.offering.pk)
    closing._close(actor, offering, request, completing(offering), f.CLOSED)


def execute(statement: str, *values: object) -> None:
    """Raw SQL in this thread's session."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def outcome(act: Callable[[], object], *, keep: bool = False) -> str:
    """How an act ended: ``succeeded``, or who refused it and by which name.

    It is taken to where its transaction would commit, and taken back, unless ``keep``.
    """
    try:
        with transaction.atomic():
            act()
            execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(not keep)
    except (Refused, ApprovalRefused) as refusal:
        return "service: " + ", ".join(it.code for it in refusal.findings if not it.met)
    except ActorNotAllowed as refusal:
        return f"service: {refusal.code}"
    except DatabaseError as error:
        said: Any = error.__cause__
        return f"database: {said.diag.constraint_name or said.diag.message_primary}"
    return SUCCEEDED


def legitimate(scene: Scene) -> None:
    """The pair that must always succeed."""
    approve(scene.cast, scene.cast.approves)


def is_as_asked(offering_id: UUID) -> bool:
    """Whether the closing of an offering, if it closed, is what two people signed."""
    done = Closing.objects.filter(offering=offering_id).select_related("request").first()
    if done is None:
        return True
    rows = Subscription.objects.filter(offering=offering_id, state="completed").order_by("order")
    return (
        done.asked_by == done.request.asked_by != done.approved_by
        and not done.request.superseded
        and done.request.figures["subscriptions"]
        == [[str(row.pk), row.units, f"{row.amount:.2f}"] for row in rows]
        and done.amount == sum(row.amount for row in rows)
    )
