"""What the desk reads: duties, the trail of an offering in words, the refunds due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from compliance.accounts.roles import Actor, Role
from compliance.accounts.selectors import display_name, staff_names, staff_user
from compliance.audit.actions import wording
from compliance.audit.models import Entry
from compliance.rules.kernel.terms import term
from compliance.rules.ni45_110 import closing as closing_rules
from compliance.rules.ni45_110.duties import DUTIES, REFUND
from compliance.web.language import current
from equity.models import ClosingRequest, Duty, Offering
from equity.selectors import money
from equity.selectors.clock import portal_day
from equity.selectors.closings import closing_facts, closing_figures, completing, lapsing
from investors.models import Person

_NAMED = (Role.OFFICER.value, Role.EXAMINER.value)
"""Roles whose people the desk calls by their names."""
NEAR_DAYS = 14
"""A duty this near stands in the queue: our own caution, no rule of law."""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty as a page shows it."""

    duty: Duty
    title: str
    binds: str
    overdue: bool


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


def refunds_of(offering: Offering) -> QuerySet[Duty]:
    """Every refund of an offering, those due first."""
    rows = offering.duties.filter(code=REFUND)
    return rows.select_related("offering__portal", "subscription__person").order_by(
        F("done_at").asc(nulls_first=True), "due_on", "pk"
    )


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
    def asked_amount(self) -> Decimal:
        """What completes by the request that stands: what the second person signs."""
        lines = [] if self.request is None else self.request.figures.get("subscriptions", [])
        return sum((Decimal(amount) for _pk, _units, amount in lines), Decimal("0.00"))

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
    """Entries of the trail in words, in their order; one question for all the names."""
    rows, language = list(entries), current()
    ids = {row.actor_id for row in rows if row.actor_role in _NAMED and row.actor_id is not None}
    names = staff_names(ids) if ids else {}
    found = []
    for entry in rows:
        judged = [each for row in entry.judgements.all() for each in row.findings]
        met = sum(bool(each["met"]) for each in judged)
        found.append(
            Event(
                entry=entry,
                what=wording(entry.action, language),
                who=_name(entry, names),
                met=met,
                unmet=len(judged) - met,
            )
        )
    return found


def _name(entry: Entry, names: Mapping[UUID, str]) -> str:
    named = entry.actor_role in _NAMED and entry.actor_id is not None
    found = names.get(entry.actor_id, "") if named and entry.actor_id is not None else ""
    return found or term(entry.actor_role, current())


def officer_name(user_id: UUID | None) -> str:
    """The name of an officer by the id that the trail keeps; empty when there is none."""
    user = None if user_id is None else staff_user(Actor(Role.OFFICER, user_id))
    return "" if user is None else display_name(user)


def persons_at(email: str) -> list[Person]:
    """The persons whose e-mail is exactly this one, whatever its case."""
    return list(Person.objects.filter(email_index=email.strip()).order_by("created_at")[:20])
