"""Canonical bytes: one value, one sequence of bytes, on every machine (RFC 8785).

What is hashed, sealed or signed goes through here. Decimals, dates, instants and UUIDs become
strings, so that the bytes can be made again from stored JSON; floats are refused, because two
machines may print one differently and because money is never a float.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785

MAX_DEPTH = 32
_LARGEST_INTEGER = 2**53 - 1


class CanonicalError(ValueError):
    """The value has no canonical form; the sentence gives the place and the reason."""


def plain(value: object) -> Any:
    """Return `value` as plain JSON (dict, list, str, int, bool, None).

    Decimal -> text without exponent; aware datetime -> ISO text in UTC ending in Z; date -> ISO
    text; UUID -> text; tuple -> list; a str or int enum -> its value. Raises CanonicalError on
    anything else: floats, naive datetimes, NaN, sets, bytes, keys that are not text, integers
    beyond 2**53 - 1, lone surrogates, more than 32 levels.
    """
    return _plain(value, "value", 0)


def canonical_bytes(value: object) -> bytes:
    """Return the RFC 8785 bytes of `plain(value)`; raises CanonicalError as `plain` does."""
    return rfc8785.dumps(plain(value))


def _plain(value: object, place: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise CanonicalError(f"{place} is nested more than {MAX_DEPTH} levels deep.")
    if isinstance(value, Mapping):
        return {
            _key(key, place): _plain(item, f"{place}.{key}", depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(item, f"{place}[{n}]", depth + 1) for n, item in enumerate(value)]
    return _scalar(value, place)


def _scalar(value: object, place: str) -> str | int | bool | None:
    match value:
        case None | bool():
            return value
        case str():
            return _text(value, place)
        case int():
            if abs(value) > _LARGEST_INTEGER:
                raise CanonicalError(f"{place} is an integer beyond 2**53 - 1; pass it as text.")
            return int(value)
        case Decimal():
            if not value.is_finite():
                raise CanonicalError(f"{place} is {value}, which is not a number.")
            # A negative zero equals zero and must not have other bytes.
            return format(value if value else value.copy_abs(), "f")
        case datetime():
            if value.utcoffset() is None:
                raise CanonicalError(f"{place} is an instant without a time zone.")
            return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case float():
            raise CanonicalError(f"{place} is a float; use a Decimal or text.")
        case _:
            raise CanonicalError(f"{place} is a {type(value).__name__}, which has no plain form.")


def _key(key: object, place: str) -> str:
    if not isinstance(key, str):
        raise CanonicalError(f"{place} has a key that is not text: {key!r}.")
    return _text(key, f"a key of {place}")


def _text(value: str, place: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise CanonicalError(f"{place} holds half of a surrogate pair.") from None
    # str() leaves the subclass behind: an enum member becomes its value.
    return str.__str__(value)
