"""Which tables there are and which only grow, from the app registry: models say it themselves.

A model whose rows are never changed has the class attribute `append_only = True`; a model whose
triggers do more than that names them in `guards`. A new model that says neither is ordinary.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import models, router


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an installed app."""

    name: str
    append_only: bool
    guards: tuple[str, ...]
    """The triggers that must be there and enabled."""


def tables(alias: str) -> tuple[Table, ...]:
    """Every table that the installed apps keep in this database, by name."""
    found = {
        model._meta.db_table: _table(model)
        for model in apps.get_models(include_auto_created=True, include_swapped=False)
        if model._meta.managed and not model._meta.proxy
        if router.allow_migrate_model(alias, model)
    }
    return tuple(found[name] for name in sorted(found))


def append_only_tables(alias: str) -> tuple[Table, ...]:
    """The tables whose rows are never changed and never removed."""
    return tuple(table for table in tables(alias) if table.append_only)


def _table(model: type[models.Model]) -> Table:
    name = model._meta.db_table
    append_only = bool(getattr(model, "append_only", False))
    guards: tuple[str, ...] = getattr(model, "guards", ())
    if append_only:
        guards = (f"{name}_append_only", *guards)
    return Table(name, append_only, guards)
