"""Issued bytes in, sealed bytes out: a PAdES signature of the portal as an increment to the file.

The increment comes after the issued bytes and changes none of them, so the copy that is filed and
the copy that is sealed are one file, once without and once with its end.

**A field that nobody sees, and the two standards.** PDF/A-2 wants the flag Print on an annotation
and Hidden off (6.3.2) and asks no appearance of one without size (6.3.3). PDF/UA-1 wants a field in
a Form element and with a description, unless it lies outside the crop box (7.18.1, 7.18.4), and
/Tabs /S on its page (7.18.3). So the field has no size, lies far outside the page, is printed where
there is nothing to print, and has its description all the same. A Form element would satisfy both
too, but every reader's voice would then stop at a field that is not there. The pages carry /Tabs
already. The signature certifies the document: any later change but a time stamp is one that viewers
call forbidden. What describes the document (its XMP, its version, its dates) is left alone.
"""

import asyncio
import hashlib
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, TypeVar

from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.extensions import DeveloperExtension
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSigningSession, PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.seals.authority import Authority, Clock
from documents.seals.reading import Signature, signatures, told_at
from documents.seals.ring import Ring
from documents.seals.running import out_of_any_loop

FIELD = "PortalSeal"
STAMP_FIELD = "ArchiveStamp{}"
UNSEEN = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
BASIC, ARCHIVE = "B-B", "B-LTA"
_Made = TypeVar("_Made")


class NotSealed(RuntimeError):  # noqa: N818 - it says what happened
    """A document could not be sealed, or its seal not renewed; the message says why."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What sealing, or renewing, adds to a file, and what it comes to."""

    increment: bytes
    sha256: str
    """Of the whole file with the increment."""
    covered: str
    """SHA-256 of what the seal itself covers: what its maker signed."""
    level: str
    fingerprint: str
    sealed_at: datetime
    stamped_at: datetime | None
    stamp_ends: datetime | None
    time_uncertain: bool


class PortalSigner(signers.Signer):
    """The portal's key, loaded once; an HSM or a key service would stand here."""

    def __init__(self, ring: Ring) -> None:
        chain = [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in ring.chain]
        registry = SimpleCertificateStore()
        registry.register_multiple(chain[1:])
        super().__init__(signing_cert=chain[0], cert_registry=registry)
        assert ring.key is not None
        self.key = ring.key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """The signature of the key over some bytes."""
        assert digest_algorithm == "sha256"
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


class _Increment(IncrementalPdfFileWriter):
    """An increment that leaves alone what describes the document.

    Without this the library writes itself into the metadata, by the machine's clock, and declares
    PDF 2.0 for a curve: PDF/A-2 is built on PDF 1.7.
    """

    def _update_meta(self) -> None:
        """Nothing: a seal is no new version of the text."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Nothing: the version stays."""

    def register_extension(self, ext: DeveloperExtension) -> None:
        """Declare what is an extension of PDF 1.7; those of PDF 2.0 are not."""
        if ext.base_version != "/2.0":
            super().register_extension(ext)


class _SignerAt(signers.PdfSigner):
    """Signs by a clock that is handed in."""

    def __init__(self, at: datetime, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.at = at

    def init_signing_session(self, *arguments: Any, **named: Any) -> PdfSigningSession:
        session = super().init_signing_session(*arguments, **named)
        session.system_time = self.at
        return session


def seal(
    issued: bytes, *, ring: Ring, about: str, clock: Clock, authority: Authority | None = None
) -> Sealed:
    """Seal a document. `about` says in the signature, in clear, which one it is.

    With an authority: a time stamp over the signature, then one over the whole file with what
    checks both later (B-LTA). Without: B-B, and the time of the seal is the portal's own word.
    Raises NotSealed, NotStamped, OSError.
    """
    if ring.key is None:
        raise NotSealed("There is no key to seal with.")
    began = clock().astimezone(UTC)
    holder = next(one for one in ring.known if one.current)
    ends = ring.chain[0].not_valid_after_utc
    if not ring.chain[0].not_valid_before_utc <= began <= ends:
        raise NotSealed(f"The certificate of the seal was good until {ends:%Y-%m-%d}: replace it.")
    if authority is not None:
        authority.stamps.clear()
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        name=holder.holder,
        reason=about,
    )
    field = fields.SigFieldSpec(
        sig_field_name=FIELD,
        invis_sig_settings=UNSEEN,
        readable_field_name="Cachet du portail – Seal of the portal",
    )
    pdf_signer = _SignerAt(
        began, metadata, PortalSigner(ring), timestamper=authority, new_field_spec=field
    )
    signed = _run(pdf_signer.async_sign_pdf(_Increment(BytesIO(issued)))).getvalue()
    whole = signed if authority is None else _stamped(signed, authority)
    stamps = [] if authority is None else authority.stamps
    return Sealed(
        increment=whole[len(issued) :],
        sha256=hashlib.sha256(whole).hexdigest(),
        covered=signatures(whole)[0].digest,
        level=BASIC if authority is None else ARCHIVE,
        fingerprint=holder.fingerprint,
        sealed_at=began,
        stamped_at=stamps[0].told if stamps else None,
        stamp_ends=stamps[-1].ends if stamps else None,
        time_uncertain=any(not stamp.agrees for stamp in stamps),
    )


def renew(sealed: bytes, *, authority: Authority) -> Sealed:
    """A further time stamp over a sealed file, before the last one can be checked no longer; also
    the first one of a file that was sealed where no authority was configured.

    Raises NotSealed where our clock and the authority's disagree, NotStamped, OSError.
    """
    made = signatures(sealed)
    if not made:
        raise NotSealed("There is no seal to renew.")
    authority.stamps.clear()
    _run(_learn_the_last(made, authority))
    whole = _stamped(sealed, authority)
    stamp = authority.stamps[-1]
    if not stamp.agrees:
        raise NotSealed(
            f"The authority's clock shows {stamp.told.isoformat()}, ours {stamp.asked.isoformat()}."
        )
    return Sealed(
        increment=whole[len(sealed) :],
        sha256=hashlib.sha256(whole).hexdigest(),
        covered=made[0].digest,
        level=ARCHIVE,
        fingerprint=made[0].fingerprint,
        sealed_at=stamp.asked,
        stamped_at=stamp.told,
        stamp_ends=stamp.ends,
        time_uncertain=False,
    )


async def _learn_the_last(made: list[Signature], authority: Authority) -> None:
    """Gather what checks the newest stamp from now on: the lists of today say that it was not
    revoked when the next one was made."""
    last = made[-1]
    if last.is_stamp:
        await authority.learn(last.signed, bytes.fromhex(last.digest), moment=authority.clock())
    for one in made[:-1] if last.is_stamp else made:
        for token in (one.token,) if one.token is not None else ():
            said = told_at(token)
            assert said is not None
            digest = said["message_imprint"]["hashed_message"].native
            await authority.learn(token, digest, moment=said["gen_time"].native)


def _stamped(pdf: bytes, authority: Authority) -> bytes:
    """A file with one more increment: what checks it later, and a time stamp over all of it."""
    writer = _Increment(BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=list(authority.certificates.values()),
        crls=list(authority.lists.values()),
    )
    stamper = PdfTimeStamper(
        authority,
        field_name=STAMP_FIELD.format(len(signatures(pdf))),
        invis_settings=UNSEEN,
        readable_field_name="Horodatage – Time stamp",
    )
    stamped: BytesIO = _run(stamper.async_timestamp_pdf(writer, "sha256"))
    return stamped.getvalue()


def _run(work: Coroutine[Any, Any, _Made]) -> _Made:
    return out_of_any_loop(lambda: asyncio.run(work))
