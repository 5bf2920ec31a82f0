"""Amounts are exact or refused; what is written is what Canada writes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from babel.dates import format_date as babel_date
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from compliance.rules.kernel.money import (
    CENT,
    ZERO,
    MoneyError,
    cad,
    format_cad,
    format_date,
    format_instant,
)
from compliance.rules.kernel.zones import zone_of

cents = st.integers(min_value=-99_999_999_999_999, max_value=99_999_999_999_999)


@pytest.mark.parametrize(
    ("given_value", "text"),
    [
        (0, "0.00"),
        (2500, "2500.00"),
        (-1, "-1.00"),
        ("2500", "2500.00"),
        ("2500.5", "2500.50"),
        ("-12.34", "-12.34"),
        ("-0", "0.00"),
        ("000007", "7.00"),
        (Decimal("1E+3"), "1000.00"),
        (Decimal("0.01"), "0.01"),
        (Decimal("-0.00"), "0.00"),
        (999_999_999_999, "999999999999.00"),
        ("999999999999.99", "999999999999.99"),
        ("-999999999999.99", "-999999999999.99"),
    ],
)
def test_an_amount_has_exactly_two_decimals(given_value: int | str | Decimal, text: str) -> None:
    assert str(cad(given_value)) == text


@pytest.mark.parametrize(
    "refused",
    [
        2500.0,
        0.1,
        True,
        False,
        None,
        b"1",
        "",
        " 1",
        "1 ",
        "1\n",
        "+1",
        "1,5",
        "1_000",
        "1e3",
        ".5",
        "5.",
        "1.005",
        "2500.000",
        "NaN",
        "Infinity",
        "\u0661\u0662",
        "1\u00a0000",
        "1000000000000",
        Decimal("1.005"),
        Decimal("2500.000"),
        Decimal("1E-3"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("-Infinity"),
        Decimal("1E+12"),
        Decimal("1E+999999"),
        1_000_000_000_000,
        -1_000_000_000_000,
    ],
)
def test_what_is_not_an_amount_is_refused(refused: Any) -> None:
    with pytest.raises(MoneyError) as told:
        cad(refused)
    assert str(told.value).endswith((".", '".'))


def test_the_smallest_amounts() -> None:
    assert Decimal("0.01") == CENT
    assert str(ZERO) == "0.00"


@given(cents)
def test_an_amount_survives_being_written_and_read(number: int) -> None:
    amount = Decimal(number).scaleb(-2)
    assert cad(str(cad(amount))) == amount


@given(cents)
def test_amounts_are_written_as_babel_writes_them(number: int) -> None:
    amount = Decimal(number).scaleb(-2)
    assert format_cad(amount, "fr") == format_currency(amount, "CAD", locale="fr_CA")
    assert format_cad(amount, "en") == format_currency(amount, "CAD", locale="en_CA")


@pytest.mark.parametrize(
    ("amount", "fr", "en"),
    [
        ("2500", "2\u00a0500,00\u00a0$", "$2,500.00"),
        ("0", "0,00\u00a0$", "$0.00"),
        ("999.99", "999,99\u00a0$", "$999.99"),
        ("1500000", "1\u00a0500\u00a0000,00\u00a0$", "$1,500,000.00"),
        ("-25.5", "-25,50\u00a0$", "-$25.50"),
    ],
)
def test_amounts_in_both_languages(amount: str, fr: str, en: str) -> None:
    assert format_cad(cad(amount), "fr") == fr
    assert format_cad(cad(amount), "en") == en


@given(st.dates(min_value=date(1900, 1, 1)))
def test_dates_are_written_as_babel_writes_them_but_for_the_first_of_a_month(day: date) -> None:
    fr = babel_date(day, "long", locale="fr_CA")
    assert format_date(day, "fr") == (f"1er {fr.removeprefix('1 ')}" if day.day == 1 else fr)
    assert format_date(day, "en") == babel_date(day, "long", locale="en_CA")


@pytest.mark.parametrize(
    ("day", "fr", "en"),
    [
        (date(2026, 3, 6), "6 mars 2026", "March 6, 2026"),
        (date(2026, 3, 1), "1er mars 2026", "March 1, 2026"),
        (date(2026, 8, 31), "31 août 2026", "August 31, 2026"),
        (date(2026, 12, 11), "11 décembre 2026", "December 11, 2026"),
    ],
)
def test_dates_in_both_languages(day: date, fr: str, en: str) -> None:
    assert (format_date(day, "fr"), format_date(day, "en")) == (fr, en)


@pytest.mark.parametrize(
    ("at", "fr", "en"),
    [
        # Montréal is five hours behind in winter, four in summer.
        ((2026, 3, 6, 19, 30), "6 mars 2026 à 14~h~30", "March 6, 2026 at 2:30~p.m."),
        ((2026, 3, 6, 19, 0), "6 mars 2026 à 14~h", "March 6, 2026 at 2:00~p.m."),
        ((2026, 3, 7, 4, 59, 59), "6 mars 2026 à 23~h~59", "March 6, 2026 at 11:59~p.m."),
        ((2026, 3, 7, 5, 0), "7 mars 2026 à 0~h", "March 7, 2026 at 12:00~a.m."),
        ((2026, 7, 1, 16, 5), "1er juillet 2026 à 12~h~05", "July 1, 2026 at 12:05~p.m."),
    ],
)
def test_instants_in_both_languages(at: tuple[int, ...], fr: str, en: str) -> None:
    instant, zone = datetime(*at, tzinfo=UTC), zone_of("QC")  # type: ignore[misc,arg-type]
    assert format_instant(instant, zone, "fr") == fr.replace("~", "\u00a0")
    assert format_instant(instant, zone, "en") == en.replace("~", "\u00a0")


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset"):
        format_instant(datetime(2026, 3, 6), zone_of("QC"), "fr")  # noqa: DTZ001 - the fault itself


def test_an_instant_is_not_written_as_a_day() -> None:
    with pytest.raises(TypeError, match="in a zone"):
        format_date(datetime(2026, 3, 7, 4, tzinfo=UTC), "fr")


@pytest.mark.parametrize("language", ["de", "", "FR"])
def test_another_language_is_refused(language: Any) -> None:
    with pytest.raises(ValueError, match="'fr' or 'en'"):
        format_cad(ZERO, language)
    with pytest.raises(ValueError, match="'fr' or 'en'"):
        format_date(date(2026, 1, 1), language)


def test_an_amount_that_is_not_one_cannot_be_written() -> None:
    with pytest.raises(MoneyError):
        format_cad(Decimal("0.005"), "fr")
