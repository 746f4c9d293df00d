"""The register as strangers fetch it: checkpoint, tiles, proofs, cosignatures, the page."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.urls import reverse

from common.errors import Conflict, Invalid, Refused
from pensions.control_register.checkpoint import Checkpoint, open_checkpoint
from pensions.control_register.merkle import MerkleLog, leaf_hash, verify_consistency, verify_inclusion
from pensions.control_register.notes import COSIGNATURE, NoteSigner, NoteVerifier, cosign
from pensions.control_register.tiles import check_bundle, decode_entries, split_tile
from pensions.models import RegisterCheckpoint, RegisterCosignature, RegisterWitness, SigningKey
from pensions.services import (
    certificates,
    checkpoints,
    control_register,
    signing_keys,
    verification,
    witnessing,
)

pytestmark = pytest.mark.django_db
ASTANA = NoteSigner.from_private_key(
    "witness.example/kz", Ed25519PrivateKey.from_private_bytes(b"\x21" * 32), COSIGNATURE
)


def fetch(client, path: str) -> bytes:
    response = client.get(f"/register/{path}")
    assert response.status_code == 200, path
    return response.content


def test_a_stranger_rebuilds_the_log_from_its_tiles(client, office):
    for _ in range(3):
        office.issued()
    checkpoints.sign_checkpoint(by=None)
    keys = [NoteVerifier.parse(line) for line in fetch(client, "keys").decode().splitlines()]
    checkpoint, _ = open_checkpoint(fetch(client, "checkpoint").decode(), keys[0])
    entries = decode_entries(fetch(client, f"tile/entries/000.p/{checkpoint.size}"))
    tile = fetch(client, f"tile/0/000.p/{checkpoint.size}")
    assert check_bundle(entries, tile)
    log = MerkleLog()
    log.append_hashes(split_tile(tile))
    assert (log.size, log.root()) == (checkpoint.size, checkpoint.root)
    response = client.get(f"/register/tile/0/000.p/{checkpoint.size}")
    assert "immutable" in response["Cache-Control"]


def test_a_full_tile_and_the_level_above(client, office):
    signer = signing_keys.register_signer()
    tree = control_register.log()
    tree.append_hashes([sha256(b"%d" % n).digest() for n in range(tree.size, 600)])
    assert client.get("/register/tile/0/001").status_code == 404, "not before a checkpoint is signed over it"
    note = Checkpoint(control_register.origin(), 600, tree.root()).sign(signer)
    RegisterCheckpoint.everything.create(size=600, root=tree.root().hex(), note=note)
    full = MerkleLog()
    full.append_hashes(split_tile(fetch(client, "tile/0/000")))
    assert split_tile(fetch(client, "tile/1/000.p/2"))[0] == full.root()
    assert len(split_tile(fetch(client, "tile/0/002.p/88"))) == 88


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/200",
        "tile/0/0",
        "tile/0/x000/000",
        "tile/64/000",
        "tile/00/000",
        "tile/-1/000",
        "tile/entries/001",
        "tile/entries/000.p/007",
        "tile/0/%2e%2e/settings",
    ],
)
def test_other_paths_lead_nowhere(client, office, path):
    office.issued()
    assert client.get(f"/register/{path}").status_code == 404


def test_proofs_over_http(client, office):
    office.issued()
    size = control_register.size()
    said = client.get("/register/proof/inclusion", {"index": 2, "size": size}).json()
    path = [bytes.fromhex(one) for one in said["path"]]
    verify_inclusion(2, size, bytes.fromhex(said["leaf"]), path, bytes.fromhex(said["root"]))
    said = client.get("/register/proof/consistency", {"first": 3, "second": size}).json()
    roots = bytes.fromhex(said["first_root"]), bytes.fromhex(said["second_root"])
    verify_consistency(3, size, *roots, [bytes.fromhex(one) for one in said["path"]])
    for wrong in ({"index": 99, "size": size}, {"index": 0, "size": size + 1}):
        assert client.get("/register/proof/inclusion", wrong).status_code == 404
    for wrong in (
        {},
        {"first": "-1", "second": "2"},
        {"first": "1" * 40, "second": "2"},
        {"first": "0x1", "second": "2"},
    ):
        assert client.get("/register/proof/consistency", wrong).status_code == 400
    assert client.get("/register/proof/consistency", {"first": 0, "second": size}).status_code == 404


def test_a_witness_cosigns_and_verifiers_see_it(client, office):
    assert (
        witnessing.add_witness(by=office.supervisor, verifier=str(ASTANA.verifier), state="KZ").name
        == "witness.example/kz"
    )
    made = office.issued()
    checkpoint = checkpoints.sign_checkpoint(by=None)
    note = cosign(checkpoint.note, ASTANA, timestamp=1_790_000_000)
    address = reverse("pensions:register_cosignatures")
    for taken in (1, 0):
        answer = client.post(address, note, content_type="text/plain")
        assert (answer.status_code, answer.json()) == (200, {"taken": taken})
    shown = fetch(client, "checkpoint").decode()
    verifier = verification.RegisterTrust().log().verifier
    _, signed = open_checkpoint(shown, verifier, witnesses=[ASTANA.verifier], quorum=1)
    assert signed.cosigned_at(ASTANA.verifier) == 1_790_000_000
    assert "witness.example/kz" in client.get("/register/").content.decode()
    assert verification.verify_file(by=None, data=office.pdf(made)).valid


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda note: note, "cosignature_invalid"),
        (
            lambda note: cosign(note, ASTANA, timestamp=1).replace("\n2", "\n3", 1) if "\n2" in note else "x",
            "note_invalid",
        ),
        (lambda note: "hello", "note_invalid"),
        (lambda note: note + "x" * 20_000, "note_invalid"),
        (lambda note: cosign(note.replace("kozot/", "other/"), ASTANA, timestamp=1), "checkpoint_unknown"),
        (
            lambda note: cosign(
                note,
                NoteSigner.from_private_key("witness.example/kz", Ed25519PrivateKey.generate(), COSIGNATURE),
                timestamp=1,
            ),
            "cosignature_invalid",
        ),
    ],
)
def test_what_a_witness_may_not_hand_in(client, office, change, code):
    witnessing.add_witness(by=office.supervisor, verifier=str(ASTANA.verifier), state="KZ")
    office.issued()
    note = change(checkpoints.sign_checkpoint(by=None).note)
    answer = client.post(reverse("pensions:register_cosignatures"), note, content_type="text/plain")
    assert answer.status_code == 400 and answer.json()["code"] in (code, "checkpoint_unknown")
    assert RegisterCosignature.everything.count() == 0


def test_who_names_witnesses(office):
    with pytest.raises(Refused):
        witnessing.add_witness(by=office.official, verifier=str(ASTANA.verifier), state="KZ")
    with pytest.raises(Invalid):
        witnessing.add_witness(by=office.supervisor, verifier="rubbish", state="KZ")
    plain = NoteVerifier("log", ASTANA.verifier.public_key)
    with pytest.raises(Invalid):
        witnessing.add_witness(by=office.supervisor, verifier=str(plain), state="KZ")
    made = witnessing.add_witness(by=office.supervisor, verifier=str(ASTANA.verifier), state="KZ")
    with pytest.raises(Conflict):
        witnessing.add_witness(by=office.supervisor, verifier=str(ASTANA.verifier), state="KZ")
    witnessing.end_witness(by=office.supervisor, witness=made)
    note = cosign(checkpoints.sign_checkpoint(by=None).note, ASTANA, timestamp=1)
    with pytest.raises(Invalid):
        witnessing.take_cosignatures(note=note)
    assert RegisterWitness.everything.get().ended_on


def test_the_page_answers_about_kept_texts(client, office, by_hand):
    client.cookies["django_language"] = "en"
    made = office.issued()
    kept = checkpoints.sign_checkpoint(by=None).note
    proof = certificates.unpack(made)[1]
    address = reverse("pensions:public_register")
    assert "certificates issued" in client.get(address).content.decode()
    for text in (kept, proof, kept.replace("\n", "\r\n")):
        assert "still contains all" in client.post(address, {"text": text}).content.decode()
    assert "was not signed by" in client.post(address, {"text": "kozot"}).content.decode()
    by_hand("DELETE FROM pensions_registernode")
    by_hand("DELETE FROM pensions_blankmovement WHERE kind = 'used'")
    fresh = MerkleLog(control_register.TableNodeStore(), 0)
    fresh.append_hashes([leaf_hash(b"another %d" % n) for n in range(control_register.size())])
    assert "contradicts" in client.post(address, {"text": kept}).content.decode()
    assert client.post(address, {"text": ""}).status_code == 400


def test_a_register_key_that_was_followed_still_proves_old_certificates(office):
    old = office.pdf(office.issued())
    signing_keys.roll_register_key(by=None)
    new = office.pdf(office.issued())
    assert SigningKey.everything.filter(purpose="register").count() == 2
    for pdf in (old, new):
        verdict = verification.verify_file(by=None, data=pdf)
        assert verdict.valid and "proof_good" in {reason.code for reason in verdict.reasons}
