"""A log edited by hand: every kind of edit is found and placed."""

import pytest

from pensions.control_register.audit import Finding, audit_log
from pensions.control_register.checkpoint import Checkpoint
from pensions.control_register.merkle import MerkleLog, leaf_hash

SIZE = 77


class Table:
    """Nodes in a dict, as a table would hold them: anything can be edited."""

    def __init__(self, log):
        self.rows = {
            (level, index): node
            for level, nodes in enumerate(log.store._levels)
            for index, node in enumerate(nodes)
        }

    def read(self, positions):
        return {position: self.rows[position] for position in positions}

    def write(self, nodes):
        raise NotImplementedError


@pytest.fixture
def stored():
    log, checkpoints = MerkleLog(), []
    entries = [(n, b"entry %d" % n) for n in range(SIZE)]
    for _, entry in entries:
        log.append(entry)
        if log.size in (20, 50, SIZE):
            checkpoints.append(Checkpoint("log", log.size, log.root()))
    return entries, Table(log), checkpoints


def codes(findings):
    return {(finding.code, finding.first, finding.last) for finding in findings}


def test_an_honest_log_has_no_findings(stored):
    entries, nodes, checkpoints = stored
    assert audit_log(entries, nodes, SIZE, checkpoints) == []
    assert audit_log([], Table(MerkleLog()), 0, []) == []


def test_a_changed_entry(stored):
    entries, nodes, checkpoints = stored
    entries[33] = (33, b"forged")
    found = codes(audit_log(entries, nodes, SIZE, checkpoints))
    assert {("entry_changed", 33, 33), ("history_changed", 20, 49)} <= found
    assert not any(code == "entry_changed" and first != 33 for code, first, _ in found)


def test_a_removed_entry(stored):
    entries, nodes, checkpoints = stored
    del entries[33]
    assert ("entry_missing", 33, 33) in codes(audit_log(entries, nodes, SIZE, checkpoints))


def test_an_inserted_entry(stored):
    entries, nodes, checkpoints = stored
    entries.insert(34, (33, b"second"))
    entries.append((SIZE, b"beyond"))
    found = codes(audit_log(entries, nodes, SIZE, checkpoints))
    assert found == {("entry_unexpected", 33, 33), ("entry_unexpected", SIZE, SIZE)}


def test_entries_cut_off_at_the_end(stored):
    entries, nodes, checkpoints = stored
    found = codes(audit_log(entries[:-2], nodes, SIZE, checkpoints))
    assert {("entry_missing", 75, 75), ("entry_missing", 76, 76)} <= found
    assert codes(audit_log(entries[:-2], nodes, SIZE - 2, checkpoints)) == {
        ("log_shorter_than_checkpoint", 75, 76)
    }


def test_an_entry_and_its_leaf_changed_together(stored):
    entries, nodes, checkpoints = stored
    entries[60] = (60, b"forged")
    nodes.rows[0, 60] = leaf_hash(b"forged")
    found = codes(audit_log(entries, nodes, SIZE, checkpoints))
    assert ("node_changed", 60, 61) in found
    assert ("history_changed", 50, 76) in found


def test_the_whole_tree_rewritten_is_still_told_by_the_checkpoints(stored):
    entries, _, checkpoints = stored
    entries[10] = (10, b"forged")
    other = MerkleLog()
    for _, entry in entries:
        other.append(entry)
    found = audit_log(entries, Table(other), SIZE, checkpoints)
    assert found == [Finding("history_changed", 0, 19)]


def test_a_missing_node(stored):
    entries, nodes, checkpoints = stored
    del nodes.rows[0, 5], nodes.rows[3, 1]
    assert codes(audit_log(entries, nodes, SIZE, checkpoints)) == {
        ("node_missing", 5, 5),
        ("node_missing", 8, 15),
    }
