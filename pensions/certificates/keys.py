"""Keys of issuing organisations: signers behind one small protocol, private keys encrypted at rest, X.509 for seals.

Adapters. `Signer` is all that the rest of the room asks for. `LocalSigner` holds a key in memory, `tokens` has one that
signs inside a PKCS#11 device, `gost` one of the national kind for seals. COSE has no registered GOST algorithm, so a
payload is always signed with EdDSA or ES256.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

import cbor2
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.x509.oid import NameOID

from pensions.certificates.cose import EDDSA, ES256, PrivateKey, PublicKey, raw_signature
from pensions.certificates.errors import KeyStoreError

KID_SIZE = 8
_SCRYPT, _HKDF = 1, 2
_SCRYPT_COST = 2**15


class Signer(Protocol):
    """Whatever can sign: a key in memory, a PKCS#11 token, a remote service."""

    algorithm: int
    public_key: PublicKey

    def sign(self, message: bytes) -> bytes:
        """64 bytes: an Ed25519 or GOST signature, or r || s of ES256 over SHA-256 of the message."""


@dataclass(frozen=True)
class LocalSigner:
    """A private key in memory. Keep the object: parsing a key again costs more than signing."""

    private_key: PrivateKey

    @property
    def algorithm(self) -> int:
        return EDDSA if isinstance(self.private_key, Ed25519PrivateKey) else ES256

    @property
    def public_key(self) -> PublicKey:
        return self.private_key.public_key()

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.private_key, Ed25519PrivateKey):
            return self.private_key.sign(message)
        der = self.private_key.sign(message, ec.ECDSA(hashes.SHA256()))
        return raw_signature(der, self.private_key.curve.key_size)

    def __repr__(self) -> str:
        return f"LocalSigner({key_id(self.public_key).hex()})"


def generate_key(algorithm: int = EDDSA) -> PrivateKey:
    """A new Ed25519 (EdDSA) or P-256 (ES256) private key."""
    if algorithm == EDDSA:
        return Ed25519PrivateKey.generate()
    if algorithm == ES256:
        return ec.generate_private_key(ec.SECP256R1())
    raise KeyStoreError("Keys are EdDSA or ES256")


def public_bytes(key: PublicKey) -> bytes:
    """SubjectPublicKeyInfo in DER: the form in which public keys are stored and exchanged here."""
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


@lru_cache(maxsize=256)
def load_public_key(spki: bytes) -> PublicKey:
    """Ed25519 or P-256 public key from SubjectPublicKeyInfo."""
    try:
        key = serialization.load_der_public_key(spki)
    except ValueError as error:
        raise KeyStoreError("Not a public key") from error
    if isinstance(key, Ed25519PublicKey) or (
        isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    ):
        return key
    raise KeyStoreError("Keys are Ed25519 or P-256")


def key_id(key: PublicKey) -> bytes:
    """`kid`: the first eight bytes of SHA-256 over SubjectPublicKeyInfo."""
    return sha256(public_bytes(key)).digest()[:KID_SIZE]


def encrypt_private_key(key: PrivateKey, secret: str | bytes) -> bytes:
    """Sealed private key for storage: CBOR [1, kdf, salt, nonce, AES-256-GCM ciphertext of PKCS#8 DER].

    A passphrase (str) goes through scrypt, a key of at least 32 bytes through HKDF. The kid is bound in as associated
    data, so a sealed key cannot be put in another's place: it is stored next to the blob by the caller.
    """
    kdf = _SCRYPT if isinstance(secret, str) else _HKDF
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    wrapped = AESGCM(_wrapping_key(secret, kdf, salt)).encrypt(nonce, der, key_id(key.public_key()))
    return cbor2.dumps([1, kdf, salt, nonce, wrapped])


def decrypt_private_key(blob: bytes, secret: str | bytes, kid: bytes) -> PrivateKey:
    """Private key out of `encrypt_private_key`; KeyStoreError when secret, kid or blob do not fit."""
    try:
        version, kdf, salt, nonce, wrapped = cbor2.loads(blob)
        if version != 1 or kdf != (_SCRYPT if isinstance(secret, str) else _HKDF):
            raise KeyStoreError("The key was sealed in another way")
        der = AESGCM(_wrapping_key(secret, kdf, salt)).decrypt(nonce, wrapped, kid)
    except KeyStoreError:
        raise
    except (InvalidTag, ValueError, TypeError, cbor2.CBORDecodeError) as error:
        raise KeyStoreError("The secret does not open this key") from error
    return serialization.load_der_private_key(der, None)


def _wrapping_key(secret: str | bytes, kdf: int, salt: bytes) -> bytes:
    if kdf == _SCRYPT:
        return Scrypt(salt=salt, length=32, n=_SCRYPT_COST, r=8, p=1).derive(secret.encode())
    if len(secret) < 32:
        raise KeyStoreError("A storage key has at least 32 bytes; anything shorter is a passphrase")
    return HKDF(hashes.SHA256(), 32, salt, b"kozot/private-key/v1").derive(secret)


def make_certificate(
    public_key: PublicKey,
    *,
    organisation: str,
    country: str,
    valid_from: date,
    valid_until: date,
    issuer_key: PrivateKey,
    issuer: x509.Certificate | None = None,
    authority: bool = False,
) -> x509.Certificate:
    """X.509 certificate of an organisation for PDF seals; self-signed unless `issuer` is given.

    `valid_until` is the last day that counts. Verifiers of this project trust the exact certificate that is listed
    for an issuer; other PDF readers are given the authority's certificate to trust.
    """
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            # The library counts the 64 of X.520 in bytes: a Cyrillic name is cut at 32 letters.
            x509.NameAttribute(
                NameOID.COMMON_NAME, organisation.encode()[:64].decode(errors="ignore").strip()
            ),
        ]
    )
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.subject if issuer else name)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.combine(valid_from, time(), UTC))
        .not_valid_after(datetime.combine(valid_until, time(23, 59, 59), UTC))
        .add_extension(x509.BasicConstraints(authority, 0 if authority else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                content_commitment=not authority,
                key_cert_sign=authority,
                crl_sign=authority,
                **usage,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    return builder.sign(issuer_key, None if isinstance(issuer_key, Ed25519PrivateKey) else hashes.SHA256())


def certificate_bytes(certificate: x509.Certificate) -> bytes:
    """DER of an X.509 certificate."""
    return certificate.public_bytes(serialization.Encoding.DER)
