"""Everything that happened to an offering and to its subscriptions, told so that it can be read.

What officers, the issuer and the system did to the offering stands by itself; what investors did,
and what was done to single subscriptions, is folded: all of one day between two such deeds is one
row with its counts. The database folds; a page of rows comes back, however much happened.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection
from django.db.models import Q, QuerySet

from compliance.accounts.roles import Role
from compliance.audit.actions import wording
from compliance.audit.models import Entry
from compliance.audit.selectors import entries
from compliance.casework.kinds import OFFERING, SUBSCRIPTION
from compliance.desk.selectors import Event, events
from compliance.rules.kernel.zones import zone_of
from compliance.web.language import current
from equity.models import Offering, Subscription

View = Literal["decisions", "days", "each"]
VIEWS: tuple[View, ...] = ("decisions", "days", "each")

_FOLD = """
WITH told AS (
  SELECT position, at, action, actor_role <> %(investor)s AS deed
  FROM {entries} WHERE subject_type = %(offering_type)s AND subject_id = %(offering)s
  UNION ALL
  SELECT position, at, action, false
  FROM {entries} JOIN {subscriptions} AS mine ON subject_id = mine.id
  WHERE subject_type = %(subscription_type)s AND mine.offering_id = %(offering)s
), runs AS (
  SELECT position, at, action, deed, (at AT TIME ZONE %(zone)s)::date AS day,
         count(*) FILTER (WHERE deed) OVER (ORDER BY position) AS run
  FROM told
), acts AS (
  SELECT run, deed, day, action, count(*) AS n, max(position) AS last, min(at) AS since,
         max(at) AS until
  FROM runs GROUP BY run, deed, day, action
)
SELECT deed, day, max(last), min(since), max(until), sum(n)::bigint,
       jsonb_object_agg(action, n), count(*) OVER ()
FROM acts GROUP BY run, deed, day
ORDER BY max(last) DESC LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the history: a deed, told as an event, or a day's folded acts with their counts."""

    day: date
    since: datetime
    until: datetime
    n: int
    event: Event | None
    """The deed; None for folded acts."""
    counts: tuple[tuple[str, int], ...]
    """Folded acts in words with how many there were, the most first."""


def history(offering: Offering, first: int, last: int) -> tuple[int, list[Row]]:
    """How many rows the folded history of an offering has, and those from one place to another (as
    in a slice), the latest first."""
    values: dict[str, Any] = {
        "offering": offering.pk,
        "offering_type": OFFERING,
        "subscription_type": SUBSCRIPTION,
        "investor": Role.INVESTOR.value,
        "zone": zone_of(offering.portal.province).key,
        "limit": last - first,
        "offset": first,
    }
    quote = connection.ops.quote_name
    statement = _FOLD.format(
        entries=quote(Entry._meta.db_table), subscriptions=quote(Subscription._meta.db_table)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    told = _told(row[2] for row in found if row[0])
    return (found[0][-1] if found else 0), [_row(row, told) for row in found]


def _row(row: tuple[Any, ...], told: Mapping[int, Event]) -> Row:
    deed, day, position, since, until, n, acts, _total = row
    language = current()
    counts = () if deed else sorted(json.loads(acts).items(), key=lambda one: (-one[1], one[0]))
    return Row(
        day=day,
        since=since,
        until=until,
        n=n,
        event=told.get(position) if deed else None,
        counts=tuple((wording(action, language), times) for action, times in counts),
    )


def _told(positions: Iterable[int]) -> dict[int, Event]:
    return {event.entry.position: event for event in events(at_positions(positions))}


def deeds(offering: Offering) -> QuerySet[Entry]:
    """What officers, the issuer and the system did to an offering, the latest first."""
    rows = entries().filter(subject_type=OFFERING, subject_id=offering.pk)
    return rows.exclude(actor_role=Role.INVESTOR.value).order_by("-position")


def each(offering: Offering, day: date | None = None) -> QuerySet[Entry, int]:
    """The positions of every entry about an offering and its subscriptions, the latest first; of
    one day of its portal where one is given. An index alone answers, but for the day."""
    rows = Entry.objects.order_by().values_list("position", flat=True)
    if day is not None:
        rows = rows.filter(at__range=_day_long(offering, day))
    of_offering, of_subscriptions = map(rows.filter, _halves(offering))
    return of_offering.union(of_subscriptions, all=True).order_by("-position")


def about(offering: Offering, position: int) -> Entry | None:
    """The entry at a position, where it is about an offering or one of its subscriptions."""
    of_offering, of_subscriptions = _halves(offering)
    return entries().filter(of_offering | of_subscriptions, position=position).first()


def _halves(offering: Offering) -> tuple[Q, Q]:
    """What is about an offering itself, and what is about a subscription of it."""
    mine = Subscription.objects.filter(offering=offering).values("pk")
    return (
        Q(subject_type=OFFERING, subject_id=offering.pk),
        Q(subject_type=SUBSCRIPTION, subject_id__in=mine),
    )


def at_positions(positions: Iterable[int]) -> QuerySet[Entry]:
    """The entries at these positions, the latest first."""
    return entries().filter(position__in=list(positions)).order_by("-position")


def _day_long(offering: Offering, day: date) -> tuple[datetime, datetime]:
    zone = zone_of(offering.portal.province)
    start = datetime.combine(day, datetime.min.time(), zone)
    return start, datetime.combine(day, datetime.max.time(), zone)
