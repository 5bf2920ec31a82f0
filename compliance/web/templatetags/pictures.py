"""Tags that draw figures: `{% bars picture %}`, `{% stairs picture %}`."""

from decimal import Decimal
from typing import Any

from django import template

from compliance.web.pictures import (
    HEIGHT,
    MOST_SERIES,
    Picture,
    across,
    boxes,
    height_of,
    stairs_path,
)
from compliance.web.templatetags.web import cad, count

register = template.Library()


@register.inclusion_tag("web/components/picture.html")
def bars(picture: Picture) -> dict[str, Any]:
    """Bars side by side, one slot a point and one bar a series, with the table behind them.

    Raises ValueError for more series than can be told apart.
    """
    if len(picture.series) > MOST_SERIES:
        raise ValueError(f"{len(picture.series)} series cannot be told apart")
    keys = list(enumerate(picture.series, 1)) if len(picture.series) > 1 else []
    return {**_around(picture), "boxes": boxes(picture), "keys": keys}


@register.inclusion_tag("web/components/picture.html")
def stairs(picture: Picture) -> dict[str, Any]:
    """One series over time as a line that holds each value until the next, with its table."""
    path = "" if picture.empty else stairs_path(picture)
    uprights = [across(picture, one.place) for one in picture.uprights] if picture.points else []
    return {**_around(picture), "path": path, "uprights": uprights}


def _around(picture: Picture) -> dict[str, Any]:
    """What stands around any picture: scale, ends, levels with their keys, table."""

    def said(value: Decimal) -> str:
        return cad(value) if picture.amounts else count(int(value))

    shown = [one for one in picture.points if picture.whole or any(one.values)]
    return {
        "picture": picture,
        "top": said(picture.top),
        "first": picture.points[0].label if picture.points else "",
        "last": picture.points[-1].label if picture.points else "",
        "levels": [
            (level.name, said(level.value), HEIGHT - height_of(level.value, picture.top))
            for level in picture.levels
        ],
        "rows": [(one.label, [said(value) for value in one.values], one.note) for one in shown],
        "notes": any(one.note for one in shown),
        "left_out": len(shown) < len(picture.points),
    }
