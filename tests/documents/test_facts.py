"""Facts are frozen, checked when they are made, and survive JSON word for word."""

import json
from dataclasses import FrozenInstanceError, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from documents.facts import (
    KINDS,
    Answer,
    Facts,
    FactsError,
    OfferingDocumentFacts,
    RiskAcknowledgementFacts,
    certificate_kind,
    facts_digest,
    from_json,
    missing_items,
    to_json,
)
from documents.samples import samples

EVERY = [facts for language in ("fr", "en") for facts in samples(language).values()]  # type: ignore[arg-type]


def sample(kind: str) -> Any:
    return samples("fr")[kind]


def test_there_is_one_class_of_facts_for_each_kind_of_document() -> None:
    assert list(KINDS) == [
        "offering_document",
        "risk_acknowledgement",
        "subscription_agreement",
        "withdrawal_notice",
        "amendment_notice",
        "purchaser_confirmation",
        "share_certificate",
        "cooperative_share_certificate",
        "bond_certificate",
        "payment_schedule",
        "evidence_summary",
        "portal_resources_certificate",
        "annual_statement",
        "portal_information",
        "portal_individual_information",
        "exempt_distribution_report",
    ]
    assert set(samples("fr")) == set(KINDS)


@pytest.mark.parametrize("facts", EVERY, ids=lambda facts: f"{facts.kind}-{facts.language}")
def test_facts_come_back_from_json_as_they_were(facts: Facts) -> None:
    stored = json.loads(json.dumps(to_json(facts)))
    again = from_json(facts.kind, stored)
    assert again == facts
    assert facts_digest(again) == facts_digest(facts)


def test_amounts_are_strings_and_instants_keep_their_offset() -> None:
    stored = to_json(sample("subscription_agreement"))
    assert stored["limit"] == "2500.00"
    assert stored["last_day"] == "2026-05-02"
    assert stored["issued_at"] == "2026-03-04T12:07:00-05:00"


def test_facts_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        sample("share_certificate").units = 5


def test_a_missing_key_is_named_with_its_path() -> None:
    stored = to_json(sample("share_certificate"))
    del stored["security"]["share"]["votes"]
    with pytest.raises(FactsError, match=r"share_certificate\.security\.share: missing votes"):
        from_json("share_certificate", stored)


def test_a_key_with_a_default_may_not_be_missing_either() -> None:
    stored = to_json(sample("share_certificate"))
    del stored["unconfirmed"]
    with pytest.raises(FactsError, match="missing unconfirmed"):
        from_json("share_certificate", stored)


def test_an_unknown_key_is_named() -> None:
    stored = to_json(sample("share_certificate"))
    stored["holder"]["colour"] = "green"
    with pytest.raises(FactsError, match=r"holder: unknown colour"):
        from_json("share_certificate", stored)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("units", "100"),
        ("units", True),
        ("units", 100.0),
        ("issued_on", "2026-02-30"),
        ("issued_at", "2026-04-02T09:00:00"),
        ("language", "de"),
        ("signatories", {}),
        ("holder", []),
        ("number", None),
    ],
)
def test_a_value_of_another_type_is_refused(key: str, value: object) -> None:
    stored = to_json(sample("share_certificate")) | {key: value}
    with pytest.raises(FactsError, match=key):
        from_json("share_certificate", stored)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("limit", 2500.0),
        ("limit", 2500),
        ("limit", Decimal("NaN")),
        ("last_day", datetime(2026, 5, 2)),  # noqa: DTZ001 - the mistake under test
        ("issued_at", datetime(2026, 5, 2)),  # noqa: DTZ001 - the mistake under test
        ("issued_at", date(2026, 5, 2)),
        ("unconfirmed", ["P1"]),
        ("purchaser", None),
    ],
)
def test_a_wrong_type_fails_when_facts_are_made(key: str, value: object) -> None:
    with pytest.raises(FactsError, match=key):
        replace(sample("subscription_agreement"), **{key: value})


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(FactsError, match="no kind"):
        from_json("prospectus", {})


def test_the_digest_changes_with_the_facts() -> None:
    facts = sample("share_certificate")
    assert facts_digest(replace(facts, units=101)) != facts_digest(facts)


def test_a_certified_document_has_no_open_item() -> None:
    facts: OfferingDocumentFacts = sample("offering_document")
    assert missing_items(facts) == ()
    with pytest.raises(FactsError, match=r"items 3\.1, 5\.7 are not answered"):
        replace(facts, overview="", maximum=None)
    preview = replace(facts, overview="", maximum=None, certificate=None)
    assert missing_items(preview) == ("3.1", "5.7")


def test_what_always_applies_cannot_be_waved_away() -> None:
    facts: OfferingDocumentFacts = sample("offering_document")
    with pytest.raises(FactsError, match=r"item 5\.7 always applies"):
        replace(facts, not_applicable=("5.7",))


def test_an_item_is_missing_until_it_is_answered_or_declared() -> None:
    facts: OfferingDocumentFacts = replace(sample("offering_document"), certificate=None)
    assert missing_items(replace(facts, not_applicable=())) == ("8.1", "11.3")
    assert missing_items(replace(facts, annual_information=None)) == ("11.2",)
    assert missing_items(replace(facts, annual_information=Answer(yes=False))) == ()


def test_an_acknowledgement_answers_the_statements_of_its_form_in_order() -> None:
    facts: RiskAcknowledgementFacts = sample("risk_acknowledgement")
    assert facts.met
    one_no = (replace(facts.answers[0], yes=False), *facts.answers[1:])
    assert not replace(facts, answers=one_no).met
    # What was not answered is left out, and is no yes.
    assert not replace(facts, answers=facts.answers[:-1]).met
    with pytest.raises(FactsError, match="answers"):
        replace(facts, answers=(facts.answers[1], facts.answers[0], *facts.answers[2:]))
    with pytest.raises(FactsError, match="answers"):
        replace(facts, portal=replace(facts.portal, kind="dealer"))


def test_units_at_their_price_make_the_total() -> None:
    facts = sample("subscription_agreement")
    with pytest.raises(FactsError, match="do not make"):
        replace(facts, subscription=replace(facts.subscription, total=Decimal("2499.99")))


def test_a_refund_has_a_due_day_and_nothing_else_has() -> None:
    facts = sample("withdrawal_notice")
    with pytest.raises(FactsError, match="due day"):
        replace(facts, refund_due_on=None)
    with pytest.raises(FactsError, match="due day"):
        replace(facts, refund=Decimal("0.00"))
    assert replace(facts, refund=Decimal("0.00"), refund_due_on=None)


def test_a_confirmation_has_a_certificate_or_a_written_notice() -> None:
    facts = sample("purchaser_confirmation")
    with pytest.raises(FactsError, match="certificate"):
        replace(facts, certificate="")
    assert certificate_kind("convertible") is None
    assert certificate_kind("partnership_unit") is None
    assert certificate_kind("debt") == "bond_certificate"


def test_a_certificate_is_for_its_kind_of_security() -> None:
    facts = sample("share_certificate")
    with pytest.raises(FactsError, match="bond_certificate"):
        replace(facts, security=sample("bond_certificate").security)


def test_a_security_carries_the_particulars_of_its_kind() -> None:
    with pytest.raises(FactsError, match=r"security\.debt"):
        replace(sample("share_certificate").security, kind="debt")


def test_a_bond_is_for_its_principal_and_has_its_dates() -> None:
    facts = sample("bond_certificate")
    with pytest.raises(FactsError, match="do not make"):
        replace(facts, principal=Decimal("2000.01"))
    undated = replace(facts.security, debt=replace(facts.security.debt, matures_on=None))
    with pytest.raises(FactsError, match="maturity"):
        replace(facts, security=undated)


def test_a_schedule_adds_up_to_the_cent() -> None:
    facts = sample("payment_schedule")
    first = replace(facts.payments[0], total=facts.payments[0].total + Decimal("0.01"))
    with pytest.raises(FactsError, match="interest and capital"):
        replace(facts, payments=(first, *facts.payments[1:]))
    with pytest.raises(FactsError, match="whole capital"):
        replace(facts, payments=facts.payments[:-1])
    with pytest.raises(FactsError, match="indicative"):
        replace(facts, indicative=True)


def test_an_id_is_not_named_twice_in_the_draft_mark() -> None:
    with pytest.raises(FactsError, match="twice"):
        replace(sample("share_certificate"), unconfirmed=("N1", "N1"))
