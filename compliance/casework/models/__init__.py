"""Work that waits for a person: cases, and all that is put into them."""

from compliance.casework.models.case import Case, CaseFlag
from compliance.casework.models.override import Override, OverrideReason
from compliance.casework.models.work import (
    CaseAssignment,
    CaseDecision,
    CaseEvidence,
    CaseNote,
    CaseQuestion,
    CaseReminder,
)

__all__ = [
    "Case",
    "CaseAssignment",
    "CaseDecision",
    "CaseEvidence",
    "CaseFlag",
    "CaseNote",
    "CaseQuestion",
    "CaseReminder",
    "Override",
    "OverrideReason",
]
