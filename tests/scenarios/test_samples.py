"""What a short story leaves out: filled in, marked, and never over what the file says."""

from dataclasses import asdict, replace
from decimal import Decimal

import pytest

from compliance.rules.ni45_110.security import REQUIRED, missing_terms
from compliance.scenarios.reading.samples import (
    complete_offering,
    complete_principals,
    complete_security,
    issuer_name,
    portal_name,
)
from compliance.scenarios.reading.story import (
    IssuerSpec,
    OfferingSpec,
    PortalSpec,
    PrincipalSpec,
    RateSpec,
    SecuritySpec,
    UseOfFundsRow,
)
from compliance.scenarios.reading.vocabulary import SECURITY_KINDS

PORTAL = PortalSpec(province="ON")
ISSUER = IssuerSpec(short_name="coop", line=1)


def test_an_empty_offering_is_filled_in_and_adds_up() -> None:
    offering = complete_offering(OfferingSpec(), PORTAL, strict=False)
    assert offering.minimum == offering.maximum == Decimal("1000.00")
    assert offering.jurisdictions == ("ON",)
    assert (offering.days, offering.languages) == (60, ("fr",))
    assert offering.minimum_per_purchaser == Decimal("0.00")
    assert offering.group_commission is False
    assert offering.use_of_funds == (
        UseOfFundsRow(
            what="Fonds de roulement (exemple)", minimum=Decimal(1000), maximum=Decimal(1000)
        ),
    )


def test_what_the_file_says_stands_even_when_it_is_nothing() -> None:
    said = OfferingSpec(
        minimum=Decimal("0.00"), days=0, jurisdictions=(), languages=(), use_of_funds=()
    )
    offering = complete_offering(said, PORTAL, strict=False)
    assert (offering.minimum, offering.days) == (Decimal("0.00"), 0)
    assert (offering.jurisdictions, offering.languages, offering.use_of_funds) == ((), (), ())


def test_a_strict_offering_keeps_its_gaps_but_for_the_two_values_of_the_format() -> None:
    offering = complete_offering(OfferingSpec(), PORTAL, strict=True)
    assert offering == OfferingSpec(minimum_per_purchaser=Decimal("0.00"), group_commission=False)


def test_a_use_of_funds_follows_the_amounts_of_an_edit() -> None:
    edited = OfferingSpec(minimum=Decimal(10), maximum=Decimal(20)).overlaid(
        OfferingSpec(maximum=Decimal(30))
    )
    rows = complete_offering(edited, PORTAL, strict=False, language="en").use_of_funds
    assert rows is not None
    assert [(row.what, row.minimum, row.maximum) for row in rows] == [
        ("Working capital (sample)", Decimal(10), Decimal(30))
    ]


@pytest.mark.parametrize("kind", SECURITY_KINDS)
def test_every_kind_gets_a_price_and_only_other_gets_nothing_more(kind: str) -> None:
    filled = complete_security(SecuritySpec(kind=kind), "fr")
    assert filled.unit_price is not None
    assert (filled.denomination is not None) == (kind in ("community_bond", "debt"))
    assert bool(filled.particulars) == (kind != "other")


@pytest.mark.parametrize("kind", REQUIRED)
def test_a_security_filled_in_lacks_nothing_that_the_rule_asks(kind: str) -> None:
    filled = complete_security(SecuritySpec(kind=kind), "fr")
    given = {
        name: asdict(value) if isinstance(value, RateSpec) else value
        for name, value in filled.particulars.items()
    }
    assert missing_terms(kind, filled.unit_price, given) == ()


def test_a_given_particular_is_not_filled_in_over() -> None:
    given = SecuritySpec(kind="common_share", particulars={"votes": 10, "class": "Z"})
    filled = complete_security(given, "en").particulars
    assert (filled["votes"], filled["class"]) == (10, "Z")
    assert filled["dividends"] == "at the discretion of the directors (sample)"


def test_a_rate_is_filled_in_inside_and_a_strange_one_is_left_alone() -> None:
    def rate(given: RateSpec) -> object:
        security = SecuritySpec(kind="debt", particulars={"rate": given})
        return complete_security(security, "fr").particulars["rate"]

    assert rate(RateSpec(kind="floating", margin=Decimal(2))) == RateSpec(
        kind="floating",
        percent=Decimal("5.00"),
        reference="taux préférentiel d'une banque (exemple)",
        margin=Decimal(2),
        floor=Decimal(0),
    )
    assert rate(RateSpec(kind="step_up")) == RateSpec(kind="step_up")


def test_a_maturity_in_the_file_leaves_no_sample_of_a_term() -> None:
    security = SecuritySpec(kind="debt", particulars={"maturity_date": "2031-01-01"})
    assert "term_months" not in complete_security(security, "fr").particulars
    assert complete_security(SecuritySpec(kind="debt"), "fr").particulars["term_months"] == 60


def test_principals_are_filled_in_only_when_nothing_was_said() -> None:
    (sample,) = complete_principals(ISSUER, strict=False)
    assert sample.name.endswith("(exemple)")
    assert sample.position == "director"
    nobody = replace(ISSUER, principals=())
    assert complete_principals(nobody, strict=False) == ()
    assert complete_principals(ISSUER, strict=True) == ()


def test_a_named_principal_keeps_what_was_said_and_gets_the_rest() -> None:
    rose = PrincipalSpec(name="Rose", particulars={"occupation": "baker"})
    (filled,) = complete_principals(replace(ISSUER, principals=(rose,)), strict=False)
    assert (filled.name, filled.position) == ("Rose", "director")
    assert filled.particulars["occupation"] == "baker"
    assert str(filled.particulars["municipality"]).endswith("(exemple)")


def test_names_left_out_are_marked_samples() -> None:
    assert issuer_name(ISSUER, "en") == "coop inc. (sample)"
    assert issuer_name(replace(ISSUER, name="Coop")) == "Coop"
    assert portal_name(PORTAL) == "Portail (exemple)"
