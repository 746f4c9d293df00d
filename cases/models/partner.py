from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.models import Organisation
from common import clock
from common.ids import new_id
from common.scoping import ScopedManager, everything
from common.translated import Translated


class Partner(models.Model):
    """What an organisation offers and how to reach it, kept fresh by those who run it."""

    VIEW = "cases.partner.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="partner", verbose_name=_("organisation")
    )
    services = models.JSONField(_("services"), default=list, blank=True)
    case_types = models.JSONField(_("kinds of case"), default=list, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    hotline = models.CharField(_("hotline"), max_length=100, blank=True)
    hours = models.CharField(_("hours"), max_length=200, blank=True)
    coverage = models.CharField(_("where it works"), max_length=200, blank=True)
    about = Translated(verbose_name=_("about"))
    is_public = models.BooleanField(_("shown to everyone"), default=False)
    takes_requests = models.BooleanField(_("takes requests for help"), default=False)
    confirmed_at = models.DateTimeField(pgettext_lazy("moment", "confirmed"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("partner organisation")
        verbose_name_plural = _("partner organisations")

    def __str__(self) -> str:
        return str(self.organisation)
