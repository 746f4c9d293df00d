"""Links by which a worker shows one certificate to somebody, and no more of it than was chosen."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import clock
from common.ids import new_id
from common.scoping import ScopedManager, everything
from pensions.enums.issuing import PrintVariant
from pensions.querysets import TableQuerySet

from .certificate import CERTIFICATE_VIEW, Certificate


class CertificateShare(models.Model):
    """The link itself is not kept: only SHA-256 of its secret. It ends by time or when the worker takes it back."""

    VIEW = CERTIFICATE_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="shares")
    variant = models.PositiveSmallIntegerField(_("what is shown"), choices=PrintVariant)
    note = models.CharField(_("for whom"), max_length=80, blank=True)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    opened = models.PositiveIntegerField(pgettext_lazy("link", "opened"), default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("link to a certificate")
        verbose_name_plural = _("links to certificates")
