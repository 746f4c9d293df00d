"""The database edited by hand, by somebody who knows the tables: each edit is named by the audit."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from pensions.control_register.leaves import Leaf, Opening
from pensions.control_register.merkle import MerkleLog, leaf_hash
from pensions.models import BlankMovement, RegisterCheckpoint, RegisterEntry, RegisterOpening
from pensions.services import certificates, checkpoints, control_register, register_audit, signing_keys

pytestmark = pytest.mark.django_db


def codes(kept=()) -> set[str]:
    return {damage.code for damage in register_audit.audit(kept)}


def key_of(row) -> str:
    """The primary key as the database stores it."""
    return row.pk.hex if connection.vendor == "sqlite" else str(row.pk)


def plant_again(by_hand) -> None:
    """The tree computed anew over the entries as they lie."""
    by_hand("DELETE FROM pensions_registernode")
    leaves = RegisterEntry.everything.order_by("index").values_list("leaf", flat=True)
    MerkleLog(control_register.TableNodeStore(), 0).append_hashes([leaf_hash(bytes(leaf)) for leaf in leaves])


def rewrite(by_hand, **changes) -> int:
    """A delivery of blanks told otherwise, with its opening, entry and tree all made to fit."""
    row = BlankMovement.everything.get(kind="received")
    for name, value in changes.items():
        setattr(row, name, value)
        by_hand(f"UPDATE pensions_blankmovement SET {name} = %s WHERE kind = 'received'", value)
    entry = row.entry
    opening = Opening.of(row.facts())
    leaf = Leaf(row.kind_of_entry, row.at, opening.commitment).encode()
    by_hand(
        "UPDATE pensions_registeropening SET opening = %s WHERE entry_id = %s", opening.encode(), entry.index
    )
    by_hand('UPDATE pensions_registerentry SET leaf = %s WHERE "index" = %s', leaf, entry.index)
    plant_again(by_hand)
    return entry.index


def test_two_entries_that_changed_places(office, by_hand):
    office.issued()
    first, second = RegisterEntry.everything.order_by("index")[:2]
    by_hand('UPDATE pensions_registerentry SET leaf = %s WHERE "index" = 0', bytes(second.leaf))
    by_hand('UPDATE pensions_registerentry SET leaf = %s WHERE "index" = 1', bytes(first.leaf))
    assert {"entry_changed"} <= codes()
    plant_again(by_hand)
    assert {"opening_changed", "history_changed"} <= codes()


def test_a_story_rewritten_to_the_last_row_is_found_by_what_was_signed(office, by_hand):
    office.issued()
    index = rewrite(by_hand, document="another note")
    damages = register_audit.audit()
    assert {damage.code for damage in damages} == {"history_changed"}
    assert damages[0].entry <= index


def test_the_checkpoints_thrown_away_are_missed_by_the_sealed_proofs(office, by_hand):
    office.issued()
    by_hand("DELETE FROM pensions_registercheckpoint")
    assert codes() == {"checkpoint_removed"}
    rewrite(by_hand, document="another note")
    assert codes() == {"checkpoint_removed", "history_changed"}


def test_an_end_cut_off_with_its_checkpoints_is_found_by_a_kept_one(office, by_hand, tmp_path, capsys):
    office.issued()
    signing_keys.end_right(
        by=office.supervisor,
        right=office.organisation.issuing_rights.get(),
        on=dt.date(2030, 1, 1),
        reason="x",
    )
    kept = checkpoints.sign_checkpoint(by=None)
    last = control_register.size() - 1
    by_hand("DELETE FROM pensions_keyevent WHERE entry_id = %s", last)
    by_hand("DELETE FROM pensions_registeropening WHERE entry_id = %s", last)
    by_hand('DELETE FROM pensions_registerentry WHERE "index" = %s', last)
    by_hand("DELETE FROM pensions_registercheckpoint WHERE size > %s", last)
    by_hand("UPDATE pensions_issuingright SET valid_until = NULL")
    plant_again(by_hand)
    assert codes() == set(), "nothing inside the database tells any more"
    assert {"entry_missing", "history_changed"} <= codes([kept.note])
    (tmp_path / "kept").write_text(kept.note)
    with pytest.raises(SystemExit):
        call_command("audit_register", checkpoint=[tmp_path / "kept"])
    assert "entry_missing" in capsys.readouterr().out
    assert codes(["kozot/control-register\n1\nAAAA\n\n— x AAAA\n"]) == {"kept_checkpoint_not_signed"}


@pytest.mark.parametrize("which", ["older", "newer"])
def test_a_checkpoint_of_another_time_put_in(office, by_hand, which):
    office.issued()
    older = RegisterCheckpoint.everything.order_by("pk").first()
    office.issued()
    newer = RegisterCheckpoint.everything.order_by("pk").last()
    assert newer.size > older.size and codes() == set()
    if which == "older":
        by_hand(
            "INSERT INTO pensions_registercheckpoint (size, root, note, at) "
            "SELECT size, root, note, at FROM pensions_registercheckpoint WHERE id = %s",
            older.pk,
        )
        assert codes() == {"checkpoint_out_of_order"}
    else:
        by_hand("UPDATE pensions_registercheckpoint SET size = 900 WHERE id = %s", newer.pk)
        assert "checkpoint_not_signed" in codes()


class TakenBack(Exception):
    """What was deleted is put back, since the test database checks its foreign keys at the end."""


EDITS = [
    ("DELETE FROM pensions_certificate", {"row_changed"}),
    ("UPDATE pensions_certificate SET payloads = ''", {"certificate_changed"}),
    ("UPDATE pensions_certificate SET payloads = 'x'", {"certificate_changed"}),
    ("UPDATE pensions_certificate SET status_index = 77", {"certificate_changed"}),
    ("UPDATE pensions_certificate SET state = 'draft'", {"state_differs"}),
    ("UPDATE pensions_certificatestep SET to_state = 'revoked'", {"row_changed", "state_differs"}),
    ("UPDATE pensions_registeropening SET key_id = NULL", {"row_changed"}),
    ("UPDATE pensions_registeropening SET opening = {hex}", {"row_changed"}),
    ("DELETE FROM pensions_keyevent WHERE kind = 'right_granted'", {"row_removed", "key_inserted"}),
    ("DELETE FROM pensions_issuingright", {"key_removed"}),
    ("DELETE FROM pensions_signingkey WHERE purpose = 'seal'", {"key_removed"}),
    ("UPDATE pensions_signingkey SET issuer_name = 'Others'", {"key_changed"}),
    ("UPDATE pensions_signingkey SET compromised_from = 0 WHERE purpose = 'payload'", {"key_changed"}),
    ('INSERT INTO pensions_registernode (level, "index", hash) VALUES (0, 500, {hex})', {"node_unexpected"}),
    ('DELETE FROM pensions_registernode WHERE level = 0 AND "index" = 2', {"node_missing"}),
    (
        'UPDATE pensions_registernode SET "index" = 400 WHERE level = 0 AND "index" = 2',
        {"node_missing", "node_unexpected"},
    ),
    ("UPDATE pensions_registerentry SET at = '2020-01-01'", {"row_changed"}),
    ('UPDATE pensions_registerentry SET leaf = {hex} WHERE "index" = 3', {"entry_changed", "row_changed"}),
    ("UPDATE pensions_blankmovement SET certificate_id = NULL WHERE kind = 'used'", {"row_changed"}),
    ("DELETE FROM pensions_blankmovement WHERE kind = 'used'", {"row_removed", "blank_differs"}),
    ("DELETE FROM pensions_blank WHERE number = 9", {"stock_differs"}),
    ("DELETE FROM pensions_blankstock", {"stock_missing"}),
]


@pytest.mark.parametrize(("sql", "named"), EDITS)
def test_each_edit_is_named(office, by_hand, sql, named):
    office.issued()
    assert codes() == set()
    hexed = r"'\x00'" if connection.vendor == "postgresql" else "x'00'"
    with pytest.raises(TakenBack), transaction.atomic():
        by_hand(sql.replace("{hex}", hexed))
        assert named <= codes()
        raise TakenBack


def test_a_right_put_in_by_hand_gives_no_issuer(office, by_hand):
    other = "0" * 32 if connection.vendor == "sqlite" else "00000000-0000-0000-0000-000000000001"
    by_hand(
        "INSERT INTO pensions_issuingright (id, organisation_id, basis, valid_from) "
        "SELECT %s, organisation_id, 'forged', '2000-01-01' FROM pensions_issuingright",
        other,
    )
    assert codes() == {"key_inserted"}


def test_an_opening_given_to_another_row(office, by_hand):
    office.issued()
    one, two = RegisterOpening.everything.order_by("entry_id")[:2]
    by_hand(
        "UPDATE pensions_registeropening SET row_id = %s WHERE entry_id = 0",
        two.row_id.hex if connection.vendor == "sqlite" else str(two.row_id),
    )
    assert one and {"row_inserted"} <= codes()


def test_the_command_names_every_damage(office, by_hand, capsys):
    made = office.issued()
    certificates.revoke(by=office.official, certificate=made, reason_code="error", reason="a slip")
    by_hand("UPDATE pensions_certificate SET state = 'issued'")
    by_hand("UPDATE pensions_blankstock SET used = used + 1, in_custody = in_custody - 1")
    with pytest.raises(SystemExit) as end:
        call_command("audit_register")
    named = [damage["code"] for damage in json.loads(capsys.readouterr().out)["damages"]]
    assert end.value.code == 1 and {"state_differs", "stock_differs"} <= set(named)
