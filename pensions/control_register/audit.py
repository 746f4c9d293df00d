"""Audit of a stored log: its entries, its node table and its signed checkpoints held against one another.

Whoever edits the database by hand changes an entry, removes one or puts one in. The entries are hashed afresh: what
differs from the node table is named by index; when the node table was changed along with them, the checkpoints that
were signed (and cosigned elsewhere) before still tell between which two sizes the history was rewritten.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pensions.control_register.checkpoint import Checkpoint
from pensions.control_register.merkle import MerkleLog, NodeStore, Position, leaf_hash

BATCH = 4096
_ABSENT = bytes(32)


@dataclass(frozen=True, slots=True)
class Finding:
    """`first` to `last` are the entry indexes (both included) that it concerns.

    Codes: entry_missing, entry_unexpected, entry_changed, node_missing, node_changed, history_changed,
    log_shorter_than_checkpoint.
    """

    code: str
    first: int
    last: int


def audit_log(
    entries: Iterable[tuple[int, bytes]], nodes: NodeStore, size: int, checkpoints: Iterable[Checkpoint]
) -> list[Finding]:
    """Findings over a log of `size`; none when everything agrees. `entries` are (index, bytes) by ascending index."""
    findings: list[Finding] = []
    fresh = MerkleLog()
    for hashes in _batches(_in_order(entries, size, findings)):
        first = fresh.append_hashes(hashes)
        stored = _read(nodes, [(0, first + offset) for offset in range(len(hashes))])
        for offset, digest in enumerate(hashes):
            found = stored.get((0, first + offset))
            if digest not in (found, _ABSENT):
                findings.append(
                    Finding("entry_changed" if found else "node_missing", first + offset, first + offset)
                )
    findings += _inner_nodes(fresh, nodes, size)
    findings += _history(fresh, checkpoints)
    return sorted(findings, key=lambda finding: (finding.first, finding.last, finding.code))


def _in_order(entries: Iterable[tuple[int, bytes]], size: int, findings: list[Finding]) -> Iterator[bytes]:
    """Leaf hashes of indexes 0 to size − 1; a gap is filled with zeros, so that later entries keep their places."""
    expected = 0
    for index, entry in entries:
        if index < expected or index >= size:
            findings.append(Finding("entry_unexpected", index, index))
            continue
        while expected < index:
            findings.append(Finding("entry_missing", expected, expected))
            yield _ABSENT
            expected += 1
        yield leaf_hash(entry)
        expected += 1
    for missing in range(expected, size):
        findings.append(Finding("entry_missing", missing, missing))
        yield _ABSENT


def _inner_nodes(fresh: MerkleLog, nodes: NodeStore, size: int) -> Iterator[Finding]:
    """Nodes above the leaves that are not what their own children give."""
    for level in range(1, size.bit_length()):
        count = size >> level
        for start in range(0, count, BATCH):
            positions = [(level, index) for index in range(start, min(start + BATCH, count))]
            stored, right = _read(nodes, positions), fresh.store.read(positions)
            for position in positions:
                if stored.get(position) != right[position]:
                    code = "node_changed" if position in stored else "node_missing"
                    yield Finding(code, position[1] << level, ((position[1] + 1) << level) - 1)


def _history(fresh: MerkleLog, checkpoints: Iterable[Checkpoint]) -> Iterator[Finding]:
    """The stretch between the last checkpoint that still holds and the first that does not."""
    good = 0
    for checkpoint in sorted(checkpoints, key=lambda checkpoint: checkpoint.size):
        if checkpoint.size > fresh.size:
            yield Finding("log_shorter_than_checkpoint", fresh.size, checkpoint.size - 1)
        elif fresh.root(checkpoint.size) == checkpoint.root:
            good = checkpoint.size
        else:
            yield Finding("history_changed", good, max(checkpoint.size - 1, good))
            return


def _batches(hashes: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for digest in hashes:
        batch.append(digest)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(nodes: NodeStore, positions: list[Position]) -> dict[Position, bytes]:
    """Nodes that are there: a store raises KeyError for a missing one, then they are asked for one by one."""
    try:
        return dict(nodes.read(positions))
    except KeyError:
        found: dict[Position, bytes] = {}
        for position in positions:
            try:
                found.update(nodes.read([position]))
            except KeyError:
                continue
        return found
