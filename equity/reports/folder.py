"""The filing folder of a closed distribution: for the head office and every purchaser's
jurisdiction, what is uploaded, a manifest of it, and a page that says where, by when and for how
much.

    QC/checklist.html
    QC/manifest.json
    QC/public/offering-document-1-fr.pdf
    QC/public/report-45-106F1-1-fr.pdf
    QC/confidential/schedule-1.xlsx
    QC/confidential/schedule-2.xlsx

Names of files are ASCII and name nobody. A filing copy has no attachment and no annotation: the
bytes are those of the document as it was issued, looked at once more before they are put in.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pikepdf
from django.template.loader import render_to_string
from django.utils import translation

from compliance.rules.ni45_106 import report as rules
from documents.models import Document
from documents.selectors import documents_of
from equity import words
from equity.models import ExemptReport, Offering
from equity.papers.making import NotMade, make_document
from equity.refusal import require_all_met
from equity.reports.gathering import Distribution, distribution
from equity.reports.sheets import schedule_1, schedule_2
from equity.reports.standing import FilingStanding, filing_standing

_OFFERING, _REPORT = "offering_document", "exempt_distribution_report"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the ZIP: its content alone decides its bytes."""
WHAT: Final = {
    _OFFERING: (
        "Document d'offre (Annexe 45-110A1), version {n}",
        "Offering document (Form 45-110F1), version {n}",
    ),
    _REPORT: (
        "Déclaration de placement avec dispense (Annexe 45-106A1), version {n}",
        "Report of exempt distribution (Form 45-106F1), version {n}",
    ),
    "schedule_1": (
        "Appendice 1 de l'Annexe 45-106A1, version {n}\u00a0: souscripteurs (confidentiel)",
        "Schedule 1 of Form 45-106F1, version {n}: purchasers (confidential)",
    ),
    "schedule_2": (
        (
            "Appendice 2 de l'Annexe 45-106A1, version {n}\u00a0: administrateurs et autres "
            "(confidentiel)"
        ),
        "Schedule 2 of Form 45-106F1, version {n}: directors and others (confidential)",
    ),
}
"""What a file of the folder is, in words."""


class NotAFilingCopy(NotMade):
    """A PDF holds what a copy that is filed may not have."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file to be uploaded: its place in the folder of a jurisdiction, its bytes, what it is."""

    name: str
    content: bytes
    code: str
    version: int
    language: str
    dated: date | None = None
    in_force: bool = True
    """Whether it is the last of its kind, and not one that a later one superseded."""

    @property
    def public(self) -> bool:
        """Whether anybody may see it; a schedule is for the regulator alone."""
        return self.code in (_OFFERING, _REPORT)

    def what(self, language: str) -> str:
        """What it is, in words."""
        return WHAT[self.code][0 if language == "fr" else 1].format(n=self.version)

    def told(self) -> dict[str, Any]:
        """Its line of the manifest."""
        return {
            "file": self.name,
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "bytes": len(self.content),
            "what": self.code,
            "what_fr": self.what("fr"),
            "what_en": self.what("en"),
            "version": self.version,
            "language": self.language,
            "dated": None if self.dated is None else self.dated.isoformat(),
            "confidential": not self.public,
            "in_force": self.in_force,
            # The offering materials are listed in item 7 h of the report.
            "listed_in_item_7h": self.code == _OFFERING,
        }


def files(offering: Offering, *, at: datetime) -> Iterator[tuple[str, bytes]]:
    """Every file of the folder with its path, jurisdiction after jurisdiction.

    Documents that have no bytes yet are rendered. Raises Refused where the distribution is not
    closed, NotMade, NotAFilingCopy where a PDF may not be filed as it is.
    """
    found = distribution(offering, at)
    require_all_met((rules.of_a_closed_distribution(found.closed),))
    standing = filing_standing(found)
    items = [*filing_copies(offering, at=at), *_schedules(offering)]
    yield "checklist.html", _checklist(standing, items, "").encode()
    yield "manifest.json", _json(_manifest(found, standing, items, "", at))
    for place in found.filed_in:
        yield f"{place}/checklist.html", _checklist(standing, items, place).encode()
        yield f"{place}/manifest.json", _json(_manifest(found, standing, items, place, at))
        for item in items:
            yield f"{place}/{item.name}", item.content


def write_zip(offering: Offering, into: IO[bytes], *, at: datetime) -> None:
    """The folder as a ZIP. Raises as ``files`` does."""
    with ZipFile(into, "w", ZIP_DEFLATED) as archive:
        for name, content in files(offering, at=at):
            info = ZipInfo(name, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, content)


def filing_copies(offering: Offering, *, at: datetime) -> list[Item]:
    """The filing copies: every version of the offering document, the last report. Raises NotMade,
    and NotAFilingCopy where one may not be filed as it is."""
    rows = documents_of(offering.pk).filter(kind__in=(_OFFERING, _REPORT), person_id=None)
    last = {kind: max((row.number for row in rows if row.kind == kind), default=0) for kind in WHAT}
    found = []
    for row in sorted(rows, key=_order):
        if row.kind == _REPORT and row.number != last[_REPORT]:
            continue
        found.append(_copy(row, in_force=row.number == last[row.kind], at=at))
    return found


def _order(row: Document) -> tuple[bool, int, bool]:
    """Offering documents first, by version, French first."""
    return (row.kind != _OFFERING, row.number, row.language != "fr")


def _copy(row: Document, *, in_force: bool, at: datetime) -> Item:
    done = make_document(row.pk, at=at)
    content = bytes(done.content.pdf)
    stem = "offering-document" if row.kind == _OFFERING else "report-45-106F1"
    name = f"public/{stem}-{row.number}-{row.language}.pdf"
    if faults := filing_faults(content):
        reason = f"{name} may not be filed as it is: it has {', '.join(faults)}."
        raise NotAFilingCopy(row.kind, row.number, row.language, reason)
    dated = date.fromisoformat(str(row.facts["issued_at"])[:10])
    return Item(name, content, row.kind, row.number, row.language, dated, in_force)


def filing_faults(content: bytes) -> list[str]:
    """What a PDF holds that a copy that is filed may not have: attachments, annotations, a
    password, scripts. Source: a filing agent's page on SEDAR+ formats (secondary)."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        names = pdf.Root.get("/Names", pikepdf.Dictionary())
        checks = (
            ("attachments", bool(pdf.attachments) or "/AF" in pdf.Root),
            ("annotations", any("/Annots" in page for page in pdf.pages)),
            ("a password", pdf.is_encrypted),
            ("scripts", "/JavaScript" in names or "/OpenAction" in pdf.Root),
        )
        return [fault for fault, there in checks if there]


def _schedules(offering: Offering) -> list[Item]:
    """The schedules of the last report; none before one was issued."""
    last = ExemptReport.objects.filter(offering=offering).order_by("-number").first()
    if last is None:
        return []
    day = last.certified_on
    return [
        Item(
            "confidential/schedule-1.xlsx",
            schedule_1(last.schedules),
            "schedule_1",
            last.number,
            "fr-en",
            day,
        ),
        Item(
            "confidential/schedule-2.xlsx",
            schedule_2(last.schedules),
            "schedule_2",
            last.number,
            "fr-en",
            day,
        ),
    ]


def _manifest(
    found: Distribution, standing: FilingStanding, items: list[Item], place: str, at: datetime
) -> dict[str, Any]:
    """What is in the folder of one jurisdiction, or in all of it: files and digests, due days and
    fees. It names the issuer and no person."""
    return {
        "made_at": at.isoformat(),
        "offering": str(found.offering.pk),
        "issuer": found.offering.issuer.name,
        "closed_on": found.offering.closing.closed_on.isoformat(),
        "jurisdictions": [place] if place else list(found.filed_in),
        "complete": standing.complete,
        "lacking": list(standing.lacking),
        "filings": [one.told() for one in standing.filings if place in ("", one.jurisdiction)],
        "files": [item.told() for item in items] if place else [],
    }


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _checklist(standing: FilingStanding, items: list[Item], place: str) -> str:
    """What to upload where, by when, for how much, and what is not known: French, then English."""
    parts = []
    for language in words.LANGUAGES:
        with translation.override(language):
            shown = [(item, item.what(language)) for item in items]
            context = {
                "standing": standing,
                "place": place,
                "filings": [one for one in standing.filings if place in ("", one.jurisdiction)],
                "public": [one for one in shown if one[0].public],
                "confidential": [one for one in shown if not one[0].public],
                "language": language,
            }
            parts.append((language, render_to_string("equity/filing/part.html", context)))
    return render_to_string("equity/filing/checklist.html", {"parts": parts, "place": place})
