"""security.eligible and security.terms_complete, kind by kind."""

from decimal import Decimal
from typing import Any

import pytest

from compliance.rules.kernel.schedule import CODES
from compliance.rules.ni45_110 import filing, security
from tests.rules import given


def eligible(**facts: Any) -> bool:
    findings = given.found(filing.judge(given.filing(**facts), on=given.ON))
    return findings["security.eligible"].met


@pytest.mark.parametrize(
    ("kind", "met"),
    [
        ("common_share", True),
        ("preferred_share", True),
        ("convertible", True),
        ("community_bond", True),
        ("debt", True),
        ("partnership_unit", True),
        ("cooperative_share", True),
        ("other", False),
        ("", False),
        ("Common_Share", False),
        ("derivative", False),
    ],
)
def test_the_kinds_of_the_definition(kind: str, met: bool) -> None:
    assert eligible(security_kind=kind) is met


@pytest.mark.parametrize("kind", ["convertible", "preferred_share", "community_bond", "debt"])
@pytest.mark.parametrize(
    ("into", "met"),
    [
        (None, True),  # not said: security.terms_complete asks where it must be said
        ("common_share", True),
        ("preferred_share", True),
        ("debt", False),
        ("convertible", False),
        ("partnership_unit", False),
        ("cooperative_share", False),
        ("other", False),
    ],
)
def test_what_converts_converts_into_a_share(kind: str, into: str | None, met: bool) -> None:
    assert eligible(security_kind=kind, converts_into=into) is met


@pytest.mark.parametrize("kind", ["community_bond", "debt"])
@pytest.mark.parametrize(
    ("rate", "met"),
    [(None, True), ("fixed", True), ("floating", True), ("other", False), ("step_up", False)],
)
def test_debt_bears_a_fixed_or_floating_rate(kind: str, rate: str | None, met: bool) -> None:
    assert eligible(security_kind=kind, rate_kind=rate) is met


def test_a_good_rate_does_not_save_a_bad_conversion() -> None:
    assert not eligible(security_kind="debt", rate_kind="fixed", converts_into="debt")
    assert not eligible(security_kind="debt", rate_kind="other", converts_into="common_share")


@pytest.mark.parametrize("kind", ["common_share", "partnership_unit", "cooperative_share"])
def test_kinds_without_a_word_on_conversion_or_rate(kind: str) -> None:
    assert eligible(security_kind=kind, converts_into="other", rate_kind="other")


def test_the_finding_says_what_was_looked_at() -> None:
    facts = given.filing(security_kind="debt", converts_into="other", rate_kind="fixed")
    finding = given.found(filing.judge(facts, on=given.ON))["security.eligible"]
    assert finding.figures == {"kind": "debt", "converts_into": "other", "rate_kind": "fixed"}
    assert "titre de créance" in finding.message("fr")
    assert "debt security" in finding.message("en")


WHOLE: dict[str, dict[str, Any]] = {
    "common_share": dict.fromkeys(("class", "votes", "dividends", "rank", "restrictions"), "x"),
    "preferred_share": dict.fromkeys(("class", "votes", "dividends", "rank", "restrictions"), "x"),
    "convertible": dict.fromkeys(("converts_into", "ratio", "trigger", "expiry"), "x"),
    "community_bond": dict.fromkeys(
        (
            "rate",
            "interest",
            "day_count",
            "payments",
            "term_months",
            "repayment",
            "security_given",
            "rank",
            "early_redemption",
            "months_without_transfer",
            "renewal",
        ),
        "x",
    ),
    "cooperative_share": dict.fromkeys(
        ("class", "interest_limit", "by_law", "board_resolution", "redemption"), "x"
    ),
    "partnership_unit": dict.fromkeys(("general_partner", "agreement"), "x"),
}
WHOLE["community_bond"] |= {
    "rate": {"kind": "fixed", "percent": "4.00"},
    "interest": "simple",
    "day_count": "30/360",
    "payments": "yearly",
    "repayment": "bullet",
    "term_months": 60,
}
WHOLE["debt"] = WHOLE["community_bond"]
PRICE = Decimal("25.00")


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_the_particulars_of_each_kind_one_by_one(kind: str) -> None:
    assert security.missing_terms(kind, PRICE, WHOLE[kind]) == ()
    assert security.missing_terms(kind, None, WHOLE[kind]) == ("price",)
    for name in WHOLE[kind]:
        left = {key: value for key, value in WHOLE[kind].items() if key != name}
        assert security.missing_terms(kind, PRICE, left) == (name,)
        for empty in (None, "", [], {}):
            assert security.missing_terms(kind, PRICE, left | {name: empty}) == (name,)


def test_nothing_given_is_missing_in_the_order_of_the_form() -> None:
    assert security.missing_terms("partnership_unit", None, {}) == (
        "price",
        "general_partner",
        "agreement",
    )


@pytest.mark.parametrize("answer", [0, False, "0", Decimal(0)])
def test_zero_and_no_are_answers(answer: object) -> None:
    given_terms = WHOLE["debt"] | {"months_without_transfer": answer}
    assert security.missing_terms("debt", PRICE, given_terms) == ()


@pytest.mark.parametrize("kind", ["community_bond", "debt"])
@pytest.mark.parametrize("name", CODES)
def test_a_term_of_a_debt_is_one_of_its_list(kind: str, name: str) -> None:
    for code in CODES[name]:
        assert security.missing_terms(kind, PRICE, WHOLE[kind] | {name: code}) == ()
    for word in ("actual/360", "weekly", "none", "sinking fund", 30, True):
        assert security.missing_terms(kind, PRICE, WHOLE[kind] | {name: word}) == (name,)


@pytest.mark.parametrize(
    ("term", "missing"),
    [
        (0, ("term_months",)),
        ("00", ("term_months",)),
        ("-5", ("term_months",)),
        ("à convenir", ("term_months",)),
        (12000, ("term_months",)),
        (1, ()),
        ("1", ()),
        ("5 ans", ()),
        ({"fr": "5 ans", "en": "5 years"}, ()),
        ({"fr": "5 ans", "en": "to be agreed"}, ("term_months",)),
    ],
)
def test_a_debt_lasts_a_month_at_least(term: object, missing: tuple[str, ...]) -> None:
    given_terms = WHOLE["debt"] | {"term_months": term}
    assert security.missing_terms("debt", PRICE, given_terms) == missing


FLOATING = {"kind": "floating", "percent": "5.45", "reference": "Prime", "margin": "0"}


@pytest.mark.parametrize(
    ("rate", "whole"),
    [
        ({"kind": "fixed", "percent": "0"}, True),
        ({"kind": "fixed", "percent": Decimal(0)}, True),
        ({"percent": "4"}, True),
        ({"kind": "fixed"}, False),
        ({"kind": "fixed", "percent": ""}, False),
        (FLOATING, True),
        (FLOATING | {"floor": "3"}, True),
        (FLOATING | {"percent": None}, True),
        (FLOATING | {"reference": ""}, False),
        (FLOATING | {"margin": None}, True),  # in the percentage of today
        (FLOATING | {"margin": None, "percent": None}, False),
        (FLOATING | {"margin": "to be agreed", "percent": ""}, False),
        ({"kind": "fixed", "percent": "à négocier"}, False),
        ("à négocier", False),
        ({"fr": "4 %", "en": "4%"}, True),
        ({"fr": "4 %", "en": "to be agreed"}, False),
        ({"kind": "step_up"}, True),  # not eligible, which is told by its own rule
        ("4 %", True),
        (4, True),
    ],
)
def test_a_rate_says_all_that_its_kind_has(rate: object, whole: bool) -> None:
    missing = security.missing_terms("debt", PRICE, WHOLE["debt"] | {"rate": rate})
    assert missing == (() if whole else ("rate",))


def test_a_discount_stands_for_a_ratio() -> None:
    left = {key: value for key, value in WHOLE["convertible"].items() if key != "ratio"}
    assert security.missing_terms("convertible", PRICE, left | {"discount": "20"}) == ()
    assert security.missing_terms("convertible", PRICE, left | {"discount": ""}) == ("ratio",)


def test_a_kind_that_nobody_knows_asks_nothing_and_is_not_eligible() -> None:
    assert security.missing_terms("other", None, {}) == ()
    assert not eligible(security_kind="other")


@pytest.mark.parametrize(("missing", "met"), [((), True), (("rank",), False)])
def test_terms_complete(missing: tuple[str, ...], met: bool) -> None:
    finding = given.found(filing.judge(given.filing(missing_terms=missing), on=given.ON))[
        "security.terms_complete"
    ]
    assert finding.met is met
    assert finding.figures["missing"] == missing
