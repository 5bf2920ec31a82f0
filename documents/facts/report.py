"""Form 45-106F1, the report of exempt distribution: what is public of it.

The confidential schedules are no documents of this package: they name every purchaser and where
the directors live, and are written as spreadsheets where they are asked for.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from documents.facts.shared import Facts, Province, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A code of the form with its label, in the document's language; both empty where nobody has
    answered yet. Labels are frozen with the facts: a list that is corrected later changes no report
    that was made before."""

    code: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityReported:
    """A row of item 7 d: the securities of one code; prices and the total in CAD."""

    code: str
    description: str
    units: int
    lowest: Decimal
    highest: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionReported:
    """A row of item 7 e: what a convertible security becomes, and until when."""

    code: str
    into: str
    ratio: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """A row of item 7 f: unique purchasers of one jurisdiction under one exemption, amount in
    CAD."""

    jurisdiction: Province
    exemption: str
    purchasers: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialLine:
    """A row of item 7 h: an offering material, its day, whether it was filed before."""

    description: str
    dated: date
    filed_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationLine:
    """A row of item 8: who is paid, and how much in cash (CAD). ``nrd`` is a number of the National
    Registration Database, or empty."""

    name: str
    contact: str
    cash: Decimal
    nrd: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerLine:
    """A row of item 9: a director, executive officer or promoter, and where they are. An
    organisation has its name in ``family_name``."""

    family_name: str
    given_name: str
    secondary_names: str
    location: str
    relationships: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPerson:
    """Who certifies the report, or answers for it."""

    name: str = ""
    title: str = ""
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptReportFacts(Facts):
    """Form 45-106F1. `version` counts the reports of the distribution from 1; an amended one says
    on which day the report that it amends was filed. `certified_on` is None in a draft, and
    `lacking` names the items that a draft does not have yet. `year_end` is a month and a day,
    "12-31"."""

    kind: ClassVar[str] = "exempt_distribution_report"

    version: int
    report_type: Literal["new", "amended"]
    amends_filed_on: date | None
    filed_in: tuple[Province, ...]
    certifying_party: Coded
    previous_name: str
    lei: str
    naics: str
    mining_stage: Coded
    invests_mainly_in: Coded
    employees: Coded
    has_profile: bool | None
    profile_number: str
    formed_on: date | None
    year_end: str
    asset_size: Coded
    distributed_from: date
    distributed_to: date
    securities: tuple[SecurityReported, ...]
    conversions: tuple[ConversionReported, ...]
    summary: tuple[SummaryLine, ...]
    purchasers: int
    total: Decimal
    materials: tuple[MaterialLine, ...]
    compensated: bool | None
    compensation: tuple[CompensationLine, ...]
    officers: tuple[OfficerLine, ...]
    certifier: ReportPerson
    certified_on: date | None
    contact: ReportPerson
    lacking: tuple[str, ...] = ()

    def check(self) -> None:
        """Both tables add up to the total; what is certified lacks nothing."""
        at = self.kind
        rows = sum((row.amount for row in self.summary), Decimal(0))
        require(rows == self.total, f"{at}.summary", f"{rows} is not the total, {self.total}")
        sold = sum((row.amount for row in self.securities), Decimal(0))
        require(sold == self.total, f"{at}.securities", f"{sold} is not the total, {self.total}")
        require(
            max((row.purchasers for row in self.summary), default=0)
            <= self.purchasers
            <= sum(row.purchasers for row in self.summary),
            f"{at}.purchasers",
            f"{self.purchasers} unique purchasers do not fit the rows",
        )
        require(
            not (self.lacking and self.certified_on),
            f"{at}.certified_on",
            "a report that lacks an item is not certified",
        )
        require(
            (self.report_type == "amended") == (self.amends_filed_on is not None),
            f"{at}.amends_filed_on",
            "an amended report, and no other, says when the report that it amends was filed",
        )
        require(
            (self.report_type == "new") == (self.version == 1),
            f"{at}.version",
            "the first report is new, and every later one amends the one before",
        )
