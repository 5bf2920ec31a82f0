"""Issuers, their principals and the links of their group."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role
from compliance.idempotency.services import Key
from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110 import acts, filing
from equity import moves
from equity.models import EarlierDistribution, GroupEdge, Issuer, Offering, Portal, Principal
from equity.policies import policy
from equity.refusal import Refused
from equity.selectors.clock import portal_day
from equity.selectors.content import principals_digest
from equity.selectors.facts import filing_facts
from equity.selectors.groups import issuers_reached
from equity.services.common import (
    Done,
    hold_reached,
    judged,
    leave_entry,
    lock_offering,
    repeatable,
    require_role,
)
from equity.services.parts import require_part
from equity.services.time import settle

PARTICULARS = (
    "name",
    "form",
    "head_office",
    "reporting",
    "investment_fund",
    "has_operations",
    "neq",
    "address",
    "telephone",
    "website",
)
"""What an officer keeps up to date of an issuer: the fields of ``update_issuer``."""


@dataclass(frozen=True, slots=True)
class NewPrincipal:
    """A principal to be declared, with the particulars of F1 item 4."""

    name: str
    position: str
    particulars: Mapping[str, Any] = field(default_factory=dict)


@repeatable("issuer:register")
def register_issuer(
    *,
    actor: Actor,
    at: datetime,
    principals: Iterable[NewPrincipal] = (),
    earlier: Iterable[tuple[date, Decimal]] = (),
    key: Key | None = None,
    **fields: object,
) -> Done[Issuer]:
    """Record an issuer, its principals and what it distributed elsewhere under this exemption.

    An officer or the system may. ``fields`` are those of Issuer; ``earlier`` are closing days with
    their amounts in CAD (W-2). Raises Refused.
    """
    _require_keeper(actor, at.date())
    issuer = Issuer.objects.create(created_at=at, **fields)
    _write_principals(issuer, principals)
    EarlierDistribution.objects.bulk_create(
        EarlierDistribution(issuer=issuer, closed_on=day, amount=amount, recorded_at=at)
        for day, amount in earlier
    )
    leave_entry(actor, "issuer:register", issuer, at)
    return Done(issuer)


@repeatable("issuer:update")
def update_issuer(
    *, actor: Actor, issuer_id: UUID, at: datetime, key: Key | None = None, **fields: object
) -> Done[Issuer]:
    """Change particulars of an issuer, and judge again each of its offerings under way.

    An officer or the system may. ``fields`` are some of ``PARTICULARS``; those left out stay, and
    nothing is recorded where nothing changes. A certificate binds what the document prints of them
    (``equity.selectors.content``), so a change undoes it by itself; no state moves. Raises Refused,
    Issuer.DoesNotExist, and TypeError for a name that is no particular.
    """
    _require_keeper(actor, at.date())
    unknown = sorted(set(fields) - set(PARTICULARS))
    if unknown:
        raise TypeError(f"These are no particulars of an issuer: {', '.join(unknown)}.")
    # Not the whole lock: rows that only point at the issuer must not wait, or they wait in a ring.
    issuer = Issuer.objects.select_for_update(no_key=True).get(pk=issuer_id)
    changed = sorted(name for name, value in fields.items() if getattr(issuer, name) != value)
    if not changed:
        return Done(issuer)
    for name in changed:
        setattr(issuer, name, fields[name])
    issuer.save(update_fields=changed)
    leave_entry(actor, "issuer:update", issuer, at, payload={"changed": changed})
    return Done(issuer, _judge_those_of(actor, [issuer], at))


@repeatable("issuer:declare_earlier")
def declare_earlier(
    *,
    actor: Actor,
    issuer_id: UUID,
    closed_on: date,
    amount: Decimal,
    at: datetime,
    key: Key | None = None,
) -> Done[EarlierDistribution]:
    """Record a distribution that the issuer closed elsewhere under this exemption (W-2), in CAD,
    and judge again every offering under way that its group reaches.

    An officer or the system may. What is declared is never erased and counts toward the cap for
    the whole window, so the same day and amount twice are one declaration (a button pressed twice).
    No state moves by itself, as with ``relate``. Raises Refused, Issuer.DoesNotExist.
    """
    _require_keeper(actor, at.date())
    issuer = Issuer.objects.select_for_update(no_key=True).get(pk=issuer_id)
    hold_reached(issuer_id)
    row, fresh = EarlierDistribution.objects.get_or_create(
        issuer=issuer, closed_on=closed_on, amount=amount, defaults={"recorded_at": at}
    )
    if not fresh:
        return Done(row)
    leave_entry(
        actor,
        "issuer:declare_earlier",
        issuer,
        at,
        payload={"closed_on": closed_on, "amount": amount},
    )
    return Done(row, _judge_those_of(actor, issuers_reached(issuer_id), at))


def _require_keeper(actor: Actor, on: date) -> None:
    """Refuse whoever does not keep the file of issuers."""
    require_role(actor, "issuer_record", moves.STANDING_MOVES["issuer_record"], on)


@repeatable("issuer:principals")
def replace_principals(
    *,
    actor: Actor,
    issuer_id: UUID,
    principals: Iterable[NewPrincipal],
    at: datetime,
    seen: str | None = None,
    key: Key | None = None,
) -> Done[Issuer]:
    """Declare the principals of an issuer anew; a certificate of a document they are in is undone
    by itself, because it binds their particulars too.

    ``seen`` is the digest of the list that the change was made on: where a colleague has changed it
    since, another principal would be overwritten, and it is refused (``principals.as_shown``).
    """
    if actor.role is Role.ISSUER and actor.id != issuer_id:
        raise Refused((acts.actor_not_allowed("issuer_record", on=at.date()),))
    require_part(actor, "principals")
    issuer = Issuer.objects.select_for_update().get(pk=issuer_id)
    if seen is not None and seen != principals_digest(issuer):
        raise Refused((policy("principals.as_shown", met=False),))
    issuer.principals.all().delete()
    _write_principals(issuer, principals)
    leave_entry(actor, "issuer:principals", issuer, at)
    return Done(issuer)


def _write_principals(issuer: Issuer, principals: Iterable[NewPrincipal]) -> None:
    for order, person in enumerate(principals):
        Principal.objects.create(
            issuer=issuer,
            name=person.name,
            position=person.position,
            particulars=dict(person.particulars),
            order=order,
        )


@repeatable("issuer:relate")
def relate(
    *,
    actor: Actor,
    issuer_id: UUID,
    other_id: UUID,
    kind: str,
    since: date,
    at: datetime,
    until: date | None = None,
    portal_id: UUID | None = None,
    key: Key | None = None,
) -> Done[GroupEdge]:
    """Add a link to the issuer group (W-3) and judge again every offering under way it reaches.

    No state moves by itself: the findings are kept and shown, and the next subscription and the
    closing are judged by the new group. ``portal_id`` gives the day; it may be left out when an
    offering does.
    """
    day = at.date() if portal_id is None else portal_day(Portal.objects.get(pk=portal_id), at)
    require_role(actor, "relate", moves.STANDING_MOVES["relate"], day)
    if issuer_id == other_id:
        raise Refused((acts.state_not_allowed("relate", "", (), on=day, why="itself"),))
    hold_reached(issuer_id, other_id)
    edge = GroupEdge.objects.create(
        one_id=issuer_id,
        other_id=other_id,
        kind=kind,
        since=since,
        until=until,
        recorded_at=at,
    )
    leave_entry(
        actor,
        "issuer:relate",
        Issuer.objects.get(pk=issuer_id),
        at,
        payload={"other": other_id, "kind": kind, "since": since, "until": until},
    )
    return Done(edge, _judge_those_of(actor, issuers_reached(issuer_id), at))


def _judge_those_of(actor: Actor, issuers: Iterable[Issuer], at: datetime) -> tuple[Finding, ...]:
    """Judge again every offering under way of these issuers, in one order, and keep the findings:
    two officers who act at once must not each wait for the other."""
    findings: list[Finding] = []
    under_way = Offering.objects.filter(issuer__in=issuers, state__in=moves.UNDER_WAY)
    for pk in under_way.order_by("pk").values_list("pk", flat=True):
        findings += _judge_again(actor, pk, at)
    return tuple(findings)


def _judge_again(actor: Actor, offering_id: UUID, at: datetime) -> tuple[Finding, ...]:
    """Judge an offering under way by the group as it now is, and keep the findings."""
    offering = lock_offering(offering_id)
    settle(offering, at)
    on = portal_day(offering.portal, at)
    facts = filing_facts(offering, offering.document, at)
    findings = filing.judge(facts, on=on)
    leave_entry(
        actor,
        "offering:judge_again",
        offering,
        at,
        judgements=[judged("filing", facts, findings, on)],
    )
    return findings
