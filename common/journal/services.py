"""Writing, delivering, sealing and checking the journal."""

import hashlib
import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections, models, transaction
from django.utils.dateparse import parse_datetime

from common import clock
from common.context import current_channel, current_organisation_id
from common.ids import new_id
from common.models import JournalOutbox

from .models import Entry, Seal, SealedEntry
from .router import JournalRouter

GENESIS = "0" * 64
SEAL_BATCH = 10_000
SHORTEST_HEAD = 16  # digits of a head, as the auditor's page shows it
KEPT = re.compile(rf"[0-9a-f]{{{SHORTEST_HEAD},64}}")


def record(
    *,
    by: Any,
    verb: str,
    obj: models.Model | None = None,
    subject_id: uuid.UUID | None = None,
    action: str = "",
    reason: str = "",
    details: dict | None = None,
) -> None:
    """One entry. Inside a transaction it stands or falls with it; outside it is written at once.

    `by` is a user, None (the system) or an anonymous visitor; `subject_id` names the person whose record it is.
    """
    record_many(
        by=by,
        verb=verb,
        objects=[obj],
        subject_ids=[subject_id],
        action=action,
        reason=reason,
        details=details,
    )


def record_many(
    *,
    by: Any,
    verb: str,
    objects: Iterable[models.Model | None],
    subject_ids: Iterable[uuid.UUID | None] = (),
    action: str = "",
    reason: str = "",
    details: dict | None = None,
) -> None:
    """One entry for each object, in one statement."""
    objects = list(objects)
    subjects = list(subject_ids) or [None] * len(objects)
    entries = [
        Entry(
            at=clock.now(),
            key=new_id(),
            actor_id=getattr(by, "id", None),
            organisation_id=current_organisation_id(),
            verb=verb,
            object_type=obj._meta.label_lower if obj is not None else "",
            object_id=str(obj.pk) if obj is not None else "",
            subject_id=subject,
            action=action,
            reason=reason[:500],
            channel=current_channel(),
            details=details or {},
        )
        for obj, subject in zip(objects, subjects, strict=True)
    ]
    if JournalRouter.database() == "default" or not connections["default"].in_atomic_block:
        Entry.objects.bulk_create(entries)
        return
    JournalOutbox.objects.bulk_create([JournalOutbox(entry=_pack(entry)) for entry in entries])
    transaction.on_commit(deliver, robust=True)


_FIELDS = [field.attname for field in Entry._meta.concrete_fields if field.name != "id"]


def _pack(entry: Entry) -> dict:
    values = {name: getattr(entry, name) for name in _FIELDS}
    return {
        name: v.isoformat() if name == "at" else str(v) if isinstance(v, uuid.UUID) else v
        for name, v in values.items()
    }


def deliver() -> int:
    """Moves committed entries from the outbox to the journal; running it twice does no harm."""
    waiting = list(JournalOutbox.objects.order_by("pk")[:5_000])
    if not waiting:
        return 0
    entries = [Entry(**{**row.entry, "at": parse_datetime(row.entry["at"])}) for row in waiting]
    Entry.objects.bulk_create(entries, ignore_conflicts=True)
    JournalOutbox.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    return len(entries)


def digest(entry: Entry) -> str:
    """SHA-256 over the canonical JSON of everything but the row number."""
    text = json.dumps(_pack(entry), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal() -> Seal | None:
    """Seals what is not sealed yet; None when there is nothing. One sealer at a time."""
    alias = JournalRouter.database()
    with transaction.atomic(using=alias):
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute("LOCK TABLE journal_seal IN EXCLUSIVE MODE")
        entries = list(Entry.objects.filter(sealed__isnull=True).order_by("pk")[:SEAL_BATCH])
        if not entries:
            return None
        last = Seal.objects.order_by("-number").first()
        digests = [digest(entry) for entry in entries]
        root = hashlib.sha256("".join(digests).encode()).hexdigest()
        number, previous = (last.number + 1, last.digest) if last else (1, GENESIS)
        sealed_at = clock.now()
        made = Seal.objects.create(
            number=number,
            previous=previous,
            root=root,
            count=len(entries),
            sealed_at=sealed_at,
            digest=_chain(number, previous, root, len(entries), sealed_at),
        )
        SealedEntry.objects.bulk_create(
            SealedEntry(entry=entry, seal=made, position=position, digest=value)
            for position, (entry, value) in enumerate(zip(entries, digests, strict=True))
        )
    return made


def _chain(number: int, previous: str, root: str, count: int, sealed_at) -> str:
    return hashlib.sha256(
        f"{number}\n{previous}\n{root}\n{count}\n{sealed_at.isoformat()}".encode()
    ).hexdigest()


def head() -> Seal | None:
    return Seal.objects.order_by("-number").first()


@dataclass(frozen=True)
class Damage:
    """What does not fit: a seal number, an entry's row number (0 for the seal itself), and why."""

    seal: int
    entry: int
    why: str


def verify() -> list[Damage]:
    """Recomputes every digest and the chain; an empty list means that nothing was changed, removed or put in."""
    damages: list[Damage] = []
    previous, expected = GENESIS, 1
    for one in Seal.objects.order_by("number").iterator():
        members = list(SealedEntry.objects.filter(seal=one).select_related("entry").order_by("position"))
        damages += [Damage(one.number, m.entry_id, "changed") for m in members if digest(m.entry) != m.digest]
        root = hashlib.sha256("".join(m.digest for m in members).encode()).hexdigest()
        if one.number != expected or one.previous != previous:
            damages.append(Damage(one.number, 0, "chain"))
        if root != one.root or len(members) != one.count:
            damages.append(Damage(one.number, 0, "members"))
        if _chain(one.number, one.previous, one.root, one.count, one.sealed_at) != one.digest:
            damages.append(Damage(one.number, 0, "digest"))
        previous, expected = one.digest, one.number + 1
    return damages


def in_chain(kept: str) -> Seal | None:
    """The seal that a head kept outside belongs to: its digest, the beginning of it, or `number:digest`.

    Whoever owns the database can drop the triggers and make a whole new chain, that `verify` finds in order: it has
    no key. That chain does not hold a head that was written down elsewhere before.
    """
    number, _colon, text = kept.strip().lower().rpartition(":")
    if not KEPT.fullmatch(text) or not (number.isdecimal() or not number):
        raise ValueError(f"a head is 64 hexadecimal digits, or its first {SHORTEST_HEAD} at least")
    found = Seal.objects.filter(digest__startswith=text)
    return (found.filter(number=int(number)) if number else found).order_by("number").first()
