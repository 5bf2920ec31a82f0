"""The service level of a case: working days of the portal's province, less those that a question
stopped. Pure.

Counted as a duty is (W-8): a day counts unless it is a Saturday, a Sunday or a holiday of the
province on its own date. The day of the opening is not counted. A day that ends while a question
waits for its answer is not counted either, so a question that is answered the same day stops
nothing. That is the portal's own measure, no rule of law.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import Any

from compliance.rules.kernel.calendars import skipped_for_duty
from compliance.rules.kernel.holiday_table import holiday_table
from compliance.rules.kernel.zones import day_end, day_start, local_date, zone_of

SERVICE_LEVEL, GIVEN = "service_level", "given"
STOPPED = "stopped"
Stop = tuple[datetime, datetime | None]
"""When a question was asked, and when it was answered (None: it still waits)."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a case, with all that is needed to count it again by hand."""

    rule: str
    due_on: date | None
    """The last day; None while a question waits, since nobody knows it then."""
    due_at: datetime | None
    """The first instant that is too late, in UTC."""
    near_at: datetime | None
    """When it is called near: the counted day before the last one begins."""
    counted: tuple[date, ...]
    skipped: Mapping[date, str]
    inputs: Mapping[str, Any]

    def plain(self) -> dict[str, Any]:
        """What is stored beside the instants: rule, inputs, counted and skipped days."""
        return {
            "rule": self.rule,
            "inputs": dict(self.inputs),
            "counted": [day.isoformat() for day in self.counted],
            "skipped": {day.isoformat(): why for day, why in self.skipped.items()},
        }


def service_level(
    *, opened_at: datetime, days: int, province: str, stops: Sequence[Stop] = ()
) -> Deadline:
    """Count ``days`` working days of ``province`` from the day after ``opened_at``.

    Raises ValueError when ``days`` is under one, and as ``skipped_for_duty`` does.
    """
    if days < 1:
        raise ValueError(f"A service level of {days} days cannot be counted.")
    zone = zone_of(province)
    day = local_date(opened_at, zone)
    counted: list[date] = []
    skipped: dict[date, str] = {}
    while len(counted) < days:
        day += timedelta(days=1)
        reason = skipped_for_duty(day, province)
        if reason is not None:
            skipped[day] = reason.kind
            continue
        ends = day_end(day, zone)
        over = [stop for stop in stops if stop[0] < ends and (stop[1] is None or stop[1] >= ends)]
        if any(answered is None for _, answered in over):
            return _stopped(counted, skipped, _inputs(opened_at, days, province, stops))
        if over:
            skipped[day] = STOPPED
        else:
            counted.append(day)
    near = counted[-2] if len(counted) > 1 else counted[-1]
    return Deadline(
        rule=SERVICE_LEVEL,
        due_on=counted[-1],
        due_at=day_end(counted[-1], zone),
        near_at=day_start(near, zone),
        counted=tuple(counted),
        skipped=skipped,
        inputs=_inputs(opened_at, days, province, stops),
    )


def given(due_on: date, *, province: str) -> Deadline:
    """A last day that somebody set, an authority for instance: no question moves it."""
    zone = zone_of(province)
    return Deadline(
        rule=GIVEN,
        due_on=due_on,
        due_at=day_end(due_on, zone),
        near_at=day_start(due_on - timedelta(days=1), zone),
        counted=(),
        skipped={},
        inputs={"due_on": due_on.isoformat(), "province": province},
    )


def _stopped(
    counted: Sequence[date], skipped: Mapping[date, str], inputs: Mapping[str, Any]
) -> Deadline:
    """The clock stands still: what was counted so far, and no last day."""
    return Deadline(SERVICE_LEVEL, None, None, None, tuple(counted), skipped, inputs)


def _inputs(opened_at: datetime, days: int, province: str, stops: Sequence[Stop]) -> dict[str, Any]:
    return {
        "opened_at": opened_at.isoformat(),
        "days": days,
        "province": province,
        "stops": [
            [asked.isoformat(), None if answered is None else answered.isoformat()]
            for asked, answered in stops
        ],
        "holidays": holiday_table().digest[:16],
        "tzdata": version("tzdata"),
    }
