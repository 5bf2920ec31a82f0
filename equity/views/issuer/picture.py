"""The days of an offering as a picture: positions in whole units of an SVG.

They are worked out here, so that the template only places them: a page has no inline style.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from equity.models import Offering
from equity.selectors.daily import DayOfOffering

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 8, 32, 34


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the picture: where it stands, and the amount it stands for."""

    y: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Picture:
    """Points of the areas and lines, and the places of the marks."""

    width: int
    height: int
    left: int
    right: int
    floor: int
    subscribed: str
    """Points of the area of all that is subscribed."""
    binding: str
    paid: str
    """Points of the line of what is paid."""
    minimum: Line
    maximum: Line
    today: int | None
    """Where today is; None once the offering has ended."""
    first: date
    last: date
    subscribed_now: Decimal
    binding_now: Decimal
    paid_now: Decimal


def picture_of(
    offering: Offering, days: Sequence[DayOfOffering], minimum: Decimal, maximum: Decimal
) -> Picture | None:
    """The picture of an offering's days; None where there are none."""
    if not days or offering.last_day is None or not maximum:
        return None
    first, last = days[0].on, max(offering.last_day, days[-1].on)
    span = max((last - first).days, 1) + 1
    inner = WIDTH - _LEFT - _RIGHT
    floor, room = HEIGHT - _BOTTOM, HEIGHT - _BOTTOM - _TOP

    def x(on: date, *, end: bool = False) -> int:
        return _LEFT + ((on - first).days + end) * inner // span

    def y(amount: Decimal) -> int:
        return floor - int(min(amount, maximum) * room / maximum)

    def steps(value: Callable[[DayOfOffering], Decimal]) -> list[tuple[int, int]]:
        points = []
        for day in days:
            points += [(x(day.on), y(value(day))), (x(day.on, end=True), y(value(day)))]
        return points

    def area(value: Callable[[DayOfOffering], Decimal]) -> str:
        points = steps(value)
        return _points([(points[0][0], floor), *points, (points[-1][0], floor)])

    now = days[-1]
    return Picture(
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        floor=floor,
        subscribed=area(lambda day: day.subscribed),
        binding=area(lambda day: day.binding),
        paid=_points(steps(lambda day: day.paid)),
        minimum=Line(y(minimum), minimum),
        maximum=Line(y(maximum), maximum),
        today=x(now.on, end=True) if offering.ended_at is None else None,
        first=first,
        last=last,
        subscribed_now=now.subscribed,
        binding_now=now.binding,
        paid_now=now.paid,
    )


def _points(points: Sequence[tuple[int, int]]) -> str:
    return " ".join(f"{across},{down}" for across, down in points)
