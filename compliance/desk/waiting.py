"""What waits for an officer, of whatever kind, as one list: one statement finds a page of it.

Every source says the same of its rows: what kind, which row, at which portal, since when, due on
which day, in whose hands. They are put together, ordered and cut by the database; a second
statement counts them by everything that the filters tell apart. The number of statements is the
same whatever waits; `compliance.desk.waiting_told` puts a page of it into words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    DateField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models import Case as Either
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from compliance.approvals.models import ApprovalRequest
from compliance.audit.models import Entry
from compliance.casework.kinds import OFFERING, SUBSCRIPTION
from compliance.casework.models import Case, CaseFlag
from compliance.casework.selectors import UNDECIDED
from compliance.desk.selectors import NEAR_DAYS
from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_110.duties import REFUND
from equity import moves
from equity.models import ClosingRequest, ConcurrentMoney, Duty, Offering, Portal, Subscription
from equity.selectors.clock import portal_day

APPROVE, CLOSING, SECOND, CLOSE = "approve", "closing", "second", "close"
REFUNDS, DUTIES, ALERTS, QUESTIONS, CASES = "refunds", "duties", "alerts", "questions", "cases"
SUSPENDED = "suspended"
KINDS = {
    APPROVE: _("To approve"),
    SECOND: _("Second signatures"),
    CLOSING: _("Closings asked for"),
    CLOSE: _("May be closed"),
    REFUNDS: _("Refunds due"),
    DUTIES: _("Duties"),
    ALERTS: _("Alerts"),
    QUESTIONS: _("Questions"),
    CASES: _("Other cases"),
    SUSPENDED: _("Suspended by an officer"),
}
"""The kinds of things that wait, in the order of the filters."""
MINE, FREE = "mine", "free"

_SUBMIT = "equity:offering:submit"
_COLUMNS = ("w_kind", "w_id", "w_portal", "w_since", "w_due", "w_holder")


class Wait(NamedTuple):
    """One thing that waits, in codes. `id` is that of an offering, a duty, a request or a case."""

    kind: str
    id: UUID
    portal: UUID | None
    since: datetime | None
    due: date | None
    holder: UUID | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the filters of the address ask for; None and False ask for everything."""

    kind: str | None = None
    whose: str | None = None
    """`mine` or `free` (in nobody's hands)."""
    late: bool = False
    portal: UUID | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks, when, and the portals with their days: near and late are told by the day there."""

    officer: UUID | None
    at: datetime
    days: Mapping[UUID, date]

    @property
    def first_day(self) -> date:
        """The earliest day that it is at any portal, for what belongs to none."""
        return min(self.days.values(), default=self.at.date())


def desk_at(portals: Iterable[Portal], officer: UUID | None, at: datetime) -> Desk:
    """Who looks at the queue at an instant."""
    return Desk(officer, at, {portal.pk: portal_day(portal, at) for portal in portals})


class Sort(NamedTuple):
    """How many things of one sort wait."""

    kind: str
    portal: UUID | None
    whose: str
    late: bool | None
    """Whether its day is over; None where it has none."""
    n: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many things wait, told apart by everything that a filter asks for."""

    counts: tuple[Sort, ...]

    def of(self, asked: Asked) -> int:
        """How many the filters would show."""
        return sum(
            one.n
            for one in self.counts
            if asked.kind in (None, one.kind)
            and asked.whose in (None, one.whose)
            and (one.late or not asked.late)
            and asked.portal in (None, one.portal)
        )


def tally(desk: Desk) -> Tally:
    """Everything that waits, counted in one statement."""
    found = [
        source.values("w_kind", "w_portal", "w_whose", "w_late").annotate(w_n=Count("pk"))
        for source in (_told_apart(rows, desk) for rows in _sources(desk).values())
    ]
    rows = [query.values_list("w_kind", "w_portal", "w_whose", "w_late", "w_n") for query in found]
    return Tally(tuple(Sort(*row) for row in rows[0].union(*rows[1:], all=True)))


def page_of(asked: Asked, desk: Desk, first: int, last: int) -> list[Wait]:
    """The waiting things of one page: by due day, those without a day last, then the oldest first.

    `first` and `last` are places in the list, as in a slice.
    """
    wanted = Q()
    if asked.whose is not None:
        wanted &= Q(w_whose=asked.whose)
    if asked.late:
        wanted &= Q(w_late=True)
    if asked.portal is not None:
        wanted &= Q(w_portal=asked.portal)
    rows = [
        _told_apart(source, desk).filter(wanted).values_list(*_COLUMNS)
        for kind, source in _sources(desk).items()
        if asked.kind in (None, kind)
    ]
    if not rows:
        return []
    found = rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]
    # PostgreSQL puts what has no day last.
    return [Wait(*row) for row in found.order_by("w_due", "w_since", "w_id")[first:last]]


def _told_apart(rows: QuerySet[Any], desk: Desk) -> QuerySet[Any]:
    """With in whose hands it is, and whether its day is over, by the day at its portal."""
    over = Q(w_portal=None, w_due__lt=desk.first_day)
    for portal, today in desk.days.items():
        over |= Q(w_portal=portal, w_due__lt=today)
    mine = When(w_holder=desk.officer, then=Value(MINE))
    return rows.annotate(
        w_whose=Either(
            When(w_holder=None, then=Value(FREE)),
            *([] if desk.officer is None else [mine]),
            default=Value(""),
            output_field=CharField(),
        ),
        w_late=ExpressionWrapper(over, output_field=BooleanField()),
    )


def _sources(desk: Desk) -> dict[str, QuerySet[Any]]:
    offerings = Offering.objects.all()
    cases = Case.objects.filter(UNDECIDED)
    flagged = Exists(CaseFlag.objects.filter(case=OuterRef("pk"), cleared_at=None))
    return {
        APPROVE: _offerings(APPROVE, offerings.filter(state=moves.SUBMITTED), _submitted()),
        SECOND: _requests(),
        CLOSING: _offerings(CLOSING, offerings.filter(state=moves.CLOSING), _asked(), _LAST_DAY),
        CLOSE: _offerings(CLOSE, _reached(), F("first_available_at"), _LAST_DAY),
        REFUNDS: _refunds(),
        DUTIES: _duties(desk),
        ALERTS: _cases(ALERTS, cases.filter(flagged).exclude(kind="question")),
        QUESTIONS: _cases(QUESTIONS, cases.filter(kind="question")),
        CASES: _cases(CASES, cases.exclude(kind="question").exclude(flagged)),
        SUSPENDED: _offerings(
            SUSPENDED,
            offerings.filter(state=moves.SUSPENDED, held_by_officer=True),
            F("first_available_at"),
            _LAST_DAY,
        ),
    }


# Without its type a NULL is taken for text, and the sources could not be put together.
_NO_DAY = Cast(Value(None), DateField())
_NOBODY = Cast(Value(None), UUIDField())
_LAST_DAY = F("last_day")


def _said(
    kind: str, rows: QuerySet[Any], *, pk: Any, portal: Any, since: Any, due: Any, holder: Any
) -> QuerySet[Any]:
    """A source with the columns that every source has."""
    return rows.order_by().annotate(
        w_kind=Value(kind, output_field=CharField()),
        w_id=pk,
        w_portal=portal,
        w_since=since,
        w_due=due,
        w_holder=holder,
    )


def _offerings(
    kind: str, rows: QuerySet[Offering], since: Any, due: Any = _NO_DAY
) -> QuerySet[Offering]:
    return _said(
        kind, rows, pk=F("pk"), portal=F("portal_id"), since=since, due=due, holder=_NOBODY
    )


def _submitted() -> Subquery:
    """When an offering was last submitted, by the trail."""
    entries = Entry.objects.filter(subject_type=OFFERING, subject_id=OuterRef("pk"), action=_SUBMIT)
    return Subquery(entries.order_by("-position").values("at")[:1])


def _asked() -> Subquery:
    """When the closing was asked for that stands."""
    requests = ClosingRequest.objects.filter(offering=OuterRef("pk"), superseded=False)
    return Subquery(requests.values("asked_at")[:1])


def _reached() -> QuerySet[Offering]:
    """The open offerings whose live subscriptions, with the unconditional concurrent money as last
    declared (W-16), reach the minimum."""
    declared = ConcurrentMoney.objects.filter(offering=OuterRef("pk")).order_by("-pk")
    counted = Either(When(unconditional=True, then=F("amount")), default=Value(ZERO))
    beside = Coalesce(
        Subquery(declared.annotate(w=counted).values("w")[:1]), ZERO, output_field=DecimalField()
    )
    return Offering.objects.filter(state=moves.OPEN, live_amount__gt=0).filter(
        in_force__minimum__lte=F("live_amount") + beside
    )


def _requests() -> QuerySet[ApprovalRequest]:
    """The requests that stand and that no second person has approved."""
    return _said(
        SECOND,
        ApprovalRequest.objects.filter(standing=True, approval=None),
        pk=F("pk"),
        portal=_NOBODY,
        since=F("asked_at"),
        due=_NO_DAY,
        holder=_NOBODY,
    )


def _refunds() -> QuerySet[Offering]:
    """The offerings that owe refunds: one line each, with the first day, however many they owe."""
    owed = Duty.objects.filter(offering=OuterRef("pk"), code=REFUND, done_at=None)
    rows = Offering.objects.filter(Exists(owed))
    first = owed.order_by("due_on", "created_at")
    return _said(
        REFUNDS,
        rows,
        pk=F("pk"),
        portal=F("portal_id"),
        since=Subquery(first.values("created_at")[:1]),
        due=Subquery(first.values("due_on")[:1]),
        holder=_NOBODY,
    )


def _duties(desk: Desk) -> QuerySet[Duty]:
    """The duties that are near or overdue, but the refunds."""
    near = max(desk.days.values(), default=desk.at.date()) + timedelta(days=NEAR_DAYS)
    return _said(
        DUTIES,
        Duty.objects.filter(done_at=None, due_on__lte=near).exclude(code=REFUND),
        pk=F("pk"),
        portal=Coalesce("portal_id", "offering__portal_id"),
        since=F("created_at"),
        due=F("due_on"),
        holder=_NOBODY,
    )


def _cases(kind: str, rows: QuerySet[Case]) -> QuerySet[Case]:
    """Cases; one about an offering or a subscription belongs to its portal, another to none."""
    offering = Offering.objects.filter(pk=OuterRef("subject_id")).values("portal_id")
    subscription = Subscription.objects.filter(pk=OuterRef("subject_id"))
    portal = Either(
        When(subject_type=OFFERING, then=Subquery(offering)),
        When(subject_type=SUBSCRIPTION, then=Subquery(subscription.values("offering__portal_id"))),
        default=_NOBODY,
        output_field=UUIDField(),
    )
    return _said(
        kind,
        rows,
        pk=F("pk"),
        portal=portal,
        since=F("opened_at"),
        due=F("due_on"),
        holder=F("assignee"),
    )
