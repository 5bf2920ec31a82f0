"""Every way we know in which a whole export, its checkpoints, or what was kept elsewhere can be
wrong, and what a verifier owes to it."""

from tests.guarantees.trail.exports import OURS, Log, log
from tests.guarantees.trail.making import (
    DEEP,
    OTHER_NAME,
    SAME_NAME,
    A,
    C,
    Row,
    alone,
    at_position,
    at_the_end,
    flip_leaf,
    keyed,
    last_bits,
    note_of,
    of_another_version,
    put,
    signature,
    swap,
    with_kept,
)
from tests.guarantees.trail.told import leaf

OF_WHOLE_EXPORTS: dict[str, Row] = {
    # Leaves of a whole export.
    "a bit of a leaf": (A, alone(flip_leaf), at_position),
    "a leaf missing": (A, alone(lambda m: m.leaves(lambda all_, at: all_.pop(at))), at_position),
    "a leaf twice": (
        A,
        alone(lambda m: m.leaves(lambda all_, at: all_.insert(at, all_[at]))),
        lambda m: m.at + 1,
    ),
    "two leaves exchanged": (A, alone(lambda m: m.leaves(swap)), lambda m: max(m.at - 1, 0)),
    "a made-up leaf in between": (
        A,
        alone(lambda m: m.leaves(lambda all_, at: all_.insert(at, leaf(at, seed=9)))),
        at_position,
    ),
    "a leaf of another history": (
        A,
        alone(lambda m: m.leaves(lambda all_, at: put(all_, at, leaf(at, seed=9)))),
        at_position,
    ),
    "another history from a leaf on": (
        A,
        alone(lambda m: m.whole.but(leaves=m.forked.leaves)),
        at_position,
    ),
    "a leaf more": (
        A,
        alone(lambda m: m.leaves(lambda all_, _: all_.append(leaf(len(all_))))),
        at_the_end,
    ),
    "the last leaves missing": (
        A,
        alone(lambda m: m.leaves(lambda all_, at: all_.__delitem__(slice(at, None)))),
        at_position,
    ),
    "no leaf": (A, alone(lambda m: m.whole.but(leaves=[])), lambda _: 0),
    "a leaf of another version": (
        C,
        alone(
            lambda m: m.leaves(
                lambda all_, at: put(all_, at, all_[at].replace(b'"version":1}', b'"version":2}'))
            )
        ),
        at_position,
    ),
    "a leaf of another version, and signed": (C, alone(of_another_version), at_position),
    "a leaf cut short": (
        C,
        alone(lambda m: m.leaves(lambda all_, at: put(all_, at, all_[at][:-1]))),
        at_position,
    ),
    "an empty line among the leaves": (
        C,
        alone(lambda m: m.leaves(lambda all_, at: all_.insert(at, b""))),
        at_position,
    ),
    # What an export says of itself.
    "no manifest": (C, alone(lambda m: m.whole.but(manifest=None))),
    "no checkpoints": (C, alone(lambda m: m.whole.but(notes=None))),
    "no leaves": (C, alone(lambda m: m.whole.but(leaves=None))),
    "another form": (C, alone(lambda m: m.whole.told(form="other"))),
    "a later version": (C, alone(lambda m: m.whole.told(version=2))),
    "true for a version": (C, alone(lambda m: m.whole.told(version=True))),
    "an unknown kind": (C, alone(lambda m: m.whole.told(kind="half"))),
    "a list for a kind": (C, alone(lambda m: m.whole.told(kind=["whole"]))),
    "a manifest of a list": (C, alone(lambda m: m.whole.but(manifest=[1]))),
    "a size more": (C, alone(lambda m: m.whole.told(size=m.log.size + 1))),
    "a size less": (C, alone(lambda m: m.whole.told(size=m.log.size - 1))),
    "a text for a size": (C, alone(lambda m: m.whole.told(size=str(m.log.size)))),
    "a size beyond all": (C, alone(lambda m: m.whole.told(size=2**60))),
    "the name of another log": (C, alone(lambda m: m.whole.told(origin="x.example"))),
    "no key": (C, lambda m: (m.whole.told(keys=[]), [])),
    "a key that is none": (C, lambda m: (m.whole.told(keys=["x+y+z"]), [])),
    "a number for a key": (C, lambda m: (m.whole.told(keys=[7]), [])),
    "the key of another name": (C, keyed(lambda m: m.whole, OTHER_NAME)),
    "another key of the same name": (C, keyed(lambda m: m.whole, SAME_NAME)),
    # Checkpoints.
    "the last checkpoint missing": (C, alone(lambda m: m.whole.but(notes=m.whole.notes[:-1]))),
    "no checkpoint": (C, alone(lambda m: m.whole.but(notes=[]))),
    "a bit of a signature": (
        A,
        alone(lambda m: m.whole.but(notes=m.note(signature(lambda one: m.flip(one, 4))))),
    ),
    "a bit of the id of a key": (
        C,
        alone(lambda m: m.whole.but(notes=m.note(signature(lambda one: m.flip(one, 0, 4))))),
    ),
    "a signature written otherwise": (
        C,
        alone(lambda m: m.whole.but(notes=m.note(last_bits))),
    ),
    "another size over a signature": (
        A,
        alone(lambda m: m.whole.but(notes=m.note(lambda one: one.replace("\n", "\n1", 1)))),
    ),
    "a checkpoint of another log": (
        C,
        alone(lambda m: m.whole.but(notes=[*m.whole.notes, note_of(m, OTHER_NAME)])),
    ),
    "our key under another log": (
        C,
        alone(lambda m: m.whole.but(notes=[*m.whole.notes, note_of(m, OURS, "x.example")])),
    ),
    "a foreign key of our name": (
        C,
        alone(lambda m: m.whole.but(notes=[note_of(m, SAME_NAME)])),
    ),
    "two roots of one size": (
        A,
        alone(lambda m: m.whole.but(notes=[*m.whole.notes, m.forked.note(m.log.size)])),
    ),
    "a checkpoint of another history": (
        A,
        alone(lambda m: m.whole.but(notes=[m.forked.note(m.log.size)])),
        at_position,
    ),
    "a number for a checkpoint": (C, alone(lambda m: m.whole.but(notes=[7]))),
    "a checkpoint of no JSON": (C, alone(lambda m: m.whole.but(notes=[b"{"]))),
    "a checkpoint without an end": (C, alone(lambda m: m.whole.but(notes=[DEEP]))),
    "half of a surrogate pair": (
        C,
        alone(lambda m: m.whole.but(notes=[b'"a\\ud800\\n1\\n\\n"'])),
    ),
    # Checkpoints that were kept elsewhere.
    "kept: of another history": (
        A,
        with_kept(lambda m: m.whole, lambda m: m.forked.note(m.log.size)),
        at_position,
    ),
    "kept: of a longer trail": (
        A,
        with_kept(
            lambda m: Log(m.log.leaves, m.log.sizes[:-1]).whole(), lambda m: m.log.note(m.log.size)
        ),
        lambda m: m.log.sizes[-2],
    ),
    "kept: of another log": (
        C,
        with_kept(lambda m: m.whole, lambda m: note_of(m, OURS, "x.example")),
    ),
    "kept: signed by nobody we know": (
        C,
        with_kept(lambda m: m.whole, lambda m: note_of(m, SAME_NAME)),
    ),
    "kept: no checkpoint": (C, with_kept(lambda m: m.whole, lambda _: "bonjour\n")),
    "kept: not there": (C, lambda m: (m.whole, ["--checkpoint", str(m.path())])),
    "kept: of the same size, beside a part": (
        A,
        with_kept(lambda m: m.part, lambda m: m.forked.note(m.log.size)),
    ),
    "kept: of another history, beside a part": (
        A,
        with_kept(
            lambda m: m.part.but(), lambda m: log(m.log.size, 5, seed=9).note(m.log.sizes[0])
        ),
    ),
    "kept: of a size that no proof links": (
        C,
        with_kept(lambda m: m.part, lambda m: m.log.note(m.log.sizes[0] - 1)),
    ),
    "kept: of a longer trail, beside a part": (
        C,
        with_kept(
            lambda m: Log(m.log.leaves, m.log.sizes[:-1]).part([0]),
            lambda m: m.log.note(m.log.size),
        ),
    ),
}
