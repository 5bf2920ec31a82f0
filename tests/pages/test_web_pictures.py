"""Pictures of figures: what is drawn, what the table says, what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from compliance.web.pictures import (
    HEIGHT,
    Level,
    Picture,
    Point,
    Upright,
    across,
    boxes,
    every_day,
    height_of,
    round_over,
    stairs_path,
)

D = Decimal


def picture(*values: tuple[str, ...], **more: object) -> Picture:
    series = tuple(f"s{number}" for number in range(len(values[0]) if values else 1))
    points = tuple(
        Point(f"day {index}", tuple(D(one) for one in row), place=index * 10)
        for index, row in enumerate(values)
    )
    return Picture("What moved", "Day", series, points, **more)  # type: ignore[arg-type]


def drawn(tag: str, one: Picture, language: str = "en") -> str:
    with translation.override(language):
        template = Template("{% load pictures %}{% " + tag + " picture %}")
        return template.render(Context({"picture": one}))


@pytest.mark.parametrize(
    ("value", "over"),
    [
        ("0", "1"),
        ("0.01", "0.01"),
        ("1", "1"),
        ("1.01", "2"),
        ("2.01", "2.5"),
        ("999.99", "1000"),
        ("1000", "1000"),
        ("1000.01", "2000"),
        ("56000", "100000"),
        ("250000", "250000"),
    ],
)
def test_the_upper_edge_is_the_next_round_value(value: str, over: str) -> None:
    assert round_over(D(value)) == D(over)


def test_a_value_is_as_high_as_its_part_and_never_invisible() -> None:
    assert [height_of(D(one), D(100)) for one in ("0", "0.01", "50", "100")] == [0, 2, 100, 200]


def test_bars_stand_on_the_ground_inside_their_slot() -> None:
    found = boxes(picture(("10", "0"), ("5", "10")))
    assert [(box.series, box.height) for box in found] == [(1, 200), (1, 100), (2, 200)]
    assert all(box.y + box.height == HEIGHT for box in found)
    assert found[0].x + found[0].width <= 500 <= found[1].x
    assert found[2].x >= found[1].x + found[1].width


def test_stairs_hold_a_value_until_the_next() -> None:
    assert stairs_path(picture(("10",), ("5",), ("0",))) == "M0 0H500V100H1000V200H1000"
    assert across(picture(("1",), ("1",)), 5) == 500
    assert across(picture(("1",)), 5) == 0


def test_a_quiet_week_is_drawn_as_one() -> None:
    days = every_day(date(2026, 2, 27), date(2026, 3, 2))
    assert [day.day for day in days] == [27, 28, 1, 2]


@pytest.mark.parametrize("values", [(D(1),), (D(1), D(-1)), ()])
def test_values_that_do_not_fit_are_refused(values: tuple[Decimal, ...]) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Picture("t", "h", ("a", "b"), (Point("x", values),))


def test_more_series_than_eyes_tell_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="told apart"):
        drawn("bars", picture(("1", "2", "3", "4")))


@pytest.mark.parametrize(
    ("language", "amount"), [("fr", "2\u00a0500,00\u00a0$"), ("en", "$2,500.00")]
)
def test_the_table_says_every_figure_that_is_drawn(language: str, amount: str) -> None:
    page = drawn("bars", picture(("2500", "0"), ("0", "0"), ("1", "2")), language)
    assert page.count("<rect") == 3
    assert amount in page
    assert page.count('<th scope="row"') == 2  # the row of zeros is left out, and it is said
    assert 'class="small"' in page
    assert "style=" not in page


def test_levels_and_uprights_have_their_keys() -> None:
    one = picture(
        ("10",),
        ("5",),
        levels=(Level("Cap", D(20)),),
        uprights=(Upright("Room returns", 5),),
        whole=True,
        amounts=False,
    )
    page = drawn("stairs", one)
    assert 'class="picture__level" x1="0" y1="0"' in page
    assert 'class="picture__upright picture__upright--1" x1="500"' in page
    assert "Cap <strong>20</strong>" in page
    assert "Room returns" in page


def test_nothing_to_draw_is_said_and_not_drawn() -> None:
    for one in (picture(), picture(("0",), ("0",))):
        page = drawn("bars", one)
        assert "Nothing to draw yet" in page
        assert "<svg" not in page
