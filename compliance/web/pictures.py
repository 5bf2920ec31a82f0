"""Pictures of figures, drawn on the server: what a page hands to `{% bars %}` and `{% stairs %}`.

A page makes a `Picture` out of rows in words and values; the tags draw it as SVG without a word in
it (words in a picture that shrinks to a telephone cannot be read), with its scale, its days and
its keys beside it as text, and always the same figures as a table behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

WIDTH, HEIGHT = 1000, 200
"""The user units of a picture; the page stretches them to the room that there is."""
_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
MOST_SERIES = 3
"""How many series can be told apart in bars side by side."""


@dataclass(frozen=True, slots=True)
class Point:
    """One row: a day or a thing in words, and one value a series.

    `place` is where it stands on a line of time (a day's ordinal), for stairs; bars stand side by
    side. `note` goes into the table. Values are zero or more.
    """

    label: str
    values: tuple[Decimal, ...]
    place: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A line across the picture: a minimum, a cap."""

    name: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Upright:
    """A line upright in the picture: today, the day on which room returns."""

    name: str
    place: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture says. `series` names the values of each point, at most three for bars.

    `heading` names the rows in the table. `amounts` tells amounts in CAD from numbers of things.
    `whole` says that rows of zeros stay in the table too. Raises ValueError when a point has
    another number of values than there are series, or a value under zero.
    """

    title: str
    heading: str
    series: tuple[str, ...]
    points: tuple[Point, ...]
    levels: tuple[Level, ...] = ()
    uprights: tuple[Upright, ...] = ()
    amounts: bool = True
    whole: bool = False

    def __post_init__(self) -> None:
        for point in self.points:
            if len(point.values) != len(self.series) or any(one < 0 for one in point.values):
                raise ValueError(f"the values of {point.label!r} do not fit the picture")

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(any(point.values) for point in self.points)

    @property
    def top(self) -> Decimal:
        """The value at the upper edge: the next round one over all values and levels."""
        values = [value for point in self.points for value in point.values]
        return round_over(
            max([*values, *(level.value for level in self.levels)], default=Decimal())
        )


@dataclass(frozen=True, slots=True)
class Box:
    """A bar, in user units; `series` counts from 1."""

    series: int
    x: Decimal
    y: int
    width: Decimal
    height: int


def round_over(value: Decimal) -> Decimal:
    """The next round value (1, 2, 2.5, 5 times a power of ten) not under another; 1 for zero."""
    if value <= 0:
        return Decimal(1)
    power = Decimal(10) ** value.adjusted()
    return next(step * power for step in _NICE if step * power >= value)


def height_of(value: Decimal, top: Decimal) -> int:
    """How high a value stands: a value over zero is never invisible."""
    if value <= 0:
        return 0
    return max(2, int(value * HEIGHT / top))


def boxes(picture: Picture) -> list[Box]:
    """The bars of a picture: one slot a point, one bar a series in it."""
    if not picture.points:
        return []
    slot = Decimal(WIDTH) / len(picture.points)
    width = slot * Decimal("0.8") / len(picture.series)
    found = []
    for index, point in enumerate(picture.points):
        for number, value in enumerate(point.values):
            high = height_of(value, picture.top)
            left = slot * index + slot * Decimal("0.1") + width * number
            box = Box(number + 1, _short(left), HEIGHT - high, _short(width), high)
            found += [box] if high else []
    return found


def _short(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def stairs_path(picture: Picture) -> str:
    """The first series as a line that holds each value until the next point, as SVG path data."""
    points = picture.points
    if not points:
        return ""
    path = []
    for index, point in enumerate(points):
        x, y = across(picture, point.place), HEIGHT - height_of(point.values[0], picture.top)
        path.append(f"M{x} {y}" if index == 0 else f"H{x}V{y}")
    return "".join([*path, f"H{WIDTH}"])


def across(picture: Picture, place: int) -> int:
    """Where a place on the line of time stands, in user units, between the first and the last."""
    first, last = picture.points[0].place, picture.points[-1].place
    if last == first:
        return 0
    return max(0, min(WIDTH, (place - first) * WIDTH // (last - first)))


def every_day(first: date, last: date) -> Sequence[date]:
    """Each day from one to another, both among them, so that a quiet week looks like one."""
    return [first + timedelta(days=days) for days in range((last - first).days + 1)]
