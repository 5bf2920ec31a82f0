"""Closing books as a folder with its ZIP beside it, and as an answer that is sent as it is made."""

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from compliance.accounts.roles import SYSTEM
from compliance.audit.tree.packages import FolderSink, Package, Sink, ZipSink
from equity.book.writing import FORM, KIND, Book, Step, prepared, signed
from equity.evidence.writing import Proof
from equity.models import Offering
from equity.services.evidence import hand_over_book


class BothSinks:
    """Into two places at once, without a second reading."""

    def __init__(self, first: Sink, second: Sink) -> None:
        self.first, self.second = first, second

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """As Sink."""
        held = list(pieces)
        self.first.write(name, held)
        self.second.write(name, held)


def book_of(offering: Offering, sink: Sink, proof: Proof, *, issuer: bool) -> Book:
    """A book to be written into a sink, dated by the checkpoint that it is proven under."""
    package = Package(sink, KIND, FORM, proof.last.signed_at)
    return Book(offering, package, proof, issuer)


def write_book(folder: Path, offering: Offering, *, at: datetime, issuer: bool) -> Iterator[Step]:
    """Write the folder and, beside it, the ZIP of the same files, for their owner alone; whole, or
    not at all. That they were taken is recorded before they have their names.

    Both have other names until they are whole. What an earlier run left half written is removed,
    and where one was killed between the two names, the folder gets its ZIP: the folder is named
    first, and the packed one that waits beside it is whole. Raises NotClosed, FileExistsError
    where one of them is there, and as `Book.steps` does.
    """
    archive = folder.with_name(f"{folder.name}.zip")
    draft = folder.with_name(f".{folder.name}.part")
    packed = folder.with_name(f".{folder.name}.zip.part")
    if folder.exists() and not archive.exists() and _packs(packed, folder, offering, issuer):
        packed.replace(archive)
        return
    for taken in (folder, archive):
        if taken.exists():
            raise FileExistsError(f"{taken} is there already: name another folder.")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        yield from prepared(offering, at=at)
        proof = signed(offering, issuer=issuer)
        draft.mkdir(mode=0o700, parents=True)
        packed.unlink(missing_ok=True)
        packed.touch(mode=0o600)
        with zipfile.ZipFile(packed, "w") as target:
            sink = BothSinks(FolderSink(draft), ZipSink(target, proof.last.signed_at))
            yield from book_of(offering, sink, proof, issuer=issuer).steps()
        hand_over_book(actor=SYSTEM, offering=offering, at=at)
        draft.replace(folder)
        packed.replace(archive)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        packed.unlink(missing_ok=True)


def _packs(packed: Path, folder: Path, offering: Offering, issuer: bool) -> bool:
    """Whether a ZIP is the whole one of a folder, which is this book: the same signed list, and
    every file of it to the byte."""
    try:
        with zipfile.ZipFile(packed) as archive:
            listed = archive.read("files.json")
            digests = json.loads(listed)
            manifest = json.loads(archive.read("manifest.json"))
            seal = archive.read("seal.note")
            return (
                (manifest["offering"], manifest["issuer"]) == (str(offering.pk), issuer)
                and {*archive.namelist()} == {*digests, "files.json", "seal.note"}
                and (folder / "files.json").read_bytes() == listed
                and (folder / "seal.note").read_bytes() == seal
                and all(
                    hashlib.sha256(archive.read(name)).hexdigest()
                    == hashlib.sha256((folder / name).read_bytes()).hexdigest()
                    == digest
                    for name, digest in digests.items()
                )
            )
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False


def streamed(offering: Offering, proof: Proof, *, issuer: bool) -> Iterator[bytes]:
    """The ZIP of a book as it is made, a file at a time: memory is bounded by one file. The book
    must be ready (`prepared`), since nothing can be told any more once the first byte is sent."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as target:
        sink = ZipSink(target, proof.last.signed_at)
        for _step in book_of(offering, sink, proof, issuer=issuer).steps():
            yield pipe.taken()
    yield pipe.taken()


class _Pipe(io.RawIOBase):
    """What was written since it was last taken."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Keep a piece until it is taken."""
        piece = bytes(data)
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        """The pieces, joined, and none of them again."""
        found, self._pieces = b"".join(self._pieces), []
        return found
