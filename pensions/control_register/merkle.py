"""Merkle tree hashing and proofs as in RFC 6962 section 2.1 and RFC 9162 section 2.1.

The log keeps every *complete* subtree hash at `(level, index)`: level 0 holds leaf hashes, and the node `(l,
i)` covers the leaves `[i * 2**l, (i + 1) * 2**l)`. Complete nodes never change, so old roots, inclusion
proofs and consistency proofs are computed for any size that the log ever had, from about log2(size) reads.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Protocol

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

Position = tuple[int, int]
Node = tuple[int, int, bytes]


class ProofError(ValueError):
    """A proof does not lead from what is claimed to the given root."""


class NodeStore(Protocol):
    """Where complete nodes live: a list in memory, or a table with the unique key (level, index)."""

    def read(self, positions: Sequence[Position]) -> Mapping[Position, bytes]:
        """Hashes at the positions; raises KeyError when one is absent."""

    def write(self, nodes: Iterable[Node]) -> None:
        """Add nodes; must refuse a position that is already taken."""


class MemoryNodeStore:
    """Complete nodes in one list per level; for tests, audits and offline work."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = []

    def read(self, positions: Sequence[Position]) -> dict[Position, bytes]:
        levels = self._levels
        try:
            return {position: levels[position[0]][position[1]] for position in positions}
        except IndexError as error:
            raise KeyError("The log holds no such node") from error

    def write(self, nodes: Iterable[Node]) -> None:
        levels = self._levels
        for level, index, node in nodes:
            if level == len(levels):
                levels.append([])
            if index != len(levels[level]):
                raise ValueError("A node of the log is written once, and in order")
            levels[level].append(node)


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a log entry, RFC 6962: SHA-256(0x00 || entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node, RFC 6962: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def frontier(size: int) -> list[Position]:
    """The largest complete subtrees that make up a tree of this size, from left to right."""
    return _cover(0, size)


def appended_nodes(size: int, edge: Mapping[Position, bytes], leaf_hashes: Sequence[bytes]) -> list[Node]:
    """Complete nodes that appear when the leaves are appended to a tree of `size`.

    `edge` maps the positions of `frontier(size)` to their hashes. A caller with a database reads the frontier
    and inserts the result in one statement each; the unique key on (level, index) then makes a fork
    impossible.
    """
    nodes = [(0, size + offset, leaf) for offset, leaf in enumerate(leaf_hashes)]
    level, start, row = 0, size, list(leaf_hashes)
    while row:
        if start % 2:
            start -= 1
            row.insert(0, edge[level, start])
        parents = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]
        level, start = level + 1, start // 2
        nodes += [(level, start + offset, parent) for offset, parent in enumerate(parents)]
        row = parents
    return nodes


class MerkleLog:
    """An append-only tree over a node store. The caller sees to it that only one writer appends at a time."""

    def __init__(self, store: NodeStore | None = None, size: int = 0) -> None:
        self.store = MemoryNodeStore() if store is None else store
        self.size = size

    def append(self, entry: bytes) -> int:
        """Append one entry and return its index."""
        return self.append_hashes([leaf_hash(entry)])

    def append_hashes(self, leaf_hashes: Sequence[bytes]) -> int:
        """Append leaf hashes in order and return the index of the first."""
        first = self.size
        edge = self.store.read(frontier(first))
        self.store.write(appended_nodes(first, edge, leaf_hashes))
        self.size = first + len(leaf_hashes)
        return first

    def root(self, size: int | None = None) -> bytes:
        """Root of the tree at `size` (now, unless told)."""
        size = self._checked_size(size)
        return self._hashes([(0, size)])[0] if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Audit path of the leaf in the tree of `size`, from the leaf's sibling upwards."""
        size = self._checked_size(size)
        if not 0 <= index < size:
            raise ProofError("The tree of this size has no such leaf")
        return self._hashes(inclusion_ranges(index, size))

    def consistency_proof(self, first: int, second: int | None = None) -> list[bytes]:
        """Proof that the tree of `first` (at least 1) leaves is a prefix of that of `second`."""
        second = self._checked_size(second)
        if not 0 < first <= second:
            raise ProofError("A consistency proof needs 0 < first size <= second size")
        return self._hashes(consistency_ranges(first, second))

    def _checked_size(self, size: int | None) -> int:
        size = self.size if size is None else size
        if not 0 <= size <= self.size:
            raise ProofError("The log never had this size")
        return size

    def _hashes(self, ranges: Sequence[Position]) -> list[bytes]:
        covers = [_cover(start, end) for start, end in ranges]
        nodes = self.store.read([position for cover in covers for position in cover])
        return [_fold([nodes[position] for position in cover]) for cover in covers]


def inclusion_ranges(index: int, size: int) -> list[Position]:
    """Leaf ranges whose subtree hashes form the audit path, in proof order."""
    ranges, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(first: int, second: int) -> list[Position]:
    """Leaf ranges whose subtree hashes form the consistency proof, in proof order."""
    ranges, start, end = [], 0, second
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # The first tree's own root is known to the verifier: it is sent only when that tree is not a complete
    # subtree.
    return ([(start, end)] if start else []) + ranges[::-1]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Root to which the audit path leads (RFC 9162 section 2.1.3.2); raises ProofError for a path of wrong
    shape.

    The leaf hash must be 32 bytes: the RFC's text alone would accept published negative vectors.
    """
    if not 0 <= index < size or len(leaf) != HASH_SIZE:
        raise ProofError("No such leaf in a tree of this size")
    node, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("The proof is too long")
        if node & 1 or node == last:
            digest = sha256(b"\x01" + sibling + digest).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest = sha256(b"\x01" + digest + sibling).digest()
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError("The proof is too short")
    return digest


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Return when the leaf hash stands at `index` in the tree with this root; else raise ProofError."""
    if len(root) != HASH_SIZE or root_from_inclusion(index, size, leaf, proof) != root:
        raise ProofError("The proof leads to another root")


def verify_consistency(first: int, second: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """Return when the second tree extends the first (RFC 9162 section 2.1.4.2); else raise ProofError.

    A first size of 0 proves nothing and is refused, which the RFC's text alone would not do.
    """
    if not 0 < first <= second:
        raise ProofError("A consistency proof needs 0 < first size <= second size")
    if first == second:
        if proof or root1 != root2:
            raise ProofError("Trees of one size have one root and an empty proof")
        return
    if not proof:
        raise ProofError("The proof is empty")
    path = list(proof) if first & (first - 1) else [root1, *proof]
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    digest1 = digest2 = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("The proof is too long")
        if node & 1 or node == last:
            digest1, digest2 = node_hash(sibling, digest1), node_hash(sibling, digest2)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest2 = node_hash(digest2, sibling)
        node, last = node >> 1, last >> 1
    if last or digest1 != root1 or digest2 != root2:
        raise ProofError("The proof does not lead from the first root to the second")


def _split(width: int) -> int:
    """The largest power of two below `width` (width > 1)."""
    return 1 << ((width - 1).bit_length() - 1)


def _cover(start: int, end: int) -> list[Position]:
    """Complete nodes over the leaves [start, end), left to right; `start` is aligned as RFC 6962 has it."""
    positions = []
    while start < end:
        level = (end - start).bit_length() - 1
        positions.append((level, start >> level))
        start += 1 << level
    return positions


def _fold(digests: Sequence[bytes]) -> bytes:
    """Hash of an incomplete subtree out of the complete ones that it is made of."""
    digest = digests[-1]
    for left in digests[-2::-1]:
        digest = node_hash(left, digest)
    return digest
