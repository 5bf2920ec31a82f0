"""The papers of this floor: facts frozen from the rows, handed to ``documents`` to be issued."""

from equity.papers.closing import issue_closing_papers
from equity.papers.offering import issue_offering_document
from equity.papers.purchaser import (
    issue_amendment_notice,
    issue_risk_acknowledgement,
    issue_withdrawal_notice,
    subscription_agreement,
)

__all__ = [
    "issue_amendment_notice",
    "issue_closing_papers",
    "issue_offering_document",
    "issue_risk_acknowledgement",
    "issue_withdrawal_notice",
    "subscription_agreement",
]
