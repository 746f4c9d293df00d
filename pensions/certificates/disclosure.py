"""Selective disclosure on paper and in files: one Merkle root over salted digests of every single fact.

An *item* is a fact with its path in the payload. Its digest is the RFC 6962 leaf hash of the canonical CBOR
`[salt, path, value]`; the root is the RFC 6962 root over the digests in the order of the items. A disclosure file shows
some items open and of the others only the digests: anyone can recompute the root, nobody can guess a hidden value.
"""

import hmac
from collections.abc import Callable, Mapping
from typing import Any

import cbor2

from pensions.certificates.errors import PayloadError
from pensions.control_register.leaves import canonical
from pensions.control_register.merkle import MerkleLog, leaf_hash

Path = list[int]
Items = list[tuple[Path, Any]]
VERSION = 1
SALT_SIZE = 16
SEED_SIZE = 32
MAX_ITEMS = 20_000


def record_root(items: Items, seed: bytes) -> bytes:
    """Root over all items of the record."""
    return _root(
        [leaf_hash(canonical([_salt(seed, i), path, value])) for i, (path, value) in enumerate(items)]
    )


def disclose(items: Items, seed: bytes, shown: Callable[[Path], bool]) -> bytes:
    """Disclosure file: canonical CBOR [1, [entry, …]]; an entry is [salt, path, value], or 32 bytes when hidden."""
    entries: list[Any] = []
    for index, (path, value) in enumerate(items):
        entry = [_salt(seed, index), path, value]
        entries.append(entry if shown(path) else leaf_hash(canonical(entry)))
    return canonical([VERSION, entries])


def open_disclosure(data: bytes, root: bytes) -> Mapping[tuple[int, ...], Any]:
    """Shown facts by path, when the file leads to the sealed root; else PayloadError."""
    try:
        version, entries = cbor2.loads(data)
        if version != VERSION or canonical([version, entries]) != data or len(entries) > MAX_ITEMS:
            raise ValueError
        digests = [entry if isinstance(entry, bytes) else leaf_hash(canonical(entry)) for entry in entries]
        opened = [entry for entry in entries if not isinstance(entry, bytes)]
        facts = {tuple(path): value for _salt, path, value in opened}
    except (ValueError, TypeError, LookupError, RecursionError, cbor2.CBORError) as error:
        raise PayloadError("Not a disclosure file", code="disclosure_invalid") from error
    if len(facts) != len(opened) or any(len(digest) != 32 for digest in digests) or _root(digests) != root:
        raise PayloadError("The disclosure does not lead to the sealed root", code="disclosure_mismatch")
    return facts


def _root(digests: list[bytes]) -> bytes:
    log = MerkleLog()
    log.append_hashes(digests)
    return log.root()


def _salt(seed: bytes, index: int) -> bytes:
    """Salts come from one secret seed, so that the archive keeps 32 bytes instead of thousands."""
    if len(seed) != SEED_SIZE:
        raise PayloadError("A seed has 32 bytes")
    return hmac.digest(seed, b"kozot/item/v1" + index.to_bytes(4, "big"), "sha256")[:SALT_SIZE]
