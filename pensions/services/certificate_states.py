"""States of a certificate: suspended, resumed, revoked; and what every change of a certificate begins with."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions import events
from pensions.enums.issuing import TRANSITIONS, CertificateState, StopReason
from pensions.models import Certificate, CertificateStep
from pensions.services import control_register

STOP = "certificates.certificate.stop"


@service
def suspend(*, by: Any, certificate: Certificate, reason_code: str, reason: str) -> CertificateStep:
    """Not to be relied on until it is resumed."""
    return _stop(by, certificate, CertificateState.SUSPENDED, reason_code, reason)


@service
def resume(*, by: Any, certificate: Certificate, reason: str) -> CertificateStep:
    """Valid again after a suspension."""
    access.require(by, STOP, certificate)
    control_register.hold()
    certificate = locked(certificate)
    require_state(certificate, CertificateState.SUSPENDED)
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
    certificate = locked(certificate)
    if state not in TRANSITIONS[certificate.state]:
        raise wrong_state(certificate)
    return _step(by, certificate, state, reason_code=reason_code, reason=reason)


def _step(by: Any, certificate: Certificate, state: str, **values: Any) -> CertificateStep:
    at = clock.now().replace(microsecond=0)
    step = new_step(by, certificate, state, at, **values)
    control_register.enter(step, at=at, key=certificate.key)
    Certificate.everything.filter(pk=certificate.pk).update(state=state)
    note(by, certificate, Verb.DECIDED, STOP, values.get("reason", ""))
    if state != CertificateState.ISSUED:
        events.certificate_stopped(certificate, step.pk, by=by)
    return step


def new_step(
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


def locked(certificate: Certificate) -> Certificate:
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


def require_state(certificate: Certificate, state: str) -> None:
    if certificate.state != state:
        raise wrong_state(certificate)


def wrong_state(certificate: Certificate) -> Conflict:
    return Conflict(
        "wrong_state",
        _("This cannot be done: the certificate is %(state)s."),
        state=certificate.get_state_display(),
    )


def note(by: Any, certificate: Certificate, verb: str, action: str, reason: str = "", **details: Any) -> None:
    journal.record(
        by=by,
        verb=verb,
        obj=certificate,
        subject_id=certificate.worker_id,
        action=action,
        reason=reason,
        details=details,
    )
