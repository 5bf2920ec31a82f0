"""Who is who on a database: the runtime role of the default connection, and the owner.

`DATABASES[alias]["OWNER"]` holds what differs for the owner: USER and PASSWORD, and where it must,
HOST, PORT and OPTIONS. It is a key of the same alias and not an alias of its own, because a
migration that writes through a model must write into the transaction of the migration, whoever
runs it. Without the key there is one role for everything, which `check --deploy` refuses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError

OWNER, RUNTIME = "OWNER", "RUNTIME"


def owner_entry(entry: dict[str, Any]) -> dict[str, Any]:
    """The DATABASES entry of the owner, who remembers under RUNTIME whom the tables serve.

    An entry without OWNER is returned as it is: it already is the owner's, or there is one role.
    """
    if OWNER not in entry:
        return entry
    runtime = {key: entry.get(key, "") for key in entry[OWNER]}
    merged = {**entry, **entry[OWNER], RUNTIME: {"USER": entry.get("USER", ""), **runtime}}
    del merged[OWNER]
    # A pool belongs to the alias and is full of connections of the runtime role.
    options = merged.get("OPTIONS") or {}
    return {**merged, "OPTIONS": {k: v for k, v in options.items() if k != "pool"}}


def runtime_entry(entry: dict[str, Any]) -> dict[str, Any]:
    """The DATABASES entry of the runtime role, from its own or from the owner's."""
    if RUNTIME not in entry:
        return entry
    merged = {**entry, **entry[RUNTIME]}
    del merged[RUNTIME]
    return merged


def runtime_role(entry: dict[str, Any]) -> str | None:
    """The name of the role that the tables of this entry serve; None where there is one role.

    Raises ImproperlyConfigured where there is an owner and the other role has no name: the grants
    must name it, and a name from PGUSER would be the owner's too.
    """
    if OWNER not in entry and RUNTIME not in entry:
        return None
    name = entry.get(RUNTIME, entry).get("USER")
    if not name:
        raise ImproperlyConfigured("A database with an OWNER needs the USER of the runtime role.")
    return str(name)


@contextmanager
def connected_with(connection: BaseDatabaseWrapper, entry: dict[str, Any]) -> Iterator[None]:
    """Let this thread's connection be that of `entry` until the end.

    Only the connection's own settings change: other threads keep theirs. Raises
    TransactionManagementError inside a transaction, which cannot change hands.
    """
    own = connection.settings_dict
    if entry is own:
        yield
        return
    if connection.in_atomic_block:
        raise TransactionManagementError(
            "The database role cannot change inside a transaction: its work would be lost."
        )
    connection.close()
    connection.settings_dict = entry
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = own


@contextmanager
def as_owner(alias: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let this thread's connection be the owner's until the end, where an owner is configured.

    Entering it twice changes nothing the second time. Raises TransactionManagementError inside a
    transaction.
    """
    connection = connections[alias]
    with connected_with(connection, owner_entry(connection.settings_dict)):
        yield
