"""A database that refuses in earnest, for tests: PostgreSQL itself says that its disk is full.

A trigger stands for the disk: what the server answers, and what becomes of the transaction, is what
it answers and does when it cannot extend a file.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models

_FUNCTION = """
CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file "base/5/7": No space left on device'
    USING ERRCODE = TG_ARGV[0]; END $$
"""


@contextmanager
def refusing(
    model: type[models.Model],
    when: str = "INSERT",
    *,
    condition: str = "true",
    code: str = "53100",
) -> Iterator[None]:
    """Until the end, PostgreSQL refuses to write such rows of a table, with an SQLSTATE."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTION)
        cursor.execute(
            f"CREATE TRIGGER aaa_no_room BEFORE {when} ON {table} FOR EACH ROW "
            f"WHEN ({condition}) EXECUTE FUNCTION no_room('{code}')"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            # Deferred constraints of the test's transaction would wait for their turn otherwise.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"DROP TRIGGER aaa_no_room ON {table}")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
