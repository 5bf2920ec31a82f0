"""The items of Form 45-110F1 that an issuer answers: none left out (general instruction 6)."""

from typing import Any

import pytest

from compliance.rules.ni45_110 import items

FORM_ORDER = (
    *("2.1", "2.2", "3.1", "4.2a", "4.2b", "4.2c", "4.2d", "5.5", "5.6"),
    *("6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "7.1", "8.1", "9.1"),
    *("10.1", "10.2", "11.1", "11.2", "11.3"),
)
WHOLE: dict[str, Any] = dict.fromkeys(FORM_ORDER, "Réponse")


def test_nothing_answered_is_everything_missing_in_the_order_of_the_form() -> None:
    assert items.ANSWERED == FORM_ORDER
    assert items.missing({}) == FORM_ORDER
    assert items.missing(WHOLE) == ()


@pytest.mark.parametrize("item", FORM_ORDER)
@pytest.mark.parametrize("empty", [None, "", "   ", "\n\t"])
def test_each_item_by_itself(item: str, empty: str | None) -> None:
    assert items.missing(WHOLE | {item: empty}) == (item,)
    assert items.missing({key: WHOLE[key] for key in WHOLE if key != item}) == (item,)


@pytest.mark.parametrize("answer", ["not_applicable", [], {}, False, 0, "s.o.", True, ["a"]])
def test_what_counts_as_an_answer(answer: object) -> None:
    assert items.missing(WHOLE | {"8.1": answer}) == ()


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({"4.2": "Non."}, ()),
        ({"4.2": ""}, ("4.2a", "4.2b", "4.2c", "4.2d")),
        ({"4.2": None}, ("4.2a", "4.2b", "4.2c", "4.2d")),
        ({"4.2a": [], "4.2c": []}, ("4.2b", "4.2d")),
        ({"4.2": "Non.", "4.2b": ""}, ("4.2b",)),  # an empty answer of its own stays empty
    ],
)
def test_the_four_questions_of_item_4_2(answers: dict[str, Any], missing: tuple[str, ...]) -> None:
    rest = {key: value for key, value in WHOLE.items() if not key.startswith("4.2")}
    assert items.missing(rest | answers) == missing


def test_an_unknown_item_answers_nothing() -> None:
    assert items.missing({"99.9": "Réponse"}) == FORM_ORDER


@pytest.mark.parametrize(("written", "key"), [("4.2 a", "4.2a"), ("4.2a", "4.2a"), ("6.1", "6.1")])
def test_the_key_of_an_item(written: str, key: str) -> None:
    assert items.key(written) == key


@pytest.mark.parametrize(
    ("answer", "languages", "met"),
    [
        ({"fr": "Oui", "en": "Yes"}, ("fr", "en"), True),
        ({"fr": "Oui", "en": " "}, ("fr", "en"), False),
        ({"fr": "Oui", "en": " "}, ("fr",), True),
        ({"fr": "Oui"}, ("fr", "en"), False),
        ([{"heading": {"fr": "Titre", "en": ""}, "text": "x"}], ("fr", "en"), False),
        ([{"heading": {"fr": "Titre", "en": ""}, "text": "x"}], ("fr",), True),
        ("Le même dans les deux langues", ("fr", "en"), True),
        ({"yes": False, "details": {"fr": "", "en": ""}}, ("fr", "en"), True),
    ],
)
def test_a_text_given_by_language_is_there_in_every_language_of_the_document(
    answer: object, languages: tuple[str, ...], met: bool
) -> None:
    answers = dict.fromkeys(items.ANSWERED, "réponse") | {"6.1": answer}
    assert items.missing(answers, languages) == (() if met else ("6.1",))
