"""The time-stamp authority as pyHanko asks it, through the audit trail's own way to it.

A token is believed when it is over what was asked, and its certificate leads to a root of the ring.
What a checker will need years later is gathered at once: the certificates and their lists of
revoked ones. Lists are fetched where the certificates say; answers of OCSP are not used.
"""

import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from asn1crypto import cms, crl, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate, load_der_x509_crl
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import dummy_digest
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from compliance.audit.tree.timestamps import NotStamped, answer_to, fetched
from documents.seals.ring import Ring, Root

TOLERANCE = timedelta(seconds=5)
"""How far the portal's clock may be from the authority's before a time is marked uncertain."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Stamp:
    """One time stamp: the authority's instant, ours before and after, and when it can be checked
    no longer."""

    told: datetime
    asked: datetime
    answered: datetime
    ends: datetime
    by: str

    @property
    def agrees(self) -> bool:
        """Whether our clock, which may not have gone back meanwhile, tells the same instant."""
        return self.asked <= self.answered and (
            self.asked - TOLERANCE <= self.told <= self.answered + TOLERANCE
        )


class Authority(TimeStamper):
    """Stamps of the configured authority, and what is needed to check them later.

    Kept for a whole run: the size of an answer and the lists are asked for once. Raises NotStamped
    and OSError where pyHanko asks it.
    """

    def __init__(self, ring: Ring, clock: Clock) -> None:
        super().__init__()
        self.ring = ring
        self.clock = clock
        self.stamps: list[Stamp] = []
        self.certificates: dict[bytes, asn1.Certificate] = {}
        self.lists: dict[str, crl.CertificateList] = {
            str(number): crl.CertificateList.load(one) for number, one in enumerate(ring.revoked)
        }

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """What the authority answers."""
        return tsp.TimeStampResp.load(answer_to(req.dump()))

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A token over a digest, checked; every one but a trial is kept in `stamps`."""
        asked = self.clock()
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            signed = token["content"]
            told = signed["encap_content_info"]["content"].parsed["gen_time"].native
        # The library reads parts of an answer before it knows what it is.
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise NotStamped(
                "The authority's answer is no time stamp of what was asked."
            ) from error
        answered = self.clock()
        leaf = await self.learn(signed, message_digest, moment=told)
        if message_digest != dummy_digest(md_algorithm):
            ends = leaf.not_valid_after
            self.stamps.append(Stamp(told, asked, answered, ends, leaf.subject.human_friendly))
        return token

    async def learn(
        self, signed: cms.SignedData, digest: bytes, *, moment: datetime
    ) -> asn1.Certificate:
        """Check a token over a digest as of a moment, and gather what checks it later; returns the
        certificate that signed it. Raises NotStamped."""
        path = await self._path(signed, digest, moment)
        for one in path:
            self.certificates[one.sha256] = one
            for address in _lists_of(one):
                if address not in self.lists:
                    body = fetched(urllib.request.Request(address))
                    self.lists[address] = crl.CertificateList.load(body)
        # Once more, with the lists: a certificate that was revoked stamps nothing of ours.
        await self._path(signed, digest, moment)
        return path[-1]

    async def _path(
        self, signed: cms.SignedData, digest: bytes, moment: datetime
    ) -> list[asn1.Certificate]:
        context = context_at(moment, self.ring.roots, embedded_in(signed))
        try:
            found = await validate_tst_signed_data(signed, context, lambda algorithm: digest)
        except (SignatureValidationError, SigningError, ValueError) as error:
            raise NotStamped(f"The authority's time stamp cannot be read: {error}") from error
        if not (found["intact"] and found["valid"]):
            raise NotStamped("The authority stamped something else than it was asked to.")
        path = path_of(found)
        if not path or revoked(path, self.lists.values(), moment):
            raise NotStamped(
                "The certificate of the authority does not lead to one in the folder "
                "`authorities`, or was revoked."
            )
        return path


def context_at(
    moment: datetime, roots: Iterable[Root], certificates: Iterable[asn1.Certificate]
) -> ValidationContext:
    """How the certificate of an authority is judged as of a moment: by the roots believed then,
    without the network and without lists, which `revoked` looks at."""
    believed = [
        asn1.Certificate.load(root.certificate.public_bytes(Encoding.DER))
        for root in roots
        if root.broken is None or moment < root.broken
    ]
    return ValidationContext(
        trust_roots=believed,
        other_certs=list(certificates),
        moment=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def path_of(found: dict[str, Any]) -> list[asn1.Certificate]:
    """The way from a believed root to the certificate of a stamp; empty where there is none."""
    if found["validation_path"] is None or found["trust_problem_indic"] is not None:
        return []
    return [one for one in found["validation_path"] if isinstance(one, asn1.Certificate)]


def revoked(
    path: list[asn1.Certificate], lists: Iterable[crl.CertificateList], moment: datetime
) -> bool:
    """Whether a list, signed by the one above it, says that a certificate was revoked by a moment.

    A list that has become old still counts for what it says, and none is no fault: whoever checks
    offline in eight years has the lists of the day on which the next stamp was made.
    """
    told = [load_der_x509_crl(one.dump()) for one in lists]
    for above, below in pairwise(path):
        key = load_der_x509_certificate(above.dump()).public_key()
        for one in told:
            entry = one.get_revoked_certificate_by_serial_number(below.serial_number)
            # The signature last, because most lists are of others, and it takes time.
            if (
                entry is not None
                and entry.revocation_date_utc <= moment
                and one.is_signature_valid(key)  # type: ignore[arg-type]
            ):
                return True
    return False


def embedded_in(signed: cms.SignedData) -> list[asn1.Certificate]:
    """The certificates that a token brings along."""
    return [
        one.chosen for one in signed["certificates"] if isinstance(one.chosen, asn1.Certificate)
    ]


def _lists_of(certificate: asn1.Certificate) -> Iterator[str]:
    for point in certificate.crl_distribution_points:
        if point.url is not None:
            yield point.url
