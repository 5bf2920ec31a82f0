"""Writing the evidence package of one purchaser: a ZIP, sealed, that a stranger checks alone.

Nothing in it reads the clock: it is dated by the checkpoint that its proofs lead to, so that the
same state of the trail makes the same bytes. The names are flat, because a PDF that has the same
files attached knows no folders.

index.fr.html, index.en.html   what a person reads
document-01-….pdf              every document that was shown or issued, its very bytes
agreement.json, answers.json…  the same as data (`saying`)
trail.zip                      each entry and change about it, with its proof, and a checkpoint
verify_audit.py                checks it all, with LISEZMOI.txt and README.txt
manifest.json, files.json, seal.note   what each file shows, its digest, the portal's signature
"""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from typing import IO, Any

from compliance.audit.models import SignedCheckpoint
from compliance.audit.tree.checkpoints import latest
from compliance.audit.tree.exporting import export_part, verifier_text
from compliance.audit.tree.nodes import Nodes
from compliance.audit.tree.packages import NothingSigned, Package, ZipSink
from compliance.audit.tree.sealing import seal_up_to_now
from documents.models import Document, DocumentContent
from equity.evidence.claims import claims_of
from equity.evidence.gathering import PurchaserFile, person_file, subscription_file
from equity.evidence.pages import index_page
from equity.evidence.proving import positions_of
from equity.evidence.saying import Shown, data_files, outcome, written
from equity.models import Offering, Subscription
from equity.papers.making import make_document
from equity.words import LANGUAGES

KIND, FORM = "evidence", "equity-compliance/evidence-package"
_TEXTS = ("LISEZMOI.txt", "README.txt")


@dataclass(frozen=True, slots=True)
class Written:
    """What a package holds."""

    names: tuple[str, ...]
    """Its files but the list of them and the signature, in the order in which they were written."""
    digests: dict[str, str]
    """The SHA-256 of each."""
    listed: str
    """The SHA-256 of the list, which is what the portal signed."""
    entries: int
    """Entries and changes of the trail, each with its proof."""
    size: int
    """The leaves of the tree that they are proven in."""


@dataclass(slots=True)
class Proof:
    """The tree that the packages of one run are proven in: read once, and the same for all."""

    last: SignedCheckpoint
    nodes: Nodes

    @classmethod
    def now(cls) -> "Proof":
        """By the latest checkpoint; raises NothingSigned where there is none."""
        last = latest()
        if last is None:
            raise NothingSigned("No checkpoint was signed yet.")
        return cls(last, Nodes())


def evidence_about(subscription: Subscription, *, at: datetime, seal: bool) -> PurchaserFile:
    """The file of a subscription, ready to be written: its documents have their bytes and, where
    `seal` says so, the trail is signed up to now. Raises TrailDamaged, NotMade."""
    return _ready(subscription.offering, lambda: subscription_file(subscription), at, seal)


def evidence_about_person(
    offering: Offering, person: Any, *, at: datetime, seal: bool
) -> PurchaserFile:
    """The file of somebody who bought nothing in an offering, as `evidence_about`."""
    return _ready(offering, lambda: person_file(offering, person), at, seal)


def _ready(offering: Offering, gathered: Any, at: datetime, seal: bool) -> PurchaserFile:
    file: PurchaserFile = gathered()
    waiting = [one.pk for one in (*file.papers, *opened_papers(file).values()) if not one.sha256]
    for pk in waiting:
        make_document(pk, at=at)
    if seal:
        seal_up_to_now(at)
    return gathered() if waiting else file


def opened_papers(file: PurchaserFile) -> dict[tuple[Any, str], Document]:
    """The offering document that each reading opened, by version and language: a version's document
    is issued in each language at the instant at which it is put in force."""
    published = {
        version.published_at: version.pk
        for version in file.offering.versions.exclude(published_at=None)
    }
    issued = Document.objects.filter(
        offering_id=file.offering.pk, kind="offering_document", person_id=None
    )
    found = {
        (published[one.issued_at], one.language): one
        for one in issued
        if one.issued_at in published
    }
    wanted = {(row.version_id, row.language) for row in file.readings}
    if file.bought is not None:
        wanted |= {key for key in found if key[0] == file.bought.version_id}
    return {key: one for key, one in found.items() if key in wanted}


def write_package(target: IO[bytes], file: PurchaserFile, proof: Proof) -> Written:
    """Write the package of a purchaser; its documents must have their bytes.

    Raises NothingSigned where no key signs or the trail is not signed up to the file's last act,
    TrailDamaged and MissingNode where the trail is damaged.
    """
    made = proof.last.signed_at
    opened = opened_papers(file)
    shown = _named([*opened.values(), *file.papers])
    by_version = {
        key: one for key, paper in opened.items() for one in shown if one.paper.pk == paper.pk
    }
    with zipfile.ZipFile(target, "w") as archive:
        package = Package(ZipSink(archive, made), KIND, FORM, made)
        for name, pdf in _documents(shown):
            package.add(name, pdf)
        data = list(data_files(file, shown, by_version))
        for name, told in data:
            package.add(name, written(told))
        part = BytesIO()
        entries = _write_trail(part, file, shown, proof)
        package.add("trail.zip", part.getvalue())
        for language in LANGUAGES:
            page = index_page(file, language, dict(data), entries=entries, proof=proof.last)
            package.add(f"index.{language}.html", page)
        for name in _TEXTS:
            package.add(name, _text(name))
        package.add("verify_audit.py", verifier_text("verify_audit.py"))
        names = tuple(package.digests)
        listed = package.close(claims=claims_of(file, shown, names), outcome=outcome(file))
    return Written(tuple(package.digests), package.digests, listed, entries, proof.last.size)


def _named(papers: Sequence[Document]) -> list[Shown]:
    """The documents in the order in which they were issued, each once, under its name."""
    found = {one.pk: one for one in papers}
    ordered = sorted(
        found.values(), key=lambda one: (one.issued_at, one.kind, one.language, one.pk)
    )
    return [
        Shown(f"document-{number:02d}-{one.kind}-{one.language}.pdf", one)
        for number, one in enumerate(ordered, start=1)
    ]


def _documents(shown: Sequence[Shown]) -> Iterator[tuple[str, bytes]]:
    if any(not one.paper.sha256 for one in shown):
        raise NothingSigned("A document has no bytes yet: run `manage.py tick`, or try again.")
    contents = DocumentContent.objects.filter(document__in=[one.paper.pk for one in shown])
    kept = {row.document_id: row for row in contents}
    for one in shown:
        yield one.name, bytes(kept[one.paper.pk].pdf)


def _write_trail(part: BytesIO, file: PurchaserFile, shown: Sequence[Shown], proof: Proof) -> int:
    positions = positions_of(file, [one.paper for one in shown])
    last = proof.last
    exported = export_part(part, positions, at=last.signed_at, last=last, nodes=proof.nodes)
    if exported.entries < len(positions):
        raise NothingSigned(
            f"{len(positions) - exported.entries} of {len(positions)} entries are not signed yet. "
            "Try again in a minute; if it stays so, run `manage.py audit verify`."
        )
    return exported.entries


def _text(name: str) -> str:
    return (files("equity.evidence.texts") / name).read_text(encoding="utf-8")
