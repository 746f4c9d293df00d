"""The evidence of one certificate, held against a checker that knows the description and not the code."""

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pensions.control_register.notes import cosign
from pensions.services import certificates, checkpoints, print_archive, witnessing
from tests.pensions import evidence_checker
from tests.pensions.issuing.test_public_register import ASTANA
from tests.pensions.time_stamps import Authority, served

pytestmark = pytest.mark.django_db
CHECKER = Path(evidence_checker.__file__)


def checked(folder, pinned=None) -> dict:
    command = [sys.executable, "-I", str(CHECKER), str(folder), *([str(pinned)] if pinned else [])]
    return json.loads(subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout)


@pytest.fixture
def evidence(office, settings, tmp_path, run_jobs, capsys):
    """A certificate with all variants, stamped, cosigned and suspended once; its evidence in a folder."""
    authority, believed = Authority(), tmp_path / "believed"
    believed.mkdir()
    (believed / "tsa.der").write_bytes(authority.certificate)
    settings.TIMESTAMP_TRUST = str(believed)
    made = office.issued()
    for variant in (1, 2):
        office.pdf(made, variant)
    with served(authority) as address:
        settings.TIMESTAMP_AUTHORITIES = [address]
        print_archive.schedule_renewal()
        assert run_jobs() == ["succeeded"]
    certificates.suspend(by=office.official, certificate=made, reason_code="inquiry", reason="asked")
    witnessing.add_witness(by=office.supervisor, verifier=str(ASTANA.verifier), state="KZ")
    checkpoint = checkpoints.sign_checkpoint(by=None)
    witnessing.take_cosignatures(note=cosign(checkpoint.note, ASTANA, timestamp=1_790_000_000))
    folder = tmp_path / "evidence"
    call_command("evidence", made.number, output=folder)
    assert json.loads(capsys.readouterr().out)["number"] == made.number
    return made, folder


def test_a_stranger_checks_it_with_the_description_alone(evidence):
    made, folder = evidence
    said = checked(folder, folder / "bundle-key.der")
    assert said["holds"], said
    assert (said["number"], said["state"], said["witnesses"]) == (made.number, "certificate_suspended", 1)
    assert said["stamps"] == {f"print-{variant}-ky.pdf": 1 for variant in (1, 2, 3)}


def test_any_part_changed_does_not_hold(evidence):
    _made, folder = evidence
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    for name in manifest["files"]:
        data = (folder / name).read_bytes()
        # With the manifest made to fit, the part itself has to tell.
        for place in (len(data) // 3, len(data) - 40):
            changed = bytearray(data)
            changed[place] ^= 1
            (folder / name).write_bytes(bytes(changed))
            assert not checked(folder)["holds"]
            fitted = {
                **manifest,
                "files": {**manifest["files"], name: hashlib.sha256(bytes(changed)).hexdigest()},
            }
            (folder / "MANIFEST.json").write_text(json.dumps(fitted))
            said = checked(folder)
            # A byte of the padding of a signature's container changes nothing that is signed.
            assert not said["holds"] or (name.endswith(".pdf") and b"/Contents" in data), (name, place, said)
            (folder / "MANIFEST.json").write_text(json.dumps(manifest))
        (folder / name).write_bytes(data)
    said = checked(folder)
    assert said["holds"], said


def test_the_checker_imports_nothing_of_the_project():
    modules = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(ast.parse(CHECKER.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert modules - set(sys.stdlib_module_names) == {"cryptography"}


def test_a_number_that_is_none(tmp_path):
    with pytest.raises(CommandError):
        call_command("evidence", "AAAA-BBBB-CCC", output=tmp_path)
