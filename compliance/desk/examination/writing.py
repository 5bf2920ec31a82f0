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

import base64
import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Any

from compliance.audit.models import Judgement
from compliance.audit.tree.exporting import NothingSigned, export_part, verifier_text
from compliance.audit.tree.keys import signer, verifier_keys
from compliance.audit.tree.sealing import seal_trail
from compliance.desk.examination.gathering import (
    Scope,
    SubscriptionFile,
    subscription_files,
    versions_of,
)
from compliance.desk.examination.pages import LANGUAGES, cover_page, index_page, subscription_page
from compliance.desk.rules_in_force import rules_in_force
from documents.models import DocumentContent
from documents.selectors import documents_of
from documents.services import render_document
from equity.models import Duty, Offering, Posting

FORM, VERSION = "equity-compliance/examination-bundle", 1
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


class _Writer:
    """An archive that keeps the digest of every file it is given."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.digests: dict[str, str] = {}

    def add(self, name: str, data: bytes | str) -> None:
        """Add a file."""
        raw = data.encode() if isinstance(data, str) else data
        self.digests[name] = hashlib.sha256(raw).hexdigest()
        self.archive.writestr(name, raw)

    def copy(self, name: str, file: IO[bytes]) -> None:
        """Add a file of any size, read to its end."""
        digest = hashlib.sha256()
        with self.archive.open(name, "w", force_zip64=True) as target:
            while piece := file.read(1 << 20):
                digest.update(piece)
                target.write(piece)
        self.digests[name] = digest.hexdigest()


def write_bundle(
    file: IO[bytes], scope: Scope, *, at: datetime, progress: Progress | None = None
) -> Bundled:
    """Write the bundle of an offering or of a period; documents without bytes are rendered.

    Raises NothingSigned where no key signs or no checkpoint was signed, EntryGone and MissingNode
    where the trail is damaged.
    """
    key = signer()
    if key is None:
        raise NothingSigned("No key signs the audit trail, so that a bundle cannot be sealed.")
    tell = progress or (lambda what, done, total: None)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        writer = _Writer(archive)
        # Before the trail is signed: it names the digest of each document that is handed over.
        for offering in scope.offerings:
            _render_documents(offering, at)
        entries, size = _write_trail(writer, scope, at)
        written = [
            _write_offering(writer, offering, f"offerings/{number}/", at, tell)
            for number, offering in enumerate(scope.offerings, start=1)
        ]
        days = _write_rules(writer, scope)
        for language in LANGUAGES:
            page = cover_page(scope, language, days=days, covered=entries, size=size, at=at)
            writer.add(f"index.{language}.html", page)
        for name in ("verify_audit.py", "README.txt", "LISEZMOI.txt"):
            writer.add(name, verifier_text(name))
        writer.add("manifest.json", _manifest(key.verifier.name, at))
        listed = json.dumps(writer.digests, indent=0, sort_keys=True).encode()
        archive.writestr("files.json", listed)
        digest = base64.b64encode(hashlib.sha256(listed).digest()).decode()
        archive.writestr("seal.note", key.sign(f"{key.verifier.name}\n{FORM}\n{digest}\n"))
    return Bundled(
        subscriptions=sum(subscriptions for subscriptions, _ in written),
        documents=sum(documents for _, documents in written),
        entries=entries,
    )


def _write_offering(
    writer: _Writer, offering: Offering, folder: str, at: datetime, tell: Progress
) -> tuple[int, int]:
    """The pages, documents and tables of one offering; how many subscriptions and documents."""
    # The documents first: the pages name each by the digest of its bytes.
    documents = _write_documents(writer, offering, folder, tell)
    rows = _write_subscriptions(writer, offering, folder, documents, tell)
    _write_tables(writer, offering, folder, [row for _, row in rows])
    for language in LANGUAGES:
        page = index_page(offering, language, rows=rows, documents=documents, at=at)
        writer.add(f"{folder}index.{language}.html", page)
    return len(rows), len(documents)


def _manifest(origin: str, at: datetime) -> str:
    told = {
        "form": FORM,
        "version": VERSION,
        "kind": "bundle",
        "origin": origin,
        "size": 0,
        "keys": [one.text for one in verifier_keys()],
        "made_at": at.isoformat(),
    }
    return json.dumps(told, indent=1, ensure_ascii=False)


def _write_trail(writer: _Writer, scope: Scope, at: datetime) -> tuple[int, int]:
    positions = scope.positions
    if not positions:
        raise NothingSigned("Nothing happened there: there is nothing to hand over.")
    # What was written until now is chained and signed first, or its proof would be missing.
    seal_trail(at, every=timedelta(0))
    with TemporaryFile() as part:
        exported = export_part(part, positions, at=at)
        if exported.entries < len(positions):
            raise NothingSigned(
                f"{len(positions) - exported.entries} of {len(positions)} entries are not signed "
                "yet. Try again in a minute; if it stays so, run `manage.py audit verify`."
            )
        part.seek(0)
        writer.copy("trail.zip", part)
    return exported.entries, exported.size


def _write_subscriptions(
    writer: _Writer, offering: Offering, folder: str, documents: Sequence[Any], tell: Progress
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
            writer.add(f"{folder}{name}.{language}.html", page)
        # Only what the index and the tables show is kept.
        rows.append((name, SubscriptionFile(file.subscription)))
        tell("subscriptions", done, total)
    return rows


def _render_documents(offering: Offering, at: datetime) -> None:
    for pk in documents_of(offering.pk).filter(sha256="").values_list("pk", flat=True):
        render_document(pk, at=at)


def _write_documents(writer: _Writer, offering: Offering, folder: str, tell: Progress) -> list[Any]:
    rows = list(documents_of(offering.pk).defer("facts").order_by("issued_at", "kind", "language"))
    for first in range(0, len(rows), _PDFS):
        page = rows[first : first + _PDFS]
        contents = DocumentContent.objects.filter(document__in=page).in_bulk(
            [row.pk for row in page], field_name="document_id"
        )
        for done, row in enumerate(page, start=first + 1):
            name = f"{folder}documents/{row.sha256}.pdf"
            if name not in writer.digests:
                writer.add(name, bytes(contents[row.pk].pdf))
            tell("documents", done, len(rows))
    return rows


def _write_rules(writer: _Writer, scope: Scope) -> list[str]:
    days = (
        Judgement.objects.filter(entry__in=scope.entries)
        .order_by("on")
        .values_list("on", flat=True)
        .distinct()
    )
    for day in days:
        text = json.dumps(rules_in_force(day), indent=1, ensure_ascii=False)
        writer.add(f"rules/{day.isoformat()}.json", text)
    return [day.isoformat() for day in days]


def _write_tables(
    writer: _Writer, offering: Offering, folder: str, files: Iterable[SubscriptionFile]
) -> None:
    writer.add(f"{folder}tables/subscriptions.csv", _csv(_subscriptions(files)))
    writer.add(f"{folder}tables/ledger.csv", _csv(_ledger(offering)))
    writer.add(f"{folder}tables/duties.csv", _csv(_duties(offering)))


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
