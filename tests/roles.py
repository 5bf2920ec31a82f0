"""Running code of a test as the role that the site runs as; tests themselves run as the owner."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from compliance.audit.guard.roles import connected_with, runtime_entry


@contextmanager
def as_runtime() -> Iterator[None]:
    """The default connection of this thread as the runtime role; not inside a transaction."""
    with connected_with(connection, runtime_entry(connection.settings_dict)):
        yield
