from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.ids import new_id
from common.scoping import ScopedManager, everything
from common.translated import Translated
from reports.enums import Audience


class ReportDefinition(models.Model):
    """What a periodic report holds: its sections in order, its period and its readers."""

    VIEW = "reports.definition.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = Translated(verbose_name=_("title"))
    frequency = models.CharField(_("period"), max_length=1)
    audience = models.CharField(_("readers"), max_length=10, choices=Audience, default=Audience.PUBLIC)
    sections = models.JSONField(_("sections"), default=list)
    due_days = models.PositiveSmallIntegerField(_("due so many days after the period"), default=45)
    from_on = models.DateField(_("asked for since"), default=clock.today)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("periodic report")
        verbose_name_plural = _("periodic reports")

    def __str__(self) -> str:
        return self.title or self.code
