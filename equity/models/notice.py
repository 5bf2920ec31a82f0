"""Reminders: that a day came near, or passed, and was seen once."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from equity.models.duty import Duty

REMINDERS = (
    "duty_near",
    "duty_overdue",
    "confirmation_due",
    "confirmation_overdue",
    "refund_overdue",
    "resources_due",
    "resources_lapsed",
)
"""What a reminder says of its duty: the kinds that sweeps find."""


class Notice(models.Model):
    """One reminder about one duty: due at ``legal_at`` by the calendar, found at ``ran_at``.

    The constraint makes it once, whoever sweeps and how often. It stays when the duty is done.
    """

    append_only: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=24)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="notices")
    legal_at = models.DateTimeField()
    ran_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "duty"], name="notice_once"),
            models.CheckConstraint(name="notice_kind_known", condition=Q(kind__in=REMINDERS)),
            models.CheckConstraint(
                name="notice_never_early", condition=Q(ran_at__gte=F("legal_at"))
            ),
        )
