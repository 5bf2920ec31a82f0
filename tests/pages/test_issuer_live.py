"""The offering day by day, as a picture, a table and files; nobody is named before the closing."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from compliance.web.sheets import csv_response, xlsx_response
from equity.selectors.daily import daily
from equity.selectors.figures import offering_figures
from equity.services import money
from equity.views.issuer.picture import picture_of
from tests.factories import (
    BOUND,
    CLOSED,
    OPENED,
    Cast,
    closed,
    draft_offering,
    investor_actor,
    make_person,
    open_offering,
    subscribed,
)
from tests.pages.issuing import at, html, issuer_client, issuing, one_heading, stranger

DAY = timedelta(days=1)


def busy() -> Cast:
    """Three subscribe on two days; one changes her mind, one has not paid."""
    cast = open_offering()
    subscribed(cast, make_person("Marie", "Zwietochowska"), units=40)
    subscribed(cast, make_person("Paul", "Ouellet"), units=10, at=OPENED + DAY, paid=False)
    léa = make_person("Léa", "Quirion")
    gone = subscribed(cast, léa, units=4, at=OPENED + DAY)
    money.withdraw(
        actor=investor_actor(léa), subscription_id=gone.pk, at=OPENED + DAY + timedelta(hours=2)
    )
    return cast


@pytest.mark.django_db
def test_each_day_has_its_own_and_the_last_one_is_where_the_offering_stands() -> None:
    cast = busy()
    days = daily(cast.fresh(), OPENED + 4 * DAY)
    assert [day.count for day in days] == [1, 2, 0, 0, 0]
    assert [day.subscribed for day in days] == [1000, 1250, 1250, 1250, 1250]
    assert [day.ended for day in days] == [0, 100, 0, 0, 0]
    assert [day.paid for day in days] == [1000] * 5
    figures = offering_figures(cast.offering, OPENED + 4 * DAY)
    assert (days[-1].subscribed, days[-1].paid) == (figures.raised, figures.paid)


@pytest.mark.django_db
def test_what_is_binding_counts_from_the_day_after_its_right_and_ends_with_the_closing() -> None:
    cast = open_offering()
    subscribed(cast, make_person(), units=40)
    offering = closed(cast)
    days = daily(offering, CLOSED + 30 * DAY)
    by_day = {day.on.isoformat(): day.binding for day in days}
    assert by_day["2026-03-04"] == 0
    assert by_day["2026-03-05"] == 1000
    assert days[-1].on.isoformat() == "2026-03-11"
    assert daily(draft_offering().offering, OPENED) == ()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_picture_says_in_words_what_it_shows_and_names_nobody(language: str) -> None:
    cast = busy()
    with at(BOUND):
        response = issuer_client(cast, language).get(issuing("issuing", cast))
    page = html(response)
    assert one_heading(response)
    assert "<polygon" in page
    amount = "1\xa0250,00\xa0$" if language == "fr" else "$1,250.00"
    assert amount in re.search(r"<desc.*?</desc>", page, re.S)[0]  # type: ignore[index]
    for name in ("Zwietochowska", "Ouellet", "Quirion"):
        assert name not in page
    assert "style=" not in page


@pytest.mark.django_db
def test_the_picture_stays_inside_its_frame_and_grows_with_the_amounts() -> None:
    cast = busy()
    days = daily(cast.fresh(), OPENED + DAY)
    picture = picture_of(cast.offering, days, Decimal(1000), Decimal(1250))
    assert picture is not None
    points = [tuple(map(int, one.split(","))) for one in picture.subscribed.split()]
    assert all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in points)
    assert min(y for _x, y in points) == picture.maximum.y < picture.minimum.y < picture.floor
    assert picture_of(cast.offering, (), Decimal(1), Decimal(1)) is None


@pytest.mark.django_db
def test_the_page_asks_as_much_of_the_database_with_few_as_with_many() -> None:
    cast = open_offering()
    client = issuer_client(cast)
    counts = []
    for number in range(2):
        for each in range(1 + 5 * number):
            subscribed(cast, make_person(f"P{number}", f"N{each}"), at=OPENED + each * DAY)
        with (
            at(OPENED + 6 * DAY),
            CaptureQueriesContext(
                connection,
            ) as seen,
        ):
            client.get(issuing("issuing", cast))
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_days_and_holders_are_files_of_their_own_issuer(form: str) -> None:
    cast = busy()
    client = issuer_client(cast)
    with at(BOUND):
        response = client.get(issuing("issuing_days", cast, form))
        assert response["Cache-Control"] == "private, no-store"
        assert f".{form}" in response["Content-Disposition"]
        assert b"Zwietochowska" not in response.content
        assert stranger().get(issuing("issuing_days", cast, form)).status_code == 404
        assert client.get(issuing("issuing_holders_file", cast, form)).status_code == 404
        assert client.get(issuing("issuing_days", cast, "pdf")).status_code == 404
    closed(cast)
    with at(CLOSED):
        response = client.get(issuing("issuing_holders_file", cast, form))
        assert response.status_code == 200
        assert stranger().get(issuing("issuing_holders_file", cast, form)).status_code == 404
        if form == "csv":
            text = response.content.decode()
            assert text.startswith("\ufeff")
            (head, row) = list(csv.reader(io.StringIO(text[1:]), delimiter=";"))
            assert head[1] == "Porteur"
            assert row[1:5] == ["Marie Zwietochowska", "action ordinaire", "40", "1000,00"]
        else:
            book = zipfile.ZipFile(io.BytesIO(response.content))
            assert b"Zwietochowska" in book.read("xl/sharedStrings.xml")
    draft = draft_offering()
    assert issuer_client(draft).get(issuing("issuing_days", draft, form)).status_code == 404


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u00a0=1", "＝1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_a_file_is_a_formula(text: str) -> None:
    with translation.override("en"):
        content = csv_response("x", ["Name"], [[text]]).content.decode()
        (_head, row) = list(csv.reader(io.StringIO(content[1:], newline="")))
        book = zipfile.ZipFile(io.BytesIO(xlsx_response("x", ["Name"], [[text]]).content))
    assert row == [f"'{text}"]
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_numbers_and_ordinary_texts_of_a_file_are_left_as_they_are() -> None:
    cells = ["Érable; sirop, « pur »", Decimal("-5.10"), 3, None, OPENED.date()]
    with translation.override("fr"):
        content = csv_response("x", list("abcde"), [cells]).content.decode()
    (_head, row) = list(csv.reader(io.StringIO(content[1:]), delimiter=";"))
    assert row == ["Érable; sirop, « pur »", "-5,10", "3", "", "2026-03-02"]
