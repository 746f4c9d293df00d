"""Links by which a worker decides how much of a certificate somebody sees, for how long, and takes it back."""

import datetime as dt
import secrets
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from common.service import service
from pensions.certificates.model import Variant
from pensions.certificates.verify import Verdict, verify_cwt
from pensions.enums.issuing import CertificateState, PrintVariant
from pensions.models import Certificate, CertificateShare
from pensions.services.certificates import unpack
from pensions.services.verification import RegisterTrust

SHARE = "certificates.certificate.share"
DAYS = (1, 7, 30, 90)
MOST_OPEN = 20


@service
def share(
    *, by: Any, certificate: Certificate, variant: int, days: int, note: str = ""
) -> tuple[CertificateShare, str]:
    """A new link and its address, which is shown this once: only a hash of its secret is kept."""
    access.require(by, SHARE, certificate)
    if variant not in PrintVariant.values:
        raise Invalid("variant_invalid", _("Choose what is to be shown."), field="variant")
    if days not in DAYS:
        raise Invalid("days_invalid", _("Choose for how long."), field="days")
    if certificate.state == CertificateState.DRAFT:
        raise Conflict("wrong_state", _("The certificate has not been issued yet."))
    if open_shares(certificate).count() >= MOST_OPEN:
        raise Conflict(
            "too_many_links",
            _("There are too many links to this certificate."),
            way_out=_("Take one of them back first."),
        )
    secret = secrets.token_urlsafe(24)
    made = CertificateShare.everything.create(
        certificate=certificate,
        variant=variant,
        note=note.strip()[:80],
        secret_sha256=_hash(secret),
        expires_at=clock.now() + dt.timedelta(days=days),
        created_by=by,
    )
    _note(by, made, Verb.CREATED, days=days, variant=int(variant))
    return made, f"{settings.SITE_ADDRESS}{reverse('pensions:shared_certificate', args=[secret])}"


@service
def end(*, by: Any, share: CertificateShare) -> CertificateShare:
    """The link leads nowhere from now on; safe to ask twice."""
    access.require(by, SHARE, share.certificate)
    if CertificateShare.everything.filter(pk=share.pk, revoked_at__isnull=True).update(
        revoked_at=clock.now()
    ):
        _note(by, share, Verb.CHANGED)
    return share


def open_shares(certificate: Certificate) -> Any:
    """Links that still lead somewhere."""
    return CertificateShare.everything.filter(
        certificate=certificate, revoked_at__isnull=True, expires_at__gt=clock.now()
    )


def look(*, by: Any, secret: str) -> tuple[Verdict, CertificateShare] | None:
    """The verdict over the shared variant, and nothing more than it holds; None when the link leads nowhere."""
    with system("a certificate that its worker has shared"):
        found = (
            CertificateShare.everything.filter(
                secret_sha256=_hash(secret), revoked_at__isnull=True, expires_at__gt=clock.now()
            )
            .select_related("certificate__key")
            .first()
        )
        if found is None or found.certificate.payloads is None:
            return None
        issue, proof = unpack(found.certificate)
        verdict = verify_cwt(issue.cwts[Variant(found.variant)], RegisterTrust(), at=clock.now(), proof=proof)
        CertificateShare.everything.filter(pk=found.pk).update(opened=F("opened") + 1)
        _note(by, found, Verb.READ)
        return verdict, found


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _note(by: Any, share: CertificateShare, verb: str, **details: Any) -> None:
    journal.record(
        by=by,
        verb=verb,
        obj=share.certificate,
        subject_id=share.certificate.worker_id,
        action=SHARE,
        details={"share": str(share.pk), **details},
    )
