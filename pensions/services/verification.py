"""Verification by anyone: what people bring is held against the register, and the register answers for itself.

Nothing is asked about the person who checks. Every check of a known certificate stands in the journal, so that its
worker can see when it was looked at.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from common import clock, throttle
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from pensions import registry_number
from pensions.certificates.model import Variant
from pensions.certificates.status_list import Status
from pensions.certificates.trust import Authority, BlankState, IssuerKey, LogTrust, RegisterEntry, SealKey
from pensions.certificates.verify import Code, Reason, Verdict, verify, verify_cwt
from pensions.enums.issuing import CertificateState, KeyPurpose
from pensions.models import (
    Blank,
    Certificate,
    CertificatePrint,
    CertificateStep,
    IssuingRight,
    PrintStamp,
    SigningKey,
)
from pensions.models import RegisterEntry as LogEntry
from pensions.services import checkpoints, control_register, time_stamping, witnessing
from pensions.services.certificates import STATUS_LIST, unpack

VERIFY = "certificates.verify"
NUMBER_RATE = "verify_number"
STATUSES = {
    CertificateState.ISSUED: Status.VALID,
    CertificateState.REVOKED: Status.REVOKED,
    CertificateState.SUSPENDED: Status.SUSPENDED,
    CertificateState.SUPERSEDED: Status.SUPERSEDED,
}


class RegisterTrust:
    """Answers out of the live register. Use it for one check, inside a scope that reads everything."""

    online = True

    def issuer_key(self, kid: bytes) -> IssuerKey | None:
        key = SigningKey.everything.filter(kid=kid.hex(), purpose=KeyPurpose.PAYLOAD).first()
        return None if key is None else issuer_key(key, self._rights(key.organisation_id))

    def seal_certificates(self, issuer: str) -> Sequence[bytes]:
        keys = SigningKey.everything.filter(issuer=issuer, purpose=KeyPurpose.SEAL)
        return [bytes(key.certificate) for key in keys]

    def seal_key(self, certificate: bytes) -> SealKey | None:
        key = SigningKey.everything.filter(purpose=KeyPurpose.SEAL, certificate=certificate).first()
        return None if key is None else seal_key(key)

    def stamp_certificates(self) -> Sequence[bytes]:
        return time_stamping.believed()

    def archived(self, file: bytes) -> bool:
        digest = sha256(file).hexdigest()
        return (
            CertificatePrint.everything.filter(file__sha256=digest).exists()
            or PrintStamp.everything.filter(file__sha256=digest).exists()
        )

    def status(self, status_list: int, index: int) -> Status | None:
        if status_list != STATUS_LIST:
            return None
        state = Certificate.everything.filter(status_index=index).values_list("state", flat=True).first()
        return STATUSES.get(state)

    def register_entry(self, number: str) -> RegisterEntry | None:
        certificate = Certificate.everything.sealed().filter(number=number).first()
        if certificate is None:
            return None
        steps = list(
            CertificateStep.everything.filter(certificate=certificate)
            .select_related("superseded_by")
            .order_by("entry_id")
        )
        last = steps[-1]
        return RegisterEntry(
            number=number,
            digests=tuple(bytes.fromhex(digest) for digest in certificate.digests),
            status=STATUSES[certificate.state],
            status_since=last.at,
            superseded_by=last.superseded_by.number if last.superseded_by else "",
            log_index=steps[0].entry_id,
        )

    def blank(self, series: str, number: str) -> BlankState | None:
        if not number.isdecimal():
            return None
        blank = (
            Blank.everything.select_related("certificate").filter(series=series, number=int(number)).first()
        )
        if blank is None:
            return None
        certificate = getattr(blank, "certificate", None)
        return BlankState(blank.state, certificate.number if certificate else "")

    def log(self) -> LogTrust | None:
        return self._log

    @cached_property
    def _log(self) -> LogTrust | None:
        newest, *earlier = [*control_register.verifiers()] or [None]
        if newest is None:
            return None
        latest = checkpoints.latest()
        return LogTrust(
            newest,
            checkpoint=witnessing.cosigned(latest) if latest else "",
            earlier=tuple(earlier),
            witnesses=tuple(witnessing.verifiers()),
        )

    @staticmethod
    def _rights(organisation_id: Any) -> list[IssuingRight]:
        return list(IssuingRight.everything.filter(organisation_id=organisation_id).order_by("valid_from"))


def seal_key(key: SigningKey) -> SealKey:
    """Days of a seal's key. It was stolen at the moment of the first entry that is not believed any more."""
    stolen_at = None
    if key.compromised_from is not None:
        entry = LogEntry.everything.filter(index__lte=key.compromised_from).order_by("-index").first()
        stolen_at = entry.at if entry else dt.datetime.fromtimestamp(0, dt.UTC)
    return SealKey(key.valid_from, key.valid_until, stolen_at)


def issuer_key(key: SigningKey, rights: Sequence[IssuingRight]) -> IssuerKey:
    """The key as the verifier takes it."""
    return IssuerKey(
        kid=bytes.fromhex(key.kid),
        public_key=bytes(key.public_key),
        issuer=key.issuer,
        issuer_name=key.issuer_name,
        valid_from=key.valid_from,
        valid_until=key.valid_until,
        compromised_from=key.compromised_from,
        authorities=tuple(Authority(one.basis, one.valid_from, one.valid_until) for one in rights),
    )


def verify_file(*, by: Any, data: bytes | str, at: dt.datetime | None = None) -> Verdict:
    """Verdict over a QR text, PDF, PNG or JPEG. It never raises for what a stranger sends."""
    with system("verification of what somebody brought"):
        verdict = verify(data, RegisterTrust(), at=at or clock.now())
        _note(by, verdict)
    return verdict


def verify_number(*, by: Any, number: str, code: str, at: dt.datetime | None = None) -> Verdict:
    """Verdict by public number and check code, as they stand on the paper. Both must be right.

    It shows the shortest variant only: the rows are sealed into the code on the paper, and whoever holds the paper
    can check them there.
    """
    with system("verification by number and code"):
        certificate = Certificate.everything.select_related("key").numbered(number).sealed().first()
        if certificate is None or certificate.payloads is None:
            return _unknown()
        issue, proof = unpack(certificate)
        if not _same_code(code, issue.record.check_code):
            throttle.count(NUMBER_RATE, certificate.number)
            return _unknown()
        trust = RegisterTrust()
        verdict = verify_cwt(issue.cwts[Variant.PERIOD], trust, at=at or clock.now(), proof=proof)
        verdict = replace(verdict, source="number")
        _note(by, verdict)
    return verdict


def is_tried_out(number: str) -> bool:
    """Whether so many wrong codes came for this number within the hour that no more are looked at."""
    return throttle.is_over(NUMBER_RATE, registry_number.show(registry_number.normalise(number) or ""))


def state_of(number: str) -> str:
    """The state alone, for the address on the paper; empty when there is no such certificate."""
    with system("state of a certificate by its public number"):
        return Certificate.everything.numbered(number).sealed().values_list("state", flat=True).first() or ""


def _unknown() -> Verdict:
    reason = Reason("number_or_code_wrong", {}, Code.NOT_IN_REGISTER)
    return Verdict(Code.NOT_IN_REGISTER, (reason,), "number")


def _same_code(typed: str, right: str) -> bool:
    """Look-alike signs are read as the printed ones."""
    table = str.maketrans({"O": "0", "I": "1", "L": "1"})
    signs = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(table)
    return signs == right.replace("-", "")


def _note(by: Any, verdict: Verdict) -> None:
    if verdict.certificate is None:
        return
    certificate = Certificate.everything.filter(number=verdict.certificate.number).first()
    if certificate is not None:
        journal.record(
            by=by,
            verb=Verb.READ,
            obj=certificate,
            subject_id=certificate.worker_id,
            action=VERIFY,
            details={"verdict": str(verdict.code), "source": verdict.source},
        )
