"""COSE_Sign1 against the published examples, a second implementation, and single changed bytes."""

import base64
import json

import cbor2
import cwt as second
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pensions.certificates.cose import (
    EDDSA,
    ES256,
    CoseError,
    decode_sign1,
    encode_sign1,
    verify_sign1,
)
from pensions.certificates.keys import LocalSigner, generate_key, public_bytes
from tests.pensions.vectors import vector_dir

EXAMPLES = vector_dir("cose-wg-examples")
CURVES = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
OUT_OF_PROFILE = {"Ed448", None}


def public_key(fields):
    def number(name):
        if name + "_hex" in fields:
            return bytes.fromhex(fields[name + "_hex"])
        return base64.urlsafe_b64decode(fields[name] + "=" * (-len(fields[name]) % 4))

    if fields["crv"] == "Ed25519":
        return Ed25519PublicKey.from_public_bytes(number("x"))
    x, y = (int.from_bytes(number(name), "big") for name in "xy")
    return ec.EllipticCurvePublicNumbers(x, y, CURVES[fields["crv"]]()).public_key()


def verified(message, key, aad):
    try:
        return verify_sign1(decode_sign1(message), key, external_aad=aad, strict=False)
    except CoseError:
        return None


def test_every_published_example_in_profile():
    agreed = 0
    for file in sorted(EXAMPLES().rglob("*.json")):
        example = json.loads(file.read_text())
        sign0 = example.get("input", {}).get("sign0") if isinstance(example, dict) else None
        if sign0 is None or sign0["key"].get("crv") in OUT_OF_PROFILE:
            continue
        aad = bytes.fromhex(sign0.get("external", ""))
        payload = verified(bytes.fromhex(example["output"]["cbor"]), public_key(sign0["key"]), aad)
        if example.get("fail"):
            assert payload is None, file
        else:
            plain = example["input"].get("plaintext", "").encode()
            assert payload == (plain or bytes.fromhex(example["input"]["plaintext_hex"])), file
            to_be_signed = decode_sign1(bytes.fromhex(example["output"]["cbor"])).to_be_signed(aad)
            assert to_be_signed.hex() == example["intermediates"]["ToBeSign_hex"].lower(), file
        agreed += 1
    assert agreed == 17


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize("algorithm", [EDDSA, ES256])
def test_the_second_implementation_reads_ours(algorithm):
    key = generate_key(algorithm)
    message = encode_sign1({1: algorithm, 4: b"kid"}, b"content", LocalSigner(key).sign)
    cose_key = second.COSEKey.from_pem(pem(key), kid=b"kid")
    assert second.COSE.new(kid_auto_inclusion=False).decode(message, cose_key) == b"content"


@pytest.mark.parametrize(("algorithm", "name"), [(EDDSA, "EdDSA"), (ES256, "ES256")])
def test_we_read_the_second_implementation(algorithm, name):
    key = generate_key(algorithm)
    cose_key = second.COSEKey.from_pem(pem(key), kid=b"kid")
    message = second.COSE.new().encode_and_sign(b"content", cose_key, protected={"alg": name, "kid": b"kid"})
    parsed = decode_sign1(message)
    assert verify_sign1(parsed, key.public_key()) == b"content"
    assert parsed.kid == b"kid"


@pytest.mark.parametrize("algorithm", [EDDSA, ES256])
def test_no_changed_byte_passes(algorithm):
    key = generate_key(algorithm)
    message = encode_sign1({1: algorithm, 4: b"kid"}, b"content", LocalSigner(key).sign)
    for place in range(len(message)):
        for change in (1, 0x80):
            changed = bytearray(message)
            changed[place] ^= change
            assert verified_strictly(bytes(changed), key.public_key()) is None, place


def verified_strictly(message, key):
    try:
        return verify_sign1(decode_sign1(message), key)
    except CoseError:
        return None


def test_another_key_or_algorithm_is_refused():
    key = generate_key(EDDSA)
    message = encode_sign1({1: EDDSA}, b"content", LocalSigner(key).sign)
    assert verified_strictly(message, generate_key(EDDSA).public_key()) is None
    assert verified_strictly(message, generate_key(ES256).public_key()) is None
    confused = encode_sign1({1: ES256}, b"content", LocalSigner(key).sign)
    assert verified_strictly(confused, key.public_key()) is None


def test_the_profile_wants_the_algorithm_protected():
    key = generate_key(EDDSA)
    signature = LocalSigner(key).sign(cbor2.dumps(["Signature1", b"", b"", b"content"]))
    message = cbor2.dumps(cbor2.CBORTag(18, [b"", {1: EDDSA}, b"content", signature]))
    assert verify_sign1(decode_sign1(message), key.public_key(), strict=False) == b"content"
    assert verified_strictly(message, key.public_key()) is None


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\xff",
        cbor2.dumps(1),
        cbor2.dumps([b"", {}, b""]),
        cbor2.dumps([b"", {}, None, b""]),
        cbor2.dumps([b"\x01", {}, b"", b""]),
        cbor2.dumps(cbor2.CBORTag(17, [b"", {}, b"", b""])),
        cbor2.dumps([cbor2.dumps({1: -8}), {1: -8}, b"", b""]),
        cbor2.dumps([cbor2.dumps({2: [99]}), {}, b"", b""]),
        cbor2.dumps([b"", {}, b"", b""]) + b"\x00",
    ],
)
def test_what_is_no_sign1(broken):
    with pytest.raises(CoseError):
        decode_sign1(broken)


def test_es256_signatures_have_64_bytes():
    key = generate_key(ES256)
    for n in range(50):
        assert len(LocalSigner(key).sign(b"%d" % n)) == 64
    der = key.sign(b"x", ec.ECDSA(__import__("cryptography").hazmat.primitives.hashes.SHA256()))
    message = cbor2.dumps([cbor2.dumps({1: ES256}), {}, b"x", der])
    assert verified_strictly(message, key.public_key()) is None
    assert len(public_bytes(key.public_key())) == 91
