"""Very many rows of all that pages list: copies of what the services wrote, row for row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.db import connection

from compliance.accounts.roles import Role
from compliance.accounts.selectors import staff_actor
from compliance.audit.models import Entry, Judgement
from compliance.config.postgres.base import server_for
from documents.models import Document
from equity.content import UseRow
from equity.models import (
    Duty,
    Holding,
    JournalEntry,
    Offering,
    Posting,
    Subscription,
    WithdrawalRight,
)
from equity.services import filing, money
from equity.services.asking import ask_desk
from investors.models import RiskAcknowledgement
from tests import factories as f
from tests.atlas.world import NOW, World
from tests.bench.copying import Appeared, Copying, Keys
from tests.bench.ground import run_sql

_BEFORE = NOW - timedelta(days=20)
SOME, FEW = 60, 6
"""More than any page shows at once; and how often what takes long to make is made."""
PROTOTYPES = 2
"""Subscriptions that are copied."""
_COPIED = (
    Subscription,
    RiskAcknowledgement,
    WithdrawalRight,
    JournalEntry,
    Posting,
    Duty,
    Holding,
    Entry,
    Judgement,
)
"""Not what is sealed, which opens in its own row only: the copies point at the same persons."""
_USES = (UseRow("Évaporateur", Decimal("5000.00"), Decimal("100000.00")),)


def enlarge(world: World, copies: int, *, holders: int, elsewhere: int = 0) -> None:
    """So many times two more subscriptions in the open offering and in each of ``elsewhere`` others
    that open beside it, ``holders`` times as many holders in the closed one, and a few more
    offerings in each state, as the services leave them. What an offering counts stays as it was, so
    that there is room and each page shows what it showed."""
    cast = cast_of(world)
    with superuser() as connected:
        for filled in (cast, *(_open(_new(cast)) for _ in range(elsewhere))):
            _copied(connected, partial(begin, filled), copies)
        _copy(connected, _held(world.offerings["costumerie"]), holders)
    for _ in range(FEW):
        _offerings(cast)
    _work(cast, world.offerings["costumerie"].pk)
    run_sql("ANALYZE")


def cast_of(world: World) -> f.Cast:
    """The open offering with whoever acts around it."""
    odile, omar = (staff_actor(world.users[name], Role.OFFICER) for name in ("odile", "omar"))
    issuer, offering = world.issuers["ferme"], world.offerings["ferme"]
    return f.Cast(world.portal, issuer, offering, f.issuer_actor(issuer), odile, omar)


@contextmanager
def superuser() -> Iterator[psycopg.Connection]:
    """A connection past every trigger, to the database of the tests."""
    server = server_for(settings.DATABASES["default"])
    with server._connect(connection.settings_dict["NAME"]) as connected:
        yield connected


def begin(cast: f.Cast) -> None:
    """One who pays and one who changes their mind."""
    first, second = (f.make_person("Camille", f"Modèle {number}") for number in range(PROTOTYPES))
    f.subscribed(cast, first, units=1, at=NOW)
    row = f.subscribed(cast, second, units=1, at=NOW)
    actor = f.investor_actor(second)
    money.withdraw(actor=actor, subscription_id=row.pk, at=NOW + timedelta(minutes=1))


def _work(cast: f.Cast, closed: UUID) -> None:
    """More people and more cases than stand on a page, a case with many notes, and documents."""
    for number in range(SOME):
        person = f.make_person("Dominique", f"Curieuse {number}")
        ask_desk(
            actor=f.investor_actor(person),
            kind="question",
            text="Et les intérêts? (exemple)",
            offering_id=cast.offering.pk,
            at=NOW,
        )
    for offering_id in (cast.offering.pk, closed):
        for row in Document.objects.filter(offering_id=offering_id).order_by("issued_at")[:5]:
            told = {one.attname: getattr(row, one.attname) for one in Document._meta.fields}
            Document.objects.bulk_create(
                Document(**{**told, "id": uuid4(), "number": SOME * row.number + more})
                for more in range(1, SOME)
            )


def _offerings(cast: f.Cast) -> None:
    """A draft, one submitted, one open and one closed, each of an issuer of its own."""
    _open(_new(cast))
    closed = _open(_new(cast))
    for number in range(2):
        f.subscribed(closed, f.make_person("Claude", f"Porteur {number}"), units=100, at=_BEFORE)
    f.closed(closed, NOW - timedelta(days=8))
    submitted = _new(cast)
    f.certify(submitted, _BEFORE)
    filing.submit(actor=submitted.owner, offering_id=submitted.offering.pk, at=_BEFORE)
    _new(cast)


def _new(like: f.Cast) -> f.Cast:
    issuer = f.make_issuer()
    owner = f.issuer_actor(issuer)
    offering = filing.draft(
        actor=owner,
        issuer_id=issuer.pk,
        portal_id=like.portal.pk,
        content=f.make_content(minimum=Decimal("5000.00"), use_of_funds=_USES),
        at=_BEFORE,
    ).subject
    return f.Cast(like.portal, issuer, offering, owner, like.asks, like.approves)


def _open(cast: f.Cast) -> f.Cast:
    f.certify(cast, _BEFORE)
    for actor, act in (
        (cast.owner, filing.submit),
        (cast.asks, filing.approve),
        (cast.owner, filing.open_offering),
    ):
        act(actor=actor, offering_id=cast.offering.pk, at=_BEFORE)
    cast.fresh()
    return cast


def _held(offering: Offering) -> Keys:
    """What stands behind the register of holders of a closed offering."""
    mine = {"subscription__offering": offering}
    rows = offering.subscriptions.all()
    acknowledged = rows.values_list("acknowledgement", flat=True)
    return {
        Subscription: list(rows.values_list("pk", flat=True)),
        RiskAcknowledgement: list(acknowledged),
        WithdrawalRight: list(WithdrawalRight.objects.filter(**mine).values_list("pk", flat=True)),
        Holding: list(Holding.objects.filter(**mine).values_list("pk", flat=True)),
    }


def _copied(connected: psycopg.Connection, leave: Callable[[], Any], copies: int) -> None:
    """Do something once, then copy what it left in the tables of ``_COPIED``."""
    appeared = Appeared()
    leave()
    keys = {one: found for one, found in appeared.keys().items() if one in _COPIED}
    _copy(connected, keys, copies)


def _copy(connected: psycopg.Connection, keys: Keys, copies: int) -> None:
    copying = Copying(keys, len(keys[Subscription]))
    for _ in copying.make(connected, copies):
        pass
