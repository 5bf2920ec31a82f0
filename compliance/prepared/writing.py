"""Rows of several models written by one statement.

One statement is one journey to the server, and one moment: all rows or none. PostgreSQL runs its
parts in no order that one may rely on, so a row may not need another of the same statement to be
there: foreign keys are checked at the commit, and triggers must not look for sisters.
"""

from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model

from compliance.prepared.cursor import numbered, preparing_cursor


def insert_together(*rows: Model) -> None:
    """Insert new instances of any models by one statement, in the caller's transaction.

    What the database fills in (an identity column, what a trigger gives) is not read back. Raises
    ValueError when there is nothing to write, django.db.Error as ``save`` does.
    """
    if not rows:
        raise ValueError("There is nothing to insert.")
    connection = connections[DEFAULT_DB_ALIAS]
    parameters: list[Any] = []
    for row in rows:
        for field in _columns(type(row)):
            value = field.pre_save(row, add=True)
            parameters.append(field.get_db_prep_save(value, connection=connection))
    with preparing_cursor() as cursor:
        cursor.execute(_statement(tuple(type(row) for row in rows)), parameters)
    for row in rows:
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS


@lru_cache(maxsize=256)
def _statement(models: tuple[type[Model], ...]) -> str:
    """The statement that inserts one row of each model; the last one is its main part."""
    inserts = [_insert(model) for model in models]
    *earlier, last = inserts
    parts = ", ".join(f"row_{number} AS ({text})" for number, text in enumerate(earlier))
    return numbered(f"WITH {parts} {last}" if earlier else last)


@lru_cache(maxsize=256)
def _insert(model: type[Model]) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in _columns(model))
    places = ", ".join("%s" for _ in _columns(model))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"


@lru_cache(maxsize=256)
def _columns(model: type[Model]) -> "tuple[Field[Any, Any], ...]":
    """The columns that we write: all but those that the database fills in and Django reads back."""
    return tuple(field for field in model._meta.concrete_fields if not field.db_returning)
