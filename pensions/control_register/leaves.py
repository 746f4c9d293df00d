"""Entries of the control register: what happened, when, and a commitment to the details.

An entry holds nothing personal. The details stand in a *record* (canonical CBOR) which is bound by
`commitment = SHA-256(b"kozot/commitment/v1\\n" || salt || record)` with 32 random salt bytes. Whoever is
shown salt and record can check them against the public entry; once the salt is erased, the entry says nothing
about anybody.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import cbor2

VERSION = 1
SALT_SIZE = 32
_DOMAIN = b"kozot/commitment/v1\n"
_KIND = re.compile(r"[a-z][a-z0-9_]{2,47}")


class LeafError(ValueError):
    """Bytes that are not a control register entry, or an opening that does not fit it."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One public entry. `at` is in UTC, whole seconds."""

    kind: str
    at: datetime
    commitment: bytes

    def encode(self) -> bytes:
        """Canonical CBOR map {0: version, 1: kind, 2: seconds since 1970, 3: commitment}."""
        if not _KIND.fullmatch(self.kind):
            raise LeafError("An entry's kind is a short lower-snake code")
        if self.at.tzinfo is None or len(self.commitment) != 32:
            raise LeafError("An entry needs a moment with its time zone and a commitment of 32 bytes")
        return canonical({0: VERSION, 1: self.kind, 2: int(self.at.timestamp()), 3: self.commitment})

    @classmethod
    def decode(cls, data: bytes) -> "Leaf":
        """Read an entry; refuses any bytes that `encode` would not have written."""
        try:
            fields = cbor2.loads(data)
            leaf = cls(fields[1], datetime.fromtimestamp(fields[2], UTC), fields[3])
            same = leaf.encode() == data
        except LeafError:
            raise
        except Exception as error:
            raise LeafError("Not a control register entry") from error
        if not same:
            raise LeafError("Not a canonical control register entry")
        return leaf


@dataclass(frozen=True, slots=True)
class Opening:
    """Salt and record that a commitment was made of: kept apart from the log, shown to whoever may know."""

    salt: bytes
    record: bytes

    @classmethod
    def of(cls, record: Any, salt: bytes | None = None) -> "Opening":
        return cls(secrets.token_bytes(SALT_SIZE) if salt is None else salt, canonical(record))

    @property
    def commitment(self) -> bytes:
        if len(self.salt) != SALT_SIZE:
            raise LeafError("A salt has 32 bytes")
        return sha256(_DOMAIN + self.salt + self.record).digest()

    def value(self) -> Any:
        return cbor2.loads(self.record)

    def encode(self) -> bytes:
        """Canonical CBOR array [salt, record]; travels as the extra data of a tlog-proof."""
        return canonical([self.salt, self.record])

    @classmethod
    def decode(cls, data: bytes) -> "Opening":
        try:
            salt, record = cbor2.loads(data)
            opening = cls(bytes(salt), bytes(record))
            _ = opening.commitment
        except Exception as error:
            raise LeafError("Not an opening of a commitment") from error
        return opening


def commit(kind: str, at: datetime, record: Any, salt: bytes | None = None) -> tuple[Leaf, Opening]:
    """A new entry for `record` (CBOR-able, without floats) and the opening to keep in the protected store."""
    opening = Opening.of(record, salt)
    return Leaf(kind, at.replace(microsecond=0), opening.commitment), opening


def canonical(value: Any) -> bytes:
    """Deterministic CBOR: shortest lengths, keys in length-first order (RFC 8949 section 4.2.3)."""
    return cbor2.dumps(value, canonical=True)
