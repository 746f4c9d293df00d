"""Tree hashing held to the published vectors and to a slow tree written from RFC 6962's definition."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pensions.control_register.merkle import (
    EMPTY_ROOT,
    MemoryNodeStore,
    MerkleLog,
    ProofError,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from tests.pensions.vectors import vector_dir

VECTORS = vector_dir("rfc6962-transparency-dev")
ENTRIES = [bytes([n]) * (n % 5) for n in range(70)]


def slow_root(leaves):
    """MTH as RFC 6962 section 2.1 defines it, recursively."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(slow_root(leaves[:k]), slow_root(leaves[k:]))


def filled(count):
    log = MerkleLog()
    for entry in ENTRIES[:count]:
        log.append(entry)
    return log


def accepted(verify, *arguments):
    try:
        verify(*arguments)
    except ProofError:
        return False
    return True


def test_reference_roots():
    reference = json.loads((VECTORS() / "reference_roots.json").read_text())
    log = MerkleLog()
    assert log.root().hex() == reference["root_hex_by_size"][0]
    for entry, root in zip(reference["leaf_inputs_hex"], reference["root_hex_by_size"][1:], strict=True):
        log.append(bytes.fromhex(entry))
        assert log.root().hex() == root


def test_every_published_inclusion_vector():
    files = sorted((VECTORS() / "testdata" / "inclusion").rglob("*.json"))
    assert len(files) == 98
    for file in files:
        v = json.loads(file.read_text())
        proof = [base64.b64decode(h) for h in v["proof"] or []]
        leaf, root = base64.b64decode(v["leafHash"] or ""), base64.b64decode(v["root"] or "")
        good = accepted(verify_inclusion, v["leafIdx"], v["treeSize"], leaf, proof, root)
        assert good is not v["wantErr"], file


def test_every_published_consistency_vector():
    files = sorted((VECTORS() / "testdata" / "consistency").rglob("*.json"))
    assert len(files) == 98
    for file in files:
        v = json.loads(file.read_text())
        proof = [base64.b64decode(h) for h in v["proof"] or []]
        roots = base64.b64decode(v["root1"] or ""), base64.b64decode(v["root2"] or "")
        good = accepted(verify_consistency, v["size1"], v["size2"], *roots, proof)
        assert good is not v["wantErr"], file


def test_roots_of_every_size_equal_the_definition():
    log = filled(70)
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    for size in range(71):
        assert log.root(size) == slow_root(leaves[:size])


def test_every_inclusion_proof_holds_for_its_leaf_and_for_no_other():
    log = filled(40)
    for size in range(1, 41):
        for index in range(size):
            proof = log.inclusion_proof(index, size)
            leaf = leaf_hash(ENTRIES[index])
            verify_inclusion(index, size, leaf, proof, log.root(size))
            other = (index + 1) % size
            if other != index:
                assert not accepted(verify_inclusion, other, size, leaf, proof, log.root(size))
            assert not accepted(verify_inclusion, index, size, leaf_hash(b"forged"), proof, log.root(size))


def test_every_consistency_proof_holds_and_no_other_root_fits():
    log = filled(40)
    for second in range(1, 41):
        for first in range(1, second + 1):
            proof = log.consistency_proof(first, second)
            verify_consistency(first, second, log.root(first), log.root(second), proof)
            assert not accepted(verify_consistency, first, second, EMPTY_ROOT, log.root(second), proof)
            assert not accepted(verify_consistency, first, second, log.root(first), EMPTY_ROOT, proof)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), max_size=6))
def test_appending_in_batches_gives_the_same_tree(batches):
    leaves = [leaf_hash(n.to_bytes(4, "big")) for n in range(sum(batches))]
    bulk, done = MerkleLog(), 0
    for count in batches:
        assert bulk.append_hashes(leaves[done : done + count]) == done
        done += count
    assert bulk.root() == slow_root(leaves)


def test_a_node_is_never_rewritten():
    store = MemoryNodeStore()
    log = MerkleLog(store)
    log.append(b"a")
    with pytest.raises(ValueError, match="once"):
        store.write([(0, 0, leaf_hash(b"b"))])
    stale = MerkleLog(store, size=0)
    with pytest.raises(ValueError, match="once"):
        stale.append(b"b")


@pytest.mark.parametrize(("first", "second"), [(0, 5), (6, 5), (-1, 5), (1, 71)])
def test_impossible_consistency_proofs_are_refused(first, second):
    with pytest.raises(ProofError):
        filled(70).consistency_proof(first, second)


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (0, 71)])
def test_impossible_inclusion_proofs_are_refused(index, size):
    with pytest.raises(ProofError):
        filled(70).inclusion_proof(index, size)
