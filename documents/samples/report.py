"""A sample of Form 45-106F1. The people and figures are invented."""

from datetime import date, datetime
from decimal import Decimal

from documents.facts import ExemptReportFacts
from documents.facts.report import (
    Coded,
    CompensationLine,
    MaterialLine,
    OfficerLine,
    ReportPerson,
    SecurityReported,
    SummaryLine,
)
from documents.facts.shared import Language
from documents.samples.cast import SUMMER, head, maple, said


def exempt_distribution_report(language: Language) -> ExemptReportFacts:
    """A report of shares sold in three provinces, complete and certified."""
    at = datetime(2026, 4, 8, 11, 30, tzinfo=SUMMER)
    in_quebec = said(
        language,
        "Règlement 45-110, art. 5 (financement participatif des entreprises en démarrage)",
        "NI 45-110, s. 5 (start-up crowdfunding)",
    )
    elsewhere = said(
        language,
        "Norme canadienne 45-110, art. 5 (financement participatif des entreprises en démarrage)",
        in_quebec,
    )
    aline = ReportPerson(
        name="Aline Marguerite Roy",
        title=said(language, "présidente", "President"),
        telephone="418 555-0142",
        email="aline@erabliereduruisseau.example",
    )
    return ExemptReportFacts(
        **head(language, "DP-2026-000042", maple(language), at),  # type: ignore[arg-type]
        version=1,
        report_type="new",
        amends_filed_on=None,
        filed_in=("NB", "ON", "QC"),
        certifying_party=Coded(
            code="issuer",
            label=said(
                language,
                "Émetteur autre qu'un fonds d'investissement",
                "Issuer (other than an investment fund)",
            ),
        ),
        previous_name="",
        lei="",
        naics="111994",
        mining_stage=Coded(
            code="not_mining",
            label=said(language, "Pas un émetteur minier", "Not a mining issuer"),
        ),
        invests_mainly_in=Coded(
            code="none", label=said(language, "Aucun de ceux-ci", "None of these")
        ),
        employees=Coded(code="0-49", label=said(language, "0 à 49", "0 to 49")),
        has_profile=True,
        profile_number="000012345",
        formed_on=date(2014, 5, 1),
        year_end="12-31",
        asset_size=Coded(code="under_5m", label=said(language, "Moins de 5 M$", "Under $5M")),
        distributed_from=date(2026, 4, 1),
        distributed_to=date(2026, 4, 1),
        securities=(
            SecurityReported(
                code="CMS",
                description=said(
                    language, "actions ordinaires de catégorie A", "Class A common shares"
                ),
                units=9_800,
                lowest=Decimal("25.00"),
                highest=Decimal("25.00"),
                amount=Decimal("245000.00"),
            ),
        ),
        conversions=(),
        summary=(
            SummaryLine(
                jurisdiction="NB", exemption=elsewhere, purchasers=3, amount=Decimal("2500.00")
            ),
            SummaryLine(
                jurisdiction="ON", exemption=elsewhere, purchasers=41, amount=Decimal("40000.00")
            ),
            SummaryLine(
                jurisdiction="QC", exemption=in_quebec, purchasers=188, amount=Decimal("202500.00")
            ),
        ),
        purchasers=231,
        total=Decimal("245000.00"),
        materials=(
            MaterialLine(
                description=said(
                    language,
                    "Document d'offre (Annexe 45-110A1), version 1",
                    "Offering document (Form 45-110F1), version 1",
                ),
                dated=date(2026, 2, 2),
            ),
            MaterialLine(
                description=said(
                    language,
                    "Document d'offre (Annexe 45-110A1), version 2, modifiée",
                    "Offering document (Form 45-110F1), version 2, amended",
                ),
                dated=date(2026, 3, 2),
            ),
        ),
        compensated=True,
        compensation=(
            CompensationLine(
                name=said(language, "Portail d'essai", "Trial Portal"),
                contact="418 555-0110, conformite@portail.example",
                cash=Decimal("12250.00"),
            ),
        ),
        officers=(
            OfficerLine(
                family_name="Roy",
                given_name="Aline",
                secondary_names="Marguerite",
                location=said(language, "Québec", "Quebec"),
                relationships=("D", "O", "P"),
            ),
            OfficerLine(
                family_name="Cœurdacier",
                given_name="Hubert",
                secondary_names="",
                location=said(language, "Québec", "Quebec"),
                relationships=("O",),
            ),
        ),
        certifier=aline,
        certified_on=date(2026, 4, 8),
        contact=aline,
    )
