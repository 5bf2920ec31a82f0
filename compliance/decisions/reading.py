"""Facts read back: from plain JSON to the frozen dataclass, by its type hints alone.

Strict, because facts that are guessed at would be judged and would agree: a field that is missing
or unknown, a number where a text was written, an amount in another form is a fault that names its
place. It never repeats the value. A hundred thousand are read in a run, so the reader of a class is
put together once, out of one small function for each hint.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Reader = Callable[[Any], Any]
_AMOUNT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(r"[0-9-]{10}T[0-9:]{8}(\.[0-9]{6})?Z", re.ASCII)


class FactsError(ValueError):
    """Stored facts are not those of their question; the sentence names the field."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self._place: list[str] = []

    def __str__(self) -> str:
        place = "".join(reversed(self._place)).removeprefix(".")
        return f"{place or 'the facts'}: {self.args[0]}"

    def within(self, place: str) -> "FactsError":
        """The same, one level further out."""
        self._place.append(place)
        return self


def read_facts(kind: type, value: Any) -> Any:
    """Facts of that dataclass from plain JSON; raises FactsError, which names the field."""
    return _reader(kind)(value)


@cache
def _reader(hint: Any) -> Reader:
    """The reader of one type hint. Raises TypeError on a hint that facts do not use."""
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        return _of_dataclass(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _of_enum(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType) and len(inner) == 2 and inner[1] is NoneType:
        return _optional(_reader(inner[0]))
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return _many(_reader(inner[0]), tuple)
    if origin is frozenset:
        return _many(_reader(inner[0]), frozenset)
    if origin is Mapping and inner[0] is str:
        return _table(_reader(inner[1]))
    raise TypeError(f"Facts cannot be read back into {hint}.")


def _of_dataclass(kind: type) -> Reader:
    hints = get_type_hints(kind)
    readers = tuple((field.name, _reader(hints[field.name])) for field in fields(kind))
    known = frozenset(name for name, _ in readers)

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise FactsError(f"is not the object of a {kind.__name__}.")
        if value.keys() != known:
            raise _misfit(kind, value.keys() - known, known - value.keys())
        given = []
        for name, reader in readers:
            try:
                given.append(reader(value[name]))
            except FactsError as fault:
                raise fault.within(f".{name}") from None
        return kind(*given)

    return read


def _misfit(kind: type, unknown: set[str], missing: frozenset[str]) -> FactsError:
    if missing:
        return FactsError("is missing.").within(f".{min(missing)}")
    return FactsError(f"is no field of {kind.__name__}.").within(f".{min(unknown)}")


def _of_enum(kind: type[Enum]) -> Reader:
    by_value = {member.value: member for member in kind}

    def read(value: Any) -> Any:
        if type(value) not in (str, int) or value not in by_value:
            raise FactsError(f"is none of the values of {kind.__name__}.")
        return by_value[value]

    return read


def _optional(reader: Reader) -> Reader:
    return lambda value: None if value is None else reader(value)


def _many(reader: Reader, made: Callable[[list[Any]], Any]) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not list:
            raise FactsError("is not a list.")
        items = []
        for number, item in enumerate(value):
            try:
                items.append(reader(item))
            except FactsError as fault:
                raise fault.within(f"[{number}]") from None
        result = made(items)
        if len(result) != len(items):
            raise FactsError("names one thing twice.")
        return result

    return read


def _table(reader: Reader) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise FactsError("is not an object.")
        items = {}
        for key, item in value.items():
            try:
                items[key] = reader(item)
            except FactsError as fault:
                raise fault.within(f".{key}") from None
        return items

    return read


def _exactly(kind: type, what: str) -> Reader:
    def read(value: Any) -> Any:
        # Not isinstance: true is an int to Python.
        if type(value) is not kind:
            raise FactsError(f"is not {what}.")
        return value

    return read


def _written(form: re.Pattern[str], make: Callable[[str], Any], what: str) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is str and form.fullmatch(value):
            try:
                return make(value)
            except ValueError:
                pass
        raise FactsError(f"is not {what}.")

    return read


_SIMPLE: Mapping[Any, Reader] = {
    str: _exactly(str, "a text"),
    bool: _exactly(bool, "true or false"),
    int: _exactly(int, "a whole number"),
    Decimal: _written(_AMOUNT, Decimal, "an amount, written as a text"),
    date: _written(_DAY, date.fromisoformat, "a day"),
    datetime: _written(_INSTANT, datetime.fromisoformat, "an instant in UTC"),
}
