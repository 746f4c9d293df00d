"""COSE_Sign1 (RFC 9052), strict: EdDSA over Ed25519 and ECDSA over the NIST curves, nothing else.

The key decides which algorithms are possible; the header must agree with it. Three rules are easy to miss and are
kept here: a protected header written as h'a0' is signed as an empty string; the CBOR tag is absent or exactly 18;
an ECDSA signature is raw r || s of exactly twice the curve's length.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

EDDSA, ES256, ES384, ES512 = -8, -7, -35, -36
HEADER_ALG, HEADER_CRIT, HEADER_KID = 1, 2, 4
COSE_SIGN1_TAG = 18
_HASHES = {ES256: hashes.SHA256(), ES384: hashes.SHA384(), ES512: hashes.SHA512()}

PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey
PublicKey = Ed25519PublicKey | ec.EllipticCurvePublicKey


class CoseError(ValueError):
    """Not a COSE_Sign1 message of this profile, or its signature is wrong."""


@dataclass(frozen=True, slots=True)
class Sign1:
    """A parsed message whose signature has not been checked yet."""

    protected: bytes
    headers: dict[Any, Any]
    unprotected: dict[Any, Any]
    payload: bytes
    signature: bytes

    @property
    def kid(self) -> bytes | None:
        """Key id; the protected one first."""
        kid = self.headers.get(HEADER_KID, self.unprotected.get(HEADER_KID))
        return kid if isinstance(kid, bytes) else None

    @property
    def algorithm(self) -> Any:
        return self.headers.get(HEADER_ALG, self.unprotected.get(HEADER_ALG))

    def to_be_signed(self, external_aad: bytes = b"") -> bytes:
        protected = b"" if self.protected == b"\xa0" else self.protected
        return signature_structure(protected, self.payload, external_aad)


def signature_structure(protected: bytes, payload: bytes, external_aad: bytes = b"") -> bytes:
    """Sig_structure of RFC 9052 section 4.4 for one signer."""
    return cbor2.dumps(["Signature1", protected, external_aad, payload])


def encode_sign1(
    headers: dict[int, Any], payload: bytes, sign: Callable[[bytes], bytes], external_aad: bytes = b""
) -> bytes:
    """Tagged COSE_Sign1 with all headers protected; `sign(bytes) -> raw signature`."""
    protected = cbor2.dumps(headers, canonical=True)
    signature = sign(signature_structure(protected, payload, external_aad))
    return cbor2.dumps(cbor2.CBORTag(COSE_SIGN1_TAG, [protected, {}, payload, signature]))


def decode_sign1(data: bytes) -> Sign1:
    """Parse a message; CoseError for anything that is not exactly one COSE_Sign1."""
    message = _load(data)
    if isinstance(message, cbor2.CBORTag):
        if message.tag != COSE_SIGN1_TAG:
            raise CoseError("The CBOR tag is not that of COSE_Sign1")
        message = message.value
    if not isinstance(message, list) or len(message) != 4:
        raise CoseError("A COSE_Sign1 is an array of four")
    protected, unprotected, payload, signature = message
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise CoseError("Protected header, payload and signature are byte strings")
    headers = _load(protected) if protected else {}
    if not isinstance(headers, dict) or not isinstance(unprotected, dict):
        raise CoseError("Headers are maps")
    if headers.keys() & unprotected.keys():
        raise CoseError("A header stands in both maps")
    if HEADER_CRIT in headers or HEADER_CRIT in unprotected:
        raise CoseError("The message demands an extension that is unknown here")
    return Sign1(protected, headers, unprotected, payload, signature)


def decode_exact(data: bytes) -> Sign1:
    """A message in the only form in which this project writes certificates; CoseError for any other.

    Tag 18, `alg` and `kid` protected and nothing else, an empty open map, deterministic CBOR throughout. Otherwise one
    certificate could be written in many ways, each with a digest that no register knows.
    """
    message = decode_sign1(data)
    body = [message.protected, {}, message.payload, message.signature]
    if cbor2.dumps(cbor2.CBORTag(COSE_SIGN1_TAG, body)) != data:
        raise CoseError("The message is not written as certificates are")
    if message.headers.keys() != {HEADER_ALG, HEADER_KID}:
        raise CoseError("The headers of a certificate are algorithm and key id")
    if cbor2.dumps(message.headers, canonical=True) != message.protected:
        raise CoseError("The protected header is not deterministic CBOR")
    return message


def verify_sign1(message: Sign1, key: PublicKey, *, external_aad: bytes = b"", strict: bool = True) -> bytes:
    """Payload of the message when the key has signed it; else CoseError.

    `strict` is the certificate profile: the algorithm stands in the protected header, and ECDSA means ES256 on
    P-256. Without it every combination of the published examples is accepted.
    """
    algorithm = message.headers.get(HEADER_ALG) if strict else message.algorithm
    if type(algorithm) is not int or algorithm not in _algorithms(key, strict):
        raise CoseError("The algorithm does not belong to the key")
    data = message.to_be_signed(external_aad)
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(message.signature, data)
        else:
            key.verify(_der(message.signature, key), data, ec.ECDSA(_HASHES[algorithm]))
    except InvalidSignature as error:
        raise CoseError("The signature is wrong") from error
    return message.payload


def raw_signature(der: bytes, key_size: int) -> bytes:
    """ECDSA signature as r || s, each padded to the curve's length."""
    width = (key_size + 7) // 8
    return b"".join(part.to_bytes(width, "big") for part in decode_dss_signature(der))


def _algorithms(key: PublicKey, strict: bool) -> set[int]:
    if isinstance(key, Ed25519PublicKey):
        return {EDDSA}
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return set()
    if strict:
        return {ES256} if isinstance(key.curve, ec.SECP256R1) else set()
    return set(_HASHES) if isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1 | ec.SECP521R1) else set()


def _der(signature: bytes, key: ec.EllipticCurvePublicKey) -> bytes:
    width = (key.key_size + 7) // 8
    if len(signature) != 2 * width:
        raise CoseError("An ECDSA signature is r || s of the curve's length")
    return encode_dss_signature(
        int.from_bytes(signature[:width], "big"), int.from_bytes(signature[width:], "big")
    )


def _load(data: bytes) -> Any:
    """One CBOR item and nothing after it."""
    stream = BytesIO(data)
    try:
        value = cbor2.CBORDecoder(stream).decode()
    except Exception as error:
        raise CoseError("Not CBOR") from error
    if stream.read(1):
        raise CoseError("Bytes follow the message")
    return value
