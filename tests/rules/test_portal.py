"""portal.authorised in every jurisdiction that counts, and the portal's other rules."""

from datetime import date, timedelta
from typing import Any

import pytest

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110 import closing, filing, portal, subscription
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.facts import PortalFacts
from tests.rules import given
from tests.rules.given import ON

TOLD = {"f3_delivered", "f4_delivered"}


def authorised(
    facts: PortalFacts,
    *,
    head_office: str = "QC",
    jurisdictions: tuple[str, ...] = ("QC", "ON"),
    on: date = ON,
) -> Finding:
    return portal.authorised(facts, head_office, jurisdictions, rulebook(on))


def in_quebec(**changes: Any) -> PortalFacts:
    """An exempt portal whose standing in Quebec is changed; that in Ontario is good."""
    return given.portal(
        authorisations=(given.authorisation("QC", **changes), given.authorisation("ON"))
    )


@pytest.mark.parametrize("form", sorted(TOLD))
@pytest.mark.parametrize(("days", "met"), [(29, False), (30, True), (31, True)])
def test_the_forms_thirty_days_before(form: str, days: int, met: bool) -> None:
    judged = authorised(in_quebec(**{form: ON - timedelta(days=days)}))
    assert judged.met is met
    assert judged.figures["missing"] == (() if met else ("QC",))


@pytest.mark.parametrize("what", [*sorted(TOLD), "confirmed"])
def test_each_paper_is_needed(what: str) -> None:
    assert not authorised(in_quebec(**{what: None})).met


@pytest.mark.parametrize(("days", "met"), [(-1, False), (0, True), (1, True)])
def test_the_confirmation_counts_from_its_day(days: int, met: bool) -> None:
    assert authorised(in_quebec(confirmed=ON - timedelta(days=days))).met is met


@pytest.mark.parametrize(
    ("certified", "on", "met"),
    [
        (date(2026, 1, 5), date(2026, 7, 4), True),
        (date(2026, 1, 5), date(2026, 7, 5), True),
        (date(2026, 1, 5), date(2026, 7, 6), False),
        (date(2026, 1, 5), date(2026, 1, 4), False),  # certified tomorrow is not certified
        (date(2026, 1, 5), date(2026, 1, 5), True),
        (date(2025, 8, 31), date(2026, 2, 28), True),
        (date(2025, 8, 31), date(2026, 3, 1), False),
        (date(2025, 8, 28), date(2026, 2, 28), True),
        (date(2025, 8, 27), date(2026, 2, 28), False),
        (None, date(2026, 2, 28), False),
    ],
)
def test_an_f5_is_current_for_six_months(certified: date | None, on: date, met: bool) -> None:
    assert portal.f5_current(certified, rulebook(on)) is met
    long_ago = date(2024, 1, 2)
    standing = given.authorisation(
        "QC", f3_delivered=long_ago, f4_delivered=long_ago, confirmed=long_ago
    )
    facts = given.portal(authorisations=(standing,), f5_certified=certified)
    assert authorised(facts, jurisdictions=("QC",), on=on).met is met


@pytest.mark.parametrize(
    ("head_office", "jurisdictions", "missing"),
    [
        ("QC", ("QC",), ()),
        ("QC", ("QC", "ON"), ()),
        ("AB", ("QC", "ON"), ("AB",)),
        ("QC", ("QC", "BC", "NB"), ("BC", "NB")),
        ("AB", ("YT",), ("AB", "YT")),
        ("US", ("QC",), ()),  # issuer.head_office_in_canada refuses it
        ("QC", (), ()),
    ],
)
@pytest.mark.parametrize("kind", ["exempt", "dealer"])
def test_the_head_office_and_every_jurisdiction(
    kind: str, head_office: str, jurisdictions: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    facts = given.portal() if kind == "exempt" else given.dealer()
    judged = authorised(facts, head_office=head_office, jurisdictions=jurisdictions)
    assert judged.met is (not missing)
    assert judged.figures["missing"] == missing


def test_a_dealer_needs_its_registration_and_no_forms() -> None:
    assert authorised(given.dealer()).met
    forms_only = given.portal(kind="dealer")
    judged = authorised(forms_only)
    assert judged.figures["missing"] == ("ON", "QC")
    assert "inscription à titre de courtier" in judged.message("fr")


def test_a_registration_does_not_serve_an_exempt_portal() -> None:
    registered = tuple(
        given.authorisation(place, registered=True, f3_delivered=None) for place in ("QC", "ON")
    )
    judged = authorised(given.portal(authorisations=registered))
    assert not judged.met
    assert "45-110F3" in judged.message("en")


def test_the_portal_is_judged_at_filing_subscription_and_closing() -> None:
    alone = given.portal(authorisations=())
    judged = (
        filing.judge(given.filing(portal=alone), on=ON),
        subscription.judge(given.subscription(portal=alone), on=ON),
        closing.judge(given.closing(portal=alone), on=ON),
    )
    assert [given.refusals(findings) for findings in judged] == [["portal.authorised"]] * 3


@pytest.mark.parametrize(
    ("ours", "theirs", "common"),
    [
        (set(), set(), 0),
        ({"a"}, {"b"}, 0),
        ({"a"}, {"a"}, 1),
        ({"a", "b", "c"}, {"c", "a", "x"}, 2),
    ],
)
def test_common_principals(ours: set[str], theirs: set[str], common: int) -> None:
    judged = portal.no_common_principal(
        given.portal(principals=frozenset(ours)),
        given.issuer(group_principals=frozenset(theirs)),
        rulebook(ON),
    )
    assert judged.met is (common == 0)
    assert judged.figures["common"] == str(common)  # how many, never who


@pytest.mark.parametrize(
    ("kind", "fee", "met"),
    [
        ("exempt", False, True),
        ("exempt", True, False),
        ("dealer", False, True),
        ("dealer", True, True),
    ],
)
def test_the_fee_asked_of_purchasers(kind: str, fee: bool, met: bool) -> None:
    judged = portal.no_purchaser_fee(given.portal(kind=kind, purchaser_fee=fee), rulebook(ON))
    assert judged.met is met


@pytest.mark.parametrize("kind", ["exempt", "dealer"])
@pytest.mark.parametrize("acknowledged", [True, False])
def test_the_entry_notice(kind: str, acknowledged: bool) -> None:
    judged = portal.entry_acknowledged(acknowledged, given.portal(kind=kind), rulebook(ON))
    assert judged.met is acknowledged
    assert judged.figures["kind"] == kind
