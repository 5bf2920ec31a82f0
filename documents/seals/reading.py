"""The signatures of a PDF, read from its bytes alone.

A file may come from anybody. Nothing is unpacked here and no object is followed: a signature says
in clear between which bytes it stands, and the rest is one hash. So no file, however it is made,
costs more than its own size, and what is not between those bytes is covered by the hash.
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
MOST = 64
"""How many signatures are looked at: ours is the first, and each year or so adds a stamp."""
LARGEST = 1 << 18
"""The longest signature that is looked into, in bytes as written: 30 times ours."""


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
    """The signatures of a file, the first one first; what only looks like one is left out."""
    found = []
    for match in islice(_RANGE.finditer(pdf), MOST):
        start, before, after, length = (int(number) for number in match.groups())
        if start == 0 and before < after <= after + length <= len(pdf):
            one = _read(pdf, before, after, after + length)
            if one is not None:
                found.append(one)
    return sorted(found, key=lambda one: one.before)


def told_at(token: cms.SignedData) -> tsp.TSTInfo | None:
    """What a time stamp says; None where it is none."""
    content = token["encap_content_info"]["content"].parsed
    return content if isinstance(content, tsp.TSTInfo) else None


def _read(pdf: bytes, before: int, after: int, end: int) -> Signature | None:
    if after - before > LARGEST:
        return None
    written = _HEX.fullmatch(pdf, before, after)
    if written is None:
        return None
    raw = bytes.fromhex(written[1].decode("ascii"))
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
