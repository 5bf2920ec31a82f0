"""Roots of any range of leaves, from the rows: a proof reads a few hundred hashes, never a million.

Complete subtrees of 256 leaves, of 256 of these, and so on, have their roots kept as `Block`. A
range is covered by the largest complete subtrees that fit into it, and these are joined.
"""

from collections.abc import Iterator

from compliance.audit.models import Block, Leaf
from compliance.sealing.merkle import EMPTY_ROOT, Piece, joined

WIDTH = 256
"""How many nodes a block stands for; the tile of the C2SP forms has the same."""


class MissingNode(LookupError):  # noqa: N818 - it says what was found
    """A hash that should be there is not: the tree is damaged there."""


class Nodes:
    """The hashes of the tree as the rows have them now, read by the group and remembered."""

    def __init__(self) -> None:
        self._groups: dict[tuple[int, int], dict[int, bytes]] = {}

    def range_root(self, low: int, high: int) -> bytes:
        """The root over the leaves from `low` up to, and without, `high`; `low` must be where a
        complete subtree of the range may begin, as in RFC 9162. Raises MissingNode."""
        if low == high:
            return EMPTY_ROOT
        return joined(self._cover(low, high))

    def root(self, size: int) -> bytes:
        """The root of the tree over the first `size` leaves; raises MissingNode."""
        return self.range_root(0, size)

    def _cover(self, low: int, high: int) -> Iterator[Piece]:
        while low < high:
            level = 0
            while low % WIDTH ** (level + 1) == 0 and low + WIDTH ** (level + 1) <= high:
                level += 1
            unit = WIDTH**level
            yield unit, self._node(level, low // unit)
            low += unit

    def _node(self, level: int, index: int) -> bytes:
        key = level, index // WIDTH
        if key not in self._groups:
            self._groups[key] = _read(level, index // WIDTH)
        try:
            return self._groups[key][index]
        except KeyError:
            raise MissingNode(f"node {index} of level {level}") from None


def _read(level: int, group: int) -> dict[int, bytes]:
    """The nodes of one level that stand under one parent, by their index."""
    low, high = group * WIDTH, (group + 1) * WIDTH
    if level == 0:
        leaves = Leaf.objects.filter(index__gte=low, index__lt=high)
        return {index: bytes(one) for index, one in leaves.values_list("index", "hash")}
    blocks = Block.objects.filter(level=level, index__gte=low, index__lt=high)
    return {index: bytes(one) for index, one in blocks.values_list("index", "root")}
