"""Certificates for an employer's whole staff: what was asked, and who could not get one."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common import clock
from common.ids import new_id
from common.models import Job
from common.scoping import ScopedManager, everything
from pensions.enums.issuing import SecondLanguage
from pensions.querysets import TableQuerySet

from .certificate import CERTIFICATE_VIEW
from .employer import Employer
from .employment import Employment


class CertificateBatch(models.Model):
    """Its certificates carry the batch's id; `job` is the newest run, of as many as were needed."""

    VIEW = CERTIFICATE_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="batches", verbose_name=_("employer")
    )
    issuer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("issuer")
    )
    language = models.CharField(_("second language"), max_length=2, choices=SecondLanguage)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("when"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("issue for a staff")
        verbose_name_plural = _("issues for a staff")

    def __str__(self) -> str:
        return str(self.employer)


class BatchRefusal(models.Model):
    """A person of the staff who has no certificate yet, and why; gone once a later run has issued it."""

    VIEW = CERTIFICATE_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(CertificateBatch, on_delete=models.CASCADE, related_name="refusals")
    employment = models.ForeignKey(Employment, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    text = models.CharField(_("why"), max_length=400)
    at = models.DateTimeField(_("when"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("person without a certificate")
        verbose_name_plural = _("persons without a certificate")
        constraints = [
            models.UniqueConstraint(name="batch_refusal_once", fields=["batch", "employment"]),
        ]
