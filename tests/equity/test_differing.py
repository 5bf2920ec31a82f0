"""Two texts word by word: nothing lost, nothing made up, and never slow."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equity.differing import Piece, pieces

WORDS = st.lists(st.sampled_from(["le", "prix", "4", "500", " ", "\n", ",", "é", "_", "œuf"]))


@given(WORDS, WORDS)
def test_each_text_is_read_back_to_the_letter(old: list[str], new: list[str]) -> None:
    before, after = "".join(old), "".join(new)
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.sort != "new") == before
    assert "".join(one.text for one in found if one.sort != "gone") == after
    assert all(one.text for one in found)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ()),
        ("Un four.", "Un four.", (("same", "Un four."),)),
        ("", "Un four.", (("new", "Un four."),)),
        ("Un four.", "", (("gone", "Un four."),)),
        (
            "Un four neuf à gaz.",
            "Un four usagé à gaz.",
            (("same", "Un four "), ("gone", "neuf"), ("new", "usagé"), ("same", " à gaz.")),
        ),
        # An amount is one word, whatever stands between its thousands.
        (
            "Maximum\u00a0: 100\u00a0000,00\u00a0$",
            "Maximum\u00a0: 50\u00a0000,00\u00a0$",
            (
                ("same", "Maximum\u00a0: "),
                ("gone", "100\u00a0000,00\u00a0$"),
                ("new", "50\u00a0000,00\u00a0$"),
            ),
        ),
        (
            "Price: $1,000.00",
            "Price: $1,000.50",
            (("same", "Price: "), ("gone", "$1,000.00"), ("new", "$1,000.50")),
        ),
        # Two words apart are one difference: what is between them would only be noise.
        ("a b c", "x b y", (("gone", "a b c"), ("new", "x b y"))),
    ],
)
def test_what_went_and_what_came(before: str, after: str, expected: tuple[object, ...]) -> None:
    assert pieces(before, after) == tuple(Piece(*one) for one in expected)  # type: ignore[misc]


def test_long_texts_without_a_common_word_take_no_time() -> None:
    before, after = "a b " * 5000, "c d " * 5000
    began = perf_counter()
    found = pieces(before, after)
    assert perf_counter() - began < 1
    assert [one.sort for one in found] == ["gone", "new", "same"]
