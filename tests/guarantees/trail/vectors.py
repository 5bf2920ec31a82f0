"""Proofs, right and wrong, and a judge of them that shares nothing with our verifiers.

The classes of alteration are those of the public vectors of RFC 9162; the vectors are made here.
The judge walks the definition of a proof (2.1.3.1, 2.1.4.1) from the root down, where the verifiers
walk the algorithm of 2.1.3.2 and 2.1.4.2 from the leaf up.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from compliance.sealing.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
)

Path = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a leaf stands at an index of a tree."""

    leaf: bytes
    index: int
    size: int
    path: Path
    root: bytes

    def holds(self) -> bool:
        """Whether it does, by the definition."""
        if not 0 <= self.index < self.size or not _hashes(self.leaf, self.root, *self.path):
            return False
        return _root(self.leaf, self.index, self.size, self.path) == self.root


@dataclass(frozen=True, slots=True)
class Consistency:
    """That one tree begins another."""

    old: int
    old_root: bytes
    new: int
    new_root: bytes
    path: Path

    def holds(self) -> bool:
        """Whether it does, by the definition."""
        if not 0 < self.old <= self.new or not _hashes(self.old_root, self.new_root, *self.path):
            return False
        roots = _roots(self.old, self.new, self.path, self.old_root, whole=True)
        return roots == (self.old_root, self.new_root)


Vector = Inclusion | Consistency


class Leaves:
    """The leaf hashes of one tree, and the roots of its ranges."""

    def __init__(self, count: int, seed: int) -> None:
        self.hashes = [leaf_hash(b"%d of %d" % (n, seed)) for n in range(count)]
        self._roots: dict[tuple[int, int], bytes] = {}

    def root(self, low: int, high: int) -> bytes:
        """The root over a range, word for word as RFC 9162, 2.1.1."""
        if high - low <= 1:
            return self.hashes[low] if high > low else EMPTY_ROOT
        if (low, high) not in self._roots:
            middle = low + split(high - low)
            self._roots[low, high] = node_hash(self.root(low, middle), self.root(middle, high))
        return self._roots[low, high]

    def inclusion(self, index: int, size: int) -> Inclusion:
        """The right proof of a leaf in the tree over the first `size`."""
        path = inclusion_proof(index, size, self.root)
        return Inclusion(self.hashes[index], index, size, path, self.root(0, size))

    def consistency(self, old: int, new: int) -> Consistency:
        """The right proof that the first `old` leaves begin the first `new`."""
        path = consistency_proof(old, new, self.root)
        return Consistency(old, self.root(0, old), new, self.root(0, new), path)


def split(count: int) -> int:
    """The largest power of two below a count of at least 2."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def altered(good: Vector, chance: random.Random) -> Iterator[tuple[str, Vector]]:
    """Every class of alteration of a right proof, one at a time."""
    for name, path in _paths(good.path, chance):
        yield name, replace(good, path=path)
    if isinstance(good, Inclusion):
        yield "a bit of the leaf", replace(good, leaf=_flip(good.leaf, chance))
        yield "a bit of the root", replace(good, root=_flip(good.root, chance))
        yield "the empty root", replace(good, root=EMPTY_ROOT)
        yield "leaf and root exchanged", replace(good, leaf=good.root, root=good.leaf)
        yield "the root before the path", replace(good, path=(good.root, *good.path))
        for name, index in _numbers(good.index, good.size):
            yield f"the index {name}", replace(good, index=index)
        for name, size in _numbers(good.size, good.size):
            yield f"the size {name}", replace(good, size=size)
        return
    yield "a bit of the old root", replace(good, old_root=_flip(good.old_root, chance))
    yield "a bit of the new root", replace(good, new_root=_flip(good.new_root, chance))
    yield "the empty root", replace(good, old_root=EMPTY_ROOT)
    yield "the roots exchanged", replace(good, old_root=good.new_root, new_root=good.old_root)
    yield "the sizes exchanged", replace(good, old=good.new, new=good.old)
    yield "the old root before the path", replace(good, path=(good.old_root, *good.path))
    for name, old in _numbers(good.old, good.new):
        yield f"the old size {name}", replace(good, old=old)
    for name, new in _numbers(good.new, good.new):
        yield f"the new size {name}", replace(good, new=new)


def _numbers(number: int, size: int) -> Iterator[tuple[str, int]]:
    yield "one more", number + 1
    yield "one less", number - 1
    yield "with a bit flipped", number ^ 2
    yield "doubled", number * 2
    yield "halved", number // 2
    yield "nothing", 0
    yield "negative", -number - 1
    yield "as large as the tree", size


def _paths(path: Path, chance: random.Random) -> Iterator[tuple[str, Path]]:
    junk = chance.randbytes(32)
    at = chance.randrange(len(path) + 1)
    yield "a component more at the end", (*path, junk)
    yield "a component more at the front", (junk, *path)
    yield "a component more in between", (*path[:at], junk, *path[at:])
    yield "an empty component at the end", (*path, b"")
    if not path:
        return
    at = chance.randrange(len(path))
    one = path[at]
    yield "no component at all", ()
    yield "a component less", (*path[:at], *path[at + 1 :])
    yield "a component twice", (*path[:at], one, *path[at:])
    yield "a bit of a component", (*path[:at], _flip(one, chance), *path[at + 1 :])
    yield "a component a byte short", (*path[:at], one[:-1], *path[at + 1 :])
    yield "a component a byte long", (*path[:at], one + b"\x00", *path[at + 1 :])
    if len(set(path)) > 1:
        yield "the path backwards", path[::-1]


def _flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) * 8)
    return data[: at // 8] + bytes([data[at // 8] ^ 1 << at % 8]) + data[at // 8 + 1 :]


def forged(chance: random.Random) -> Vector:
    """A made-up proof whose root was computed from it: what a verifier that forgets to look at
    sizes and lengths would believe. Now and then the made-up proof is a right one of some tree."""
    size = chance.choice((1, 2, chance.randrange(1, 9), chance.randrange(1, 300), 1 << 20))
    path = tuple(chance.randbytes(32) for _ in range(chance.randrange(size.bit_length() + 3)))
    if chance.random() < 0.1:
        path = tuple(one[: chance.randrange(33)] for one in path)
    if chance.random() < 0.5:
        index, leaf = chance.randrange(-2, size + 3), chance.randbytes(32)
        root = _led_to(leaf, index, size - 1, path)
        return Inclusion(leaf, index, size, path, root)
    old, start = chance.randrange(size + 4), chance.randbytes(32)
    nodes = (start, *path) if old and not old & (old - 1) else path
    if not nodes:
        return Consistency(old, start, size, start, path)
    fn, sn = old - 1, size - 1
    while fn > 0 and fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = _led_to(nodes[0], fn, sn, nodes[1:], left_only=True)
    second = _led_to(nodes[0], fn, sn, nodes[1:])
    if nodes is path:
        return Consistency(old, first, size, second, path)
    return Consistency(old, start, size, second, path)


def _led_to(
    start: bytes, fn: int, sn: int, path: Sequence[bytes], *, left_only: bool = False
) -> bytes:
    """Where a path leads when nothing is looked at on the way."""
    running = start
    for sibling in path:
        if fn & 1 or fn == sn:
            running = node_hash(sibling, running)
            while fn > 0 and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        elif not left_only:
            running = node_hash(running, sibling)
        fn, sn = fn >> 1, sn >> 1
    return running


def _hashes(*found: bytes) -> bool:
    return {len(one) for one in found} == {32}


def _root(leaf: bytes, index: int, size: int, path: Path) -> bytes | None:
    """The root of a tree of `size` in which `path` goes with a leaf; None where it is of another
    length."""
    if size == 1:
        return None if path else leaf
    if not path:
        return None
    k, last = split(size), path[-1]
    if index < k:
        left = _root(leaf, index, k, path[:-1])
        return left and node_hash(left, last)
    right = _root(leaf, index - k, size - k, path[:-1])
    return right and node_hash(last, right)


def _roots(
    old: int, new: int, path: Path, given: bytes, *, whole: bool
) -> tuple[bytes, bytes] | None:
    """The roots of both trees that a path leads to; None where it is of another length."""
    if old == new:
        nodes = (given, *path) if whole else path
        return (nodes[0], nodes[0]) if len(nodes) == 1 else None
    if not path:
        return None
    k, last = split(new), path[-1]
    if old <= k:
        both = _roots(old, k, path[:-1], given, whole=whole)
        return both and (both[0], node_hash(both[1], last))
    both = _roots(old - k, new - k, path[:-1], given, whole=False)
    return both and (node_hash(last, both[0]), node_hash(last, both[1]))
