"""Filling an offering with copies of subscriptions that the services wrote, row for row.

What a subscription leaves is found and not listed here: every row of every table that appeared
while the prototypes subscribed. A copy has keys of its own and points at its own rows; everything
else, sealed bytes included, is as it was. Copies are made past every trigger and foreign key, by
the server's superuser, because making them through the services is what would take the hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.apps import apps
from django.db import connection, models
from psycopg import sql

from documents.models import Document
from equity.models import Holding, Offering, Subscription
from equity.moves import LIVE

STRIDE = 1_000_000
"""How far apart the numbered rows of two copies are; more than the rows of all prototypes."""
_STEP = 100
"""Copies in one transaction."""
_NUMBERED = ((Subscription, "order"), (Holding, "number"), (Document, "number"))
"""Columns that count the rows of an offering, or of a person."""
Keys = dict[type[models.Model], list[Any]]


def _kept() -> Iterator[type[models.Model]]:
    """Every model with a table here; those of apps that only tests have are not migrated."""
    tables = set(connection.introspection.table_names())
    return (model for model in apps.get_models() if model._meta.db_table in tables)


class Appeared:
    """The rows that appear between its making and ``keys()``, by model."""

    def __init__(self) -> None:
        self._before = {model: set(_keys_of(model)) for model in _kept()}

    def keys(self) -> Keys:
        """The keys of what has appeared, of the models where anything has."""
        found = {
            model: [key for key in _keys_of(model) if key not in before]
            for model, before in self._before.items()
        }
        return {model: keys for model, keys in found.items() if keys}


def _keys_of(model: type[models.Model]) -> Iterator[Any]:
    return model._default_manager.order_by("pk").values_list("pk", flat=True).iterator()


@dataclass(frozen=True, slots=True)
class Copying:
    """Copies of the rows ``keys``, which one offering's prototypes left."""

    keys: Keys
    prototypes: int

    def rows(self) -> int:
        """How many rows a prototype left."""
        return sum(len(keys) for keys in self.keys.values()) // self.prototypes

    def make(self, superuser: psycopg.Connection, copies: int) -> Iterator[int]:
        """Copy all prototypes so many times; yields how many copies of all are done.

        ``superuser`` is a connection in autocommit.
        """
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("CREATE TEMPORARY TABLE IF NOT EXISTS own (id uuid PRIMARY KEY)")
        superuser.execute("TRUNCATE own")
        own = [key for keys in self.keys.values() for key in keys if isinstance(key, UUID)]
        superuser.execute("INSERT INTO own SELECT unnest(%s::uuid[])", [own])
        statements = [(self._statement(model), keys) for model, keys in self.keys.items()]
        for first in range(1, copies + 1, _STEP):
            last = min(first + _STEP - 1, copies)
            with superuser.transaction():
                for statement, keys in statements:
                    superuser.execute(statement, [keys, first, last])
            yield last
        for model in self.keys:
            if not isinstance(model._meta.pk, models.UUIDField):
                superuser.execute(_set_sequence(model))

    def _statement(self, model: type[models.Model]) -> sql.Composed:
        """Insert the copies ``n`` of a model's rows."""
        fields = [field for field in model._meta.concrete_fields if not _drawn_by_database(field)]
        owned = [
            sql.SQL("{0} IN (SELECT id FROM own) AS {1}").format(
                sql.Identifier(field.column), sql.Identifier(f"own_{field.column}")
            )
            for field in fields
            if _is_uuid(field)
        ]
        return sql.SQL(
            "WITH model AS MATERIALIZED (SELECT {every} FROM {table} WHERE {key} = ANY(%s)) "
            "INSERT INTO {table} ({columns}) "
            "SELECT {values} FROM model CROSS JOIN generate_series(%s::bigint, %s::bigint) AS n"
        ).format(
            every=sql.SQL(", ").join([sql.SQL("*"), *owned]),
            table=sql.Identifier(model._meta.db_table),
            key=sql.Identifier(model._meta.pk.column),
            columns=sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
            values=sql.SQL(", ").join(self._value(model, field) for field in fields),
        )

    def _value(self, model: type[models.Model], field: Any) -> sql.Composable:
        """A column of a copy: what names a row of the prototypes names the copy's own row."""
        column = sql.Identifier(field.column)
        if _is_uuid(field):
            return sql.SQL(
                "CASE WHEN {own} THEN md5({column}::text || n)::uuid ELSE {column} END"
            ).format(own=sql.Identifier(f"own_{field.column}"), column=column)
        if field.primary_key or field.related_model in self.keys:
            return sql.SQL("{} + n * {}").format(column, sql.Literal(STRIDE))
        if (model, field.name) in _NUMBERED:
            return sql.SQL("{} + n * {}").format(column, sql.Literal(self.prototypes))
        return column


def count_agreements(superuser: psycopg.Connection, offering: Offering) -> None:
    """What the database counts with every agreement, for those that were copied."""
    superuser.execute(
        "UPDATE equity_offering AS it SET (live_amount, agreements) ="
        ' (SELECT sum(amount) FILTER (WHERE state = ANY(%s)), max("order")'
        " FROM equity_subscription WHERE offering_id = it.id) WHERE id = %s",
        [list(LIVE), offering.pk],
    )


def _is_uuid(field: Any) -> bool:
    """Whether the column holds a key made by a client, of whatever row."""
    return isinstance(getattr(field, "target_field", field), models.UUIDField)


def _drawn_by_database(field: Any) -> bool:
    """Whether the database alone gives the column its value."""
    return field.has_db_default()


def _set_sequence(model: type[models.Model]) -> sql.Composed:
    table, key = model._meta.db_table, model._meta.pk.column
    return sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), max({})) FROM {}").format(
        sql.Literal(table), sql.Literal(key), sql.Identifier(key), sql.Identifier(table)
    )
