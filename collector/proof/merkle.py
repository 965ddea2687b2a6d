"""Pure. Merkle trees with SHA-256: roots, inclusion and consistency proofs (RFC 9162, section 2.1).

A tree is the sequence of its leaves' hashes. Knows nothing of what a leaf stands for.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

HASH_BYTES = 32
_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf that holds `entry`."""
    return hashlib.sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others."""
    return hashlib.sha256(_NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All of a tree that is needed to make it longer: the roots of its full subtrees, the largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves does not have {len(self.peaks)} full subtrees")

    def extended(self, leaves: Iterable[bytes]) -> "Frontier":
        """The same tree with these leaves' hashes behind its own."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            node, below = leaf, size
            while below & 1:
                node = node_hash(peaks.pop(), node)
                below >>= 1
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The tree's hash; of the empty tree, the hash of nothing."""
        if not self.peaks:
            return hashlib.sha256().digest()
        *others, node = self.peaks
        for peak in reversed(others):
            node = node_hash(peak, node)
        return node


def root(leaves: Iterable[bytes]) -> bytes:
    """The hash of the tree over these leaves' hashes."""
    return Frontier().extended(leaves).root


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole tree, for many proofs: a subtree is hashed once."""

    leaves: Sequence[bytes]
    _known: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def inclusion_path(self, index: int) -> tuple[bytes, ...]:
        """What proves that leaf `index`, from 0, is in this tree (2.1.3.1). Raises IndexError."""
        start, end = 0, len(self.leaves)
        if not start <= index < end:
            raise IndexError(f"a tree of {end} leaves has no leaf {index}")
        path: list[bytes] = []
        while end - start > 1:
            split = start + _split(end - start)
            if index < split:
                path.append(self._root(split, end))
                end = split
            else:
                path.append(self._root(start, split))
                start = split
        return tuple(reversed(path))

    def _root(self, start: int, end: int) -> bytes:
        if end - start == 1:
            return self.leaves[start]
        if (start, end) not in self._known:
            split = start + _split(end - start)
            self._known[start, end] = node_hash(self._root(start, split), self._root(split, end))
        return self._known[start, end]


def consistency_path(leaves: Sequence[bytes], earlier: int) -> tuple[bytes, ...]:
    """What proves that the tree of the first `earlier` leaves grew into this one (2.1.4.1). Raises IndexError."""
    if not 0 < earlier <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} leaves did not grow from one of {earlier}")
    path: list[bytes] = []
    whole = True  # the earlier tree is a full subtree of what is left, which its reader knows
    while earlier != len(leaves):
        split = _split(len(leaves))
        if earlier <= split:
            path.append(root(leaves[split:]))
            leaves = leaves[:split]
        else:
            path.append(root(leaves[:split]))
            leaves, earlier, whole = leaves[split:], earlier - split, False
    return tuple(reversed(path if whole else [*path, root(leaves)]))


def includes(tree_root: bytes, *, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that `leaf`, a hash, is number `index` of the tree (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, node = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            node = node_hash(other, node)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            node = node_hash(node, other)
        number, last = number >> 1, last >> 1
    return last == 0 and node == tree_root


def grew(earlier_root: bytes, later_root: bytes, *, earlier: int, later: int, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `later` leaves begins with the one of `earlier` (2.1.4.2)."""
    if not 0 < earlier <= later:
        return False
    if earlier == later:
        return not path and earlier_root == later_root
    nodes = [*([] if earlier & (earlier - 1) else [earlier_root]), *path]
    return bool(nodes) and _climb(nodes, earlier - 1, later - 1) == (earlier_root, later_root)


def _climb(nodes: Sequence[bytes], number: int, last: int) -> tuple[bytes, bytes] | None:
    """The two roots that these nodes lead to; None where there are too few or too many."""
    while number & 1:
        number, last = number >> 1, last >> 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return None
        if number & 1 or number == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            second = node_hash(second, node)
        number, last = number >> 1, last >> 1
    return (first, second) if last == 0 else None


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
