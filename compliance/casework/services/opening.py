"""Opening cases: by people, and by rules once for each step of a matter."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from compliance.accounts.roles import Actor, ActorNotAllowed, Role, require
from compliance.audit.services import Subject, subject_key
from compliance.casework import actions
from compliance.casework.deadlines import given, service_level
from compliance.casework.kinds import BY_INVESTORS, FLAGS, KINDS, FlagKind
from compliance.casework.models import Case, CaseFlag
from compliance.casework.rules import told
from compliance.casework.selectors import in_hand
from compliance.casework.services.common import leave, lock_case, officer, said, set_deadline
from compliance.casework.trouble import CaseRefused
from compliance.idempotency.services import Key, repeatable, row_telling
from compliance.rules.kernel.findings import Finding

MOST_CONCERNED = 100


@repeatable("case:open", row_telling(Case))
def open_case(
    *,
    actor: Actor,
    kind: str,
    subject: Subject,
    at: datetime,
    note: str = "",
    due_on: date | None = None,
    province: str = "QC",
    follows: Case | None = None,
    key: Key | None = None,
) -> Case:
    """Open a case about `subject` and return it.

    An officer and the system open any kind, an investor or an issuer a question or a complaint.
    `note` may hold personal data; it is sealed and stays out of the audit trail. `due_on` is a
    last day that somebody set; without it the service level of the kind is counted in working days
    of `province`, the portal's. Raises ValueError on an unknown kind, ActorNotAllowed, CaseRefused
    when `follows` is not decided yet.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of case.")
    if actor.role not in (Role.OFFICER, Role.SYSTEM) and (
        actor.role is Role.EXAMINER or kind not in BY_INVESTORS
    ):
        raise ActorNotAllowed(actor, actions.CASE_OPEN)
    if follows is not None and follows.state != Case.State.CLOSED:
        raise CaseRefused("case.follows_open", "A case follows one that is decided.")
    subject_type, subject_id = subject_key(subject)
    case = Case(
        kind=kind,
        priority=int(KINDS[kind].priority),
        subject_type=subject_type,
        subject_id=subject_id,
        province=province,
        note=note,
        follows=follows,
        opened_at=at,
        opened_by_role=actor.role.value,
        opened_by=actor.id,
    )
    if due_on is not None:
        set_deadline(case, given(due_on, province=province))
    else:
        days = KINDS[kind].days
        set_deadline(case, service_level(opened_at=at, days=days, province=province))
    case.save(force_insert=True)
    about = {"subject_type": subject_type, "subject_id": subject_id}
    leave(actor, actions.CASE_OPEN, case, at, {"due_on": case.due_on, **about})
    return case


@repeatable("case:raise", row_telling(CaseFlag))
def raise_case(
    *,
    actor: Actor,
    finding: Finding,
    subject: Subject,
    matter: str,
    at: datetime,
    step: str = "",
    province: str = "QC",
    concerns: Sequence[UUID] = (),
    key: Key | None = None,
) -> CaseFlag:
    """Put a flag for a finding that is not met on the open case of its matter, or about `subject`,
    or open one.

    Once for each `step` of a `matter`, for ever: what was raised already is left as it is, and its
    flag is returned. `concerns` are the persons whom it concerns beside its subject, at most
    ``MOST_CONCERNED``. The system may. Raises ValueError on a finding that is met, IntegrityError
    when another transaction raised the same meanwhile (nothing is kept then).
    """
    require(actor, Role.SYSTEM, action=actions.CASE_FLAG)
    if finding.met:
        raise ValueError(f"The finding {finding.code} is met; there is nothing to raise.")
    kind, once = FLAGS[finding.code], {"code": finding.code, "matter": matter, "step": step}
    known = CaseFlag.objects.filter(**once).first()
    if known is not None:
        return known
    case = _open_case_for(kind, matter, subject)
    if case is None:
        case = open_case(actor=actor, kind=kind.kind, subject=subject, at=at, province=province)
    subject_type, subject_id = subject_key(subject)
    flag = CaseFlag.objects.create(
        case=case,
        subject_type=subject_type,
        subject_id=subject_id,
        priority=int(kind.priority),
        holding=kind.holding,
        finding=told(finding),
        concerns=list(concerns[:MOST_CONCERNED]),
        raised_at=at,
        **once,
    )
    if flag.priority < case.priority:
        case.priority = flag.priority
        case.save(update_fields=["priority"])
    flag.fresh = True
    leave(actor, actions.CASE_FLAG, case, at, {"code": flag.code, "flag": flag.pk})
    return flag


def _open_case_for(kind: FlagKind, matter: str, subject: Subject) -> Case | None:
    """The undecided case that holds a flag of this matter, else one of the kind about the subject;
    locked."""
    subject_type, subject_id = subject_key(subject)
    held = CaseFlag.objects.filter(code=kind.code, matter=matter).values("case_id")
    undecided = Case.objects.filter(kind=kind.kind).exclude(state=Case.State.CLOSED)
    for rows in (
        undecided.filter(pk__in=held),
        undecided.filter(subject_type=subject_type, subject_id=subject_id),
    ):
        found = rows.select_for_update(of=("self",), no_key=True).order_by("opened_at").first()
        if found is not None:
            return found
    return None


@repeatable("case:clear", row_telling(CaseFlag))
def clear_flag(
    *, actor: Actor, flag: CaseFlag, at: datetime, reason: str, key: Key | None = None
) -> CaseFlag:
    """Clear a flag, and with it the hold, with a reason that becomes a note of the case.

    An officer may. A suspicion that stood when its case was decided may be lifted later: the reason
    is then noted in the open case that follows it. Raises ActorNotAllowed, CaseClosed when there is
    none, CaseRefused when the flag is cleared already or no reason is given.
    """
    by = officer(actor, actions.CASE_CLEAR)
    text = said(reason, "reason")
    # The case first, as a decision does that clears its flags: they would wait for each other.
    case = _noted_in(CaseFlag.objects.select_related("case").get(pk=flag.pk))
    locked = CaseFlag.objects.select_for_update(of=("self",)).get(pk=flag.pk)
    if locked.cleared_at is not None:
        raise CaseRefused("flag.cleared", "The flag is cleared already.")
    cleared(locked, by, at)
    case.notes.create(text=text, at=at, by_role=actor.role.value, by=by)
    leave(actor, actions.CASE_CLEAR, case, at, {"code": locked.code, "flag": locked.pk})
    return locked


def _noted_in(flag: CaseFlag) -> Case:
    """The locked case in which the reason is noted: the flag's own, or the one that follows it."""
    return lock_case(in_hand(flag.case))


def cleared(flag: CaseFlag, by: UUID, at: datetime) -> None:
    """Write down that a flag is cleared."""
    flag.cleared_at, flag.cleared_by = at, by
    flag.save(update_fields=["cleared_at", "cleared_by"])
