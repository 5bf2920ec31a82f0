"""What each verb, security and expectation takes, and by which name it is kept."""

import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files

import pytest

from compliance.scenarios.reading.securities import converts_into_kind
from compliance.scenarios.reading.story import (
    AcknowledgeParams,
    AdviseParams,
    AmendParams,
    ConcurrentParams,
    FileParams,
    OfferingParams,
    OfferingSpec,
    PayParams,
    PortalStatusParams,
    RateSpec,
    RecordWithdrawalParams,
    RefundParams,
    RelateParams,
    SecuritySpec,
    SubscribeParams,
)
from compliance.scenarios.reading.vocabulary import RULE_CODES
from tests.scenarios.telling import draft, one


@pytest.mark.parametrize(
    ("step", "params"),
    [
        ("by: marie, do: pay, subscription: s1, with: {from: other}", PayParams(None, "other")),
        ("by: marie, do: subscribe, offering: o1, as: s1, with: {units: 1}", SubscribeParams(1)),
        (
            "by: marie, do: acknowledge, offering: o1, with: {language: en, answers: {R3: false}}",
            AcknowledgeParams("en", {"R3": False}),
        ),
        (
            (
                "by: odile, do: advise, offering: o1, with: {investor: marie, dealer: Nord, "
                "registration: 123, suitable: false}"
            ),
            AdviseParams("marie", suitable=False, dealer="Nord", registration="123"),
        ),
        (
            "by: odile, do: portal_status, with: {authorised: []}",
            PortalStatusParams(frozenset()),
        ),
        (
            "by: odile, do: portal_status, with: {authorised: false}",
            PortalStatusParams(authorised=False),
        ),
        (
            (
                "by: odile, do: relate, with: {issuer: coop, to: mill, kind: same_founder, "
                "since: 2026-01-01}"
            ),
            RelateParams("coop", "mill", "same_founder", date(2026, 1, 1)),
        ),
        (
            "by: coop, do: concurrent, offering: o1, with: {amount: 0, unconditional: true}",
            ConcurrentParams(Decimal("0.00"), unconditional=True),
        ),
        (
            "by: odile, do: record_withdrawal, subscription: s1, with: {sent: 2026-03-02 23:59}",
            RecordWithdrawalParams(datetime(2026, 3, 3, 4, 59, tzinfo=UTC)),
        ),
        (
            (
                "by: odile, do: file, offering: o1, with: {duty: duty.file_exempt_report, "
                "reference: 06012345, jurisdiction: ON}"
            ),
            FileParams("duty.file_exempt_report", "06012345", "ON"),
        ),
        ("by: odile, do: refund, subscription: s1", RefundParams(everything=False)),
        ("by: odile, do: refund, offering: o1, with: {all: true}", RefundParams(everything=True)),
        (
            "by: coop, do: amend, offering: o1, with: {what: Less, maximum: 5}",
            AmendParams("Less", OfferingSpec(maximum=Decimal("5.00"))),
        ),
    ],
)
def test_each_verb_reads_its_own_keys(step: str, params: object) -> None:
    assert one(step).params == params


@pytest.mark.parametrize(
    "step",
    [
        "by: marie, do: withdraw, subscription: s9",
        "by: marie, do: withdraw, with: {subscription: s9}",
    ],
)
def test_a_name_may_stand_beside_do_or_inside_with_and_need_never_be_declared(step: str) -> None:
    assert one(step).subscription == "s9"


def test_wait_may_say_which_offering_it_speaks_of() -> None:
    step = one("do: wait, offering: o1, expect: {offering: open}")
    assert (step.by, step.offering) == (None, "o1")


def test_an_edit_replaces_whole_keys_and_leaves_the_others() -> None:
    first = draft("minimum: 10, maximum: 20, languages: [fr, en]")
    params = one("by: coop, do: edit, offering: o1, with: {languages: [], maximum: 30}").params
    assert isinstance(params, OfferingParams)
    both = first.overlaid(params.offering)
    assert both == OfferingSpec(minimum=Decimal(10), maximum=Decimal(30), languages=())
    assert params.offering.given() == ("maximum", "languages")


def test_items_are_keyed_by_the_item_ids_however_they_are_spelled() -> None:
    offering = draft("items: {4.1: text, '4.2a': {answer: false}, 5.3 b: [1.50, 2], '14.2': x}")
    assert offering.items is not None
    assert list(offering.items) == ["4.1", "4.2a", "5.3b", "14.2"]
    assert offering.items["5.3b"] == ("1.50", 2)
    assert offering.items["4.2a"] == {"answer": False}


@pytest.mark.parametrize(
    ("security", "particulars"),
    [
        (
            "kind: common_share, class: 1, votes: 1, tag_along: true",
            {
                "class": "1",
                "votes": 1,
                "tag_along": True,
                "restrictions": {"tag_along": True},
            },
        ),
        ("kind: preferred_share, rank_on_liquidation: first", {"rank": "first"}),
        (
            "kind: community_bond, issue_date: 2026-03-01, maturity: 2031-03-01",
            {
                "issue_date": date(2026, 3, 1),
                "maturity_date": date(2031, 3, 1),
                "term_months": 60,
            },
        ),
        ("kind: debt, maturity: 2031-03-01", {"maturity_date": date(2031, 3, 1)}),
        (
            "kind: debt, redemption_by_holder: none",
            {
                "redemption_by_holder": "none",
                "early_redemption": {"redemption_by_holder": "none"},
            },
        ),
        (
            "kind: convertible, converts_into: shares, discount: 20 %, expiry: 2030-01-31",
            {"converts_into": "shares", "discount": Decimal(20), "expiry": date(2030, 1, 31)},
        ),
        (
            (
                "kind: debt, rate: {kind: variable, reference: prime, margin: '-0.25', floor: 2}, "
                "payments: half-yearly, day_count: act/365, transferable_after_years: 1"
            ),
            {
                "rate": RateSpec(
                    kind="floating",
                    reference="prime",
                    margin=Decimal("-0.25"),
                    floor=Decimal(2),
                ),
                "payments": "half_yearly",
                "day_count": "actual/365",
                "months_without_transfer": 12,
            },
        ),
        ("kind: debt, rate: {kind: step_up}", {"rate": RateSpec(kind="step_up")}),
        (
            "kind: cooperative_share, class: social, bylaw: no. 4, interest_limit: '3.5'",
            {"class": "social", "by_law": "no. 4", "interest_limit": Decimal("3.5")},
        ),
        (
            "kind: partnership_unit, general_partner: GP inc., agreement: of 2026",
            {"general_partner": "GP inc.", "agreement": "of 2026"},
        ),
        ("kind: other, token_standard: [a, b]", {"token_standard": ("a", "b")}),
    ],
)
def test_particulars_have_one_name_each(security: str, particulars: dict[str, object]) -> None:
    read = draft(f"security: {{{security}}}").security
    assert read is not None
    assert read.particulars == particulars
    assert read.unit_price is None


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("common_share", "common_share"),
        ("Class A common shares", "common_share"),
        ("actions ordinaires", "common_share"),
        ("{kind: preferred_share, class: B}", "preferred_share"),
        ("non-voting preference shares", "preferred_share"),
        ("shares", "common_share"),
        ("tokens", "tokens"),
        ("partnership units", "partnership units"),
        ("non-convertible preferred shares", "preferred_share"),
        ("actions privilégiées non convertibles de catégorie B", "preferred_share"),
        ("convertible preferred shares", "convertible preferred shares"),
        ("actions privilégiées convertibles", "actions privilégiées convertibles"),
        ("{kind: preferred_share, convertible: false}", "preferred_share"),
        ("{kind: preferred_share, convertible: true}", "convertible"),
        ("warrants to buy common shares", "warrants to buy common shares"),
        ("options on common shares", "options on common shares"),
        ("units of a common fund", "units of a common fund"),
        ("a bond ranking before preferred shares", "a bond ranking before preferred shares"),
        ("uncommon things", "uncommon things"),
        ("class_a_common_shares", "common_share"),
        ("actions_ordinaires", "common_share"),
        ("non_convertible_preferred_share", "preferred_share"),
        ("actions ordinaires sans valeur nominale", "common_share"),
        ("common shares with no par value", "common_share"),
        ("common shares with voting rights", "common_share"),
        ("actions ordinaires avec droit de vote", "common_share"),
        ("rights to acquire common shares", "rights to acquire common shares"),
        ("no common shares", "no common shares"),
        ("[common_share, bitcoin]", "('common_share', 'bitcoin')"),
    ],
)
def test_what_a_security_converts_into_is_told_by_its_kind(written: str, kind: str) -> None:
    security = draft(f"security: {{kind: convertible, converts_into: {written}}}").security
    assert security is not None
    assert converts_into_kind(security) == kind


def test_a_security_that_does_not_say_converts_into_nothing() -> None:
    assert converts_into_kind(SecuritySpec(kind="debt")) is None


def test_expectations_tell_nothing_said_from_nothing_refused() -> None:
    assert one("do: wait").expect is None
    silent = one("do: wait, expect: {}").expect
    accepted = one("do: wait, expect: {done: true}").expect
    empty = one("do: wait, expect: {refused: []}").expect
    assert silent is not None
    assert silent.refused is None
    assert accepted is not None
    assert accepted.refused == frozenset()
    assert empty == accepted


def test_the_codes_a_story_may_expect_are_those_of_the_catalogue() -> None:
    catalogue = files("compliance.rules.ni45_110.catalogue")
    known = {
        rule["code"]
        for resource in catalogue.iterdir()
        if resource.name.endswith(".toml")
        for rule in tomllib.loads(resource.read_text(encoding="utf-8"))["rule"]
    }
    assert set(RULE_CODES) == known


@pytest.mark.parametrize(
    ("written", "days"), [("60", 60), ("060", 60), ("+60", 60), ("0o74", 60), ("0x3C", 60)]
)
def test_a_whole_number_is_written_as_yaml_1_2_has_it(written: str, days: int) -> None:
    assert draft(f"days: {written}").days == days


@pytest.mark.parametrize("written", ["1000", "+1000", "01000", '"1000"', '"1000.00"'])
def test_an_amount_is_a_whole_number_or_a_text(written: str) -> None:
    assert draft(f"minimum: {written}").minimum == Decimal(1000)
