"""GOST R 34.10-2012 (256 bit) through openssl with a national engine, for seals of PDF files only.

COSE has no registered GOST algorithm, so payloads and checkpoints are never signed with it. The signature in the seal
is made over the signed attributes with GOST R 34.11-2012; the digest of the file inside them is SHA-256.

Each call starts one process. A private key goes to it through a pipe and touches no disk.
"""

import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from pensions.certificates.errors import KeyStoreError

# A name for inside this program, in the private range of COSE: it never stands in a signed structure.
GOST_2012_256 = -70_012
KEY_OID = "1.2.643.7.1.1.1.1"
SIGNATURE_OID = "1.2.643.7.1.1.3.2"
KEY_NAME = "gost2012-256"
SIZE = 64
_SECONDS = 20


@dataclass(frozen=True)
class GostPublicKey:
    """SubjectPublicKeyInfo of a kind that `cryptography` does not know."""

    spki: bytes

    def public_bytes(self, *_form: Any) -> bytes:
        return self.spki


@dataclass(frozen=True)
class Engine:
    """The openssl program and the engine in it: `gost` is Debian's; a national provider brings its own."""

    program: str = "openssl"
    name: str = "gost"

    def available(self) -> bool:
        try:
            return b"gost2012_256" in self._run(["engine", "-c", self.name])
        except KeyStoreError:
            return False

    def make(self) -> "GostSigner":
        made = self._run(
            ["genpkey", "-engine", self.name, "-algorithm", "gost2012_256", "-pkeyopt", "paramset:A"]
        )
        return GostSigner(self, made)

    def public_key(self, pem: bytes) -> bytes:
        """SubjectPublicKeyInfo of a private key in PEM."""
        return self._run(["pkey", "-engine", self.name, "-pubout", "-outform", "DER"], given=pem)

    def sign(self, pem: bytes, message: bytes) -> bytes:
        reading, writing = os.pipe()
        try:
            os.write(writing, pem)  # some hundred bytes: less than a pipe holds
            os.close(writing)
            signature = self._run(
                ["dgst", "-engine", self.name, "-md_gost12_256", "-sign", f"/dev/fd/{reading}"],
                given=message,
                pass_fds=(reading,),
            )
        finally:
            os.close(reading)
        if len(signature) != SIZE:
            raise KeyStoreError("The engine gave no signature", code="device_refused")
        return signature

    def verify(self, spki: bytes, signature: bytes, message: bytes) -> bool:
        """Whether the signature holds. KeyStoreError when this machine has no such engine."""
        if not self.available():
            raise KeyStoreError("No GOST engine here", code="algorithm_not_here")
        with tempfile.TemporaryDirectory() as folder:  # public bytes only
            key, signed = Path(folder, "key"), Path(folder, "signature")
            key.write_bytes(spki)
            signed.write_bytes(signature)
            words = ["-md_gost12_256", "-keyform", "DER", "-verify", str(key), "-signature", str(signed)]
            try:
                return b"Verified OK" in self._run(["dgst", "-engine", self.name, *words], given=message)
            except KeyStoreError:
                return False

    def _run(self, words: list[str], *, given: bytes = b"", pass_fds: tuple[int, ...] = ()) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 — the program is a setting, the words are ours
                [self.program, *words],
                input=given,
                capture_output=True,
                check=True,
                timeout=_SECONDS,
                pass_fds=pass_fds,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise KeyStoreError(f"openssl refused: {type(error).__name__}", code="device_refused") from error
        return done.stdout


_chosen = Engine()


def engine() -> Engine:
    """The engine of this installation: the default one until another is named."""
    return _chosen


def use(other: Engine) -> None:
    """Names the engine for signing and for checking, once, when the program starts."""
    global _chosen
    _chosen = other


@dataclass(frozen=True)
class GostSigner:
    """A GOST key in memory, used through the engine."""

    engine: Engine
    pem: bytes = field(repr=False)
    algorithm: int = GOST_2012_256

    @cached_property
    def public_key(self) -> GostPublicKey:
        return GostPublicKey(self.engine.public_key(self.pem))

    def sign(self, message: bytes) -> bytes:
        return self.engine.sign(self.pem, message)

    def __repr__(self) -> str:
        return f"GostSigner({sha256(self.public_key.spki).hexdigest()[:16]})"
