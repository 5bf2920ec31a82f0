"""Every way we know in which an export or a receipt can be wrong, and what a verifier owes to it.

A case is made anew for each chance: which leaf, which bit, which place.
"""

import base64
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.audit.verifier.verify_audit import ALTERED, CANNOT_TELL, INTACT
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

    def cases(self) -> list[Case]:
        """One case of each class."""
        return [self._case(name, *row) for name, row in CLASSES.items()]

    def _case(
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
        path = self.leaves(_swap).write(self.path(".zip"))
        held = "x" * len(name)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(held, self.whole.files()[name])
        path.write_bytes(path.read_bytes().replace(held.encode(), name.encode()))
        return path


Made = Export | Receipt | Path
Make = Callable[[Maker], tuple[Made, list[str]]]


def _at(maker: Maker) -> int:
    return maker.at


def _end(maker: Maker) -> int:
    return maker.log.size


def _plain(make: Callable[[Maker], Made]) -> Make:
    """Checked with the key from elsewhere."""
    return lambda maker: (make(maker), KEY)


def _with(make: Callable[[Maker], Made], kept: Callable[[Maker], str]) -> Make:
    """Checked with a checkpoint that was kept elsewhere too."""
    return lambda maker: (make(maker), KEY + maker.outside(kept(maker)))


def _keyed(make: Callable[[Maker], Made], signer: Signer) -> Make:
    return lambda maker: (make(maker), ["--key", signer.verifier.text])


def _flip_leaf(maker: Maker) -> Export:
    end = -len(b'"version":1}')

    def change(leaves: list[bytes], at: int) -> None:
        leaves[at] = maker.flip(leaves[at], 0, len(leaves[at]) + end)

    return maker.leaves(change)


def _swap(leaves: list[bytes], at: int) -> None:
    other = at - 1 if at else 1
    leaves[at], leaves[other] = leaves[other], leaves[at]


def _of_another_version(maker: Maker) -> Export:
    leaves = list(maker.log.leaves)
    leaves[maker.at] = leaves[maker.at].replace(b'"version":1}', b'"version":2}')
    return Log(leaves, maker.log.sizes).whole()


def _put(leaves: list[bytes], at: int, new: bytes) -> None:
    leaves[at] = new


def _flip_base64(maker: Maker) -> Callable[[list[str]], list[str]]:
    def change(path: list[str]) -> list[str]:
        at = maker.chance.randrange(len(path))
        node = maker.flip(base64.b64decode(path[at]))
        return [*path[:at], base64.b64encode(node).decode(), *path[at + 1 :]]

    return change


def _note_of(maker: Maker, signer: Signer, origin: str = "") -> str:
    return Log(maker.log.leaves, maker.log.sizes, signer).note(maker.log.size, origin)


def _last_bits(text: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body = text.rstrip("=\n")
    return body[:-1] + alphabet[alphabet.index(body[-1]) ^ 1] + text[len(body) :]


def _signature(change: Callable[[bytes], bytes]) -> Callable[[str], str]:
    """Something else in the bytes of a note's signature."""

    def changed(note: str) -> str:
        head, _, encoded = note[:-1].rpartition(" ")
        return f"{head} {base64.b64encode(change(base64.b64decode(encoded))).decode()}\n"

    return changed


def _line(maker: Maker, line: bytes) -> list[Any]:
    return [*(maker.part.proofs or ())[:-1], line]


A, C = ALTERED, CANNOT_TELL
Row = tuple[int, Make] | tuple[int, Make, Callable[[Maker], int]]
CLASSES: dict[str, Row] = {
    # Leaves of a whole export.
    "a bit of a leaf": (A, _plain(_flip_leaf), _at),
    "a leaf missing": (A, _plain(lambda m: m.leaves(lambda all_, at: all_.pop(at))), _at),
    "a leaf twice": (
        A,
        _plain(lambda m: m.leaves(lambda all_, at: all_.insert(at, all_[at]))),
        lambda m: m.at + 1,
    ),
    "two leaves exchanged": (A, _plain(lambda m: m.leaves(_swap)), lambda m: max(m.at - 1, 0)),
    "a made-up leaf in between": (
        A,
        _plain(lambda m: m.leaves(lambda all_, at: all_.insert(at, leaf(at, seed=9)))),
        _at,
    ),
    "a leaf of another history": (
        A,
        _plain(lambda m: m.leaves(lambda all_, at: _put(all_, at, leaf(at, seed=9)))),
        _at,
    ),
    "another history from a leaf on": (
        A,
        _plain(lambda m: m.whole.but(leaves=m.forked.leaves)),
        _at,
    ),
    "a leaf more": (
        A,
        _plain(lambda m: m.leaves(lambda all_, _: all_.append(leaf(len(all_))))),
        _end,
    ),
    "the last leaves missing": (
        A,
        _plain(lambda m: m.leaves(lambda all_, at: all_.__delitem__(slice(at, None)))),
        _at,
    ),
    "no leaf": (A, _plain(lambda m: m.whole.but(leaves=[])), lambda _: 0),
    "a leaf of another version": (
        C,
        _plain(
            lambda m: m.leaves(
                lambda all_, at: _put(all_, at, all_[at].replace(b'"version":1}', b'"version":2}'))
            )
        ),
        _at,
    ),
    "a leaf of another version, and signed": (C, _plain(_of_another_version), _at),
    "a leaf cut short": (
        C,
        _plain(lambda m: m.leaves(lambda all_, at: _put(all_, at, all_[at][:-1]))),
        _at,
    ),
    "an empty line among the leaves": (
        C,
        _plain(lambda m: m.leaves(lambda all_, at: all_.insert(at, b""))),
        _at,
    ),
    # What an export says of itself.
    "no manifest": (C, _plain(lambda m: m.whole.but(manifest=None))),
    "no checkpoints": (C, _plain(lambda m: m.whole.but(notes=None))),
    "no leaves": (C, _plain(lambda m: m.whole.but(leaves=None))),
    "another form": (C, _plain(lambda m: m.whole.told(form="other"))),
    "a later version": (C, _plain(lambda m: m.whole.told(version=2))),
    "true for a version": (C, _plain(lambda m: m.whole.told(version=True))),
    "an unknown kind": (C, _plain(lambda m: m.whole.told(kind="half"))),
    "a list for a kind": (C, _plain(lambda m: m.whole.told(kind=["whole"]))),
    "a manifest of a list": (C, _plain(lambda m: m.whole.but(manifest=[1]))),
    "a size more": (C, _plain(lambda m: m.whole.told(size=m.log.size + 1))),
    "a size less": (C, _plain(lambda m: m.whole.told(size=m.log.size - 1))),
    "a text for a size": (C, _plain(lambda m: m.whole.told(size=str(m.log.size)))),
    "a size beyond all": (C, _plain(lambda m: m.whole.told(size=2**60))),
    "the name of another log": (C, _plain(lambda m: m.whole.told(origin="x.example"))),
    "no key": (C, lambda m: (m.whole.told(keys=[]), [])),
    "a key that is none": (C, lambda m: (m.whole.told(keys=["x+y+z"]), [])),
    "a number for a key": (C, lambda m: (m.whole.told(keys=[7]), [])),
    "the key of another name": (C, _keyed(lambda m: m.whole, OTHER_NAME)),
    "another key of the same name": (C, _keyed(lambda m: m.whole, SAME_NAME)),
    # Checkpoints.
    "the last checkpoint missing": (C, _plain(lambda m: m.whole.but(notes=m.whole.notes[:-1]))),
    "no checkpoint": (C, _plain(lambda m: m.whole.but(notes=[]))),
    "a bit of a signature": (
        A,
        _plain(lambda m: m.whole.but(notes=m.note(_signature(lambda one: m.flip(one, 4))))),
    ),
    "a bit of the id of a key": (
        C,
        _plain(lambda m: m.whole.but(notes=m.note(_signature(lambda one: m.flip(one, 0, 4))))),
    ),
    "a signature written otherwise": (
        C,
        _plain(lambda m: m.whole.but(notes=m.note(_last_bits))),
    ),
    "another size over a signature": (
        A,
        _plain(lambda m: m.whole.but(notes=m.note(lambda one: one.replace("\n", "\n1", 1)))),
    ),
    "a checkpoint of another log": (
        C,
        _plain(lambda m: m.whole.but(notes=[*m.whole.notes, _note_of(m, OTHER_NAME)])),
    ),
    "our key under another log": (
        C,
        _plain(lambda m: m.whole.but(notes=[*m.whole.notes, _note_of(m, OURS, "x.example")])),
    ),
    "a foreign key of our name": (
        C,
        _plain(lambda m: m.whole.but(notes=[_note_of(m, SAME_NAME)])),
    ),
    "two roots of one size": (
        A,
        _plain(lambda m: m.whole.but(notes=[*m.whole.notes, m.forked.note(m.log.size)])),
    ),
    "a checkpoint of another history": (
        A,
        _plain(lambda m: m.whole.but(notes=[m.forked.note(m.log.size)])),
        _at,
    ),
    "a number for a checkpoint": (C, _plain(lambda m: m.whole.but(notes=[7]))),
    "a checkpoint of no JSON": (C, _plain(lambda m: m.whole.but(notes=[b"{"]))),
    "a checkpoint without an end": (C, _plain(lambda m: m.whole.but(notes=[DEEP]))),
    "half of a surrogate pair": (
        C,
        _plain(lambda m: m.whole.but(notes=[b'"a\\ud800\\n1\\n\\n"'])),
    ),
    # Checkpoints that were kept elsewhere.
    "kept: of another history": (
        A,
        _with(lambda m: m.whole, lambda m: m.forked.note(m.log.size)),
        _at,
    ),
    "kept: of a longer trail": (
        A,
        _with(
            lambda m: Log(m.log.leaves, m.log.sizes[:-1]).whole(), lambda m: m.log.note(m.log.size)
        ),
        lambda m: m.log.sizes[-2],
    ),
    "kept: of another log": (
        C,
        _with(lambda m: m.whole, lambda m: _note_of(m, OURS, "x.example")),
    ),
    "kept: signed by nobody we know": (
        C,
        _with(lambda m: m.whole, lambda m: _note_of(m, SAME_NAME)),
    ),
    "kept: no checkpoint": (C, _with(lambda m: m.whole, lambda _: "bonjour\n")),
    "kept: not there": (C, lambda m: (m.whole, ["--checkpoint", str(m.path())])),
    "kept: of the same size, beside a part": (
        A,
        _with(lambda m: m.part, lambda m: m.forked.note(m.log.size)),
    ),
    "kept: of another history, beside a part": (
        A,
        _with(lambda m: m.part.but(), lambda m: log(m.log.size, 5, seed=9).note(m.log.sizes[0])),
    ),
    "kept: of a size that no proof links": (
        C,
        _with(lambda m: m.part, lambda m: m.log.note(m.log.sizes[0] - 1)),
    ),
    "kept: of a longer trail, beside a part": (
        C,
        _with(
            lambda m: Log(m.log.leaves, m.log.sizes[:-1]).part([0]),
            lambda m: m.log.note(m.log.size),
        ),
    ),
    # Parts.
    "a bit of a proven leaf": (
        A,
        _plain(lambda m: m.proof(leaf=lambda one: one.replace("2026", "2027", 1))),
        _at,
    ),
    "a bit of a proof": (A, _plain(lambda m: m.proof(path=_flip_base64(m))), _at),
    "a proof with a node less": (A, _plain(lambda m: m.proof(path=lambda one: one[1:])), _at),
    "a proof with a node more": (
        A,
        _plain(lambda m: m.proof(path=lambda one: [*one, one[0]])),
        _at,
    ),
    "a proof for another tree": (
        A,
        _plain(
            lambda m: m.part.but(proofs=log(m.log.size, 5, seed=9).part([0, 1, m.at]).proofs).told(
                entries=3
            )
        ),
        lambda _: 0,
    ),
    "a proof of another index": (
        A,
        _plain(lambda m: m.proof(index=lambda one: one ^ 1)),
        lambda m: m.at ^ 1,
    ),
    "true for an index": (C, _plain(lambda m: m.proof(index=lambda _: True))),
    "an index below nothing": (C, _plain(lambda m: m.proof(index=lambda _: -1))),
    "an index beyond all": (
        A,
        _plain(lambda m: m.proof(index=lambda _: 2**53 - 1)),
    ),
    "a node a byte short": (
        C,
        _plain(lambda m: m.proof(path=lambda one: [base64.b64encode(bytes(31)).decode(), *one])),
    ),
    "a node written otherwise": (
        C,
        _plain(lambda m: m.proof(path=lambda one: [_last_bits(one[0]), *one[1:]])),
    ),
    "a number for a path": (C, _plain(lambda m: m.proof(path=lambda _: 7))),
    "more nodes than a tree can have": (
        C,
        _plain(lambda m: m.proof(path=lambda one: one[:1] * 64)),
    ),
    "a proven leaf of another version": (
        C,
        _plain(lambda m: m.proof(leaf=lambda one: one.replace('"version":1}', '"version":2}'))),
        _at,
    ),
    "a proof missing": (A, _plain(lambda m: m.part.but(proofs=m.part.proofs[:-1]))),
    "a proof more": (
        C,
        _plain(lambda m: m.part.but(proofs=[*m.part.proofs, m.part.proofs[0]])),
    ),
    "no number of proofs": (C, _plain(lambda m: m.part.told(entries=None))),
    "a proof of no JSON": (C, _plain(lambda m: m.part.but(proofs=_line(m, b"{")))),
    "a proof without an end": (C, _plain(lambda m: m.part.but(proofs=_line(m, DEEP)))),
    "a proof of NaN": (
        C,
        _plain(lambda m: m.part.but(proofs=_line(m, b'{"index":NaN,"leaf":"","path":[]}'))),
    ),
    "a proof in another code": (C, _plain(lambda m: m.part.but(proofs=_line(m, b'"\xff"')))),
    "a part of nothing": (C, _plain(lambda m: m.log.part([]))),
    "no proofs": (C, _plain(lambda m: m.part.but(proofs=None))),
    "no proofs of consistency": (C, _plain(lambda m: m.part.but(consistency=None))),
    "a proof of consistency missing": (
        C,
        _plain(lambda m: m.part.but(consistency=m.part.consistency[1:])),
    ),
    "a bit of a proof of consistency": (
        A,
        _plain(lambda m: m.link(lambda row: row | {"path": _flip_base64(m)(row["path"])})),
    ),
    "a list for an old size": (C, _plain(lambda m: m.link(lambda row: row | {"old": [1]}))),
    "a proof of consistency of nothing": (C, _plain(lambda m: m.link(lambda _: b"null"))),
    # Receipts.
    "receipt: a bit of the leaf": (
        A,
        _plain(lambda m: Receipt(m.flip(m.receipt.leaf), m.receipt.proof)),
        _at,
    ),
    "receipt: of another leaf": (
        A,
        _plain(lambda m: Receipt(leaf(m.at, seed=9), m.receipt.proof)),
        _at,
    ),
    "receipt: another index": (
        A,
        _plain(
            lambda m: Receipt(
                m.receipt.leaf, m.receipt.proof.replace(f"index {m.at}\n", f"index {m.at ^ 1}\n")
            )
        ),
        lambda m: m.at ^ 1,
    ),
    "receipt: a node missing": (
        A,
        _plain(
            lambda m: Receipt(
                m.receipt.leaf, _lines(m.receipt.proof, lambda all_: all_[:2] + all_[3:])
            )
        ),
        _at,
    ),
    "receipt: a node written otherwise": (
        C,
        _plain(
            lambda m: Receipt(
                m.receipt.leaf,
                _lines(m.receipt.proof, lambda all_: [*all_[:2], _last_bits(all_[2]), *all_[3:]]),
            )
        ),
    ),
    "receipt: under a checkpoint of another history": (
        A,
        _plain(
            lambda m: Receipt(
                m.receipt.leaf,
                m.receipt.proof.partition("\n\n")[0] + "\n\n" + m.forked.note(m.log.size),
            )
        ),
        _at,
    ),
    "receipt: a bit of the signature": (
        A,
        _plain(
            lambda m: Receipt(
                m.receipt.leaf, _signature(lambda one: m.flip(one, 4))(m.receipt.proof)
            )
        ),
    ),
    "receipt: another first line": (
        C,
        _plain(lambda m: Receipt(m.receipt.leaf, m.receipt.proof.replace("@v1", "@v2"))),
    ),
    "receipt: no index": (
        C,
        _plain(lambda m: Receipt(m.receipt.leaf, m.receipt.proof.replace(f"index {m.at}\n", ""))),
    ),
    "receipt: no checkpoint": (
        C,
        _plain(lambda m: Receipt(m.receipt.leaf, m.receipt.proof.partition("\n\n")[0] + "\n")),
    ),
    "receipt: cut off": (
        C,
        _plain(lambda m: Receipt(m.receipt.leaf, m.receipt.proof[: -m.chance.randrange(1, 60)])),
    ),
    "receipt: nothing": (C, _plain(lambda m: Receipt(m.receipt.leaf, ""))),
    "receipt: no text": (C, _plain(lambda m: Receipt(m.receipt.leaf, "\ud800"))),
    "receipt: without a key": (C, lambda m: (m.receipt, [])),
    "receipt: another key of the same name": (C, _keyed(lambda m: m.receipt, SAME_NAME)),
    "receipt: kept, of another history": (
        A,
        _with(lambda m: m.receipt, lambda m: m.forked.note(m.log.size)),
    ),
    "receipt: kept, of another size": (
        C,
        _with(lambda m: m.receipt, lambda m: m.log.note(m.log.sizes[0])),
    ),
    # The packing.
    "cut off, whole": (C, _plain(lambda m: m.cut(m.whole))),
    "cut off, part": (C, _plain(lambda m: m.cut(m.part))),
    "nothing at all": (C, _plain(lambda m: m.raw(b""))),
    "no ZIP": (C, _plain(lambda m: m.raw(m.chance.randbytes(1000)))),
    "not there": (C, _plain(lambda m: m.path(".zip"))),
    "a folder": (C, _plain(lambda m: m.folder)),
    "a bit of packed leaves": (C, _plain(lambda m: m.packed("leaves.jsonl"))),
    "a bit of a packed manifest": (C, _plain(lambda m: m.packed("manifest.json"))),
    "a bit of packed checkpoints": (C, _plain(lambda m: m.packed("checkpoints.jsonl"))),
    "a bit of packed proofs": (C, _plain(lambda m: m.packed("proofs.jsonl"))),
    "a bit of packed consistency": (C, _plain(lambda m: m.packed("consistency.jsonl"))),
    "encrypted": (C, _plain(lambda m: m.patched(8, struct.pack("<H", 1)))),
    "packed in an unknown way": (C, _plain(lambda m: m.patched(10, struct.pack("<H", 14)))),
    "packed in no way at all": (C, _plain(lambda m: m.patched(10, struct.pack("<H", 99)))),
    "a length of less": (C, _plain(lambda m: m.patched(24, struct.pack("<L", 1000)))),
    "a length of more": (C, _plain(lambda m: m.patched(24, struct.pack("<L", 1 << 20)))),
    "a length beyond the file": (C, _plain(lambda m: m.patched(20, struct.pack("<L", 1 << 30)))),
    "a place beyond the file": (C, _plain(lambda m: m.patched(42, struct.pack("<L", 1 << 30)))),
    "a bomb of leaves": (C, _plain(lambda m: m.bomb("leaves.jsonl"))),
    "a bomb of a manifest": (C, _plain(lambda m: m.bomb("manifest.json"))),
    "two files of one name": (C, _plain(lambda m: m.twice("leaves.jsonl"))),
    "a name from the root": (C, _plain(lambda m: m.whole.but(more=(("/etc/passwd", b"x"),)))),
    "a name that climbs": (C, _plain(lambda m: m.whole.but(more=(("../../x", b"x"),)))),
    "a name of a drive": (C, _plain(lambda m: m.whole.but(more=(("C:\\x", b"x"),)))),
}


def _lines(proof: str, change: Callable[[list[str]], list[str]]) -> str:
    head, _, note = proof.partition("\n\n")
    return "\n".join(change(head.split("\n"))) + "\n\n" + note


def good_cases(maker: Maker) -> list[Case]:
    """What must be believed: every kind, as people keep and send it."""
    first = maker.log.sizes[0]
    kept = maker.log.note(first)
    whole, part = maker.whole, maker.part
    stored = whole.write(maker.path(".zip"), packing=zipfile.ZIP_STORED)
    extra = maker.receipt.proof.replace("\nindex", "\nextra AAAA\nindex")
    witnessed = [note + OTHER_NAME.sign("x\n").rpartition("\n\n")[2] for note in whole.notes or ()]
    before = maker.path(".zip")
    before.write_bytes(b"#!/bin/sh\n" + whole.write(maker.path(".zip")).read_bytes())
    streamed = maker.path(".zip")
    with streamed.open("wb") as file:
        _stream(whole, file)
    made: dict[str, tuple[Made, list[str]]] = {
        "whole": (whole, KEY),
        "whole, with its own key": (whole, []),
        "whole, and a checkpoint kept": (whole, KEY + maker.outside(kept)),
        "whole, and a checkpoint from a mail": (
            whole,
            KEY + maker.outside(kept.replace("\n", "\r\n")),
        ),
        "whole, not packed": (stored, KEY),
        "whole, written as a stream": (streamed, KEY),
        "whole, behind something else": (before, KEY),
        "whole, of one checkpoint": (Log(maker.log.leaves, [maker.log.size]).whole(), KEY),
        "whole, of one leaf": (Log(maker.log.leaves, [1]).whole(), KEY),
        "whole, witnessed": (whole.but(notes=witnessed), KEY),
        "whole, among other files": (whole.but(more=(("dossier/page.pdf", b"%PDF"),)), KEY),
        "part": (part, KEY),
        "part, with its own key": (part, []),
        "part, and a checkpoint kept": (part, KEY + maker.outside(kept)),
        "part of everything": (maker.log.part(range(maker.log.size)), KEY),
        "receipt": (maker.receipt, KEY),
        "receipt, and a checkpoint kept": (
            maker.receipt,
            KEY + maker.outside(maker.log.note(maker.log.size)),
        ),
        "receipt with something extra": (Receipt(maker.receipt.leaf, extra), KEY),
        "receipt from a mail": (
            Receipt(maker.receipt.leaf, maker.receipt.proof.replace("\n", "\r\n")),
            KEY,
        ),
    }
    return [maker._case(name, INTACT, lambda _, it=row: it) for name, row in made.items()]


class _NoSeek:
    """A file in which nobody goes back, as an answer of a web server."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def write(self, data: bytes) -> int:
        return int(self.file.write(data))

    def flush(self) -> None:
        self.file.flush()


def _stream(export: Export, file: Any) -> None:
    with zipfile.ZipFile(_NoSeek(file), "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, content in export.files().items():
            archive.writestr(name, content)


def same_evidence(one: Path, other: Path) -> bool:
    """Whether Python's own reader finds the same evidence in both files."""
    return _evidence(one) == _evidence(other)


def _evidence(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {
            info.filename: archive.read(info)
            for info in archive.infolist()
            if info.filename.endswith((".jsonl", ".json"))
        }
