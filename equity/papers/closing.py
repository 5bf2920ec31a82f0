"""The papers of a completed subscription: confirmation, certificate, payment schedule."""

from datetime import datetime

from equity.models import Closing, Holding


def issue_closing_papers(holding: Holding, closing: Closing, *, at: datetime) -> None:
    """Issue everything that a completed subscription gives its holder."""
