"""Verification of a certificate by anyone: a verdict first, then the reasons, then the data.

Pure: the caller brings the text or file, the moment, and a `Trust` that answers from the live register or from an
offline bundle. A QR proves nothing by being there: every step below must hold.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import cbor2

from pensions.certificates.comparing import Line, compare_print
from pensions.certificates.cose import CoseError, Sign1, decode_exact, verify_sign1
from pensions.certificates.disclosure import open_disclosure
from pensions.certificates.errors import CertificateError, PayloadError, UnreadableError
from pensions.certificates.issuing import ISSUE_KIND
from pensions.certificates.keys import load_public_key
from pensions.certificates.model import Certificate, MonthRow, totals_of
from pensions.certificates.payload import (
    decode_claims,
    payload_digest,
    rows_digest,
    rows_from_facts,
)
from pensions.certificates.reading import Found, add_rendered, read_any
from pensions.certificates.seal import SealCheck, read_seals
from pensions.certificates.stamps import is_believed
from pensions.certificates.status_list import Status
from pensions.certificates.trust import Authority, IssuerKey, LogTrust, RegisterEntry, Trust
from pensions.control_register.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from pensions.control_register.leaves import Leaf, LeafError, Opening
from pensions.control_register.merkle import ProofError
from pensions.control_register.notes import NoteError
from pensions.control_register.tlog_proof import TlogProof, TlogProofError

CLOCK_SKEW = timedelta(minutes=10)


class Code(StrEnum):
    """Verdicts, the gravest first: of several faults the verdict names the gravest, the reasons name all."""

    UNREADABLE = "unreadable"
    ALTERED = "altered"
    UNKNOWN_ISSUER = "unknown_issuer"
    KEY_COMPROMISED = "key_compromised"
    NOT_IN_REGISTER = "not_in_register"
    BLANK_NOT_VALID = "blank_not_valid"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    VALID = "valid"


_GRAVITY = list(Code)
_BY_STATUS = {
    Status.REVOKED: Code.REVOKED,
    Status.SUSPENDED: Code.SUSPENDED,
    Status.SUPERSEDED: Code.SUPERSEDED,
}
BLANK_FAULTS = frozenset({"spoiled", "lost", "stolen", "destroyed"})


@dataclass(frozen=True)
class Reason:
    """A stable code and the values for its sentence. `against` is the verdict that it alone would give, if any."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)
    against: Code | None = None


@dataclass(frozen=True)
class Verdict:
    """Outcome of a verification. `certificate` is set only when the signature over it holds."""

    code: Code
    reasons: tuple[Reason, ...]
    source: str
    certificate: Certificate | None = None
    issuer: str = ""
    issuer_name: str = ""
    authority: Authority | None = None
    rows: tuple[MonthRow, ...] = ()
    lines: tuple[Line, ...] = ()
    log_index: int | None = None
    status_since: datetime | None = None
    superseded_by: str = ""
    stamped_at: datetime | None = None

    @property
    def valid(self) -> bool:
        return self.code == Code.VALID

    @property
    def differing(self) -> tuple[Line, ...]:
        """Lines whose print is not what was sealed."""
        return tuple(line for line in self.lines if not line.same)

    def as_dict(self) -> dict[str, Any]:
        """Everything for JSON: dates and amounts as text, bytes as hex."""
        return _plain({**asdict(self), "lines": [{**asdict(line), "same": line.same} for line in self.lines]})


def verify(data: bytes | str, trust: Trust, *, at: datetime) -> Verdict:
    """Verdict over a QR text, PDF, PNG or JPEG. `at` is the moment of the check (aware)."""
    try:
        found = read_any(data)
        found.data = data if isinstance(data, bytes) else None
        if found.kind == "pdf" and not found.cwts and isinstance(data, bytes):
            add_rendered(found, data)
    except UnreadableError as error:
        return _unreadable("file", error.code, error.values)
    if not found.cwts:
        reason = "only_address_found" if found.addresses else "no_certificate_found"
        return _unreadable(found.kind, reason, {"addresses": found.addresses})
    if len(set(found.cwts)) > 1:
        return _unreadable(found.kind, "several_certificates", {"count": len(set(found.cwts))})
    seals = read_seals(data) if found.kind == "pdf" and isinstance(data, bytes) else []
    return _Check(found, trust, at, seals).run()


def verify_cwt(cwt: bytes, trust: Trust, *, at: datetime, proof: str | None = None) -> Verdict:
    """Verdict over a signed payload that the caller already has (from the archive, or from a wallet)."""
    return _Check(Found("payload", cwts=[cwt], proof=proof), trust, at, []).run()


class _Check:
    """One verification: every step adds reasons, the gravest decides."""

    def __init__(self, found: Found, trust: Trust, at: datetime, seals: Sequence[SealCheck]) -> None:
        self.found, self.trust, self.at, self.seals = found, trust, at, seals
        self.cwt = found.cwts[0]
        self.reasons: list[Reason] = []
        self.facts: dict[str, Any] = {}

    def run(self) -> Verdict:
        key, certificate = self._signature()
        if key is not None and certificate is not None:
            self._issuer(key, certificate)
            self._rows(certificate)
            self._register(key, certificate)
            self._status(certificate)
            self._blank(certificate)
            if self.found.kind == "pdf":
                self._pdf(certificate)
            elif self.found.pictured:
                self._note("print_not_compared")
        faults = [reason.against for reason in self.reasons if reason.against]
        code = min(faults, key=_GRAVITY.index, default=Code.VALID)
        return Verdict(code, tuple(self.reasons), self.found.kind, certificate, **self.facts)

    def _note(self, code: str, against: Code | None = None, **values: Any) -> None:
        self.reasons.append(Reason(code, values, against))

    def _set(self, **changes: Any) -> None:
        self.facts.update(changes)

    def _signature(self) -> tuple[IssuerKey | None, Certificate | None]:
        """Key under which the payload is genuine, and its content; nothing when the verdict is already decided."""
        try:
            message = decode_exact(self.cwt)
        except CoseError:
            self._note("payload_unreadable", Code.UNREADABLE)
            return None, None
        key = self.trust.issuer_key(message.kid) if message.kid else None
        if key is None:
            self._note(
                "key_unknown", Code.UNKNOWN_ISSUER, kid=(message.kid or b"").hex(), claimed=_claimed(message)
            )
            return None, None
        try:
            certificate = decode_claims(verify_sign1(message, load_public_key(key.public_key)))
        except CoseError:
            self._note("signature_wrong", Code.ALTERED)
            return None, None
        except PayloadError as error:
            self._note(error.code, Code.UNREADABLE, **error.values)
            return None, None
        self._set(issuer=key.issuer, issuer_name=key.issuer_name)
        self._note("signature_good", kid=key.kid.hex())
        return key, certificate

    def _issuer(self, key: IssuerKey, certificate: Certificate) -> None:
        day = certificate.issued_on
        authority = key.authority_on(day)
        self._set(authority=authority)
        if certificate.issuer != key.issuer:
            self._note("issuer_not_of_key", Code.UNKNOWN_ISSUER, claimed=certificate.issuer)
        if not key.covers(certificate.issued_at.date()):
            self._note("key_not_valid_on_date", Code.UNKNOWN_ISSUER, date=certificate.issued_at.date())
        if authority is None:
            self._note("no_authority_on_date", Code.UNKNOWN_ISSUER, date=day)
        if certificate.issued_at > self.at + CLOCK_SKEW:
            self._note("issued_in_future", Code.UNKNOWN_ISSUER, date=day)
        # The day on the paper is local, the moment of signing is not: a day apart is the most that clocks explain.
        if abs(day - certificate.issued_at.date()) > timedelta(days=1):
            self._note("dated_otherwise", Code.UNKNOWN_ISSUER, date=day, signed=certificate.issued_at.date())

    def _rows(self, certificate: Certificate) -> None:
        """Sealed months: in the payload itself, or in the attached disclosure under root and digest."""
        rows = certificate.rows
        if self.found.disclosure is not None and certificate.root is not None:
            try:
                facts = open_disclosure(self.found.disclosure, certificate.root)
                opened = rows_from_facts(facts, certificate)
            except CertificateError as error:
                self._note(error.code, Code.ALTERED)
                opened = ()
            if certificate.rows_digest is not None and opened:
                whole = replace(certificate, rows=opened, totals=(), rows_digest=None)
                if rows_digest(whole) == certificate.rows_digest and totals_of(opened) == certificate.totals:
                    rows = opened
                else:
                    self._note("rows_digest_wrong", Code.ALTERED)
        elif certificate.rows_digest is not None:
            self._note("rows_not_attached")
        self._set(rows=rows)

    def _register(self, key: IssuerKey, certificate: Certificate) -> None:
        entry = self.trust.register_entry(certificate.number)
        index = self._proof(certificate)
        if entry is not None:
            index = self._entry(entry, index)
        elif self.trust.online:
            self._note("number_not_registered", Code.NOT_IN_REGISTER)
        elif index is None:
            self._note("register_not_checked")
        self._set(log_index=index)
        if key.compromised_from is None:
            return
        if index is None or index >= key.compromised_from:
            self._note(
                "logged_after_compromise", Code.KEY_COMPROMISED, index=index, limit=key.compromised_from
            )
        else:
            self._note("logged_before_compromise", index=index, limit=key.compromised_from)

    def _entry(self, entry: RegisterEntry, proved: int | None) -> int | None:
        self._set(status_since=entry.status_since, superseded_by=entry.superseded_by)
        if payload_digest(self.cwt) not in entry.digests:
            self._note("payload_not_registered", Code.NOT_IN_REGISTER)
            return proved
        if proved is not None and entry.log_index is not None and proved != entry.log_index:
            self._note("log_index_differs", Code.NOT_IN_REGISTER, proved=proved, registered=entry.log_index)
        self._note("registered", index=entry.log_index)
        return entry.log_index if entry.log_index is not None else proved

    def _proof(self, certificate: Certificate) -> int | None:
        """Log index that the attached proof proves for this very payload; None when there is no good proof."""
        log = self.trust.log()
        if self.found.proof is None or log is None:
            return None
        try:
            proof = TlogProof.parse(self.found.proof)
            leaf, opening = _extra(proof)
            signer = log.signer_of(proof.checkpoint)
            checkpoint = proof.verify(leaf.encode(), signer, witnesses=log.witnesses, quorum=log.quorum)
            self._same_view(checkpoint, log)
            record = opening.value()
            bound = (
                leaf.kind == ISSUE_KIND
                and opening.commitment == leaf.commitment
                and record[1] == certificate.number
                and record[2] == certificate.root
                and payload_digest(self.cwt) in record[3]
            )
        except (TlogProofError, NoteError, CheckpointError, ProofError, LeafError, LookupError, TypeError):
            self._note("proof_wrong", Code.ALTERED)
            return None
        if not bound:
            self._note("proof_of_other_certificate", Code.ALTERED)
            return None
        self._note("proof_good", index=proof.index)
        return proof.index

    def _same_view(self, checkpoint: Checkpoint, log: LogTrust) -> None:
        """A log that shows two roots for one size tells different stories to different people."""
        if not log.checkpoint:
            return
        known, _ = open_checkpoint(log.checkpoint, log.signer_of(log.checkpoint))
        if known.size == checkpoint.size and known.root != checkpoint.root:
            self._note("log_split", Code.NOT_IN_REGISTER, size=known.size)

    def _status(self, certificate: Certificate) -> None:
        entry = self.trust.register_entry(certificate.number)
        listed = self.trust.status(*certificate.status) if certificate.status else None
        statuses = {entry.status if entry else None, listed} - {None}
        if not statuses:
            self._note("status_not_checked", Code.NOT_IN_REGISTER if self.trust.online else None)
        for status in sorted(statuses - {Status.VALID}):
            values = {"since": self.facts.get("status_since"), "by": self.facts.get("superseded_by")}
            self._note(f"status_{status.name.lower()}", _BY_STATUS[status], **values)

    def _blank(self, certificate: Certificate) -> None:
        if certificate.blank is None:
            return
        blank = self.trust.blank(*certificate.blank)
        if blank is None:
            unknown = Code.BLANK_NOT_VALID if self.trust.online else None
            self._note("blank_unknown" if self.trust.online else "blank_not_reported", unknown)
        elif blank.state != "used":
            self._note("blank_" + blank.state, Code.BLANK_NOT_VALID)
        elif blank.certificate and blank.certificate != certificate.number:
            self._note("blank_of_other_certificate", Code.BLANK_NOT_VALID)

    def _pdf(self, certificate: Certificate) -> None:
        """A file with a text layer must bear the issuer's intact seal, and print what was sealed.

        A plain scan has neither text nor attachments; a picture to which a genuine payload was attached is no scan.
        """
        if self.found.pictured and not self.seals and self.found.attached is None:
            self._note("print_not_compared")
            return
        self._seal()
        lines = compare_print(certificate, self.facts["rows"], self.found.texts)
        self._set(lines=tuple(lines))
        differing = [line.label for line in lines if not line.same]
        if differing:
            self._note("print_differs", Code.ALTERED, lines=differing)
        else:
            self._note("print_same")

    def _seal(self) -> None:
        if not self.seals:
            self._note("seal_missing", Code.ALTERED)
            return
        seal = self.seals[0]
        if seal.reason == "algorithm_not_here":
            self._note("seal_algorithm_not_here", Code.UNREADABLE)
        elif not seal.intact:
            self._note(seal.reason, Code.ALTERED)
        elif seal.certificate not in self.trust.seal_certificates(self.facts["issuer"]):
            self._note("seal_of_stranger", Code.UNKNOWN_ISSUER)
        elif self.found.attached is None:
            self._note("payload_not_attached", Code.ALTERED)
        else:
            believed = self.trust.stamp_certificates()
            stamped = min((one.at for one in seal.stamps if is_believed(one, believed)), default=None)
            self._set(stamped_at=stamped)
            if seal.stamps and stamped is None:
                self._note("stamp_of_stranger")
            self._seal_key(seal, stamped)

    def _seal_key(self, seal: SealCheck, stamped: datetime | None) -> None:
        """A key seals within its days. Once it is stolen, only a believed stamp from before or the archive helps."""
        limits, made_at = self.trust.seal_key(seal.certificate), stamped or seal.claimed_at
        if limits is not None and (made_at is None or not limits.covers(made_at.astimezone(UTC).date())):
            self._note("seal_key_not_valid_on_date", Code.UNKNOWN_ISSUER, date=made_at and made_at.date())
        elif limits is not None and limits.compromised_at is not None:
            if stamped is not None and stamped < limits.compromised_at:
                self._note("seal_before_theft", at=stamped)
            elif self.found.data is not None and self.trust.archived(self.found.data):
                self._note("seal_in_archive")
            else:
                self._note("seal_key_stolen", Code.KEY_COMPROMISED, since=limits.compromised_at)
        else:
            self._note("seal_good", at=made_at)


def _extra(proof: TlogProof) -> tuple[Leaf, Opening]:
    """Public entry and opening out of the proof's extra data."""

    try:
        leaf, opening = cbor2.loads(proof.extra or b"")
    except (ValueError, TypeError, cbor2.CBORError) as error:
        raise LeafError("The proof does not say what it proves") from error
    return Leaf.decode(leaf), Opening.decode(opening)


def _claimed(message: Sign1) -> str:
    """Issuer that an unverified payload names: shown as a claim only."""
    try:
        return decode_claims(message.payload).issuer
    except PayloadError:
        return ""


def _unreadable(source: str, code: str, values: dict[str, Any]) -> Verdict:
    return Verdict(Code.UNREADABLE, (Reason(code, values, Code.UNREADABLE),), source)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, bool | int) or type(value) is str:
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)
