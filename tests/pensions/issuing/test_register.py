"""The control register: its head, its proofs, and an audit that finds what was done by hand."""

import base64
import json

import pytest
from django.core.management import call_command
from django.db import connection

from common.errors import Conflict
from pensions.control_register.checkpoint import open_checkpoint
from pensions.control_register.merkle import leaf_hash, verify_inclusion
from pensions.models import RegisterCheckpoint, RegisterEntry, RegisterNode
from pensions.services import (
    blanks,
    certificates,
    checkpoints,
    control_register,
    register_audit,
    signing_keys,
)

pytestmark = pytest.mark.django_db


def found() -> set[str]:
    return {damage.code for damage in register_audit.audit()}


def one(model, **conditions) -> str:
    """The primary key as the database stores it."""
    pk = model.everything.filter(**conditions).order_by("entry_id").first().pk
    return pk.hex if connection.vendor == "sqlite" else str(pk)


def test_the_head_is_empty_before_the_first_entry_and_moves_with_each(db):
    assert control_register.head() == ""


def test_all_that_happens_is_entered_and_audits_clean(office):
    made = office.issued()
    certificates.revoke(by=office.official, certificate=made, reason_code="error", reason="a slip")
    heads = control_register.head()
    blanks.write_off(
        by=office.official,
        custodian=office.organisation,
        kind="spoiled",
        series="КГ",
        first=5,
        last=6,
        reason="wet",
        document="№ 3",
        commission="Асанова Г., башчы\nБекова Н., мүчө",
    )
    assert control_register.head() != heads and len(control_register.head()) == 64
    kinds = list(RegisterEntry.everything.order_by("index").values_list("kind", flat=True))
    assert kinds == [
        "right_granted",
        "key_opened",
        "key_opened",
        "blank_received",
        "certificate_issued",
        "blank_used",
        "key_opened",
        "certificate_revoked",
        "blank_spoiled",
    ]
    assert register_audit.audit() == []


def test_entries_are_proved_against_a_signed_checkpoint(office):
    office.issued()
    checkpoint = checkpoints.sign_checkpoint(by=None)
    opened, _note = open_checkpoint(checkpoint.note, next(control_register.verifiers()))
    tree = control_register.log()
    for entry in RegisterEntry.everything.all():
        path = tree.inclusion_proof(entry.index)
        verify_inclusion(entry.index, opened.size, leaf_hash(bytes(entry.leaf)), path, opened.root)
    assert checkpoints.sign_checkpoint(by=None) == checkpoint
    assert RegisterCheckpoint.everything.filter(size=checkpoint.size).count() == 1


def test_nothing_personal_stands_in_the_public_tables(office):
    office.issued()
    worker = office.employment.worker
    said = b"".join(bytes(entry.leaf) for entry in RegisterEntry.everything.all())
    assert worker.family_name.encode() not in said and worker.registry_number.encode() not in said


def test_a_changed_row_is_named(office, by_hand):
    made = office.issued()
    step = made.steps.get()
    by_hand("UPDATE pensions_blankmovement SET last = 5000 WHERE kind = %s", "received")
    damages = register_audit.audit()
    changed = [damage for damage in damages if damage.code == "row_changed"]
    assert [damage.what for damage in changed] == ["blank_received"]
    by_hand("UPDATE pensions_certificatestep SET reason = %s WHERE to_state = 'issued'", "by hand")
    assert register_audit.audit() and step.entry_id


def test_a_revocation_taken_back_by_hand_is_found(office, by_hand):
    made = office.issued()
    certificates.revoke(by=office.official, certificate=made, reason_code="fraud", reason="forged")
    by_hand("UPDATE pensions_certificate SET state = 'issued'")
    assert found() == {"state_differs"}
    by_hand("DELETE FROM pensions_certificatestep WHERE to_state = 'revoked'")
    damages = register_audit.audit()
    assert {damage.code for damage in damages} == {"row_removed"}
    assert damages[0].what == "certificate_revoked" and "certificatestep" in damages[0].row


def test_an_entry_removed_with_its_row_is_found(office, by_hand):
    made = office.issued()
    certificates.revoke(by=office.official, certificate=made, reason_code="fraud", reason="forged")
    checkpoints.sign_checkpoint(by=None)
    last = control_register.size() - 1
    by_hand("UPDATE pensions_certificate SET state = 'issued'")
    by_hand("DELETE FROM pensions_certificatestep WHERE entry_id = %s", last)
    by_hand("DELETE FROM pensions_registeropening WHERE entry_id = %s", last)
    by_hand('DELETE FROM pensions_registerentry WHERE "index" = %s', last)
    assert "entry_missing" in found()


def test_a_row_put_in_by_hand_is_found(office, by_hand):
    office.issued()
    copied = "id, kind, series, first, last, custodian_id, document, reason, commission, at"
    other = "0" * 32 if connection.vendor == "sqlite" else "00000000-0000-0000-0000-000000000001"
    by_hand(
        f"INSERT INTO pensions_blankmovement ({copied}, entry_id) "
        "SELECT %s, kind, series, 900, 950, custodian_id, document, reason, commission, at, 999 "
        "FROM pensions_blankmovement WHERE kind = 'received'",
        other,
    )
    assert "row_inserted" in found()
    by_hand("DELETE FROM pensions_blankmovement WHERE entry_id = 999")


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE pensions_registerentry SET kind = 'blank_lost' WHERE kind = 'blank_used'", "row_changed"),
        ("UPDATE pensions_certificate SET number = 'ABCD-EFGH-JK0'", "certificate_changed"),
        ("UPDATE pensions_certificate SET digests = '[]'", "certificate_changed"),
        ("UPDATE pensions_certificate SET start_on = '2024-01-01'", "certificate_changed"),
        ("UPDATE pensions_blank SET state = 'in_stock' WHERE state = 'used'", "blank_differs"),
        ("UPDATE pensions_blankstock SET used = used + 1, in_custody = in_custody - 1", "stock_differs"),
        ("UPDATE pensions_signingkey SET valid_until = '2099-01-01' WHERE purpose = 'seal'", "key_changed"),
        ("UPDATE pensions_issuingright SET valid_from = '2000-01-01'", "key_changed"),
        ("UPDATE pensions_registernode SET hash = x'00' WHERE level = 1 AND \"index\" = 0", "node_changed"),
        ("UPDATE pensions_registercheckpoint SET root = 'ab'", "checkpoint_not_signed"),
        ("DELETE FROM pensions_registeropening WHERE row_type = 'pensions.keyevent'", "opening_missing"),
    ],
)
def test_each_thing_changed_by_hand_is_found(office, by_hand, sql, code):
    office.issued()
    assert register_audit.audit() == []
    if connection.vendor == "postgresql":
        sql = sql.replace("x'00'", r"'\x00'")
    by_hand(sql)
    assert code in found()


def test_a_rewritten_history_is_found_by_the_signed_checkpoints(office, by_hand):
    """The whole tree computed anew around a changed entry: only what was signed before tells."""
    office.issued()
    entry = RegisterEntry.everything.get(index=0)
    by_hand('UPDATE pensions_registerentry SET leaf = %s WHERE "index" = 0', bytes(entry.leaf) + b"\x00")
    by_hand("DELETE FROM pensions_registernode")
    leaves = RegisterEntry.everything.order_by("index").values_list("leaf", flat=True)
    tree = control_register.MerkleLog(control_register.TableNodeStore(), 0)
    tree.append_hashes([leaf_hash(bytes(leaf)) for leaf in leaves])
    assert RegisterNode.everything.exists() and "history_changed" in found()


def test_the_command_says_which_and_ends_with_one(office, by_hand, capsys):
    office.issued()
    call_command("audit_register")
    assert json.loads(capsys.readouterr().out)["damages"] == []
    by_hand("UPDATE pensions_blankmovement SET document = 'another' WHERE kind = 'received'")
    with pytest.raises(SystemExit) as end:
        call_command("audit_register")
    assert end.value.code == 1
    assert json.loads(capsys.readouterr().out)["damages"][0]["code"] == "row_changed"


def test_the_person_erased_leaves_a_register_that_still_audits(office):
    made = office.issued()
    made.key.destroy()
    assert register_audit.audit() == []


def test_keys_roll_over_and_old_certificates_stay_valid(office):
    from pensions.services.verification import verify_file

    old = office.issued()
    pdf = office.pdf(old)
    signing_keys.open_keys(by=office.supervisor, organisation=office.organisation)
    new = office.issued()
    assert new.signing_key != old.signing_key
    assert verify_file(by=None, data=pdf).valid and verify_file(by=None, data=office.pdf(new)).valid


def test_a_stolen_key_kills_only_what_came_after(office):
    from pensions.services.verification import verify_file

    before = office.issued()
    line = control_register.size()
    after = office.issued()
    files = office.pdf(before), office.pdf(after)
    key = before.signing_key
    signing_keys.declare_compromised(by=office.supervisor, key=key, reason="stolen", from_entry=line)
    assert verify_file(by=None, data=files[0]).valid
    assert verify_file(by=None, data=files[1]).code == "key_compromised"
    with pytest.raises(Conflict) as refusal:
        office.issued()
    assert refusal.value.code == "no_key"


def test_no_private_key_in_clear(office, caplog):
    from cryptography.hazmat.primitives import serialization

    key = signing_keys.current(office.organisation, "payload")
    private = signing_keys.signer_of(key).private_key
    raw = private.private_bytes_raw()
    assert raw.hex() not in key.wrapped and raw.hex() not in caplog.text
    assert raw.hex() not in repr(signing_keys.signer_of(key))
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert base64.b64encode(der).decode() not in key.wrapped
