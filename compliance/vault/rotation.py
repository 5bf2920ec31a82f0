"""Rewriting sealed values under the active key, in small transactions.

Nothing is kept about how far a rotation came, and nothing need be: a value says itself under which
key it lies, so a rotation that was cut short is simply started again. Rows are read with a lock and
written in the same transaction, so a rotation may run while people work.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.utils.module_loading import import_string

from compliance.sealing.aead import SealBroken, header, key_id_of, open_sealed, seal
from compliance.sealing.keyring import KeyRing
from compliance.vault.fields import SealedField

AnySealed = SealedField[Any, Any]


@dataclass(frozen=True, slots=True)
class SealedTable:
    """One table and its sealed columns."""

    model: type[models.Model]
    fields: tuple[AnySealed, ...]

    @property
    def name(self) -> str:
        """The table's name in the database."""
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        """The name of its key column."""
        return str(self.model._meta.pk.column)


@dataclass(slots=True)
class Batch:
    """What one transaction did."""

    rewritten: int = 0
    """Rows rewritten under the active key."""
    broken: list[str] = field(default_factory=list)
    """`table key: reason` of each row that could not be opened and was left as it is."""


def sealed_tables() -> tuple[SealedTable, ...]:
    """Every table of the installed apps that has a sealed column, by name."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        fields = tuple(f for f in model._meta.local_fields if isinstance(f, SealedField))
        if fields:
            found.append(SealedTable(model, fields))
    return tuple(sorted(found, key=lambda table: table.name))


def count_by_key(table: SealedTable, *, using: str) -> Counter[str]:
    """How many values of the table lie under each key id; `?` where the header is unreadable."""
    quote = connections[using].ops.quote_name
    counts: Counter[str] = Counter()
    with connections[using].cursor() as cursor:
        for sealed_field in table.fields:
            column = quote(sealed_field.column)
            # 34 bytes hold the longest header; the rest of the value stays in the database.
            cursor.execute(
                f"SELECT substring({column} FROM 1 FOR 34), count(*) FROM {quote(table.name)} "
                f"WHERE {column} IS NOT NULL GROUP BY 1"
            )
            for start, count in cursor:
                counts[_key_named_in(bytes(start))] += count
    return counts


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Sealed values in a table of another package, which an app names in its configuration."""

    name: str
    reseal: Callable[[], int]
    """Brings every value under the active key; returns how many were rewritten."""
    key_ids: Callable[[], Iterable[str]]
    """The id of the key of each value."""


def sealed_elsewhere() -> tuple[Elsewhere, ...]:
    """What the installed apps seal in tables of other packages: each names, in `sealed_elsewhere`
    of its configuration, the module that has `reseal` and `key_ids`."""
    named = ((c.label, getattr(c, "sealed_elsewhere", "")) for c in apps.get_app_configs())
    return tuple(
        Elsewhere(label, import_string(f"{path}.reseal"), import_string(f"{path}.key_ids"))
        for label, path in named
        if path
    )


def _key_named_in(start: bytes) -> str:
    try:
        # Padded, because only the header is looked at here.
        return key_id_of(start + bytes(64))
    except SealBroken:
        return "?"


def rotate(
    table: SealedTable, *, ring: KeyRing, using: str, batch_size: int = 500
) -> Iterator[Batch]:
    """Rewrite the values of the table that lie under another key than the active one.

    Yields what each transaction did. Rows that do not open are named and left; the caller must not
    retire a key while there are any.
    """
    last: Any = None
    while True:
        with transaction.atomic(using=using):
            _say_resealing(using)
            rows = _locked_rows(table, ring, using, batch_size, last)
            batch = _rewrite(table, ring, using, rows)
        if not rows:
            return
        last = rows[-1][0]
        yield batch


def _say_resealing(using: str) -> None:
    """Tell the triggers of append-only tables, in this transaction, that only keys change.

    They believe it from the owner of the table alone, so saying it gains the runtime role nothing.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL compliance.resealing = 'on'")


def _locked_rows(
    table: SealedTable, ring: KeyRing, using: str, batch_size: int, last: Any
) -> list[tuple[Any, ...]]:
    """The next rows, in the order of their keys, with a value under another key."""
    quote = connections[using].ops.quote_name
    key = quote(table.key)
    columns = [quote(sealed_field.column) for sealed_field in table.fields]
    active = header(ring.active_id)
    other = " OR ".join(f"substring({column} FROM 1 FOR %s) <> %s" for column in columns)
    after = f"{key} > %s AND " if last is not None else ""
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {', '.join(columns)} FROM {quote(table.name)} "
            f"WHERE {after}({other}) ORDER BY {key} LIMIT %s FOR UPDATE",
            [
                *([last] if last is not None else []),
                *[value for _ in columns for value in (len(active), active)],
                batch_size,
            ],
        )
        return cursor.fetchall()


def _rewrite(table: SealedTable, ring: KeyRing, using: str, rows: list[tuple[Any, ...]]) -> Batch:
    batch, written = Batch(), []
    for key, *values in rows:
        try:
            written.append(
                [
                    *[
                        _resealed(value, ring, sealed_field.context_of(key))
                        for value, sealed_field in zip(values, table.fields, strict=True)
                    ],
                    key,
                ]
            )
        except SealBroken as error:
            batch.broken.append(f"{table.name} {key}: {error}")
    if written:
        quote = connections[using].ops.quote_name
        settings = ", ".join(f"{quote(f.column)} = %s" for f in table.fields)
        with connections[using].cursor() as cursor:
            cursor.executemany(
                f"UPDATE {quote(table.name)} SET {settings} WHERE {quote(table.key)} = %s",
                written,
            )
    batch.rewritten = len(written)
    return batch


def _resealed(value: Any, ring: KeyRing, context: bytes) -> bytes | None:
    if value is None:
        return None
    sealed = bytes(value)
    if sealed.startswith(header(ring.active_id)):
        return sealed
    return seal(open_sealed(sealed, ring=ring, context=context), ring=ring, context=context)
