"""Two texts compared word by word: nothing is lost, and a change reads as one."""

import time

import pytest
from django.template import Context, Template
from django.utils import translation

from compliance.web.differences import AROUND, differences

LONG = " ".join(f"mot{number}" for number in range(200))


def kinds(before: str, after: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in differences(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("même texte", "même texte", [("same", "même texte")]),
        ("", "du sucre", [("new", "du sucre")]),
        ("du sucre", "", [("gone", "du sucre")]),
        (
            "60 jours au plus",
            "90 jours au plus",
            [("gone", "60 "), ("new", "90 "), ("same", "jours au plus")],
        ),
        ("un deux", "un deux trois", [("same", "un deux "), ("new", "trois")]),
        # A lone word between two replacements does not break one change in two.
        (
            "le 3 de mars matin",
            "le 4 de mai matin",
            [("same", "le "), ("gone", "3 de mars "), ("new", "4 de mai "), ("same", "matin")],
        ),
        # An amount is one word, whatever stands in it.
        (
            "au plus 50\u00a0000,00\u00a0$ par an",
            "au plus 60\u00a0000,00\u00a0$ par an",
            [
                ("same", "au plus "),
                ("gone", "50\u00a0000,00\u00a0$ "),
                ("new", "60\u00a0000,00\u00a0$ "),
                ("same", "par an"),
            ],
        ),
        # A space more is no difference; a paragraph is.
        ("un  deux", "un deux", [("same", "un deux")]),
        ("un deux", "un\n\ndeux", [("gone", "un "), ("new", "un\n\n"), ("same", "deux")]),
    ],
)
def test_what_goes_and_what_comes(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(before, after) == expected


def test_every_word_of_both_texts_is_there() -> None:
    before = f"{LONG} ancien {LONG}"
    after = f"{LONG} nouveau, {LONG} fin"
    found = differences(before, after)
    assert "".join(one.text for one in found if one.kind != "gone") == after
    gone = "".join(one.text for one in found if one.kind != "new")
    assert gone.split() == before.split()


def test_what_did_not_change_is_cut_around_the_change() -> None:
    found = differences(f"{LONG} ancien {LONG}", f"{LONG} nouveau {LONG}", whole=False)
    assert [one.kind for one in found] == ["cut", "same", "gone", "new", "same", "cut"]
    assert found[0].text == found[-1].text == str(200 - AROUND)
    assert len(found[1].text.split()) == len(found[4].text.split()) == AROUND


def test_two_books_do_not_hold_a_page() -> None:
    before = "\n".join(f"{LONG} {number}" for number in range(100))
    after = before.replace("mot7 ", "motif7 ")
    begun = time.perf_counter()
    found = differences(before, after)
    assert time.perf_counter() - begun < 2
    assert "".join(one.text for one in found if one.kind != "gone") == after


@pytest.mark.parametrize(("language", "words"), [("fr", "[retiré"), ("en", "[taken out")])
def test_a_change_is_said_in_words_too_and_escaped(language: str, words: str) -> None:
    with translation.override(language):
        page = Template("{% load differences %}{% compared a b %}").render(
            Context({"a": "un <b>vieux</b> mot", "b": "un <i>neuf</i> mot"})
        )
    assert words in page
    assert "&lt;b&gt;vieux" in page
    assert "<b>" not in page
    assert page.count("<del>") == page.count("<ins>") == 1
