"""Judged when an offering is submitted, approved and opened: every rule met, every rule not met."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110 import filing
from tests.rules import given
from tests.rules.given import CENT, ON, D

CALM = settings(deadline=None)
"""A busy machine is no failure."""

ALWAYS = (
    "issuer.head_office_in_canada",
    "issuer.not_reporting",
    "issuer.not_investment_fund",
    "issuer.has_operations",
    "issuer.principals_declared",
    "portal.authorised",
    "portal.no_common_principal",
    "portal.no_purchaser_fee",
    "security.eligible",
    "security.terms_complete",
    "offering.amounts_consistent",
    "offering.within_group_cap",
    "offering.one_at_a_time",
    "offering.within_90_days",
    "offering.no_group_commission",
    "document.items_complete",
    "document.certified",
    "document.french_available",
    "document.wording_confirmed",
    "group.wider_links",
)


def refusals(**changes: Any) -> list[str]:
    return given.refusals(filing.judge(given.filing(**changes), on=ON))


def finding(code: str, **changes: Any) -> Finding:
    return given.found(filing.judge(given.filing(**changes), on=ON))[code]


def amounts(minimum: str, maximum: str, price: str = "25.00", **changes: Any) -> dict[str, Any]:
    terms = {"minimum": D(minimum), "maximum": D(maximum), "price": D(price)}
    return terms | {"use_minimum": D(minimum), "use_maximum": D(maximum)} | changes


def test_a_lawful_offering_meets_every_rule_and_each_is_judged_once() -> None:
    findings = filing.judge(given.filing(), on=ON)
    assert tuple(row.code for row in findings) == ALWAYS
    assert given.refusals(findings) == []


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("issuer.head_office_in_canada", {"issuer": given.issuer(head_office="US")}),
        ("issuer.not_reporting", {"issuer": given.issuer(reporting=True)}),
        ("issuer.not_investment_fund", {"issuer": given.issuer(investment_fund=True)}),
        ("issuer.has_operations", {"issuer": given.issuer(has_operations=False)}),
        ("issuer.principals_declared", {"issuer": given.issuer(principals_declared=0)}),
        ("issuer.principals_declared", {"issuer": given.issuer(principals_incomplete=1)}),
        ("portal.authorised", {"portal": given.portal(authorisations=())}),
        (
            "portal.no_common_principal",
            {"issuer": given.issuer(group_principals=frozenset({"p1", "i2"}))},
        ),
        ("portal.no_purchaser_fee", {"portal": given.portal(purchaser_fee=True)}),
        ("security.eligible", {"security_kind": "other"}),
        ("security.terms_complete", {"missing_terms": ("rank", "votes")}),
        ("offering.amounts_consistent", {"use_maximum": D("249999.99")}),
        ("offering.within_group_cap", {"window": given.window("1250000.01")}),
        ("offering.one_at_a_time", {"other_active": 1}),
        ("offering.within_90_days", {"days": 91}),
        ("offering.no_group_commission", {"group_commission": True}),
        ("document.items_complete", {"items_missing": ("6.1",)}),
        ("document.certified", {"certified": False}),
        ("document.french_available", {"languages": ("en",)}),
        ("document.wording_confirmed", {"unconfirmed": ("P1", "P8")}),
    ],
)
def test_one_thing_wrong_refuses_by_its_own_code_alone(code: str, changes: dict[str, Any]) -> None:
    assert refusals(**changes) == [code]
    refused = finding(code, **changes)
    assert refused.message("fr") != refused.message("en")


def test_every_failure_is_told_the_first_does_not_hide_the_others() -> None:
    wrong = refusals(
        issuer=given.issuer(
            head_office="US",
            reporting=True,
            investment_fund=True,
            has_operations=False,
            principals_declared=0,
            group_principals=frozenset({"p1"}),
        ),
        portal=given.portal(authorisations=(), purchaser_fee=True),
        security_kind="other",
        missing_terms=("rank",),
        use_minimum=D("0.00"),
        window=given.window("1500000.00"),
        other_active=2,
        days=91,
        group_commission=True,
        items_missing=("2.1",),
        certified=False,
        languages=("en",),
        unconfirmed=("P1",),
    )
    assert wrong == list(ALWAYS[:-1])  # group.wider_links never refuses


@pytest.mark.parametrize(
    "province",
    ["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"],
)
def test_a_head_office_in_every_province_and_territory(province: str) -> None:
    assert finding("issuer.head_office_in_canada", issuer=given.issuer(head_office=province)).met


@pytest.mark.parametrize("place", ["US", "FR", "GB", "", "qc", "QUE", "CA"])
def test_a_head_office_elsewhere(place: str) -> None:
    wrong = given.issuer(head_office=place)
    assert "issuer.head_office_in_canada" in refusals(issuer=wrong)


# offering.amounts_consistent


@pytest.mark.parametrize(
    ("terms", "problems"),
    [
        (amounts("25.00", "25.00"), ()),
        (amounts("50.00", "25.00"), ("minimum_above_maximum",)),
        (amounts("0.00", "250.00"), ("minimum_not_positive",)),
        (amounts("0.01", "0.01", "0.01"), ()),
        (amounts("-25.00", "250.00"), ("minimum_not_positive",)),
        (amounts("25.01", "250.00"), ("minimum_not_whole_units",)),
        (amounts("24.99", "250.00"), ("minimum_not_whole_units",)),
        (amounts("25.00", "250.01"), ("maximum_not_whole_units",)),
        (amounts("25.00", "249.99"), ("maximum_not_whole_units",)),
        (amounts("25.00", "250.00", "0.00"), ("price_not_positive",)),
        (amounts("25.00", "250.00", "-25.00"), ("price_not_positive",)),
        (amounts("25.00", "250.00", price_none=True), ("price_not_positive",)),
        (amounts("25.00", "250.00", use_minimum=D("24.99")), ("use_minimum_differs",)),
        (amounts("25.00", "250.00", use_minimum=D("25.01")), ("use_minimum_differs",)),
        (amounts("25.00", "250.00", use_maximum=D("249.99")), ("use_maximum_differs",)),
        (amounts("25.00", "250.00", use_maximum=D("250.01")), ("use_maximum_differs",)),
        (
            amounts("275.00", "250.01", use_minimum=D("0.00")),
            ("minimum_above_maximum", "maximum_not_whole_units", "use_minimum_differs"),
        ),
    ],
)
def test_amounts_to_the_cent(terms: dict[str, Any], problems: tuple[str, ...]) -> None:
    if terms.pop("price_none", False):
        terms["price"] = None
    judged = finding("offering.amounts_consistent", **terms)
    assert judged.figures["problems"] == problems
    assert judged.met is (not problems)


# offering.within_group_cap: 1 500 000, the room is the cap less what the group closed


@pytest.mark.parametrize(
    ("maximum", "closed", "met", "room", "excess"),
    [
        ("1499999.99", "0.00", True, "1500000.00", "0.00"),
        ("1500000.00", "0.00", True, "1500000.00", "0.00"),
        ("1500000.01", "0.00", False, "1500000.00", "0.01"),
        ("250000.00", "1249999.99", True, "250000.01", "0.00"),
        ("250000.00", "1250000.00", True, "250000.00", "0.00"),
        ("250000.00", "1250000.01", False, "249999.99", "0.01"),
        ("0.01", "1499999.99", True, "0.01", "0.00"),
        ("0.01", "1500000.00", False, "0.00", "0.01"),
        ("250000.00", "1600000.00", False, "0.00", "350000.00"),
    ],
)
def test_the_cap_of_the_group_to_the_cent(
    maximum: str, closed: str, met: bool, room: str, excess: str
) -> None:
    judged = finding("offering.within_group_cap", maximum=D(maximum), window=given.window(closed))
    assert (judged.met, judged.room, judged.figures["excess"]) == (met, D(room), D(excess))


def test_the_cap_tells_when_more_room_returns() -> None:
    facts = {"window": given.window("1400000.00", date(2026, 11, 15)), "maximum": D("250000.00")}
    judged = finding("offering.within_group_cap", **facts)
    assert "15 novembre 2026" in judged.message("fr")
    assert "November 15, 2026" in judged.message("en")
    assert "100\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}$" in judged.message("fr")


# offering.within_90_days


@pytest.mark.parametrize(
    ("days", "met"), [(0, False), (1, True), (89, True), (90, True), (91, False), (365, False)]
)
def test_ninety_days(days: int, met: bool) -> None:
    assert finding("offering.within_90_days", days=days).met is met


@pytest.mark.parametrize(("before", "met"), [(59, True), (60, True), (61, False)])
def test_an_amended_last_day_is_not_before_the_publication(before: int, met: bool) -> None:
    judged = finding(
        "offering.within_90_days", days=60, first_available=ON - timedelta(days=before)
    )
    assert judged.met is met
    assert judged.figures["last_day"] == ON + timedelta(days=60 - before)


def test_ninety_days_are_not_extended_for_a_holiday() -> None:
    """The 90th day after 26 September 2026 is Christmas Day; it is still the 90th day."""
    christmas = date(2026, 12, 25)
    facts = given.filing(days=90, first_available=date(2026, 9, 26))
    judged = given.found(filing.judge(facts, on=christmas))["offering.within_90_days"]
    assert judged.met
    assert judged.figures["last_day"] == christmas
    late = given.found(filing.judge(facts, on=christmas + timedelta(days=1)))
    assert not late["offering.within_90_days"].met


# document.french_available and document.wording_confirmed


@pytest.mark.parametrize(
    ("head_office", "jurisdictions", "languages", "met"),
    [
        ("QC", ("ON",), ("en",), False),
        ("ON", ("ON", "QC"), ("en",), False),
        ("ON", ("ON",), ("en",), True),
        ("ON", ("ON",), ("fr",), True),
        ("QC", ("QC",), ("fr",), True),
        ("QC", ("QC",), ("en", "fr"), True),
        ("QC", ("QC",), (), False),
    ],
)
def test_french_where_quebec_is_concerned(
    head_office: str, jurisdictions: tuple[str, ...], languages: tuple[str, ...], met: bool
) -> None:
    judged = finding(
        "document.french_available",
        issuer=given.issuer(head_office=head_office),
        jurisdictions=jurisdictions,
        languages=languages,
    )
    assert judged.met is met


@pytest.mark.parametrize(
    ("unconfirmed", "demonstration", "met"),
    [((), False, True), ((), True, True), (("P1",), True, True), (("P1",), False, False)],
)
def test_unconfirmed_wording_opens_in_a_demonstration_only(
    unconfirmed: tuple[str, ...], demonstration: bool, met: bool
) -> None:
    judged = finding(
        "document.wording_confirmed",
        unconfirmed=unconfirmed,
        portal=given.portal(demonstration=demonstration),
    )
    assert judged.met is met


@pytest.mark.parametrize("links", [0, 1, 40])
def test_wider_links_are_shown_and_never_refuse(links: int) -> None:
    judged = finding("group.wider_links", wider_links=links)
    assert judged.met
    assert judged.figures["wider_count"] == links


# Publication of an amendment


def published(publication: Any, **changes: Any) -> dict[str, Finding]:
    return given.found(filing.judge_publication(given.filing(**changes), publication, on=ON))


def test_a_publication_is_a_filing_again_with_the_room_and_the_warning() -> None:
    findings = filing.judge_publication(given.filing(), given.publication(), on=ON)
    assert tuple(row.code for row in findings) == (
        *ALWAYS,
        "offering.room",
        "amendment.rights_outlive",
    )
    assert given.refusals(findings) == []


@pytest.mark.parametrize(
    ("live", "met", "room"),
    [("249999.99", True, "0.01"), ("250000.00", True, "0.00"), ("250000.01", False, "0.00")],
)
def test_an_amended_maximum_holds_what_is_live(live: str, met: bool, room: str) -> None:
    judged = published(given.publication(live=D(live)))["offering.room"]
    assert (judged.met, judged.room) == (met, D(room))


@pytest.mark.parametrize(("second", "outlive"), [(-1, False), (0, False), (1, True)])
def test_the_warning_of_rights_that_outlive_the_90th_day_never_refuses(
    second: int, outlive: bool
) -> None:
    begins = datetime(2026, 5, 31, 4, tzinfo=UTC)
    judged = published(
        given.publication(
            rights_end=begins + timedelta(seconds=second), rights_end_on=date(2026, 5, 30)
        )
    )["amendment.rights_outlive"]
    assert judged.met
    assert judged.figures["outlive"] is outlive


def test_no_live_right_outlives_nothing() -> None:
    judged = published(given.publication())["amendment.rights_outlive"]
    assert judged.figures["outlive"] is False


# Properties

cents = st.integers(min_value=0, max_value=200_000_000).map(lambda n: Decimal(n) * CENT)


@CALM
@draw(closed=cents)
def test_the_room_is_accepted_exactly_and_a_cent_more_refused(closed: Decimal) -> None:
    facts = given.filing(window=replace(given.window(), closed=closed))
    room = given.found(filing.judge(facts, on=ON))["offering.within_group_cap"].room
    assert room is not None
    at_room = given.found(filing.judge(replace(facts, maximum=room), on=ON))
    over = given.found(filing.judge(replace(facts, maximum=room + CENT), on=ON))
    # Where the group is already over its cap even a maximum of zero is not within it.
    assert at_room["offering.within_group_cap"].met is (closed <= Decimal("1500000"))
    assert not over["offering.within_group_cap"].met


@CALM
@draw(smaller=cents, more=cents, closed=cents)
def test_a_smaller_maximum_is_never_worse(smaller: Decimal, more: Decimal, closed: Decimal) -> None:
    base = given.filing(window=replace(given.window(), closed=closed))

    def met(maximum: Decimal) -> bool:
        findings = given.found(filing.judge(replace(base, maximum=maximum), on=ON))
        return findings["offering.within_group_cap"].met

    assert met(smaller) or not met(smaller + more)


@pytest.mark.parametrize("on", [date(2021, 9, 20), date(2015, 5, 14), date(1999, 1, 1)])
def test_before_the_instrument_nothing_is_judged(on: date) -> None:
    with pytest.raises(OutsideDates, match=on.isoformat()):
        filing.judge(given.filing(), on=on)


def test_the_first_day_of_the_instrument_is_judged() -> None:
    first = date(2021, 9, 21)
    judged = filing.judge(given.filing(first_available=first), on=first)
    assert given.refusals(judged) == ["portal.authorised"]  # the forms came years later
