"""The control register held against the rows that it speaks of: whatever was changed, removed or put in by hand.

Four questions, each answered from the database as it lies:

1. do entries, tree nodes and signed checkpoints agree (the pure room's `audit_log`);
2. does every row still say what its entry commits to, and every entry still have its row;
3. do the places that only repeat what the rows say (states, stocks, payload digests) repeat it rightly;
4. has every key the facts of its last event.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, OuterRef, Q, Subquery, UUIDField

from common.errors import KozotError
from common.keys.ring import CannotOpen, KeyDestroyed
from pensions.certificates.errors import CertificateError
from pensions.certificates.model import Variant
from pensions.certificates.payload import issue_record, payload_digest
from pensions.control_register.audit import audit_log
from pensions.control_register.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from pensions.control_register.leaves import Leaf, LeafError, Opening
from pensions.control_register.notes import NoteError
from pensions.enums.issuing import BlankState, CertificateState, MovementKind
from pensions.models import (
    ArchiveConfirmation,
    Blank,
    BlankMovement,
    BlankStock,
    Certificate,
    CertificateStep,
    DemandStep,
    DepositStep,
    IssuingRight,
    KeyEvent,
    RegisterCheckpoint,
    RegisterEntry,
    RegisterNode,
    RegisterOpening,
    SigningKey,
)
from pensions.models.register import Logged
from pensions.services import control_register, signing_keys
from pensions.services.certificates import unpack

LOGGED: tuple[type[Logged], ...] = (
    ArchiveConfirmation,
    BlankMovement,
    CertificateStep,
    DemandStep,
    DepositStep,
    KeyEvent,
)
# Whatever a row may do that was written by hand; a destroyed key is no damage and is asked for first.
UNREADABLE = (
    CannotOpen,
    KeyDestroyed,
    CertificateError,
    KozotError,
    LeafError,
    LookupError,
    ObjectDoesNotExist,
    ValueError,
    TypeError,
)
CHUNK = 500
# The state in which each movement leaves its blanks.
LEAVES = {
    MovementKind.RECEIVED: BlankState.IN_STOCK,
    MovementKind.HANDED_OVER: BlankState.IN_TRANSIT,
    MovementKind.ACCEPTED: BlankState.IN_STOCK,
    MovementKind.REFUSED: BlankState.IN_STOCK,
    MovementKind.SOLD: BlankState.IN_STOCK,
    MovementKind.DISPUTED: BlankState.IN_TRANSIT,
}


@dataclass(frozen=True)
class Damage:
    """What does not fit. `entry` is an index of the register or None; `row` names the row, as type and id."""

    code: str
    entry: int | None = None
    row: str = ""
    what: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def audit(kept: Sequence[str] = ()) -> list[Damage]:
    """Everything that does not fit, in the order of the register; an empty list when all is well.

    `kept` are signed checkpoints that somebody else has kept: from a witness, an offline bundle, a printed proof. They
    find a log whose end was cut off together with its own checkpoints.
    """
    damages = [
        *_log(kept),
        *_nodes(),
        *_rows(),
        *_lost_rows(),
        *_certificates(),
        *_blanks(),
        *_stocks(),
        *_keys(),
    ]
    return sorted(damages, key=lambda one: (one.entry is None, one.entry or 0, one.code, one.row))


def _log(kept: Sequence[str]) -> Iterator[Damage]:
    entries = RegisterEntry.everything.order_by("index").values_list("index", "leaf")
    checkpoints, damages = _checkpoints(kept)
    yield from damages
    # A last entry that was removed is missed by the size that was signed.
    size = max([control_register.size(), *(one.size for one in checkpoints)])
    stored = ((index, bytes(leaf)) for index, leaf in entries.iterator())
    for finding in audit_log(stored, control_register.TableNodeStore(), size, checkpoints):
        to = f"to entry {finding.last}" if finding.last != finding.first else ""
        yield Damage(finding.code, finding.first, what=to)


def _checkpoints(kept: Sequence[str]) -> tuple[list[Checkpoint], list[Damage]]:
    """Checkpoints that the register has signed: its own table's, those inside sealed proofs, those kept elsewhere."""
    verifiers = list(control_register.verifiers())
    found, damages, before = [], [], (0, None)
    for stored in RegisterCheckpoint.everything.order_by("pk").iterator():
        opened = _opened(stored.note, verifiers)
        if opened is None or (opened.size, opened.root.hex()) != (stored.size, stored.root):
            damages.append(Damage("checkpoint_not_signed", row=_name(stored)))
            continue
        if opened.size < before[0] or (before[1] is not None and stored.at < before[1]):
            damages.append(Damage("checkpoint_out_of_order", opened.size - 1, _name(stored)))
        before = (max(opened.size, before[0]), stored.at)
        found.append(opened)
    known = set(found)
    for note in _sealed_notes():
        opened = _opened(note, verifiers)
        if opened is not None and opened not in known:
            known.add(opened)
            found.append(opened)
            damages.append(Damage("checkpoint_removed", opened.size - 1, what=f"of {opened.size} entries"))
    for note in kept:
        opened = _opened(note, verifiers)
        if opened is None:
            damages.append(Damage("kept_checkpoint_not_signed", what=note.partition("\n")[0][:80]))
        else:
            found.append(opened)
    return found, damages


def _opened(note: str, verifiers: list) -> Checkpoint | None:
    """The checkpoint out of its note, if a key of the register has signed it."""
    for verifier in verifiers:
        try:
            return open_checkpoint(note, verifier)[0]
        except (NoteError, CheckpointError):
            continue
    return None


def _sealed_notes() -> Iterator[str]:
    """Checkpoints inside the proofs that were sealed with the certificates, which nobody can rewrite by hand."""
    for certificate in Certificate.everything.sealed().select_related("key").iterator(chunk_size=CHUNK):
        try:
            yield unpack(certificate)[1].partition("\n\n")[2]
        except UNREADABLE:
            continue


def _nodes() -> Iterator[Damage]:
    """Nodes of the tree that no entry stands below."""
    size = control_register.size()
    for level, index in RegisterNode.everything.order_by("level", "index").values_list("level", "index"):
        if (index + 1) << level > size:
            yield Damage("node_unexpected", index << level, what=f"level {level}")


def _rows() -> Iterator[Damage]:
    """Rows that differ from what their entries commit to, and rows whose entry is not there or is another's."""
    for model in LOGGED:
        for rows in _chunks(model.everything.order_by("entry_id")):
            entries = RegisterEntry.everything.in_bulk([row.entry_id for row in rows])
            openings = {
                opening.entry_id: opening
                for opening in RegisterOpening.everything.select_related("key").filter(
                    entry_id__in=list(entries)
                )
            }
            for row in rows:
                code = _fault(row, entries.get(row.entry_id), openings.get(row.entry_id))
                if code:
                    yield Damage(code, row.entry_id, _name(row), row.kind_of_entry)


def _fault(row: Logged, entry: RegisterEntry | None, stored: RegisterOpening | None) -> str:
    if entry is None:
        return "row_inserted"
    try:
        leaf = Leaf.decode(bytes(entry.leaf))
        if stored is None:
            return "opening_missing"
        if (stored.row_type, stored.row_id) != (row._meta.label_lower, row.pk):
            return "row_inserted"
        opening = control_register.opening_of(stored)
        if opening is None:  # erased with the person's key: the entry says nothing about anybody any more
            return ""
        if opening.commitment != leaf.commitment:
            return "opening_changed"
        same_head = (leaf.kind, leaf.at) == (entry.kind, entry.at) and leaf.kind == row.kind_of_entry
        facts = _facts(row)
    except UNREADABLE:
        return "row_changed"
    same = facts is None or Opening.of(facts, opening.salt).commitment == leaf.commitment
    return "" if same and same_head and row.at == leaf.at else "row_changed"


def _facts(row: Logged) -> Any:
    """What the entry must commit to; None when the row's person was erased."""
    if not (isinstance(row, CertificateStep) and row.is_issue):
        return row.facts()
    certificate = Certificate.everything.select_related("key").get(pk=row.certificate_id)
    if certificate.key.destroyed_at:
        return None
    issue, _proof = unpack(certificate)
    return issue_record(issue.record, issue.cwts)


def _lost_rows() -> Iterator[Damage]:
    """Entries whose row is gone."""
    alone = RegisterEntry.everything.filter(**{f"{model._meta.model_name}__isnull": True for model in LOGGED})
    for entry in alone.select_related("opening").order_by("index"):
        opening = getattr(entry, "opening", None)
        row = f"{opening.row_type} {opening.row_id}" if opening else ""
        yield Damage("row_removed", entry.index, row, entry.kind)


def _certificates() -> Iterator[Damage]:
    """Certificates that do not stand as their last step left them, or not as they were sealed."""
    last = CertificateStep.everything.filter(certificate=OuterRef("pk")).order_by("-entry_id")
    found = Certificate.everything.annotate(
        last_state=Subquery(last.values("to_state")[:1]), last_entry=Subquery(last.values("entry_id")[:1])
    ).select_related("key", "blank", "signing_key", "supersedes", "employment")
    for certificate in found.iterator(chunk_size=CHUNK):
        if (certificate.last_state or CertificateState.DRAFT) != certificate.state:
            yield Damage("state_differs", certificate.last_entry, _name(certificate), certificate.state)
        elif certificate.state != CertificateState.DRAFT and not _as_sealed(certificate):
            yield Damage("certificate_changed", certificate.last_entry, _name(certificate))


def _as_sealed(certificate: Certificate) -> bool:
    if certificate.key.destroyed_at:
        return True
    try:
        issue, _proof = unpack(certificate)
    except UNREADABLE:
        return False
    record = issue.record
    sealed = (
        record.number,
        record.blank,
        record.issued_at,
        record.work.start_on,
        record.work.end_on,
        record.supersedes,
        record.status[1],
        record.issuer,
        [payload_digest(issue.cwts[variant]).hex() for variant in Variant],
    )
    return (
        sealed
        == (
            certificate.number,
            certificate.blank.printed,
            certificate.issued_at,
            certificate.start_on,
            certificate.end_on,
            certificate.supersedes.number if certificate.supersedes else "",
            certificate.status_index,
            certificate.signing_key.issuer,
            certificate.digests,
        )
        and certificate.worker_id == certificate.employment.worker_id
    )


def _blanks() -> Iterator[Damage]:
    """Blanks that are not where their last movement left them."""
    last = BlankMovement.everything.filter(
        series=OuterRef("series"), first__lte=OuterRef("number"), last__gte=OuterRef("number")
    ).order_by("-entry_id")
    found = Blank.everything.annotate(
        moved=Subquery(last.values("kind")[:1]),
        held=Subquery(last.values("custodian_id")[:1], UUIDField()),
        sent_by=Subquery(last.values("other_id")[:1], UUIDField()),
        entry=Subquery(last.values("entry_id")[:1]),
        for_certificate=Subquery(last.values("certificate_id")[:1], UUIDField()),
    )
    for blank in found.select_related("certificate").iterator(chunk_size=CHUNK):
        held = blank.sent_by if blank.moved == MovementKind.REFUSED else blank.held
        user = getattr(getattr(blank, "certificate", None), "pk", None)
        wrong_use = blank.state == BlankState.USED and user != blank.for_certificate
        if LEAVES.get(blank.moved, blank.moved) != blank.state or held != blank.custodian_id or wrong_use:
            yield Damage("blank_differs", blank.entry, _name(blank), str(blank))


def _stocks() -> Iterator[Damage]:
    """Accounts that do not say what the blanks say."""
    counted = {
        (row["custodian"], row["series"]): row
        for row in Blank.everything.order_by()
        .values("custodian", "series")
        .annotate(
            **{state: Count("pk", filter=Q(state=state)) for state in BlankState.values},
        )
    }
    for stock in BlankStock.everything.all():
        row = counted.pop((stock.custodian_id, stock.series), dict.fromkeys(BlankState.values, 0))
        wrong = [
            column
            for column in ("used", "spoiled", "lost", "stolen", "destroyed")
            if getattr(stock, column) != row[column]
        ]
        if stock.in_custody != row[BlankState.IN_STOCK] + row[BlankState.IN_TRANSIT]:
            wrong.append("in_custody")
        if wrong:
            yield Damage("stock_differs", row=_name(stock), what=", ".join(wrong))
    for custodian, series in counted:
        yield Damage("stock_missing", row=f"accounts.organisation {custodian}", what=series)


def _keys() -> Iterator[Damage]:
    """Keys and rights whose facts are not those of their last event."""
    for name, model in (("key", SigningKey), ("right", IssuingRight)):
        events = KeyEvent.everything.filter(**{f"{name}_id__isnull": False}).order_by("entry_id")
        last = {getattr(event, f"{name}_id"): event for event in events}
        rows = model.everything.in_bulk(list(last))
        for pk, event in last.items():
            about = rows.get(pk)
            if about is None:
                yield Damage("key_removed", event.entry_id, f"{model._meta.label_lower} {pk}")
            elif signing_keys.said(about) != event.said:
                yield Damage("key_changed", event.entry_id, _name(about))
    for model in (SigningKey, IssuingRight):
        for row in model.everything.filter(events__isnull=True):
            yield Damage("key_inserted", row=_name(row))


def _chunks(queryset: Any) -> Iterator[list]:
    rows: list = []
    for row in queryset.iterator(chunk_size=CHUNK):
        rows.append(row)
        if len(rows) == CHUNK:
            yield rows
            rows = []
    if rows:
        yield rows


def _name(row: Any) -> str:
    return f"{row._meta.label_lower} {row.pk}"
