"""Facts to JSON and back, driven by the type hints of the dataclasses.

Why strict: facts are stored beside the bytes that were made of them, and must make the same bytes
years later. A key that is missing or unknown means that the stored facts and this code do not
speak of the same document, so it is an error even where the Python constructor has a default.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from documents.facts.errors import FactsError
from documents.facts.letters import told, unprintable

_UNIONS = (Union, types.UnionType)

LATER: Mapping[str, bool] = {"later": True}
"""The metadata of a field that facts frozen earlier do not have: while it holds its default its key
is left out, so that they still read, and keep their digest and their bytes."""


@cache
def hints(cls: type) -> dict[str, Any]:
    """The resolved type of every field of a facts dataclass, in their order."""
    resolved = typing.get_type_hints(cls)
    return {field.name: resolved[field.name] for field in dataclasses.fields(cls)}


def encode(value: Any, kind: Any, path: str) -> Any:
    """One value as JSON; raises FactsError where the value is not of the declared type.

    Decimals become plain strings (`"25.00"`), days and instants ISO 8601 strings; an instant must
    carry its offset.
    """
    try:
        return _encoder(kind)(value)
    except _Misfit as misfit:
        raise FactsError(f"{path}{misfit.place}: {misfit}") from None


@cache
def _defaults(cls: type) -> dict[str, Any]:
    """The default of every field of a facts dataclass that came later."""
    return {one.name: one.default for one in dataclasses.fields(cls) if one.metadata == LATER}


class _Misfit(Exception):  # noqa: N818 - it says what happened
    """A value that is not of its declared type. Where it stands is put together on the way out, so
    that it costs nothing where everything fits: documents are issued by the thousand."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason)
        self.place = place

    def within(self, place: str) -> "_Misfit":
        return _Misfit(str(self), place + self.place)


Encoder = Callable[[Any], Any]


@cache
def _encoder(kind: Any) -> Encoder:
    """The function that encodes values of a declared type: the type is looked at once."""
    origin = get_origin(kind)
    if origin in _UNIONS:
        return _optional(_encoder(_inner(kind)))
    if origin is Literal:
        return _chosen(get_args(kind))
    if origin is tuple:
        return _several(_encoder(get_args(kind)[0]))
    if dataclasses.is_dataclass(kind):
        return _object(typing.cast(type, kind))
    return _plain(kind)


def _optional(inner: Encoder) -> Encoder:
    return lambda value: None if value is None else inner(value)


def _chosen(known: tuple[Any, ...]) -> Encoder:
    def one(value: Any) -> Any:
        if value not in known or not isinstance(value, str):
            raise _Misfit(f"{value!r} is none of {', '.join(known)}")
        return value

    return one


def _several(inner: Encoder) -> Encoder:
    def one(value: Any) -> Any:
        if not isinstance(value, tuple):
            raise _Misfit(f"a tuple is wanted, not {_named(value)}")
        found = []
        for number, item in enumerate(value):
            try:
                found.append(inner(item))
            except _Misfit as misfit:
                raise misfit.within(f"[{number}]") from None
        return found

    return one


def _object(kind: type) -> Encoder:
    fields = tuple((name, _encoder(inner)) for name, inner in hints(kind).items())
    later = tuple(_defaults(kind).items())

    def one(value: Any) -> Any:
        if type(value) is not kind:
            raise _Misfit(f"{_named_type(kind)} is wanted, not {_named(value)}")
        found = {}
        for name, inner in fields:
            try:
                found[name] = inner(getattr(value, name))
            except _Misfit as misfit:
                raise misfit.within(f".{name}") from None
        for name, default in later:
            if getattr(value, name) == default:
                del found[name]
        return found

    return one


def _plain(kind: Any) -> Encoder:
    write = _WRITERS.get(kind, _itself)

    def one(value: Any) -> Any:
        # `type(...) is` and not isinstance: True is an int and a datetime is a date in Python, but
        # not here.
        if type(value) is not kind:
            raise _Misfit(f"{kind.__name__} is wanted, not {_named(value)}")
        return write(value)

    return one


def _itself(value: Any) -> Any:
    return value


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise _Misfit(f"{value} is not an amount")
    return format(value, "f")


def _instant(value: datetime) -> str:
    if value.utcoffset() is None:
        raise _Misfit("an instant must carry its offset from UTC")
    return value.isoformat()


def _text(value: str) -> str:
    strange = unprintable(value)
    if strange:
        raise _Misfit(f"no font of ours can print the character {told(strange)}")
    return value


_WRITERS: dict[type, Encoder] = {
    str: _text,
    Decimal: _decimal,
    datetime: _instant,
    date: date.isoformat,
}


def decode(value: Any, kind: Any, path: str) -> Any:
    """The inverse of `encode`; raises FactsError naming the path of the first key that does not
    fit."""
    origin = get_origin(kind)
    if origin in _UNIONS:
        return None if value is None else decode(value, _inner(kind), path)
    if origin is Literal:
        return _one_of(value, kind, path)
    if origin is tuple:
        if not isinstance(value, list):
            raise FactsError(f"{path}: a list is wanted, not {_named(value)}")
        return tuple(decode(v, get_args(kind)[0], f"{path}[{n}]") for n, v in enumerate(value))
    if dataclasses.is_dataclass(kind):
        return decode_object(value, typing.cast(type, kind), path)
    return _decode_plain(value, kind, path)


def decode_object(value: Any, cls: type, path: str) -> Any:
    """A facts dataclass from a JSON object that has exactly its keys."""
    if not isinstance(value, dict):
        raise FactsError(f"{path}: an object is wanted, not {_named(value)}")
    known = hints(cls)
    missing = [name for name in known if name not in value and name not in _defaults(cls)]
    unknown = sorted(str(name) for name in value if name not in known)
    if missing:
        raise FactsError(f"{path}: missing {', '.join(missing)}")
    if unknown:
        raise FactsError(f"{path}: unknown {', '.join(unknown)}")
    return cls(
        **{
            name: decode(value[name], kind, f"{path}.{name}")
            for name, kind in known.items()
            if name in value
        }
    )


def _decode_plain(value: Any, kind: Any, path: str) -> Any:
    if kind in (str, int, bool):
        if type(value) is not kind:
            raise FactsError(f"{path}: {kind.__name__} is wanted, not {_named(value)}")
        return value
    if not isinstance(value, str):
        raise FactsError(f"{path}: a string is wanted, not {_named(value)}")
    try:
        return Decimal(value) if kind is Decimal else kind.fromisoformat(value)
    except (InvalidOperation, ValueError) as error:
        raise FactsError(f"{path}: {value!r} is not a {kind.__name__}") from error


def _inner(kind: Any) -> Any:
    return next(one for one in get_args(kind) if one is not type(None))


def _one_of(value: Any, kind: Any, path: str) -> Any:
    if value not in get_args(kind) or not isinstance(value, str):
        raise FactsError(f"{path}: {value!r} is none of {', '.join(get_args(kind))}")
    return value


def _named(value: Any) -> str:
    return f"{type(value).__name__} {value!r}"[:80]


def _named_type(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind))
