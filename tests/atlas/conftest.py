"""The world of the atlas: made once for a file of tests, and gone after it."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tests.atlas.world import World, make_world, still_clock


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Committed, so that a browser and a superuser see it; the clock of the pages stands still."""
    with django_db_blocker.unblock(), still_clock():
        try:
            yield make_world()
        finally:
            call_command("flush", verbosity=0, interactive=False)
