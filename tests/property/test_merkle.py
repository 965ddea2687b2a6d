"""Every proof that a tree gives verifies, and no other does."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from collector.proof import merkle

MOST = 70


def _leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def _naive(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + _naive(leaves[:split]) + _naive(leaves[split:])).digest()


def _flipped(one: bytes, bit: int) -> bytes:
    return (int.from_bytes(one, "big") ^ (1 << bit % (8 * len(one)))).to_bytes(len(one), "big")


@given(st.integers(0, MOST), st.data())
def test_a_tree_may_grow_in_any_steps(size: int, data: st.DataObject) -> None:
    leaves = _leaves(size)
    cut = data.draw(st.integers(0, size))
    assert merkle.Frontier().extended(leaves[:cut]).extended(leaves[cut:]).root == _naive(leaves)


def test_every_inclusion_proof_verifies_and_only_for_its_own_place() -> None:
    for size in range(1, 34):
        leaves = _leaves(size)
        root = merkle.root(leaves)
        for index in range(size):
            path = merkle.Tree(leaves).inclusion_path(index)
            assert merkle.includes(root, size=size, index=index, leaf=leaves[index], path=path)
            assert not any(
                merkle.includes(root, size=size, index=other, leaf=leaves[index], path=path)
                for other in range(size)
                if other != index
            )


def test_every_consistency_proof_verifies() -> None:
    for later in range(1, 34):
        leaves = _leaves(later)
        for earlier in range(1, later + 1):
            path = merkle.consistency_path(leaves, earlier)
            roots = merkle.root(leaves[:earlier]), merkle.root(leaves)
            assert merkle.grew(*roots, earlier=earlier, later=later, path=path)


@given(st.integers(1, MOST), st.data())
def test_any_change_of_an_inclusion_proof_fails(size: int, data: st.DataObject) -> None:
    leaves = _leaves(size)
    index = data.draw(st.integers(0, size - 1))
    path, root = list(merkle.Tree(leaves).inclusion_path(index)), merkle.root(leaves)
    bit = data.draw(st.integers(0, 255))
    assert not merkle.includes(_flipped(root, bit), size=size, index=index, leaf=leaves[index], path=path)
    assert not merkle.includes(root, size=size, index=index, leaf=_flipped(leaves[index], bit), path=path)
    assert not merkle.includes(root, size=size, index=index, leaf=leaves[index], path=[*path, root])
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        changed = [*path[:at], _flipped(path[at], bit), *path[at + 1 :]]
        assert not merkle.includes(root, size=size, index=index, leaf=leaves[index], path=changed)
        assert not merkle.includes(root, size=size, index=index, leaf=leaves[index], path=path[:at] + path[at + 1 :])


@given(st.integers(2, MOST), st.data())
def test_any_change_of_a_consistency_proof_fails(later: int, data: st.DataObject) -> None:
    leaves = _leaves(later)
    earlier = data.draw(st.integers(1, later - 1))
    path = list(merkle.consistency_path(leaves, earlier))
    first, second = merkle.root(leaves[:earlier]), merkle.root(leaves)
    bit = data.draw(st.integers(0, 255))
    at = data.draw(st.integers(0, len(path) - 1))
    changed = [*path[:at], _flipped(path[at], bit), *path[at + 1 :]]
    sizes = {"earlier": earlier, "later": later}
    assert not merkle.grew(first, second, path=changed, **sizes)
    assert not merkle.grew(first, second, path=path[:at] + path[at + 1 :], **sizes)
    assert not merkle.grew(first, second, path=[*path, second], **sizes)
    assert not merkle.grew(_flipped(first, bit), second, path=path, **sizes)
    assert not merkle.grew(first, _flipped(second, bit), path=path, **sizes)
