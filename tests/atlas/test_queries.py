"""Each page asks as many questions of the database with very many rows as with few, and no more
than were looked at: `queries.json` holds their number, and ATLAS_WRITE=1 writes it anew."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from tests.atlas.crowd import begin, cast_of, enlarge
from tests.atlas.looking import client_of
from tests.atlas.pages import Page, all_pages
from tests.atlas.world import World

pytestmark = pytest.mark.django_db

KEPT = Path(__file__).with_name("queries.json")
COPIES, HOLDERS = 400, 40
SLOWEST = 1.5
"""Seconds after which a page certainly reads more than it shows, also on a busy machine."""


@dataclass(frozen=True, slots=True)
class Counted:
    """By page: its questions with few rows and with many, and its seconds with many."""

    few: dict[str, int]
    many: dict[str, int]
    seconds: dict[str, float]


@pytest.fixture(scope="module")
def counted(world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[Counted]:
    """Every page, looked at before there are many rows and after."""
    with django_db_blocker.unblock():
        # The first act of a day refreshes what the room of the group is worked out from.
        begin(cast_of(world))
        few = {page.key: count(world, page) for page in all_pages()}
        enlarge(world, COPIES, holders=HOLDERS)
        many = {page.key: count(world, page) for page in all_pages()}
        yield Counted(
            {key: number for key, (number, _) in few.items()},
            {key: number for key, (number, _) in many.items()},
            {key: seconds for key, (_, seconds) in many.items()},
        )


def count(world: World, page: Page) -> tuple[int, float]:
    """How many questions a page asks, and how long it takes; asked twice, so that what is kept for
    all pages is there."""
    client, address = client_of(world, page.who), page.address(world)
    assert client.get(address).status_code == 200, page.key
    began = time.perf_counter()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(address)
    return len(asked), time.perf_counter() - began


def test_many_rows_cost_no_more_questions_and_little_more_time(counted: Counted) -> None:
    few, many = counted.few, counted.many
    grown = [f"{key}: {few[key]} and {many[key]}" for key in few if many[key] > few[key]]
    slow = [f"{key}: {took:.2f} s" for key, took in counted.seconds.items() if took > SLOWEST]
    assert not grown + slow, "\n".join(grown + slow)


def test_no_page_asks_more_than_was_looked_at(counted: Counted) -> None:
    if os.environ.get("ATLAS_WRITE"):
        text = json.dumps(counted.few, indent=1, sort_keys=True, ensure_ascii=False)
        KEPT.write_text(text + "\n", encoding="utf-8")
    assert counted.few == json.loads(KEPT.read_text(encoding="utf-8"))
