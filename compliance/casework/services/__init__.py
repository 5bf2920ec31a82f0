"""Acts on cases. To decide one, call ``compliance.desk.outcomes.decide``: it also does what the
decision causes, in the same transaction."""

from compliance.casework.services.deciding import settle_case
from compliance.casework.services.opening import clear_flag, open_case, raise_case
from compliance.casework.services.working import (
    add_evidence,
    add_note,
    answer_question,
    ask_question,
    assign_case,
)
from compliance.casework.trouble import CaseClosed, CaseRefused

__all__ = [
    "CaseClosed",
    "CaseRefused",
    "add_evidence",
    "add_note",
    "answer_question",
    "ask_question",
    "assign_case",
    "clear_flag",
    "open_case",
    "raise_case",
    "settle_case",
]
