"""How hard a test of a promise tries: short inside `make test`, long in `make guarantees`."""

import os
from typing import TypeVar

Size = TypeVar("Size")

LONG = os.environ.get("GUARANTEES") == "long"
"""Set by `make guarantees`, which takes its time; everything else runs the short forms."""


def sized(*, short: Size, long: Size) -> Size:
    """The size of this run: a count, a number of seconds, the seeds."""
    return long if LONG else short
