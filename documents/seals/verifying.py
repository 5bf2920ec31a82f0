"""What a file or a digest is: asked of the register first, of the file itself where it must be.

Most answers are one digest looked up. Of a file that nobody registered so much is read as tells
whose seal it bears and over what (`reading`), which unpacks nothing; a file is unpacked only where
the caller says so, because there is no register to ask.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from documents.facts import from_json
from documents.models import Document, Seal, SealStamp
from documents.seals.judging import AHEAD, Finding, Judged, SaidOfItself, judge, said_of_itself
from documents.seals.reading import Signature, signatures
from documents.seals.ring import Known, Ring

GOOD, BAD, CANNOT_TELL = 0, 1, 2
"""The exit status of whoever asks: good; changed or not ours; cannot tell."""
LARGEST = 32 << 20
"""The largest file that is looked at, in bytes: ten times the largest document that is issued."""
_END = re.compile(rb"%%EOF\r?\n?")
_ENDS = 16
"""How many places are tried at which an issued document may have ended inside a longer file."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Answer(StrEnum):
    """What was found; the sentences are in `telling`."""

    FILING = "filing"
    SEALED = "sealed"
    STAMPED = "stamped"
    FILE_ALONE = "file_alone"
    UNKNOWN_DIGEST = "unknown_digest"
    NOT_PDF = "not_pdf"
    TOO_LARGE = "too_large"
    BUSY = "busy"
    NOT_NOW = "not_now"
    NO_SEAL = "no_seal"
    NO_SEAL_ALONE = "no_seal_alone"
    OTHER_KEY = "other_key"
    CHANGED = "changed"
    ADDED = "added"
    NOT_REGISTERED = "not_registered"
    BROKEN_KEY = "broken_key"
    STAMP_FAULT = "stamp_fault"
    STAMP_UNKNOWN = "stamp_unknown"
    FUTURE = "future"
    ENDED = "ended"
    NO_CERTIFICATES = "no_certificates"


STATUS = {
    Answer.FILING: GOOD,
    Answer.SEALED: GOOD,
    Answer.STAMPED: GOOD,
    Answer.FILE_ALONE: GOOD,
    Answer.UNKNOWN_DIGEST: BAD,
    Answer.NOT_PDF: BAD,
    Answer.NO_SEAL: BAD,
    Answer.OTHER_KEY: BAD,
    Answer.CHANGED: BAD,
    Answer.ADDED: BAD,
    Answer.BROKEN_KEY: BAD,
    Answer.STAMP_FAULT: BAD,
}
"""What is not here cannot be told."""


@dataclass(frozen=True, slots=True)
class Told:
    """Which document it is: nothing that its holder does not have in hand."""

    kind: str
    language: str
    number: int
    title: str
    issuer: str
    version: str
    reference: str
    issued_at: datetime | None
    later_number: int | None = None
    """The number of the document that supersedes it, where one does, and its day."""
    later_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealTold:
    """The seal as far as it is believed."""

    by: Known | None
    fingerprint: str
    at: datetime | None
    proven: datetime | None
    uncertain: bool
    level: str
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer about one file or digest."""

    answer: Answer
    document: Told | None = None
    seal: SealTold | None = None
    notice: Answer | None = None
    """What is to be said beside a good answer: the key was broken since, the stamp ended."""

    @property
    def status(self) -> int:
        """GOOD, BAD or CANNOT_TELL."""
        return STATUS.get(self.answer, CANNOT_TELL)


def verify_digest(digest: str, *, ring: Ring, at: datetime) -> Verdict:
    """What the register knows of a SHA-256, 64 hexadecimal digits."""
    digest = digest.strip().lower()
    found = _registered(digest, ring, at) if _DIGEST.fullmatch(digest) else None
    return found or Verdict(Answer.UNKNOWN_DIGEST)


def verify_file(pdf: bytes, *, ring: Ring, at: datetime) -> Verdict:
    """What a file is, by the register; nothing of it is unpacked and nothing is kept."""
    if len(pdf) > LARGEST:
        return Verdict(Answer.TOO_LARGE)
    found = _registered(hashlib.sha256(pdf).hexdigest(), ring, at)
    if found is not None:
        return found
    if not pdf.startswith(b"%PDF-"):
        return Verdict(Answer.NOT_PDF)
    made = signatures(pdf)
    ours = next((one for one in made if ring.named(one.fingerprint)), None)
    if ours is not None:
        return _ours_and_not_registered(pdf, ours, ring, at)
    document = _issued_within(pdf)
    if made:
        named = None if document is None else told(document)
        return Verdict(Answer.OTHER_KEY, named, _foreign(made[0]))
    if document is not None:
        return Verdict(Answer.ADDED, told(document))
    return Verdict(Answer.NO_SEAL)


def verify_alone(pdf: bytes, *, ring: Ring, at: datetime) -> Verdict:
    """What a file is, by itself and our certificates: without a register, and offline."""
    if len(pdf) > LARGEST:
        return Verdict(Answer.TOO_LARGE)
    if not pdf.startswith(b"%PDF-"):
        return Verdict(Answer.NOT_PDF)
    if not ring.known:
        return Verdict(Answer.NO_CERTIFICATES)
    judged = judge(pdf, ring=ring, at=at)
    if judged.finding is Finding.NO_SEAL:
        return Verdict(Answer.NO_SEAL_ALONE)
    if judged.finding is not Finding.GOOD:
        return Verdict(Answer(judged.finding.value), seal=_seal_judged(judged))
    said = said_of_itself(pdf)
    named = None if said is None else _told_alone(said)
    return Verdict(Answer.FILE_ALONE, named, _seal_judged(judged))


def told(document: Document) -> Told:
    """Which document it is, in the words of its own facts that name nobody but the issuer."""
    facts = from_json(document.kind, document.facts)
    later = _latest_after(document)
    return Told(
        kind=document.kind,
        language=document.language,
        number=document.number,
        title="",
        issuer=facts.about,
        version=str(getattr(facts, "version", "")),
        reference=facts.reference,
        issued_at=document.issued_at,
        later_number=None if later is None else later.number,
        later_at=None if later is None else later.issued_at,
    )


def _registered(digest: str, ring: Ring, at: datetime) -> Verdict | None:
    """The answer where a document has this digest, with or without its seal."""
    seals = Seal.objects.select_related("document").defer("increment")
    seal = seals.filter(sha256=digest).first()
    if seal is not None:
        return _good(Answer.SEALED, seal, seal.stamp_ends, ring, at)
    stamps = SealStamp.objects.select_related("seal__document").defer("increment")
    stamp = stamps.filter(sha256=digest).first()
    if stamp is not None:
        return _good(Answer.STAMPED, stamp.seal, stamp.stamp_ends, ring, at)
    # Two documents of the same facts have the same bytes; the newest one is not superseded.
    document = Document.objects.filter(sha256=digest).order_by("-issued_at", "-number").first()
    if document is None:
        return None
    seal = seals.filter(document=document).first()
    if seal is not None:
        return _good(Answer.FILING, seal, seal.stamp_ends, ring, at)
    return Verdict(Answer.FILING, told(document))


def _good(answer: Answer, seal: Seal, ends: datetime | None, ring: Ring, at: datetime) -> Verdict:
    by, notice = ring.named(seal.fingerprint), None
    proven = seal.stamped_at
    if (proven or seal.sealed_at) > at + AHEAD:
        return Verdict(Answer.FUTURE, told(seal.document), _seal_told(seal, by, ends))
    if by is not None and by.broken is not None and not (proven and proven < by.broken):
        notice = Answer.BROKEN_KEY
    elif ends is not None and ends < at:
        notice = Answer.ENDED
    return Verdict(answer, told(seal.document), _seal_told(seal, by, ends), notice)


def _ours_and_not_registered(pdf: bytes, ours: Signature, ring: Ring, at: datetime) -> Verdict:
    """A file with a seal by our key whose bytes are not those of any copy that we keep."""
    by = ring.named(ours.fingerprint)
    seals = Seal.objects.select_related("document").defer("increment")
    seal = seals.filter(covered=ours.promised).first() if ours.promised else None
    if seal is None:
        bare = SealTold(by, ours.fingerprint, None, None, uncertain=False, level="")
        intact = ours.promised and ours.promised == ours.digest
        return Verdict(Answer.NOT_REGISTERED if intact else Answer.CHANGED, seal=bare)
    # The register knows every copy that was ever made of it, so that whatever else stands after the
    # seal was not put there by us: what it is need not be looked into.
    sealed = ours.promised == ours.digest and ours.clean
    answer = Answer.ADDED if sealed else Answer.CHANGED
    return Verdict(answer, told(seal.document), _seal_told(seal, by, seal.stamp_ends))


def _issued_within(pdf: bytes) -> Document | None:
    """The issued document with which a longer file begins; None where there is none."""
    digests, digest, done = [], hashlib.sha256(), 0
    for match in islice(_END.finditer(pdf), _ENDS):
        digest.update(memoryview(pdf)[done : match.end()])
        digests.append(digest.copy().hexdigest())
        done = match.end()
    return Document.objects.filter(sha256__in=digests).first()


def _latest_after(document: Document) -> Document | None:
    """The newest document that supersedes it, directly or through others; None where none does."""
    superseding = Document.objects.filter(
        kind=document.kind,
        language=document.language,
        subject_type=document.subject_type,
        subject_id=document.subject_id,
        number__gt=document.number,
        supersedes__isnull=False,
    )
    return superseding.only("number", "issued_at").order_by("-number").first()


def _foreign(made: Signature) -> SealTold:
    return SealTold(None, made.fingerprint, None, None, uncertain=False, level="")


def _seal_told(seal: Seal, by: Known | None, ends: datetime | None) -> SealTold:
    return SealTold(
        by=by,
        fingerprint=seal.fingerprint,
        at=seal.sealed_at,
        proven=seal.stamped_at,
        uncertain=seal.time_uncertain,
        level=seal.level,
        ends=ends,
    )


def _seal_judged(judged: Judged) -> SealTold | None:
    if judged.by is None:
        return None
    return SealTold(
        by=judged.by,
        fingerprint=judged.by.fingerprint,
        at=judged.claimed,
        proven=judged.proven,
        uncertain=judged.uncertain,
        level="B-LTA" if judged.proven else "B-B",
        ends=judged.ends,
    )


def _told_alone(said: SaidOfItself) -> Told:
    return Told(
        kind=said.kind,
        language=said.language,
        number=said.number,
        title=said.title,
        issuer="",
        version="",
        reference="",
        issued_at=said.issued_at,
    )
