"""A sealed file judged by itself: by its bytes, our certificates and an instant.

Nothing is asked of the database or the network, so the answer is the same for a stranger and in
eight years. The library that made the seal reads here what was added after it; that the seal is
ours, and over these bytes, is asked of the bytes alone first (`reading`).
"""

import asyncio
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from typing import Any

from asn1crypto import cms, crl
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError, ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import SignatureCoverageLevel

from compliance.audit.tree.timestamps import TIMEOUT
from documents.seals.authority import TOLERANCE, context_at, embedded_in, path_of, revoked
from documents.seals.reading import Signature, signatures, told_at
from documents.seals.ring import Known, Ring
from documents.seals.running import out_of_any_loop

AHEAD = timedelta(seconds=60)
"""How far ahead of us a time stamp may be before it is one of a moment still to come."""
_CLAIMED = re.compile(rb"/M \(D(?:\\072|:)(\d{14})Z\)")
_ABOUT = re.compile(r"^([a-z_]{1,40}) (fr|en) (\d{1,9}) ([0-9a-f]{64})$")
BROKEN_FILE = (
    PdfError, SignatureValidationError, SigningError, ValidationInfoReadingError, ValueError,
    TypeError, KeyError, IndexError, AttributeError, AssertionError, RecursionError, OverflowError,
    NotImplementedError, zlib.error,
)  # fmt: skip
"""What the library lets through when a file is not what it says: all of it means one thing here."""


class Finding(StrEnum):
    """What a file was found to be."""

    GOOD = "good"
    NO_SEAL = "no_seal"
    OTHER_KEY = "other_key"
    CHANGED = "changed"
    ADDED = "added"
    BROKEN_KEY = "broken_key"
    STAMP_FAULT = "stamp_fault"
    STAMP_UNKNOWN = "stamp_unknown"
    FUTURE = "future"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer about a file, and as much of the seal as could be believed."""

    finding: Finding
    by: Known | None = None
    claimed: datetime | None = None
    """When the portal says that it sealed."""
    proven: datetime | None = None
    """When a time stamp shows that the seal was there."""
    uncertain: bool = False
    """Whether the two differ by more than they may."""
    ends: datetime | None = None
    """Until when the file alone can be checked without a further time stamp."""


@dataclass(frozen=True, slots=True)
class SaidOfItself:
    """What a good file says about itself: which document it is."""

    kind: str
    language: str
    number: int
    issued_sha256: str
    title: str
    portal: str
    issued_at: datetime | None


def judge(pdf: bytes, *, ring: Ring, at: datetime) -> Judged:
    """Judge a file as of `at`; whatever the file is, this returns."""
    made = signatures(pdf)
    if not made:
        return Judged(Finding.NO_SEAL)
    seal, stamps = made[0], made[1:]
    by = ring.named(seal.fingerprint)
    if by is None:
        foreign = not any(ring.named(one.fingerprint) for one in stamps)
        return Judged(Finding.OTHER_KEY if foreign else Finding.CHANGED)
    if not seal.promised or seal.promised != seal.digest or not seal.clean:
        return Judged(Finding.CHANGED, by)
    known = Judged(Finding.GOOD, by, claimed=claimed_at(pdf, seal))
    if not covers_all(pdf, seal, stamps):
        return replace(known, finding=Finding.ADDED)
    try:
        lists = _what_was_added(pdf, made) if stamps else ()
        if lists is None:
            return replace(known, finding=Finding.ADDED)
        return out_of_any_loop(lambda: asyncio.run(_in_time(known, seal, stamps, lists, ring, at)))
    except BROKEN_FILE:
        return replace(known, finding=Finding.ADDED)


def covers_all(pdf: bytes, seal: Signature, stamps: list[Signature]) -> bool:
    """Whether only time stamps stand after the seal, each over all before it, to the end."""
    ends = [one.end for one in (seal, *stamps)]
    whole = all(early < late.before for early, late in zip(ends, stamps, strict=False))
    return whole and ends[-1] == len(pdf) and all(one.is_stamp and one.clean for one in stamps)


def said_of_itself(pdf: bytes) -> SaidOfItself | None:
    """Which document a file says that it is; None where it says nothing like it. For files that
    were found good: others are not to be unpacked."""
    try:
        reader = PdfFileReader(BytesIO(pdf))
        signed = reader.embedded_signatures[0].sig_object
        found = _ABOUT.fullmatch(str(signed["/Reason"]))
        info = reader.trailer_view["/Info"]
        if found is None:
            return None
        return SaidOfItself(
            kind=found[1],
            language=found[2],
            number=int(found[3]),
            issued_sha256=found[4],
            title=str(info.get("/Title", "")),
            portal=str(info.get("/Author", "")),
            issued_at=_pdf_date(str(info.get("/CreationDate", ""))),
        )
    except BROKEN_FILE:
        return None


def claimed_at(pdf: bytes, seal: Signature) -> datetime | None:
    """When the portal says that it sealed: what stands in the part that the seal covers."""
    found = _CLAIMED.search(pdf, seal.after, seal.end)
    if found is None:
        return None
    return datetime.strptime(found[1].decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _what_was_added(pdf: bytes, made: list[Signature]) -> Iterable[crl.CertificateList] | None:
    """The lists of revoked certificates that a file brings along; None where more than time stamps
    and what checks them was added after the seal."""
    reader = PdfFileReader(BytesIO(pdf))
    seen = list(reader.embedded_signatures)
    ranges = [(0, one.before, one.after, one.end - one.after) for one in made]
    if [tuple(one.byte_range) for one in seen] != ranges:
        return None
    seen[0].compute_integrity_info()
    grown = seen[0].diff_result
    if seen[0].coverage < SignatureCoverageLevel.ENTIRE_REVISION or grown is None:
        return None
    level = getattr(grown, "modification_level", ModificationLevel.OTHER)
    if level > ModificationLevel.LTA_UPDATES:
        return None
    try:
        held = DocumentSecurityStore.read_dss(reader).crls
        return [crl.CertificateList.load(one.get_object().data) for one in held]
    except ValidationInfoReadingError:
        return ()


async def _in_time(
    known: Judged,
    seal: Signature,
    stamps: list[Signature],
    lists: Iterable[crl.CertificateList],
    ring: Ring,
    at: datetime,
) -> Judged:
    """Walk back from now: each stamp is judged as of the next one, the seal as of the first.

    What was good when something later covered it stays good, though its certificate ended since or
    its root was broken since.
    """
    moment, ends, held = at, None, list(lists)
    held += [crl.CertificateList.load(one) for one in ring.revoked]
    over = [(one.signed, one.digest) for one in reversed(stamps)]
    if seal.token is not None:
        value = seal.signed["signer_infos"][0]["signature"].native
        over.append((seal.token, value))
    for token, covered in over:
        found, told, until = await _stamp(token, covered, held, ring, moment)
        if found is not Finding.GOOD or told is None:
            return replace(known, finding=found)
        if told > at + AHEAD:
            return replace(known, finding=Finding.FUTURE, proven=told)
        if told > moment + AHEAD:
            return replace(known, finding=Finding.STAMP_FAULT)
        moment, ends = told, ends or until
    return _seal_as_of(known, moment if over else None, ends, at)


def _seal_as_of(
    known: Judged, proven: datetime | None, ends: datetime | None, at: datetime
) -> Judged:
    """The seal itself, as of the instant that is proven, or of now where none is."""
    assert known.by is not None
    by, when = known.by, proven or at
    first = by.certificate.not_valid_before_utc
    last = by.certificate.not_valid_after_utc
    judged = replace(
        known, proven=proven, ends=ends or last, uncertain=_differ(known.claimed, proven)
    )
    if proven is None and known.claimed is not None and known.claimed > at + AHEAD:
        return replace(judged, finding=Finding.FUTURE)
    if by.broken is not None and (proven is None or proven >= by.broken):
        return replace(judged, finding=Finding.BROKEN_KEY)
    if not first - AHEAD <= when <= last:
        return replace(judged, finding=Finding.ENDED)
    return judged


async def _stamp(
    token: cms.SignedData,
    covered: Any,
    lists: list[crl.CertificateList],
    ring: Ring,
    moment: datetime,
) -> tuple[Finding, datetime | None, datetime | None]:
    """One time stamp as of a moment: what it was found to be, what it tells, and until when its
    certificate is good."""
    said = told_at(token)
    if said is None:
        return Finding.STAMP_FAULT, None, None
    expected = _digest_of(said, covered)
    context = context_at(moment, ring.roots, embedded_in(token))
    found = await validate_tst_signed_data(token, context, lambda algorithm: expected)
    if not (found["intact"] and found["valid"]):
        return Finding.STAMP_FAULT, None, None
    leaf = found["signing_cert"]
    if (path := path_of(found)) and not revoked(path, lists, moment):
        return Finding.GOOD, said["gen_time"].native, leaf.not_valid_after
    ended = leaf.not_valid_after < moment
    return Finding.ENDED if ended else Finding.STAMP_UNKNOWN, None, None


def _digest_of(said: Any, covered: Any) -> bytes:
    """What a stamp must be over: the SHA-256 of what it covers, and no other kind of digest."""
    if said["message_imprint"]["hash_algorithm"]["algorithm"].native != "sha256":
        return b""
    if isinstance(covered, str):
        return bytes.fromhex(covered)
    return sha256(covered).digest()


def _differ(claimed: datetime | None, proven: datetime | None) -> bool:
    if claimed is None or proven is None:
        return False
    # The authority may take its time to answer; it may not be before us.
    return not -TOLERANCE <= proven - claimed <= TOLERANCE + timedelta(seconds=TIMEOUT)


def _pdf_date(text: str) -> datetime | None:
    found = re.match(r"D:(\d{14})(?:Z|([+-]\d\d)'(\d\d)'?)?", text)
    if found is None:
        return None
    offset = f"{found[2]}{found[3]}" if found[2] else "+0000"
    return datetime.strptime(found[1] + offset, "%Y%m%d%H%M%S%z")
