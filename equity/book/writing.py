"""Writing a closing book, a file at a time: into a folder, a ZIP, or an answer that is being sent.

index.fr.html, index.en.html        where a person begins; every link leads inside the book
register.fr.html, register.en.html  the register of holders, and register.csv
ledger.fr.html, ledger.en.html      every movement of the trust ledger, and ledger.csv
offering/, reports/, securities/…   the documents, shelf by shelf (`shelves`)
evidence/0001.zip                   the evidence of each subscription, and of who bought nothing
trail.zip                           what happened to the offering itself, each with its proof
verify_audit.py                     checks it all, with LISEZMOI.txt and README.txt
manifest.json, files.json, seal.note

The issuer's has no evidence, no documents that purchasers signed, and no ledger by person. Memory
is bounded: what the pages list is kept, never the bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from tempfile import TemporaryFile

from django.db.models import Q, QuerySet

from compliance.audit.models import Change, Entry
from compliance.audit.services import subject_key
from compliance.audit.tree.exporting import export_part, verifier_text
from compliance.audit.tree.packages import Claim, NothingSigned, Package
from compliance.audit.tree.sealing import seal_up_to_now
from documents.models import Document, DocumentContent
from documents.selectors import documents_of
from equity import moves
from equity.book.pages import Listed, Paper, book_pages
from equity.book.shelves import MADE, shelf_of
from equity.book.tables import ledger_csv, register_csv
from equity.evidence.gathering import PurchaserFile, others_files, subscription_files
from equity.evidence.writing import Proof, write_package
from equity.models import Offering
from equity.papers.making import make_document
from equity.reports.folder import filing_copies

KIND, FORM = "book", "equity-compliance/closing-book"
TOLD_TO_ISSUERS = frozenset(
    f"equity:{tag}"
    for tag in (
        *("offering:draft", "offering:edit", "offering:certify", "offering:submit"),
        *("offering:approve", "offering:request_changes", "offering:remark"),
        *("offering:answer_remark", "offering:refuse", "offering:open", "offering:suspend"),
        *("offering:resume", "offering:amend", "offering:publish", "offering:stop"),
        *("offering:cancel", "offering:fail", "offering:last_day", "offering:concurrent"),
        *("offering:ask_closing", "offering:approve_closing", "offering:file"),
        *("report:details", "report:issue", "payout:ask", "payout:approve"),
    )
)
"""The acts on an offering whose entries its issuer's book holds, actors and payloads and all."""
_BATCH = 50
"""Documents whose bytes are read at once."""
_TEXTS = ("LISEZMOI.txt", "README.txt")


class NotClosed(ValueError):  # noqa: N818 - it says what is the case
    """An offering has a closing book once it is closed, and not before."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far the writing is: what is being written, how many are, and how many there are."""

    what: str
    done: int
    total: int


@dataclass(slots=True)
class Book:
    """A closing book that is being written, for the portal or for the issuer."""

    offering: Offering
    package: Package
    proof: Proof
    issuer: bool
    listed: Listed = field(default_factory=Listed)

    def steps(self) -> Iterator[Step]:
        """Write it, a step at a time. Raises as `write_package` does, and OSError."""
        yield from self._documents()
        yield from self._made()
        if not self.issuer:
            yield from self._evidence()
        self.package.add("register.csv", register_csv(self.offering))
        self.package.add("ledger.csv", ledger_csv(self.offering, by_person=not self.issuer))
        entries = self._trail()
        pages = book_pages(
            self.offering, self.listed, self.proof.last, entries=entries, issuer=self.issuer
        )
        for name, page in pages:
            self.package.add(name, page)
        for name in _TEXTS:
            self.package.add(name, (files("equity.book.texts") / name).read_text("utf-8"))
        self.package.add("verify_audit.py", verifier_text("verify_audit.py"))
        self.package.close(claims=_CLAIMS, offering=str(self.offering.pk), issuer=self.issuer)
        yield Step("pages", 1, 1)

    def _documents(self) -> Iterator[Step]:
        rows = [
            row
            for row in documents_of(self.offering.pk)
            .defer("facts")
            .order_by("issued_at", "kind", "language", "pk")
            if shelf_of(row).issuer or not self.issuer
        ]
        for first in range(0, len(rows), _BATCH):
            page = rows[first : first + _BATCH]
            contents = DocumentContent.objects.filter(document__in=[row.pk for row in page])
            bytes_of = {row.document_id: row.pdf for row in contents}
            for number, row in enumerate(page, start=first + 1):
                shelf = shelf_of(row)
                name = f"{shelf.code}/{number:05d}-{row.kind}-{row.language}.pdf"
                self.package.add(name, bytes(bytes_of[row.pk]))
                self.listed.papers.append(
                    Paper(
                        name,
                        shelf,
                        row.kind,
                        row.language,
                        row.issued_at,
                        row.sha256,
                        row.subject_id,
                        row.person_id,
                    )
                )
                yield Step("documents", number, len(rows))

    def _made(self) -> Iterator[Step]:
        for one in MADE:
            if self.issuer and not one.shelf.issuer:
                continue
            for done, (name, data) in enumerate(one.made(self.offering, self.package.at), start=1):
                path = f"{one.shelf.code}/{name}"
                self.package.add(path, data)
                self.listed.made.append((one.shelf, path))
                yield Step(one.shelf.code, done, done)

    def _evidence(self) -> Iterator[Step]:
        total = self.offering.subscriptions.count()
        for done, file in enumerate(subscription_files(self.offering), start=1):
            row = file.subscription
            self._one(f"evidence/{row.order:05d}.zip", file)
            self.listed.add_purchaser(row, f"evidence/{row.order:05d}.zip")
            yield Step("evidence", done, total)
        for done, other in enumerate(others_files(self.offering), start=1):
            name = f"evidence/other-{done:05d}.zip"
            self._one(name, other)
            self.listed.others.append((other.person.display_name, other.person.pk, name))
            yield Step("others", done, done)

    def _one(self, name: str, file: PurchaserFile) -> None:
        target = BytesIO()
        write_package(target, file, self.proof)
        target.seek(0)
        self.package.copy(name, target)

    def _trail(self) -> int:
        """What happened to the offering itself; what purchasers did stands in their evidence."""
        with TemporaryFile() as part:
            last = self.proof.last
            exported = export_part(
                part,
                _own_positions(self.offering, issuer=self.issuer),
                at=last.signed_at,
                last=last,
                nodes=self.proof.nodes,
            )
            part.seek(0)
            self.package.copy("trail.zip", part)
        return exported.entries


def unrendered(offering: Offering) -> QuerySet[Document]:
    """The documents of an offering that have no bytes yet."""
    return documents_of(offering.pk).filter(sha256="")


def prepared(offering: Offering, *, at: datetime, seal: bool = True) -> Iterator[Step]:
    """Give every document its bytes and, where `seal` says so, sign the trail up to now, before
    anything is written: it names the digest of each. Raises
    NotClosed, TrailDamaged, and NotMade and NotAFilingCopy for a document that would keep the book
    from being whole."""
    if offering.state != moves.CLOSED:
        raise NotClosed("The offering is not closed, so that it has no closing book.")
    waiting = list(unrendered(offering).values_list("pk", flat=True))
    for done, pk in enumerate(waiting, start=1):
        make_document(pk, at=at)
        yield Step("rendering", done, len(waiting))
    filing_copies(offering, at=at)
    if seal:
        seal_up_to_now(at)
    if len(waiting) == 0:
        yield Step("rendering", 0, 0)


def signed(offering: Offering, *, issuer: bool) -> Proof:
    """The checkpoint that covers what happened to an offering, each act as it was signed; raises
    NothingSigned, TrailDamaged and MissingNode."""
    proof = Proof.now()
    positions = _own_positions(offering, issuer=issuer)
    last = proof.last
    with TemporaryFile() as part:
        covered = export_part(part, positions, at=last.signed_at, last=last, nodes=proof.nodes)
    if not positions or covered.entries < len(positions):
        raise NothingSigned("The audit trail is not signed up to the last act on the offering.")
    return proof


def _own_positions(offering: Offering, *, issuer: bool) -> list[int]:
    """The acts on the offering that are no purchaser's, and the changes of its row and documents;
    of a purchaser's documents, those that this book holds are named by their evidence.

    The issuer is told the acts of the offering's own life and no others: never who took what about
    it, an examination above all, nor an act that nobody thought of here.
    """
    kind, key = subject_key(offering)
    acts = Entry.objects.filter(subject_type=kind, subject_id=key).exclude(actor_role="investor")
    if issuer:
        acts = acts.filter(action__in=TOLD_TO_ISSUERS).exclude(actor_role="examiner")
    papers = Document.objects.filter(offering_id=offering.pk, person_id=None)
    rows = Q(table=Offering._meta.db_table, row=str(key)) | Q(
        table=Document._meta.db_table,
        row__in=[str(pk) for pk in papers.values_list("pk", flat=True)],
    )
    found = {*acts.values_list("position", flat=True)}
    return sorted(found | {*Change.objects.filter(rows).values_list("position", flat=True)})


_CLAIMS = (
    Claim(
        "où chaque chose se trouve dans le livre",
        "where each thing stands in the book",
        ("index.fr.html", "index.en.html"),
    ),
    Claim(
        "qui détient les titres émis à la clôture",
        "who holds the securities issued at the closing",
        ("register.fr.html", "register.en.html", "register.csv"),
    ),
    Claim(
        "chaque mouvement du compte en fiducie",
        "each movement of the trust account",
        ("ledger.fr.html", "ledger.en.html", "ledger.csv"),
    ),
    Claim(
        "que ce qui est raconté du placement était inscrit au journal signé du portail",
        "that what is told of the offering stood in the signed trail of the portal",
        ("trail.zip",),
    ),
    Claim(
        "comment vérifier ce livre",
        "how to check this book",
        ("LISEZMOI.txt", "README.txt", "verify_audit.py"),
    ),
)
