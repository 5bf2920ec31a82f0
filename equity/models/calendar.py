"""An officer's calendar of due days, read by a secret address."""

import uuid

from django.db import models
from django.db.models import Q


class CalendarFeed(models.Model):
    """The address that an officer gave to a calendar program; another one takes its place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.UUIDField(unique=True)
    """The officer, as the trail names them."""
    token_digest = models.CharField(max_length=64, unique=True, null=True)
    """SHA-256 of the secret in the address, which is kept nowhere; None after it was taken back."""
    language = models.CharField(max_length=2)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="calendar_language_known", condition=Q(language__in=["fr", "en"])
            ),
        )
