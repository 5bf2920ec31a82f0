"""Sealed values open where they were put, and nowhere else (guarantees C4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.sealing.aead import SealBroken, header, key_id_of, open_sealed, seal
from compliance.sealing.keyring import KeyRing

A, B, C, INDEX = (bytes([first, *range(1, 32)]) for first in (1, 2, 3, 4))
RING = KeyRing(keys={"a": A, "b": B}, active_id="b", index_key=INDEX)
OLD_RING = KeyRing(keys={"a": A}, active_id="a", index_key=INDEX)
IMPOSTOR = KeyRing(keys={"b": C}, active_id="b", index_key=INDEX)
HERE, THERE = b"letter.text:1", b"letter.text:2"


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_opens_again(plaintext: bytes, context: bytes) -> None:
    sealed = seal(plaintext, ring=RING, context=context)
    assert open_sealed(sealed, ring=RING, context=context) == plaintext
    assert sealed.startswith(header("b"))


def test_a_nine_byte_value_is_stored_in_forty_bytes_and_never_twice_alike() -> None:
    first, second = (seal(b"123456789", ring=RING, context=HERE) for _ in range(2))
    assert len(first) == 1 + 1 + 1 + 12 + 9 + 16
    assert first != second


@given(st.binary(max_size=60), st.data())
def test_a_flipped_bit_is_refused_wherever_it_is(plaintext: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(plaintext, ring=RING, context=HERE))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(SealBroken):
        open_sealed(bytes(sealed), ring=RING, context=HERE)


@given(st.binary(max_size=60), st.data())
def test_a_truncated_or_lengthened_value_is_refused(plaintext: bytes, data: st.DataObject) -> None:
    sealed = seal(plaintext, ring=RING, context=HERE)
    kept = data.draw(st.integers(0, len(sealed) - 1))
    with pytest.raises(SealBroken):
        open_sealed(sealed[:kept], ring=RING, context=HERE)
    with pytest.raises(SealBroken):
        open_sealed(sealed + data.draw(st.binary(min_size=1, max_size=9)), ring=RING, context=HERE)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_values_swapped_between_rows_are_refused(one: bytes, two: bytes) -> None:
    here, there = (
        seal(one, ring=RING, context=HERE),
        seal(two, ring=RING, context=THERE),
    )
    with pytest.raises(SealBroken, match=r"letter\.text:2.*moved from another row"):
        open_sealed(here, ring=RING, context=THERE)
    with pytest.raises(SealBroken, match="altered"):
        open_sealed(there, ring=RING, context=HERE)


def test_the_wrong_key_of_the_right_name_is_refused() -> None:
    sealed = seal(b"secret", ring=RING, context=HERE)
    with pytest.raises(SealBroken, match="another key of the same name"):
        open_sealed(sealed, ring=IMPOSTOR, context=HERE)


def test_a_value_under_a_key_that_is_gone_says_which() -> None:
    sealed = seal(b"secret", ring=RING, context=HERE)
    with pytest.raises(SealBroken, match=r"'b', which the key ring does not hold \(it holds a\)"):
        open_sealed(sealed, ring=OLD_RING, context=HERE)


def test_a_retired_key_still_opens_what_it_sealed() -> None:
    sealed = seal(b"secret", ring=OLD_RING, context=HERE)
    assert key_id_of(sealed) == "a"
    assert open_sealed(sealed, ring=RING, context=HERE) == b"secret"


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_with_seal_broken_and_nothing_else(rubbish: bytes) -> None:
    with pytest.raises(SealBroken):
        open_sealed(rubbish, ring=RING, context=HERE)


@pytest.mark.parametrize(
    ("sealed", "words"),
    [
        (b"", "no header"),
        (b"\x01", "no header"),
        (b"\x02\x01b" + bytes(28), "version 2"),
        (b"\x01\x00" + bytes(28), "cut short"),
        (b"\x01\x01b" + bytes(27), "cut short"),
        (b"\x01\x01\xff" + bytes(28), "unreadable"),
    ],
)
def test_a_malformed_value_says_what_is_wrong(sealed: bytes, words: str) -> None:
    with pytest.raises(SealBroken, match=words):
        open_sealed(sealed, ring=RING, context=HERE)


def test_a_refusal_does_not_show_the_value() -> None:
    sealed = seal(b"Marie Tremblay", ring=RING, context=HERE)
    with pytest.raises(SealBroken) as refusal:
        open_sealed(sealed, ring=RING, context=THERE)
    assert "Marie" not in str(refusal.value)
    assert refusal.value.__cause__ is None
