"""What the desk reads: the queue, the trail of an offering in words, the refunds due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from compliance.accounts.roles import Actor, Role
from compliance.accounts.selectors import display_name, staff_user
from compliance.approvals.selectors import waiting as waiting_approvals
from compliance.audit.actions import wording
from compliance.audit.models import Entry
from compliance.audit.selectors import trail
from compliance.casework.models import Case
from compliance.casework.selectors import open_cases
from compliance.rules.kernel.terms import term
from compliance.rules.ni45_110 import closing as closing_rules
from compliance.rules.ni45_110.duties import DUTIES, REFUND
from compliance.web.language import current
from equity import moves
from equity.models import ClosingRequest, Duty, Offering
from equity.selectors import money
from equity.selectors.clock import portal_day
from equity.selectors.closings import closing_facts, closing_figures, completing, lapsing
from investors.models import Person

NEAR_DAYS = 14
"""A duty this near stands in the queue: our own caution, no rule of law."""
SHOWN_CASES = 20
"""How many cases stand in the queue; their own list has all."""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty as a page shows it."""

    duty: Duty
    title: str
    binds: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for an officer."""

    to_approve: list[Offering]
    to_open: list[Offering]
    suspended: list[Offering]
    to_close: list[Offering]
    to_approve_closing: list[Offering]
    duties: list[DutyRow]
    refunds: list[DutyRow]
    cases: list[Case]
    approvals: int
    """How many requests wait for a second person."""

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not any(
            (
                self.to_approve,
                self.suspended,
                self.to_close,
                self.to_approve_closing,
                self.duties,
                self.refunds,
                self.cases,
                self.approvals,
            )
        )


def queue(at: datetime) -> Queue:
    """What waits for an officer at an instant, the most pressing first."""
    rows = Offering.objects.select_related("issuer", "portal", "in_force", "working")
    by_state: dict[str, list[Offering]] = {}
    for row in rows.exclude(state__in=[*moves.FINAL, moves.DRAFT]).order_by("created_at"):
        by_state.setdefault(row.state, []).append(row)
    near = at.date() + timedelta(days=NEAR_DAYS)
    waiting = (
        Duty.objects.filter(done_at=None, due_on__lte=near)
        .select_related("offering__issuer", "offering__portal", "portal", "subscription")
        .order_by("due_on", "code")
    )
    told = [told_duty(duty, at) for duty in waiting]
    return Queue(
        to_approve=by_state.get(moves.SUBMITTED, []),
        to_open=by_state.get(moves.APPROVED, []),
        suspended=by_state.get(moves.SUSPENDED, []),
        to_close=[row for row in by_state.get(moves.OPEN, []) if _reached(row)],
        to_approve_closing=by_state.get(moves.CLOSING, []),
        duties=[row for row in told if row.duty.code != REFUND],
        refunds=[row for row in told if row.duty.code == REFUND],
        cases=list(open_cases()[:SHOWN_CASES]),
        approvals=waiting_approvals().count(),
    )


def _reached(offering: Offering) -> bool:
    """Whether what is live, with the concurrent money, reaches the minimum."""
    assert offering.in_force is not None
    live = offering.live_amount + money.concurrent_unconditional(offering)
    return offering.live_amount > 0 and live >= offering.in_force.minimum


def told_duty(duty: Duty, at: datetime) -> DutyRow:
    """A duty as a page shows it at an instant."""
    portal = duty.portal if duty.offering is None else duty.offering.portal
    assert portal is not None
    kind = DUTIES.get(duty.code)
    return DutyRow(
        duty=duty,
        title=duty.code if kind is None else kind.title(current()),
        binds="" if kind is None else kind.binds,
        overdue=duty.done_at is None and duty.due_on < portal_day(portal, at),
    )


def duties_of(offering: Offering, at: datetime) -> list[DutyRow]:
    """Every duty of an offering but its refunds, by due day."""
    rows = offering.duties.exclude(code=REFUND).select_related("offering__portal", "file")
    return [told_duty(duty, at) for duty in rows.defer("file__content")]


def refunds_of(offering: Offering, at: datetime) -> list[DutyRow]:
    """Every refund of an offering, those due first."""
    rows = (
        offering.duties.filter(code=REFUND)
        .select_related("offering__portal", "subscription__person")
        .order_by("done_at", "due_on")
    )
    found = [told_duty(duty, at) for duty in rows]
    return [row for row in found if row.duty.done_at is None] + [
        row for row in found if row.duty.done_at is not None
    ]


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A closing as it would be made now, and as it was asked."""

    completing: list[Any]
    lapsing: list[Any]
    amount: Decimal
    lapsing_paid: Decimal
    concurrent: Decimal
    findings: tuple[Any, ...]
    digest: str
    request: ClosingRequest | None
    asked_by: str

    @property
    def changed(self) -> bool:
        """Whether the figures moved since the closing was asked for."""
        return self.request is not None and self.request.digest != self.digest


def worksheet(offering: Offering, at: datetime) -> Worksheet:
    """What completes, what lapses, the totals and every finding of the closing now."""
    rows, left = completing(offering), lapsing(offering)
    on = portal_day(offering.portal, at)
    request = ClosingRequest.objects.filter(offering=offering, superseded=False).first()
    return Worksheet(
        completing=rows,
        lapsing=left,
        amount=sum((row.amount for row in rows), Decimal("0.00")),
        lapsing_paid=sum((row.paid for row in left), Decimal("0.00")),
        concurrent=money.concurrent_unconditional(offering),
        findings=closing_rules.judge(closing_facts(offering, rows, at), on=on),
        digest=closing_figures(offering, rows).digest,
        request=request,
        asked_by="" if request is None else officer_name(request.asked_by),
    )


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the trail, in words."""

    entry: Entry
    what: str
    who: str
    met: int
    unmet: int


def events(entries: Iterable[Entry]) -> list[Event]:
    """Entries of the trail in words, in their order."""
    names: dict[tuple[str, UUID | None], str] = {}
    found = []
    for entry in entries:
        key = (entry.actor_role, entry.actor_id)
        if key not in names:
            names[key] = _name(entry)
        judged = [each for row in entry.judgements.all() for each in row.findings]
        met = sum(bool(each["met"]) for each in judged)
        found.append(
            Event(
                entry=entry,
                what=wording(entry.action, current()),
                who=names[key],
                met=met,
                unmet=len(judged) - met,
            )
        )
    return found


def _name(entry: Entry) -> str:
    role = term(entry.actor_role, current())
    if entry.actor_role in (Role.OFFICER.value, Role.EXAMINER.value):
        return officer_name(entry.actor_id) or role
    return role


def officer_name(user_id: UUID | None) -> str:
    """The name of an officer by the id that the trail keeps; empty when there is none."""
    user = None if user_id is None else staff_user(Actor(Role.OFFICER, user_id))
    return "" if user is None else display_name(user)


def trail_of(offering: Offering) -> QuerySet[Entry]:
    """The entries about an offering, the latest first."""
    return trail(offering).order_by("-position")


def persons_at(email: str) -> list[Person]:
    """The persons whose e-mail is exactly this one, whatever its case."""
    return list(Person.objects.filter(email_index=email.strip()).order_by("created_at")[:20])
