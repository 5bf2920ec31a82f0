"""The tree of RFC 9162 against a second, slow writing of its definition, and hostile proofs."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.sealing.merkle import (
    EMPTY_ROOT,
    Tree,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_of,
    verify_inclusion,
)

entries = st.lists(st.binary(max_size=12), max_size=70)
some_entries = st.lists(st.binary(max_size=12), min_size=1, max_size=70)


def slow_root(data: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word: split at the largest power of two below n."""
    if not data:
        return hashlib.sha256().digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return hashlib.sha256(b"\x01" + slow_root(data[:k]) + slow_root(data[k:])).digest()


def slow_path(m: int, data: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1, word for word."""
    if len(data) == 1:
        return []
    k = 1
    while k * 2 < len(data):
        k *= 2
    if m < k:
        return [*slow_path(m, data[:k]), slow_root(data[k:])]
    return [*slow_path(m - k, data[k:]), slow_root(data[:k])]


def test_the_published_roots_of_the_first_trees() -> None:
    # The reference values that every implementation of RFC 6962 and 9162 shares.
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([b""]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert root_of([b"", b"\x00"]).hex() == (
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    )


@given(entries)
def test_the_root_is_the_one_the_definition_gives_at_every_size(data: list[bytes]) -> None:
    tree = Tree()
    assert tree.root() == slow_root([])
    for n, entry in enumerate(data, start=1):
        tree.append(entry)
        assert tree.size == n
        assert tree.root() == slow_root(data[:n])
    assert root_of(iter(data)) == slow_root(data)


def test_memory_grows_with_the_logarithm() -> None:
    tree = Tree()
    for n in range(4095):
        tree.append_hash(leaf_hash(b"%d" % n))
        assert len(tree._peaks) == tree.size.bit_count()


@given(some_entries, st.data())
def test_a_proof_is_the_one_the_definition_gives_and_verifies(
    data: list[bytes], draw: st.DataObject
) -> None:
    index = draw.draw(st.integers(0, len(data) - 1))
    leaves = [leaf_hash(entry) for entry in data]
    path = inclusion_path(leaves, index)
    assert list(path) == slow_path(index, data)
    assert verify_inclusion(
        leaves[index], index=index, size=len(data), path=path, root=root_of(data)
    )


def hostile(leaf: bytes, index: int, size: int, path: tuple[bytes, ...], root: bytes):
    """Every class of alteration of the public vectors, one at a time."""
    good = {"leaf": leaf, "index": index, "size": size, "path": path, "root": root}
    for changed in ({"index": index + 1}, {"index": index - 1}, {"index": index ^ 2}):
        yield good | changed
    yield good | {"size": 0}
    yield good | {"root": EMPTY_ROOT}
    yield good | {"root": bytes([root[0] ^ 1]) + root[1:]}
    yield good | {"leaf": bytes([leaf[0] ^ 1]) + leaf[1:]}
    yield good | {"path": (*path, b"\x00" * 32)}
    yield good | {"path": (root, *path)}
    for n, part in enumerate(path):
        yield good | {"path": path[:n] + path[n + 1 :]}
        yield good | {"path": (*path[:n], bytes([part[0] ^ 1]) + part[1:], *path[n + 1 :])}


@given(st.lists(st.binary(max_size=12), min_size=1, max_size=40, unique=True), st.data())
def test_every_altered_proof_is_refused(data: list[bytes], draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(data) - 1))
    leaves = [leaf_hash(entry) for entry in data]
    path = inclusion_path(leaves, index)
    for case in hostile(leaves[index], index, len(data), path, root_of(data)):
        leaf = case.pop("leaf")
        assert not verify_inclusion(leaf, **case), case


@given(st.integers(0, 40), st.integers(1, 40), st.lists(st.binary(min_size=32, max_size=32)))
def test_a_forged_path_whose_root_was_computed_from_it_needs_the_right_length(
    index: int, size: int, path: list[bytes]
) -> None:
    # The root-derived forgery: claim whatever root the made-up path leads to.
    leaf = leaf_hash(b"forged")
    expected = len(slow_path(index, [b""] * size)) if index < size else None
    root = leaf
    fn, sn = index, size - 1
    for sibling in path:
        if fn & 1 or fn == sn:
            root = node_hash(sibling, root)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = node_hash(root, sibling)
        fn, sn = fn >> 1, sn >> 1
    accepted = verify_inclusion(leaf, index=index, size=size, path=path, root=root)
    assert accepted == (expected is not None and len(path) == expected)


def test_no_proof_of_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        inclusion_path([], 0)
    with pytest.raises(IndexError):
        inclusion_path([leaf_hash(b"a")], 1)
    with pytest.raises(IndexError):
        inclusion_path([leaf_hash(b"a")], -1)
