"""Closing books as a folder with its ZIP beside it, and as an answer that is sent as it is made."""

import io
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from compliance.audit.tree.packages import FolderSink, Package, Sink, ZipSink
from equity.book.writing import FORM, KIND, Book, Step, prepared, signed
from equity.evidence.writing import Proof
from equity.models import Offering


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
    """Write the folder and, beside it, the ZIP of the same files; whole, or not at all.

    Both have other names until they are whole. What an earlier run left half written is removed.
    Raises NotClosed, FileExistsError where one of them is there, and as `Book.steps` does.
    """
    archive = folder.with_name(f"{folder.name}.zip")
    for taken in (folder, archive):
        if taken.exists():
            raise FileExistsError(f"{taken} is there already: name another folder.")
    draft = folder.with_name(f".{folder.name}.part")
    packed = folder.with_name(f".{folder.name}.zip.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        yield from prepared(offering, at=at)
        proof = signed(offering, issuer=issuer)
        draft.mkdir(parents=True)
        with zipfile.ZipFile(packed, "w") as target:
            sink = BothSinks(FolderSink(draft), ZipSink(target, proof.last.signed_at))
            yield from book_of(offering, sink, proof, issuer=issuer).steps()
        packed.replace(archive)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        packed.unlink(missing_ok=True)


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
