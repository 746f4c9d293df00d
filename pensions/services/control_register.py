"""The control register: an append-only Merkle log of blanks, certificates and keys.

One writer at a time: `hold()` is the first thing that any service does which writes here, so that locks are always
taken in one order. On PostgreSQL it is an advisory lock until the end of the transaction, on SQLite the writing
transaction itself.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Max, Q

from common import locks
from common.keys.ring import KeyDestroyed, decrypt, encrypt
from common.models import SubjectKey
from pensions.certificates.keys import Signer, load_public_key
from pensions.control_register.leaves import Leaf, Opening, commit
from pensions.control_register.merkle import MerkleLog, Node, Position, leaf_hash
from pensions.control_register.notes import NoteSigner, NoteVerifier
from pensions.enums.issuing import KeyPurpose
from pensions.models import RegisterEntry, RegisterNode, RegisterOpening, SigningKey
from pensions.models.register import Logged

LOCK = "control register"


class TableNodeStore:
    """Complete nodes of the tree in their table."""

    def read(self, positions: Sequence[Position]) -> Mapping[Position, bytes]:
        wanted: dict[int, set[int]] = {}
        for level, index in positions:
            wanted.setdefault(level, set()).add(index)
        if not wanted:
            return {}
        condition = reduce(or_, (Q(level=level, index__in=places) for level, places in wanted.items()))
        rows = RegisterNode.everything.filter(condition).values_list("level", "index", "hash")
        found = {(level, index): bytes(digest) for level, index, digest in rows}
        if absent := set(positions) - set(found):
            raise KeyError(f"The log holds no node {sorted(absent)[0]}")
        return found

    def write(self, nodes: Iterable[Node]) -> None:
        RegisterNode.everything.bulk_create(
            RegisterNode(level=level, index=index, hash=digest) for level, index, digest in nodes
        )


@dataclass(frozen=True)
class Entered:
    """What is to be entered: public leaf, opening, the row that it is about, the person's key if there is one."""

    row: Logged
    leaf: Leaf
    opening: Opening
    key: SubjectKey | None = None

    @classmethod
    def of(cls, row: Logged, *, at: dt.datetime, key: SubjectKey | None = None) -> "Entered":
        """An entry that commits to the facts of the row."""
        leaf, opening = commit(row.kind_of_entry, at, row.facts())
        return cls(row, leaf, opening, key)


def hold() -> None:
    """Waits until nobody else writes to the register. Call first, inside the transaction."""
    locks.hold(LOCK)


def size() -> int:
    """Number of entries."""
    last = RegisterEntry.everything.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def log() -> MerkleLog:
    """The log as it stands, for proofs."""
    return MerkleLog(TableNodeStore(), size())


def head() -> str:
    """Hex root over all entries; empty while there is none."""
    tree = log()
    return tree.root().hex() if tree.size else ""


def append(entered: Sequence[Entered]) -> list[RegisterEntry]:
    """Adds entries in order and points each row at its own; the caller saves the rows. Needs a transaction."""
    hold()
    tree = log()
    leaves = [one.leaf.encode() for one in entered]
    first = tree.size
    entries = [
        RegisterEntry(index=first + place, kind=one.leaf.kind, at=one.leaf.at, leaf=leaf)
        for place, (one, leaf) in enumerate(zip(entered, leaves, strict=True))
    ]
    RegisterEntry.everything.bulk_create(entries)
    tree.append_hashes([leaf_hash(leaf) for leaf in leaves])
    RegisterOpening.everything.bulk_create(
        RegisterOpening(
            entry=entry,
            row_type=one.row._meta.label_lower,
            row_id=one.row.pk,
            key=one.key,
            opening=_sealed(one, entry.index),
        )
        for one, entry in zip(entered, entries, strict=True)
    )
    for one, entry in zip(entered, entries, strict=True):
        one.row.entry = entry
    return entries


def enter(*rows: Logged, at: dt.datetime, key: SubjectKey | None = None) -> None:
    """Appends entries about rows that are not saved yet, and saves them."""
    append([Entered.of(row, at=at, key=key) for row in rows])
    for row in rows:
        row.save(force_insert=True)


def _context(index: int) -> str:
    return f"register opening {index}"


def _sealed(one: Entered, index: int) -> bytes:
    plain = one.opening.encode()
    return plain if one.key is None else encrypt(one.key.secret(), plain, _context(index))


def opening_of(stored: RegisterOpening) -> Opening | None:
    """Salt and record; None when the person's key was destroyed."""
    data = bytes(stored.opening)
    if stored.key is None:
        return Opening.decode(data)
    try:
        return Opening.decode(decrypt(stored.key.secret(), data, _context(stored.entry_id)))
    except KeyDestroyed:
        return None


# Checkpoints ---------------------------------------------------------------------------------------------------------


def origin() -> str:
    """Name of the log in its checkpoints; it never changes in the life of an installation."""
    return settings.CONTROL_REGISTER_ORIGIN


def note_signer(signer: Signer) -> NoteSigner:
    return NoteSigner(NoteVerifier(origin(), signer.public_key.public_bytes_raw()), signer.sign)


def verifiers() -> Iterator[NoteVerifier]:
    """Public keys that have signed checkpoints, the newest first."""
    keys = SigningKey.everything.filter(purpose=KeyPurpose.REGISTER).order_by("-created_at")
    for key in keys:
        public = load_public_key(bytes(key.public_key))
        yield NoteVerifier(origin(), public.public_bytes_raw())
