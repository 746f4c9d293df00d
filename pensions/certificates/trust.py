"""What a verifier has to be told by somebody it trusts: the register itself when online, a signed bundle when not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from pensions.certificates.status_list import Status, StatusList
from pensions.control_register.notes import NoteError, NoteVerifier, open_note


@dataclass(frozen=True)
class Authority:
    """The right of an organisation to issue certificates: legal basis and dates (both included; None: open)."""

    basis: str
    valid_from: date
    valid_until: date | None = None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class IssuerKey:
    """A public key (SubjectPublicKeyInfo) of an issuing organisation.

    `compromised_from` is the first log index from which the key is not believed any more: what was logged before it
    stays valid.
    """

    kid: bytes
    public_key: bytes
    issuer: str
    issuer_name: str
    valid_from: date
    valid_until: date | None = None
    compromised_from: int | None = None
    authorities: tuple[Authority, ...] = ()

    def authority_on(self, day: date) -> Authority | None:
        return next((authority for authority in self.authorities if authority.covers(day)), None)

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class SealKey:
    """Days on which a key may seal PDFs (None: open), and the moment from which it is in strange hands."""

    valid_from: date
    valid_until: date | None = None
    compromised_at: datetime | None = None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class RegisterEntry:
    """What the register holds of a certificate. `digests` are SHA-256 of the CWTs of all variants."""

    number: str
    digests: tuple[bytes, ...]
    status: Status = Status.VALID
    status_since: datetime | None = None
    superseded_by: str = ""
    log_index: int | None = None


@dataclass(frozen=True)
class BlankState:
    """State of a numbered blank (`used`, `spoiled`, `lost`, `stolen`, `destroyed`, …) and what it was used for."""

    state: str
    certificate: str = ""


@dataclass(frozen=True)
class LogTrust:
    """Key of the register's log, witnesses and how many of them must have cosigned; the newest checkpoint note.

    `earlier` are keys that the log has signed with before.
    """

    verifier: NoteVerifier
    witnesses: tuple[NoteVerifier, ...] = ()
    quorum: int = 0
    checkpoint: str = ""
    earlier: tuple[NoteVerifier, ...] = ()

    def signer_of(self, note: str) -> NoteVerifier:
        """Whichever of the log's keys has signed the note; the present one when none has."""
        for verifier in (self.verifier, *self.earlier):
            try:
                open_note(note, [verifier])
            except NoteError:
                continue
            return verifier
        return self.verifier


class Trust(Protocol):
    """Questions of a verifier. `online` says whether "unknown" means "does not exist"."""

    online: bool

    def issuer_key(self, kid: bytes) -> IssuerKey | None:
        """The organisation's key, past ones included."""

    def seal_certificates(self, issuer: str) -> Sequence[bytes]:
        """X.509 certificates (DER) with which this issuer seals PDFs, past ones included."""

    def seal_key(self, certificate: bytes) -> SealKey | None:
        """Days of the key behind a seal's X.509 certificate; None when nothing limits it."""

    def stamp_certificates(self) -> Sequence[bytes]:
        """X.509 certificates (DER) of the time-stamp authorities that are believed, past ones included."""

    def archived(self, file: bytes) -> bool:
        """Whether these very bytes are a print in the archive of sealed files."""

    def status(self, status_list: int, index: int) -> Status | None:
        """State by the status list; None when that list is not at hand."""

    def register_entry(self, number: str) -> RegisterEntry | None:
        """Entry of the register; None when there is none, or when offline."""

    def blank(self, series: str, number: str) -> BlankState | None:
        """State of a blank; None when nothing is known of it."""

    def log(self) -> LogTrust | None:
        """The log's keys, to check attached proofs."""


@dataclass
class StaticTrust:
    """Trust held in memory: the base of the offline bundle, and of tests."""

    keys: dict[bytes, IssuerKey] = field(default_factory=dict)
    seals: dict[str, list[bytes]] = field(default_factory=dict)
    seal_keys: dict[bytes, SealKey] = field(default_factory=dict)
    stamps: list[bytes] = field(default_factory=list)
    prints: set[bytes] = field(default_factory=set)
    statuses: dict[int, StatusList] = field(default_factory=dict)
    entries: dict[str, RegisterEntry] = field(default_factory=dict)
    blanks: dict[tuple[str, str], BlankState] = field(default_factory=dict)
    log_trust: LogTrust | None = None
    online: bool = True

    def issuer_key(self, kid: bytes) -> IssuerKey | None:
        return self.keys.get(kid)

    def seal_certificates(self, issuer: str) -> Sequence[bytes]:
        return self.seals.get(issuer, [])

    def seal_key(self, certificate: bytes) -> SealKey | None:
        return self.seal_keys.get(certificate)

    def stamp_certificates(self) -> Sequence[bytes]:
        return self.stamps

    def archived(self, file: bytes) -> bool:
        return file in self.prints

    def status(self, status_list: int, index: int) -> Status | None:
        statuses = self.statuses.get(status_list)
        return None if statuses is None or not 0 <= index < len(statuses) else Status(statuses[index])

    def register_entry(self, number: str) -> RegisterEntry | None:
        return self.entries.get(number)

    def blank(self, series: str, number: str) -> BlankState | None:
        return self.blanks.get((series, number))

    def log(self) -> LogTrust | None:
        return self.log_trust
