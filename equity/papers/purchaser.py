"""The papers of one purchaser before the closing."""

from datetime import datetime

from equity.models import Duty, Offering, Subscription, Version
from investors.models import RiskAcknowledgement


def issue_risk_acknowledgement(
    offering: Offering, acknowledgement: RiskAcknowledgement, *, at: datetime
) -> None:
    """Issue Form 45-110F2 as it was answered."""


def issue_subscription_agreement(subscription: Subscription, *, at: datetime) -> None:
    """Issue the agreement that was just concluded."""


def issue_withdrawal_notice(
    subscription: Subscription, *, sent: datetime, at: datetime, duty: Duty | None, by_letter: bool
) -> None:
    """Issue the notice that confirms a withdrawal."""


def issue_amendment_notice(
    subscription: Subscription, before: Version, version: Version, *, at: datetime
) -> None:
    """Issue the notice of an amendment, with what changed item by item."""
