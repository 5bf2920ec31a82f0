"""The parts that every page is made of: fields, acts, languages, amounts, findings."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import ValidationError
from django.http import Http404
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110 import acts
from compliance.rules.ni45_110.book import rulebook
from compliance.web import acting
from compliance.web.fields import Amount, Day, LongText, Text, Units, YesNo
from compliance.web.language import safe_next
from compliance.web.templatetags import web

ON = date(2026, 3, 2)


class Nope(Exception):  # noqa: N818 - it stands for equity's Refused
    def __init__(self, *findings: Finding) -> None:
        self.findings = findings


def unmet() -> Finding:
    book = rulebook(ON)
    return book.finding(
        "purchaser.minimum",
        met=False,
        minimum=Decimal("100"),
        total=Decimal("75"),
        shortfall=Decimal("25"),
    )


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("2500", "2500.00"),
        ("2 500,00 $", "2500.00"),
        ("2\u00a0500,5", "2500.50"),
        ("2\u202f500", "2500.00"),
        ("1 500 000 $", "1500000.00"),
        ("1 500 000 000,25", "1500000000.25"),
        (" 25 005 ", "25005.00"),
        ("2500.5", "2500.50"),
        ("2,50", "2.50"),
        ("0,01", "0.01"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_amounts_are_read_as_they_are_written_in_canada(
    typed: str, amount: str, language: str
) -> None:
    with translation.override(language):
        assert Amount().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("-25", "positive"),
        ("0", "positive"),
        ("deux mille", "invalid"),
        ("2.5.0", "invalid"),
        ("1.005", "half_cent"),
        ("0,005", "half_cent"),
        ("1234,005", "half_cent"),
        ("25,0050", "half_cent"),
        ("1 500,000", "half_cent"),
        ("1.500,00", "half_cent"),
        ("25 00", "invalid"),
        ("2 5000", "invalid"),
        ("2, 500", "invalid"),
        ("1,50,000", "invalid"),
        (",005", "invalid"),
        ("1e3", "invalid"),
        ("٢٥", "invalid"),
        ("9" * 13, "invalid"),
        ("9" * 41, "invalid"),
        ("NaN", "invalid"),
        ("25\x00", "invalid"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_not_an_amount_is_told(typed: str, code: str, language: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as told:
        Amount().clean(typed)
    assert told.value.code == code


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("2,500", "2500.00"),
        ("25,005", "25005.00"),
        ("$2,500.00", "2500.00"),
        ("1,500,000", "1500000.00"),
        ("999,999,999.99", "999999999.99"),
    ],
)
def test_a_comma_groups_thousands_on_an_english_page_only(typed: str, amount: str) -> None:
    # To French eyes "25,005" is twenty-five dollars and half a cent: a thousand times less.
    with translation.override("en"):
        assert Amount().clean(typed) == Decimal(amount)
    with translation.override("fr"), pytest.raises(ValidationError) as told:
        Amount().clean(typed)
    assert told.value.code == "half_cent"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("typed", ["25,005", "1,5", "2.0"])
def test_a_purchaser_never_buys_thousands_by_a_comma(typed: str, language: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as told:
        Units().clean(typed)
    assert told.value.code == "half"


def test_zero_is_an_amount_where_the_field_says_so() -> None:
    assert Amount(zero=True).clean("0") == Decimal("0.00")


@pytest.mark.parametrize(
    ("typed", "units"), [("4", 4), (" 1 000 ", 1000), ("999999999", 999999999)]
)
def test_units_are_whole(typed: str, units: int) -> None:
    assert Units().clean(typed) == units


def test_texts_refuse_what_no_keyboard_writes() -> None:
    assert Text().clean("Érablière « du Ruisseau »") == "Érablière « du Ruisseau »"
    assert LongText().clean("une\nligne") == "une\nligne"
    for wrong in ("a\x07b", "a\x1b[31m", "a\x85b"):
        for field in (Text(), LongText()):
            with pytest.raises(ValidationError):
                field.clean(wrong)
    with pytest.raises(ValidationError):
        Text().clean("une\nligne")
    assert Text(max_length=5).clean("a" * 5) == "aaaaa"
    with pytest.raises(ValidationError):
        Text(max_length=5).clean("a" * 6)


def test_yes_and_no_are_answers_and_nothing_is_not() -> None:
    field = YesNo(required=False)
    assert [field.clean(given) for given in ("yes", "no", "")] == [True, False, None]
    with pytest.raises(ValidationError):
        field.clean("peut-être")


def test_days_have_a_century() -> None:
    assert Day().clean("1990-05-17") == date(1990, 5, 17)
    for wrong in ("0090-05-17", "17/05/1990", "2026-02-30"):
        with pytest.raises(ValidationError):
            Day().clean(wrong)


def test_an_accepted_act_gives_its_answer() -> None:
    outcome = acting.attempt(lambda: "done", Nope)
    assert (outcome.refused, outcome.answer) == (False, "done")


def test_a_refused_act_gives_its_reasons() -> None:
    def act() -> str:
        raise Nope(unmet())

    outcome = acting.attempt(act, Nope)
    assert outcome.refused
    assert [row.code for row in outcome.reasons] == ["purchaser.minimum"]


def test_an_actor_who_may_not_finds_nothing() -> None:
    def act() -> str:
        raise Nope(acts.actor_not_allowed("pay", on=ON))

    with pytest.raises(Http404):
        acting.attempt(act, Nope)


def test_what_is_no_refusal_is_not_hidden() -> None:
    def act() -> str:
        raise KeyError("a fault")

    with pytest.raises(KeyError):
        acting.attempt(act, Nope)


def test_done_redirects_with_303_and_says_so() -> None:
    request = RequestFactory().post("/")
    request.session = {}  # type: ignore[assignment]
    messages = FallbackStorage(request)
    request._messages = messages  # type: ignore[attr-defined]
    response = acting.done(request, "/there/", "Fait.")
    assert (response.status_code, response["Location"]) == (303, "/there/")
    assert [str(said) for said in messages] == ["Fait."]


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/documents/", "/documents/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_next_page_is_one_of_ours(wanted: str, reached: str) -> None:
    assert safe_next(RequestFactory().get("/", {"next": wanted}), "/") == reached


def test_amounts_days_and_instants_follow_the_language() -> None:
    at = datetime(2026, 3, 6, 19, 30, tzinfo=UTC)
    with translation.override("fr"):
        assert web.cad(Decimal("2500")) == "2\u00a0500,00\u00a0$"
        assert web.day(date(2026, 3, 1)) == "1er mars 2026"
        assert web.instant(at, "QC") == "6 mars 2026 à 14\u00a0h\u00a030"
        assert web.term("closing") == "clôture en cours"
    with translation.override("en"):
        assert web.cad(Decimal("2500")) == "$2,500.00"
        assert web.day(date(2026, 3, 1)) == "March 1, 2026"
        assert web.instant(at, "BC") == "March 6, 2026 at 11:30\u00a0a.m."
    assert web.cad(None) == web.day(None) == web.instant(None) == "—"


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(0, 0, 0), (999, 1000, 99), (1000, 1000, 100), (2000, 1000, 100)]
)
def test_a_share_is_never_rounded_up(part: int, whole: int, percent: int) -> None:
    assert web.percent_of(Decimal(part), Decimal(whole)) == percent


def shown(source: str, **context: Any) -> str:
    return Template("{% load web %}" + source).render(Context(context))


def test_a_finding_shows_sentence_citation_grade_and_next_step() -> None:
    with translation.override("fr"):
        page = shown(
            "{% findings rows steps %}",
            rows=[unmet()],
            steps={"purchaser.minimum": ("Aller", "/la/")},
        )
    assert 'data-code="purchaser.minimum"' in page
    assert "100,00\u00a0$" in page
    assert "Annexe 45-110A1, rubrique 5.8" in page
    assert "Non respecté" in page
    assert '<a href="/la/">Aller</a>' in page


def test_a_field_tells_its_error_where_it_is_and_escapes_what_was_typed() -> None:
    class Form(forms.Form):
        name = Text(label="Nom", max_length=10)

    with translation.override("fr"):
        page = shown("{% field form.name %}", form=Form({"name": '"><script>alert(1)</script>'}))
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_name_error"' in page
    assert "<script>" not in page


def test_a_state_of_a_badge_is_escaped() -> None:
    assert "<b>" not in web.badge("<b>")


@pytest.mark.django_db
def test_a_page_that_is_not_there_speaks_the_chosen_language() -> None:
    client = Client()
    assert "Page introuvable" in client.get("/rien/").content.decode()
    client.cookies["django_language"] = "en"
    response = client.get("/rien/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()
    assert response["Content-Language"] == "en"
    assert "Cookie" in response["Vary"]
