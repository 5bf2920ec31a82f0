"""Figures and fees of the law in words."""

from decimal import Decimal
from typing import Any

import pytest

from compliance.desk.law_words import fee_in_words, figure_in_words, late_fee_in_words
from compliance.rules.kernel.money import Language
from compliance.rules.ni45_106.fees import FeeLine, parse_fees

_LINE = """
[defaults]
from = 2021-09-21
reviewed = 2026-11-26

[[fee]]
jurisdiction = "QC"
regulator_fr = "Autorité des marchés financiers"
regulator_en = "Autorité des marchés financiers"

[[fee.value]]
"""
_SEEN = """
status = "{status}"
as_of_fr = "feuille"
as_of_en = "sheet"
source = "a sheet"
grade = "secondary"
note_fr = "Rien."
note_en = "Nothing."
"""


def line_of(more: str, status: str = "seen") -> FeeLine:
    (line,) = parse_fees(_LINE + _SEEN.format(status=status) + more)
    return line


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("more", "status", "french", "english"),
    [
        ('minimum = "25.00"', "seen", "25,00 $", "$25.00"),
        ('minimum = "0.00"', "seen", "0,00 $", "$0.00"),
        (
            'minimum = "200.00"\npercent = "0.030"',
            "seen",
            (
                "200,00 $ ou 0,03 % de ce qui est placé auprès des souscripteurs de ce territoire, "
                "le plus élevé des deux"
            ),
            "the greater of $200.00 and 0.03% of what is distributed to purchasers there",
        ),
        ('minimum = "284.00"', "out_of_date", "au moins 284,00 $", "at least $284.00"),
    ],
)
def test_a_fee_in_words(more: str, status: str, french: str, english: str) -> None:
    line = line_of(more, status)
    assert plain(fee_in_words(line, "fr")) == french
    assert fee_in_words(line, "en") == english


def test_a_fee_that_nobody_saw_has_no_amount_and_nothing_to_add() -> None:
    (line,) = parse_fees(_LINE + 'status = "not_seen"')
    assert (fee_in_words(line, "fr"), fee_in_words(line, "en")) == ("non vus", "not seen")
    assert late_fee_in_words(line, "fr") == late_fee_in_words(line, "en") == ""


@pytest.mark.parametrize(
    ("late", "french", "english"),
    [
        ("", "droits de retard : non vus", "late fee: not seen"),
        ("late = { none = true }", "droits de retard : aucun", "late fee: none"),
        (
            'late = { flat = "100.00" }',
            "droits de retard : 100,00 $",
            "late fee: $100.00",
        ),
        (
            'late = { flat = "50.00", per_day = "10.00" }',
            "droits de retard : 50,00 $ + 10,00 $ par jour civil",
            "late fee: $50.00 + $10.00 a calendar day",
        ),
        (
            'late = { per_day = "100.00", most = "1000.00", most_per = "year" }',
            "droits de retard : 100,00 $ par jour civil, au plus 1 000,00 $ par année",
            "late fee: $100.00 a calendar day, at most $1,000.00 a year",
        ),
        (
            'late = { per_day = "1.00", days = "business", most = "5.00", most_per = "filing" }',
            "droits de retard : 1,00 $ par jour ouvrable, au plus 5,00 $ par dépôt",
            "late fee: $1.00 a business day, at most $5.00 a filing",
        ),
        (
            'late = { per_day = "1.00", most = "5.00" }',
            "droits de retard : 1,00 $ par jour civil, au plus 5,00 $",
            "late fee: $1.00 a calendar day, at most $5.00",
        ),
    ],
)
def test_a_late_fee_in_words(late: str, french: str, english: str) -> None:
    line = line_of(f'minimum = "25.00"\n{late}')
    assert plain(late_fee_in_words(line, "fr")) == french
    assert late_fee_in_words(line, "en") == english


@pytest.mark.parametrize(
    ("value", "unit", "language", "told"),
    [
        (Decimal("2500.00"), "CAD", "fr", "2 500,00 $"),
        ("2500.00", "CAD", "en", "$2,500.00"),
        (90, "calendar days", "fr", "90 jours civils"),
        (2, "business days", "en", "2 business days"),
        (48, "hours", "fr", "48 heures"),
        (
            {"QC": 18, "BC": 19, "AB": 18},
            "years, by province",
            "fr",
            "18 ans (AB, QC); 19 ans (BC)",
        ),
    ],
)
def test_a_figure_in_words(value: Any, unit: str, language: Language, told: str) -> None:
    assert plain(figure_in_words(value, unit, language)) == told
