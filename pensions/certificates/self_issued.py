"""X.509 certificate of a key that cannot be handed to a library: it sits in a device or is of a national kind."""

from datetime import date
from hashlib import sha1
from typing import Any

from asn1crypto import core, x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from pensions.certificates.cose import EDDSA, ES256
from pensions.certificates.gost import GOST_2012_256, SIGNATURE_OID
from pensions.certificates.keys import Signer, certificate_bytes, generate_key, make_certificate, public_bytes

MECHANISMS = {ES256: "sha256_ecdsa", EDDSA: "ed25519", GOST_2012_256: SIGNATURE_OID}


def mechanism(algorithm: int) -> SignedDigestAlgorithm:
    return SignedDigestAlgorithm({"algorithm": MECHANISMS[algorithm]})


def signature_of(signer: Signer, message: bytes) -> bytes:
    """The signature as X.509 and CMS want it: ECDSA as a sequence of two numbers, the others as they are."""
    raw = signer.sign(message)
    if signer.algorithm != ES256:
        return raw
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


def self_issued(
    signer: Signer, *, organisation: str, country: str, valid_from: date, valid_until: date
) -> bytes:
    """DER of a certificate that the key has signed for itself.

    The frame is made as for any other key, with one that is thrown away; then key, key identifiers and signature
    are put in their place.
    """
    passing = generate_key(ES256)
    frame = make_certificate(
        passing.public_key(),
        organisation=organisation,
        country=country,
        valid_from=valid_from,
        valid_until=valid_until,
        issuer_key=passing,
    )
    body = x509.Certificate.load(certificate_bytes(frame))["tbs_certificate"]
    info = x509.PublicKeyInfo.load(public_bytes(signer.public_key))
    body["subject_public_key_info"] = info
    body["signature"] = mechanism(signer.algorithm)
    identifier = sha1(_bits(info), usedforsecurity=False).digest()  # the first method of RFC 5280, 4.2.1.2
    for extension in body["extensions"]:
        if extension["extn_id"].native == "key_identifier":
            extension["extn_value"] = core.ParsableOctetString(core.OctetString(identifier).dump())
        elif extension["extn_id"].native == "authority_key_identifier":
            named = x509.AuthorityKeyIdentifier({"key_identifier": identifier})
            extension["extn_value"] = core.ParsableOctetString(named.dump())
    signed = body.dump(force=True)
    return x509.Certificate(
        {
            "tbs_certificate": x509.TbsCertificate.load(signed),
            "signature_algorithm": mechanism(signer.algorithm),
            "signature_value": core.OctetBitString(signature_of(signer, signed)),
        }
    ).dump()


def _bits(info: Any) -> bytes:
    """The subject public key without the byte that counts unused bits."""
    raw = info.dump()
    return core.Sequence.load(raw)[1].contents[1:]
