"""Facts to JSON and back, driven by the type hints of the dataclasses.

Why strict: facts are stored beside the bytes that were made of them, and must make the same bytes
years later. A key that is missing or unknown means that the stored facts and this code do not
speak of the same document, so it is an error even where the Python constructor has a default.
"""

import dataclasses
import types
import typing
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from documents.facts.errors import FactsError

_UNIONS = (Union, types.UnionType)


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
    origin = get_origin(kind)
    if origin in _UNIONS:
        return None if value is None else encode(value, _inner(kind), path)
    if origin is Literal:
        return _one_of(value, kind, path)
    if origin is tuple:
        if not isinstance(value, tuple):
            raise FactsError(f"{path}: a tuple is wanted, not {_named(value)}")
        return [encode(v, get_args(kind)[0], f"{path}[{n}]") for n, v in enumerate(value)]
    if dataclasses.is_dataclass(kind):
        if type(value) is not kind:
            raise FactsError(f"{path}: {_named_type(kind)} is wanted, not {_named(value)}")
        return {
            name: encode(getattr(value, name), inner, f"{path}.{name}")
            for name, inner in hints(typing.cast(type, kind)).items()
        }
    return _encode_plain(value, kind, path)


def _encode_plain(value: Any, kind: Any, path: str) -> Any:
    # `type(...) is` and not isinstance: True is an int and a datetime is a date in Python, but not
    # here.
    if type(value) is not kind:
        raise FactsError(f"{path}: {kind.__name__} is wanted, not {_named(value)}")
    if kind is Decimal:
        if not value.is_finite():
            raise FactsError(f"{path}: {value} is not an amount")
        return format(value, "f")
    if kind is datetime:
        if value.utcoffset() is None:
            raise FactsError(f"{path}: an instant must carry its offset from UTC")
        return value.isoformat()
    return value.isoformat() if kind is date else value


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
    missing = [name for name in known if name not in value]
    unknown = sorted(str(name) for name in value if name not in known)
    if missing:
        raise FactsError(f"{path}: missing {', '.join(missing)}")
    if unknown:
        raise FactsError(f"{path}: unknown {', '.join(unknown)}")
    return cls(
        **{name: decode(value[name], kind, f"{path}.{name}") for name, kind in known.items()}
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
