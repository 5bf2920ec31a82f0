"""A1: proofs, right and wrong, before both of our verifiers, and verifiers that forget a check.

Vectors of every class of alteration that the public ones have are made in `trail/vectors.py`, and
judged there by the definition instead of the algorithm; so are forgeries whose root was computed
from a made-up proof, which is what finds a check that no altered proof misses. Each copy of a
verifier that lacks one check must get some vector wrong, or is shown here to be no other program.
Beside them, notes and keys as somebody hostile would write them.
"""

import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.audit.verifier import verify_audit
from compliance.sealing import merkle, notes
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.guarantees.trail.copies import copy_of
from tests.guarantees.trail.hostile_notes import KEYS, NOTES, OURS, Said
from tests.guarantees.trail.vectors import Inclusion, Leaves, Vector, altered, forged

TREES = sized(short=40, long=500)
LARGEST = 2000
FORGERIES = sized(short=3000, long=20_000)
SEED = 9162
LONG_ENOUGH = 0.5
"""Seconds: a verifier that has not answered by then never will."""

Judge = Callable[[Vector], bool]


def judge(module: ModuleType) -> Judge:
    """How a verifier is asked; both of ours, and their copies."""
    # The one inside the product takes names, the one that is handed out takes places.
    named = hasattr(module, "HASH_BYTES")

    def ask(vector: Vector) -> bool:
        if isinstance(vector, Inclusion):
            v, inclusion = vector, module.verify_inclusion
            if named:
                return inclusion(v.leaf, index=v.index, size=v.size, path=v.path, root=v.root)
            return inclusion(v.leaf, v.index, v.size, list(v.path), v.root)
        w, consistency = vector, module.verify_consistency
        if named:
            return consistency(
                old=w.old, old_root=w.old_root, new=w.new, new_root=w.new_root, path=w.path
            )
        return consistency(w.old, w.old_root, w.new, w.new_root, list(w.path))

    return ask


BOTH = {"merkle": merkle, "verify_audit": verify_audit}
# Everything else that is altered can leave a proof of some other true sentence: in a tree of 5 to 8
# leaves the path of the first one is as long, and so a size alone proves nothing.
NUMBERS = ("the index", "the size", "the old size", "the new size")


def made(chance: random.Random, trees: int, largest: int) -> Iterator[tuple[str, Vector]]:
    """Right proofs of random trees, and one alteration of every class of each."""
    for number in range(trees):
        size = chance.choice((1, 2, 3, 4, 5, 6, 7, 8, chance.randrange(1, largest)))
        leaves = Leaves(size, number)
        for good in (
            leaves.inclusion(chance.randrange(size), size),
            leaves.consistency(chance.randrange(1, size + 1), size),
        ):
            yield "nothing", good
            yield from altered(good, chance)


@settings(
    max_examples=TREES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(st.integers(0, LARGEST), st.integers(0, 2**32))
def hold_on_a_tree(tried: Counter[str], size: int, seed: int) -> None:
    """Both verifiers are right about every proof of a tree, and about each alteration."""
    chance, leaves = random.Random(seed), Leaves(size, seed)
    tried["trees"] += 1
    if size == 0:
        empty = Inclusion(leaves.root(0, 0), 0, 0, (), leaves.root(0, 0))
        assert not any(judge(module)(empty) for module in BOTH.values())
        return
    goods = (
        leaves.inclusion(chance.randrange(size), size),
        leaves.consistency(chance.randrange(1, size + 1), size),
    )
    for good in goods:
        assert good.holds()
        assert all(judge(module)(good) for module in BOTH.values())
        for name, vector in altered(good, chance):
            if vector == good:
                continue
            tried["altered"] += 1
            expected = vector.holds()
            assert not expected or name.startswith(NUMBERS) or "exchanged" in name, name
            for module in BOTH.values():
                assert judge(module)(vector) is expected, (name, vector)


def test_both_verifiers_are_right_about_every_vector(report: Report, tmp_path: Path) -> None:
    tried: Counter[str] = Counter()
    hold_on_a_tree(tried)
    chance = random.Random(SEED)
    forgeries = [forged(chance) for _ in range(FORGERIES)]
    true = [vector for vector in forgeries if vector.holds()]
    # Some made-up proofs are right by chance; the most must not be, or nothing was tried.
    assert 0.02 < len(true) / FORGERIES < 0.5
    for module in BOTH.values():
        assert [vector for vector in forgeries if judge(module)(vector)] == true
    classes = {name for name, _ in made(random.Random(SEED), 3, 9)}
    assert len(classes) > 45
    vectors = list(made(random.Random(SEED), 60, 300))
    vectors += [("a forgery", vector) for vector in forgeries]
    report(
        "A1",
        figures={
            "trees": tried["trees"],
            "altered proofs": tried["altered"],
            "classes of alteration": len(classes) - 1,
            "forgeries whose root was computed from them": FORGERIES,
            "wrong answers": 0,
        },
        caught=weakened_ones(vectors, tmp_path),
    )


# --- Verifiers that lack one check ----------------------------------------------------------------

INCLUSION, CONSISTENCY = "verify_inclusion", "verify_consistency"
ZERO = "        if sn == 0:\n            return False\n"
LAST = "if fn & 1 or fn == sn:"
HALVE = "                fn >>= 1\n                sn >>= 1\n"
CLIMB = f"            while not fn & 1 and fn != 0:\n{HALVE}"
WHOLE = "    while fn & 1:\n        fn >>= 1\n        sn >>= 1\n"
SAME = "not path and old_root == new_root"
NODE = "if old & (old - 1) == 0 else list(path)"
# It is asked only where fn is odd, or where fn equals sn and sn, which was looked at before, is not
# 0: so fn is not 0 at first, and half of an even number that is not 0 is not 0 either. The RFC has
# the check, and so do we.
CANNOT_BE = "fn cannot be 0 there"


@dataclass(frozen=True, slots=True)
class Weak:
    """A check that a copy lacks: in which function, its text, and what stands there instead."""

    name: str
    function: str
    old: str
    new: str
    equivalent: str = ""
    """Why the copy is no other program, where it is none."""


WEAK = (
    Weak("an index above the tree", INCLUSION, "0 <= index < size", "0 <= index"),
    Weak("an index below the tree", INCLUSION, "0 <= index < size", "index < size"),
    Weak("the length of a component, of a leaf", INCLUSION, ", *path):", "):"),
    Weak("paths that are too long, of a leaf", INCLUSION, ZERO, ""),
    Weak("paths that are too short, of a leaf", INCLUSION, "sn == 0 and running", "running"),
    Weak("the root", INCLUSION, "sn == 0 and running == root", "sn == 0"),
    Weak("the last of an odd level, of a leaf", INCLUSION, LAST, "if fn & 1:"),
    Weak("right children, of a leaf", INCLUSION, LAST, "if fn == sn:"),
    Weak("levels without a sibling, of a leaf", INCLUSION, CLIMB, ""),
    Weak("the end of a climb, of a leaf", INCLUSION, " and fn != 0", "", CANNOT_BE),
    Weak("which tree is larger", CONSISTENCY, "0 < old <= new", "0 < old"),
    Weak("old trees of nothing", CONSISTENCY, "0 < old <= new", "old <= new"),
    Weak("the length of a component, of a beginning", CONSISTENCY, ", *path):", "):"),
    Weak("paths that are too long, of a beginning", CONSISTENCY, ZERO, ""),
    Weak("paths that are too short, of a beginning", CONSISTENCY, "sn == 0 and first", "first"),
    Weak("the old root", CONSISTENCY, "and first == old_root", ""),
    Weak("the new root", CONSISTENCY, "and second == new_root", ""),
    Weak("the roots of one size", CONSISTENCY, SAME, "not path"),
    Weak("paths between trees of one size", CONSISTENCY, SAME, "old_root == new_root"),
    Weak("paths without a node", CONSISTENCY, "    if not nodes:\n        return False\n", ""),
    Weak("the last of an odd level, of a beginning", CONSISTENCY, LAST, "if fn & 1:"),
    Weak("right children, of a beginning", CONSISTENCY, LAST, "if fn == sn:"),
    Weak("levels without a sibling, of a beginning", CONSISTENCY, CLIMB, ""),
    Weak("the end of a climb, of a beginning", CONSISTENCY, " and fn != 0", "", CANNOT_BE),
    Weak("whole subtrees of the old tree", CONSISTENCY, WHOLE, ""),
    Weak("old trees that are a node", CONSISTENCY, NODE, "if False else list(path)"),
)


def weakened_ones(vectors: list[tuple[str, Vector]], folder: Path) -> dict[str, str]:
    """Let every weakened copy of both verifiers judge the vectors; what gave each away."""
    caught = {}
    right = [(name, vector, vector.holds()) for name, vector in vectors]
    for weak in WEAK:
        change = (weak.old, weak.new)
        copies = [copy_of(one, folder, change, within=weak.function) for one in BOTH.values()]
        noticed = [first_wrong(judge(copy), right) for copy in copies]
        if weak.equivalent:
            assert noticed == ["", ""], weak.name
            continue
        assert all(noticed), f"{weak.name}: forgotten, and no vector noticed ({noticed})"
        caught[f"a verifier that does not look at {weak.name}"] = noticed[0]
    return caught


def first_wrong(ask: Judge, right: list[tuple[str, Vector, bool]]) -> str:
    """The class of the first vector that a copy gets wrong, or fails at, or never answers."""
    for name, vector, expected in right:
        try:
            with answered_in_time():
                said = ask(vector)
        except (ArithmeticError, LookupError, TypeError, TimeoutError) as error:
            return f"{name}: {type(error).__name__}"
        if said is not expected:
            return name
    return ""


@contextmanager
def answered_in_time() -> Iterator[None]:
    """Raise TimeoutError in whoever does not come to an end."""

    def late(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, LONG_ENOUGH)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# --- Notes and keys -------------------------------------------------------------------------------


def said_by_notes(module: ModuleType, note: str) -> Said:
    """What compliance.sealing.notes, or a copy, says to a note."""
    try:
        read = module.read_checkpoint(note, [module.VerifierKey.parse(OURS.verifier.text)])
    except module.ForgedError:
        return Said.FORGED
    except module.UnsignedError:
        return Said.UNSIGNED
    except module.NoteError:
        return Said.MALFORMED
    assert (read.origin, read.size, len(read.root)) == (OURS.verifier.name, 7, 32)
    return Said.GOOD


def said_by_the_verifier(note: str) -> Said:
    """What verify_audit.py says to a note; it tells apart only what its exit status does."""
    try:
        verify_audit.read_checkpoint(note, [verify_audit.read_key(OURS.verifier.text)], "x")
    except verify_audit.Verdict as verdict:
        return Said.FORGED if verdict.status == verify_audit.ALTERED else Said.MALFORMED
    return Said.GOOD


@pytest.mark.parametrize("name", NOTES)
def test_a_hostile_note_is_refused_for_what_it_is(name: str) -> None:
    note, expected = NOTES[name]
    assert said_by_notes(notes, note) is expected
    mine = Said.MALFORMED if expected is Said.UNSIGNED else expected
    assert said_by_the_verifier(note) is mine


@pytest.mark.parametrize("name", KEYS)
def test_a_hostile_key_is_refused(name: str) -> None:
    key, good = KEYS[name]
    if good:
        assert notes.VerifierKey.parse(key) == OURS.verifier
        assert verify_audit.read_key(key)[2] == OURS.verifier.public
        return
    with pytest.raises(notes.NoteError):
        notes.VerifierKey.parse(key)
    with pytest.raises(verify_audit.Verdict) as reached:
        verify_audit.read_key(key)
    assert reached.value.status == verify_audit.CANNOT_TELL


@settings(max_examples=sized(short=150, long=3000), deadline=None, derandomize=True)
@given(st.data())
def test_no_note_is_read_once_a_character_is_another(data: st.DataObject) -> None:
    note = NOTES["as it was signed"][0]
    at = data.draw(st.integers(0, len(note) - 1))
    what = data.draw(st.characters(codec=None))
    other = note[:at] + what + note[at + data.draw(st.integers(0, 1)) :]
    expected = Said.GOOD if other == note else said_by_notes(notes, other)
    assert (expected is Said.GOOD) is (other == note)
    assert (said_by_the_verifier(other) is Said.GOOD) is (other == note)


BROKEN_NOTES = {
    "control characters": ('r"[\\x00-\\x09\\x0b-\\x1f]"', 'r"[\\x00]"'),
    "base64 in its one form": (
        "return found if base64.b64encode(found).decode() == text else None",
        "return found",
    ),
    "a signature that fails": (
        "if not key.verifies(text, signature):",
        "if not signed and not key.verifies(text, signature):",
    ),
    "any signature": ("if not key.verifies(text, signature):", "if False:"),
    "whose signature it is": ("if not signed:", "if not signatures:"),
    "the length of the root": ("or root is None or len(root) != 32", "or root is None"),
    "the digits of the size": ('r"0|[1-9][0-9]{0,18}"', 'r"[+-]?\\d{1,18}"'),
    "the dash before a signature": ("parts[0] != _DASH or", ""),
}


def test_a_reader_of_notes_that_forgets_a_check_is_noticed(report: Report, tmp_path: Path) -> None:
    caught = {}
    for name, change in BROKEN_NOTES.items():
        copy = copy_of(notes, tmp_path, change)
        fooled = []
        for which, (note, expected) in NOTES.items():
            try:
                said: Said | None = said_by_notes(copy, note)
            except (AssertionError, ValueError):
                said = None
            if said is not expected:
                fooled.append(which)
        assert fooled, name
        caught[f"a reader of notes that does not look at {name}"] = f"read {fooled[0]}"
    report("A1", figures={"hostile notes and keys": len(NOTES) + len(KEYS)}, caught=caught)
