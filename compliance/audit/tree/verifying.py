"""Checking the whole trail in the database: every row against its leaf, the leaves against every
checkpoint, and these against what places out of reach hold."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from compliance.audit.models import Block, Change, Entry, Horizon, Leaf, SignedCheckpoint
from compliance.audit.tree import chaining
from compliance.audit.tree.chaining import LAG
from compliance.audit.tree.keys import verifier_keys
from compliance.audit.tree.leaves import is_what_was_chained, readable_at
from compliance.audit.tree.nodes import WIDTH
from compliance.audit.tree.places import kept_in
from compliance.sealing.merkle import Tree, joined
from compliance.sealing.notes import (
    Checkpoint,
    ForgedError,
    NoteError,
    VerifierKey,
    read_checkpoint,
)

INTACT, ALTERED, CANNOT_TELL = 0, 1, 2
"""The exit statuses of every verifier of this project."""
HERE = "the database"
_CHUNK = 2000

Progress = Callable[[int, int], None]
_Claims = dict[int, list[tuple[str, bytes]]]
"""What was signed, by size: where that was said, and the root."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what, at which leaf (None: not at one), and in words."""

    kind: str
    index: int | None
    words: str


@dataclass(frozen=True, slots=True)
class _Good:
    """How many leaves were right: by every checkpoint so far, and by those kept elsewhere."""

    all: int = 0
    elsewhere: int = 0


@dataclass(slots=True)
class Verified:
    """What a check of the trail found."""

    leaves: int = 0
    checkpoints: int = 0
    outside: int = 0
    """How many checkpoints from places out of reach were compared."""
    waiting: int = 0
    """Entries and changes that have no leaf yet; a few are in order."""
    altered: list[Fault] = field(default_factory=list)
    untold: list[Fault] = field(default_factory=list)
    """What could not be judged: an unknown key, an unreadable file."""

    @property
    def status(self) -> int:
        """INTACT, ALTERED, or CANNOT_TELL."""
        if self.altered:
            return ALTERED
        return CANNOT_TELL if self.untold else INTACT


def verify(
    *, at: datetime, outside: Iterable[Path] = (), progress: Progress | None = None
) -> Verified:
    """Hash everything anew and compare, as it is at one instant; changes nothing.

    `outside` are files of checkpoints, or folders of them, from out of the database's reach.
    `progress` is called with the leaves done and all leaves.
    """
    found = Verified()
    # Read before the database is looked at: what is handed over meanwhile is in neither.
    kept = list(_kept(found, outside))
    with _one_instant():
        claims = _claims(found, kept)
        total = chaining.size()
        _check_leaves(found, claims, progress, total)
        _check_rows(found, progress, total)
        _check_blocks(found)
        _check_waiting(found, at)
    found.altered.sort(key=lambda fault: -1 if fault.index is None else fault.index)
    return found


def _check_leaves(found: Verified, claims: _Claims, progress: Progress | None, total: int) -> None:
    """The leaves, one after the other, against every root that was signed."""
    tree, good = Tree(), _Good()
    for row in _leaves():
        if row.index < 0:
            words = f"There is a leaf {row.index}, which no tree has."
            found.altered.append(Fault("leaf", None, words))
            continue
        if row.index != tree.size:
            words = f"The leaf {tree.size} is missing; the next one there is {row.index}."
            found.altered.append(Fault("leaf_missing", tree.size, words))
            break
        tree.append_hash(bytes(row.hash))
        if tree.size in claims:
            good = _compare(found, tree, claims[tree.size], good)
        if progress is not None and tree.size % _CHUNK == 0:
            progress(tree.size, total)
    found.leaves = tree.size
    for size in sorted(size for size in claims if size > tree.size)[:1]:
        words = f"A signed checkpoint has {size} leaves; the database holds {tree.size}."
        found.altered.append(Fault("truncated", tree.size, words))


@contextmanager
def _one_instant() -> Iterator[None]:
    """Everything as it was at one instant: what is chained meanwhile is not taken for a fault."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _kept(found: Verified, outside: Iterable[Path]) -> Iterator[tuple[Path, Checkpoint]]:
    """The checkpoints of files out of the database's reach."""
    keys = verifier_keys()
    for path in _files(outside):
        try:
            note = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            words = f"{path} cannot be read ({type(error).__name__})."
            found.untold.append(Fault("unreadable", None, words))
            continue
        said = _read(found, note, str(path), keys)
        if said is not None:
            found.outside += 1
            yield path, said


def _claims(found: Verified, kept: list[tuple[Path, Checkpoint]]) -> _Claims:
    """What the trail must be, by size: where that was said, and the root."""
    claims: _Claims = {}
    keys, sizes = verifier_keys(), set()
    rows = SignedCheckpoint.objects.order_by("size").values_list("size", "root", "note")
    for size, root, note in rows.iterator():
        said = _read(found, note, f"checkpoint of {size} in the database", keys)
        if said is None:
            continue
        sizes.add(said.size)
        found.checkpoints += 1
        if (said.size, said.root) != (size, bytes(root)):
            words = f"The checkpoint of {size} is not its signed note, which is of {said.size}."
            found.altered.append(Fault("checkpoint", None, words))
        claims.setdefault(said.size, []).append((HERE, said.root))
    for path, said in kept:
        if said.size not in sizes:
            words = f"The checkpoint of {said.size} ({path}) is no longer in the database."
            found.altered.append(Fault("checkpoint_missing", None, words))
        claims.setdefault(said.size, []).append((str(path), said.root))
    return claims


def _read(found: Verified, note: str, where: str, keys: Iterable[VerifierKey]) -> Checkpoint | None:
    known = tuple(keys)
    try:
        said = read_checkpoint(note, known)
    except ForgedError as error:
        found.altered.append(Fault("note", None, f"{where}: {error}"))
        return None
    except NoteError as error:
        found.untold.append(Fault("note", None, f"{where}: {error}"))
        return None
    if said.origin not in {key.name for key in known}:
        found.untold.append(Fault("note", None, f"{where}: it is that of another log."))
        return None
    return said


def _files(outside: Iterable[Path]) -> Iterator[Path]:
    for path in outside:
        if path.is_dir():
            yield from kept_in(path)
        else:
            yield path


def _compare(found: Verified, tree: Tree, claims: list[tuple[str, bytes]], good: _Good) -> _Good:
    """Compare the tree with what was signed at exactly this size; returns what is right now."""
    for where, root in claims:
        if tree.root() != root:
            # What the database says of smaller trees does not bind what is kept elsewhere.
            first = good.all if where == HERE else good.elsewhere
            words = (
                f"The leaves {first} to {tree.size - 1} are not those that were signed ({where}): "
                "one of them was changed, or they are of another history."
            )
            found.altered.append(Fault("root", first, words))
            return good
    elsewhere = any(where != HERE for where, _ in claims)
    return _Good(tree.size, tree.size if elsewhere else good.elsewhere)


def _leaves() -> Iterator[Leaf]:
    return Leaf.objects.order_by("index").iterator(chunk_size=_CHUNK)


def _check_rows(found: Verified, progress: Progress | None, total: int) -> None:
    """Every entry and change against the hash that its leaf kept."""
    page: list[Leaf] = []
    for leaf in _leaves():
        page.append(leaf)
        if len(page) == _CHUNK:
            _check_page(found, page)
            page = []
            if progress is not None:
                progress(leaf.index, total)
    _check_page(found, page)


def _check_page(found: Verified, page: list[Leaf]) -> None:
    told = readable_at(leaf.position for leaf in page)
    for leaf in page:
        row = told.get(leaf.position)
        if row is None:
            words = f"What stood at position {leaf.position} is gone, or cannot be read."
            found.altered.append(Fault("row_missing", leaf.index, words))
        elif not is_what_was_chained(row, bytes(leaf.hash)):
            words = f"What stands at position {leaf.position} is not what was chained."
            found.altered.append(Fault("row", leaf.index, words))


def _check_blocks(found: Verified) -> None:
    """The kept roots of complete subtrees, from which proofs are made."""
    hashes = Leaf.objects.order_by("index").values_list("hash", flat=True)
    level, nodes = 0, [bytes(one) for one in hashes]
    right: dict[tuple[int, int], bytes] = {}
    while len(nodes) >= WIDTH:
        level += 1
        nodes = [
            joined((1, node) for node in nodes[n : n + WIDTH])
            for n in range(0, len(nodes) - WIDTH + 1, WIDTH)
        ]
        right |= {(level, index): root for index, root in enumerate(nodes)}
    rows = Block.objects.values_list("level", "index", "root")
    kept = {(level, index): bytes(root) for level, index, root in rows}
    for level, index in sorted(right.keys() | kept.keys()):
        if right.get((level, index)) != kept.get((level, index)):
            words = f"The kept root of block {index}, level {level}, is not that of its leaves."
            first = index * WIDTH**level if (level, index) in right else None
            found.altered.append(Fault("block", first, words))


def _check_waiting(found: Verified, at: datetime) -> None:
    """What has no leaf: in order for a moment; a fault when it is old, or could not be there."""
    # NOT IN instead would take the square of the trail's length.
    leafless = ~Exists(Leaf.objects.filter(position=OuterRef("position")))
    entries, changes = Entry.objects.filter(leafless), Change.objects.filter(leafless)
    found.waiting = entries.count() + changes.count()
    done = _highest(Horizon.objects.filter(name=chaining.CHAINER), "position")
    for rows in (entries, changes):
        for position in _positions(rows.filter(position__lte=done)):
            words = (
                f"What stands at position {position} has no leaf, and everything up to {done} was "
                "chained: it was put there afterwards."
            )
            found.altered.append(Fault("inserted", None, words))
    signed = _highest(SignedCheckpoint.objects.filter(signed_at__lt=at - LAG), "size")
    passed = _highest(Leaf.objects.filter(index__lt=signed), "position")
    for rows in (
        entries.filter(position__gt=done, position__lt=passed),
        changes.filter(position__gt=done, at__lt=at - LAG),
    ):
        for position in _positions(rows)[:1]:
            words = (
                f"What stands at position {position} has had no leaf for more than "
                f"{LAG.seconds // 60} minutes: is the chainer running?"
            )
            found.untold.append(Fault("unchained", None, words))


def _positions(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by("position").values_list("position", flat=True)[:_CHUNK])


def _highest(rows: QuerySet[Any], column: str) -> int:
    """The highest value of a column, 0 where there is no row."""
    return rows.aggregate(highest=Max(column))["highest"] or 0
