"""Blind indexes: which spellings are one text, and which stay two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.sealing.index import blind_index, keyed_digest, normalise
from compliance.sealing.keyring import KeyRing

KEYS = [bytes([first, *range(1, 32)]) for first in (1, 2, 3)]
RING = KeyRing(keys={"a": KEYS[0]}, active_id="a", index_key=KEYS[1])
ROTATED = KeyRing(keys={"b": KEYS[2]}, active_id="b", index_key=KEYS[1])
OTHER_INDEX = KeyRing(keys={"a": KEYS[0]}, active_id="a", index_key=KEYS[2])


def index(text: str, *, ring: KeyRing = RING, purpose: str = "p.email", strip: bool = False):
    return blind_index(text, ring=ring, purpose=purpose, strip_accents=strip)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marie@Exemple.CA", "marie@exemple.ca"),
        ("  Rue   de la\u00a0Paix ", "rue de la paix"),
        ("Côté", "co\u0302te\u0301"),  # composed and decomposed
        ("STRASSE", "straße"),
        ("ﬁn", "fin"),  # the ligature
        ("ma\u200brie\u00ad", "marie"),  # zero-width space, soft hyphen
        ("ＭＡＲＩＥ", "marie"),  # full width
    ],
)
def test_what_looks_the_same_has_one_index(one: str, other: str) -> None:
    assert index(one) == index(other)


def test_accents_are_kept_or_stripped_as_asked() -> None:
    assert index("Côté") != index("Cote")
    assert index("Côté", strip=True) == index("cote", strip=True)
    assert index("Cœur d'Érablière", strip=True) == index("coeur d'erabliere", strip=True)
    assert index("ab") != index("a b")


@given(st.text(max_size=30), st.booleans())
def test_normalising_twice_changes_nothing_more(text: str, strip: bool) -> None:
    once = normalise(text, strip_accents=strip)
    assert normalise(once, strip_accents=strip) == once


def test_purpose_and_index_key_separate_and_data_keys_do_not() -> None:
    assert index("x", purpose="p.email") != index("x", purpose="p.name")
    assert index("x", ring=OTHER_INDEX) != index("x")
    assert index("x", ring=ROTATED) == index("x")
    assert len(index("")) == 32


def test_purpose_and_text_cannot_run_into_each_other() -> None:
    assert index("bc", purpose="a") != index("c", purpose="ab")
    for wrong in ("", "A", "a b", "a\x00b", "é", "a" * 65):
        with pytest.raises(ValueError, match="purpose"):
            index("x", purpose=wrong)


def test_a_digest_of_exact_bytes_for_one_purpose_under_the_index_key() -> None:
    def digest(content: bytes, ring: KeyRing = RING, purpose: str = "p.body") -> bytes:
        return keyed_digest(content, ring=ring, purpose=purpose)

    assert digest(b"x") == digest(b"x") == digest(b"x", ring=ROTATED)
    others = {digest(b"X"), digest(b"x "), digest(b"x", OTHER_INDEX), digest(b"x", purpose="p")}
    assert len(others | {digest(b"x")}) == 5
    assert digest(b"marie@exemple.ca", purpose="p.email") == index("Marie@Exemple.CA")
    with pytest.raises(ValueError, match="purpose"):
        digest(b"x", purpose="")
