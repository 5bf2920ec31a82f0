"""Canonical bytes: the worked cases, and everything that is refused."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from compliance.sealing.canonical import CanonicalError, canonical_bytes, plain, written

MONTREAL_SUMMER = timezone(timedelta(hours=-4))
KEY = uuid.UUID("6b1c1c62-9d3b-4d3c-8f6a-0c2f5a6d7e8f")


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, b"null"),
        ({"b": 1, "a": [True, False, None]}, b'{"a":[true,false,null],"b":1}'),
        (Decimal("2500.00"), b'"2500.00"'),
        (Decimal("1E+3"), b'"1000"'),
        (Decimal("-0.00"), b'"0.00"'),
        (date(2026, 3, 6), b'"2026-03-06"'),
        (datetime(2026, 7, 1, 20, 30, tzinfo=MONTREAL_SUMMER), b'"2026-07-02T00:30:00Z"'),
        (datetime(2026, 7, 1, 0, 0, 0, 5, tzinfo=UTC), b'"2026-07-01T00:00:00.000005Z"'),
        (KEY, b'"6b1c1c62-9d3b-4d3c-8f6a-0c2f5a6d7e8f"'),
        ((1, (2, 3)), b"[1,[2,3]]"),
        (Colour.RED, b'"red"'),
        ("é\n", '"é\\n"'.encode()),
        (2**53 - 1, b"9007199254740991"),
        ({"\U0001f600": 1, "\ufb33": 2}, '{"\U0001f600":1,"\ufb33":2}'.encode()),  # UTF-16 order
    ],
)
def test_worked_cases(value: object, expected: bytes) -> None:
    assert canonical_bytes(value) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"amount": 1.5}, r"value\.amount is a float"),
        ([float("nan")], r"value\[0\] is a float"),
        (Decimal("NaN"), "not a number"),
        (Decimal("Infinity"), "not a number"),
        (datetime(2026, 1, 1), "without a time zone"),  # noqa: DTZ001 - what is refused
        (2**53, "beyond"),
        (-(2**53), "beyond"),
        ({"outer": [{1: "a"}]}, r"value\.outer\[0\] has a key that is not text but a int"),
        ({1, 2}, "a set"),
        (b"bytes", "a bytes"),
        (object(), "a object"),
        ("\ud800", "surrogate"),
        ({"outer": {"\ud800": 1}}, r"value\.outer has a key that holds half of a surrogate"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(value: object, words: str) -> None:
    with pytest.raises(CanonicalError, match=words):
        canonical_bytes(value)


def test_thirty_two_levels_pass_and_thirty_three_do_not() -> None:
    value: object = "deep"
    for _ in range(32):
        value = [value]
    assert canonical_bytes(value).startswith(b"[[")
    with pytest.raises(CanonicalError, match="32 levels"):
        canonical_bytes([value])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


@given(json_values)
def test_stored_json_gives_the_same_bytes_again(value: object) -> None:
    once = canonical_bytes(value)
    assert json.loads(once) == plain(value) == value
    assert canonical_bytes(json.loads(once)) == once


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 9), min_size=2))
def test_the_order_of_keys_makes_no_difference(value: dict[str, int]) -> None:
    assert canonical_bytes(dict(reversed(value.items()))) == canonical_bytes(value)


def test_the_callers_value_is_not_changed_and_enums_lose_their_class() -> None:
    value = {"colour": Colour.RED, "amounts": (Decimal(1),)}
    result = plain(value)
    assert type(result["colour"]) is str
    assert value == {"colour": Colour.RED, "amounts": (Decimal(1),)}


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(_PLAIN)
def test_our_writer_and_the_general_one_write_the_same(value: object) -> None:
    assert written(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_every_character_is_written_as_the_general_writer_does() -> None:
    """All of them in one text, and each of the first plane alone: escapes are what may differ."""
    everything = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
    assert written("".join(everything)) == rfc8785.dumps("".join(everything))
    assert written(everything[:0x10000]) == rfc8785.dumps(everything[:0x10000])
