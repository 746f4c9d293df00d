"""Keys that the installation does not hold: a public key seals for an organisation, only its people open.

X25519 with HKDF-SHA-256 and AES-256-GCM for what is sealed to a public key; scrypt and AES-256-GCM for what a
passphrase guards. Who can open is told to the code below by `opening_with`; without it everything stays shut.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext_lazy as _

from common.errors import Refused

from .ring import CannotOpen, decrypt, encrypt

SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}
SALT, POINT = 16, 32


class Locked(Refused):
    """The key of the organisation is not open in this session, or the code runs for nobody."""

    code = "vault_locked"
    message = _("This is locked with the key of the organisation.")
    way_out = _("Unlock it with your passphrase and repeat the step.")


Opener = Callable[[str], bytes | None]
_opener: ContextVar[Opener | None] = ContextVar("kozot_vault_opener", default=None)


@contextmanager
def opening_with(opener: Opener) -> Iterator[None]:
    """Inside, `opener(vault id)` gives the private key of a vault, or None where it is not to be opened."""
    token = _opener.set(opener)
    try:
        yield
    finally:
        _opener.reset(token)


def private_of(vault: str) -> bytes | None:
    opener = _opener.get()
    return opener(vault) if opener else None


def new_pair() -> tuple[bytes, str]:
    """(private, public): 32 raw bytes, and the public key in base64."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), _text(private.public_key().public_bytes_raw())


def public_of(private: bytes) -> str:
    return _text(X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def seal_to(public: str, secret: bytes, context: str) -> str:
    """Sealed for whoever holds the private key; nobody needs to be signed in for that."""
    once = X25519PrivateKey.generate()
    point, theirs = once.public_key().public_bytes_raw(), base64.b64decode(public)
    shared = once.exchange(X25519PublicKey.from_public_bytes(theirs))
    return _text(point + encrypt(_derive(shared, point + theirs), secret, context))


def open_sealed(private: bytes, sealed: str, context: str) -> bytes:
    """CannotOpen with another key, or when the bytes were changed."""
    key, data = X25519PrivateKey.from_private_bytes(private), base64.b64decode(sealed)
    point, own = data[:POINT], key.public_key().public_bytes_raw()
    try:
        shared = key.exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError as error:
        raise CannotOpen(context) from error
    return decrypt(_derive(shared, point + own), data[POINT:], context)


def lock(passphrase: str, secret: bytes, context: str) -> str:
    salt = os.urandom(SALT)
    return _text(salt + encrypt(_stretch(passphrase, salt), secret, context))


def unlock(passphrase: str, locked: str, context: str) -> bytes:
    """CannotOpen with another passphrase."""
    data = base64.b64decode(locked)
    return decrypt(_stretch(passphrase, data[:SALT]), data[SALT:], context)


def check_digits(public: str) -> str:
    """Twenty digits of a public key, which two people compare by voice before one lets the other in."""
    number = int.from_bytes(hashlib.sha256(base64.b64decode(public)).digest()[:9]) % 10**20
    text = f"{number:020d}"
    return " ".join(text[i : i + 5] for i in range(0, 20, 5))


def _derive(shared: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"kozot vault " + info).derive(shared)


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(" ".join(passphrase.split()).encode(), salt=salt, **SCRYPT)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
