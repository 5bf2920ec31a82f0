"""The signatures of a PDF, read from its bytes alone.

A file may come from anybody. Nothing is unpacked here and no object is followed: a signature says
in clear between which bytes it stands, and the rest is one hash; what is not between those bytes is
covered by it. Who signed stands in a structure that a library below takes apart, and that library
takes time out of proportion over some: so it is shown few, none twice, and each only after a look
at its outer form. A file, however it is made, costs its own size and about two seconds at most.
"""

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1
from pyhanko.sign.general import CMSStructuralError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_HEX = re.compile(rb"<((?:[0-9A-F]{2})+)>")
_SIGNED_DATA = re.compile(
    rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...)\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
    re.DOTALL,
)
"""How signed data begins (RFC 5652, sections 3 and 5.1)."""
MOST = 64
"""How many signatures are looked at: ours is the first, and each year or so adds a stamp."""
LARGEST = 64 << 10
"""The longest signature that is looked into, in bytes as written. Ours takes 7 KB, about 45 with a
chain of large RSA certificates and the longest time stamps of the authorities in use."""
TOTAL = 1 << 20
"""How much of one file is looked into, in bytes as written: 20 of the largest and more of ours."""
PARTS = 2_000
"""The parts of a signature: a certificate has about 60."""
LONGEST_NAME = 64
"""The longest object identifier, in bytes: those in use have 20 at most."""
_OBJECT_IDENTIFIER, _CONSTRUCTED, _MULTIPLE = 0x06, 0x20, 0x1F
_LONG_ARC = re.compile(rb"[\x80-\xff]{%d}" % LONGEST_NAME)
"""One number in an object identifier, which takes the square of its length to read. An identifier
may also hide in a string or behind a tag of its own; a number of this length is seen in any."""


@dataclass(frozen=True)
class Signature:
    """A signature and the bytes that it covers: from 0 to `before`, from `after` to `end`."""

    before: int
    after: int
    end: int
    pdf: bytes = field(repr=False)
    signed: cms.SignedData
    clean: bool
    """Whether nothing but zeros fills the room that was left beside the signature."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of those bytes, as they are now; of the signatures that are asked about alone, so
        that a file which names many costs no more than another."""
        digest = hashlib.sha256(memoryview(self.pdf)[: self.before])
        digest.update(memoryview(self.pdf)[self.after : self.end])
        return digest.hexdigest()

    @cached_property
    def is_stamp(self) -> bool:
        """Whether it is a time stamp over the document, and nobody's signature."""
        return str(self.signed["encap_content_info"]["content_type"].native) == "tst_info"

    @cached_property
    def signer(self) -> asn1.Certificate | None:
        """The certificate that it names as its maker's, from those that it brings along."""
        wanted = self.signed["signer_infos"][0]["sid"].chosen
        for one in self.signed["certificates"]:
            held = one.chosen
            if isinstance(held, asn1.Certificate) and isinstance(wanted, cms.IssuerAndSerialNumber):
                same = wanted["serial_number"].native == held.serial_number
                if same and wanted["issuer"].dump() == held.issuer.dump():
                    return held
        return None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of that certificate; empty where there is none."""
        return "" if self.signer is None else self.signer.sha256.hex()

    @cached_property
    def promised(self) -> str:
        """The digest that the maker of the signature signed; empty unless the signature is theirs.

        Equal to `digest` where the bytes are as they were.
        """
        signer = self.signer
        if signer is None:
            return ""
        info = self.signed["signer_infos"][0]
        found = [
            attribute["values"][0].native
            for attribute in info["signed_attrs"]
            if attribute["type"].native == "message_digest"
        ]
        if len(found) != 1 or info["digest_algorithm"]["algorithm"].native != "sha256":
            return ""
        try:
            _, valid = validate_sig_integrity(info, signer, "data", found[0])
        except (SignatureValidationError, CMSStructuralError, ValueError, TypeError):
            return ""
        return bytes(found[0]).hex() if valid else ""

    @cached_property
    def token(self) -> cms.SignedData | None:
        """The time stamp over the signature itself, where it carries one."""
        attributes = self.signed["signer_infos"][0]["unsigned_attrs"]
        for attribute in attributes or ():
            if attribute["type"].native == "signature_time_stamp_token":
                token: cms.SignedData = attribute["values"][0]["content"]
                return token
        return None


def signatures(pdf: bytes) -> list[Signature]:
    """The signatures of a file, the first one first; what only looks like one is left out.

    Of two that stand in the same bytes the first one named is read, and after ``TOTAL`` bytes no
    further one.
    """
    found: list[Signature] = []
    tried: set[tuple[int, int]] = set()
    left = TOTAL
    for match in islice(_RANGE.finditer(pdf), MOST):
        start, before, after, length = (int(number) for number in match.groups())
        if start != 0 or not before < after <= after + length <= len(pdf):
            continue
        size = after - before
        if size > min(LARGEST, left) or (before, after) in tried:
            continue
        if any(before < one.after and one.before < after for one in found):
            continue
        tried.add((before, after))
        left -= size
        one = _read(pdf, before, after, after + length)
        if one is not None:
            found.append(one)
    return sorted(found, key=lambda one: one.before)


def told_at(token: cms.SignedData) -> tsp.TSTInfo | None:
    """What a time stamp says; None where it is none."""
    content = token["encap_content_info"]["content"].parsed
    return content if isinstance(content, tsp.TSTInfo) else None


def _read(pdf: bytes, before: int, after: int, end: int) -> Signature | None:
    written = _HEX.fullmatch(pdf, before, after)
    if written is None:
        return None
    raw = bytes.fromhex(written[1].decode("ascii"))
    if not _has_the_form(raw):
        return None
    try:
        info = cms.ContentInfo.load(raw)
        if info["content_type"].native != "signed_data":
            return None
        size, signed = len(info.dump()), info["content"]
        # Read once through: what is broken inside shows now and not where it is used.
        _ = signed["signer_infos"].native, signed["certificates"].native
        if len(signed["signer_infos"]) != 1:
            return None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None
    return Signature(before, after, end, pdf, signed, not raw[size:].strip(b"\0"))


def _has_the_form(raw: bytes) -> bool:
    """Whether it is signed data of so few parts, and names so short, that it may be taken apart."""
    if _SIGNED_DATA.match(raw) is None or _LONG_ARC.search(raw) is not None:
        return False
    try:
        _, start, length = _header(raw, 0)
        # Of no stated length: to the last byte that is not of the room left beside it.
        end = len(raw.rstrip(b"\0")) if length is None else start + length
        at = start
        for _ in range(PARTS):
            if at >= end:
                return end <= len(raw)
            tag, start, length = _header(raw, at)
            if tag == _OBJECT_IDENTIFIER and (length is None or length > LONGEST_NAME):
                return False
            at = start if tag & _CONSTRUCTED or length is None else start + length
    except (ValueError, IndexError):
        pass
    return False


def _header(raw: bytes, at: int) -> tuple[int, int, int | None]:
    """The tag of a part, where its content begins, and its length; None where that is not stated.

    Raises IndexError past the end, ValueError on what no signature has: a tag of several bytes, a
    length of 16 MB.
    """
    tag, first = raw[at], raw[at + 1]
    if tag & _MULTIPLE == _MULTIPLE or first > 0x83:
        raise ValueError
    if first <= 0x80:
        return tag, at + 2, None if first == 0x80 else first
    start = at + 2 + (first & 0x7F)
    return tag, start, int.from_bytes(raw[at + 2 : start], "big")
