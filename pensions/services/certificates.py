"""Certificates: drafted from the ledger, issued on a numbered blank, suspended, revoked, replaced, printed.

An issue is one transaction that holds the control register: blank, payloads, entries, proof. The PDF is made after
it, in a transaction of its own, and archived; whoever asks later gets the same bytes.
"""

import base64
import datetime as dt
import json
import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import Scope
from accounts.models import Organisation
from common import clock, files
from common.errors import Conflict, Invalid, KozotError, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.certificates.errors import CertificateError
from pensions.certificates.fonts import require_glyphs
from pensions.certificates.issuing import Issue, prepare_issue, print_variant, prove_issue
from pensions.certificates.model import Basis, Variant
from pensions.certificates.model import Certificate as Record
from pensions.certificates.payload import decode_claims, encode_claims, payload_digest
from pensions.certificates.printed import printed_fields
from pensions.control_register.leaves import Leaf, Opening
from pensions.enums_issuing import (
    TRANSITIONS,
    CertificateState,
    KeyPurpose,
    PrintVariant,
    SecondLanguage,
    StopReason,
)
from pensions.models import Blank, Certificate, CertificatePrint, CertificateStep, Employment
from pensions.services import blanks, certificate_content, control_register, signing_keys

DRAFT = "certificates.certificate.draft"
ISSUE = "certificates.certificate.issue"
STOP = "certificates.certificate.stop"
DOWNLOAD = "certificates.certificate.download"
STATUS_LIST = 1
MEDIA_TYPE = "application/pdf"


# Drafts --------------------------------------------------------------------------------------------------------------


@service
def draft_certificate(
    *,
    by: Any,
    employment: Employment,
    issuer: Organisation | None = None,
    day: dt.date | None = None,
    language: str = SecondLanguage.KY,
    supersedes: Certificate | None = None,
    batch: uuid.UUID | None = None,
) -> Certificate:
    """A draft of the last unbroken stretch of the employment, or of the one that holds `day`.

    The issuer is the person's own organisation unless told. Invalid or Conflict says what the ledger lacks.
    """
    access.require(by, DRAFT)
    access.require(by, "registry.employment.view", employment)
    if supersedes is not None:
        _require_replaceable(by, supersedes, employment)
    issuer = _issuer(by, employment, issuer)
    employment = Employment.everything.select_related("worker__key", "employer").get(pk=employment.pk)
    stretch = certificate_content.stretch_of(employment, clock.today(), day)
    with _sentences():
        digest = certificate_content.digest(certificate_content.content(employment, stretch))
    certificate = Certificate.everything.create(
        employment=employment,
        worker=employment.worker,
        key=employment.worker.key,
        issuer=issuer,
        language=language,
        start_on=stretch.start_on,
        end_on=stretch.end_on,
        ledger_digest=digest,
        supersedes=supersedes,
        batch=batch,
        created_by=by,
    )
    _note(by, certificate, Verb.CREATED, DRAFT)
    return certificate


@service
def discard_draft(*, by: Any, certificate: Certificate) -> None:
    """A draft was never anything but a plan."""
    access.require(by, DRAFT, certificate)
    certificate = Certificate.everything.get(pk=certificate.pk)
    _require_state(certificate, CertificateState.DRAFT)
    _note(by, certificate, Verb.ERASED, DRAFT)
    certificate.delete()


def draft_content(certificate: Certificate) -> dict[str, Any]:
    """What the draft would say if it were issued now, for the page that shows it before the issue."""
    employment = Employment.everything.select_related("worker__key", "employer").get(
        pk=certificate.employment_id
    )
    stretch = certificate_content.stretch_of(employment, certificate.end_on, certificate.end_on)
    return certificate_content.content(employment, stretch)


def _issuer(by: Any, employment: Employment, issuer: Organisation | None) -> Organisation:
    if by is None:
        if issuer is None:
            raise TypeError("the system says for which organisation it issues")
        return issuer
    own = issuing_organisations(by)
    if issuer is None and own:
        issuer = next((one for one in own if one.pk == employment.employer.organisation_id), own[0])
    if issuer not in own:
        raise Refused()
    return issuer


def issuing_organisations(by: Any) -> list[Organisation]:
    """Organisations in whose name the person may issue."""
    found = access.grants(by, ISSUE)
    memberships = [
        one
        for scope in (Scope.STATE, Scope.ORGANISATION)
        if scope in found
        for one in found[scope].memberships
    ]
    return list(dict.fromkeys(one.organisation for one in memberships if one.organisation_id))


# Issue ---------------------------------------------------------------------------------------------------------------


def issue_certificate(*, by: Any, certificate: Certificate, blank: Blank | None = None) -> Certificate:
    """Seals the draft on this blank (the next one in custody when none is named) and archives the full print."""
    certificate = seal_draft(by=by, certificate=certificate, blank=blank)
    print_certificate(by=None, certificate=certificate, variant=PrintVariant.FULL)
    return certificate


@service
def seal_draft(*, by: Any, certificate: Certificate, blank: Blank | None = None) -> Certificate:
    """The issue itself, without the print. Conflict when the ledger says something else than the draft showed."""
    access.require(by, ISSUE, certificate)
    if by is not None and certificate.issuer not in issuing_organisations(by):
        raise Refused()
    control_register.hold()
    certificate = _locked(certificate)
    _require_state(certificate, CertificateState.DRAFT)
    signing_keys.require_right(certificate.issuer, clock.today())
    key = signing_keys.current(certificate.issuer, KeyPurpose.PAYLOAD)
    signing_keys.current(certificate.issuer, KeyPurpose.SEAL)
    blank = blank or blanks.next_free(certificate.issuer)
    with _sentences():
        values = draft_content(certificate)
        if certificate_content.digest(values) != certificate.ledger_digest:
            raise Conflict(
                "ledger_changed",
                _("The record has changed since the draft was made."),
                way_out=_("Draft the certificate again and look at it."),
            )
        record = _record(certificate, key, blank, values)
        require_glyphs([*printed_fields(record).values(), key.issuer_name])
        issue = prepare_issue(
            record,
            seed=secrets.token_bytes(32),
            signer=signing_keys.signer_of(key),
            logged_at=record.issued_at,
        )
    certificate.blank, certificate.signing_key = blank, key
    return _enter_issue(by, certificate, issue)


def _record(certificate: Certificate, key: Any, blank: Blank, values: dict[str, Any]) -> Record:
    certificate.issued_at = clock.now().replace(microsecond=0)
    last = Certificate.everything.aggregate(last=Max("status_index"))["last"]
    certificate.status_index = 0 if last is None else last + 1
    own = certificate.employment.employer.organisation_id == certificate.issuer_id
    return Record(
        number=certificate.number,
        issuer=key.issuer,
        issued_at=certificate.issued_at.astimezone(dt.UTC),
        issued_on=clock.today(),
        blank=blank.printed,
        supersedes=certificate.supersedes.number if certificate.supersedes else "",
        status=(STATUS_LIST, certificate.status_index),
        basis=Basis.EMPLOYER if own else Basis.LEDGER,
        **values,
    )


def _enter_issue(by: Any, certificate: Certificate, issue: Issue) -> Certificate:
    """Blank, issue and replacement go into the register together; one checkpoint proves them all."""
    at = certificate.issued_at
    step = _new_step(by, certificate, CertificateState.ISSUED, at)
    rows = [blanks.use(by=by, blank=certificate.blank, certificate=certificate, at=at)]
    old = certificate.supersedes
    if old is not None:
        old = _locked(old)
        rows.append(_new_step(by, old, CertificateState.SUPERSEDED, at, superseded_by=certificate))
    entered = [control_register.Entered.of(row, at=at, key=certificate.key) for row in rows]
    entered.insert(0, control_register.Entered(step, issue.leaf, issue.opening, certificate.key))
    control_register.append(entered)
    checkpoint = control_register.checkpoint()
    path = control_register.log().inclusion_proof(step.entry_id)
    proof = prove_issue(issue, index=step.entry_id, path=path, checkpoint=checkpoint.note)
    certificate.state = CertificateState.ISSUED
    certificate.digests = [payload_digest(issue.cwts[variant]).hex() for variant in Variant]
    certificate.payloads = _pack(issue, proof)
    certificate.save()
    if old is not None:
        Certificate.everything.filter(pk=old.pk).update(state=CertificateState.SUPERSEDED)
    for row in (step, *rows):
        row.save(force_insert=True)
    _note(by, certificate, Verb.DECIDED, ISSUE)
    return certificate


# States --------------------------------------------------------------------------------------------------------------


@service
def suspend(*, by: Any, certificate: Certificate, reason_code: str, reason: str) -> CertificateStep:
    """Not to be relied on until it is resumed."""
    return _stop(by, certificate, CertificateState.SUSPENDED, reason_code, reason)


@service
def resume(*, by: Any, certificate: Certificate, reason: str) -> CertificateStep:
    """Valid again after a suspension."""
    access.require(by, STOP, certificate)
    control_register.hold()
    certificate = _locked(certificate)
    _require_state(certificate, CertificateState.SUSPENDED)
    return _step(by, certificate, CertificateState.ISSUED, reason=reason)


@service
def revoke(*, by: Any, certificate: Certificate, reason_code: str, reason: str) -> CertificateStep:
    """For good. The paper stays where it is; whoever checks it is told."""
    return _stop(by, certificate, CertificateState.REVOKED, reason_code, reason)


def _stop(by: Any, certificate: Certificate, state: str, reason_code: str, reason: str) -> CertificateStep:
    access.require(by, STOP, certificate)
    if reason_code not in StopReason.values:
        raise Invalid("reason_code_invalid", _("Choose one of the reasons."), field="reason_code")
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why."), field="reason")
    control_register.hold()
    certificate = _locked(certificate)
    if state not in TRANSITIONS[certificate.state]:
        raise _wrong_state(certificate)
    return _step(by, certificate, state, reason_code=reason_code, reason=reason)


def _step(by: Any, certificate: Certificate, state: str, **values: Any) -> CertificateStep:
    at = clock.now().replace(microsecond=0)
    step = _new_step(by, certificate, state, at, **values)
    control_register.enter(step, at=at, key=certificate.key)
    Certificate.everything.filter(pk=certificate.pk).update(state=state)
    _note(by, certificate, Verb.DECIDED, STOP, values.get("reason", ""))
    return step


def _new_step(
    by: Any, certificate: Certificate, state: str, at: dt.datetime, *, reason: str = "", **values: Any
) -> CertificateStep:
    return CertificateStep(
        certificate=certificate,
        from_state=certificate.state,
        to_state=state,
        reason=reason.strip()[:300],
        at=at,
        by=by,
        **values,
    )


def _locked(certificate: Certificate) -> Certificate:
    """The row as it is now; whoever holds the register is the only one to change it."""
    return Certificate.everything.select_related(
        "employment__employer",
        "employment__worker__key",
        "issuer",
        "key",
        "blank",
        "signing_key",
        "supersedes",
    ).get(pk=certificate.pk)


def _require_state(certificate: Certificate, state: str) -> None:
    if certificate.state != state:
        raise _wrong_state(certificate)


def _wrong_state(certificate: Certificate) -> Conflict:
    return Conflict(
        "wrong_state",
        _("This cannot be done: the certificate is %(state)s."),
        state=certificate.get_state_display(),
    )


def _require_replaceable(by: Any, old: Certificate, employment: Employment) -> None:
    access.require(by, ISSUE, old)
    if old.employment_id != employment.pk:
        raise Invalid("another_employment", _("A certificate is replaced by one of the same employment."))
    if CertificateState.SUPERSEDED not in TRANSITIONS[old.state]:
        raise _wrong_state(old)


# Prints --------------------------------------------------------------------------------------------------------------


@service
def print_certificate(
    *, by: Any, certificate: Certificate, variant: int = PrintVariant.FULL, language: str = ""
) -> CertificatePrint:
    """The archived print of a variant; made, sealed and archived when it is asked for the first time."""
    access.require(by, DOWNLOAD, certificate)
    certificate = _locked(certificate)
    if certificate.state == CertificateState.DRAFT:
        raise _wrong_state(certificate)
    language = language or certificate.language
    which = {"certificate": certificate, "variant": variant, "language": language}
    archived = CertificatePrint.everything.select_related("file__key").filter(**which).first()
    if archived is not None:
        return archived
    issue, proof = unpack(certificate)
    with _sentences():
        pdf = print_variant(
            issue,
            Variant(variant),
            issuer_name=certificate.signing_key.issuer_name,
            url=public_address(certificate.number),
            seal=signing_keys.seal_of(signing_keys.current(certificate.issuer, KeyPurpose.SEAL)),
            language=language,
            proof=proof,
        )
    try:
        with transaction.atomic():
            stored = files.store(
                pdf, name=f"{certificate.number}.pdf", media_type=MEDIA_TYPE, key=certificate.key
            )
            return CertificatePrint.everything.create(**which, file=stored)
    except IntegrityError:  # somebody printed it at the same moment: theirs is the archived one
        return CertificatePrint.everything.select_related("file__key").get(**which)


def download(
    *, by: Any, certificate: Certificate, variant: int = PrintVariant.FULL, language: str = ""
) -> tuple[bytes, str]:
    """The PDF and its file name. Every download stands in the journal."""
    made = print_certificate(by=by, certificate=certificate, variant=variant, language=language)
    _note(by, certificate, Verb.EXPORTED, DOWNLOAD, variant=int(variant))
    return files.read(made.file), made.file.name


def public_address(number: str) -> str:
    """Where the second QR leads."""
    return f"{settings.SITE_ADDRESS}{reverse('pensions:verify_number', args=[number])}"


# The sealed archive of an issue --------------------------------------------------------------------------------------


def _pack(issue: Issue, proof: str) -> str:
    return json.dumps(
        {
            "record": _text(encode_claims(issue.record)),
            "seed": _text(issue.seed),
            "cwts": {str(int(variant)): _text(cwt) for variant, cwt in issue.cwts.items()},
            "leaf": _text(issue.leaf.encode()),
            "opening": _text(issue.opening.encode()),
            "proof": proof,
        }
    )


def unpack(certificate: Certificate) -> tuple[Issue, str]:
    """The issue as it was sealed, and its proof. Conflict when the person's key was destroyed."""
    if certificate.payloads is None:
        raise Conflict("erased", _("What was sealed has been erased at the person's request."))
    data = json.loads(certificate.payloads)
    issue = Issue(
        record=decode_claims(_bytes(data["record"])),
        seed=_bytes(data["seed"]),
        cwts={Variant(int(variant)): _bytes(cwt) for variant, cwt in data["cwts"].items()},
        leaf=Leaf.decode(_bytes(data["leaf"])),
        opening=Opening.decode(_bytes(data["opening"])),
    )
    return issue, data["proof"]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


# Words ---------------------------------------------------------------------------------------------------------------

REFUSALS = {
    "missing_glyph": _("These letters cannot be printed: %(letters)s."),
    "character_forbidden": _("The field %(field)s holds a sign that cannot be printed: %(character)s."),
    "field_too_long": _("The field %(field)s is longer than %(limit)s letters."),
    "currency_unknown": _("Certificates are not made in the currency %(currency)s."),
    "amount_invalid": _("The amount %(amount)s cannot stand on a certificate."),
    "print_unfaithful": _("The print differs from what was sealed; it was not given out."),
}


class _sentences:
    """Errors of the sealing room as sentences for people."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, CertificateError):
            message = REFUSALS.get(error.code, _("The certificate cannot be made from this record."))
            raise KozotError(error.code, message, **error.values) from error


def _note(
    by: Any, certificate: Certificate, verb: str, action: str, reason: str = "", **details: Any
) -> None:
    journal.record(
        by=by,
        verb=verb,
        obj=certificate,
        subject_id=certificate.worker_id,
        action=action,
        reason=reason,
        details=details,
    )
