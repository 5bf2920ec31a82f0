"""Reading cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from compliance.accounts.roles import Actor, Role
from compliance.audit.services import Subject, subject_key
from compliance.casework.kinds import PERSON, Choice, kinds_in
from compliance.casework.models import Case, CaseDecision, CaseFlag, CaseQuestion
from compliance.casework.models.work import PUBLISH_AND_AMEND

HOLDS: Final[dict[str, Any]] = {"holding": True, "cleared_at": None, "override": None}
"""What makes a flag one that still holds."""
UNDECIDED = ~Q(state=Case.State.CLOSED)


def open_cases() -> QuerySet[Case]:
    """The cases that are not decided, the most pressing first; those without a day come last."""
    return Case.objects.filter(UNDECIDED).order_by(F("due_on").asc(nulls_last=True), "opened_at")


def cases_about(subject: Subject) -> QuerySet[Case]:
    """All cases about one subject, oldest first."""
    subject_type, subject_id = subject_key(subject)
    return Case.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by(
        "opened_at"
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases a list shows; None shows all."""

    queue: str | None = None
    state: str | None = None
    """A state of a case, or None for those that are not decided."""
    priority: int | None = None
    mine: UUID | None = None
    """The officer whose cases are shown."""
    overdue_at: datetime | None = None
    """The instant at which the shown cases are overdue."""


def listed(filters: Filters) -> QuerySet[Case]:
    """The cases of a list: the most pressing first, then by last day; decided ones by their day."""
    rows = Case.objects.select_related("decision")
    rows = rows.filter(Q(state=filters.state) if filters.state else UNDECIDED)
    if filters.queue is not None:
        rows = rows.filter(kind__in=kinds_in(filters.queue))
    if filters.priority is not None:
        rows = rows.filter(priority=filters.priority)
    if filters.mine is not None:
        rows = rows.filter(assignee=filters.mine)
    if filters.overdue_at is not None:
        rows = rows.filter(UNDECIDED, due_at__lte=filters.overdue_at)
    if filters.state == Case.State.CLOSED:
        return rows.order_by("-closed_at", "pk")
    return rows.order_by("priority", F("due_on").asc(nulls_last=True), "opened_at", "pk")


def in_hand(case: Case) -> Case:
    """The case itself while it is not decided; afterwards the open one that follows it, if any."""
    if case.state != Case.State.CLOSED:
        return case
    return case.later.filter(UNDECIDED).order_by("opened_at").first() or case


def flags_of(case: Case) -> list[CaseFlag]:
    """The flags of a case, and those that still stand of the decided case that it follows."""
    flags = list(case.flags.all())
    if case.follows_id is not None:
        flags += CaseFlag.objects.filter(case=case.follows_id, cleared_at=None)
    return flags


def holds_of(case: Case) -> list[CaseFlag]:
    """The flags of a case that still hold, and those of the decided case that it follows."""
    cases = [case.pk, *([] if case.follows_id is None else [case.follows_id])]
    return list(CaseFlag.objects.filter(case__in=cases, **HOLDS).order_by("pk"))


def missing_evidence(case: Case, choice: Choice) -> tuple[str, ...]:
    """The kinds of evidence that a decision needs and the case does not hold."""
    held = set(case.evidence.values_list("kind", flat=True)) if choice.evidence else set()
    return tuple(kind for kind in choice.evidence if kind not in held)


def holding_flags(subject: Subject) -> QuerySet[CaseFlag]:
    """The flags by which a subject is to be held, neither cleared nor overridden; a person is held
    by those that concern them too."""
    subject_type, subject_id = subject_key(subject)
    return holding_flags_among(subject_type, (subject_id,))


def holding_flags_among(
    subject_type: str, wanted: Sequence[UUID] | QuerySet[Any, Any]
) -> QuerySet[CaseFlag]:
    """The same, for many subjects of one kind: `app.model`, and their ids, or what finds them."""
    about = Q(subject_type=subject_type, subject_id__in=wanted)
    if subject_type == PERSON:
        about |= Q(concerns__overlap=wanted)
    return CaseFlag.objects.filter(about, **HOLDS)


def opened_by(actor: Actor) -> QuerySet[Case]:
    """What somebody asked or complained of, the latest first, with what was decided."""
    return (
        Case.objects.filter(opened_by_role=actor.role.value, opened_by=actor.id)
        .select_related("decision")
        .order_by("-opened_at", "pk")
    )


def questions_to(actor: Actor) -> QuerySet[CaseQuestion]:
    """The questions that wait for somebody's answer, oldest first."""
    return (
        CaseQuestion.objects.filter(
            asked_of=actor.role.value, asked_of_id=actor.id, answered_at=None
        )
        .exclude(case__state=Case.State.CLOSED)
        .select_related("case")
        .order_by("asked_at")
    )


def published_answers(offering_id: UUID) -> QuerySet[CaseDecision]:
    """The questions about an offering that were answered for everybody, the latest first; each says
    as ``from_issuer`` whether the issuer was asked and answered before."""
    heard = CaseQuestion.objects.filter(
        case=OuterRef("case"), asked_of=Role.ISSUER.value, answered_at__isnull=False
    )
    rows = CaseDecision.objects.filter(published_for=offering_id)
    return rows.annotate(from_issuer=Exists(heard)).order_by("-at")


def to_amend(offering_id: UUID, since: datetime) -> QuerySet[CaseDecision]:
    """The answers published since an instant that the issuer was told to put into its document, the
    oldest first. Amending is what ends it: ``since`` is the publication of the version in force."""
    return CaseDecision.objects.filter(
        outcome=PUBLISH_AND_AMEND, published_for=offering_id, at__gt=since
    ).order_by("at")


def issuer_answer(case: Case) -> str:
    """What the issuer answered last to what was asked about a case; empty where it did not."""
    rows = case.questions.filter(asked_of=Role.ISSUER.value, answered_at__isnull=False)
    last = rows.order_by("-answered_at").first()
    return "" if last is None else last.answer or ""
