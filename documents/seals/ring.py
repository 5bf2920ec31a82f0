"""The keys of the seal and the certificates that check it: files in a folder outside the database.

`settings.COMPLIANCE["SEAL_FOLDER"]` names the folder:

    current.pem        the private key and its certificate, then its chain where it has one
    former/*.pem       certificates that sealed before, one a file; their keys are gone
    authorities/*.pem  the root certificates of the time-stamp authorities that are believed
    authorities/*.crl  their lists of revoked certificates (DER), where they are had on paper alone
    broken.txt         "<SHA-256 of a certificate> <instant>": not believed from that instant on

A seal is ours when one of these certificates made it, and by no other reason: whoever issued the
certificate is not asked, so that a seal still checks when that body is gone. The key is replaced by
one rename, so a crash leaves the old one or the new one, never half of either.
"""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

CURRENT, FORMER, AUTHORITIES, BROKEN = "current.pem", "former", "authorities", "broken.txt"
DEMONSTRATION = "Démonstration – Demonstration"
"""The organizational unit in a certificate that a demonstration makes for itself."""
YEARS = 5
"""How long a certificate that we make ourselves may seal. Its seals are good for longer where a
time stamp shows that they were made before."""


class RingError(ValueError):
    """The folder of keys, or something that was to be put in it, cannot be used; in words."""


@dataclass(frozen=True, slots=True)
class Known:
    """A certificate that made or makes our seals."""

    certificate: x509.Certificate
    current: bool = False
    broken: datetime | None = None
    """From when on its key is not ours alone any more."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, 64 hexadecimal digits."""
        return fingerprint(self.certificate)

    @property
    def holder(self) -> str:
        """Whose certificate it is, as it says itself."""
        return _named(self.certificate, NameOID.COMMON_NAME)

    @property
    def demonstration(self) -> bool:
        """Whether a demonstration made it: its seals prove nothing about a real portal."""
        return _named(self.certificate, NameOID.ORGANIZATIONAL_UNIT_NAME) == DEMONSTRATION


@dataclass(frozen=True, slots=True)
class Root:
    """The root of a time-stamp authority that is believed, and until when."""

    certificate: x509.Certificate
    broken: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """What the folder held when it was read. `key` is None where nothing seals here."""

    key: ec.EllipticCurvePrivateKey | None = None
    chain: tuple[x509.Certificate, ...] = ()
    """The current certificate and those above it."""
    known: tuple[Known, ...] = ()
    roots: tuple[Root, ...] = ()
    revoked: tuple[bytes, ...] = ()

    def named(self, fingerprint: str) -> Known | None:
        """The certificate of ours with that SHA-256; None for anybody else's."""
        return next((one for one in self.known if one.fingerprint == fingerprint), None)


def folder() -> Path | None:
    """The folder of this installation; None where none is set."""
    named = str(getattr(settings, "COMPLIANCE", {}).get("SEAL_FOLDER") or "")
    return Path(named) if named else None


def ring(*, at: datetime, with_key: bool = True) -> Ring:
    """The ring of this installation; an empty one where no folder is set.

    A demonstration without a key makes one, good from `at`, and says in its certificate what it is.
    Without ``with_key`` none is made and none is loaded: whoever verifies needs certificates alone.
    Raises ImproperlyConfigured, in words, when the folder cannot be used, OSError.
    """
    place = folder()
    if place is None:
        return Ring()
    ours = settings.COMPLIANCE
    try:
        if with_key and ours.get("DEMONSTRATION") and not (place / CURRENT).exists():
            made = new_key(str(ours.get("PORTAL", "")), at=at, demonstration=True)
            _put(place / CURRENT, made, replace=False)
        return read_ring(place, with_key=with_key)
    except RingError as error:
        raise ImproperlyConfigured(f'COMPLIANCE["SEAL_FOLDER"]: {error}') from error


def read_ring(place: Path, *, with_key: bool = True) -> Ring:
    """Read a folder of keys, or its certificates alone; raises RingError, OSError."""
    broken = _broken(place / BROKEN)
    key: ec.EllipticCurvePrivateKey | None = None
    chain: tuple[x509.Certificate, ...] = ()
    if (place / CURRENT).exists():
        if with_key:
            key, chain = _key_and_chain((place / CURRENT).read_bytes(), CURRENT)
        else:
            chain = tuple(_certificates(place / CURRENT))
    former = [one for path in _files(place / FORMER, "*.pem") for one in _certificates(path)]
    ours = {fingerprint(one): one for one in (*chain[:1], *former)}
    return Ring(
        key=key,
        chain=chain,
        known=tuple(
            Known(one, current=one in chain[:1], broken=broken.get(name))
            for name, one in ours.items()
        ),
        roots=tuple(
            Root(one, broken.get(fingerprint(one)))
            for path in _files(place / AUTHORITIES, "*.pem")
            for one in _certificates(path)
        ),
        revoked=tuple(path.read_bytes() for path in _files(place / AUTHORITIES, "*.crl")),
    )


def new_key(holder: str, *, at: datetime, demonstration: bool = False) -> bytes:
    """A new P-256 key and the certificate that it signs for itself, as one PEM.

    `holder` is the name on the certificate. A certificate of a public body is better evidence of
    who holds the key (`install`); until there is one, publish the fingerprint of this one.
    """
    if not holder.strip():
        raise RingError("Say whose seal it is: the name of the portal.")
    key = ec.generate_private_key(ec.SECP256R1())
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, holder.strip()[:64])]
    if demonstration:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, DEMONSTRATION))
    name = x509.Name(attributes)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)


def install(place: Path, pem: bytes) -> Known:
    """Make a key and its certificate the current ones; the certificate before stays for checking.

    Raises RingError where the key and the certificate do not belong together, OSError.
    """
    _, chain = _key_and_chain(pem, "the new key")
    present = place / CURRENT
    if present.exists():
        _, before = _key_and_chain(present.read_bytes(), CURRENT)
        kept = place / FORMER / f"{fingerprint(before[0])}.pem"
        _put(kept, before[0].public_bytes(Encoding.PEM), mode=0o644)
    _put(present, pem)
    return Known(chain[0], current=True)


def declare_broken(place: Path, name: str, *, since: datetime) -> None:
    """Write down that the key of a certificate is not believed from an instant on.

    `name` is the SHA-256 of a certificate of ours or of an authority's root. Raises RingError when
    the folder has none like it, OSError.
    """
    held = read_ring(place)
    names = {one.fingerprint for one in held.known}
    names |= {fingerprint(one.certificate) for one in held.roots}
    if name not in names:
        raise RingError(f"No certificate here has the fingerprint {name}.")
    path = place / BROKEN
    before = path.read_text(encoding="ascii") if path.exists() else ""
    _put(path, f"{before}{name} {since.isoformat()}\n".encode("ascii"), mode=0o644)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate, 64 hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _key_and_chain(
    pem: bytes, where: str
) -> tuple[ec.EllipticCurvePrivateKey, tuple[x509.Certificate, ...]]:
    try:
        key = load_pem_private_key(pem, password=None)
        chain = tuple(x509.load_pem_x509_certificates(pem))
    except (ValueError, TypeError):
        # What is wrong with the key is said without the key.
        raise RingError(f"{where} is not a private key followed by its certificate.") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise RingError(f"The key in {where} is not of the curve P-256.")
    if chain[0].public_key() != key.public_key():
        raise RingError(f"The first certificate in {where} is not that of its key.")
    return key, chain


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        raise RingError(f"{path.name} holds no certificate.") from None


def _broken(path: Path) -> dict[str, datetime]:
    """The earliest instant written down for each certificate."""
    found: dict[str, datetime] = {}
    lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    for line in filter(str.strip, lines):
        try:
            name, instant = line.split()
            since = datetime.fromisoformat(instant)
            found[name] = min(found.get(name, since), since)
        except (ValueError, TypeError):
            raise RingError(
                f"{BROKEN}: {line[:40]!r} is not a fingerprint and an instant with its offset."
            ) from None
        if since.tzinfo is None:
            raise RingError(f"{BROKEN}: the instant of {name[:16]} has no offset.")
    return found


def _files(place: Path, pattern: str) -> list[Path]:
    return sorted(place.glob(pattern)) if place.is_dir() else []


def _named(certificate: x509.Certificate, what: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(what)
    return str(found[0].value) if found else ""


def _put(path: Path, content: bytes, *, mode: int = 0o600, replace: bool = True) -> None:
    """The whole file or none, on the disk before this returns; of two that do not replace, the
    first stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
            _link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _link(draft: Path, path: Path) -> None:
    # Where another process was first, its key is the one to use.
    with suppress(FileExistsError):
        os.link(draft, path)
