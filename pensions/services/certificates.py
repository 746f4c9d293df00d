"""Certificates: drafted from the ledger, issued on a numbered blank, suspended, revoked, replaced, printed.

An issue is one transaction that holds the control register: blank, payloads, entries, proof. The PDF is made after
it, in a transaction of its own, and archived. Here stands the issue; the other verbs are named here and live beside.
"""

import datetime as dt
import secrets
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import OrganisationKind
from common import clock
from common.errors import Conflict, Refused
from common.journal.models import Verb
from common.service import service
from pensions import events
from pensions.certificates.fonts import require_glyphs
from pensions.certificates.issuing import Issue, prepare_issue, prove_issue
from pensions.certificates.model import Basis, Variant
from pensions.certificates.model import Certificate as Record
from pensions.certificates.payload import payload_digest
from pensions.certificates.printed import printed_fields
from pensions.enums.issuing import CertificateState, KeyPurpose, PrintVariant
from pensions.models import Blank, Certificate
from pensions.services import (
    archive_deposits,
    blanks,
    certificate_content,
    checkpoints,
    claims,
    control_register,
    demands,
    signing_keys,
)
from pensions.services.certificate_archive import pack, sentences, unpack
from pensions.services.certificate_drafts import (
    DRAFT,
    ISSUE,
    discard_draft,
    draft_certificate,
    draft_content,
    issuing_organisations,
)
from pensions.services.certificate_prints import (
    DOWNLOAD,
    MEDIA_TYPE,
    download,
    print_certificate,
    public_address,
)
from pensions.services.certificate_states import (
    STOP,
    locked,
    new_step,
    note,
    require_state,
    resume,
    revoke,
    suspend,
)

STATUS_LIST = 1
__all__ = [
    "DOWNLOAD",
    "DRAFT",
    "ISSUE",
    "MEDIA_TYPE",
    "STATUS_LIST",
    "STOP",
    "discard_draft",
    "download",
    "draft_certificate",
    "draft_content",
    "issue_certificate",
    "issuing_organisations",
    "print_certificate",
    "public_address",
    "resume",
    "revoke",
    "seal_draft",
    "suspend",
    "unpack",
]


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
    certificate = locked(certificate)
    require_state(certificate, CertificateState.DRAFT)
    signing_keys.require_right(certificate.issuer, clock.today())
    key = signing_keys.current(certificate.issuer, KeyPurpose.PAYLOAD)
    signing_keys.current(certificate.issuer, KeyPurpose.SEAL)
    blank = blank or blanks.next_free(certificate.issuer)
    with sentences():
        values = draft_content(certificate)
        if certificate_content.digest(values) != certificate.ledger_digest:
            raise Conflict(
                "ledger_changed",
                _("The record has changed since the draft was made."),
                way_out=_("Draft the certificate again and look at it."),
            )
        claims.require_settled(certificate, values)
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
    basis, grounds = _basis(certificate)
    return Record(
        number=certificate.number,
        issuer=key.issuer,
        issued_at=certificate.issued_at.astimezone(dt.UTC),
        issued_on=clock.today(),
        blank=blank.printed,
        supersedes=certificate.supersedes.number if certificate.supersedes else "",
        status=(STATUS_LIST, certificate.status_index),
        basis=basis,
        grounds=grounds,
        **values,
    )


def _basis(certificate: Certificate) -> tuple[Basis, str]:
    """The employer's own word, an archive's confirmation of all these days, or the ledger; and the papers behind it."""
    issuer = certificate.issuer
    if certificate.employment.employer.organisation_id == issuer.pk:
        return Basis.EMPLOYER, ""
    grounds = archive_deposits.grounds_for(
        certificate.employment, certificate.start_on, certificate.end_on, issuer
    )
    if grounds:
        return Basis.ARCHIVE, grounds
    if issuer.kind == OrganisationKind.ARCHIVE:
        raise Conflict(
            "not_confirmed",
            _("An archive certifies only what it has confirmed out of its papers, for all these days."),
            way_out=_("Confirm the worker's time from the inventory first."),
        )
    return Basis.LEDGER, ""


def _enter_issue(by: Any, certificate: Certificate, issue: Issue) -> Certificate:
    """Blank, issue and replacement go into the register together; one checkpoint proves them all."""
    at = certificate.issued_at
    step = new_step(by, certificate, CertificateState.ISSUED, at)
    rows = [blanks.use(by=by, blank=certificate.blank, certificate=certificate, at=at)]
    old = certificate.supersedes
    if old is not None:
        old = locked(old)
        rows.append(new_step(by, old, CertificateState.SUPERSEDED, at, superseded_by=certificate))
    entered = [control_register.Entered.of(row, at=at, key=certificate.key) for row in rows]
    entered.insert(0, control_register.Entered(step, issue.leaf, issue.opening, certificate.key))
    control_register.append(entered)
    checkpoint = checkpoints.checkpoint()
    path = control_register.log().inclusion_proof(step.entry_id)
    proof = prove_issue(issue, index=step.entry_id, path=path, checkpoint=checkpoint.note)
    certificate.state = CertificateState.ISSUED
    certificate.digests = [payload_digest(issue.cwts[variant]).hex() for variant in Variant]
    certificate.payloads = pack(issue, proof)
    certificate.save()
    if old is not None:
        Certificate.everything.filter(pk=old.pk).update(state=CertificateState.SUPERSEDED)
    for row in (step, *rows):
        row.save(force_insert=True)
    demands.fulfil(by, certificate)
    note(by, certificate, Verb.DECIDED, ISSUE)
    events.certificate_issued(certificate, by=by)
    return certificate
