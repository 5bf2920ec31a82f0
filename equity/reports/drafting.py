"""The facts of Form 45-106F1, complete or still lacking items, in one language."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from compliance.rules.kernel.money import cad
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_106 import codes, report
from documents.facts import ExemptReportFacts
from documents.facts.report import (
    Coded,
    CompensationLine,
    ConversionReported,
    MaterialLine,
    OfficerLine,
    ReportPerson,
    SecurityReported,
    SummaryLine,
)
from documents.facts.shared import Language
from equity import words
from equity.papers.common import head, languages_of, reference
from equity.papers.security import designation, security_facts
from equity.reports import asked
from equity.reports.gathering import Distribution
from equity.selectors.clock import portal_day

_MATERIAL = (
    (
        "Document d'offre (Annexe 45-110A1), version {n}",
        "Offering document (Form 45-110F1), version {n}",
    ),
    (", modifié", ", amended"),
)


def languages(found: Distribution) -> tuple[Language, ...]:
    """The languages of the report: those of the offering document, French first."""
    return languages_of(found.version)


def report_facts(
    found: Distribution,
    language: Language,
    *,
    number: int,
    amends_filed_on: date | None,
    certified_on: date | None,
    at: datetime,
) -> ExemptReportFacts:
    """The report of a closed distribution. With ``certified_on`` None it is a draft, and says what
    it lacks. Raises FactsError where it does not add up."""
    offering, answers = found.offering, found.answers
    start = head("DP", offering.pk, offering, found.version, language, at)
    on = found.on
    return ExemptReportFacts(
        **start,
        supersedes="" if number == 1 else _named(reference("DP", offering.pk), number - 1),
        version=number,
        report_type="new" if number == 1 else "amended",
        amends_filed_on=amends_filed_on,
        filed_in=found.filed_in,  # type: ignore[arg-type]
        certifying_party=_coded("certifying_party", "issuer", language, on),
        previous_name=_text(answers, "previous_name"),
        lei=_text(answers, "lei"),
        naics=_text(answers, "naics"),
        **{name: _coded(name, _text(answers, name), language, on) for name in asked.LISTS},  # type: ignore[arg-type]
        has_profile=answers.get("has_profile"),
        profile_number=_text(answers, "profile_number") if answers.get("has_profile") else "",
        formed_on=date.fromisoformat(answers["formed_on"]) if answers.get("formed_on") else None,
        year_end=_text(answers, "year_end"),
        distributed_from=_closed_on(found),
        distributed_to=_closed_on(found),
        securities=_securities(found, language),
        conversions=_conversions(found, language),
        summary=_summary(found, language),
        purchasers=found.summary.purchasers,
        total=found.summary.amount,
        materials=_materials(found, language),
        compensated=answers.get("portal_paid"),
        compensation=_compensation(found, language),
        officers=_officers(found, language),
        certifier=_person(answers, "certifier"),
        certified_on=certified_on,
        contact=_person(answers, "certifier" if answers.get("contact_same") else "contact"),
        lacking=() if certified_on else tuple(dict.fromkeys(map(asked.ITEMS.get, found.lacking))),  # type: ignore[arg-type]
    )


def _named(number: str, version: int) -> str:
    return f"{number}, version {version}"


def _text(answers: dict[str, Any], name: str) -> str:
    return str(answers.get(name, ""))


def _coded(name: str, code: str, language: Language, on: date) -> Coded:
    if not code:
        return Coded()
    return Coded(code=code, label=codes.code_list(name, on).label(code, language))


def _closed_on(found: Distribution) -> date:
    day: date = found.offering.closing.closed_on
    return day


def _securities(found: Distribution, language: Language) -> tuple[SecurityReported, ...]:
    name = designation(found.version, language)
    return tuple(
        SecurityReported(
            code=row.code,
            description=name,
            units=row.units,
            lowest=row.lowest,
            highest=row.highest,
            amount=row.amount,
        )
        for row in report.securities(found.lines)
    )


def _conversions(found: Distribution, language: Language) -> tuple[ConversionReported, ...]:
    terms = security_facts(found.version, language).conversion
    if terms is None:
        return ()
    return (
        ConversionReported(
            code=found.security_code,
            into=terms.into,
            ratio=terms.ratio,
            expires_on=terms.expires_on,
        ),
    )


def _summary(found: Distribution, language: Language) -> tuple[SummaryLine, ...]:
    return tuple(
        SummaryLine(
            jurisdiction=row.jurisdiction,  # type: ignore[arg-type]
            exemption=codes.exemption(found.on, row.exemption).label(language, row.jurisdiction),
            purchasers=row.purchasers,
            amount=row.amount,
        )
        for row in found.summary.rows
    )


def _materials(found: Distribution, language: Language) -> tuple[MaterialLine, ...]:
    """Item 7 h: every version of the offering document that was published, none filed before."""
    offering = found.offering
    published = offering.versions.filter(published_at__isnull=False).order_by("number")
    name, amended = (words.pick(one, language) for one in _MATERIAL)
    return tuple(
        MaterialLine(
            description=name.format(n=one.number) + (amended if one.number > 1 else ""),
            dated=portal_day(offering.portal, one.published_at),
        )
        for one in published
        if one.published_at is not None
    )


def _compensation(found: Distribution, language: Language) -> tuple[CompensationLine, ...]:
    """Item 8: the portal, where the issuer pays it."""
    answers, portal = found.answers, found.offering.portal
    if not answers.get("portal_paid"):
        return ()
    cash = answers.get("portal_cash")
    reach = [one for one in (portal.telephone, portal.email) if one]
    return (
        CompensationLine(
            name=portal.name,
            contact=", ".join(reach),
            cash=Decimal("0.00") if cash is None else cad(cash),
            nrd=_text(answers, "portal_nrd"),
        ),
    )


def _officers(found: Distribution, language: Language) -> tuple[OfficerLine, ...]:
    """Item 9: who is a director, an executive officer or a promoter. Who is none of them, and only
    controls the issuer, is in Schedule 2 alone."""
    people = found.answers.get("people", {})
    rows = []
    for name in found.principals:
        told = people.get(asked.person_key(name), {})
        if told.get("control") and not told.get(asked.RELATIONSHIPS):
            continue
        rows.append(
            OfficerLine(
                family_name=told.get("family_name", "") or name,
                given_name=told.get("given_name", ""),
                secondary_names=told.get("secondary_names", ""),
                location=_location(told, language),
                relationships=tuple(told.get(asked.RELATIONSHIPS, ())),
            )
        )
    return tuple(rows)


def _location(told: dict[str, Any], language: Language) -> str:
    """The province, territory or country where somebody is: no more of it is public."""
    province = told.get("province", "")
    if province in PROVINCES:
        return words.province(province, language)
    return str(told.get("country", ""))


def _person(answers: dict[str, Any], who: str) -> ReportPerson:
    return ReportPerson(
        name=_text(answers, f"{who}_name"),
        title=_text(answers, f"{who}_title"),
        telephone=_text(answers, f"{who}_telephone"),
        email=_text(answers, f"{who}_email"),
    )
