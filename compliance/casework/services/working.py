"""Work on a case that is not decided: questions and answers, evidence, notes, hand-overs."""

import hashlib
from datetime import datetime
from uuid import UUID

from compliance.accounts.roles import Actor, ActorNotAllowed, Role
from compliance.accounts.selectors import staff_user
from compliance.casework import actions
from compliance.casework.kinds import EVIDENCE
from compliance.casework.models import (
    Case,
    CaseAssignment,
    CaseEvidence,
    CaseNote,
    CaseQuestion,
)
from compliance.casework.models.work import ASKED, OUTSIDE
from compliance.casework.services.common import (
    follow_questions,
    leave,
    lock_case,
    officer,
    said,
)
from compliance.casework.trouble import CaseRefused
from compliance.idempotency.services import Key, repeatable, row_telling

LARGEST = 5_000_000
"""The most bytes of one item of evidence. What is larger is kept elsewhere, by reference."""
_DIGEST = frozenset("0123456789abcdef")


@repeatable("case:ask", row_telling(CaseQuestion))
def ask_question(
    *,
    actor: Actor,
    case: Case,
    text: str,
    at: datetime,
    asked_of: str = OUTSIDE,
    asked_of_id: UUID | None = None,
    key: Key | None = None,
) -> CaseQuestion:
    """Put a question to an investor, an issuer or somebody outside; the clock stands until it is
    answered. An officer may. Raises ActorNotAllowed, CaseClosed, CaseRefused on a question without
    words or whose addressee is not named."""
    by = officer(actor, actions.CASE_ASK)
    words = said(text, "question")
    if asked_of not in ASKED or (asked_of == OUTSIDE) != (asked_of_id is None):
        raise CaseRefused("question.whom", "A question is put to somebody.")
    locked = lock_case(case)
    question = CaseQuestion.objects.create(
        case=locked,
        text=words,
        asked_of=asked_of,
        asked_of_id=asked_of_id,
        asked_at=at,
        asked_by=by,
    )
    follow_questions(locked)
    leave(actor, actions.CASE_ASK, locked, at, {"question": question.pk, "of": asked_of})
    return question


@repeatable("case:answer", row_telling(CaseQuestion))
def answer_question(
    *, actor: Actor, question: CaseQuestion, text: str, at: datetime, key: Key | None = None
) -> CaseQuestion:
    """Write down the answer to a question; the clock goes on when no other waits.

    Whom it was put to may, and an officer for anybody. Raises ActorNotAllowed, CaseClosed,
    CaseRefused when it is answered already or the answer has no words.
    """
    asked = (question.asked_of, question.asked_of_id)
    if actor.role is not Role.OFFICER and (actor.role.value, actor.id) != asked:
        raise ActorNotAllowed(actor, actions.CASE_HEAR)
    words = said(text, "answer")
    case = lock_case(question.case)
    locked = CaseQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if locked.answered_at is not None:
        raise CaseRefused("question.answered", "The question is answered already.")
    locked.answer, locked.answered_at = words, at
    locked.answered_by_role, locked.answered_by = actor.role.value, actor.id
    locked.save(update_fields=["answer", "answered_at", "answered_by_role", "answered_by"])
    follow_questions(case)
    leave(actor, actions.CASE_HEAR, case, at, {"question": locked.pk, "due_on": case.due_on})
    return locked


@repeatable("case:evidence", row_telling(CaseEvidence))
def add_evidence(
    *,
    actor: Actor,
    case: Case,
    kind: str,
    name: str,
    at: datetime,
    content: bytes | None = None,
    reference: str | None = None,
    digest: str = "",
    key: Key | None = None,
) -> CaseEvidence:
    """Add an item of evidence: its bytes, or where it is kept with the SHA-256 of its bytes.

    An officer may. Raises ActorNotAllowed, CaseClosed, CaseRefused on an unknown kind, on both or
    neither of bytes and reference, on more than ``LARGEST`` bytes, and on a digest that is none.
    """
    by = officer(actor, actions.CASE_EVIDENCE)
    if kind not in {word.code for word in EVIDENCE}:
        raise CaseRefused("evidence.kind", "There is no such kind of evidence.")
    if (content is None) == (not reference):
        raise CaseRefused("evidence.where", "Evidence is here, or it is kept somewhere.")
    locked = lock_case(case)
    item = CaseEvidence.objects.create(
        case=locked,
        kind=kind,
        name=said(name, "name"),
        content=content,
        reference=None if content is not None else reference,
        digest=_digest(content, digest),
        added_at=at,
        added_by_role=actor.role.value,
        added_by=by,
    )
    told = {"evidence": item.pk, "digest": item.digest, "what": kind}
    leave(actor, actions.CASE_EVIDENCE, locked, at, told)
    return item


def _digest(content: bytes | None, given: str) -> str:
    if content is None:
        digest = given.strip().lower()
        if len(digest) != 64 or not _DIGEST.issuperset(digest):
            raise CaseRefused("evidence.digest", "A digest is 64 hexadecimal digits (SHA-256).")
        return digest
    if not 0 < len(content) <= LARGEST:
        raise CaseRefused("evidence.size", f"An item of evidence has 1 to {LARGEST} bytes.")
    return hashlib.sha256(content).hexdigest()


@repeatable("case:note", row_telling(CaseNote))
def add_note(
    *, actor: Actor, case: Case, text: str, at: datetime, key: Key | None = None
) -> CaseNote:
    """Write a note into the case, for the desk alone. An officer may. Raises ActorNotAllowed,
    CaseClosed, CaseRefused on a note without words."""
    by = officer(actor, actions.CASE_NOTE)
    words = said(text, "note")
    locked = lock_case(case)
    note = CaseNote.objects.create(case=locked, text=words, at=at, by_role=actor.role.value, by=by)
    leave(actor, actions.CASE_NOTE, locked, at, {"note": note.pk})
    return note


@repeatable("case:assign", row_telling(CaseAssignment))
def assign_case(
    *,
    actor: Actor,
    case: Case,
    to: UUID | None,
    at: datetime,
    reason: str = "",
    key: Key | None = None,
) -> CaseAssignment:
    """Hand the case to an officer, or put it back into the queue (``to`` None).

    An officer may. Taking a free case needs no reason; every other hand-over does, since somebody
    will ask why. Raises ActorNotAllowed, CaseClosed, CaseRefused when the case is there already, no
    reason is given, or ``to`` is no account.
    """
    by = officer(actor, actions.CASE_ASSIGN)
    locked = lock_case(case)
    if locked.assignee == to:
        raise CaseRefused("assign.same", "The case is in these hands already.")
    if to is not None and staff_user(Actor(Role.OFFICER, to)) is None:
        raise CaseRefused("assign.unknown", "There is no such account.")
    takes = locked.assignee is None and to == by
    handed = CaseAssignment.objects.create(
        case=locked,
        to=to,
        reason=reason.strip() if takes else said(reason, "reason"),
        at=at,
        by=by,
    )
    locked.assignee = to
    locked.save(update_fields=["assignee"])
    leave(actor, actions.CASE_ASSIGN, locked, at, {"to": to, "assignment": handed.pk})
    return handed
