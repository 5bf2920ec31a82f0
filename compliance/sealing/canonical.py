"""Canonical bytes: one value, one sequence of bytes, on every machine (RFC 8785).

What is hashed, sealed or signed goes through here. Decimals, dates, instants and UUIDs become
strings, so that the bytes can be made again from stored JSON; floats are refused, because two
machines may print one differently and because money is never a float.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785

MAX_DEPTH = 32
_LARGEST_INTEGER = 2**53 - 1


class CanonicalError(ValueError):
    """The value has no canonical form; the sentence gives the place and the reason."""


def plain(value: object, *, refuse: Callable[[str], str | None] | None = None) -> Any:
    """Return `value` as plain JSON (dict, list, str, int, bool, None).

    Decimal -> text without exponent; aware datetime -> ISO text in UTC ending in Z; date -> ISO
    text; UUID -> text; tuple -> list; a str or int enum -> its value. Raises CanonicalError on
    anything else: floats, naive datetimes, NaN, sets, bytes, keys that are not text, integers
    beyond 2**53 - 1, lone surrogates, more than 32 levels.

    `refuse`, where given, is asked about every resulting text and key, and answers with a reason
    to refuse it or None.
    """
    try:
        return _plain(value, 0, refuse)
    except _Fault as fault:
        raise CanonicalError(f"value{''.join(reversed(fault.place))} {fault}") from None


def canonical_bytes(value: object) -> bytes:
    """Return the RFC 8785 bytes of `plain(value)`; raises CanonicalError as `plain` does."""
    return written(plain(value))


def written(value: object) -> bytes:
    """Return the RFC 8785 bytes of plain JSON that holds no floats, such as `plain` returns.

    Python's own writer escapes as RFC 8785 asks and is ten times faster than the general one. They
    differ only in the order of keys beyond the first plane of Unicode, which is left to the other.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if text.isascii() or max(text) < "\ud800":
        return text.encode("utf-8")
    return rfc8785.dumps(value)  # type: ignore[arg-type]


class _Fault(Exception):  # noqa: N818
    """Why a value is refused. The place is put together on the way out, so that it costs nothing
    where nothing is wrong; judgements pass here by the thousand."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.place: list[str] = []

    def within(self, place: str) -> "_Fault":
        self.place.append(place)
        return self


class _KeyFault(_Fault):
    """A fault of a key, which is therefore not repeated, until the mapping that holds it."""

    def within(self, place: str) -> _Fault:
        return _Fault(str(self)).within(place)


Refuse = Callable[[str], str | None] | None


def _plain(value: object, depth: int, refuse: Refuse) -> Any:
    if depth > MAX_DEPTH:
        raise _Fault(f"is nested more than {MAX_DEPTH} levels deep.")
    if isinstance(value, str):
        return _text(value, refuse)
    if value is None or value is True or value is False:
        return value
    # Asking for dict first: asking whether something is a Mapping is slow.
    if isinstance(value, dict) or isinstance(value, Mapping):  # noqa: SIM101
        result = {}
        for key, item in value.items():
            try:
                # Most items are plain texts or nothing: they are not worth another call.
                plain_key = key if type(key) is str and _simple(key, refuse) else _key(key, refuse)
                if item is None or (type(item) is str and _simple(item, refuse)):
                    result[plain_key] = item
                else:
                    result[plain_key] = _plain(item, depth + 1, refuse)
            except _Fault as fault:
                raise fault.within("" if isinstance(fault, _KeyFault) else f".{key}") from None
        return result
    if isinstance(value, list | tuple):
        items = []
        for n, item in enumerate(value):
            try:
                items.append(_plain(item, depth + 1, refuse))
            except _Fault as fault:
                raise fault.within(f"[{n}]") from None
        return items
    return _scalar(value, refuse)


def _simple(text: str, refuse: Refuse) -> bool:
    """Whether a text is fit as it is; one that is not may still be, and is looked at closely."""
    return text.isascii() and (refuse is None or refuse(text) is None)


def _scalar(value: object, refuse: Refuse) -> str | int:
    match value:
        case int():
            if abs(value) > _LARGEST_INTEGER:
                raise _Fault("is an integer beyond 2**53 - 1; pass it as text.")
            return int(value)
        case Decimal():
            if not value.is_finite():
                raise _Fault(f"is {value}, which is not a number.")
            # A negative zero equals zero and must not have other bytes.
            return format(value if value else value.copy_abs(), "f")
        case datetime():
            if value.utcoffset() is None:
                raise _Fault("is an instant without a time zone.")
            return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case float():
            raise _Fault("is a float; use a Decimal or text.")
        case _:
            raise _Fault(f"is a {type(value).__name__}, which has no plain form.")


def _key(key: object, refuse: Refuse) -> str:
    if not isinstance(key, str):
        raise _KeyFault(f"has a key that is not text but a {type(key).__name__}.")
    try:
        return _text(key, refuse)
    except _Fault as fault:
        # The key itself is what is wrong, so it is not shown as a place.
        raise _KeyFault(f"has a key that {fault}") from None


def _text(value: str, refuse: Refuse) -> str:
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise _Fault("holds half of a surrogate pair.") from None
    if refuse is not None and (reason := refuse(value)) is not None:
        raise _Fault(reason)
    # str() leaves the subclass behind: an enum member becomes its value.
    return value if type(value) is str else str.__str__(value)
