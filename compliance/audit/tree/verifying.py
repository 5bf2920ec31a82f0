"""Checking the whole trail in the database: every row against its leaf, the leaves against every
checkpoint, and these against what places out of reach hold."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Count

from compliance.audit.models import Block, Change, Entry, Leaf, SignedCheckpoint
from compliance.audit.tree import chaining
from compliance.audit.tree.keys import verifier_keys
from compliance.audit.tree.leaves import canonical, told_at
from compliance.audit.tree.nodes import WIDTH
from compliance.audit.tree.places import kept_in
from compliance.sealing.canonical import CanonicalError
from compliance.sealing.merkle import Tree, joined, leaf_hash
from compliance.sealing.notes import Checkpoint, NoteError, VerifierKey, read_checkpoint

INTACT, ALTERED, CANNOT_TELL = 0, 1, 2
"""The exit statuses of every verifier of this project."""
LAG = timedelta(minutes=10)
"""How long an entry may wait for its leaf before that is a fault."""
_CHUNK = 2000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what, at which leaf (None: not at one), and in words."""

    kind: str
    index: int | None
    words: str


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
    """Hash everything anew and compare; changes nothing.

    `outside` are files of checkpoints, or folders of them, from out of the database's reach.
    `progress` is called with the leaves done and all leaves.
    """
    found = Verified()
    claims = _claims(found, outside)
    tree, total, good = Tree(), chaining.size(), 0
    for index, row in enumerate(_leaves()):
        if row.index != index:
            words = f"The leaf {index} is missing; the next one there is {row.index}."
            found.altered.append(Fault("leaf_missing", index, words))
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
    _check_rows(found, progress, total)
    _check_blocks(found)
    _check_waiting(found, at)
    found.altered.sort(key=lambda fault: -1 if fault.index is None else fault.index)
    return found


def _claims(found: Verified, outside: Iterable[Path]) -> dict[int, list[tuple[str, bytes]]]:
    """What the trail must be, by size: where that was said, and the root."""
    claims: dict[int, list[tuple[str, bytes]]] = {}
    keys = verifier_keys()
    for row in SignedCheckpoint.objects.order_by("size").iterator():
        said = _read(found, row.note, f"checkpoint of {row.size} in the database", keys)
        if said is None:
            continue
        found.checkpoints += 1
        if (said.size, said.root) != (row.size, bytes(row.root)):
            words = f"The checkpoint of {row.size} says something else than its signed note."
            found.altered.append(Fault("checkpoint", None, words))
        claims.setdefault(said.size, []).append(("the database", said.root))
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
            claims.setdefault(said.size, []).append((str(path), said.root))
    return claims


def _read(found: Verified, note: str, where: str, keys: Iterable[VerifierKey]) -> Checkpoint | None:
    try:
        return read_checkpoint(note, keys)
    except NoteError as error:
        found.untold.append(Fault("note", None, f"{where}: {error}"))
        return None


def _files(outside: Iterable[Path]) -> Iterator[Path]:
    for path in outside:
        if path.is_dir():
            yield from kept_in(path)
        else:
            yield path


def _compare(found: Verified, tree: Tree, claims: list[tuple[str, bytes]], good: int) -> int:
    """Compare the tree with what was signed at exactly this size; `good` leaves were right before.
    Returns how many are right now."""
    for where, root in claims:
        if tree.root() != root:
            words = (
                f"The leaves {good} to {tree.size - 1} are not those that were signed ({where}): "
                "one of them was changed, or they are of another history."
            )
            found.altered.append(Fault("root", good, words))
            return good
    return tree.size


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
    told = told_at(leaf.position for leaf in page)
    for leaf in page:
        row = told.get(leaf.position)
        if row is None:
            words = f"What stood at position {leaf.position} is gone."
            found.altered.append(Fault("row_missing", leaf.index, words))
            continue
        try:
            same = leaf_hash(canonical(row)) == bytes(leaf.hash)
        except (CanonicalError, ValueError):
            same = False
        if not same:
            words = f"What stands at position {leaf.position} is not what was chained."
            found.altered.append(Fault("row", leaf.index, words))


def _check_blocks(found: Verified) -> None:
    """The kept roots of complete subtrees, from which proofs are made."""
    hashes = Leaf.objects.order_by("index").values_list("hash", flat=True)
    level, nodes = 0, [bytes(one) for one in hashes]
    while len(nodes) >= WIDTH:
        level += 1
        nodes = [
            joined((1, node) for node in nodes[n : n + WIDTH])
            for n in range(0, len(nodes) - WIDTH + 1, WIDTH)
        ]
        kept = Block.objects.filter(level=level).order_by("index").values_list("index", "root")
        have = {index: bytes(root) for index, root in kept}
        for index in range(max(len(nodes), 1 + max(have, default=-1))):
            if index >= len(nodes) or have.get(index) != nodes[index]:
                words = f"The kept root of block {index}, level {level}, is not that of its leaves."
                found.altered.append(Fault("block", index * WIDTH**level, words))


def _check_waiting(found: Verified, at: datetime) -> None:
    """What has no leaf: in order for a moment, and a fault when it is old."""
    entries = Entry.objects.exclude(position__in=Leaf.objects.values("position"))
    changes = Change.objects.exclude(position__in=Leaf.objects.values("position"))
    for rows in (entries, changes):
        found.waiting += rows.aggregate(count=Count("*"))["count"]
    old = changes.filter(at__lt=at - LAG).order_by("position").first()
    if old is not None:
        words = (
            f"The change at position {old.position} has had no leaf since {old.at:%Y-%m-%d %H:%M}: "
            "is the chainer running?"
        )
        found.untold.append(Fault("unchained", None, words))
