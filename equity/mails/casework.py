"""E-mails about cases: a question that waits for an answer, what was decided, a day that passes.

No e-mail says what a case is about beyond its kind; the words are on the pages, behind a sign-in.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from compliance.accounts.roles import Role
from compliance.audit.models import Entry
from compliance.casework.actions import CASE_ASK, CASE_TELL, ISSUER_TELL
from compliance.casework.kinds import KINDS
from compliance.casework.models import Case, CaseQuestion, CaseReminder
from compliance.outbox.listening import Listened, listen
from compliance.rules.kernel.money import format_date
from documents.facts.shared import Language
from equity.mails.facts import portal_facts
from equity.mails.people import Recipient, issuer_people, officer_people, purchaser
from equity.mails.texts import Facts
from equity.mails.writing import post
from equity.models import Issuer, Offering
from equity.selectors.cases import portal_of
from investors.models import Person

READER = "equity.mails.casework"
TEXTS = ("case_question", "case_answered", "case_near", "case_overdue", "amendment_needed")
"""The tables of texts.toml that tell of cases."""
_ABOUT = "compliance_casework.case"


def write_case_mails(*, at: datetime, from_the_start: bool = False) -> Listened:
    """Tell whoever was asked a question, whoever asked one what was answered, and the issuer whose
    document an answer makes it amend."""
    return listen(
        reader=READER,
        actions=(CASE_ASK, CASE_TELL, ISSUER_TELL),
        hear=lambda entry: _write_for(entry, at),
        at=at,
        from_the_start=from_the_start,
    )


def _write_for(entry: Entry, at: datetime) -> int:
    case = Case.objects.get(pk=entry.subject_id)
    if entry.action == CASE_ASK:
        question = CaseQuestion.objects.get(pk=entry.payload["question"])
        people = _people(question.asked_of, question.asked_of_id)
        return _post("case_question", entry.pk, case, people, entry.at, at)
    if entry.action == ISSUER_TELL:
        offering = Offering.objects.select_related("issuer").get(pk=entry.payload["offering"])
        people = issuer_people(offering.issuer)
        return _post("amendment_needed", entry.pk, case, people, entry.at, at)
    people = _people(case.opened_by_role, case.opened_by)
    return _post("case_answered", entry.pk, case, people, entry.at, at)


def _people(role: str, who: UUID | None) -> list[Recipient]:
    """The investor or the issuer of that id; nobody for anybody else."""
    if who is None:
        return []
    if role == Role.INVESTOR.value:
        return purchaser(Person.objects.get(pk=who))
    if role == Role.ISSUER.value:
        return issuer_people(Issuer.objects.get(pk=who))
    return []


def write_case_reminder(reminder: CaseReminder, case: Case, *, at: datetime) -> int:
    """Tell that the last day of a case is near to who has it in hand, and that it passed to every
    officer, in the caller's transaction."""
    people = officer_people()
    if reminder.kind == "case_near" and case.assignee is not None:
        people = [one for one in people if one.id == case.assignee] or people
    # The reminder has a whole number for a key; its case and day are what it is once for.
    event = f"{reminder.kind}:{reminder.due_on.isoformat()}"
    return _post(reminder.kind, case.pk, case, people, at, at, event=event)


def _post(
    text: str,
    cause: UUID,
    case: Case,
    people: list[Recipient],
    occurred_at: datetime,
    at: datetime,
    *,
    event: str = "",
) -> int:
    return post(
        text, cause, (_ABOUT, case.pk), people, _facts(case), occurred_at, at, event=event or text
    )


def _facts(case: Case) -> Callable[[Language], Facts]:
    portal = portal_of(case)

    def facts(language: Language) -> Facts:
        return {
            **portal_facts(portal, language),
            "kind": KINDS[case.kind].say(language),
            "due_on": "" if case.due_on is None else format_date(case.due_on, language),
        }

    return facts
