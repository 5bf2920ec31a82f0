"""Writing a bundle: files, their digests, and a seal over the digests.

index.fr.html, index.en.html   where the examiner begins
subscriptions/0001.fr.html     what was shown, answered, judged, and what followed, of each one
documents/<sha256>.pdf         every document, under the digest that the trail holds
rules/2026-03-02.json          every figure and rule in force on each day that was judged
tables/*.csv                   subscriptions, trust ledger, duties
trail.zip                      every entry and change, each with its proof
verify_audit.py                checks all of it, with README.txt and LISEZMOI.txt
files.json, seal.note          the digest of every file, and the portal's signature over them
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from compliance.audit.models import Judgement
from compliance.audit.tree.exporting import export_part, verifier_text
from compliance.audit.tree.keys import signer
from compliance.audit.tree.packages import NothingSigned, Package, ZipSink
from compliance.audit.tree.sealing import seal_up_to_now
from compliance.desk.examination.gathering import Scope
from compliance.desk.examination.pages import LANGUAGES, cover_page, index_page, subscription_page
from compliance.desk.rules_in_force import rules_in_force
from documents.models import DocumentContent
from documents.selectors import documents_of
from equity.evidence.gathering import SubscriptionFile, subscription_files, versions_of
from equity.models import Duty, Offering, Posting
from equity.papers.making import make_document

FORM, KIND = "equity-compliance/examination-bundle", "bundle"
_PDFS = 50
"""Documents whose bytes are read at once."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Progress = Callable[[str, int, int], None]
"""Called with what is being written, how many are, and how many there are."""


@dataclass(frozen=True, slots=True)
class Bundled:
    """What a bundle holds."""

    subscriptions: int
    documents: int
    entries: int
    """Entries and changes of the trail, each with its proof."""


def write_bundle(
    file: IO[bytes], scope: Scope, *, at: datetime, progress: Progress | None = None
) -> Bundled:
    """Write the bundle of an offering or of a period; documents without bytes are rendered.

    Raises NothingSigned where no key signs or no checkpoint was signed, TrailDamaged and
    MissingNode where the trail is damaged.
    """
    if signer() is None:
        raise NothingSigned("No key signs the audit trail, so that a bundle cannot be sealed.")
    tell = progress or (lambda what, done, total: None)
    with zipfile.ZipFile(file, "w") as archive:
        package = Package(ZipSink(archive, at), KIND, FORM, at)
        # Before the trail is signed: it names the digest of each document that is handed over.
        for offering in scope.offerings:
            _render_documents(offering, at)
        entries, size = _write_trail(package, scope, at)
        written = [
            _write_offering(package, offering, f"offerings/{number}/", at, tell)
            for number, offering in enumerate(scope.offerings, start=1)
        ]
        days = _write_rules(package, scope)
        for language in LANGUAGES:
            page = cover_page(scope, language, days=days, covered=entries, size=size, at=at)
            package.add(f"index.{language}.html", page)
        for name in ("verify_audit.py", "README.txt", "LISEZMOI.txt"):
            package.add(name, verifier_text(name))
        package.close()
    return Bundled(
        subscriptions=sum(subscriptions for subscriptions, _ in written),
        documents=sum(documents for _, documents in written),
        entries=entries,
    )


def _write_offering(
    package: Package, offering: Offering, folder: str, at: datetime, tell: Progress
) -> tuple[int, int]:
    """The pages, documents and tables of one offering; how many subscriptions and documents."""
    # The documents first: the pages name each by the digest of its bytes.
    documents = _write_documents(package, offering, folder, tell)
    rows = _write_subscriptions(package, offering, folder, documents, tell)
    _write_tables(package, offering, folder, [row for _, row in rows])
    for language in LANGUAGES:
        page = index_page(offering, language, rows=rows, documents=documents, at=at)
        package.add(f"{folder}index.{language}.html", page)
    return len(rows), len(documents)


def _write_trail(package: Package, scope: Scope, at: datetime) -> tuple[int, int]:
    positions = scope.positions
    if not positions:
        raise NothingSigned("Nothing happened there: there is nothing to hand over.")
    # What was written until now is chained and signed first, or its proof would be missing.
    seal_up_to_now(at)
    with TemporaryFile() as part:
        exported = export_part(part, positions, at=at)
        if exported.entries < len(positions):
            raise NothingSigned(
                f"{len(positions) - exported.entries} of {len(positions)} entries are not signed "
                "yet. Try again in a minute; if it stays so, run `manage.py audit verify`."
            )
        part.seek(0)
        package.copy("trail.zip", part)
    return exported.entries, exported.size


def _write_subscriptions(
    package: Package, offering: Offering, folder: str, documents: Sequence[Any], tell: Progress
) -> list[tuple[str, SubscriptionFile]]:
    versions, total = versions_of(offering), offering.subscriptions.count()
    # A version's document is issued in each language at the instant it is put in force.
    shown = {
        (version.pk, paper.language): paper.sha256
        for version in versions.values()
        for paper in documents
        if (paper.kind, paper.issued_at) == ("offering_document", version.published_at)
    }
    rows = []
    for done, file in enumerate(subscription_files(offering), start=1):
        name = f"subscriptions/{file.subscription.order:04d}"
        for language in LANGUAGES:
            page = subscription_page(
                file, language, versions, name=name.rpartition("/")[2], shown=shown
            )
            package.add(f"{folder}{name}.{language}.html", page)
        # Only what the index and the tables show is kept.
        rows.append((name, SubscriptionFile.of(file.subscription)))
        tell("subscriptions", done, total)
    return rows


def _render_documents(offering: Offering, at: datetime) -> None:
    for pk in documents_of(offering.pk).filter(sha256="").values_list("pk", flat=True):
        make_document(pk, at=at)


def _write_documents(
    package: Package, offering: Offering, folder: str, tell: Progress
) -> list[Any]:
    rows = list(documents_of(offering.pk).defer("facts").order_by("issued_at", "kind", "language"))
    for first in range(0, len(rows), _PDFS):
        page = rows[first : first + _PDFS]
        contents = DocumentContent.objects.filter(document__in=page).in_bulk(
            [row.pk for row in page], field_name="document_id"
        )
        for done, row in enumerate(page, start=first + 1):
            name = f"{folder}documents/{row.sha256}.pdf"
            if name not in package.digests:
                package.add(name, bytes(contents[row.pk].pdf))
            tell("documents", done, len(rows))
    return rows


def _write_rules(package: Package, scope: Scope) -> list[str]:
    days = (
        Judgement.objects.filter(entry__in=scope.entries)
        .order_by("on")
        .values_list("on", flat=True)
        .distinct()
    )
    for day in days:
        text = json.dumps(rules_in_force(day), indent=1, ensure_ascii=False)
        package.add(f"rules/{day.isoformat()}.json", text)
    return [day.isoformat() for day in days]


def _write_tables(
    package: Package, offering: Offering, folder: str, files: Iterable[SubscriptionFile]
) -> None:
    package.add(f"{folder}tables/subscriptions.csv", _csv(_subscriptions(files)))
    package.add(f"{folder}tables/ledger.csv", _csv(_ledger(offering)))
    package.add(f"{folder}tables/duties.csv", _csv(_duties(offering)))


def _subscriptions(files: Iterable[SubscriptionFile]) -> Iterator[list[Any]]:
    yield ["order", "id", "name", "residence", "state", "units", "amount", "paid", "agreed_at"]
    for file in files:
        row = file.subscription
        name = row.person.display_name
        yield [
            row.order,
            row.pk,
            name,
            row.province,
            row.state,
            row.units,
            row.amount,
            row.paid,
            row.agreed_at.isoformat(),
        ]


def _ledger(offering: Offering) -> Iterator[list[Any]]:
    yield ["at", "kind", "account", "subscription", "amount"]
    rows = Posting.objects.filter(offering=offering).select_related("entry", "subscription")
    for row in rows.order_by("entry__at", "pk").iterator():
        yield [
            row.entry.at.isoformat(),
            row.entry.kind,
            row.account,
            row.subscription.order,
            row.amount,
        ]


def _duties(offering: Offering) -> Iterator[list[Any]]:
    yield ["code", "jurisdiction", "event", "due", "done_at", "reference"]
    for row in Duty.objects.filter(offering=offering).order_by("due_on", "code"):
        done = "" if row.done_at is None else row.done_at.isoformat()
        yield [row.code, row.jurisdiction, row.event_on, row.due_on, done, row.reference]


def _csv(rows: Iterable[list[Any]]) -> str:
    """Rows as text; what a spreadsheet would take for a formula is quoted."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
