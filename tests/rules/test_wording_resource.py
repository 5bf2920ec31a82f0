"""The file of a form's words: written, corrected, read; everything wrong with it said at once."""

import json
import tomllib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from compliance.rules.kernel.grades import Grade
from compliance.rules.wording import packaged
from compliance.rules.wording.checking import WordsRefused, check_words, fault, tidied
from compliance.rules.wording.resource import (
    FORMS,
    LARGEST,
    prescribed_of,
    read_resource,
    write_resource,
)

ON = date(2026, 11, 26)
NBSP = "\u00a0"
Rows = list[dict[str, Any]]


def file(form: str = "45-110F2", language: Any = "fr", **head: Any) -> dict[str, Any]:
    """A whole file as its names and values."""
    found = tomllib.loads(write_resource(form, language, packaged(), on=ON))
    return found | {"source": "Annexe 45-110A2"} | head


def read(given: dict[str, Any]) -> Any:
    return read_resource(json.dumps(given, default=str).encode(), on=ON)


def refused(given: dict[str, Any] | bytes) -> list[str]:
    """The codes of what is wrong, each with a sentence in both languages."""
    content = given if isinstance(given, bytes) else json.dumps(given, default=str).encode()
    with pytest.raises(WordsRefused) as caught:
        read_resource(content, on=ON)
    for one in caught.value.faults:
        for language in ("fr", "en"):
            said = one.message(language)
            assert "{" not in said or one.code in ("variable_missing", "variable_unknown", "braces")
            assert said.endswith(".")
    return [f"{one.where} {one.code}".strip() for one in caught.value.faults]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_written_is_read_as_it_is(form: str, language: Any) -> None:
    text = write_resource(form, language, packaged(), on=ON)
    assert refused(text.encode()) == ["source empty"]
    found = read_resource(text.replace('source = ""', 'source = "Bulletin"', 1).encode(), on=ON)
    assert [(e.packaged, e.text) for e in found.entries] == [
        (one, one.text) for one in prescribed_of(form, language)
    ]
    head = found.head
    assert (head.form, head.language, head.effective_from) == (form, language, ON)
    assert (head.grade, head.source) == (Grade.RECALLED, "Bulletin")


@pytest.mark.parametrize(
    ("head", "wrong"),
    [
        ({"form": "45-106F9"}, "form form"),
        ({"form": 7}, "form not_text"),
        ({"language": "de"}, "language language"),
        ({"source": "  "}, "source empty"),
        ({"effective_from": "21 septembre 2021"}, "effective_from day"),
        ({"effective_from": "2021-09-31"}, "effective_from day"),
        ({"effective_from": "2021-09-20"}, "effective_from too_early"),
        ({"effective_from": "2062-01-01"}, "effective_from too_late"),
        ({"effective_from": 20210921}, "effective_from day"),
        ({"grade": "sure"}, "grade grade"),
        ({"grade": "policy"}, "grade grade"),
        ({"grade": "verified"}, "grade verified_by_file"),
        ({"source_sha256": "A" * 64}, "source_sha256 digest"),
        ({"editor": "x"}, "key_unknown"),
        ({"format": "wording/2"}, "format"),
        ({"statement": []}, "none"),
        ({"statement": "R1"}, "none"),
    ],
)
def test_a_head_that_does_not_hold_together(head: dict[str, Any], wrong: str) -> None:
    assert refused(file() | head) == [wrong]


def test_verified_takes_the_digest_of_the_official_file() -> None:
    assert read(file(grade="verified", source_sha256="0" * 64)).head.grade is Grade.VERIFIED
    assert refused({k: v for k, v in file().items() if k not in ("source", "grade")}) == [
        "key_missing"
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfeR1", b"id = R1", b"[1]", b'{"format": ', b"{" * 5000, "é".encode("latin-1")],
)
def test_what_cannot_be_read(content: bytes) -> None:
    assert refused(content) in (["unreadable"], ["format"])


def test_a_file_that_is_none_is_not_read_through() -> None:
    assert refused(b"#" * (LARGEST + 1)) == ["large"]


def _drop(number: int) -> Callable[[Rows], Rows]:
    return lambda rows: [row for row in rows if row["id"] != f"R{number}"]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (_drop(3), ["risks"]),
        (lambda rows: [*rows, rows[0]], ["F2.T twice"]),
        (lambda rows: [rows[1], rows[0], *rows[2:]], ["F2.T order"]),
        (lambda rows: [*rows, {"id": "R14", "text": "Et?"}], ["R14 unknown"]),
        (lambda rows: [*rows, {"id": "P1", "text": "Et."}], ["P1 unknown"]),
        (lambda rows: [{"id": "F2.2", "text": "2."}], ["F2.2 variant"]),
        (lambda rows: [{"id": "R6", "text": "Et?", "applies_to": "dealer"}], ["R6 variant"]),
        (lambda rows: [{"id": "R1"}], ["R1 key_missing"]),
        (lambda rows: [{"text": "R1"}], ["[[statement]] 1 key_missing"]),
        (lambda rows: [{"id": "R1", "text": 5}], ["R1 not_text"]),
        (lambda rows: [{"id": "S1", "text": "{name}", "note": "x"}], ["S1 key_unknown"]),
        (lambda rows: [{"id": "S1", "text": "Nom"}, {"id": "H1", "text": ""}],
         ["S1 variable_missing", "H1 empty", "H1 order"]),
    ],
)  # fmt: skip
def test_a_set_of_statements_that_is_not_the_forms(
    change: Callable[[Rows], Rows], wrong: list[str]
) -> None:
    given = file()
    assert refused(given | {"statement": change(given["statement"])}) == wrong


def test_a_file_may_hold_a_part_of_a_form_but_the_questions_go_together() -> None:
    some = [row for row in file()["statement"] if row["id"] in ("R0", "R12")]
    assert [e.packaged.id for e in read(file(statement=some)).entries] == ["R0", "R12"]
    one = [row for row in file()["statement"] if row["id"] == "R1"]
    assert refused(file(statement=one)) == ["risks"]
    both = [row for row in file()["statement"] if row["id"] == "F2.2"]
    assert [e.packaged.applies_to for e in read(file(statement=both)).entries] == [
        "exempt",
        "dealer",
    ]


@pytest.mark.parametrize(
    ("id_", "text", "wrong"),
    [
        ("R1", "", "empty"),
        ("R1", f" {NBSP}\t\n", "empty"),
        ("R1", "a" * 6001, "long"),
        ("R1", "Risque d'inves-\ntissement?", "hyphen"),
        ("R1", "Risque d'inves-  \r\n tissement?", "hyphen"),
        ("R1", "<b>Risque</b> de perte?", "markup"),
        ("R1", "Risque&nbsp;de perte?", "markup"),
        ("R1", "Risque <!-- perte?", "markup"),
        ("R1", "La totalitÃ© du montant payÃ©?", "misread"),
        ("R1", "Lâ€™Ã©metteur", "misread"),
        ("R1", "La totalit\ufffd du montant?", "misread"),
        ("R1", f"Risque{NBSP}: la totalitÂ{NBSP}?", "misread"),
        ("R1", "Ρisque de perte?", "script"),
        ("R1", "Risque de pеrte?", "script"),
        ("R1", "風險?", "script"),
        ("R1", "Conﬁrmez?", "script"),
        ("R1", "Risque\u200b de perte?", "hidden"),
        ("R1", "Risque de per\u00adte?", "hidden"),
        ("R1", "Risque\x07 de perte?", "hidden"),
        ("R1", "Risque \ue000 de perte?", "hidden"),
        ("R1", "Risque de perte {issuer}?", "variable_unknown"),
        ("H1", "Nom de l'émetteur : [nom]", "variable_missing"),
        ("H1", "Nom de l'émetteur : {issuer} {", "braces"),
        ("H1", "Nom de l'émetteur : {issuer} {Nom}", "braces"),
    ],
)
def test_words_that_were_damaged_on_the_way(id_: str, text: str, wrong: str) -> None:
    base = packaged().statement(id_, "fr", ON)
    found = list(check_words(text, base))
    assert wrong in [one.code for one in found]
    assert all(one.message(language) for one in found for language in ("fr", "en"))


def test_a_list_of_headings_keeps_its_number() -> None:
    base = packaged().statement("L7.2", "fr", ON)
    assert [one.code for one in check_words("Emploi; Minimum", base)] == ["parts"]
    assert list(check_words("Emploi; Minimum; Maximum", base)) == []


def test_good_words_pass_and_are_kept_as_they_are_read() -> None:
    for language in ("fr", "en"):
        for form in FORMS:
            for one in prescribed_of(form, language):  # type: ignore[arg-type]
                assert list(check_words(one.text, one)) == []
                assert tidied(one.text, language) == one.text
    # Accents of their own, ends of lines, and the no-break spaces of Quebec: none is a word.
    assert tidied("Prene\u0301z  garde :\n« a »", "fr") == f"Prenéz garde{NBSP}: «{NBSP}a{NBSP}»"
    assert tidied(f"Risk{NBSP}of\n loss", "en") == "Risk of loss"
    assert (
        tidied("« Âge et Œuvre »: 2 500 $", "fr")
        == f"«{NBSP}Âge et Œuvre{NBSP}»: 2{NBSP}500{NBSP}$"
    )
    base = packaged().statement("R1", "fr", ON)
    good = "Âge, œuvre, NAÏF, Ça, l’État – 100 % [1] (a) {"[:-1]
    assert list(check_words(good, base)) == []


def test_a_sentence_says_where() -> None:
    assert fault("none").message("en") == "the file holds no statement."
    assert fault("empty", "R1").message("fr").startswith(f"R1{NBSP}: le texte")
