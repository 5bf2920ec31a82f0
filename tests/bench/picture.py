"""docs/performance.svg, drawn from docs/performance.json with nothing but text.

It brings its own light ground, so that it reads the same on a light and on a dark page.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.bench.targets import ACCEPTED, GROWTH, JUDGED, Results

WIDTH, HEIGHT = 1000, 760
_OURS, _PAID, _BARE, _PEER, _TARGET = "#1d5c3a", "#7fae93", "#a9b4c0", "#6b7885", "#b3371f"
_HEAD = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"
 aria-labelledby="title" font-family="Source Sans 3, Helvetica, Arial, sans-serif">
<title id="title">Throughput by workers, judgements beside other engines, growth</title>"""
_SHORT = 56
"""A bar in which its figure does not fit."""
_STYLE = """
.card {fill: #fff; stroke: #d5dae0}
.head {font-size: 17px; font-weight: 600; fill: #14202b}
.told {font-size: 12.5px; fill: #4a5763}
.name {font-size: 13px; fill: #26323d}
.value {font-size: 12.5px; font-weight: 600; fill: #26323d; paint-order: stroke; stroke: #fff;
  stroke-width: 4px; stroke-linejoin: round}
.inside {font-size: 12.5px; font-weight: 600; fill: #fff}
.line {stroke: #e3e7eb; stroke-width: 1}
.axis {stroke: #8793a0; stroke-width: 1}
.target {stroke: #b3371f; stroke-width: 1.5; stroke-dasharray: 5 4}
.aim {font-size: 12px; fill: #b3371f}
"""


@dataclass(frozen=True, slots=True)
class Panel:
    """A frame of the picture, with its title and what it shows."""

    x: int
    y: int
    width: int
    height: int
    title: str
    told: str

    def frame(self) -> list[str]:
        """The card, the title and the line under it."""
        return [
            f'<rect class="card" x="{self.x}" y="{self.y}" {self._size} rx="8"/>',
            _text(self.x + 20, self.y + 32, self.title, "head"),
            _text(self.x + 20, self.y + 52, self.told, "told"),
        ]

    @property
    def _size(self) -> str:
        return f'width="{self.width}" height="{self.height}"'

    @property
    def left(self) -> int:
        """Where what is drawn begins."""
        return self.x + 20

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.x + self.width - 20

    @property
    def top(self) -> int:
        """Below the titles."""
        return self.y + 76

    @property
    def bottom(self) -> int:
        """Above the names under the axis."""
        return self.y + self.height - 44


def _text(x: float, y: float, text: str, style: str, anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="{style}" {place}>{escape(text)}</text>'


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{max(height, 1):.1f}"'
        f' fill="{colour}"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _columns(
    panel: Panel,
    names: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[float]]],
    *,
    axis: str,
    aim: tuple[str, float] | None = None,
) -> list[str]:
    """Groups of columns beside one another, with a legend; ``series`` are name, colour, values."""
    most = max(value for _, _, values in series for value in values)
    most = max(most, aim[1] if aim else 0) * 1.12
    top, bottom = panel.top + 22, panel.bottom
    scale = (bottom - top) / most
    slot = (panel.right - panel.left) / len(names)
    width = min(slot * 0.78 / len(series), 64)
    drawn = [_legend(panel, [(name, colour) for name, colour, _ in series], aim and aim[0])]
    if aim is not None:
        # Under the columns' figures, which stay readable.
        y = bottom - aim[1] * scale
        drawn.append(_line(panel.left, y, panel.right, y, "target"))
    for number, name in enumerate(names):
        middle = panel.left + slot * (number + 0.5)
        first = middle - width * len(series) / 2
        for place, (_, colour, values) in enumerate(series):
            x, height = first + width * place, values[number] * scale
            drawn.append(_box(x + 2, bottom - height, width - 4, height, colour))
            drawn.append(
                _text(
                    x + width / 2, bottom - height - 5, _number(values[number]), "value", "middle"
                )
            )
        drawn.append(_text(middle, bottom + 18, name, "name", "middle"))
    drawn.append(_line(panel.left, bottom, panel.right, bottom, "axis"))
    drawn.append(_text((panel.left + panel.right) / 2, bottom + 35, axis, "told", "middle"))
    return drawn


def _legend(panel: Panel, entries: Iterable[tuple[str, str]], aim: str | None) -> str:
    drawn, x = [], float(panel.left)
    for name, colour in entries:
        drawn.append(_box(x, panel.top - 10, 11, 11, colour))
        drawn.append(_text(x + 16, panel.top, name, "told"))
        x += 32 + 6.6 * len(name)
    if aim is not None:
        drawn.append(_line(x, panel.top - 4, x + 18, panel.top - 4, "target"))
        drawn.append(_text(x + 23, panel.top, aim, "aim"))
    return "\n".join(drawn)


def _throughput(figures: Results) -> list[str]:
    drawn: list[str] = []
    rows = figures["rows"]
    for place, (where, title) in enumerate(
        (("hot", "One hot offering"), ("spread", f"Spread over {figures['spread']} offerings"))
    ):
        panel = Panel(12 + 492 * place, 12, 484, 362, title, "subscriptions accepted per second")
        series = [("through the service", _OURS, [row[where]["rate"] for row in rows])]
        if figures["pgbench"]:
            bare = [row[f"bare_{where}"]["rate"] for row in rows]
            series.append(("bare transaction (pgbench)", _BARE, bare))
        aim = (f"target {_number(ACCEPTED)}", ACCEPTED) if where == "hot" else None
        names = [str(row["workers"]) for row in rows]
        drawn += panel.frame()
        drawn += _columns(panel, names, series, axis="workers, or clients of pgbench", aim=aim)
    return drawn


def _judgements(figures: Results) -> list[str]:
    """Bars on a logarithmic scale, from 100 up."""
    panel = Panel(
        12, 386, 484, 362, "Judgements per second and core", "the same decision; logarithmic scale"
    )
    rows = [(row["name"], row["rate"]) for row in figures["rows"]]
    lowest = 10 ** math.floor(math.log10(min(rate for _, rate in rows)) - 0.3)
    decades = math.ceil(math.log10(max([JUDGED, *(rate for _, rate in rows)]) * 1.3 / lowest))
    first = panel.left + 150
    scale = (panel.right - first) / decades

    def x_of(rate: float) -> float:
        return first + math.log10(rate / lowest) * scale

    drawn = panel.frame()
    for decade in range(decades + 1):
        x = first + decade * scale
        drawn.append(_line(x, panel.top - 8, x, panel.bottom, "line"))
        label = f"{lowest * 10**decade:,.0f}"
        anchor = "end" if decade == decades else "middle"
        drawn.append(_text(x, panel.bottom + 18, label, "told", anchor))
    step = (panel.bottom - panel.top) / len(rows)
    for number, (name, rate) in enumerate(rows):
        y = panel.top + step * number
        colour = _PEER if number else _OURS
        drawn.append(_text(first - 10, y + step / 2 + 4, name, "name", "end"))
        drawn.append(_box(first, y + step * 0.2, x_of(rate) - first, step * 0.6, colour))
        short = x_of(rate) - first < _SHORT
        x, style = (x_of(rate), "value") if short else (first, "inside")
        drawn.append(_text(x + 8, y + step / 2 + 4, _number(rate), style))
    x = x_of(JUDGED)
    drawn.append(_line(x, panel.top - 8, x, panel.bottom, "target"))
    drawn.append(_text(x, panel.bottom + 35, f"target {_number(JUDGED)}", "aim", "middle"))
    return drawn


def _growth(figures: Results) -> list[str]:
    rows = figures["rows"]
    panel = Panel(
        504,
        386,
        484,
        362,
        "What the next one costs",
        "median milliseconds, by what is there already",
    )
    subscribe = [row["subscribe"]["median_ms"] for row in rows]
    series = [
        ("subscribe", _OURS, subscribe),
        ("pay", _PAID, [row["pay"]["median_ms"] for row in rows]),
    ]
    names = [f"{row['filled']:,}" for row in rows]
    drawn = panel.frame()
    drawn += _columns(
        panel,
        names,
        series,
        axis="subscriptions in the offering",
        aim=(f"target: {GROWTH} times the first", GROWTH * subscribe[0]),
    )
    return drawn


_PANELS = {"throughput": _throughput, "judgements": _judgements, "growth": _growth}


def picture(results: Results) -> str:
    """The whole picture; a part that was never run leaves its place empty."""
    drawn = [
        _HEAD,
        f"<style>{_STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="#f4f6f8"/>',
    ]
    for name, draw in _PANELS.items():
        if name in results:
            drawn += draw(results[name]["figures"])
    return "\n".join([*drawn, "</svg>"]) + "\n"
