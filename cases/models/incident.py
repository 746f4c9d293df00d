from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.models import SubjectKey
from common.scoping import ScopedManager, everything

from .case import Case


class Incident(AppendOnly):
    """One act of violence against one survivor, in the words of GBVIMS; a case may have none or several.

    Even the type is sealed: a database shows that something is noted, not what. It is counted only where the
    survivor agreed.
    """

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="incidents")
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    core_type = SealedField(_("type of incident"))
    contexts = SealedField(pgettext_lazy("incident", "context"), blank=True)
    happened_on = SealedField(_("day of the incident"), blank=True)
    place = SealedField(_("place"), blank=True)
    account = SealedField(_("account of the incident"))
    alleged_perpetrator = SealedField(_("alleged perpetrator"), blank=True)
    may_be_counted = models.BooleanField(_("the survivor agreed to be counted in figures"), default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
