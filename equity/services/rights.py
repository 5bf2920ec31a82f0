"""Opening a right of withdrawal and keeping how its end was counted (W-7, W-11)."""

from datetime import datetime

from compliance.rules.kernel.calendars import Deadline
from equity.models import Subscription, WithdrawalRight


def right_row(subscription: Subscription, right: Deadline, at: datetime) -> WithdrawalRight:
    """Give a subscription the right that was counted; its rule, inputs and days, not yet saved.

    A deadline is counted once and stored; nothing counts it again silently. The caller saves the
    subscription and the row.
    """
    subscription.right_ends_on = right.ends_on
    subscription.right_ends_at = right.ends_at
    return WithdrawalRight(
        subscription=subscription,
        rule=right.rule,
        from_at=at,
        inputs=dict(right.inputs),
        counted=[day.isoformat() for day in right.counted],
        skipped={day.isoformat(): why.en for day, why in right.skipped.items()},
        ends_on=right.ends_on,
        ends_at=right.ends_at,
    )
