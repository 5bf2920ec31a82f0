"""Signed notes and checkpoints in the C2SP forms: plain text that any implementation can check.

A note is text, a blank line, and signature lines (c2sp.org/signed-note). A checkpoint is a note of
three lines: the origin, the number of leaves, the root in base64 (c2sp.org/tlog-checkpoint).
Signatures are Ed25519; the byte that names the algorithm stands in each key, so that another one
may follow without a new form.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

ED25519 = 1
SEED_BYTES = 32
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
_DASH = "\u2014"
_NAME = re.compile(r"[^\s+]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MOST_SIGNATURES = 64


class NoteError(ValueError):
    """The text is no signed note, checkpoint or key that we understand; the sentence says why."""


class UnsignedError(NoteError):
    """No signature of a known key: the text must not be believed."""


class ForgedError(NoteError):
    """A signature of a known key does not hold over this text: one of them was altered."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key by its name, written `name+keyid+base64`."""

    name: str
    public: bytes
    """The 32 bytes of the Ed25519 public key."""

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        material = self.name.encode() + b"\n" + bytes([ED25519]) + self.public
        return hashlib.sha256(material).digest()[:4]

    @property
    def text(self) -> str:
        """The key on one line, as it is handed to whoever checks."""
        encoded = base64.b64encode(bytes([ED25519]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """The key of one line; raises NoteError."""
        name, found, rest = text.strip().partition("+")
        hexed, again, encoded = rest.partition("+")
        material = _unbase64(encoded)
        if not (found and again and _is_name(name)) or material is None:
            raise NoteError("This is not a verifier key of the form name+id+base64.")
        if len(material) != SEED_BYTES + 1 or material[0] != ED25519:
            raise NoteError("The key is not an Ed25519 key; this version knows no other.")
        key = cls(name, material[1:])
        if key.key_id.hex() != hexed.lower():
            raise NoteError("The id of the key is not that of its bytes.")
        return key

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether the signature over the text is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, UnicodeEncodeError):
            return False
        return True


class Signer:
    """A private key by its name. Its bytes never appear in a repr."""

    __slots__ = ("_key", "verifier")

    def __init__(self, name: str, seed: bytes) -> None:
        """From the 32 bytes of the private key; raises NoteError."""
        if not _is_name(name):
            raise NoteError("The name of a signing key has neither spaces nor a plus sign.")
        if len(seed) != SEED_BYTES:
            raise NoteError(f"A signing key has {SEED_BYTES} bytes, not {len(seed)}.")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = VerifierKey(name, self._key.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"<signer {self.verifier.name}>"

    def sign(self, text: str) -> str:
        """The signed note of a text that ends in a newline."""
        signature = self.verifier.key_id + self._key.sign(text.encode())
        encoded = base64.b64encode(signature).decode()
        return f"{text}\n{_DASH} {self.verifier.name} {encoded}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its name, its number of leaves, and their root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def opened(note: str, keys: Iterable[VerifierKey]) -> str:
    """The text of a note that one of `keys` signed.

    Signatures of unknown keys are passed over; one of a known key that does not hold refuses the
    whole note. Raises NoteError, UnsignedError, ForgedError.
    """
    text, signatures = _parted(note)
    known = {(key.name, key.key_id): key for key in keys}
    signed = False
    for name, key_id, signature in signatures:
        key = known.get((name, key_id))
        if key is None:
            continue
        if not key.verifies(text, signature):
            raise ForgedError(f"The signature of {name} does not hold over this text.")
        signed = True
    if not signed:
        raise UnsignedError("No known key signed this text.")
    return text


def read_checkpoint(note: str, keys: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint of a note that one of `keys` signed; raises what `opened` does."""
    lines = opened(note, keys).split("\n")
    if len(lines) != 4 or lines[3]:
        raise NoteError("A checkpoint has three lines: origin, size and root.")
    origin, size, encoded, _ = lines
    root = _unbase64(encoded)
    if not origin or not _SIZE.fullmatch(size) or root is None or len(root) != 32:
        raise NoteError("The size or the root of the checkpoint is malformed.")
    return Checkpoint(origin, int(size), root)


def write_proof(index: int, path: Sequence[bytes], checkpoint_note: str) -> str:
    """An inclusion proof as one text (c2sp.org/tlog-proof): index, path, signed checkpoint."""
    lines = [PROOF_HEADER, f"index {index}", *(base64.b64encode(one).decode() for one in path)]
    return "\n".join(lines) + "\n\n" + checkpoint_note


def _parted(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    if _CONTROL.search(note):
        raise NoteError("A note has no control characters.")
    text, found, rest = note.rpartition("\n\n")
    lines = rest.split("\n")
    if not found or lines[-1] or not lines[:-1] or len(lines) > _MOST_SIGNATURES:
        raise NoteError("This is not a signed note: text, a blank line, signatures.")
    return text + "\n", [_signature(line) for line in lines[:-1]]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != _DASH or not _is_name(parts[1]):
        raise NoteError("A signature line of the note is malformed.")
    material = _unbase64(parts[2])
    if material is None or len(material) < 5:
        raise NoteError("A signature of the note is malformed.")
    return parts[1], material[:4], material[4:]


def _is_name(text: str) -> bool:
    """Whether a key may be called so: no space, no plus sign, no half of a surrogate pair."""
    return _NAME.fullmatch(text) is not None and not _SURROGATE.search(text)


def _unbase64(text: str) -> bytes | None:
    """The bytes of standard base64 in its one form, or None.

    Python passes over bits that no byte needs: the last character of a signature could be changed
    and nobody would see it.
    """
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if base64.b64encode(found).decode() == text else None
