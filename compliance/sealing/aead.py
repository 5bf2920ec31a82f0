"""Sealing bytes with AES-256-GCM so that they open only where they were put.

A sealed value describes itself:

    version (1 byte, 1) | length of the key id (1 byte) | key id | nonce (12 bytes) | ciphertext

The header and the caller's context (for a database field `table.column:primary key`) are
authenticated with the ciphertext: a value moved to another row, column or key id does not open.

Nonces are random: one key must not seal more than about 2**32 values (NIST SP 800-38D, 8.3), far
above what a portal writes between two rotations.
"""

import os

from cryptography.exceptions import InvalidTag

from compliance.sealing.keyring import KeyRing

VERSION = 1
_NONCE_BYTES = 12
_TAG_BYTES = 16


class SealBroken(Exception):  # noqa: N818 - it says what happened, as Django's DoesNotExist
    """The sealed value cannot be opened; the sentence says why, and never shows the value."""


def header(key_id: str) -> bytes:
    """The bytes that begin every value sealed under this key."""
    encoded = key_id.encode("ascii")
    return bytes((VERSION, len(encoded))) + encoded


def seal(plaintext: bytes, *, ring: KeyRing, context: bytes) -> bytes:
    """Seal `plaintext` under the active key of `ring`, bound to `context`."""
    head = header(ring.active_id)
    cipher = ring.cipher(ring.active_id)
    assert cipher is not None, "KeyRing guarantees that it holds its active key"
    nonce = os.urandom(_NONCE_BYTES)
    return head + nonce + cipher.encrypt(nonce, plaintext, head + context)


def key_id_of(sealed: bytes) -> str:
    """The id of the key that sealed this value; raises SealBroken when it has no whole header."""
    if len(sealed) < 2:
        raise SealBroken("The sealed value is cut short: it has no header.")
    if sealed[0] != VERSION:
        raise SealBroken(
            f"The sealed value says version {sealed[0]}; this software knows version {VERSION}. "
            "It is damaged, or was written by newer software."
        )
    end = 2 + sealed[1]
    if sealed[1] == 0 or len(sealed) < end + _NONCE_BYTES + _TAG_BYTES:
        raise SealBroken("The sealed value is cut short: something is missing at its end.")
    try:
        return sealed[2:end].decode("ascii")
    except UnicodeDecodeError:
        raise SealBroken("The sealed value names its key in unreadable characters.") from None


def open_sealed(sealed: bytes, *, ring: KeyRing, context: bytes) -> bytes:
    """Return the plaintext of `sealed`; raises SealBroken unless everything is as it was sealed."""
    key_id = key_id_of(sealed)
    cipher = ring.cipher(key_id)
    if cipher is None:
        raise SealBroken(
            f"The value was sealed under the key {key_id!r}, which the key ring does not hold "
            f"(it holds {', '.join(sorted(ring.key_ids))}). Put the retired key back, or finish "
            "the rotation before retiring a key."
        )
    end = 2 + sealed[1]
    nonce, ciphertext = sealed[end : end + _NONCE_BYTES], sealed[end + _NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, ciphertext, sealed[:end] + context)
    except InvalidTag:
        raise SealBroken(
            f"The value sealed under the key {key_id!r} does not open for "
            f"{context.decode('utf-8', 'replace')!r}: it was altered, moved from another row or "
            "column, or sealed with another key of the same name."
        ) from None
