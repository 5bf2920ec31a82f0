"""The figures of NI 45-110 as the rulebook has them, and how a figures file is read."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compliance.rules.kernel import rulebook as kernel
from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.figures import load_figures, plain
from compliance.rules.kernel.money import MoneyError
from compliance.rules.ni45_110.book import REGIME, rulebook
from tests.rules.given import ON

AGES = dict.fromkeys(("QC", "AB", "SK", "MB", "ON", "PE"), 18)
AGES |= dict.fromkeys(("BC", "NB", "NS", "NL", "YT", "NT", "NU"), 19)
FIGURES: dict[str, tuple[Any, str, str, str]] = {
    "issuer_group_cap": (Decimal("1500000.00"), "NI 45-110, s. 5", "secondary", "issuer"),
    "issuer_group_window_months": (12, "NI 45-110, s. 5", "secondary", "issuer"),
    "purchaser_limit": (Decimal("2500.00"), "NI 45-110, s. 5", "secondary", "purchaser"),
    "purchaser_limit_advised": (Decimal("10000.00"), "NI 45-110, s. 5", "secondary", "purchaser"),
    "distribution_days": (90, "NI 45-110, s. 5", "recalled", "issuer"),
    "withdrawal_business_days": (
        2,
        "NI 45-110, s. 5; Form 45-110F1, item 13",
        "recalled",
        "issuer",
    ),
    "refund_business_days": (5, "NI 45-110, s. 4", "recalled", "portal"),
    "filing_days": (30, "Form 45-110F1, general instruction 3", "verified", "issuer"),
    "filing_report_days": (30, "NI 45-110, s. 5", "recalled", "issuer"),
    "purchaser_confirmation_days": (30, "NI 45-110, s. 5", "recalled", "issuer"),
    "portal_information_days": (15, "NI 45-110, s. 4", "recalled", "portal"),
    "portal_notice_days": (30, "NI 45-110, s. 3", "recalled", "portal"),
    "portal_resources_months": (6, "NI 45-110, s. 3", "secondary", "portal"),
    "retention_years": (8, "NI 45-110, s. 3", "recalled", "portal"),
    "age_of_majority": (AGES, "Provincial age of majority statutes", "recalled", "purchaser"),
}


def test_the_figures_of_the_rulebook() -> None:
    book = rulebook(ON)
    found = {
        name: (value.value, value.citation_en, value.grade.value, REGIME.figures[name].binds)
        for name, value in book.values.items()
    }
    assert found == FIGURES


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_each_figure_has_its_words_and_its_review(name: str) -> None:
    figure = REGIME.figures[name]
    assert figure.title_fr != figure.title_en
    assert name not in {figure.title_fr, figure.title_en}
    value = figure.at(ON)
    assert value.reviewed >= value.start == date(2021, 9, 21)
    assert value.until is None
    assert value.citation_fr != value.citation_en


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_the_day_before_is_an_error_never_a_none(name: str) -> None:
    figure = REGIME.figures[name]
    assert figure.at(date(2021, 9, 21)).value == FIGURES[name][0]
    with pytest.raises(OutsideDates, match=f"{name} has no value on 2021-09-20"):
        figure.at(date(2021, 9, 20))


def test_a_rulebook_of_a_day() -> None:
    book = rulebook(ON)
    assert book is rulebook(ON)
    assert book.amount("purchaser_limit") == Decimal("2500.00")
    assert book.count("distribution_days") == 90
    assert book.table("age_of_majority")["BC"] == 19
    assert book.value("filing_days").grade.value == "verified"
    assert set(book.rules) == set(REGIME.rules)
    with pytest.raises(OutsideDates, match="2021-09-20"):
        rulebook(date(2021, 9, 20))


# How a file is read

HEAD = """
[[figure]]
name = "limit"
unit = "{unit}"
binds = "issuer"
"""
VALUE = """
[[figure.value]]
from = {start}
{until}
value = {value}
citation = "s. 1"
grade = "{grade}"
reviewed = 2026-01-01
"""


def value(start: str, amount: object, until: str = "", grade: str = "recalled") -> str:
    last = f"until = {until}" if until else ""
    return VALUE.format(start=start, value=amount, until=last, grade=grade)


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Read a figures file from its text."""
    monkeypatch.setattr("compliance.rules.kernel.figures.files", lambda package: tmp_path)

    def reader(text: str) -> Any:
        (tmp_path / "figures.toml").write_text(text, encoding="utf-8")
        return load_figures("any")

    return reader


def test_a_correction_is_a_new_value_and_the_old_one_stays(read: Any) -> None:
    text = HEAD.format(unit="CAD")
    text += value("2021-09-21", 2500, until="2026-12-31") + value("2027-01-01", '"5000.50"')
    limit = read(text)["limit"]
    for on, amount in (
        (date(2021, 9, 21), "2500.00"),
        (date(2026, 12, 31), "2500.00"),
        (date(2027, 1, 1), "5000.50"),
        (date(2090, 1, 1), "5000.50"),
    ):
        assert limit.at(on).value == Decimal(amount)


def test_a_gap_between_two_values_is_an_error_on_its_days(read: Any) -> None:
    text = HEAD.format(unit="CAD")
    text += value("2021-09-21", 1, until="2022-12-31") + value("2024-01-01", 2)
    limit = read(text)["limit"]
    with pytest.raises(OutsideDates, match="2021-09-21 to 2022-12-31, 2024-01-01 to today"):
        limit.at(date(2023, 6, 1))


@pytest.mark.parametrize(
    "values",
    [
        value("2021-09-21", 1) + value("2022-01-01", 2),
        value("2021-09-21", 1, until="2022-01-01") + value("2022-01-01", 2),
        value("2022-01-01", 1, until="2022-12-31") + value("2021-01-01", 2),
    ],
)
def test_values_that_overlap_are_refused(read: Any, values: str) -> None:
    with pytest.raises(ValueError, match="overlap"):
        read(HEAD.format(unit="CAD") + values)


def test_a_figure_given_twice_is_refused(read: Any) -> None:
    once = HEAD.format(unit="CAD") + value("2021-09-21", 1)
    with pytest.raises(ValueError, match="given twice"):
        read(once + once)


@pytest.mark.parametrize(
    ("unit", "amount", "error"),
    [
        ("CAD", "2500.5", MoneyError),  # TOML's floats
        ("CAD", '"2 500"', MoneyError),
        ("CAD", "true", MoneyError),
        ("calendar days", '"90"', ValueError),
        ("calendar days", "90.0", ValueError),
        ("calendar days", "true", ValueError),
    ],
)
def test_a_value_that_is_not_of_its_unit_is_refused(
    read: Any, unit: str, amount: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        read(HEAD.format(unit=unit) + value("2021-09-21", amount))


def test_an_unknown_grade_is_refused(read: Any) -> None:
    with pytest.raises(ValueError, match="certain"):
        read(HEAD.format(unit="CAD") + value("2021-09-21", 1, grade="certain"))


def test_plain_values() -> None:
    assert plain(Decimal("2500")) == "2500.00"
    assert plain(90) == 90
    assert plain({"QC": 18}) == {"QC": 18}


def test_the_digest_moves_with_what_decides_and_not_with_the_words(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digest(amount: int, grade: str = "recalled") -> str:
        figures = read(HEAD.format(unit="CAD") + value("2021-09-21", amount, grade=grade))
        regime = kernel.Regime("any", "fr", "en", date(2021, 9, 21), None, figures, REGIME.rules)
        return kernel.Rulebook(regime, ON).digest

    assert digest(2500) == digest(2500, grade="verified")
    assert digest(2500) != digest(2501)
    assert rulebook(ON).digest == rulebook(ON + timedelta(days=1)).digest
