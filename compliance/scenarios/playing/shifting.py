"""Moving a story in time: every day of it by the same number of days, at the same local hours."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from compliance.rules.kernel.zones import from_wall
from compliance.scenarios.reading.story import (
    IssuerSpec,
    Params,
    RecordWithdrawalParams,
    RelateParams,
    StepSpec,
    Story,
)


def shifted(story: Story, days: int) -> Story:
    """The story as if it had been written so many days later; expected days move with it.

    Local hours stay what they are across a change of clocks, so the order of the steps holds.
    """
    zone, by = story.portal.zone, timedelta(days=days)
    return replace(
        story,
        starts=_instant(story.starts, zone, by),
        issuers={name: _issuer(issuer, by) for name, issuer in story.issuers.items()},
        steps=tuple(_step(step, zone, by) for step in story.steps),
    )


def _instant(at: datetime, zone: ZoneInfo, by: timedelta) -> datetime:
    wall = at.astimezone(zone).replace(tzinfo=None, fold=0)
    return from_wall(wall + by, zone)


def _day(day: date | None, by: timedelta) -> date | None:
    return None if day is None else day + by


def _issuer(issuer: IssuerSpec, by: timedelta) -> IssuerSpec:
    return replace(
        issuer,
        related=tuple(
            replace(edge, since=edge.since + by, until=_day(edge.until, by))
            for edge in issuer.related
        ),
        earlier_distributions=tuple(
            replace(row, closed=row.closed + by) for row in issuer.earlier_distributions
        ),
    )


def _step(step: StepSpec, zone: ZoneInfo, by: timedelta) -> StepSpec:
    expect = step.expect
    if expect is not None:
        duties = expect.duties and {code: due + by for code, due in expect.duties.items()}
        expect = replace(expect, right_ends=_day(expect.right_ends, by), duties=duties)
    return replace(
        step,
        at=_instant(step.at, zone, by),
        params=_params(step.params, zone, by),
        expect=expect,
    )


def _params(params: Params, zone: ZoneInfo, by: timedelta) -> Params:
    if isinstance(params, RecordWithdrawalParams):
        return replace(params, sent=_instant(params.sent, zone, by))
    if isinstance(params, RelateParams):
        return replace(params, since=params.since + by)
    return params
