"""Time stamps over archived prints: each adds a copy that proves more, none replaces what was sealed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.models import StoredFile
from common.scoping import ScopedManager, everything
from pensions.querysets import TableQuerySet

from .certificate import CERTIFICATE_VIEW, CertificatePrint


class PrintStamp(AppendOnly):
    """A time stamp on a print. Number 0 stands inside the seal itself; each later one covers the whole file before it.

    `file` is the print with this stamp; for number 0 the print's own. `due_on` is the day by which the next stamp has
    to lie over it: before the authority's certificate or one of the algorithms ends.
    """

    VIEW = CERTIFICATE_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    print = models.ForeignKey(CertificatePrint, on_delete=models.PROTECT, related_name="stamps")
    number = models.PositiveSmallIntegerField(_("number"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    stamped_at = models.DateTimeField(_("stamped at"))
    authority = models.CharField(_("time-stamp authority"), max_length=300)
    digest = models.CharField(_("hash"), max_length=20)
    due_on = models.DateField(_("to be renewed by"))
    at = models.DateTimeField(_("when"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("time stamp of a print")
        verbose_name_plural = _("time stamps of prints")
        constraints = [models.UniqueConstraint(name="print_stamp_once", fields=["print", "number"])]
        indexes = [models.Index(fields=["due_on"], name="print_stamp_due")]
