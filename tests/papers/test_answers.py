"""The shapes of answers, one item after the other."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from documents.facts import Answer, PreviousRow, RightsFacts
from equity import words
from equity.models import Issuer, Principal
from equity.papers.answers import Answers
from equity.papers.people import disclosure_rows
from tests.factories import both

NBSP = "\N{NO-BREAK SPACE}"


def french(**items: Any) -> Answers:
    """Answers in French; ``i42a`` is item 4.2a, ``i6_5`` item 6.5."""
    return Answers({name[1:].replace("_", "."): value for name, value in items.items()}, "fr")


def test_a_text_in_one_language_stands_for_the_other() -> None:
    assert words.said({"en": "Syrup"}, "fr") == "Syrup"
    assert words.said({"fr": "Sirop", "en": ""}, "en") == "Sirop"
    assert words.said(both("Sirop", "Syrup"), "en") == "Syrup"


@pytest.mark.parametrize(
    "value",
    ["not_applicable", "Not applicable", "sans objet.", " N/A ", both("Sans objet", "n/a")],
)
def test_every_spelling_of_not_applicable(value: Any) -> None:
    answers = french(i6_3=value)
    assert answers.text("6.3") == ""
    assert list(answers.absent) == ["6.3"]


def test_an_item_that_always_applies_says_so_in_words() -> None:
    answers = french(i3_1="n/a")
    assert answers.text("3.1") == "Sans objet"
    assert not answers.absent


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2500", "2500.00"),
        ("2 500,50 $", "2500.50"),
        (f"28{NBSP}000,00{NBSP}$", "28000.00"),
        ("$28,000.00", "28000.00"),
        ("28,000", "28000.00"),
        ("2,5", "2.50"),
        ("2.505", None),
        ("1e3", None),
        ("environ 20", None),
        (True, None),
        (None, None),
        ("9999999999999", None),
    ],
)
def test_amounts_as_people_write_them(text: Any, value: str | None) -> None:
    assert words.amount(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (True, True),
        ("Oui, audités", True),
        ("Non", False),
        ("Aucun", False),
        ("Les états ne sont pas disponibles", False),
        ("Disponibles au siège", True),
        ({"yes": False}, False),
        (None, None),
    ],
)
def test_financial_statements(value: Any, wanted: bool | None) -> None:
    assert french(i6_5=value).financial_statements() is wanted


def test_words_about_resources_warn_the_purchaser() -> None:
    answers = french(i10_2="Cela dépend des ventes.")
    assert answers.lacks_resources() is True
    assert answers.notes == [("10.2", "Cela dépend des ventes.")]


def test_rights_in_parts_or_in_words() -> None:
    assert french(i5_5={"voting": "Un vote"}).rights() == RightsFacts(voting="Un vote")
    assert french(i5_5="Un vote").rights() == RightsFacts(other="Un vote")


@pytest.mark.parametrize(
    ("value", "ticked", "noted"),
    [
        (["profit", "operating"], ("operating", "profit"), 0),
        ("development", ("development",), 0),
        ("En exploitation depuis 2014", ("operating",), 1),
        ("Depuis 2014", (), 1),
    ],
)
def test_operations(value: Any, ticked: tuple[str, ...], noted: int) -> None:
    answers = french(i6_4=value)
    assert answers.operations() == ticked
    assert len(answers.notes) == noted


@pytest.mark.parametrize(
    ("value", "province", "act"),
    [
        ({"organized_in": "QC", "act": "LSA"}, "QC", "LSA"),
        ({"organized_in": "Ontario"}, "ON", ""),
        ("Québec", "QC", ""),
        ("Société par actions du Québec", None, "Société par actions du Québec"),
    ],
)
def test_where_the_issuer_is_organized(value: Any, province: str | None, act: str) -> None:
    assert french(i6_2=value).organized() == (province, act)


def test_outstanding_securities() -> None:
    (row,) = french(i6_6="40 000 actions ordinaires").outstanding()
    assert (row.units, row.designation) == (40000, "actions ordinaires")
    answers = french(i6_6=[{"designation": "A", "units": "beaucoup"}])
    assert answers.outstanding() == ()
    assert answers.notes[0][0] == "6.6"


def test_previous_distributions() -> None:
    row = {"issuer": "X inc.", "portal": "P", "outcome": "closed", "on": "2024-05-01"}
    assert french(i8_1=[row]).previous() == (
        PreviousRow(issuer="X inc.", portal="P", outcome="closed", on=date(2024, 5, 1)),
    )
    answers = french(i8_1="Aucun placement antérieur")
    assert answers.previous() == ()
    assert list(answers.absent) == ["8.1"]
    assert answers.notes == [("8.1", "Aucun placement antérieur")]


@pytest.mark.parametrize(
    ("value", "fees"),
    [
        ({"percent": "5", "fee": "500.00"}, "1000.00"),
        ({"percent": "5 %"}, "500.00"),
        ("5 % du montant réuni, payable à la clôture", "500.00"),
        ("2 500,00 $ à la clôture", "2500.00"),
        ("3 % puis 5 %", "0.00"),
        ("not_applicable", "0.00"),
        ("$1,250.00 at closing", "1250.00"),
    ],
)
def test_the_fees_of_the_portal_on_ten_thousand_dollars(value: Any, fees: str) -> None:
    assert french(i9_1=value).portal_fees(Decimal("10000.00")) == Decimal(fees)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ({"yes": True, "details": "États"}, Answer(yes=True, details="États")),
        (False, Answer(yes=False)),
        ("Oui", Answer(yes=True)),
        ("Non, rien n'oblige", Answer(yes=False, details="Non, rien n'oblige")),
        ("États annuels", Answer(yes=True, details="États annuels")),
    ],
)
def test_annual_information(value: Any, answer: Answer) -> None:
    assert french(i11_2=value).annual_information() == answer


def test_a_voting_trust() -> None:
    given = {"shareholders": "3", "percent_votes": "51", "trustee": "Fiducie", "period": "5 ans"}
    trust = french(i11_3=given).voting_trust()
    assert trust is not None
    assert (trust.shareholders, trust.percent_votes) == (3, Decimal(51))
    answers = french(i11_3=given | {"percent_votes": "la majorité"})
    assert answers.voting_trust() is None
    assert len(answers.notes) == 1


def test_what_is_paid_to_principals() -> None:
    row = {"name": "Aline", "relationship": "présidente", "amount": "8 000,00 $"}
    answers = french(i7_2={"paid_to_principals": [row], "debt_repayment": "Un prêt."})
    (paid,) = answers.paid_to_principals()
    assert paid.amount == Decimal("8000.00")
    assert answers.debt_repayment() == "Un prêt."


@pytest.mark.parametrize(
    ("items", "rows"),
    [
        ({"i4_2": "Aucun"}, [("X inc.", ""), ("Aline", "")]),
        ({"i4_2a": [], "i4_2b": "Non"}, [("X inc.", ""), ("Aline", "")]),
        (
            {"i4_2c": [{"subject": "aline", "details": "2011"}]},
            [("X inc.", ""), ("Aline", "c")],
        ),
        (
            {"i4_2": [{"question": "b", "subject": "l'émetteur", "details": "2019"}]},
            [("X inc.", "b"), ("Aline", "")],
        ),
        (
            {"i4_2d": [{"subject": "Luc", "details": "2011"}]},
            [("X inc.", ""), ("Aline", ""), ("Luc", "d")],
        ),
        (
            {"i4_2": {"a": [], "c": "Une faillite en 2011"}},
            [("L'émetteur et ses principaux intéressés", "c")],
        ),
        ({}, []),
    ],
)
def test_disclosures(items: dict[str, Any], rows: list[tuple[str, str]]) -> None:
    found = disclosure_rows(Issuer(name="X inc."), [Principal(name="Aline")], french(**items), "fr")
    assert [
        (row.subject, "".join(letter for letter in "abcd" if getattr(row, letter).yes))
        for row in found
    ] == rows
