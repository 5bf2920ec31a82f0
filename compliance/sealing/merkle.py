"""The Merkle tree of RFC 9162, exactly (section 2.1), over SHA-256.

A leaf is hashed with the prefix 0x00 and a node with 0x01, so that nobody can pass one off as the
other. Two roots are equal only when every entry, in order, is equal.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH_BYTES = 32
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
    if not 0 <= index < size or not _are_hashes(leaf, root, *path):
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


Piece = tuple[int, bytes]
"""A complete subtree: how many leaves it holds (a power of two), and its root."""

RangeRoot = Callable[[int, int], bytes]
"""The root over the leaves from an index up to, and without, another."""


def joined(pieces: Iterable[Piece]) -> bytes:
    """The root over complete subtrees that stand side by side, where no larger one stands to the
    right of a smaller one that is not yet whole; raises ValueError when there are none.

    Neighbours of equal size become one; what is left is folded from the right (RFC 9162, 2.1.1).
    """
    stack: list[Piece] = []
    for piece in pieces:
        stack.append(piece)
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            right, left = stack.pop(), stack.pop()
            stack.append((left[0] * 2, node_hash(left[1], right[1])))
    if not stack:
        raise ValueError("There is no subtree to join.")
    _, root = stack.pop()
    while stack:
        root = node_hash(stack.pop()[1], root)
    return root


def inclusion_proof(index: int, size: int, range_root: RangeRoot) -> tuple[bytes, ...]:
    """The inclusion proof of a leaf in the tree over the first `size` leaves (RFC 9162, 2.1.3.1),
    from whatever knows the roots of ranges. Raises IndexError when there is no such leaf."""
    if not 0 <= index < size:
        raise IndexError(f"No leaf {index} in a tree of {size}.")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(range_root(middle, high))
            high = middle
        else:
            path.append(range_root(low, middle))
            low = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, range_root: RangeRoot) -> tuple[bytes, ...]:
    """The proof that the tree over `old` leaves is the beginning of the one over `new`
    (RFC 9162, 2.1.4.1); empty for equal sizes. Raises IndexError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise IndexError(f"No tree of {old} leaves begins a tree of {new}.")
    path: list[bytes] = []
    low, high, whole = 0, new, True
    while old < high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(range_root(middle, high))
            high = middle
        else:
            path.append(range_root(low, middle))
            low, whole = middle, False
    return tuple(reversed(path if whole else [*path, range_root(low, high)]))


def verify_consistency(
    *, old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether `path` proves that the tree of the old root begins the tree of the new one.

    RFC 9162, 2.1.4.2, step by step; anything malformed is simply not a proof.
    """
    if not 0 < old <= new or not _are_hashes(old_root, new_root, *path):
        return False
    if old == new:
        return not path and old_root == new_root
    # A complete old tree is a node of the new one, so its root is left out of the proof.
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not nodes:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    first = second = nodes[0]
    for sibling in nodes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            second = node_hash(second, sibling)
        fn >>= 1
        sn >>= 1
    return sn == 0 and first == old_root and second == new_root


def _are_hashes(*found: bytes) -> bool:
    return all(len(one) == HASH_BYTES for one in found)


def _split(count: int) -> int:
    """The largest power of two below `count`, which is at least 2."""
    return 1 << (count - 1).bit_length() - 1
