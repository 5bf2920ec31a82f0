"""Fewer journeys to the server: statements are sent on without waiting for the answer before."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import TransactionStatus


@contextmanager
def fewer_journeys(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Around a transaction: BEGIN travels with its first question, COMMIT with its last rows.

    A statement whose answer nobody reads may then fail only when the next answer is read, and the
    answer to COMMIT is read when this ends: what is not committed is raised here, as Django's own
    error, and nothing inside may rest on having been committed (no ``transaction.on_commit``).
    Inside a transaction that is open already nothing changes: its failures must be known at once.

    A link that is lost while something else is raised inside hides its loss behind that: it is put
    away here, so that whoever goes on connects anew.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    link = connection.connection
    try:
        with connection.wrap_database_errors, link.pipeline():
            yield
    finally:
        if link.info.transaction_status is not TransactionStatus.IDLE:
            connection.close()
