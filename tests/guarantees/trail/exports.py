"""Exports written without a database, in the form of `compliance.audit.tree.exporting`.

`tests/guarantees/test_trail_golden.py` holds this form against what that module writes.
"""

import base64
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from compliance.audit.tree.exporting import FORM, VERSION, verifier_text
from compliance.sealing.canonical import written
from compliance.sealing.merkle import (
    RangeRoot,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
)
from compliance.sealing.notes import Checkpoint, Signer, write_proof
from tests.guarantees.trail.told import leaf
from tests.guarantees.trail.vectors import split

OUR_SEED = b"\x07" * 32
OURS = Signer("portal.example/trail", OUR_SEED)


@dataclass
class Log:
    """A log of some leaves with checkpoints of some sizes, the last of all of them."""

    leaves: list[bytes]
    sizes: Sequence[int]
    signer: Signer = OURS
    _roots: dict[tuple[int, int], bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return self.sizes[-1]

    @property
    def range_root(self) -> RangeRoot:
        """The root over any range of the leaves."""

        def root(low: int, high: int) -> bytes:
            if high - low == 1:
                return leaf_hash(self.leaves[low])
            if (low, high) not in self._roots:
                middle = low + split(high - low)
                self._roots[low, high] = node_hash(root(low, middle), root(middle, high))
            return self._roots[low, high]

        return root

    def note(self, size: int, origin: str = "") -> str:
        """The signed checkpoint of a size."""
        name = origin or self.signer.verifier.name
        return self.signer.sign(Checkpoint(name, size, self.range_root(0, size)).text)

    def whole(self) -> "Export":
        """Everything."""
        return Export(self._manifest("whole"), self._notes(), leaves=self.leaves[: self.size])

    def part(self, indexes: Iterable[int]) -> "Export":
        """Some leaves, each with its proof."""
        proofs = [
            {
                "index": index,
                "leaf": self.leaves[index].decode(),
                "path": _texts(inclusion_proof(index, self.size, self.range_root)),
            }
            for index in indexes
        ]
        links = [
            {"old": old, "path": _texts(consistency_proof(old, self.size, self.range_root))}
            for old in self.sizes[:-1]
        ]
        manifest = self._manifest("part") | {"entries": len(proofs)}
        return Export(manifest, self._notes(), proofs=proofs, consistency=links)

    def receipt(self, index: int) -> "Receipt":
        """The proof of one leaf."""
        path = inclusion_proof(index, self.size, self.range_root)
        return Receipt(self.leaves[index], write_proof(index, path, self.note(self.size)))

    def _notes(self) -> list[str]:
        return [self.note(size) for size in self.sizes]

    def _manifest(self, kind: str) -> dict[str, Any]:
        return {
            "form": FORM,
            "version": VERSION,
            "kind": kind,
            "origin": self.signer.verifier.name,
            "size": self.size,
            "keys": [self.signer.verifier.text],
            "made_at": "2026-03-02T14:00:00+00:00",
        }


def log(count: int, checkpoints: int, *, seed: int = 0, signer: Signer = OURS) -> Log:
    """A log of so many leaves, with so many checkpoints."""
    sizes = [count * (n + 1) // checkpoints for n in range(checkpoints)]
    return Log([leaf(number, seed) for number in range(count)], sizes, signer)


@dataclass(frozen=True)
class Export:
    """The files of an export; None where there is none of that name."""

    manifest: Any
    notes: list[Any] | None
    leaves: list[bytes] | None = None
    proofs: list[Any] | None = None
    consistency: list[Any] | None = None
    more: tuple[tuple[str, bytes], ...] = ()
    """Other files, by their name."""

    def but(self, **changed: Any) -> "Export":
        """The same with something otherwise."""
        return replace(self, **changed)

    def told(self, **changed: Any) -> "Export":
        """The same with something else in its manifest."""
        return self.but(manifest=self.manifest | changed)

    def files(self) -> dict[str, bytes]:
        """The bytes of each file by its name; what is bytes already is taken as a line."""
        found = {}
        if self.manifest is not None:
            text = json.dumps(self.manifest, indent=1, ensure_ascii=False)
            found["manifest.json"] = text.encode("utf-8", "surrogatepass")
        rows = (self.notes, self.leaves, self.proofs, self.consistency)
        names = ("checkpoints", "leaves", "proofs", "consistency")
        for name, lines in zip(names, rows, strict=True):
            if lines is not None:
                found[f"{name}.jsonl"] = b"".join(_line(line) for line in lines)
        return found

    def write(self, path: Path, *, packing: int = zipfile.ZIP_DEFLATED) -> Path:
        """Pack it into a file."""
        with zipfile.ZipFile(path, "w", packing, compresslevel=6) as archive:
            for name, content in (*self.files().items(), *self.more):
                archive.writestr(zipfile.ZipInfo(name), content, packing)
            for name in ("README.txt", "verify_audit.py"):
                archive.writestr(name, verifier_text(name))
        return path


@dataclass(frozen=True)
class Receipt:
    """A leaf and the text that proves it."""

    leaf: bytes
    proof: str

    def write(self, path: Path) -> list[str]:
        """Write both beside each other; the arguments with which they are checked."""
        proof, entry = path.with_suffix(".tlog-proof"), path.with_suffix(".json")
        proof.write_bytes(self.proof.encode("utf-8", "surrogatepass"))
        entry.write_bytes(self.leaf)
        return [str(proof), str(entry)]


def write_long(path: Path, count: int, checkpoints: int, made: Callable[[int], bytes]) -> None:
    """A whole export of very many leaves, never all of them in memory."""
    tree, sizes = Tree(), {count * (n + 1) // checkpoints for n in range(checkpoints)}
    notes = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("leaves.jsonl", "w", force_zip64=True) as lines:
            for number in range(count):
                data = made(number)
                lines.write(data + b"\n")
                tree.append(data)
                if tree.size in sizes:
                    said = Checkpoint(OURS.verifier.name, tree.size, tree.root())
                    notes.append(OURS.sign(said.text))
        rest = Export(Log([], [count])._manifest("whole"), notes)
        for name, content in rest.files().items():
            archive.writestr(name, content)


def _line(line: Any) -> bytes:
    return (line if isinstance(line, bytes) else written(line)) + b"\n"


def _texts(path: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in path]
