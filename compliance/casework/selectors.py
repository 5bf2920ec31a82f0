"""Reading cases."""

from django.db.models import F, QuerySet

from compliance.audit.services import Subject, subject_key
from compliance.casework.models import Case


def open_cases() -> QuerySet[Case]:
    """The cases that wait, the most pressing first; those without a day come last."""
    return Case.objects.filter(state=Case.State.OPEN).order_by(
        F("due_on").asc(nulls_last=True), "opened_at"
    )


def cases_about(subject: Subject) -> QuerySet[Case]:
    """All cases about one subject, oldest first."""
    subject_type, subject_id = subject_key(subject)
    return Case.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by(
        "opened_at"
    )
