"""The keys that personal data is sealed with, and the separate key of the blind indexes.

A ring is written as text, one entry a line (or separated by `;`), `#` starting a remark:

    active = k2026
    k2025 = <32 bytes in hexadecimal or base64>
    k2026 = <32 bytes in hexadecimal or base64>
    index = <32 bytes in hexadecimal or base64>

New values are sealed under the active key; every key of the ring can still open what it sealed.
The index key stands apart on purpose: rotating the data keys must not change the blind indexes,
and whoever holds the indexes alone must not be able to open anything.

Key bytes never appear in a repr, in an error or in a pickle.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_RESERVED = frozenset({"active", "index"})
_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")


class KeyRingError(ValueError):
    """The key ring cannot be used; the sentence says which entry and what to do."""


class KeyRing:
    """Data keys by id, the id of the active one, and the index key. Immutable, never printed."""

    __slots__ = ("_active_id", "_ciphers", "_index_key")

    def __init__(self, *, keys: Mapping[str, bytes], active_id: str, index_key: bytes) -> None:
        """Build a ring from raw keys of 32 bytes each; raises KeyRingError in words."""
        if active_id not in keys:
            raise KeyRingError(
                f"The active key {active_id!r} is not in the key ring, which holds: "
                f"{', '.join(sorted(keys)) or 'no key at all'}."
            )
        for key_id, key in keys.items():
            _check_id(key_id)
            _check_key(key_id, key)
        _check_key("index", index_key)
        everything = [*keys.values(), index_key]
        if len(set(everything)) != len(everything):
            raise KeyRingError(
                "Two entries of the key ring hold the same key. Every data key and the index key "
                "must differ, or retiring one retires nothing."
            )
        self._active_id = active_id
        # AESGCM objects are made once per key: making one per call costs as much as sealing.
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._index_key = bytes(index_key)

    @classmethod
    def from_spec(cls, text: str) -> "KeyRing":
        """Read a ring from its text form (see the module); raises KeyRingError in words."""
        entries: dict[str, str] = {}
        without_remarks = "\n".join(line.split("#", 1)[0] for line in text.splitlines())
        for entry in re.split(r"[\n;]", without_remarks):
            if not entry.strip():
                continue
            name, sign, value = (part.strip() for part in entry.partition("="))
            if not sign or not value:
                # The line itself is not shown: it may be a key whose name was forgotten.
                raise KeyRingError(
                    "An entry of the key ring is not written as `name = value`. "
                    "Write `active = ID`, `index = KEY` and one `ID = KEY` for each data key."
                )
            if name in entries:
                raise KeyRingError(f"The key ring names {_shown(name)} twice; keep one of them.")
            entries[name] = value
        for needed in ("active", "index"):
            if needed not in entries:
                raise KeyRingError(f"The key ring has no `{needed} = ...` entry.")
        active_id = entries.pop("active")
        index_key = _decode("index", entries.pop("index"))
        for name in entries:
            _check_id(name)
        if not _KEY_ID.fullmatch(active_id):
            # It may be a key pasted in the wrong place, so it is not repeated here.
            raise KeyRingError("The `active` entry of the key ring must be the id of a data key.")
        keys = {name: _decode(name, value) for name, value in entries.items()}
        return cls(keys=keys, active_id=active_id, index_key=index_key)

    @classmethod
    def from_file(cls, path: Path) -> "KeyRing":
        """Read a ring from a text file; raises KeyRingError when it cannot be read."""
        try:
            text = path.read_text(encoding="ascii")
        except OSError as error:
            raise KeyRingError(
                f"The key ring file {path} cannot be read: {error.strerror}."
            ) from error
        except UnicodeDecodeError as error:
            raise KeyRingError(
                f"The key ring file {path} is not plain text; it must hold lines `name = value`."
            ) from error
        return cls.from_spec(text)

    @property
    def active_id(self) -> str:
        """The id of the key that seals new values."""
        return self._active_id

    @property
    def key_ids(self) -> frozenset[str]:
        """The ids of all keys that can open what they sealed."""
        return frozenset(self._ciphers)

    @property
    def index_key(self) -> bytes:
        """The key of the blind indexes, for `compliance.sealing.index` only."""
        return self._index_key

    def cipher(self, key_id: str) -> AESGCM | None:
        """The cipher of a key, or None when the ring does not hold it."""
        return self._ciphers.get(key_id)

    def __repr__(self) -> str:
        return f"<KeyRing of {', '.join(sorted(self._ciphers))}; active {self._active_id}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A key ring is never pickled: its keys must not leave the process.")


def generate_spec(key_id: str) -> str:
    """Return the text of a new ring with one random data key, active, and a random index key."""
    _check_id(key_id)
    return (
        f"active = {key_id}\n"
        f"{key_id} = {secrets.token_hex(KEY_BYTES)}\n"
        f"index = {secrets.token_hex(KEY_BYTES)}\n"
    )


def _check_id(key_id: str) -> None:
    if key_id in _RESERVED or not _KEY_ID.fullmatch(key_id):
        raise KeyRingError(
            f"{_shown(key_id)} cannot name a data key: an id is 1 to 32 of a-z, 0-9, - and _, "
            "begins with a letter or a digit, and is neither `active` nor `index`."
        )


def _check_key(name: str, key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise KeyRingError(f"The key {name!r} is {len(key)} bytes long; it must be {KEY_BYTES}.")
    if len(set(key)) == 1:
        raise KeyRingError(f"The key {name!r} is one byte repeated; make a random one.")


def _decode(name: str, value: str) -> bytes:
    if _HEX_KEY.fullmatch(value):
        return bytes.fromhex(value)
    standard = value.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        # `from None`: the cause would quote nothing useful, and must never quote the value.
        raise KeyRingError(
            f"The key {name!r} is neither hexadecimal nor base64 of {KEY_BYTES} bytes."
        ) from None


def _shown(name: str) -> str:
    """A name as it may be shown: a long one may be a key in the wrong place, so it is cut."""
    return repr(name) if len(name) <= 32 else f"{name[:4]!r}... ({len(name)} characters)"
