"""Three judges of a sealed file that share nothing with our verifier: pyHanko, openssl, poppler.

Each answers whether it takes the file as good: sealed by a believed certificate, stamped by a
believed authority where it is stamped, and covered to its end. What a judge does not look at is
`BLIND`, by name and with the reason.
"""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from asn1crypto import pem, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from documents.seals.judging import BROKEN_FILE
from documents.seals.ring import Ring
from documents.seals.running import out_of_any_loop

_RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]")
BLIND: Mapping[tuple[str, str], str] = {
    ("gap filled", "pyhanko"): "reads a signature up to its end; what fills the room is no part",
    ("gap filled", "openssl"): "the same",
    ("gap of a stamp filled", "pyhanko"): "the same, in a time stamp",
    ("gap of a stamp filled", "openssl"): "the same, in a time stamp",
    ("digits in small letters", "pyhanko"): "the same bytes, written otherwise in hexadecimal",
    ("digits in small letters", "openssl"): "the same",
    ("digits in small letters", "pdfsig"): "the same",
    ("a byte of the stamp", "pdfsig"): "leaves time stamps over the document aside",
    ("page added and stamped", "openssl"): "is shown bytes, and not what they mean",
    ("page added and stamped", "pdfsig"): "leaves time stamps over the document aside",
    ("another stamp put in", "pdfsig"): "leaves time stamps over the document aside",
    ("stamped by a stranger", "pdfsig"): "leaves time stamps over the document aside",
    ("stamped in the future", "pyhanko"): "does not hold a stamp against the day of the check",
    ("stamped in the future", "openssl"): "does not hold a stamp against the day of the check",
    ("stamped in the future", "pdfsig"): "leaves time stamps aside",
    ("sealed by another key", "pdfsig"): "is not told which certificates are believed",
    ("sealed by a broken key", "pdfsig"): "is not told which certificates are believed",
}


@dataclass(frozen=True, slots=True)
class Judges:
    """The judges, with the certificates that they are to believe and the day of the check."""

    place: Path
    at: datetime
    sealers: tuple[bytes, ...]
    roots: tuple[bytes, ...]

    @classmethod
    def of(cls, ring: Ring, place: Path, at: datetime) -> "Judges":
        """Judges that believe what a ring believes, in a folder of their own."""
        sealers = [one.certificate for one in ring.known if one.broken is None]
        made = [one.public_bytes(Encoding.PEM) for one in sealers]
        roots = [one.certificate.public_bytes(Encoding.PEM) for one in ring.roots]
        place.mkdir(parents=True, exist_ok=True)
        (place / "sealers.pem").write_bytes(b"".join(made))
        (place / "roots.pem").write_bytes(b"".join(roots))
        return cls(place, at, tuple(made), tuple(roots))

    def pyhanko(self, pdf: bytes) -> bool:
        """The library by itself, by its own rules for what may be added after a signature."""
        # A test in a browser leaves a loop running in the thread of all later ones.
        return out_of_any_loop(lambda: self._pyhanko(pdf))

    def _pyhanko(self, pdf: bytes) -> bool:
        try:
            reader = PdfFileReader(BytesIO(pdf))
            made = reader.embedded_signatures
            seal = validate_pdf_signature(
                made[0], self._context(self.sealers), self._context(self.roots)
            )
            stamps = [validate_pdf_timestamp(one, self._context(self.roots)) for one in made[1:]]
        except BROKEN_FILE:
            return False
        grown = getattr(seal.modification_level, "value", ModificationLevel.OTHER.value)
        return (
            bool(seal.bottom_line)
            and grown <= ModificationLevel.LTA_UPDATES.value
            and all(one.valid and one.intact and one.trusted for one in stamps)
            and (stamps or [seal])[-1].coverage == SignatureCoverageLevel.ENTIRE_FILE
        )

    def openssl(self, pdf: bytes) -> bool:
        """The byte ranges cut out by hand, and each signature given to openssl."""
        ranges = [tuple(map(int, found.groups())) for found in _RANGE.finditer(pdf)]
        if not ranges or ranges[-1][2] + ranges[-1][3] != len(pdf):
            return False
        return all(self._by_openssl(pdf, *one) for one in sorted(ranges, key=lambda one: one[1]))

    def pdfsig(self, pdf: bytes) -> bool:
        """Poppler's own reading of the signatures."""
        path = self.place / "file.pdf"
        path.write_bytes(pdf)
        said = subprocess.run(
            ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False
        ).stdout
        parts = said.split("Signature #")[1:]
        seals = [one for one in parts if "ETSI.CAdES.detached" in one]
        covered = bool(parts) and "- Total document signed" in parts[-1]
        return covered and bool(seals) and all("Signature is Valid." in one for one in seals)

    def _by_openssl(self, pdf: bytes, start: int, before: int, after: int, length: int) -> bool:
        gap = pdf[before:after]
        if start or not (gap.startswith(b"<") and gap.endswith(b">")):
            return False
        try:
            der = bytes.fromhex(gap[1:-1].decode("ascii"))
        except ValueError:
            return False
        (self.place / "signature.der").write_bytes(der)
        (self.place / "covered").write_bytes(pdf[:before] + pdf[after : after + length])
        when = str(int(self.at.timestamp()))
        if b"/ETSI.RFC3161" in pdf[after : after + length]:
            return self._ask(
                "ts", "-verify", "-data", "covered", "-in", "signature.der", "-token_in",
                "-CAfile", "roots.pem", "-attime", when,
            )  # fmt: skip
        return self._ask(
            "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "signature.der",
            "-content", "covered", "-CAfile", "sealers.pem", "-purpose", "any", "-attime", when,
            "-out", "/dev/null",
        )  # fmt: skip

    def _ask(self, *arguments: str) -> bool:
        answer = subprocess.run(
            ["openssl", *arguments], cwd=self.place, capture_output=True, check=False
        )
        return answer.returncode == 0

    def _context(self, believed: tuple[bytes, ...]) -> ValidationContext:
        return ValidationContext(
            trust_roots=[_asn1(one) for one in believed], moment=self.at, allow_fetching=False
        )


def _asn1(believed: bytes) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(believed)[2])
