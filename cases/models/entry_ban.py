from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.enums import State
from cases.enums import BanState
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.scoping import ScopedManager, everything

from .case import Case
from .document import CaseDocument


class EntryBan(models.Model):
    """A ban to enter a country: who made it and why, until when, and when to look again whether it stands."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="bans")
    country = models.CharField(_("country"), max_length=2, choices=State)
    authority = SealedField(_("authority"), key="case.key", blank=True)
    ground = SealedField(_("ground"), key="case.key", blank=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=BanState, default=BanState.STANDING)
    check_on = models.DateField(_("look again on"), null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("entry ban")
        verbose_name_plural = _("entry bans")


class BanCheck(AppendOnly):
    """One look at whether a ban stands, with its proof."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ban = models.ForeignKey(EntryBan, on_delete=models.PROTECT, related_name="checks")
    on = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=10, choices=BanState)
    proof = models.ForeignKey(
        CaseDocument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proof"),
    )
    note = SealedField(pgettext_lazy("case", "note"), key="ban.case.key", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)
