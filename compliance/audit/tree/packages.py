"""Packages of files for people: each file's digest is listed, and the list is signed.

`files.json` holds the SHA-256 of every other file and `seal.note` the portal's signature over it,
so that `verify_audit.py` names the file that is missing, added or another one. A package goes into
a ZIP or a folder alike. Its clock is the instant it is given: the same files make the same bytes.
"""

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol

from compliance.audit.tree.keys import signer, verifier_keys

VERSION = 1
_PACKED = (".pdf", ".zip", ".xlsx")
"""Files that are packed already: packing them again costs time and gives nothing."""
_PIECE = 1 << 20


class NothingSigned(RuntimeError):  # noqa: N818 - it says what is the case
    """No checkpoint was signed yet, so that nothing could be proven: run `manage.py audit chain`,
    with a signing key set."""


class TrailDamaged(RuntimeError):  # noqa: N818 - it says what was found
    """The trail is not what was chained or signed: nothing that rests on it is sealed. Run
    `manage.py audit verify`."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What some files of a package show, to follow "it can be shown" in French and English."""

    fr: str
    en: str
    files: tuple[str, ...]


class Sink(Protocol):
    """Where the files of a package go."""

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Put a file there, once under each name."""


class ZipSink:
    """Into a ZIP, which may be a stream that is sent as it is written."""

    def __init__(self, archive: zipfile.ZipFile, at: datetime) -> None:
        self.archive, self.at = archive, at

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """As Sink."""
        with self.archive.open(member(name, self.at), "w", force_zip64=True) as target:
            for piece in pieces:
                target.write(piece)


class FolderSink:
    """Into a folder that is there; for its owner alone, since packages hold personal data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """As Sink; raises OSError."""
        target = self.folder / name
        for parent in reversed(target.relative_to(self.folder).parents):
            (self.folder / parent).mkdir(mode=0o700, exist_ok=True)
        target.touch(mode=0o600, exist_ok=False)
        with target.open("wb") as file:
            for piece in pieces:
                file.write(piece)


@dataclass(slots=True)
class Package:
    """A package that is being written, with the digest of each file that it was given."""

    sink: Sink
    kind: str
    """As `verify_audit.py` knows it."""
    form: str
    at: datetime
    digests: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, data: bytes | str) -> None:
        """Add a file that is held in memory."""
        self._write(name, [data.encode() if isinstance(data, str) else data])

    def copy(self, name: str, file: IO[bytes]) -> None:
        """Add a file of any size, read from where it stands to its end."""
        self._write(name, iter(lambda: file.read(_PIECE), b""))

    def _write(self, name: str, pieces: Iterable[bytes]) -> None:
        if name in self.digests:
            raise ValueError(f"A package has one file {name!r}, not two.")
        digest = hashlib.sha256()

        def counted() -> Iterable[bytes]:
            for piece in pieces:
                digest.update(piece)
                yield piece

        self.sink.write(name, counted())
        self.digests[name] = digest.hexdigest()

    def close(self, *, claims: Sequence[Claim] = (), **told: Any) -> str:
        """Add the manifest, list every file and sign the list; returns the digest of the list.

        `told` is what else the manifest says. Raises NothingSigned where no key signs.
        """
        key = signer()
        if key is None:
            raise NothingSigned("No key signs the audit trail, so that nothing can be sealed.")
        manifest = {
            "form": self.form,
            "version": VERSION,
            "kind": self.kind,
            "origin": key.verifier.name,
            "size": 0,
            "keys": [one.text for one in verifier_keys()],
            "made_at": self.at.isoformat(),
            **told,
        }
        if claims:
            manifest["claims"] = [
                {"fr": one.fr, "en": one.en, "files": list(one.files)} for one in claims
            ]
        self.add("manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False))
        listed = json.dumps(self.digests, indent=0, sort_keys=True).encode()
        digest = hashlib.sha256(listed).digest()
        note = f"{key.verifier.name}\n{self.form}\n{base64.b64encode(digest).decode()}\n"
        self.sink.write("files.json", [listed])
        self.sink.write("seal.note", [key.sign(note).encode()])
        return digest.hex()


def member(name: str, at: datetime) -> zipfile.ZipInfo:
    """A file of a ZIP, dated by the instant it is given and never by the clock."""
    info = zipfile.ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
