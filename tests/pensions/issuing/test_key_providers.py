"""Keys in files, in a device and of a national kind: each issues a certificate that anybody can verify."""

import json
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from django.core.management import CommandError, call_command

from common.errors import Conflict
from pensions import key_providers
from pensions.certificates import gost, seal
from pensions.certificates.cose import EDDSA, ES256
from pensions.certificates.errors import KeyStoreError
from pensions.certificates.gost import Engine
from pensions.certificates.seal import read_seals
from pensions.enums.issuing import KeyPurpose
from pensions.models import SigningKey
from pensions.services import checkpoints, register_audit, signing_keys, verification

SOFTHSM = next(
    (
        path
        for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"))
        if path.exists()
    ),
    None,
)
softhsm = pytest.mark.skipif(
    SOFTHSM is None or shutil.which("softhsm2-util") is None,
    reason="SoftHSM 2 is not here (Debian: softhsm2): keys in a PKCS#11 device were not tried",
)
with_gost = pytest.mark.skipif(
    not Engine().available(),
    reason="openssl has no GOST engine here (Debian: libengine-gost-openssl): national seals were not tried",
)


@pytest.fixture
def in_files(settings, tmp_path):
    settings.KEY_PROVIDER = "file"
    settings.KEY_FOLDER = str(tmp_path / "keys")
    secret = tmp_path / "secret"
    secret.write_text("десять слов из словаря\n", encoding="utf-8")
    settings.KEY_SECRET_FILE = str(secret)
    return tmp_path / "keys"


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    """A SoftHSM of its own: the library reads its configuration once for each process."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(configuration))
        words = "softhsm2-util --init-token --free --label kozot --pin 271828 --so-pin 31415926"
        subprocess.run(words.split(), check=True, capture_output=True)
        (folder / "pin").write_text("271828\n")
        yield folder


@pytest.fixture
def in_device(settings, device):
    settings.KEY_PROVIDER = "pkcs11"
    settings.PKCS11_MODULE, settings.PKCS11_TOKEN = str(SOFTHSM), "kozot"
    settings.PKCS11_PIN_FILE = str(device / "pin")
    return device


def issued_print(office) -> bytes:
    """Issues with keys that were opened just now, and gives the whole print."""
    signing_keys.open_keys(by=office.supervisor, organisation=office.organisation)
    return office.pdf(office.issued())


def verdict(data: bytes) -> str:
    return verification.verify_file(by=None, data=data).code


def test_keys_in_files_are_sealed_and_issue(office, in_files):
    data = issued_print(office)
    assert verdict(data) == "valid"
    for key in SigningKey.everything.filter(provider="file", organisation=office.organisation):
        assert key.wrapped == ""
        path = in_files / f"{key.kid}.key"
        assert path.stat().st_mode & 0o077 == 0
        private = signing_keys.signer_of(key).private_key
        plain = private.private_bytes_raw() if hasattr(private, "private_bytes_raw") else None
        assert plain is None or plain not in path.read_bytes()


def test_a_key_file_that_is_gone_or_changed_is_named(office, in_files):
    signing_keys.open_keys(by=office.supervisor, organisation=office.organisation)
    key = signing_keys.current(office.organisation, KeyPurpose.PAYLOAD)
    path = in_files / f"{key.kid}.key"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(Conflict) as caught:
        signing_keys.signer_of(key)
    assert key.kid in str(caught.value)
    path.unlink()
    with pytest.raises(Conflict):
        signing_keys.signer_of(key)


def test_settings_that_lead_nowhere_open_no_key(office, settings):
    before = SigningKey.everything.count()
    for name in ("file", "pkcs11", "cloud"):
        settings.KEY_PROVIDER = name
        with pytest.raises(Conflict) as caught:
            signing_keys.open_keys(by=office.supervisor, organisation=office.organisation)
        assert name in str(caught.value)
    assert SigningKey.everything.count() == before


@softhsm
def test_keys_in_a_device_issue_and_never_leave_it(office, in_device):
    import pkcs11

    data = issued_print(office)
    assert verdict(data) == "valid"
    keys = list(SigningKey.everything.filter(provider="pkcs11", organisation=office.organisation))
    assert {key.purpose for key in keys} == {KeyPurpose.PAYLOAD, KeyPurpose.SEAL}
    assert {signing_keys.signer_of(key).algorithm for key in keys} == {EDDSA, ES256}
    for key in keys:
        assert key.wrapped == ""
        inside = signing_keys.signer_of(key).private()
        assert inside[pkcs11.Attribute.SENSITIVE]
        assert not inside[pkcs11.Attribute.EXTRACTABLE]
    certificate = x509.load_der_x509_certificate(
        bytes(signing_keys.current(office.organisation, KeyPurpose.SEAL).certificate)
    )
    certificate.verify_directly_issued_by(certificate)


@softhsm
def test_a_session_that_the_device_has_ended_is_opened_again(office, in_device):
    signing_keys.open_keys(by=office.supervisor, organisation=office.organisation)
    signer = signing_keys.signer_of(signing_keys.current(office.organisation, KeyPurpose.PAYLOAD))
    first = signer.sign(b"one")
    signer.token.session().close()
    assert signer.sign(b"one") == first  # Ed25519 always says the same


@softhsm
def test_a_wrong_pin_opens_no_key_and_stands_in_no_error(office, in_device, settings, tmp_path):
    wrong = tmp_path / "pin"
    wrong.write_text("999999\n")
    settings.PKCS11_PIN_FILE = str(wrong)
    with pytest.raises(Conflict) as caught:
        signing_keys.open_keys(by=office.supervisor, organisation=office.organisation)
    assert "999999" not in str(caught.value)


@softhsm
def test_the_registers_key_rolls_into_a_device(office, in_device):
    checkpoints.sign_checkpoint(by=None)
    out = StringIO()
    call_command("open_keys", "--register", stdout=out)
    assert [one["provider"] for one in json.loads(out.getvalue())] == ["pkcs11"]
    checkpoints.sign_checkpoint(by=None)
    assert register_audit.audit() == []


@with_gost
def test_a_national_seal_is_made_and_verified(office, settings):
    settings.SEAL_PROVIDER = "gost"
    data = issued_print(office)
    assert verdict(data) == "valid"
    (found,) = read_seals(data)
    assert found.intact
    assert found.signed_with == gost.KEY_NAME
    seal_key = signing_keys.current(office.organisation, KeyPurpose.SEAL)
    assert "PRIVATE" not in seal_key.wrapped
    place = len(data) // 2
    altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
    assert verdict(altered) == "altered"


@with_gost
def test_the_certificate_of_a_national_key_holds_by_openssl(office, settings, tmp_path):
    settings.SEAL_PROVIDER = "gost"
    signing_keys.open_keys(by=office.supervisor, organisation=office.organisation)
    der = bytes(signing_keys.current(office.organisation, KeyPurpose.SEAL).certificate)
    certificate = asn1_x509.Certificate.load(der)
    body = certificate["tbs_certificate"]
    assert Engine().verify(body["subject_public_key_info"].dump(), certificate.signature, body.dump())
    assert not Engine().verify(
        body["subject_public_key_info"].dump(), certificate.signature, body.dump() + b" "
    )


@with_gost
def test_where_no_engine_is_a_national_seal_is_not_called_altered(office, settings, monkeypatch):
    settings.SEAL_PROVIDER = "gost"
    data = issued_print(office)
    monkeypatch.setattr(seal, "engine", lambda: Engine(name="no-such-engine"))
    answer = verification.verify_file(by=None, data=data)
    assert answer.code == "unreadable"
    assert "seal_algorithm_not_here" in {reason.code for reason in answer.reasons}


def test_a_payload_is_never_of_the_national_kind(office, settings):
    with pytest.raises(KeyStoreError):
        key_providers.provider("gost").make(KeyPurpose.PAYLOAD)


def test_keys_of_an_organisation_roll_over_by_command(office):
    old = signing_keys.current(office.organisation, KeyPurpose.SEAL)
    out = StringIO()
    call_command("open_keys", "--organisation", str(office.organisation.pk), stdout=out)
    new = signing_keys.current(office.organisation, KeyPurpose.SEAL)
    assert new.kid != old.kid
    assert new.kid in out.getvalue()
    with pytest.raises(CommandError):
        call_command("open_keys", "--organisation", "nobody")
