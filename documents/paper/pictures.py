"""Pictures drawn from figures: the use of the funds as two bars."""

from base64 import b64encode
from collections.abc import Sequence
from decimal import Decimal

COLOURS = ("#1f5a55", "#c98a1b", "#7d9b8f", "#8a4b2a", "#3f7fa3", "#b9a36b", "#5c5470", "#a7b8a0")
"""Fills of the segments. Each segment also bears its number, so that nothing rests on colour."""

INKS = ("#ffffff", "#1d2a2b", "#1d2a2b", "#ffffff", "#ffffff", "#1d2a2b", "#ffffff", "#1d2a2b")

WIDTH, HEIGHT, LEAST = 1000, 56, 26


def colour(index: int) -> str:
    """The fill of the use of that rank (from 0)."""
    return COLOURS[index % len(COLOURS)]


def ink(index: int) -> str:
    """What can be read on that fill."""
    return INKS[index % len(INKS)]


def bar(amounts: Sequence[Decimal]) -> str:
    """One bar cut into the parts of a sum, as a data address of an SVG picture.

    Every part is drawn in proportion; the number of a part too narrow to hold it is left out.
    """
    total = sum(amounts, Decimal(0))
    shapes: list[str] = []
    left = Decimal(0)
    for index, amount in enumerate(amounts):
        if not total or not amount:
            continue
        width = amount * WIDTH / total
        shapes.append(segment(index, left, width))
        left += width
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">{"".join(shapes)}</svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(drawing.encode()).decode()


def segment(index: int, left: Decimal, width: Decimal) -> str:
    """One part with its number, a hair of white after it."""
    drawn = max(width - 3, Decimal(1))
    rect = (
        f'<rect x="{left:.2f}" y="0" width="{drawn:.2f}" height="{HEIGHT}" fill="{colour(index)}"/>'
    )
    if width < LEAST:
        return rect
    middle = left + drawn / 2
    return rect + (
        f'<text x="{middle:.2f}" y="38" text-anchor="middle" font-family="Paper Sans" '
        f'font-weight="600" font-size="28" fill="{ink(index)}">{index + 1}</text>'
    )
