"""A time-stamp authority of the tests' own: its root, its list of revoked certificates, its clock.

It listens on this machine, so what is tested goes the whole way. The one RSA key of a session
serves every authority: making it is the slow part.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
USAGE = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


@lru_cache(maxsize=1)
def rsa_key() -> rsa.RSAPrivateKey:
    """The key of every authority's stamps."""
    return rsa.generate_private_key(65537, 2048)


def name(text: str) -> x509.Name:
    """A name that is a common name alone."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Stamper:
    """An authority whose stamps can be checked for `years` from `since`; `now` is its clock."""

    def __init__(self, since: datetime, *, years: float, title: str = "Autorité d’essai") -> None:
        self.since, self.until = since - DAY, since + years * YEAR
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.instead: bytes | None = None
        """What it answers instead, where a test wants nonsense."""
        self.asked = 0
        self.lists_asked = 0
        self.revoked: tuple[datetime, ...] = ()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._certificate(name(title), self.key.public_key(), 30, root=True)
        self.address = ""
        self._leaf: x509.Certificate | None = None

    @property
    def leaf(self) -> x509.Certificate:
        """The certificate of its stamps; made when first wanted, since it names an address."""
        if self._leaf is None:
            title = name("Horodatage d’essai")
            self._leaf = self._certificate(title, rsa_key().public_key(), 0, root=False)
        return self._leaf

    def list_of_revoked(self) -> bytes:
        """Its list as of now, DER."""
        now = self.now()
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(now - timedelta(hours=1))
            .next_update(now + 7 * DAY)
        )
        for since in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(self.leaf.serial_number)
            reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
            entry = entry.revocation_date(since).add_extension(reason, critical=False)
            made = made.add_revoked_certificate(entry.build())
        return made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def answer(self, query: bytes) -> bytes:
        """What it answers to a query."""
        self.asked += 1
        if self.instead is not None:
            return self.instead
        private = rsa_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        stamper = DummyTimeStamper(
            asn1.Certificate.load(self.leaf.public_bytes(Encoding.DER)),
            keys.PrivateKeyInfo.load(private),
            fixed_dt=self.now().replace(microsecond=0),
        )
        answer: bytes = stamper.request_tsa_response(tsp.TimeStampReq.load(query)).dump()
        return answer

    @contextmanager
    def answering_as(self, other: "Stamper") -> Iterator[None]:
        """For a while another answers at this one's address."""
        self.answer = other.answer  # type: ignore[method-assign]
        try:
            yield
        finally:
            del self.answer

    def trusted_in(self, folder: Path) -> None:
        """Put its root into a folder of keys."""
        place = folder / "authorities"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{self.root.serial_number:x}.pem").write_bytes(
            self.root.public_bytes(Encoding.PEM)
        )

    def _certificate(
        self, subject: x509.Name, public: Any, years: float, *, root: bool
    ) -> x509.Certificate:
        usage = x509.KeyUsage(
            **USAGE
            | ({"key_cert_sign": True, "crl_sign": True} if root else {"digital_signature": True})
        )
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if root else self.root.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.since)
            .not_valid_after(self.since + years * YEAR if root else self.until)
            .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        if not root:
            stamps = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            point = x509.DistributionPoint(
                [x509.UniformResourceIdentifier(f"{self.address}list.crl")], None, None, None
            )
            made = made.add_extension(stamps, critical=True).add_extension(
                x509.CRLDistributionPoints([point]), critical=False
            )
        return made.sign(self.key, hashes.SHA256())


@contextmanager
def listening(stamper: Stamper) -> Iterator[Stamper]:
    """The authority at its address, until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.answer(stamper.answer(self.rfile.read(int(self.headers["Content-Length"]))))

        def do_GET(self) -> None:
            stamper.lists_asked += 1
            self.answer(stamper.list_of_revoked())

        def answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.daemon = True
    thread.start()
    stamper.address = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield stamper
    finally:
        server.shutdown()
        server.server_close()
