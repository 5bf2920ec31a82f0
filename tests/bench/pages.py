"""How long the server takes for each page, with very many subscriptions in the database.

The world of the atlas, with ten open offerings that share so many subscriptions: the cap of an
issuer group leaves room for 10,000 of 150 $ in one of them, and each page is that of such a one.
Each is asked for by whoever looks at it, several times, through the whole of Django, as the role
that the site works as.
"""

import statistics
import time
from typing import Any

from django.db import connection
from django.test import Client

from compliance.audit.guard.roles import connected_with, runtime_entry
from compliance.scenarios.playing.stage import scratch_database
from documents.management.bar import Bar
from equity.models import Subscription
from tests.atlas.crowd import PROTOTYPES, begin, cast_of, enlarge
from tests.atlas.looking import client_of
from tests.atlas.pages import Page, all_pages
from tests.atlas.world import World, make_world, still_clock
from tests.bench.ground import run_sql
from tests.bench.sizes import Size

OFFERINGS = 10
"""How many open offerings share the subscriptions."""


class PageError(RuntimeError):
    """A page did not answer: its figure would be a lie."""


def measure(size: Size) -> dict[str, Any]:
    """All figures of this part, as JSON: the milliseconds of each page, at both sizes."""
    with scratch_database(), still_clock():
        world = make_world()
        begin(cast_of(world))
        few, small = Subscription.objects.count(), _all(world, size)
        copies = size.crowd // (PROTOTYPES * OFFERINGS)
        enlarge(world, copies, holders=size.holders, elsewhere=OFFERINGS - 1)
        run_sql("VACUUM ANALYZE")
        many, large = Subscription.objects.count(), _all(world, size)
    rows = [{"page": key, "few_ms": small[key], "many_ms": large[key]} for key in large]
    return {
        "few": few,
        "many": many,
        "looks": size.looks,
        "offerings": OFFERINGS,
        "rows": sorted(rows, key=lambda row: -row["many_ms"]),
    }


def _all(world: World, size: Size) -> dict[str, float]:
    """The median milliseconds of each page."""
    pages = all_pages()
    bar = Bar("looking at pages", len(pages))
    took: dict[str, float] = {}
    with connected_with(connection, runtime_entry(connection.settings_dict)):
        for number, page in enumerate(pages, start=1):
            took[page.key] = _median(client_of(world, page.who), world, page, size)
            bar.to(number)
    bar.end()
    return took


def _median(client: Client, world: World, page: Page, size: Size) -> float:
    """Raises PageError. The first look is not counted: it fills what is kept between pages."""
    address, told = page.address(world), []
    for look in range(size.looks + 1):
        began = time.perf_counter()
        answer = client.get(address)
        took = time.perf_counter() - began
        if answer.status_code != 200:
            raise PageError(f"{page.key} answered {answer.status_code}.")
        if look:
            told.append(1000 * took)
    return round(statistics.median(told), 1)
