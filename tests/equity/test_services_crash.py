"""A crash in the middle of any act leaves nothing half written.

Each service is stopped before every one of its writes, and once more when all is written but not
committed; every table of the database must be as it was. The bodies stand in ``ACTS``: each makes
what the act needs and returns the act.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from compliance.accounts.roles import SYSTEM
from compliance.rules.wording.wording import risk_statements
from equity.models import Closing, Offering, Subscription
from equity.services import (
    amendments,
    closing,
    duties,
    filing,
    issuers,
    life,
    members,
    money,
    portals,
    subscribing,
    time,
)
from equity.services.issuers import NewPrincipal
from equity.services.portals import Standing
from investors import services as investors
from tests import factories as f
from tests.equity.acts_of_portal import ACTS_OF_PORTAL
from tests.equity.acts_of_two import ACTS_OF_TWO
from tests.equity.tables import Crash, snapshot, writes

pytestmark = pytest.mark.django_db
Act = Callable[..., Any]
"""An act ready to be done; one that may be asked for again takes ``key``."""
LATER = f.OPENED + timedelta(hours=2)
ALL_YES = dict.fromkeys(risk_statements("exempt", LATER.date()), True)


def crowd() -> tuple[f.Cast, list[Subscription]]:
    """An open offering: one paid in full, one paid in part, one not paid; all agreed."""
    cast = f.open_offering()
    rows = [
        f.subscribed(cast, f.make_person(first, "Lavoie"), units=48, paid=first == "Anne")
        for first in ("Anne", "Basile", "Clara")
    ]
    buyer = f.investor_actor(rows[1].person)
    money.pay(actor=buyer, subscription_id=rows[1].pk, amount=Decimal("100.00"), at=f.OPENED)
    return cast, rows


def on(
    service: Callable[..., object], cast: f.Cast, who: str, at: datetime = LATER, **more: Any
) -> Act:
    actor = {"owner": cast.owner, "asks": cast.asks, "approves": cast.approves}[who]
    return lambda **key: service(actor=actor, offering_id=cast.offering.pk, at=at, **more, **key)


def prepared(*steps: str) -> f.Cast:
    """A draft that has gone through the given steps."""
    cast = f.draft_offering()
    for step in steps:
        if step == "certify":
            f.certify(cast)
        else:
            actor = cast.asks if step == "approve" else cast.owner
            getattr(filing, step)(actor=actor, offering_id=cast.offering.pk, at=f.OPENED)
    return cast


def draft() -> Act:
    cast = f.draft_offering()
    return lambda **key: filing.draft(
        actor=cast.owner,
        issuer_id=cast.issuer.pk,
        portal_id=cast.portal.pk,
        content=f.make_content("debt"),
        at=LATER,
        **key,
    )


def suspended() -> f.Cast:
    cast, _ = crowd()
    life.suspend(actor=cast.asks, offering_id=cast.offering.pk, at=f.OPENED)
    return cast


def publish() -> Act:
    cast, _ = crowd()
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=f.make_content(days=70),
        what="Dix jours de plus",
        at=f.OPENED,
    )
    f.certify(cast)
    return on(amendments.publish, cast, "owner")


def reader(service: Callable[..., object], **more: Any) -> Act:
    cast = f.open_offering()
    actor = f.investor_actor(f.make_person())
    return lambda **key: service(actor=actor, offering_id=cast.offering.pk, at=LATER, **more, **key)


def advise() -> Act:
    cast, rows = crowd()
    return on(
        subscribing.advise,
        cast,
        "asks",
        person_id=rows[0].person_id,
        dealer="Courtage Nord inc.",
        registration="EMD",
        suitable=True,
    )


def subscribe() -> Act:
    cast = f.open_offering()
    marie = f.make_person()
    f.acknowledged(cast, marie)
    actor = f.investor_actor(marie)
    return lambda **key: subscribing.subscribe(
        actor=actor, offering_id=cast.offering.pk, units=4, insider=False, at=LATER, **key
    )


def buyer(service: Callable[..., object], number: int, **more: Any) -> Act:
    _, rows = crowd()
    actor = f.investor_actor(rows[number].person)
    return lambda **key: service(
        actor=actor, subscription_id=rows[number].pk, at=LATER, **more, **key
    )


def record_withdrawal() -> Act:
    cast, rows = crowd()
    return lambda **key: money.record_withdrawal(
        actor=cast.asks, subscription_id=rows[0].pk, sent=f.OPENED, at=LATER, **key
    )


def approve_closing() -> Act:
    cast, _ = crowd()
    closing.ask_closing(actor=cast.asks, offering_id=cast.offering.pk, at=f.CLOSED)
    return on(closing.approve_closing, cast, "approves", f.CLOSED)


def refund() -> Act:
    cast, rows = crowd()
    life.cancel(actor=cast.owner, offering_id=cast.offering.pk, at=f.OPENED)
    return lambda **key: money.refund(actor=cast.asks, subscription_id=rows[0].pk, at=LATER, **key)


def refund_all() -> Act:
    cast, _ = crowd()
    life.cancel(actor=cast.owner, offering_id=cast.offering.pk, at=f.OPENED)
    return on(money.refund_all, cast, "asks")


def file_duty() -> Act:
    cast, _ = crowd()
    f.closed(cast)
    return on(
        duties.file_duty, cast, "asks", f.CLOSED, code="duty.file_exempt_report", reference="A-1"
    )


def tick(at: datetime) -> Act:
    crowd()
    return lambda: time.tick(at=at)


def relate() -> Act:
    cast, _ = crowd()
    other = f.make_issuer(name="Autre inc.")
    return lambda **key: issuers.relate(
        actor=cast.asks,
        issuer_id=cast.issuer.pk,
        other_id=other.pk,
        kind="affiliate",
        since=date(2026, 1, 1),
        portal_id=cast.portal.pk,
        at=LATER,
        **key,
    )


def set_authorisations() -> Act:
    portal = f.make_portal()
    return lambda **key: portals.set_authorisations(
        actor=SYSTEM,
        portal_id=portal.pk,
        standings=[Standing("QC"), Standing("ON", registered=True)],
        at=LATER,
        **key,
    )


def certify_resources() -> Act:
    portal = f.make_portal()
    return lambda **key: portals.certify_resources(
        actor=SYSTEM, portal_id=portal.pk, at=LATER, reference="A5-2", **key
    )


def replace_principals() -> Act:
    issuer = f.make_issuer()
    new = [NewPrincipal("Rosalie Gagné", "directrice"), NewPrincipal("Jean Roy", "dirigeant")]
    return lambda **key: issuers.replace_principals(
        actor=SYSTEM, issuer_id=issuer.pk, principals=new, at=LATER, **key
    )


def update_issuer() -> Act:
    cast = crowd()[0]
    return lambda **key: issuers.update_issuer(
        actor=cast.asks, issuer_id=cast.issuer.pk, at=LATER, telephone="418 555-0100", **key
    )


def declare_earlier() -> Act:
    cast = crowd()[0]
    return lambda **key: issuers.declare_earlier(
        actor=cast.asks,
        issuer_id=cast.issuer.pk,
        closed_on=f.OPENED.date(),
        amount=Decimal("10.00"),
        at=LATER,
        **key,
    )


def add_member() -> Act:
    issuer = f.make_issuer()
    return lambda: members.add_member(
        actor=SYSTEM, issuer_id=issuer.pk, email="lea@fjord.example", at=LATER
    )


def remove_member() -> Act:
    issuer = f.make_issuer()
    f.issuer_user(issuer)
    member = issuer.members.get().pk
    return lambda **key: members.remove_member(
        actor=SYSTEM, issuer_id=issuer.pk, member_id=member, at=LATER, **key
    )


def identify() -> Act:
    person = f.make_person()
    return lambda **key: investors.identify(
        actor=SYSTEM, person=person, method="mail", at=LATER, **key
    )


ACTS: dict[str, Callable[[], Act]] = {
    "draft": draft,
    "edit": lambda: on(filing.edit, prepared("certify"), "owner", content=f.make_content(days=61)),
    "certify": lambda: on(filing.certify, prepared(), "owner"),
    "submit": lambda: on(filing.submit, prepared("certify"), "owner"),
    "approve": lambda: on(filing.approve, prepared("certify", "submit"), "asks"),
    "request_changes": lambda: on(filing.request_changes, prepared("certify", "submit"), "asks"),
    "refuse": lambda: on(filing.refuse, prepared("certify", "submit"), "asks"),
    "open": lambda: on(filing.open_offering, prepared("certify", "submit", "approve"), "owner"),
    "suspend": lambda: on(life.suspend, crowd()[0], "asks"),
    "resume": lambda: on(life.resume, suspended(), "asks"),
    "stop": lambda: on(life.stop, crowd()[0], "asks"),
    "cancel": lambda: on(life.cancel, crowd()[0], "owner"),
    "amend": lambda: on(
        amendments.amend, crowd()[0], "owner", content=f.make_content(days=61), what="Un jour"
    ),
    "publish": publish,
    "concurrent": lambda: on(
        life.declare_concurrent, crowd()[0], "owner", amount=Decimal("5.00"), unconditional=True
    ),
    "read": lambda: reader(subscribing.read_document),
    "acknowledge": lambda: reader(subscribing.acknowledge_risks, answers=ALL_YES),
    "advise": advise,
    "subscribe": subscribe,
    "pay": lambda: buyer(money.pay, 1),
    "withdraw": lambda: buyer(money.withdraw, 0),
    "record_withdrawal": record_withdrawal,
    "ask_closing": lambda: on(closing.ask_closing, crowd()[0], "asks", f.CLOSED),
    "approve_closing": approve_closing,
    "refund": refund,
    "refund_all": refund_all,
    "file": file_duty,
    "tick, rights end": lambda: tick(f.BOUND),
    "tick, the 90th day passes": lambda: tick(f.OPENED + timedelta(days=100)),
    "relate": relate,
    "set_authorisations": set_authorisations,
    "certify_resources": certify_resources,
    "register_portal": lambda: (
        lambda **key: portals.register_portal(
            actor=SYSTEM,
            at=LATER,
            principals=["Luc Côté"],
            name="P",
            kind="exempt",
            province="QC",
            **key,
        )
    ),
    "register_issuer": lambda: f.make_issuer,
    "replace_principals": replace_principals,
    "update_issuer": update_issuer,
    "declare_earlier": declare_earlier,
    "add_member": add_member,
    "remove_member": remove_member,
    "register_person": lambda: (
        lambda: investors.register_person(actor=SYSTEM, at=LATER, province="QC", first_name="Léa")
    ),
    "identify": identify,
    **ACTS_OF_PORTAL,
    **ACTS_OF_TWO,
}
NOT_KEYED = frozenset(
    {
        "read",
        "tick, rights end",
        "tick, the 90th day passes",
        "add_member",
        "register_person",
        "issue_statement",
    }
)
"""What is not asked for under a key: docs/idempotency.md says why."""


def keyed(name: str) -> Act:
    """An act ready to be done, under a key where it takes one."""
    act = ACTS[name]()
    return act if name in NOT_KEYED else lambda: act(key="k-1")


def crashed(act: Act, *, at_write: int) -> None:
    with writes(crash_at=at_write), pytest.raises(Crash):
        act()


@pytest.mark.parametrize("name", ACTS)
def test_stopped_before_any_write_nothing_is_written(name: str) -> None:
    act = keyed(name)
    before = snapshot()
    with transaction.atomic(), writes() as done:
        act()
        assert snapshot() != before  # it does write, or the test would hold for nothing
        transaction.set_rollback(True)
    assert snapshot() == before
    for number in range(1, len(done) + 1):
        crashed(act, at_write=number)
        after = snapshot()
        assert after == before, (done[number - 1], {t for t in after if after[t] != before[t]})

    # Once more when all is written and nothing is committed; the entry is part of it.
    assert any('INSERT INTO "compliance_audit_entry"' in sql for sql in done)
    with writes(crash_after=len(done)), pytest.raises(Crash):
        act()
    assert snapshot() == before


def test_the_acts_that_move_money_were_tried() -> None:
    """The closing above completes one, and lets one that was paid in part lapse with its refund."""
    approve_closing()()
    offering = Offering.objects.get()
    states = sorted(row.state for row in offering.subscriptions.all())
    assert states == ["completed", "lapsed", "lapsed"]
    assert Closing.objects.get().amount == Decimal("1200.00")


def test_an_act_without_its_transaction_would_be_caught() -> None:
    """The broken copy that the test above must catch: the same act, not atomic."""
    cast, _ = crowd()
    before = snapshot()
    broken = life.stop.__wrapped__  # type: ignore[attr-defined]
    crashed(on(broken, cast, "asks"), at_write=4)
    transaction.set_rollback(False)  # look at what it left, as after a real crash
    assert snapshot() != before
