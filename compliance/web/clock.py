"""The clock at the edge: the one place where the pages ask what time it is."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The instant, aware. Views call ``clock.now()``, so that a test can put another in its place;
    everything below the views is handed the instant."""
    return timezone.now()
