"""Where private keys of organisations and of the register are kept: one interface, chosen by settings.

| provider | private key |
|---|---|
| `database` | in the row of the key, sealed under the installation's key ring |
| `file` | in a folder of its own, sealed under a secret that is no part of the database |
| `pkcs11` | inside a device, which makes it and signs with it |
| `gost` | as with `database`, used by openssl with a national engine; for seals only |

A key remembers its provider: what was opened with one stays with it when the settings change.
"""

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict
from common.keys import unwrap, wrap
from pensions.certificates import gost
from pensions.certificates.cose import EDDSA, ES256
from pensions.certificates.errors import KeyStoreError
from pensions.certificates.gost import Engine, GostSigner
from pensions.certificates.keys import (
    LocalSigner,
    Signer,
    decrypt_private_key,
    encrypt_private_key,
    generate_key,
    key_id,
)
from pensions.certificates.tokens import Token
from pensions.enums.issuing import KeyPurpose

log = logging.getLogger(__name__)

ALGORITHMS = {
    KeyPurpose.PAYLOAD: EDDSA,
    KeyPurpose.SEAL: ES256,
    KeyPurpose.REGISTER: EDDSA,
    KeyPurpose.BUNDLE: EDDSA,
}


class Kept(Protocol):
    """What a provider needs of a key's row."""

    kid: str
    public_key: bytes
    wrapped: str


class KeyProvider(Protocol):
    """Makes keys and signs with them. KeyStoreError when the key or the device does not answer."""

    def make(self, purpose: str) -> tuple[Signer, str]:
        """A new key, and what the row has to keep of it (never a private key in clear)."""

    def signer(self, kept: Kept) -> Signer:
        """Whatever signs with this key."""


def context(kid: str) -> str:
    return f"signing key {kid}"


class DatabaseProvider:
    def make(self, purpose: str) -> tuple[Signer, str]:
        private = generate_key(ALGORITHMS[KeyPurpose(purpose)])
        der = private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return LocalSigner(private), wrap(der, context(key_id(private.public_key()).hex()))

    def signer(self, kept: Kept) -> Signer:
        return _opened(kept.kid, kept.wrapped)


@lru_cache(maxsize=64)
def _opened(kid: str, wrapped: str) -> LocalSigner:
    return LocalSigner(serialization.load_der_private_key(unwrap(wrapped, context(kid)), None))


@dataclass(frozen=True)
class FileProvider:
    """One file for each key, `<kid>.key`, as `encrypt_private_key` makes it. A file is never written twice."""

    folder: Path
    secret_file: Path

    def make(self, purpose: str) -> tuple[Signer, str]:
        private = generate_key(ALGORITHMS[KeyPurpose(purpose)])
        sealed = encrypt_private_key(private, _secret(self.secret_file))
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(key_id(private.public_key()).hex())
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(sealed)
        return LocalSigner(private), ""

    def signer(self, kept: Kept) -> Signer:
        return _read(self._path(kept.kid), kept.kid, self.secret_file)

    def _path(self, kid: str) -> Path:
        return self.folder / f"{kid}.key"


@lru_cache(maxsize=64)
def _read(path: Path, kid: str, secret_file: Path) -> LocalSigner:
    try:
        sealed = path.read_bytes()
    except OSError as error:
        raise KeyStoreError(f"The file of the key {kid} cannot be read") from error
    return LocalSigner(decrypt_private_key(sealed, _secret(secret_file), bytes.fromhex(kid)))


def _secret(path: Path) -> str:
    """Passphrase or PIN: the first line of a file that only the service can read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise KeyStoreError("The file with the secret cannot be read") from error
    if not lines or not lines[0]:
        raise KeyStoreError("The file with the secret is empty")
    return lines[0]


@dataclass(frozen=True)
class TokenProvider:
    token: Token

    def make(self, purpose: str) -> tuple[Signer, str]:
        return self.token.make(ALGORITHMS[KeyPurpose(purpose)]), ""

    def signer(self, kept: Kept) -> Signer:
        return _found(self.token, bytes(kept.public_key))


@lru_cache(maxsize=64)
def _found(token: Token, public_key: bytes) -> Signer:
    return token.find(public_key)


@dataclass(frozen=True)
class GostProvider:
    engine: Engine

    def make(self, purpose: str) -> tuple[Signer, str]:
        if purpose != KeyPurpose.SEAL:
            raise KeyStoreError("GOST keys make seals only")
        signer = self.engine.make()
        return signer, wrap(signer.pem, context(key_id(signer.public_key).hex()))

    def signer(self, kept: Kept) -> Signer:
        return GostSigner(self.engine, unwrap(kept.wrapped, context(kept.kid)))


def _file() -> KeyProvider:
    return FileProvider(_path("KEY_FOLDER"), _path("KEY_SECRET_FILE"))


def _token() -> KeyProvider:
    pin = _secret(_path("PKCS11_PIN_FILE"))
    return TokenProvider(Token(_path("PKCS11_MODULE"), settings.PKCS11_TOKEN, pin))


def _gost() -> KeyProvider:
    return GostProvider(gost.engine())


def _path(name: str) -> Path:
    value = getattr(settings, name)
    if not value:
        raise KeyStoreError(f"KOZOT_{name} is not set")
    return Path(value)


PROVIDERS = {"database": DatabaseProvider, "file": _file, "pkcs11": _token, "gost": _gost}


def provider(name: str) -> KeyProvider:
    try:
        return PROVIDERS[name]()
    except KeyError:
        raise KeyStoreError(f"There is no key provider {name}") from None


def chosen(purpose: str) -> str:
    """The provider in which a new key of this purpose is made."""
    return (settings.SEAL_PROVIDER if purpose == KeyPurpose.SEAL else "") or settings.KEY_PROVIDER


def make(purpose: str, name: str = "") -> tuple[str, Signer, str]:
    """Provider, signer and what the row keeps of a new key; Conflict when the place for keys does not answer."""
    name = name or chosen(purpose)
    try:
        signer, kept = provider(name).make(purpose)
    except KeyStoreError as error:
        log.error("No key could be made in %s: %s", name, error)
        raise Conflict(
            "key_provider",
            _("No key could be made in “%(provider)s”."),
            way_out=_("Whoever runs the installation checks its settings of keys."),
            provider=name,
        ) from error
    return name, signer, kept
