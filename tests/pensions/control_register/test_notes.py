"""Signed notes, checkpoints, cosignatures and proofs against the published example and by tampering."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pensions.control_register.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from pensions.control_register.leaves import Leaf, LeafError, Opening, canonical, commit
from pensions.control_register.merkle import MerkleLog, ProofError
from pensions.control_register.notes import (
    COSIGNATURE,
    NoteError,
    NoteSigner,
    NoteVerifier,
    cosign,
    open_note,
    parse_note,
    sign_note,
)
from pensions.control_register.tlog_proof import TlogProof, TlogProofError
from tests.pensions.vectors import vector_dir

NOTE = vector_dir("c2sp-signed-note")
NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def signer(name="log.example/kg", signature_type=1, seed=1):
    return NoteSigner.from_private_key(
        name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32), signature_type
    )


def test_published_note_is_verified_and_signed_byte_for_byte():
    example = json.loads((NOTE() / "peterneumann.json").read_text())
    key = NoteSigner.parse(example["signer_key_public_test_only"])
    verifier = NoteVerifier.parse(example["verifier_key"])
    assert key.verifier == verifier
    assert str(verifier) == example["verifier_key"]
    note = sign_note(example["text"], key)
    assert note == example["text"] + "\n" + example["signature_line"].rstrip("\n") + "\n"
    assert open_note(note, [verifier]).text == example["text"]


def test_published_note_with_other_text_is_refused():
    example = json.loads((NOTE() / "peterneumann.json").read_text())
    verifier = NoteVerifier.parse(example["verifier_key"])
    note = example["text"].replace("answer", "ANSWER") + "\n" + example["signature_line"].rstrip("\n") + "\n"
    with pytest.raises(NoteError, match="wrong"):
        open_note(note, [verifier])


def test_unknown_signatures_are_ignored_but_not_enough():
    note = sign_note("text\n", signer(seed=2, name="stranger"), signer())
    assert open_note(note, [signer().verifier]).text == "text\n"
    with pytest.raises(NoteError, match="No trusted key"):
        open_note(note, [signer(seed=3, name="third").verifier])


@pytest.mark.parametrize(
    "broken",
    ["text", "text\n", "text\n\n", "te\txt\n\n— a b\n", "text\n\n- name AAAAAAAA\n", "text\n\n— name AAA\n"],
)
def test_broken_notes_are_refused(broken):
    with pytest.raises(NoteError):
        parse_note(broken)


def test_a_wrong_key_id_in_a_verifier_key_is_refused():
    text = str(signer().verifier)
    name, identifier, key = text.split("+", 2)
    with pytest.raises(NoteError):
        NoteVerifier.parse(f"{name}+{'0' * 8 if identifier != '0' * 8 else '1' * 8}+{key}")


def test_checkpoint_with_cosignatures_and_quorum():
    log, witness = signer(), signer("witness.example/by", COSIGNATURE, 9)
    note = Checkpoint(log.verifier.name, 7, bytes(32)).sign(log)
    both = cosign(note, witness, timestamp=1_700_000_000)
    checkpoint, signed = open_checkpoint(both, log.verifier, witnesses=[witness.verifier], quorum=1)
    assert checkpoint == Checkpoint("log.example/kg", 7, bytes(32))
    assert signed.cosigned_at(witness.verifier) == 1_700_000_000
    with pytest.raises(NoteError):
        open_checkpoint(note, log.verifier, witnesses=[witness.verifier], quorum=1)
    other = signer("witness.example/am", COSIGNATURE, 8)
    with pytest.raises(CheckpointError, match="Too few"):
        open_checkpoint(both, log.verifier, witnesses=[witness.verifier, other.verifier], quorum=2)


def test_a_cosignature_with_another_time_is_refused():
    log, witness = signer(), signer("witness.example/by", COSIGNATURE, 9)
    both = cosign(Checkpoint(log.verifier.name, 7, bytes(32)).sign(log), witness, timestamp=5)
    *_, signature = parse_note(both).signatures[1]
    assert witness.verifier.accepts(parse_note(both).text.encode(), signature)
    assert not witness.verifier.accepts(
        parse_note(both).text.encode(), (6).to_bytes(8, "big") + signature[8:]
    )


@pytest.mark.parametrize(
    "text", ["o\n1\n", "o\n01\nAA==\n", "o\n1\nAA==\n", "\n1\n" + "A" * 43 + "=\n", "o\n1\n!\n"]
)
def test_texts_that_are_no_checkpoint(text):
    with pytest.raises(CheckpointError):
        Checkpoint.from_text(text)


def test_a_checkpoint_of_another_log_is_refused():
    log = signer()
    note = Checkpoint("somebody.else", 7, bytes(32)).sign(log)
    with pytest.raises(CheckpointError, match="another log"):
        open_checkpoint(note, log.verifier)


def proved_log(count=11, index=4):
    log_key = signer()
    log = MerkleLog()
    leaves = [commit("blank_received", NOW, {1: n}, salt=bytes([n]) * 32) for n in range(count)]
    for leaf, _ in leaves:
        log.append(leaf.encode())
    note = Checkpoint(log_key.verifier.name, log.size, log.root()).sign(log_key)
    leaf, opening = leaves[index]
    proof = TlogProof(
        index, tuple(log.inclusion_proof(index)), note, canonical([leaf.encode(), opening.encode()])
    )
    return proof, leaf, opening, log_key


def test_a_proof_survives_its_text_and_verifies():
    proof, leaf, opening, key = proved_log()
    again = TlogProof.parse(proof.text())
    assert again == proof
    assert again.verify(leaf.encode(), key.verifier).size == 11
    assert opening.commitment == leaf.commitment


def test_a_proof_does_not_fit_another_entry_or_index():
    proof, leaf, _, key = proved_log()
    other, _ = commit("blank_received", NOW, {1: 4})
    with pytest.raises(ProofError):
        proof.verify(other.encode(), key.verifier)
    moved = TlogProof(5, proof.path, proof.checkpoint)
    with pytest.raises(ProofError):
        moved.verify(leaf.encode(), key.verifier)


@pytest.mark.parametrize("change", ["c2sp.org/tlog-proof@v2", "index 04", "index -1", "extra !"])
def test_broken_proof_texts(change):
    proof, *_ = proved_log()
    lines = proof.text().split("\n")
    lines[0 if "@" in change else 1 if "extra" in change else 2] = change
    with pytest.raises(TlogProofError):
        TlogProof.parse("\n".join(lines))


def test_leaf_bytes_are_canonical_and_only_they_are_read():
    leaf, _ = commit("certificate_issued", NOW, ["a"], salt=bytes(32))
    data = leaf.encode()
    assert Leaf.decode(data) == leaf
    with pytest.raises(LeafError):
        Leaf.decode(data + b"\x00")
    with pytest.raises(LeafError):
        Leaf.decode(b"\xbf" + data[1:] + b"\xff")
    with pytest.raises(LeafError):
        Leaf("Имя", NOW, bytes(32)).encode()


def test_the_commitment_hides_without_the_salt_and_binds_with_it():
    leaf, opening = commit("certificate_issued", NOW, ["KG-1"])
    assert Opening.decode(opening.encode()).commitment == leaf.commitment
    assert Opening(opening.salt, canonical(["KG-2"])).commitment != leaf.commitment
    assert commit("certificate_issued", NOW, ["KG-1"])[0].commitment != leaf.commitment
    assert b"KG-1" not in leaf.encode()
