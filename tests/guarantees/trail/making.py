"""Every way we know in which an export or a receipt can be wrong, and what a verifier owes to it.

A case is made anew for each chance: which leaf, which bit, which place.
"""

import base64
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.audit.verifier.verify_audit import ALTERED, CANNOT_TELL
from compliance.sealing.notes import Signer
from tests.guarantees.trail.exports import OURS, Export, Log, Receipt, log
from tests.guarantees.trail.told import leaf

SAME_NAME = Signer(OURS.verifier.name, b"\x08" * 32)
OTHER_NAME = Signer("elsewhere.example/trail", b"\x07" * 32)
KEY = ["--key", OURS.verifier.text]
DEEP = b"[" * 100_000


@dataclass(frozen=True, slots=True)
class Case:
    """Something to check: the command line, the status it owes, and the position it must name or
    bound, where there is one."""

    name: str
    arguments: list[str]
    status: int
    position: int | None = None


class Maker:
    """Makes cases in a folder."""

    def __init__(self, folder: Path, leaves: int, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.log = log(leaves, 5)
        self.other_log = log(leaves, 5, signer=OTHER_NAME)
        self.at = self.chance.randrange(leaves)
        # The same log up to some leaf, and another history from there on.
        self.forked = Log([leaf(n, seed=n >= self.at) for n in range(leaves)], self.log.sizes, OURS)
        self._files = 0

    def case(
        self, name: str, status: int, make: "Make", position: Callable[["Maker"], int] | None = None
    ) -> Case:
        made, more = make(self)
        if isinstance(made, Path):
            arguments = [str(made)]
        elif isinstance(made, Receipt):
            arguments = made.write(self.path())
        else:
            arguments = [str(made.write(self.path(".zip")))]
        return Case(name, [*arguments, *more], status, position and position(self))

    # What classes are made of.

    def path(self, suffix: str = "") -> Path:
        """A new file's name."""
        self._files += 1
        return self.folder / f"{self._files}{suffix}"

    @property
    def whole(self) -> Export:
        return self.log.whole()

    @property
    def part(self) -> Export:
        return self.log.part(sorted({0, self.at, self.log.size - 1}))

    @property
    def receipt(self) -> Receipt:
        return self.log.receipt(self.at)

    def leaves(self, change: Callable[[list[bytes], int], object]) -> Export:
        """The whole export with its leaves changed in place, from the leaf that was chosen."""
        found = list(self.log.leaves)
        change(found, self.at)
        return self.whole.but(leaves=found)

    def proof(self, **changed: Callable[[Any], Any]) -> Export:
        """The part with something else in one proof."""
        part, proofs = self.part, list(self.part.proofs or ())
        which = next(n for n, row in enumerate(proofs) if row["index"] == self.at)
        proofs[which] = proofs[which] | {
            name: change(proofs[which][name]) for name, change in changed.items()
        }
        return part.but(proofs=proofs)

    def link(self, change: Callable[[dict[str, Any]], Any]) -> Export:
        """The part with something else in one proof of consistency."""
        links: list[Any] = list(self.part.consistency or ())
        which = self.chance.randrange(len(links))
        links[which] = change(links[which])
        return self.part.but(consistency=links)

    def note(self, change: Callable[[str], Any]) -> list[Any]:
        """The checkpoints with something else in one of them."""
        notes: list[Any] = list(self.whole.notes or ())
        which = self.chance.randrange(len(notes))
        notes[which] = change(notes[which])
        return notes

    def outside(self, note: str) -> list[str]:
        """A checkpoint that was kept elsewhere, as an argument."""
        path = self.path(".checkpoint")
        path.write_bytes(note.encode())
        return ["--checkpoint", str(path)]

    def flip(self, data: bytes, low: int = 0, high: int | None = None) -> bytes:
        """Another bit somewhere, which makes no line of two."""
        while True:
            at = self.chance.randrange(low, len(data) if high is None else high)
            made = data[:at] + bytes([data[at] ^ 1 << self.chance.randrange(7)]) + data[at + 1 :]
            if made[at] not in b"\n\r" and data[at] not in b"\n":
                return made

    def flip_text(self, text: str) -> str:
        """Another bit in a text of ASCII."""
        return self.flip(text.encode()).decode()

    def packed(self, name: str) -> Path:
        """The whole export or the part with a bit flipped in the packed bytes of one file."""
        export = self.whole if name == "leaves.jsonl" else self.part
        path = export.write(self.path(".zip"))
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(name)
        data, start = path.read_bytes(), info.header_offset + 30 + len(name)
        # Not in the last byte, which has bits that nobody reads.
        path.write_bytes(self.flip(data, start, start + info.compress_size - 1))
        return path

    def patched(self, offset: int, value: bytes) -> Path:
        """The whole export with something else in the record of leaves.jsonl in its directory."""
        path = self.whole.write(self.path(".zip"))
        data = bytearray(path.read_bytes())
        at = data.rindex(b"leaves.jsonl") - 46
        assert data[at : at + 4] == b"PK\x01\x02"
        data[at + offset : at + offset + len(value)] = value
        path.write_bytes(data)
        return path

    def cut(self, export: Export) -> Path:
        """An export that was not copied whole."""
        path = export.write(self.path(".zip"))
        data = path.read_bytes()
        path.write_bytes(data[: self.chance.randrange(len(data) - 22)])
        return path

    def raw(self, data: bytes) -> Path:
        """Any bytes as a file."""
        path = self.path(".zip")
        path.write_bytes(data)
        return path

    def bomb(self, name: str) -> Path:
        """An export of which one file has no end, for the purposes of who reads it."""
        path = self.whole.but(more=(("later.jsonl", b"x"),)).write(self.path(".zip"))
        bombed = self.path(".zip")
        with zipfile.ZipFile(path) as good, zipfile.ZipFile(bombed, "w", 8) as archive:
            for info in good.infolist():
                content = good.read(info)
                if info.filename == name:
                    content = content + b"\n" * (1 << 25)
                archive.writestr(info.filename, content)
        return bombed

    def twice(self, name: str) -> Path:
        """An export that holds two files of one name: one program shows the first, one the last."""
        path = self.leaves(swap).write(self.path(".zip"))
        held = "x" * len(name)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(held, self.whole.files()[name])
        path.write_bytes(path.read_bytes().replace(held.encode(), name.encode()))
        return path


Made = Export | Receipt | Path
Make = Callable[[Maker], tuple[Made, list[str]]]


def at_position(maker: Maker) -> int:
    return maker.at


def at_the_end(maker: Maker) -> int:
    return maker.log.size


def alone(make: Callable[[Maker], Made]) -> Make:
    """Checked with the key from elsewhere."""
    return lambda maker: (make(maker), KEY)


def with_kept(make: Callable[[Maker], Made], kept: Callable[[Maker], str]) -> Make:
    """Checked with a checkpoint that was kept elsewhere too."""
    return lambda maker: (make(maker), KEY + maker.outside(kept(maker)))


def keyed(make: Callable[[Maker], Made], signer: Signer) -> Make:
    return lambda maker: (make(maker), ["--key", signer.verifier.text])


def flip_leaf(maker: Maker) -> Export:
    end = -len(b'"version":1}')

    def change(leaves: list[bytes], at: int) -> None:
        leaves[at] = maker.flip(leaves[at], 0, len(leaves[at]) + end)

    return maker.leaves(change)


def swap(leaves: list[bytes], at: int) -> None:
    other = at - 1 if at else 1
    leaves[at], leaves[other] = leaves[other], leaves[at]


def of_another_version(maker: Maker) -> Export:
    leaves = list(maker.log.leaves)
    leaves[maker.at] = leaves[maker.at].replace(b'"version":1}', b'"version":2}')
    return Log(leaves, maker.log.sizes).whole()


def put(leaves: list[bytes], at: int, new: bytes) -> None:
    leaves[at] = new


def flip_base64(maker: Maker) -> Callable[[list[str]], list[str]]:
    def change(path: list[str]) -> list[str]:
        at = maker.chance.randrange(len(path))
        node = maker.flip(base64.b64decode(path[at]))
        return [*path[:at], base64.b64encode(node).decode(), *path[at + 1 :]]

    return change


def note_of(maker: Maker, signer: Signer, origin: str = "") -> str:
    return Log(maker.log.leaves, maker.log.sizes, signer).note(maker.log.size, origin)


def last_bits(text: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body = text.rstrip("=\n")
    return body[:-1] + alphabet[alphabet.index(body[-1]) ^ 1] + text[len(body) :]


def signature(change: Callable[[bytes], bytes]) -> Callable[[str], str]:
    """Something else in the bytes of a note's signature."""

    def changed(note: str) -> str:
        head, _, encoded = note[:-1].rpartition(" ")
        return f"{head} {base64.b64encode(change(base64.b64decode(encoded))).decode()}\n"

    return changed


def last_line(maker: Maker, line: bytes) -> list[Any]:
    return [*(maker.part.proofs or ())[:-1], line]


A, C = ALTERED, CANNOT_TELL
Row = tuple[int, Make] | tuple[int, Make, Callable[[Maker], int]]


def lines_of_proof(proof: str, change: Callable[[list[str]], list[str]]) -> str:
    head, _, note = proof.partition("\n\n")
    return "\n".join(change(head.split("\n"))) + "\n\n" + note
