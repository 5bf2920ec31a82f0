"""Every way to have a closing approved by one pair of eyes, and who must refuse it."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from django.db import connection

from compliance.accounts.roles import SYSTEM, Actor, Role
from equity.models import Closing, ClosingRequest, ConcurrentMoney, Subscription
from equity.services import amendments, closing, life, money
from tests import factories as f
from tests.guarantees.closing_scene import (
    CENT,
    CLARA,
    Scene,
    approve,
    ask,
    execute,
    pay,
    standing,
    unjudged,
)

TWO_PEOPLE = "service: closing.two_people"
NOT_ALLOWED = "service: actor.not_allowed"
WRONG_STATE = "service: state.not_allowed"
NO_RIGHT = "database: permission denied for table equity_closingrequest"
KEPT = "database: closing_request_is_kept"
WHOLE = "database: closing_request_is_whole"
NOT_STANDING = "database: closing_of_standing_request"
NOT_AS_ASKED = "database: closing_as_asked"
ONE_PERSON = "database: closing_by_two_people"

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
        content=f.make_content(scene.kind, days=61),
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
    "who has their role from who asked approves": (lambda s: approve(s.cast, s.lately), TWO_PEOPLE),
    "who has their role from who asked approves, and nothing judges it": (
        lambda s: unjudged(s.cast, s.lately, standing(s.cast)),
        "database: closing_not_granted_lately",
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
    "figures of which a part is missing": (
        _forged(lambda figures: figures.pop("concurrent")),
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
