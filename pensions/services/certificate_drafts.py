"""Drafts: read from the ledger, never typed; nothing is issued yet."""

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import Scope
from accounts.models import Organisation
from common import clock
from common.errors import Invalid, Refused
from common.journal.models import Verb
from common.service import service
from pensions.enums.issuing import TRANSITIONS, CertificateState, SecondLanguage
from pensions.models import Certificate, Employment
from pensions.services import certificate_content
from pensions.services.certificate_archive import sentences
from pensions.services.certificate_states import note, require_state, wrong_state

DRAFT = "certificates.certificate.draft"
ISSUE = "certificates.certificate.issue"


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
    with sentences():
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
    note(by, certificate, Verb.CREATED, DRAFT)
    return certificate


@service
def discard_draft(*, by: Any, certificate: Certificate) -> None:
    """A draft was never anything but a plan."""
    access.require(by, DRAFT, certificate)
    certificate = Certificate.everything.get(pk=certificate.pk)
    require_state(certificate, CertificateState.DRAFT)
    note(by, certificate, Verb.ERASED, DRAFT)
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


def _require_replaceable(by: Any, old: Certificate, employment: Employment) -> None:
    access.require(by, ISSUE, old)
    if old.employment_id != employment.pk:
        raise Invalid("another_employment", _("A certificate is replaced by one of the same employment."))
    if CertificateState.SUPERSEDED not in TRANSITIONS[old.state]:
        raise wrong_state(old)
