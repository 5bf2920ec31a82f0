"""Days that come near or pass without their duty being done: each seen once, and told once.

The constraint of ``Notice`` makes it once. Duties of one kind and one due day are told in one
e-mail: a closing leaves two filings in each of up to thirteen jurisdictions.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from compliance.audit.guard.trouble import apart
from compliance.rules.ni45_110 import duties, withdrawal
from equity.mails.writing import write_reminder
from equity.models import Duty, Notice

logger = logging.getLogger(__name__)

NEAR_DAYS = 7
"""How many days before its last day a duty is called near. The portal's own choice, no rule."""
FAILED = "failed"

_NEAR = {
    duties.FILE_OFFERING_DOCUMENT: "duty_near",
    duties.FILE_EXEMPT_REPORT: "duty_near",
    duties.INFORM_ISSUER: "duty_near",
    duties.CONFIRM_PURCHASERS: "confirmation_due",
    duties.CERTIFY_RESOURCES: "resources_due",
}
_OVERDUE = {
    duties.FILE_OFFERING_DOCUMENT: "duty_overdue",
    duties.FILE_EXEMPT_REPORT: "duty_overdue",
    duties.INFORM_ISSUER: "duty_overdue",
    duties.NOTIFY_AMENDMENT: "duty_overdue",
    duties.CONFIRM_PURCHASERS: "confirmation_overdue",
    duties.REFUND: "refund_overdue",
    duties.CERTIFY_RESOURCES: "resources_lapsed",
}
"""What is said of which duty, and when. A refund is due so soon that it is never merely near, and
a record that has been kept long enough (duty.retain) is not overdue."""


@dataclass(frozen=True, slots=True, order=True)
class _Group:
    """Duties that are told together, in the order of their legal instants."""

    legal_at: datetime
    kind: str
    duties: tuple[UUID, ...]


def remind(*, at: datetime, done: Counter[str]) -> int:
    """Leave every reminder that is due by ``at``; returns how many e-mails were written.

    ``done`` is counted up by kind. Each group of duties is one transaction: one that fails is
    logged, counted as ``FAILED``, and found again by the next sweep.
    """
    return sum(_remind_alone(group, at, done) for group in sorted(_due(at)))


def _remind_alone(group: _Group, at: datetime, done: Counter[str]) -> int:
    left = written = 0
    text = "The reminder %s of %s could not be left."
    with apart(logger, text, group.kind, group.duties) as piece:
        left, written = _leave(group, at)
    if piece.failed:
        done[FAILED] += 1
    if left:
        done[group.kind] += left
    return written


def _due(at: datetime) -> Iterator[_Group]:
    """The groups of open duties whose reminder is due and lacks its row."""
    # A day early, whatever the zone of the portal; its own midnight decides in ``_groups``.
    tomorrow = at.date() + timedelta(days=1)
    yield from _groups(_NEAR, tomorrow + timedelta(days=NEAR_DAYS), -NEAR_DAYS, at)
    yield from _groups(_OVERDUE, tomorrow, 1, at)


def _groups(kinds: dict[str, str], by: date, shift: int, at: datetime) -> Iterator[_Group]:
    for kind in sorted(set(kinds.values())):
        codes = [code for code, told in kinds.items() if told == kind]
        waiting = (
            Duty.objects.filter(code__in=codes, done_at=None, due_on__lte=by)
            .exclude(Q(pk__in=Notice.objects.filter(kind=kind).values("duty_id")))
            .select_related("offering__portal", "portal")
            .order_by("code", "offering_id", "portal_id", "due_on", "pk")
        )
        for _, found in groupby(
            waiting, key=attrgetter("code", "offering_id", "portal_id", "due_on")
        ):
            together = list(found)
            legal_at = _instant(together[0], shift)
            if shift < 0:
                # A duty that is left less than a week before its day is near from then on.
                legal_at = max(legal_at, *(one.created_at for one in together))
            if legal_at <= at:
                yield _Group(legal_at, kind, tuple(one.pk for one in together))


def _instant(duty: Duty, shift: int) -> datetime:
    """When the day that lies so many days from the due day begins at the portal."""
    portal = duty.portal if duty.offering is None else duty.offering.portal
    assert portal is not None
    return withdrawal.begins(duty.due_on + timedelta(days=shift), portal.province)


@transaction.atomic
def _leave(group: _Group, at: datetime) -> tuple[int, int]:
    """Leave the rows of one group and write its e-mail; how many rows, and how many e-mails.

    The duties are locked: one that was done in the meantime is not reminded of.
    """
    still = list(
        Duty.objects.select_for_update(of=("self",))
        .filter(pk__in=group.duties, done_at=None)
        .order_by("pk")
    )
    left: list[tuple[Notice, Duty]] = []
    for duty in still:
        notice, new = Notice.objects.get_or_create(
            kind=group.kind, duty=duty, defaults={"legal_at": group.legal_at, "ran_at": at}
        )
        if new:
            left.append((notice, duty))
    if not left or _too_late(group, left[0][1], at):
        return len(left), 0
    return len(left), write_reminder([row for row, _ in left], [duty for _, duty in left], at=at)


def _too_late(group: _Group, duty: Duty, at: datetime) -> bool:
    """Whether the sweep slept past the due day: that it is near is then recorded, not told."""
    return group.kind in _NEAR.values() and _instant(duty, 1) <= at
