"""Querysets that are turned into SQL once and asked many times.

    _open = PreparedQuery(
        lambda person: Person.objects.filter(pk=person).select_related("portal"), person=UUID
    )
    _open.one(person=some_id)

Building a queryset and compiling it costs Django ten times what PostgreSQL needs to answer it. The
function is called once, with marks in the place of the values; afterwards only the values change.
So it must not look at them: no ``if`` on a value, no None, no list of varying length.
"""

import copy
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from compliance.prepared.cursor import numbered, preparing_cursor

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement, where its values go, and how a row of its answer becomes an instance."""

    sql: str
    constants: tuple[Any, ...]
    slots: tuple[tuple[int, str], ...]
    """Position among the parameters, and the name of the value that goes there."""
    compiler: Any
    converters: Any
    populators: Any


class PreparedQuery(Generic[Row]):
    """A queryset of whole instances, with their relations and annotations, asked by named values.

    ``kinds`` gives the type of each value: UUID, date or str. Raises ValueError at the first call
    when a value does not reach the statement, which would answer for everybody.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], **kinds: type) -> None:
        self._build = build
        self._kinds = kinds
        self._compiled: _Compiled | None = None

    def one(self, **values: Any) -> Row:
        """The one row that the values find; raises the model's DoesNotExist when there is none."""
        for row in self.all(**values):
            return row
        model: Any = (self._compiled or self._compile()).compiler.klass_info["model"]
        raise model.DoesNotExist(f"There is no {model._meta.verbose_name} like that.")

    def all(self, **values: Any) -> Iterator[Row]:
        """Every row that the values find, in the order of the queryset."""
        compiled = self._compiled or self._compile()
        parameters = list(compiled.constants)
        for position, name in compiled.slots:
            parameters[position] = values[name]
        with preparing_cursor() as cursor:
            cursor.execute(compiled.sql, parameters)
            rows = cursor.fetchall()
        return self._instances(compiled, rows)

    def _compile(self) -> _Compiled:
        marks = {name: _mark(kind, n) for n, (name, kind) in enumerate(self._kinds.items())}
        queryset = self._build(**marks)
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, constants = compiler.as_sql()
        slots = tuple(
            (position, name)
            for position, given in enumerate(constants)
            for name, mark in marks.items()
            if type(given) is type(mark) and given == mark
        )
        if missing := set(marks) - {name for _, name in slots}:
            raise ValueError(f"The prepared query does not use {', '.join(sorted(missing))}.")
        self._compiled = _Compiled(
            sql=numbered(sql),
            constants=tuple(constants),
            slots=slots,
            compiler=compiler,
            converters=compiler.get_converters(expression for expression, _, _ in compiler.select),
            populators=get_related_populators(  # type: ignore[call-arg] # stubs of a newer Django
                compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS
            ),
        )
        return self._compiled

    def _instances(self, compiled: _Compiled, rows: list[Any]) -> Iterator[Row]:
        """Instances as Django's own iterator over a queryset makes them."""
        # The compiler remembers the connection of the thread that compiled; converters ask it.
        compiler = copy.copy(compiled.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        fields = compiler.klass_info["select_fields"]
        first, end = fields[0], fields[-1] + 1
        names = [column[0].target.attname for column in compiler.select[first:end]]
        model = compiler.klass_info["model"]
        for row in compiler.apply_converters(rows, compiled.converters):
            instance = model.from_db(DEFAULT_DB_ALIAS, names, row[first:end])
            for populator in compiled.populators:
                populator.populate(row, instance)
            for name, position in compiler.annotation_col_map.items():
                setattr(instance, name, row[position])
            yield instance


def _mark(kind: type, number: int) -> Any:
    """A value of that kind that no queryset holds by itself."""
    if kind is uuid.UUID:
        return uuid.uuid4()
    if kind is date:
        return date(1, 1, 1) + timedelta(days=number)
    if kind is str:
        return uuid.uuid4().hex
    raise ValueError(f"A prepared query takes UUIDs, dates and texts, not {kind.__name__}.")
