"""Keys inside a PKCS#11 device: made there, never seen outside. Tested with SoftHSM 2.

One session for a thread: devices do not promise that a session may be shared.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pkcs11
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

from pensions.certificates.cose import EDDSA, ES256, PublicKey
from pensions.certificates.errors import KeyStoreError
from pensions.certificates.keys import key_id, load_public_key

_CURVES = {ES256: "secp256r1", EDDSA: "1.3.101.112"}
_ED25519_SIZE = 32


@dataclass(frozen=True)
class Token:
    """A device: its library, the label of the token in it, and the PIN of its user."""

    module: Path
    label: str
    pin: str = field(repr=False)

    def make(self, algorithm: int) -> "TokenSigner":
        """A new key pair that stays inside; both objects bear the kid as their CKA_ID."""
        with _device_errors():
            session = self.session()
            kind = pkcs11.KeyType.EC if algorithm == ES256 else pkcs11.KeyType.EC_EDWARDS
            curve = encode_named_curve_parameters(_CURVES[algorithm])
            domain = session.create_domain_parameters(kind, {pkcs11.Attribute.EC_PARAMS: curve}, local=True)
            public, private = domain.generate_keypair(
                store=True,
                label="kozot",
                private_template={pkcs11.Attribute.EXTRACTABLE: False, pkcs11.Attribute.SENSITIVE: True},
                mechanism=None if algorithm == ES256 else pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
            )
            key = _public_key(public, algorithm)
            kid = key_id(key)
            for one in (public, private):
                one[pkcs11.Attribute.ID] = kid
        return TokenSigner(self, key, algorithm)

    def find(self, public_key: bytes) -> "TokenSigner":
        """The signer of a key that the device holds, by its SubjectPublicKeyInfo; KeyStoreError if it does not."""
        key = load_public_key(public_key)
        signer = TokenSigner(self, key, EDDSA if isinstance(key, Ed25519PublicKey) else ES256)
        with _device_errors():
            signer.private()
        return signer

    def session(self) -> Any:
        """The thread's session with the device, signed in."""
        opened = _SESSIONS.__dict__.setdefault("by_token", {})
        if self not in opened:
            token = pkcs11.lib(str(self.module)).get_token(token_label=self.label)
            opened[self] = token.open(rw=True, user_pin=self.pin)
        return opened[self]

    def forget(self) -> None:
        """Drops the thread's session: the next use opens a new one."""
        session = _SESSIONS.__dict__.get("by_token", {}).pop(self, None)
        if session is not None:
            with suppress(Exception):  # a session of a device that was pulled out cannot even be closed
                session.close()


_SESSIONS = threading.local()


@dataclass(frozen=True)
class TokenSigner:
    """Signs inside the device."""

    token: Token
    public_key: PublicKey
    algorithm: int

    def private(self) -> Any:
        return self.token.session().get_key(
            object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=key_id(self.public_key)
        )

    def sign(self, message: bytes) -> bytes:
        """64 bytes; a session that the device has ended is opened once more."""
        with suppress(KeyStoreError):
            return self._sign(message)
        self.token.forget()
        return self._sign(message)

    def _sign(self, message: bytes) -> bytes:
        with _device_errors():
            if self.algorithm == EDDSA:
                return self.private().sign(message, mechanism=pkcs11.Mechanism.EDDSA)
            return self.private().sign(sha256(message).digest(), mechanism=pkcs11.Mechanism.ECDSA)


def _public_key(public: Any, algorithm: int) -> PublicKey:
    if algorithm == EDDSA:
        point = bytes(public[pkcs11.Attribute.EC_POINT])
        return Ed25519PublicKey.from_public_bytes(point[-_ED25519_SIZE:])
    return load_public_key(encode_ec_public_key(public))


@contextmanager
def _device_errors() -> Iterator[None]:
    """Whatever the device says becomes one error of this room; it names neither PIN nor key."""
    try:
        yield
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        raise KeyStoreError(f"The device refused: {type(error).__name__}", code="device_refused") from error
