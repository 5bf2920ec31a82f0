"""How the filings of a closed distribution stand: for pages, the checklist and the manifest."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_106 import fees
from compliance.rules.ni45_106.fees import Fee, FeesTotal
from compliance.rules.ni45_110 import duties
from equity.models import Duty, ExemptReport
from equity.reports import asked
from equity.reports.gathering import Distribution
from equity.reports.schedules import moved


@dataclass(frozen=True, slots=True)
class Filing:
    """What is filed in one jurisdiction: its two duties, its fee, and what a late report costs."""

    jurisdiction: str
    head_office: bool
    proceeds: Decimal
    fee: Fee
    document: Duty | None
    report: Duty | None
    late: Decimal | None
    """What filing the report today would cost more (CAD), while it is not recorded as filed; None
    where it was not seen."""

    @property
    def done(self) -> bool:
        """Whether both are recorded as filed."""
        both = (self.document, self.report)
        return all(one is not None and one.done_at is not None for one in both)

    def told(self) -> dict[str, Any]:
        """Its part of the manifest. A fee that was not seen is null, never zero."""
        line = self.fee.line
        return {
            "jurisdiction": self.jurisdiction,
            "head_office": self.head_office,
            "distributed_there": f"{self.proceeds:.2f}",
            "offering_document_due_on": _due(self.document),
            "report_due_on": _due(self.report),
            "fee": None if self.fee.amount is None else f"{self.fee.amount:.2f}",
            "fee_status": self.fee.status,
            "fee_as_of_fr": line.as_of_fr,
            "fee_as_of_en": line.as_of_en,
            "fee_source": line.source,
            "regulator_fr": line.regulator_fr,
            "regulator_en": line.regulator_en,
        }


@dataclass(frozen=True, slots=True)
class FilingStanding:
    """The filings of a distribution, jurisdiction by jurisdiction, and what the report lacks."""

    found: Distribution
    last: ExemptReport | None
    filings: tuple[Filing, ...]
    fees: FeesTotal
    lacking: tuple[str, ...]
    """Items of the form, as it numbers them; empty once a report was issued."""
    moved: int
    """Subscriptions whose purchaser has told another province since."""

    @property
    def complete(self) -> bool:
        """Whether the folder has everything that is filed."""
        return self.last is not None


def filing_standing(found: Distribution) -> FilingStanding:
    """How the filings of a closed distribution stand on the day it was read."""
    offering = found.offering
    last = ExemptReport.objects.filter(offering=offering).order_by("-number").first()
    kept = {
        (duty.code, duty.jurisdiction): duty
        for duty in offering.duties.filter(code__in=duties.AFTER_CLOSING_PER_JURISDICTION)
    }
    filings = tuple(
        _filing(
            found,
            one,
            kept.get((duties.FILE_OFFERING_DOCUMENT, one.line.jurisdiction)),
            kept.get((duties.FILE_EXEMPT_REPORT, one.line.jurisdiction)),
        )
        for one in found.fees
    )
    return FilingStanding(
        found=found,
        last=last,
        filings=filings,
        fees=fees.total(found.fees),
        lacking=() if last else tuple(dict.fromkeys(asked.ITEMS[name] for name in found.lacking)),
        moved=moved(found),
    )


def _filing(found: Distribution, fee: Fee, document: Duty | None, report: Duty | None) -> Filing:
    late: Decimal | None = ZERO
    if report is not None and report.done_at is None:
        late = fees.late_fee(fee.line, due_on=report.due_on, filed_on=found.on)
    return Filing(
        jurisdiction=fee.line.jurisdiction,
        head_office=fee.line.jurisdiction == found.offering.issuer.head_office,
        proceeds=fee.proceeds,
        fee=fee,
        document=document,
        report=report,
        late=late,
    )


def _due(duty: Duty | None) -> str | None:
    return None if duty is None else duty.due_on.isoformat()
