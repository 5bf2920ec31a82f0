"""Every way we know in which a part, a receipt or the packing can be wrong."""

import base64
import struct

from tests.guarantees.trail.exports import Receipt, log
from tests.guarantees.trail.making import (
    DEEP,
    SAME_NAME,
    A,
    C,
    Row,
    alone,
    at_position,
    flip_base64,
    keyed,
    last_bits,
    last_line,
    lines_of_proof,
    signature,
    with_kept,
)
from tests.guarantees.trail.told import leaf

OF_THE_OTHERS: dict[str, Row] = {
    # Parts.
    "a bit of a proven leaf": (
        A,
        alone(lambda m: m.proof(leaf=lambda one: one.replace("2026", "2027", 1))),
        at_position,
    ),
    "a bit of a proof": (A, alone(lambda m: m.proof(path=flip_base64(m))), at_position),
    "a proof with a node less": (
        A,
        alone(lambda m: m.proof(path=lambda one: one[1:])),
        at_position,
    ),
    "a proof with a node more": (
        A,
        alone(lambda m: m.proof(path=lambda one: [*one, one[0]])),
        at_position,
    ),
    "a proof for another tree": (
        A,
        alone(
            lambda m: m.part.but(proofs=log(m.log.size, 5, seed=9).part([0, 1, m.at]).proofs).told(
                entries=3
            )
        ),
        lambda _: 0,
    ),
    "a proof of another index": (
        A,
        alone(lambda m: m.proof(index=lambda one: one ^ 1)),
        lambda m: m.at ^ 1,
    ),
    "true for an index": (C, alone(lambda m: m.proof(index=lambda _: True))),
    "an index below nothing": (C, alone(lambda m: m.proof(index=lambda _: -1))),
    "an index beyond all": (
        A,
        alone(lambda m: m.proof(index=lambda _: 2**53 - 1)),
    ),
    "a node a byte short": (
        C,
        alone(lambda m: m.proof(path=lambda one: [base64.b64encode(bytes(31)).decode(), *one])),
    ),
    "a node written otherwise": (
        C,
        alone(lambda m: m.proof(path=lambda one: [last_bits(one[0]), *one[1:]])),
    ),
    "a number for a path": (C, alone(lambda m: m.proof(path=lambda _: 7))),
    "more nodes than a tree can have": (
        C,
        alone(lambda m: m.proof(path=lambda one: one[:1] * 64)),
    ),
    "a proven leaf of another version": (
        C,
        alone(lambda m: m.proof(leaf=lambda one: one.replace('"version":1}', '"version":2}'))),
        at_position,
    ),
    "a proof missing": (A, alone(lambda m: m.part.but(proofs=m.part.proofs[:-1]))),
    "a proof more": (
        C,
        alone(lambda m: m.part.but(proofs=[*m.part.proofs, m.part.proofs[0]])),
    ),
    "no number of proofs": (C, alone(lambda m: m.part.told(entries=None))),
    "a proof of no JSON": (C, alone(lambda m: m.part.but(proofs=last_line(m, b"{")))),
    "a proof without an end": (C, alone(lambda m: m.part.but(proofs=last_line(m, DEEP)))),
    "a proof of NaN": (
        C,
        alone(lambda m: m.part.but(proofs=last_line(m, b'{"index":NaN,"leaf":"","path":[]}'))),
    ),
    "a proof in another code": (C, alone(lambda m: m.part.but(proofs=last_line(m, b'"\xff"')))),
    "a part of nothing": (C, alone(lambda m: m.log.part([]))),
    "no proofs": (C, alone(lambda m: m.part.but(proofs=None))),
    "no proofs of consistency": (C, alone(lambda m: m.part.but(consistency=None))),
    "a proof of consistency missing": (
        C,
        alone(lambda m: m.part.but(consistency=m.part.consistency[1:])),
    ),
    "a bit of a proof of consistency": (
        A,
        alone(lambda m: m.link(lambda row: row | {"path": flip_base64(m)(row["path"])})),
    ),
    "a list for an old size": (C, alone(lambda m: m.link(lambda row: row | {"old": [1]}))),
    "a proof of consistency of nothing": (C, alone(lambda m: m.link(lambda _: b"null"))),
    # Receipts.
    "receipt: a bit of the leaf": (
        A,
        alone(lambda m: Receipt(m.flip(m.receipt.leaf), m.receipt.proof)),
        at_position,
    ),
    "receipt: of another leaf": (
        A,
        alone(lambda m: Receipt(leaf(m.at, seed=9), m.receipt.proof)),
        at_position,
    ),
    "receipt: another index": (
        A,
        alone(
            lambda m: Receipt(
                m.receipt.leaf, m.receipt.proof.replace(f"index {m.at}\n", f"index {m.at ^ 1}\n")
            )
        ),
        lambda m: m.at ^ 1,
    ),
    "receipt: a node missing": (
        A,
        alone(
            lambda m: Receipt(
                m.receipt.leaf, lines_of_proof(m.receipt.proof, lambda all_: all_[:2] + all_[3:])
            )
        ),
        at_position,
    ),
    "receipt: a node written otherwise": (
        C,
        alone(
            lambda m: Receipt(
                m.receipt.leaf,
                lines_of_proof(
                    m.receipt.proof, lambda all_: [*all_[:2], last_bits(all_[2]), *all_[3:]]
                ),
            )
        ),
    ),
    "receipt: under a checkpoint of another history": (
        A,
        alone(
            lambda m: Receipt(
                m.receipt.leaf,
                m.receipt.proof.partition("\n\n")[0] + "\n\n" + m.forked.note(m.log.size),
            )
        ),
        at_position,
    ),
    "receipt: a bit of the signature": (
        A,
        alone(
            lambda m: Receipt(
                m.receipt.leaf, signature(lambda one: m.flip(one, 4))(m.receipt.proof)
            )
        ),
    ),
    "receipt: another first line": (
        C,
        alone(lambda m: Receipt(m.receipt.leaf, m.receipt.proof.replace("@v1", "@v2"))),
    ),
    "receipt: no index": (
        C,
        alone(lambda m: Receipt(m.receipt.leaf, m.receipt.proof.replace(f"index {m.at}\n", ""))),
    ),
    "receipt: no checkpoint": (
        C,
        alone(lambda m: Receipt(m.receipt.leaf, m.receipt.proof.partition("\n\n")[0] + "\n")),
    ),
    "receipt: cut off": (
        C,
        alone(lambda m: Receipt(m.receipt.leaf, m.receipt.proof[: -m.chance.randrange(1, 60)])),
    ),
    "receipt: nothing": (C, alone(lambda m: Receipt(m.receipt.leaf, ""))),
    "receipt: no text": (C, alone(lambda m: Receipt(m.receipt.leaf, "\ud800"))),
    "receipt: without a key": (C, lambda m: (m.receipt, [])),
    "receipt: another key of the same name": (C, keyed(lambda m: m.receipt, SAME_NAME)),
    "receipt: kept, of another history": (
        A,
        with_kept(lambda m: m.receipt, lambda m: m.forked.note(m.log.size)),
    ),
    "receipt: kept, of another size": (
        C,
        with_kept(lambda m: m.receipt, lambda m: m.log.note(m.log.sizes[0])),
    ),
    # The packing.
    "cut off, whole": (C, alone(lambda m: m.cut(m.whole))),
    "cut off, part": (C, alone(lambda m: m.cut(m.part))),
    "nothing at all": (C, alone(lambda m: m.raw(b""))),
    "no ZIP": (C, alone(lambda m: m.raw(m.chance.randbytes(1000)))),
    "not there": (C, alone(lambda m: m.path(".zip"))),
    "a folder": (C, alone(lambda m: m.folder)),
    "a bit of packed leaves": (C, alone(lambda m: m.packed("leaves.jsonl"))),
    "a bit of a packed manifest": (C, alone(lambda m: m.packed("manifest.json"))),
    "a bit of packed checkpoints": (C, alone(lambda m: m.packed("checkpoints.jsonl"))),
    "a bit of packed proofs": (C, alone(lambda m: m.packed("proofs.jsonl"))),
    "a bit of packed consistency": (C, alone(lambda m: m.packed("consistency.jsonl"))),
    "encrypted": (C, alone(lambda m: m.patched(8, struct.pack("<H", 1)))),
    "packed in an unknown way": (C, alone(lambda m: m.patched(10, struct.pack("<H", 14)))),
    "packed in no way at all": (C, alone(lambda m: m.patched(10, struct.pack("<H", 99)))),
    "a length of less": (C, alone(lambda m: m.patched(24, struct.pack("<L", 1000)))),
    "a length of more": (C, alone(lambda m: m.patched(24, struct.pack("<L", 1 << 20)))),
    "a length beyond the file": (C, alone(lambda m: m.patched(20, struct.pack("<L", 1 << 30)))),
    "a place beyond the file": (C, alone(lambda m: m.patched(42, struct.pack("<L", 1 << 30)))),
    "a bomb of leaves": (C, alone(lambda m: m.bomb("leaves.jsonl"))),
    "a bomb of a manifest": (C, alone(lambda m: m.bomb("manifest.json"))),
    "two files of one name": (C, alone(lambda m: m.twice("leaves.jsonl"))),
    "a name from the root": (C, alone(lambda m: m.whole.but(more=(("/etc/passwd", b"x"),)))),
    "a name that climbs": (C, alone(lambda m: m.whole.but(more=(("../../x", b"x"),)))),
    "a name of a drive": (C, alone(lambda m: m.whole.but(more=(("C:\\x", b"x"),)))),
}
