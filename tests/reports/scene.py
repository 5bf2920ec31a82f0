"""A closed distribution in several provinces, and what its issuer answers for the report."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from equity.models import ExemptReport, Offering
from equity.reports import asked
from equity.services.reports import issue_report, save_details
from tests import factories as f

AFTER = f.CLOSED + timedelta(days=2)

ANSWERS: dict[str, Any] = {
    "naics": "111994",
    "mining_stage": "not_mining",
    "invests_mainly_in": "none",
    "employees": "0-49",
    "has_profile": True,
    "profile_number": "000012345",
    "formed_on": "2014-05-01",
    "year_end": "12-31",
    "asset_size": "under_5m",
    "portal_paid": True,
    "portal_cash": "675.00",
    "certifier_name": "Aline Marguerite Roy",
    "certifier_title": "présidente",
    "certifier_telephone": "418 555-0142",
    "certifier_email": "aline@erabliereduruisseau.example",
    "contact_same": True,
}


def a_person(family: str, given: str, *relationships: str, **more: Any) -> dict[str, Any]:
    """What is asked of a principal."""
    return {
        "family_name": family,
        "given_name": given,
        "street": "1420, rang du Ruisseau",
        "municipality": "Saint-Ferdinand",
        "province": "QC",
        "postal_code": "G0N 1N0",
        "country": "Canada",
        "relationships": list(relationships),
        "control": False,
        "entity": False,
        **more,
    }


def answers_for(offering: Offering, **changed: Any) -> dict[str, Any]:
    """Everything that the report asks, about whoever the issuer declared."""
    people = {}
    for one in offering.issuer.principals.all():
        given, _, family = one.name.rpartition(" ")
        people[asked.person_key(one.name)] = a_person(family, given or family, "D", "O")
    return {**ANSWERS, "people": people, **changed}


def open_everywhere(kind: str = "common_share") -> f.Cast:
    """An offering open in four provinces."""
    content = replace(f.make_content(kind), jurisdictions=["QC", "ON", "NB", "BC"])
    return f.open_offering(kind, content=content)


def in_three_provinces(kind: str = "common_share", units: int = 40) -> f.Cast:
    """A closed distribution to three purchasers: two subscriptions in Quebec by one of them, one in
    Ontario by an organisation, one in New Brunswick."""
    cast = open_everywhere(kind)
    marie = f.make_person("Marie", "=Lacœur")
    f.subscribed(cast, marie, units=units)
    f.subscribed(cast, marie, units=4)
    company = f.make_person(
        kind="organisation",
        legal_name="Gestion Paul inc.",
        signatory="Paul Roy",
        province="ON",
        language="en",
        email="paul@gestion.example",
        born="",
    )
    f.subscribed(cast, company, units=units, language="en")
    f.subscribed(cast, f.make_person("Anne", "Savoie", province="NB", street="1, rue Main"))
    f.closed(cast)
    return cast


def answered(cast: f.Cast, **changed: Any) -> None:
    """The issuer answers everything."""
    answers = answers_for(cast.offering, **changed)
    save_details(actor=cast.owner, offering_id=cast.offering.pk, answers=answers, at=AFTER)


def issued(cast: f.Cast, **given: Any) -> ExemptReport:
    """The issuer issues the report."""
    return issue_report(
        **{"actor": cast.owner, "offering_id": cast.offering.pk, "at": AFTER, **given}
    ).subject
