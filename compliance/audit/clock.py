"""Whether this machine's clock may be believed, asked before time is brought to anything.

With a clock that is behind, a sweep does less, and the rest later. With one that is **ahead** it
ends rights of withdrawal before their instant and fails offerings that still have days, and nothing
undoes that. So the clock is held against the two others there are: the database server's, and the
instant of the newest entry of the audit trail. Where it differs by more than the tolerance nothing
is swept; the rows are the order, so nothing is lost, and the sweeps go on by themselves.

Not seen from here: a machine that is also the database server and whose clock was set forward.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from compliance.audit.models import Entry

logger = logging.getLogger(__name__)

TOLERANCE_SECONDS = 30
"""How far clocks may be apart, unless ``COMPLIANCE["CLOCK_TOLERANCE"]`` says otherwise. Clocks that
are kept by NTP differ by milliseconds."""
_AHEAD = (
    "{apart} ahead of the database's. Nothing is swept: rights would end before their time. "
    "Set the clock."
)
_BEHIND = "{apart} behind the database's. Nothing is swept before they agree. Set the clock."
_BEFORE_THE_NEWEST = (
    "{apart} behind the newest entry of the audit trail. Either it was set back, or another "
    "machine wrote with a clock that is ahead: nothing is swept before it is known which."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clocks showed: the instant to sweep at, or why nothing may be swept, in words."""

    at: datetime
    """The earlier of the two clocks: what only one of them has reached is not over yet."""
    wrong: str = ""


def read(at: datetime) -> Reading:
    """Hold ``at``, this machine's now, against the other clocks."""
    tolerance = timedelta(seconds=settings.COMPLIANCE.get("CLOCK_TOLERANCE", TOLERANCE_SECONDS))
    server = database_now()
    earlier = min(at, server)
    if at - server > tolerance:
        return Reading(earlier, _told(_AHEAD, at, server))
    if server - at > tolerance:
        return Reading(earlier, _told(_BEHIND, at, server))
    newest = newest_entry()
    if newest is not None and newest - at > tolerance:
        return Reading(earlier, _told(_BEFORE_THE_NEWEST, at, newest))
    return Reading(earlier)


def unless_wrong(at: datetime, work: Callable[[datetime], object]) -> None:
    """Do the work, given this machine's now; or say in the log why its clock is not believed."""
    reading = read(at)
    if reading.wrong:
        logger.error("%s", reading.wrong)
    else:
        work(reading.at)


def database_now() -> datetime:
    """What the clock of the database server shows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        shown: datetime = cursor.fetchone()[0]
        return shown


def newest_entry() -> datetime | None:
    """The instant that the newest entry of the trail bears; None while the trail is empty.

    The newest by position: one act that bore a wrong instant is outlived by the next act.
    """
    return Entry.objects.order_by("-position").values_list("at", flat=True).first()


def _told(words: str, at: datetime, other: datetime) -> str:
    apart = timedelta(seconds=round(abs(at - other).total_seconds()))
    return (
        f"This machine's clock shows {at.isoformat(sep=' ', timespec='seconds')}, "
        f"{words.format(apart=apart)} The rows are the order: nothing is lost, and the sweeps go "
        "on when the clocks agree."
    )
