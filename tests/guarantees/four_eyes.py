"""A closing that was asked for, and every way to have it approved by one pair of eyes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

from django.db import DatabaseError, connection, transaction

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.accounts.selectors import staff_actor
from compliance.accounts.services import grant_role
from equity.models import Closing, ClosingRequest, ConcurrentMoney, IssuerMember, Subscription
from equity.refusal import Refused
from equity.selectors.closings import completing
from equity.services import amendments, closing, life, money
from equity.services.common import lock_offering
from investors.models import Login
from tests import factories as f

SUCCEEDED = "succeeded"
TWO_PEOPLE = "service: closing.two_people"
NOT_ALLOWED = "service: actor.not_allowed"
WRONG_STATE = "service: state.not_allowed"
NO_RIGHT = "database: permission denied for table equity_closingrequest"
KEPT = "database: closing_request_is_kept"
WHOLE = "database: closing_request_is_whole"
NOT_STANDING = "database: closing_of_standing_request"
NOT_AS_ASKED = "database: closing_as_asked"
ONE_PERSON = "database: closing_by_two_people"
CENT = Decimal("0.01")
CLARA = Decimal("1500.00")


@dataclass(slots=True)
class Scene:
    """An offering whose closing one officer has asked for; a last cent of Basile's is missing."""

    cast: f.Cast
    basile: Subscription
    twin: Actor
    """Another account of the officer who asked."""
    namesake: Actor
    """An officer with the name of a principal of the issuer, written otherwise."""
    member: Actor
    """An officer whose account also acts for the issuer."""
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
    return Scene(cast, basile, twin, namesake, member, f.open_offering())


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
    except Refused as refusal:
        return "service: " + ", ".join(it.code for it in refusal.findings if not it.met)
    except DatabaseError as error:
        said: Any = error.__cause__
        return f"database: {said.diag.constraint_name or said.diag.message_primary}"
    return SUCCEEDED


# --- Through the services -------------------------------------------------------------------------


def after(change: Callable[[Scene], object]) -> Callable[[Scene], None]:
    """The other officer approves after something has changed."""

    def attack(scene: Scene) -> None:
        change(scene)
        approve(scene.cast, scene.cast.approves)

    return attack


def asked_by(who: Callable[[Scene], Actor], approver: Callable[[Scene], Actor]) -> Any:
    """Asked anew by one, approved by another."""

    def attack(scene: Scene) -> None:
        ask(scene.cast, who(scene))
        approve(scene.cast, approver(scene))

    return attack


def _concurrent(scene: Scene) -> None:
    said = {"actor": scene.cast.owner, "offering_id": scene.cast.offering.pk, "at": f.CLOSED}
    life.declare_concurrent(amount=Decimal("10.00"), unconditional=True, **said)


def _letter(scene: Scene) -> None:
    row = Subscription.objects.get(offering=scene.cast.offering, amount=CLARA)
    money.record_withdrawal(
        actor=scene.cast.asks, subscription_id=row.pk, sent=f.OPENED, at=f.CLOSED
    )


def _amend(scene: Scene) -> None:
    amendments.amend(
        actor=scene.cast.owner,
        offering_id=scene.cast.offering.pk,
        content=f.make_content(days=61),
        what="Un jour",
        at=f.CLOSED,
    )


def _of(role: Role) -> Callable[[Scene], None]:
    """Somebody who is no officer approves; the issuer its own closing."""

    def attack(scene: Scene) -> None:
        own = {Role.ISSUER: scene.cast.issuer.pk, Role.INVESTOR: scene.basile.person_id}
        approve(scene.cast, SYSTEM if role is Role.SYSTEM else Actor(role, own.get(role, uuid4())))

    return attack


# --- Past the services ----------------------------------------------------------------------------


def _set(assignment: str) -> Callable[[Scene], None]:
    return lambda scene: execute(
        f"UPDATE equity_closingrequest SET {assignment} WHERE id = %s", standing(scene.cast).pk
    )


def _old_one_stands_again(scene: Scene) -> None:
    old = standing(scene.cast)
    execute("UPDATE equity_closingrequest SET superseded = true WHERE id = %s", old.pk)
    execute("UPDATE equity_closingrequest SET superseded = false WHERE id = %s", old.pk)


def _old_one_is_used(scene: Scene) -> None:
    old = standing(scene.cast)
    ask(scene.cast, scene.cast.approves)
    unjudged(scene.cast, scene.cast.approves, old)


def _old_one_after_an_amendment(scene: Scene) -> None:
    old = standing(scene.cast)
    _amend(scene)
    _row(scene, request_id=old.pk)


def _other_asker(scene: Scene) -> None:
    request = standing(scene.cast)
    request.asked_by = scene.cast.approves.id
    unjudged(scene.cast, scene.cast.asks, request)


def _forged(forge: Callable[[dict[str, Any]], object], **columns: Any) -> Callable[[Scene], None]:
    """A request written by hand in the name of the officer who asked, with other figures."""

    def attack(scene: Scene) -> None:
        request = standing(scene.cast)
        ClosingRequest.objects.filter(pk=request.pk).update(superseded=True)
        forge(request.figures)
        request.pk, request._state.adding = None, True
        for name, value in columns.items():
            setattr(request, name, value)
        request.save(force_insert=True)

    return attack


def _redigested(scene: Scene) -> None:
    """Figures and digest forged alike, then approved in good faith: the service counts again."""
    request = standing(scene.cast)
    _forged(lambda figures: figures["subscriptions"].pop(), digest=_digest_without_last(request))(
        scene
    )
    approve(scene.cast, scene.cast.approves)


def _digest_without_last(request: ClosingRequest) -> str:
    lines = {**request.figures, "subscriptions": request.figures["subscriptions"][:-1]}
    return closing_digest(lines)


def closing_digest(lines: dict[str, Any]) -> str:
    """The digest of figures as the database itself takes it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT equity_figures_digest(%s::jsonb)", [json.dumps(lines)])
        (digest,) = cursor.fetchone()
    return str(digest)


def _asked_while_open(scene: Scene) -> None:
    offering = scene.elsewhere.offering
    lines = {"offering": str(offering.pk), "subscriptions": [], "concurrent": "0.00"}
    ClosingRequest.objects.create(
        offering=offering,
        asked_by=scene.cast.asks.id,
        asked_at=f.CLOSED,
        figures=lines,
        digest=closing_digest(lines),
    )


def _row(scene: Scene, **columns: Any) -> None:
    """A row of a closing by hand, and nothing else."""
    wanted: dict[str, Any] = {
        "offering_id": scene.cast.offering.pk,
        "request_id": None,
        "asked_by": scene.cast.asks.id,
        "approved_by": scene.cast.approves.id,
        "closed_at": f.CLOSED,
        "closed_on": f.CLOSED.date(),
        "amount": Decimal("1750.00"),
    } | columns
    Closing(**wanted).save(force_insert=True)


def _one_more_completes(scene: Scene) -> None:
    pay(scene.basile, CENT)
    unjudged(scene.cast, scene.cast.approves, standing(scene.cast))


def _a_cent_more(scene: Scene) -> None:
    with patch.object(closing, "ZERO", CENT):
        unjudged(scene.cast, scene.cast.approves, standing(scene.cast))


def _concurrent_by_hand(scene: Scene) -> None:
    ConcurrentMoney.objects.create(
        offering=scene.cast.offering, amount=CENT, unconditional=True, recorded_at=f.CLOSED
    )
    unjudged(scene.cast, scene.cast.approves, standing(scene.cast))


def _others_request(scene: Scene) -> None:
    _row(scene, offering_id=scene.elsewhere.offering.pk, request_id=standing(scene.cast).pk)


Attack = tuple[Callable[[Scene], object], str]
ATTACKS: dict[str, Attack] = {
    "who asked approves": (lambda s: approve(s.cast, s.cast.asks), TWO_PEOPLE),
    "who asked approves through another account": (lambda s: approve(s.cast, s.twin), TWO_PEOPLE),
    "who asked approves, and nothing judges it": (
        lambda s: unjudged(s.cast, s.cast.asks, standing(s.cast)),
        ONE_PERSON,
    ),
    "the other asks anew and approves too": (
        asked_by(lambda s: s.cast.approves, lambda s: s.cast.approves),
        TWO_PEOPLE,
    ),
    "a principal approves": (lambda s: approve(s.cast, s.namesake), TWO_PEOPLE),
    "a principal without a name in the session approves": (
        lambda s: approve(s.cast, Actor(Role.OFFICER, s.namesake.id)),
        TWO_PEOPLE,
    ),
    "a principal asks": (asked_by(lambda s: s.namesake, lambda s: s.cast.approves), TWO_PEOPLE),
    "an account of the issuer approves": (lambda s: approve(s.cast, s.member), TWO_PEOPLE),
    "an account of the issuer asks": (
        asked_by(lambda s: s.member, lambda s: s.cast.approves),
        TWO_PEOPLE,
    ),
    "approved after a payment": (after(lambda s: pay(s.basile, CENT)), TWO_PEOPLE),
    "approved after a letter of withdrawal": (after(_letter), TWO_PEOPLE),
    "approved after other concurrent money": (after(_concurrent), TWO_PEOPLE),
    "approved after an amendment": (after(_amend), WRONG_STATE),
    **{
        f"approved by {role.value}": (_of(role), NOT_ALLOWED)
        for role in Role
        if role is not Role.OFFICER
    },
    "the asker is changed": (_set("asked_by = gen_random_uuid()"), NO_RIGHT),
    "the figures are changed": (_set("figures = figures"), NO_RIGHT),
    "the digest is changed": (_set("digest = digest"), NO_RIGHT),
    "the request is removed": (
        lambda s: execute("DELETE FROM equity_closingrequest WHERE NOT superseded"),
        NO_RIGHT,
    ),
    "an old request stands again": (_old_one_stands_again, KEPT),
    "an old request is used": (_old_one_is_used, NOT_STANDING),
    "an old request is used after an amendment": (_old_one_after_an_amendment, NOT_STANDING),
    "another is said to have asked": (_other_asker, NOT_STANDING),
    "the request of another offering": (_others_request, NOT_STANDING),
    "no request": (_row, NOT_STANDING),
    "figures forged under their digest": (
        _forged(lambda figures: figures["subscriptions"].pop()),
        WHOLE,
    ),
    "a digest forged": (_forged(lambda figures: None, digest="0" * 64), WHOLE),
    "figures that the digest does not cover": (
        _forged(lambda figures: figures.update(fee="9.00")),
        WHOLE,
    ),
    "a request that is born superseded": (_forged(lambda figures: None, superseded=True), WHOLE),
    "figures and digest forged alike": (_redigested, TWO_PEOPLE),
    "asked while nobody closes": (_asked_while_open, "database: closing_request_while_closing"),
    "one more completes than was signed": (_one_more_completes, NOT_AS_ASKED),
    "other concurrent money than was signed": (_concurrent_by_hand, NOT_AS_ASKED),
    "another amount than what completed": (
        _a_cent_more,
        NOT_AS_ASKED,
    ),
    "a closing by hand, of which nothing is true": (
        lambda s: _row(s, request_id=standing(s.cast).pk),
        NOT_AS_ASKED,
    ),
    "closed without a closing": (
        lambda s: execute(
            "UPDATE equity_offering SET state = 'closed' WHERE id = %s", s.cast.offering.pk
        ),
        "database: offering_closed_by_closing",
    ),
}
"""What is tried, and the refusal that belongs to it."""


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
