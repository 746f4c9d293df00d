"""Certificates: drafted from the ledger, sealed once, replaced or revoked and never edited."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.models import StoredFile, SubjectKey
from common.scoping import ScopedManager, everything
from pensions import registry_number
from pensions.enums.issuing import CertificateState, PrintVariant, SecondLanguage, StopReason
from pensions.querysets import OfWorkerQuerySet, TableQuerySet

from .blank import Blank
from .employment import Employment
from .register import Logged
from .signing_key import SigningKey
from .worker import Worker

CERTIFICATE_VIEW = "certificates.certificate.view"


def new_number() -> str:
    """The public number: random, so that the next one tells nothing; the last sign finds a slip of the pen."""
    return registry_number.show(registry_number.new())


class CertificateQuerySet(OfWorkerQuerySet):
    def sealed(self) -> "CertificateQuerySet":
        """Whatever was issued once, in force or not."""
        return self.exclude(state=CertificateState.DRAFT)

    def numbered(self, text: str) -> "CertificateQuerySet":
        """By the public number as somebody typed it."""
        number = registry_number.normalise(text)
        return self.filter(number=registry_number.show(number)) if number else self.none()


class CertificateStepQuerySet(TableQuerySet):
    def issues(self) -> "CertificateStepQuerySet":
        return self.filter(from_state=CertificateState.DRAFT, to_state=CertificateState.ISSUED)

    def revocations(self) -> "CertificateStepQuerySet":
        return self.filter(to_state=CertificateState.REVOKED)


class Certificate(models.Model):
    """One certificate of one stretch of one employment.

    A draft says what to certify; when it is issued, the payloads, their digests, the blank and the place in the
    status list are added, and after that only `state` changes, with a step for every change.
    """

    VIEW = CERTIFICATE_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, default=new_number, editable=False)
    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("employment")
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("worker")
    )
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("issuer")
    )
    state = models.CharField(
        _("state"), max_length=12, choices=CertificateState, default=CertificateState.DRAFT
    )
    language = models.CharField(
        _("second language"), max_length=2, choices=SecondLanguage, default=SecondLanguage.KY
    )
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("until"))
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("instead of"),
    )
    batch = models.UUIDField(null=True, blank=True, editable=False)
    ledger_digest = models.CharField(max_length=64, editable=False)
    blank = models.OneToOneField(
        Blank,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="certificate",
        verbose_name=_("blank form"),
    )
    signing_key = models.ForeignKey(
        SigningKey, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    status_index = models.PositiveBigIntegerField(null=True, blank=True, unique=True, editable=False)
    digests = models.JSONField(default=list, blank=True, editable=False)
    payloads = SealedField(blank=True, default="", editable=False)
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    created_at = models.DateTimeField(_("drafted"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(CertificateQuerySet)
    everything = everything(CertificateQuerySet)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.CheckConstraint(
                name="certificate_issued_is_complete",
                condition=models.Q(state=CertificateState.DRAFT)
                | models.Q(
                    blank__isnull=False,
                    status_index__isnull=False,
                    issued_at__isnull=False,
                    signing_key__isnull=False,
                ),
                violation_error_message=_(
                    "An issued certificate has a blank, a seal and a place in the register."
                ),
            ),
            models.CheckConstraint(
                name="certificate_ends_after_it_begins",
                condition=models.Q(end_on__gte=models.F("start_on")),
            ),
            models.UniqueConstraint(
                name="certificate_once_in_a_batch",
                fields=["batch", "employment"],
                condition=models.Q(batch__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["worker", "state"], name="certificate_worker_state")]

    def __str__(self) -> str:
        return self.number


class CertificateStep(Logged):
    """A change of state: who, when, why."""

    VIEW = CERTIFICATE_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=12, choices=CertificateState)
    to_state = models.CharField(_("state"), max_length=12, choices=CertificateState)
    reason_code = models.CharField(_("reason"), max_length=12, choices=StopReason, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    superseded_by = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(CertificateStepQuerySet)
    everything = everything(CertificateStepQuerySet)

    class Meta:
        verbose_name = _("step of a certificate")
        verbose_name_plural = _("steps of certificates")
        indexes = [models.Index(fields=["to_state", "at"], name="certificate_step_at")]

    @property
    def is_issue(self) -> bool:
        return self.from_state == CertificateState.DRAFT

    @property
    def kind_of_entry(self) -> str:
        if self.from_state == CertificateState.SUSPENDED and self.to_state == CertificateState.ISSUED:
            return "certificate_resumed"
        return f"certificate_{self.to_state}"

    def facts(self) -> list:
        return [
            str(self.id),
            str(self.certificate_id),
            self.from_state,
            self.to_state,
            self.reason_code,
            self.reason,
            str(self.superseded_by_id),
            int(self.at.timestamp()),
        ]


class CertificatePrint(AppendOnly):
    """The sealed PDF of one variant. Made once, kept encrypted, never made again."""

    VIEW = CERTIFICATE_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="prints")
    variant = models.PositiveSmallIntegerField(_("variant"), choices=PrintVariant)
    language = models.CharField(_("second language"), max_length=2, choices=SecondLanguage)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("print of a certificate")
        verbose_name_plural = _("prints of certificates")
        constraints = [
            models.UniqueConstraint(
                name="certificate_print_once", fields=["certificate", "variant", "language"]
            )
        ]
