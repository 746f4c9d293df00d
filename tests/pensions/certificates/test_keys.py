"""Keys at rest, key ids and organisation certificates."""

from datetime import UTC, date, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from pensions.certificates.cose import EDDSA, ES256
from pensions.certificates.errors import KeyStoreError
from pensions.certificates.keys import (
    LocalSigner,
    certificate_bytes,
    decrypt_private_key,
    encrypt_private_key,
    generate_key,
    key_id,
    load_public_key,
    make_certificate,
    public_bytes,
)


@pytest.mark.parametrize("algorithm", [EDDSA, ES256])
@pytest.mark.parametrize("secret", ["пароль из слов", b"\x01" * 32])
def test_a_key_comes_back_with_its_secret_only(algorithm, secret):
    key = generate_key(algorithm)
    kid = key_id(key.public_key())
    blob = encrypt_private_key(key, secret)
    opened = decrypt_private_key(blob, secret, kid)
    assert public_bytes(opened.public_key()) == public_bytes(key.public_key())
    wrong = secret + ("x" if isinstance(secret, str) else b"x")
    for attempt in [
        (blob, wrong, kid),
        (blob, secret, bytes(8)),
        (blob[:-1] + bytes([blob[-1] ^ 1]), secret, kid),
    ]:
        with pytest.raises(KeyStoreError):
            decrypt_private_key(*attempt)


def test_a_short_storage_key_and_the_wrong_kind_are_refused():
    key = generate_key()
    with pytest.raises(KeyStoreError):
        encrypt_private_key(key, b"short")
    with pytest.raises(KeyStoreError):
        decrypt_private_key(encrypt_private_key(key, "words"), b"\x01" * 32, key_id(key.public_key()))
    with pytest.raises(KeyStoreError):
        decrypt_private_key(b"rubbish", "words", bytes(8))


def test_the_clear_key_is_not_in_the_blob_nor_in_the_repr():
    key = generate_key(EDDSA)
    assert key.private_bytes_raw() not in encrypt_private_key(key, "words")
    assert key.private_bytes_raw().hex() not in repr(LocalSigner(key))


def test_public_keys_of_other_kinds_are_refused():
    for key in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)):
        with pytest.raises(KeyStoreError):
            load_public_key(public_bytes(key.public_key()))
    with pytest.raises(KeyStoreError):
        load_public_key(b"rubbish")
    with pytest.raises(KeyStoreError):
        generate_key(-37)


def test_an_authority_certifies_an_organisation():
    root_key, key = generate_key(ES256), generate_key(ES256)
    dates = {"valid_from": date(2026, 1, 1), "valid_until": date(2028, 12, 31), "country": "KG"}
    root = make_certificate(
        root_key.public_key(), organisation="Министерство", issuer_key=root_key, authority=True, **dates
    )
    name = "Социальный фонд Кыргызской Республики"
    certificate = make_certificate(
        key.public_key(), organisation=name, issuer_key=root_key, issuer=root, **dates
    )
    certificate.verify_directly_issued_by(root)
    assert certificate.not_valid_after_utc == datetime(2028, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == name
    assert x509.load_der_x509_certificate(certificate_bytes(certificate)) == certificate
