"""Each act leaves its papers: which kinds, in which languages, how many, and what they say."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from documents.facts import certificate_kind
from documents.models import Document
from equity.services import amendments, money, subscribing
from tests.factories import (
    BOUND,
    CLOSED,
    KINDS,
    OPENED,
    PRICES,
    acknowledged,
    advised,
    certify,
    closed,
    draft_offering,
    investor_actor,
    make_content,
    make_items,
    make_person,
    make_portal,
    open_offering,
    subscribed,
)
from tests.papers.reading import facts_of, issued

pytestmark = pytest.mark.django_db

ONE_HOUR = timedelta(hours=1)


def test_a_draft_has_no_paper() -> None:
    cast = draft_offering()
    assert not issued(cast.offering.pk)


@pytest.mark.parametrize("kind", KINDS)
def test_from_the_opening_to_the_closing(kind: str) -> None:
    cast = open_offering(kind)
    documents = {("offering_document", "fr"): 1, ("offering_document", "en"): 1}
    assert issued(cast.offering.pk) == documents
    units = int(1000 / Decimal(PRICES[kind])) + 1
    subscribed(cast, make_person(), units=units)
    closed(cast)
    wanted = {
        **documents,
        ("risk_acknowledgement", "fr"): 1,
        ("subscription_agreement", "fr"): 1,
        ("purchaser_confirmation", "fr"): 1,
    }
    certificate = certificate_kind(kind)
    if certificate is not None:
        wanted[certificate, "fr"] = 1
    if kind in ("community_bond", "debt"):
        wanted["payment_schedule", "fr"] = 1
    assert issued(cast.offering.pk) == wanted


@pytest.mark.parametrize(
    ("province", "language", "languages"),
    [
        ("QC", "fr", ["fr"]),
        ("QC", "en", ["fr", "en"]),
        ("ON", "en", ["en"]),
        ("ON", "fr", ["fr"]),
    ],
)
def test_a_resident_of_quebec_gets_the_french_version_whatever_they_chose(
    province: str, language: str, languages: list[str]
) -> None:
    cast = open_offering()
    person = make_person(province=province, language=language)
    subscribed(cast, person, units=41)
    closed(cast)
    for kind in ("subscription_agreement", "purchaser_confirmation", "share_certificate"):
        papers = Document.objects.filter(kind=kind, person_id=person.pk)
        assert set(papers.values_list("language", flat=True)) == set(languages), kind


def test_the_acknowledgement_is_in_the_language_in_which_it_was_shown() -> None:
    cast = open_offering()
    person = make_person(province="QC", language="en")
    acknowledged(cast, person, language="en")
    assert issued(cast.offering.pk)["risk_acknowledgement", "en"] == 1
    assert issued(cast.offering.pk)["risk_acknowledgement", "fr"] == 0


def test_an_acknowledgement_says_yes_no_and_nothing_as_it_was_answered() -> None:
    cast = open_offering()
    person = make_person(province="US", language="en")
    subscribing.acknowledge_risks(
        actor=investor_actor(person),
        offering_id=cast.offering.pk,
        answers={"R1": True, "R3": False},
        at=OPENED,
    )
    facts = facts_of(cast.offering.pk, "risk_acknowledgement", "en")
    assert [(one.statement, one.yes) for one in facts.answers] == [("R1", True), ("R3", False)]
    assert not facts.met
    assert facts.purchaser.province == "US"
    assert facts.purchaser.address[-1] == "Rimouski, US  G5L 1A1"


def test_two_acknowledgements_stand_beside_each_other() -> None:
    cast, person = open_offering(), make_person()
    acknowledged(cast, person)
    acknowledged(cast, person, at=OPENED + ONE_HOUR)
    papers = list(Document.objects.filter(kind="risk_acknowledgement").order_by("number"))
    assert [one.number for one in papers] == [1, 2]
    assert [one.supersedes_id for one in papers] == [None, None]
    assert {(one.subject_type, one.subject_id) for one in papers} == {
        ("investors.person", person.pk)
    }


def test_the_agreement_says_the_amounts_the_limit_and_the_end_of_the_right() -> None:
    cast = open_offering()
    subscription = subscribed(cast, make_person(), units=4)
    facts = facts_of(cast.offering.pk, "subscription_agreement")
    assert (facts.subscription.units, facts.subscription.total) == (4, Decimal("100.00"))
    assert facts.limit == Decimal("2500.00")
    assert facts.advice is None
    assert facts.right_ends_on == date(2026, 3, 4)
    assert facts.last_day == date(2026, 5, 1)
    assert (facts.refund_business_days, facts.distribution_days) == (5, 90)
    assert facts.subscription.agreed_at.isoformat() == "2026-03-02T10:00:00-05:00"
    assert facts.security.designation == "actions ordinaires de catégorie A"
    paper = Document.objects.get(kind="subscription_agreement")
    assert (paper.subject_type, paper.subject_id) == ("equity.subscription", subscription.pk)
    assert paper.person_id == subscription.person_id


def test_the_agreement_of_an_advised_person_says_so_on_a_dealer_portal() -> None:
    cast = open_offering(portal=make_portal("dealer", name="Courtier d'essai"))
    person = make_person()
    advised(cast, person)
    subscribed(cast, person, units=400)
    facts = facts_of(cast.offering.pk, "subscription_agreement")
    assert facts.limit == Decimal("10000.00")
    assert facts.advice is not None
    assert (facts.advice.dealer, facts.advice.reference) == ("Courtage Nord inc.", "EMD 12345")
    assert facts.advice.given_on == date(2026, 3, 2)
    document = facts_of(cast.offering.pk, "offering_document")
    assert document.portal.dealer_name == "Courtier d'essai"


def test_a_withdrawal_says_what_is_refunded_and_by_when() -> None:
    cast, person = open_offering(), make_person()
    subscription = subscribed(cast, person, units=4)
    money.withdraw(
        actor=investor_actor(person), subscription_id=subscription.pk, at=OPENED + ONE_HOUR
    )
    facts = facts_of(cast.offering.pk, "withdrawal_notice")
    assert (facts.channel, facts.refund) == ("portal", Decimal("100.00"))
    assert facts.refund_due_on == date(2026, 3, 9)


def test_a_letter_is_confirmed_from_the_instant_it_was_sent() -> None:
    cast, person = open_offering(), make_person()
    subscription = subscribed(cast, person, units=4, paid=False)
    money.record_withdrawal(
        actor=cast.asks, subscription_id=subscription.pk, sent=OPENED + ONE_HOUR, at=BOUND
    )
    facts = facts_of(cast.offering.pk, "withdrawal_notice")
    assert facts.channel == "letter"
    assert facts.sent_at == OPENED + ONE_HOUR
    assert facts.recorded_at == BOUND
    assert (facts.refund, facts.refund_due_on) == (Decimal("0.00"), None)


def test_an_amendment_gives_a_new_document_and_a_notice_of_what_changed() -> None:
    cast, person = open_offering(), make_person(province="QC", language="en")
    subscribed(cast, person, units=4)
    items = make_items() | {"10.1": [{"heading": "Le feu", "text": "Une forêt brûle."}]}
    content = replace(make_content(), days=50, items=items)
    amendments.amend(
        actor=cast.owner, offering_id=cast.offering.pk, content=content, what="Moins long", at=BOUND
    )
    certify(cast, BOUND)
    amendments.publish(actor=cast.owner, offering_id=cast.offering.pk, at=BOUND)
    count = issued(cast.offering.pk)
    assert count["offering_document", "fr"] == count["offering_document", "en"] == 2
    assert count["amendment_notice", "fr"] == count["amendment_notice", "en"] == 1
    notice = facts_of(cast.offering.pk, "amendment_notice")
    assert [one.item for one in notice.changes] == ["5.3a", "10.1"]
    assert (notice.changes[0].before, notice.changes[0].after) == ("60 jours", "50 jours")
    assert (notice.before.version, notice.after.version) == (1, 2)
    assert notice.right_ends_on == date(2026, 3, 9)
    second = facts_of(cast.offering.pk, "offering_document")
    assert [(one.on, one.description) for one in second.amendments] == [
        (date(2026, 3, 5), "Moins long")
    ]
    assert second.raise_by == date(2026, 4, 21)
    latest = Document.objects.get(kind="offering_document", language="fr", number=2)
    assert latest.supersedes == Document.objects.get(
        kind="offering_document", language="fr", number=1
    )


def test_the_offering_document_is_complete_and_certified() -> None:
    cast = open_offering()
    facts = facts_of(cast.offering.pk, "offering_document")
    assert facts.certificate is not None
    assert facts.certificate.name == "Aline Marguerite Roy"
    assert facts.minimum is not None
    assert (facts.minimum.amount, facts.minimum.units) == (Decimal("1000.00"), 40)
    assert facts.not_applicable == ("8.1", "11.3")
    assert facts.in_words == ()
    assert [(row.subject, row.d.yes) for row in facts.disclosures] == [
        ("Érablière du Ruisseau inc.", False),
        ("Aline Roy", False),
        ("Hubert Cœurdacier", True),
    ]
    aline = facts.principals[0]
    assert (aline.position, aline.jurisdiction) == ("Administrateur", "Québec")
    assert (aline.held[0].units, aline.percent) == (28000, Decimal("69.14"))
    assert facts.principals[1].held == ()
    assert facts.unconfirmed[0] == "F1.T"
    english = facts_of(cast.offering.pk, "offering_document", "en")
    assert english.overview == "We make syrup."
    assert english.principals[0].position == "Director"
    assert english.security.designation == "Class A common shares"


def test_a_share_certificate_and_the_confirmation_bear_the_same_number() -> None:
    cast = open_offering()
    subscribed(cast, make_person(), units=20)
    subscribed(cast, make_person("Paul", "Roy"), units=30)
    closed(cast)
    holding = cast.offering.holdings.get(number=2)
    keys = {"share_certificate": "number", "purchaser_confirmation": "certificate"}
    numbers = {
        Document.objects.get(kind=kind, person_id=holding.person_id).facts[key]
        for kind, key in keys.items()
    }
    assert numbers == {"A-0002"}
    confirmation = facts_of(cast.offering.pk, "purchaser_confirmation")
    # 5 % of the 1 250,00 $ raised and the fee of 500,00 $.
    assert confirmation.portal_fee == Decimal("562.50")
    assert confirmation.closed_on == date(2026, 3, 11)


def test_a_bond_runs_from_its_closing_and_its_schedule_gives_the_capital_back() -> None:
    cast = open_offering("community_bond")
    subscribed(cast, make_person(), units=4)
    closed(cast)
    bond = facts_of(cast.offering.pk, "bond_certificate")
    assert bond.security.debt is not None
    assert bond.security.debt.issued_on == date(2026, 3, 11)
    assert bond.security.debt.matures_on == date(2031, 3, 11)
    schedule = facts_of(cast.offering.pk, "payment_schedule")
    assert [row.total for row in schedule.payments] == [
        Decimal(total) for total in ("80.00", "80.00", "80.00", "80.00", "2080.00")
    ]
    assert schedule.bond_number == bond.number == "O-0001"
    assert not schedule.indicative


def test_a_security_without_a_certificate_has_the_written_notice() -> None:
    cast = open_offering("partnership_unit")
    subscribed(cast, make_person(), units=8)
    closed(cast, CLOSED)
    confirmation = facts_of(cast.offering.pk, "purchaser_confirmation")
    assert confirmation.certificate == ""
    assert confirmation.distributed_on == date(2026, 3, 11)
