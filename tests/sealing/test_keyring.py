"""The key ring: what it accepts, what it says when it refuses, and that it never shows a key."""

import base64
import pickle

import pytest

from compliance.sealing.keyring import KeyRing, KeyRingError, generate_spec

ONE, TWO, INDEX = (bytes([first, *range(1, 32)]) for first in (1, 2, 3))
SPEC = f"active = b\na = {ONE.hex()}\nb = {TWO.hex()}\nindex = {INDEX.hex()}\n"


def test_a_spec_is_read_with_its_keys_its_active_one_and_its_index_key() -> None:
    ring = KeyRing.from_spec(SPEC)
    assert ring.active_id == "b"
    assert ring.key_ids == {"a", "b"}
    assert ring.index_key == INDEX
    assert ring.cipher("c") is None


def test_remarks_semicolons_and_both_kinds_of_base64_are_read() -> None:
    standard = base64.b64encode(b"\xfb\xff" + TWO[:30]).decode()
    urlsafe = base64.urlsafe_b64encode(b"\xfb\xfe" + TWO[:30]).decode().rstrip("=")
    ring = KeyRing.from_spec(
        f"# the ring\nactive=a; a = {standard} # newest; index = {urlsafe}\nindex = {urlsafe}"
    )
    assert ring.index_key == b"\xfb\xfe" + TWO[:30]


def test_a_generated_spec_is_a_ring_and_never_the_same_twice() -> None:
    first, second = generate_spec("k1"), generate_spec("k1")
    assert KeyRing.from_spec(first).active_id == "k1"
    assert first != second


def test_a_file_is_read(tmp_path) -> None:
    place = tmp_path / "ring"
    place.write_text(SPEC)
    assert KeyRing.from_file(place).key_ids == {"a", "b"}
    with pytest.raises(KeyRingError, match="cannot be read"):
        KeyRing.from_file(tmp_path / "missing")
    place.write_bytes(b"\xff\xfe")
    with pytest.raises(KeyRingError, match="not plain text"):
        KeyRing.from_file(place)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("", "no `active"),
        (f"active = a\na = {ONE.hex()}", "no `index"),
        (SPEC.replace("active = b", "active = c"), "not in the key ring, which holds: a, b"),
        (SPEC.replace("active = b", f"active = {ONE.hex()}"), "must be the id"),
        (f"{SPEC}a = {ONE.hex()}", "'a' twice"),
        (f"{SPEC}C = {ONE.hex()}", "cannot name a data key"),
        (f"{SPEC}{'c' * 33} = {'04' * 31}05", "33 characters"),
        (SPEC.replace(TWO.hex(), TWO.hex()[:-2]), "neither hexadecimal nor base64|bytes long"),
        (SPEC.replace(TWO.hex(), base64.b64encode(TWO[:31]).decode()), "31 bytes long"),
        (SPEC.replace(TWO.hex(), base64.b64encode(TWO + b"x").decode()), "33 bytes long"),
        (SPEC.replace(TWO.hex(), "!!!"), "neither hexadecimal nor base64"),
        (SPEC.replace(TWO.hex(), "00" * 32), "one byte repeated"),
        (SPEC.replace(TWO.hex(), ONE.hex()), "hold the same key"),
        (SPEC.replace(INDEX.hex(), ONE.hex()), "hold the same key"),
        (ONE.hex(), "not written as"),
        ("active =", "not written as"),
    ],
)
def test_a_wrong_spec_is_refused_in_words_without_its_keys(spec: str, words: str) -> None:
    with pytest.raises(KeyRingError, match=words) as refusal:
        KeyRing.from_spec(spec)
    for key in (ONE, TWO, INDEX):
        assert key.hex()[:16] not in str(refusal.value)


def test_a_ring_shows_ids_and_no_key_and_is_not_pickled() -> None:
    ring = KeyRing.from_spec(SPEC)
    assert repr(ring) == "<KeyRing of a, b; active b>"
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(ring)
