"""Last days of cases that come near or pass undecided: each seen once, and told once.

The constraint of ``CaseReminder`` makes it once for each last day: one that a question has moved is
another day. A case that waits for an answer has no last day, and is reminded of by nobody.
"""

import logging
from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from compliance.audit.guard.trouble import apart
from compliance.casework.models import Case, CaseReminder
from compliance.casework.selectors import UNDECIDED
from equity.mails.casework import write_case_reminder

logger = logging.getLogger(__name__)

FAILED = "failed"
_INSTANTS = {"case_near": "near_at", "case_overdue": "due_at"}


def remind_of_cases(*, at: datetime, done: Counter[str]) -> int:
    """Leave every reminder that is due by ``at``; returns how many e-mails were written."""
    written = 0
    for kind, field in _INSTANTS.items():
        left = CaseReminder.objects.filter(
            case=OuterRef("pk"), kind=kind, due_on=OuterRef("due_on")
        )
        due = Case.objects.filter(UNDECIDED, ~Exists(left), **{f"{field}__lte": at})
        for pk in due.order_by(field, "pk").values_list("pk", flat=True):
            written += _remind_alone(pk, kind, at, done)
    return written


def _remind_alone(case_id: UUID, kind: str, at: datetime, done: Counter[str]) -> int:
    written = None
    with apart(logger, "The reminder %s of the case %s could not be left.", kind, case_id) as piece:
        written = _leave(case_id, kind, at)
    if piece.failed:
        done[FAILED] += 1
    if written is None:
        return 0
    done[kind] += 1
    return written


@transaction.atomic
def _leave(case_id: UUID, kind: str, at: datetime) -> int | None:
    """Leave one reminder with its e-mails; None when the case moved on in the meantime."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case_id)
    legal_at = getattr(case, _INSTANTS[kind])
    gone = case.state == Case.State.CLOSED or legal_at is None or legal_at > at
    if gone or case.due_on is None or case.due_at is None:
        return None
    reminder, new = CaseReminder.objects.get_or_create(
        case=case, kind=kind, due_on=case.due_on, defaults={"legal_at": legal_at, "ran_at": at}
    )
    if not new:
        return None
    slept = kind == "case_near" and case.due_at <= at  # told as overdue, not as near
    return 0 if slept else write_case_reminder(reminder, case, at=at)
