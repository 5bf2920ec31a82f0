"""What the pages about cases show: subjects by name, officers, the case with everything in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.accounts.models import RoleGrant
from compliance.accounts.roles import Role
from compliance.accounts.selectors import display_name, officers, user_uuid
from compliance.approvals.models import ApprovalRequest
from compliance.approvals.selectors import standing_request
from compliance.audit.selectors import trail
from compliance.casework import rules
from compliance.casework.actions import OVERRIDE
from compliance.casework.kinds import ISSUER, KINDS, OFFERING, PERSON, SUBSCRIPTION, Choice
from compliance.casework.models import Case, CaseFlag, CaseQuestion, Override
from compliance.casework.selectors import flags_of, holds_of, missing_evidence
from compliance.desk.outcomes import OUTCOMES
from compliance.desk.selectors import Event, events
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.terms import term
from compliance.rules.kernel.zones import local_date, zone_of
from compliance.web.language import current
from equity.models import Issuer, Offering, Subscription
from investors.models import Person

_FEW = 20
Named = tuple[str, UUID]
"""A subject as cases keep it: `app.model` and id."""


@dataclass(frozen=True, slots=True)
class Link:
    """A subject as a page shows it: its name, and its own page where it has one."""

    name: str
    url: str = ""


def links(subjects: Iterable[Named]) -> dict[Named, Link]:
    """The subjects by name, in one query for each kind of subject, however many there are."""
    wanted: dict[str, set[UUID]] = {}
    for label, pk in subjects:
        wanted.setdefault(label, set()).add(pk)
    found: dict[Named, Link] = {}
    for label, ids in wanted.items():
        rows = _rows(label)
        for row in rows.filter(pk__in=ids) if rows is not None else ():
            found[label, row.pk] = _link(row)
    return found


def link(subject: Named) -> Link | None:
    """One subject by name; None when there is no such thing."""
    return links([subject]).get(subject)


def _rows(label: str) -> QuerySet[Any] | None:
    if label == SUBSCRIPTION:
        return Subscription.objects.select_related("person", "offering__issuer")
    if label == OFFERING:
        return Offering.objects.select_related("issuer")
    if label == PERSON:
        return Person.objects.all()
    return Issuer.objects.all() if label == ISSUER else None


def _link(row: Model) -> Link:
    if isinstance(row, Subscription):
        name = f"{row.person.display_name} · {row.offering.issuer.name}"
        return Link(name, reverse("desk:subscription", args=(row.pk,)))
    if isinstance(row, Offering):
        return Link(row.issuer.name, reverse("desk:dossier", args=(row.pk,)))
    if isinstance(row, Person):
        return Link(row.display_name, reverse("desk:person", args=(row.pk,)))
    assert isinstance(row, Issuer)
    return Link(row.name, reverse("desk:issuer", args=(row.pk,)))


def desk_names() -> dict[UUID, str]:
    """Everybody who holds or held a role at the desk, by the id that cases keep; one query."""
    granted = RoleGrant.objects.values("user_id")
    users = get_user_model()._default_manager.filter(pk__in=granted)
    return {user_uuid(user): display_name(user) for user in users}


def officer_choices(case: Case) -> list[tuple[str, str]]:
    """To whom a case may be handed: the other officers, and nobody where somebody has it."""
    found = ((user_uuid(user), display_name(user)) for user in officers())
    others = sorted(
        ((str(pk), name) for pk, name in found if pk != case.assignee), key=lambda one: one[1]
    )
    nobody = [] if case.assignee is None else [("", _("nobody: back into the queue"))]
    return [*others, *nobody]


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list."""

    case: Case
    about: Link | None
    assignee: str
    overdue: bool


def rows(cases: Sequence[Case], at: datetime) -> list[Row]:
    """The cases of a page with their subjects and officers: the same number of queries for any."""
    named = links((case.subject_type, case.subject_id) for case in cases)
    names = desk_names()
    return [
        Row(
            case=case,
            about=named.get((case.subject_type, case.subject_id)),
            assignee="" if case.assignee is None else names.get(case.assignee, "—"),
            overdue=overdue(case, at),
        )
        for case in cases
    ]


def overdue(case: Case, at: datetime) -> bool:
    """Whether a case is undecided past its last day."""
    return case.state != Case.State.CLOSED and case.due_at is not None and case.due_at <= at


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag with its finding in words, and whom it concerns."""

    flag: CaseFlag
    finding: Finding
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Option:
    """A decision that may be taken: what it is, what it will do, and what is missing for it."""

    choice: Choice
    name: str
    does: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A case with everything in it."""

    case: Case
    about: Link | None
    overdue: bool
    flags: list[Flagged]
    questions: list[tuple[CaseQuestion, str]]
    """Each with whom it was put to, in words."""
    evidence: list[Any]
    notes: list[tuple[Any, str]]
    handed: list[tuple[Any, str, str]]
    options: list[Option]
    holds: bool
    """Whether a flag of it still holds something back."""
    override_waits: ApprovalRequest | None
    """The override of its hold that waits for a second officer."""
    overrides: list[tuple[Override, list[str]]]
    """The overrides of its hold, each with its two officers."""
    events: list[Event]
    names: dict[UUID, str]

    @property
    def decided_as(self) -> str:
        """The decision in words; empty while there is none."""
        decision = getattr(self.case, "decision", None)
        return "" if decision is None else decision_name(decision.kind, decision.outcome)

    @property
    def outcome(self) -> str:
        """What the decision caused, in words."""
        decision = getattr(self.case, "decision", None)
        found = None if decision is None else OUTCOMES.get((decision.kind, decision.outcome))
        return "" if found is None else found.say(current())

    @property
    def assignee(self) -> str:
        """Who has it in hand; empty for nobody."""
        return "" if self.case.assignee is None else self.names.get(self.case.assignee, "—")


def decision_name(kind: str, outcome: str) -> str:
    """A decision in words; empty for one that was only written in words."""
    choice = KINDS[kind].choice(outcome)
    return "" if choice is None else choice.say(current())


def sheet(case: Case, at: datetime) -> Sheet:
    """Everything about one case, for its page."""
    flags = flags_of(case)
    questions = list(case.questions.all())
    concerned = {key for flag in flags for key in _concerned(flag)}
    whom = {key for one in questions if (key := _whom(one)) is not None}
    named = links({(case.subject_type, case.subject_id), *concerned, *whom})
    names = desk_names()
    undecided = case.state != Case.State.CLOSED
    return Sheet(
        case=case,
        about=named.get((case.subject_type, case.subject_id)),
        overdue=overdue(case, at),
        flags=[_flagged(flag, case, named) for flag in flags],
        questions=[(one, _put_to(one, named)) for one in questions],
        evidence=list(case.evidence.defer("content")),
        notes=[(note, names.get(note.by, "—")) for note in case.notes.all()],
        handed=[
            (one, "" if one.to is None else names.get(one.to, "—"), names.get(one.by, "—"))
            for one in case.assignments.all()
        ],
        options=options(case) if undecided else [],
        holds=bool(holds_of(case)),
        override_waits=standing_request(OVERRIDE, case),
        overrides=[
            (one, [names.get(by, "—") for by in (one.asked_by, one.approved_by)])
            for one in Override.objects.filter(reason__case=case).select_related("reason")
        ],
        events=events(trail(case).order_by("position")),
        names=names,
    )


def flagged(flags: Iterable[CaseFlag]) -> list[Flagged]:
    """Flags of any cases in words, with whom they concern."""
    rows = list(flags)
    named = links({key for flag in rows for key in _concerned(flag)})
    return [_flagged(flag, flag.case, named) for flag in rows]


def _whom(question: CaseQuestion) -> Named | None:
    label = {Role.INVESTOR.value: PERSON, Role.ISSUER.value: ISSUER}.get(question.asked_of)
    pk = question.asked_of_id
    return None if label is None or pk is None else (label, pk)


def _put_to(question: CaseQuestion, named: dict[Named, Link]) -> str:
    key = _whom(question)
    found = None if key is None else named.get(key)
    return term(question.asked_of, current()) if found is None else found.name


def options(case: Case) -> list[Option]:
    """The decisions that the kind of a case allows, each with what it will do."""
    return [
        Option(
            choice=choice,
            name=choice.say(current()),
            does=OUTCOMES[case.kind, choice.code].say(current()),
            missing=missing_evidence(case, choice),
        )
        for choice in KINDS[case.kind].decisions
    ]


def _flagged(flag: CaseFlag, case: Case, named: dict[Named, Link]) -> Flagged:
    on = local_date(flag.raised_at, zone_of(case.province))
    found = [named[key] for key in _concerned(flag) if key in named]
    return Flagged(flag, rules.read(flag.finding, on), found)


def _concerned(flag: CaseFlag) -> list[Named]:
    """The subject of a flag and the first few whom it concerns."""
    some = [(PERSON, pk) for pk in flag.concerns[:_FEW]]
    return [(flag.subject_type, flag.subject_id), *some]


def people_around(case: Case) -> list[tuple[str, str]]:
    """To whom a question may be put, as `role:id` with a name: the purchaser, the issuer."""
    found: list[tuple[str, str]] = []
    if case.subject_type == SUBSCRIPTION:
        row = Subscription.objects.select_related("person", "offering__issuer").get(
            pk=case.subject_id
        )
        found = [_person(row.person), _issuer(row.offering.issuer)]
    elif case.subject_type == OFFERING:
        found = [_issuer(Offering.objects.select_related("issuer").get(pk=case.subject_id).issuer)]
    elif case.subject_type == PERSON:
        found = [_person(Person.objects.get(pk=case.subject_id))]
    elif case.subject_type == ISSUER:
        found = [_issuer(Issuer.objects.get(pk=case.subject_id))]
    if case.opened_by_role == Role.INVESTOR.value and case.opened_by is not None:
        found.append(_person(Person.objects.get(pk=case.opened_by)))
    return list(dict.fromkeys(found))


def _person(person: Person) -> tuple[str, str]:
    return f"{Role.INVESTOR.value}:{person.pk}", person.display_name


def _issuer(issuer: Issuer) -> tuple[str, str]:
    return f"{Role.ISSUER.value}:{issuer.pk}", issuer.name
