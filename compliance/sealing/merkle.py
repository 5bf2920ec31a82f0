"""The Merkle tree of RFC 9162, exactly (section 2.1), over SHA-256.

A leaf is hashed with the prefix 0x00 and a node with 0x01, so that nobody can pass one off as the
other. Two roots are equal only when every entry, in order, is equal.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()
_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry (RFC 9162, 2.1.1)."""
    return hashlib.sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees (RFC 9162, 2.1.1)."""
    return hashlib.sha256(_NODE + left + right).digest()


class Tree:
    """A growing tree that remembers only the roots of its complete subtrees: O(log n) memory."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, data: bytes) -> None:
        """Add one entry at the end."""
        self.append_hash(leaf_hash(data))

    def append_hash(self, leaf: bytes) -> None:
        """Add one entry of which only the leaf hash is known."""
        # A set bit of the size is a complete subtree that waits for its right neighbour.
        waiting = self.size
        while waiting & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            waiting >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over everything added so far (RFC 9162, 2.1.1)."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(entries: Iterable[bytes]) -> bytes:
    """The root over `entries` in order, read once, in O(log n) memory."""
    tree = Tree()
    for entry in entries:
        tree.append(entry)
    return tree.root()


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The inclusion proof of the leaf at `index` (RFC 9162, 2.1.3.1).

    `leaves` are leaf hashes. Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"No leaf {index} in a tree of {len(leaves)}.")
    path: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        sibling = index ^ 1
        # The last node of an odd level has no sibling there and rises as it is.
        if sibling < len(level):
            path.append(level[sibling])
        pairs = [node_hash(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            pairs.append(level[-1])
        level = pairs
        index //= 2
    return tuple(path)


def verify_inclusion(
    leaf: bytes, *, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether `path` proves that `leaf` (a leaf hash) stands at `index` of the tree `root`.

    RFC 9162, 2.1.3.2, step by step; anything malformed is simply not a proof.
    """
    if not 0 <= index < size:
        return False
    fn, sn, running = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            running = node_hash(sibling, running)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            running = node_hash(running, sibling)
        fn >>= 1
        sn >>= 1
    return sn == 0 and running == root
