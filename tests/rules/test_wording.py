"""Prescribed wording: complete, in both languages, chosen by kind of portal, filled in whole."""

import re
from datetime import date
from importlib import resources
from typing import Any

import pytest

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.grades import Grade
from compliance.rules.wording import (
    Statement,
    WordingError,
    risk_statements,
    statement,
    statement_ids,
    statements_of,
)
from compliance.rules.wording.statements import parse_statements

ON = date(2026, 3, 2)
NBSP = "\u00a0"
# fmt: off
WHOLE_RISK_FORM = (
    "F2.T", "H1", "H2", "R0", "F2.1", "R1", "R2", "R3", "R4", "F2.2", "R5", "R6", "F2.3", "R7",
    "F2.4", "R8", "R9", "S1", "R10", "F2.5", "R11", "R12", "R13",
)
# fmt: on
FORMS = (
    "45-110F1",
    "45-110F2",
    "45-110F3",
    "45-110F4",
    "45-110F5",
    "45-102",
    "entry notice",
    "draft mark",
)


def everything() -> list[Statement]:
    seen = {
        (found.id, found.applies_to, found.language): found
        for form in FORMS
        for language in ("fr", "en")
        for kind in ("exempt", "dealer")
        for found in _of(form, language, kind)
    }
    return list(seen.values())


def _of(form: str, language: Any, kind: Any) -> tuple[Statement, ...]:
    return statements_of(form, language, ON, kind)


def numbered(prefix: str, first: int, last: int) -> set[str]:
    return {f"{prefix}{number}" for number in range(first, last + 1)}


def test_no_row_is_missing() -> None:
    assert set(statement_ids()) == (
        numbered("P", 1, 11)
        | numbered("R", 0, 13)
        | {"F1.T", "F2.T"}
        | numbered("F1.", 1, 14)
        | numbered("F2.", 1, 5)
        | {"H1", "H2", "S1", "E1", "E2", "N1", "N2", "D1"}
        | {"L4.1", "L5.3a", "L5.3b", "L5.5", "L5.7", "L6.4", "L7.2"}
        | {"Q4.2a", "Q4.2b", "Q4.2c", "Q4.2d"}
        | {f"F3.{part}" for part in ("T", *"ABCDEFGH", "G1", "H1", "H2")}
        | {f"F4.{part}" for part in ("T", *"ABCDEF", "E1", "F1", "F2")}
        | {f"F5.{part}" for part in ("T", *"ABCD", "C1")}
        | numbered("106.", 1, 11)
        | {"106.T", "106.C", "106.N"}
    )


def test_every_statement_is_in_both_languages() -> None:
    by_language = {
        language: {(s.id, s.applies_to) for s in everything() if s.language == language}
        for language in ("fr", "en")
    }
    assert by_language["fr"] == by_language["en"]
    assert len(by_language["fr"]) == 94  # 93 ids, F2.2 in two variants


def test_nothing_is_confirmed_yet() -> None:
    assert {s.status for s in everything()} == {"unconfirmed"}


@pytest.mark.parametrize(
    ("id_", "english", "french"),
    [
        ("F1.T", Grade.VERIFIED, Grade.RECALLED),
        ("P1", Grade.RECALLED, Grade.RECALLED),
        ("R1", Grade.RECALLED, Grade.RECALLED),
        ("N1", Grade.SECONDARY, Grade.RECALLED),
        ("E1", Grade.SECONDARY, Grade.SECONDARY),
        ("D1", Grade.POLICY, Grade.POLICY),
    ],
)
def test_grades_are_per_language(id_: str, english: Grade, french: Grade) -> None:
    assert statement(id_, "en", ON).grade == english
    assert statement(id_, "fr", ON).grade == french


def test_our_own_sentences_are_not_called_prescribed() -> None:
    assert {s.id for s in everything() if not s.prescribed} == {"E1", "E2", "N2", "D1"}


def test_the_questions_of_the_risk_form() -> None:
    assert risk_statements("exempt", ON) == ("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9")
    assert risk_statements("dealer", ON) == ("R1", "R2", "R3", "R4", "R5", "R7", "R8", "R9")
    for id_ in risk_statements("exempt", ON):
        assert statement(id_, "en", ON).text.endswith("?") or id_ == "R7"
        assert "?" in statement(id_, "fr", ON).text


@pytest.mark.parametrize(("kind", "without"), [("exempt", {"R13"}), ("dealer", {"R6"})])
def test_the_risk_form_in_its_order_for_each_kind_of_portal(kind: Any, without: set[str]) -> None:
    served = [s.id for s in statements_of("45-110F2", "fr", ON, kind)]
    assert served == [id_ for id_ in WHOLE_RISK_FORM if id_ not in without]


def test_the_heading_without_advice_has_two_variants() -> None:
    assert statement("F2.2", "en", ON, "exempt").text == "2. No approval and no advice"
    assert statement("F2.2", "en", ON, "dealer").text == "2. No approval"
    assert statement("F2.2", "fr", ON, "exempt").text == "2. Absence d'approbation et de conseils"
    assert statement("F2.2", "fr", ON, "dealer").text == "2. Absence d'approbation"
    with pytest.raises(WordingError, match="say which"):
        statement("F2.2", "fr", ON)


@pytest.mark.parametrize(
    ("id_", "wrong"), [("R6", "dealer"), ("R13", "exempt"), ("E1", "dealer"), ("E2", "exempt")]
)
def test_a_statement_for_the_other_kind_of_portal_is_refused(id_: str, wrong: Any) -> None:
    with pytest.raises(WordingError, match="not used on a portal"):
        statement(id_, "fr", ON, wrong)
    assert statement(id_, "fr", ON).id == id_


def test_the_words_have_dates() -> None:
    assert statement("P1", "fr", date(2021, 9, 21)).effective_from == date(2021, 9, 21)
    for ask in (
        lambda day: statement("P1", "fr", day),
        lambda day: statements_of("45-110F2", "en", day, "exempt"),
        lambda day: risk_statements("exempt", day),
    ):
        with pytest.raises(OutsideDates, match="2021-09-20"):
            ask(date(2021, 9, 20))


@pytest.mark.parametrize(
    ("id_", "language", "kind"),
    [("P99", "fr", None), ("P1", "de", None), ("P1", "fr", "bank"), ("p1", "fr", None)],
)
def test_what_there_is_not(id_: str, language: Any, kind: Any) -> None:
    with pytest.raises(WordingError):
        statement(id_, language, ON, kind)


def test_there_is_no_such_form() -> None:
    with pytest.raises(WordingError, match="no form"):
        statements_of("45-106F9", "fr", ON, "exempt")


def test_a_statement_is_filled_in_whole() -> None:
    name = statement("H1", "fr", ON)
    assert name.variables == ("issuer",)
    assert name.render(issuer="Érablière {issuer} inc.") == (
        f"Nom de l'émetteur{NBSP}: Érablière {{issuer}} inc."
    )
    for wrong in ({}, {"issuer": " "}, {"issuer": "A", "other": "B"}, {"name": "A"}):
        with pytest.raises(WordingError, match="H1"):
            name.render(**wrong)
    assert statement("P7", "en", ON).render() == statement("P7", "en", ON).text
    with pytest.raises(WordingError, match="nothing"):
        statement("P7", "en", ON).render(issuer="A")


def test_a_variable_that_comes_twice_is_filled_in_twice() -> None:
    text = statement("P8", "en", ON).render(issuer="Maple inc.")
    assert text.count("Maple inc.") == 2


def test_both_languages_ask_for_the_same_variables_and_keep_no_bracket() -> None:
    for found in everything():
        other = statement(
            found.id, "en" if found.language == "fr" else "fr", ON, found.applies_to or "exempt"
        )
        assert found.variables == other.variables
        text = found.text
        if found.kind == "placeholder":
            assert (text[0], text[-1]) == ("[", "]"), found.id
            text = text[1:-1]
        assert not re.search(r"[\[\]*_]", re.sub(r"\{\w+\}", "", text)), found.id
        assert "{" not in found.render(**dict.fromkeys(found.variables, "x"))


def test_quebec_typography() -> None:
    for found in everything():
        text = found.text
        assert text == text.strip()
        assert "  " not in text
        if found.language == "fr":
            assert not re.search(r" [:;!?]", text), found.id
            assert not re.search(rf"(?<!{NBSP}):", text), found.id
            assert not re.search(rf"{NBSP}[;!?]", text), found.id
        else:
            assert NBSP not in text


def test_labels_that_are_lists_have_as_many_parts_in_each_language() -> None:
    for id_ in ("L4.1", "L5.3a", "L5.3b", "L5.5", "L5.7", "L6.4", "L7.2"):
        assert len(statement(id_, "fr", ON).parts) == len(statement(id_, "en", ON).parts)
    assert statement("L7.2", "en", ON).parts == (
        "Description of intended use of funds listed in order of priority",
        "Assuming minimum offering amount",
        "Assuming maximum offering amount",
    )


WORDS = {
    ("R2", "en"): "No income – Do you understand that you may not earn any income, such as "
    "dividends or interest, on this investment?",
    ("R2", "fr"): "Absence de revenu – Comprenez-vous que ce placement pourrait ne vous procurer "
    "aucun revenu, tel que des dividendes ou des intérêts?",
    ("P7", "en"): "The securities you are purchasing are subject to a resale restriction. You "
    "might never be able to resell the securities.",
    ("P7", "fr"): "Les titres que vous souscrivez font l'objet d'une restriction à la revente. "
    "Vous pourriez ne jamais être en mesure de les revendre.",
    ("P10", "en"): "This offering document does not contain a misrepresentation.",
    (
        "P10",
        "fr",
    ): "Le présent document d'offre ne contient aucune information fausse ou trompeuse.",
    (
        "D1",
        "en",
    ): "DRAFT – Prescribed wording not confirmed: {ids}. Not to be used with the public.",
    ("D1", "fr"): f"ÉBAUCHE – Texte prescrit non confirmé{NBSP}: {{ids}}. Ne pas utiliser auprès "
    "du public.",
}


@pytest.mark.parametrize(("id_", "language"), WORDS)
def test_some_words_as_they_are(id_: str, language: Any) -> None:
    assert statement(id_, language, ON).text == WORDS[id_, language]


def test_two_business_days_and_never_48_hours() -> None:
    assert "second business day" in statement("P9", "en", ON).text
    assert "deuxième jour ouvrable" in statement("P9", "fr", ON).text
    assert not [s.id for s in everything() if re.search(r"48|hours|heures", s.text)]


def test_the_digest_is_that_of_the_words() -> None:
    digests = [s.version_digest for s in everything()]
    assert len(set(digests)) == len(digests) == 188
    packaged = resources.files("compliance.rules.wording").joinpath("form_45_110f2.toml")
    text = packaged.read_text(encoding="utf-8")
    corrected = parse_statements(text.replace("Risk of loss –", "Risk of loss:"))
    before = {(s.id, s.applies_to, s.language): s.version_digest for s in parse_statements(text)}
    changed = {
        (s.id, s.language)
        for s in corrected
        if before[s.id, s.applies_to, s.language] != s.version_digest
    }
    assert changed == {("R1", "en")}


ONE = """
[[statement]]
id = "X1"
form = "45-110F1"
item = "1"
kind = "statement"
prescribed = true
variables = { issuer = "name" }
[[statement.version]]
from = 2021-09-21
status = "unconfirmed"
reviewed = 2026-11-23
grade_en = "recalled"
grade_fr = "recalled"
confidence_en = "h"
confidence_fr = "h"
en = "Old {issuer}"
fr = "Ancien {issuer}"
"""
LATER = ONE[ONE.index("[[statement.version]]") :].replace("2021-09-21", "2027-01-01")


def test_a_new_version_takes_over_on_its_day() -> None:
    closed = ONE.replace("from = 2021-09-21", "from = 2021-09-21\nuntil = 2026-12-31")
    old, _, new, _ = parse_statements(closed + LATER.replace("Ancien", "Nouveau"))
    assert (old.language, old.text, new.text) == ("fr", "Ancien {issuer}", "Nouveau {issuer}")
    days = (date(2026, 12, 31), date(2027, 1, 1))
    assert [old.holds(day) for day in days] == [True, False]
    assert [new.holds(day) for day in days] == [False, True]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ONE + LATER, "begins before"),
        (ONE.replace("unconfirmed", "sure"), "not a status"),
        (ONE.replace('fr = "Ancien {issuer}"', 'fr = "Ancien {nom}"'), "between braces"),
        (ONE.replace("Old {issuer}", "Old"), "between braces"),
        (ONE.replace("prescribed = true", 'prescribed = true\napplies_to = "bank"'), "applies_to"),
        (ONE.replace('grade_fr = "recalled"', 'grade_fr = "sure"'), "sure"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_statements(text)
