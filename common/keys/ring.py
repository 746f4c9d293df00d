"""The installation's key ring (AES-256-GCM) and its blind index (HMAC-SHA-256)."""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12


class KeyDestroyed(Exception):
    """The person's key was destroyed: what it sealed is gone for good."""


class CannotOpen(Exception):
    """Wrong key, or the bytes were changed."""


@lru_cache(maxsize=4)
def _ring(text: str) -> dict[str, bytes]:
    return {
        name: base64.urlsafe_b64decode(key) for name, _, key in (p.partition(":") for p in text.split(","))
    }


def encrypt(key: bytes, plain: bytes, context: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def decrypt(key: bytes, sealed: bytes, context: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], context.encode())
    except InvalidTag as error:
        raise CannotOpen(context) from error


def wrap(secret: bytes, context: str) -> str:
    """Seals a secret under the first key of the ring; the key's name stands in front."""
    ring = _ring(settings.KEYRING)
    name = next(iter(ring))
    return f"{name}.{base64.b64encode(encrypt(ring[name], secret, context)).decode()}"


def unwrap(wrapped: str, context: str) -> bytes:
    name, _, sealed = wrapped.partition(".")
    ring = _ring(settings.KEYRING)
    if name not in ring:
        raise CannotOpen(f"key {name} is not in the ring")
    return decrypt(ring[name], base64.b64decode(sealed), context)


def blind_index(kind: str, value: str) -> str:
    """What stands in the database in place of an identifier: found by exact search, not reversible."""
    index = _index(settings.INDEX_KEY).copy()
    index.update(f"{kind}\0{value}".encode())
    return index.hexdigest()


@lru_cache(maxsize=4)
def _index(text: str) -> hmac.HMAC:
    """An index of nothing yet, to be copied: reading the key each time costs as much as using it."""
    return hmac.new(base64.urlsafe_b64decode(text), digestmod="sha256")


def commitment(key: bytes, value: str) -> str:
    """A salted commitment of a personal value for the journal; without the key it can't be guessed."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:32]
