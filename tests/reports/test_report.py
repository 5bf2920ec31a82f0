"""The report of exempt distribution: what it lacks, that it adds up, what amends it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.accounts.roles import Actor, Role
from compliance.accounts.selectors import user_uuid
from compliance.audit.models import Entry
from compliance.rules.ni45_106 import report as rules
from compliance.rules.wording import PLACEHOLDER
from compliance.rules.wording.resource import prescribed_of
from documents.facts import ExemptReportFacts, FactsError
from documents.models import Document
from documents.render import page
from documents.selectors import unconfirmed_statements
from equity.models import ExemptReport, ReportDetails, Subscription
from equity.parts import PARTS
from equity.refusal import Refused
from equity.reports import asked
from equity.reports.gathering import distribution, released
from equity.reports.papers import draft_report
from equity.services import reports
from tests import factories as f
from tests.papers.reading import facts_of
from tests.papers.test_wording import confirm, put_in, resource
from tests.reports.scene import (
    AFTER,
    answered,
    answers_for,
    in_three_provinces,
    issued,
    open_everywhere,
)

pytestmark = pytest.mark.django_db

KIND = "exempt_distribution_report"
D = Decimal


def refusal(act: Callable[[], object]) -> dict[str, str]:
    """The codes that refuse an act, each with its sentence in English."""
    with pytest.raises(Refused) as refused:
        act()
    return {one.code: one.message("en") for one in refused.value.findings if not one.met}


def test_a_report_says_who_bought_where_and_adds_up() -> None:
    cast = in_three_provinces()
    answered(cast)
    row = issued(cast)
    assert (row.number, row.amount, row.purchasers) == (1, D("2200.00"), 3)
    for language in ("fr", "en"):
        facts = facts_of(cast.offering.pk, KIND, language)
        assert isinstance(facts, ExemptReportFacts)
        assert facts.filed_in == ("NB", "ON", "QC")
        assert [(one.jurisdiction, one.purchasers, one.amount) for one in facts.summary] == [
            ("NB", 1, D("100.00")),
            ("ON", 1, D("1000.00")),
            ("QC", 1, D("1100.00")),
        ]
        assert [(one.code, one.units, one.amount) for one in facts.securities] == [
            ("CMS", 88, D("2200.00"))
        ]
        assert (facts.report_type, facts.version, facts.lacking) == ("new", 1, ())
        assert facts.certified_on == date(2026, 3, 13)
        assert [one.cash for one in facts.compensation] == [D("675.00")]
        assert [one.family_name for one in facts.officers] == ["Roy", "Cœurdacier"]
        assert {"106.C", "106.N"} <= set(facts.unconfirmed)
        assert len(facts.materials) == 1
        # Where directors live is in no part of the public document.
        assert "G0N 1N0" not in page(KIND, replace(facts, issuer=replace(facts.issuer, address=())))
    in_french = facts_of(cast.offering.pk, KIND, "fr")
    assert isinstance(in_french, ExemptReportFacts)
    named = {one.jurisdiction: one.exemption.partition(",")[0] for one in in_french.summary}
    assert named == {
        "NB": "Norme canadienne 45-110",
        "ON": "Norme canadienne 45-110",
        "QC": "Règlement 45-110",
    }


def test_no_offering_waits_for_words_of_the_report() -> None:
    waiting = unconfirmed_statements("exempt", ["fr", "en"], AFTER.date())
    assert waiting
    assert not [one for one in waiting if one.startswith("106.")]


def test_the_mark_goes_once_two_people_put_in_the_words_of_the_report() -> None:
    """French only: the report in English keeps its mark."""
    cast = in_three_provinces()
    answered(cast)
    texts = {
        one.id: f"Texte officiel {one.id}. (exemple)" if one.kind == PLACEHOLDER else one.text
        for one in prescribed_of("45-106F1", "fr")
    }
    for request in put_in(cast.asks, resource(texts, form="45-106F1")).asked:
        confirm(cast.approves, request)
    issued(cast)
    french, english = (facts_of(cast.offering.pk, KIND, language) for language in ("fr", "en"))
    assert isinstance(french, ExemptReportFacts)
    assert isinstance(english, ExemptReportFacts)
    assert french.unconfirmed == ()
    assert "Texte officiel 106.C. (exemple)" in {one.text for one in french.wording}
    assert {"106.C", "106.N"} <= set(english.unconfirmed)


def test_every_missing_answer_is_named_by_its_item_and_stops_the_report() -> None:
    cast = in_three_provinces("convertible", units=1)
    everything = answers_for(
        cast.offering,
        contact_same=False,
        contact_name="Hubert Cœurdacier",
        contact_title="secrétaire",
        contact_telephone="418 555-0143",
        contact_email="hubert@erabliereduruisseau.example",
        security_code="CVN",
    )
    wanted = set(asked.ITEMS) - {"people", "addresses", "head_office"}
    assert wanted <= set(everything)
    for name in sorted(wanted):
        fewer = {key: value for key, value in everything.items() if key != name}
        save(cast, fewer)
        told = refusal(lambda: issued(cast))
        assert set(told) == {"report.items_complete"}, name
        assert f"lacks: {asked.ITEMS[name]}." in told["report.items_complete"]
        draft = draft_report(distribution(cast.offering, AFTER), "en", at=AFTER)
        assert (draft.certified_on, draft.lacking) == (None, (asked.ITEMS[name],))
    assert "To be completed" in page(KIND, draft)
    people = everything["people"]
    save(cast, {**everything, "people": {key: {} for key in people}})
    assert "lacks: 9, S2." in refusal(lambda: issued(cast))["report.items_complete"]
    first = next(iter(people))
    save(cast, {**everything, "people": {**people, first: {**people[first], "street": ""}}})
    assert "lacks: S2." in refusal(lambda: issued(cast))["report.items_complete"]
    away = {**people[first], "province": ""}
    save(cast, {**everything, "people": {**people, first: away}})
    assert "lacks: S2." in refusal(lambda: issued(cast))["report.items_complete"]
    save(cast, {**everything, "people": {**people, first: {**away, "country": "France"}}})
    draft = draft_report(distribution(cast.offering, AFTER), "en", at=AFTER)
    assert (draft.lacking, draft.officers[0].location) == ((), "France")
    assert not ExemptReport.objects.exists()
    assert not Document.objects.filter(kind=KIND).exists()
    save(cast, everything)
    issued(cast)
    facts = facts_of(cast.offering.pk, KIND)
    assert isinstance(facts, ExemptReportFacts)
    assert [one.code for one in facts.conversions] == ["CVN"]
    assert facts.contact.name == "Hubert Cœurdacier"


def save(cast: f.Cast, answers: dict[str, Any], actor: Actor | None = None) -> ReportDetails:
    return reports.save_details(
        actor=actor or cast.owner, offering_id=cast.offering.pk, answers=answers, at=AFTER
    ).subject


WRONG: tuple[tuple[str, Any], ...] = (
    ("naics", "11199"),
    ("employees", "seven"),
    ("asset_size", 5_000_001),
    ("formed_on", "2026-13-01"),
    ("formed_on", "2999-01-01"),
    ("year_end", "02-30"),
    ("portal_cash", "12.345"),
    ("portal_cash", "-1.00"),
    ("has_profile", "yes"),
    ("profile_number", "A12"),
    ("lei", "short"),
    ("certifier_name", "x" * 201),
    ("certifier_name", "two\nlines"),
    ("people", {"aline roy": {"relationships": ["X"]}}),
    ("people", {"aline roy": {"control": "yes"}}),
    ("people", {"aline roy": {"shoe": "42"}}),
    ("nobody_asked", "this"),
)


def test_an_answer_of_another_shape_is_refused_and_nothing_is_kept() -> None:
    cast = f.draft_offering()
    for name, value in WRONG:
        with pytest.raises(asked.WrongAnswer) as wrong:
            save(cast, {name: value})
        assert str(value) not in str(wrong.value)
    assert not ReportDetails.objects.exists()


def test_what_does_not_change_leaves_no_entry_and_no_personal_answer_is_in_the_trail() -> None:
    cast = f.draft_offering()
    answers = answers_for(cast.offering)
    save(cast, answers)
    before = Entry.objects.count()
    save(cast, answers)
    assert Entry.objects.count() == before
    told = str(list(Entry.objects.values_list("payload", flat=True)))
    assert "rang du Ruisseau" not in told
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers::text FROM equity_reportdetails")
        assert "Ruisseau" not in cursor.fetchone()[0]


def test_who_may_fill_in_and_who_may_issue() -> None:
    cast = in_three_provinces()
    answered(cast)
    for actor in (cast.asks, Actor(Role.ISSUER, f.make_issuer(name="Autre inc.").pk)):
        assert set(refusal(lambda who=actor: save(cast, {}, who))) == {"actor.not_allowed"}  # type: ignore[misc]
        told = refusal(lambda who=actor: issued(cast, actor=who))  # type: ignore[misc]
        assert set(told) == {"actor.not_allowed"}
    answers = answers_for(cast.offering, naics="111999")
    for part in PARTS:
        user = f.issuer_user(cast.issuer, f"Personne {part}")
        user.issuer_memberships.update(part=part)
        person = Actor(Role.ISSUER, cast.issuer.pk, "", user_uuid(user))
        if part == "reader":
            assert set(refusal(lambda who=person: save(cast, answers, who))) == {"member.part"}  # type: ignore[misc]
        else:
            save(cast, answers, person)
        if part == "certifier":
            certifier = person
        else:
            assert set(refusal(lambda who=person: issued(cast, actor=who))) == {"member.part"}  # type: ignore[misc]
    issued(cast, actor=certifier)


def test_nothing_is_reported_before_the_closing() -> None:
    cast = f.open_offering()
    answered(cast)
    assert set(refusal(lambda: issued(cast))) == {"report.closed"}


def test_an_amended_report_supersedes_and_says_when_the_first_was_filed() -> None:
    cast = in_three_provinces()
    answered(cast)
    first = issued(cast)
    answered(cast, employees="50-99")
    again = AFTER + timedelta(days=20)
    # The first was certified on 13 March, after the closing on 11 March; today is 2 April.
    for day, given_day in (
        (None, "—"),
        (date(2026, 3, 11), "March 11, 2026"),
        (date(2026, 3, 12), "March 12, 2026"),
        (date(2026, 4, 3), "April 3, 2026"),
    ):
        told = refusal(lambda on=day: issued(cast, at=again, amends_filed_on=on))  # type: ignore[misc]
        assert set(told) == {"report.amends_one_filed"}
        sentence = told["report.amends_one_filed"].replace("\u00a0", " ")
        for figure in ("March 13, 2026", "April 2, 2026", f"Day given: {given_day}."):
            assert figure in sentence
    for day in (date(2026, 3, 13), date(2026, 4, 2)):
        with transaction.atomic():
            assert issued(cast, at=again, amends_filed_on=day).amends_filed_on == day
            transaction.set_rollback(True)
    second = issued(cast, at=again, amends_filed_on=date(2026, 3, 16))
    assert (second.number, second.amends_filed_on) == (2, date(2026, 3, 16))
    facts = facts_of(cast.offering.pk, KIND)
    assert isinstance(facts, ExemptReportFacts)
    assert (facts.report_type, facts.version) == ("amended", 2)
    assert facts.amends_filed_on == date(2026, 3, 16)
    assert facts.employees.code == "50-99"
    last = Document.objects.get(kind=KIND, language="fr", number=2)
    assert last.supersedes is not None
    assert last.supersedes.facts["employees"]["code"] == "0-49"
    assert ExemptReport.objects.get(pk=first.pk).schedules["certified_on"] == "2026-03-13"


def one_cent_less(row: Subscription) -> None:
    row.amount -= D("0.01")


def unbalanced(cast: f.Cast) -> Any:
    """A reading of the ledger that lost a cent of one subscription, as a broken one would."""
    real = released(cast.offering)
    first = min(real)
    return lambda offering: {**real, first: real[first] - D("0.01")}


def test_a_ledger_that_differs_by_a_cent_is_refused_with_both_amounts() -> None:
    cast = in_three_provinces()
    answered(cast)
    with patch.object(reports, "released", unbalanced(cast)):
        told = refusal(lambda: issued(cast))
    assert set(told) == {"report.adds_up"}
    assert "$2,200.00" in told["report.adds_up"]
    assert "$2,199.99" in told["report.adds_up"]
    assert not ExemptReport.objects.exists()


def test_the_database_takes_no_report_of_another_amount_whoever_writes_it() -> None:
    cast = in_three_provinces()
    row = {
        "offering": cast.offering,
        "number": 1,
        "certified_on": AFTER.date(),
        "purchasers": 3,
        "schedules": {},
        "issued_at": AFTER,
        "issued_by": cast.issuer.pk,
    }
    for amount in ("2199.99", "2200.01"):
        with pytest.raises(DatabaseError, match="to the cent"), transaction.atomic():
            ExemptReport.objects.create(**row, amount=D(amount))
    with transaction.atomic(), connection.cursor() as cursor:
        # The broken copy: without the guard, the wrong amount passes.
        cursor.execute("ALTER TABLE equity_exemptreport DISABLE TRIGGER equity_report_adds_up")
        ExemptReport.objects.create(**row, amount=D("2199.99"))
        transaction.set_rollback(True)
    ExemptReport.objects.create(**row, amount=D("2200.00"))


def test_a_frozen_report_that_does_not_add_up_cannot_be_made() -> None:
    cast = in_three_provinces()
    answered(cast)
    issued(cast)
    facts = facts_of(cast.offering.pk, KIND)
    assert isinstance(facts, ExemptReportFacts)
    for wrong in (
        {"total": D("2200.01")},
        {"summary": facts.summary[:-1]},
        {"securities": ()},
        {"purchasers": 2, "summary": (replace(facts.summary[0], purchasers=3), *facts.summary[1:])},
        {"purchasers": 4},
        {"lacking": ("5 a",)},
        {"version": 2},
        {"amends_filed_on": date(2026, 3, 12)},
    ):
        with pytest.raises(FactsError):
            replace(facts, **wrong)


buyers = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.sampled_from(["QC", "ON", "NB", "BC"]), st.integers(4, 9)
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(buyers)
def test_whoever_buys_where_the_report_is_what_the_ledger_released(
    bought: list[tuple[str, str, int]],
) -> None:
    with transaction.atomic():
        cast, people = open_everywhere(), {}
        f.subscribed(cast, f.make_person("Premier"), units=40)
        for who, where, units in bought:
            if who not in people:
                people[who] = f.make_person(who.upper(), "Untel", province=where)
            f.subscribed(cast, people[who], units=units)
        f.closed(cast)
        found = distribution(cast.fresh(), AFTER)
        ledger = released(cast.offering)
        assert rules.adds_up(found.lines, ledger).met
        assert found.summary.amount == sum(ledger.values()) == cast.offering.closing.amount
        assert found.summary.purchasers == len(people) + 1
        places = {person.province for person in people.values()} | {"QC"}
        assert set(found.filed_in) == places
        assert {row.jurisdiction for row in found.summary.rows} <= places
        transaction.set_rollback(True)
