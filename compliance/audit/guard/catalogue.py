"""Which tables there are and which only grow, from the app registry: models say it themselves.

A model whose rows are never changed has the class attribute `append_only = True`; one whose
triggers do more names them in `guards`, and the columns that only they write in
`kept_by_database`; `written_by_database` says that triggers alone write the table at all. One whose
app guards a table of a floor below names those triggers, by table, in `guards_elsewhere`. A new
model that says nothing is ordinary.

Every change of a row of our apps is recorded by a trigger (`compliance.audit.recording`); a model
whose rows are nobody's business says why, in `unaudited`. An app that keeps something that matters
in a table of another package names it, in its configuration, in `recorded_elsewhere`.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import models, router

OURS = frozenset({"compliance", "equity", "investors", "documents"})
"""The top-level packages whose tables are recorded."""
RECORDED = "compliance_recorded"
"""The trigger, of the same name on every such table, that records each change of a row."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an installed app."""

    name: str
    append_only: bool
    guards: tuple[str, ...]
    """The triggers that must be there and enabled."""
    updatable: tuple[str, ...] | None
    """The columns that the runtime role may update; None for all of them."""
    insertable: bool = True
    """Whether the runtime role may add rows."""


def tables(alias: str) -> tuple[Table, ...]:
    """Every table that the installed apps keep in this database, by name."""
    found = _kept(alias)
    added: dict[str, tuple[str, ...]] = {}
    for model in found:
        for name, guards in getattr(model, "guards_elsewhere", {}).items():
            added[name] = (*added.get(name, ()), *guards)
    made = (_table(model, added.get(model._meta.db_table, ())) for model in found)
    return tuple(sorted(made, key=lambda table: table.name))


def append_only_tables(alias: str) -> tuple[Table, ...]:
    """The tables whose rows are never changed and never removed."""
    return tuple(table for table in tables(alias) if table.append_only)


def _table(model: type[models.Model], added: tuple[str, ...]) -> Table:
    name = model._meta.db_table
    append_only = bool(getattr(model, "append_only", False))
    guards: tuple[str, ...] = getattr(model, "guards", ())
    if append_only:
        guards = (f"{name}_append_only", *guards)
    if recorded(model):
        guards = (*guards, RECORDED)
    guards = (*guards, *added)
    kept: tuple[str, ...] = getattr(model, "kept_by_database", ())
    columns = tuple(
        field.column
        for field in model._meta.concrete_fields
        if field.column is not None and field.name not in kept
    )
    insertable = not getattr(model, "written_by_database", False)
    return Table(name, append_only, guards, columns if kept else None, insertable)


def recorded(model: type[models.Model]) -> bool:
    """Whether each change of a row of this model is recorded: a model of our apps that does not
    say why not, or one of another package that an app of ours names in `recorded_elsewhere`. The
    host's own tables are its own affair."""
    ours = model._meta.app_config.name.split(".")[0] in OURS
    if not ours:
        return model._meta.label_lower in _recorded_elsewhere()
    return not getattr(model, "unaudited", "")


def _recorded_elsewhere() -> frozenset[str]:
    named = (getattr(config, "recorded_elsewhere", ()) for config in apps.get_app_configs())
    return frozenset(label for labels in named for label in labels)


def recorded_models(alias: str) -> tuple[type[models.Model], ...]:
    """The models whose changes are recorded in this database, by table."""
    found = (model for model in _kept(alias) if recorded(model))
    return tuple(sorted(found, key=lambda model: model._meta.db_table))


def _kept(alias: str) -> list[type[models.Model]]:
    """The models of the installed apps that have a table in this database."""
    return [
        model
        for model in apps.get_models(include_auto_created=True, include_swapped=False)
        if model._meta.managed and not model._meta.proxy
        if router.allow_migrate_model(alias, model)
    ]
