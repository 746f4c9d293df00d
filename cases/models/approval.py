"""Closures that a second pair of eyes decides, in organisations that want it so."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.models import Organisation
from cases.enums import Outcome
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.scoping import ScopedManager, everything

from .case import Case


class CaseRules(models.Model):
    """How an organisation works on its cases, where it wants something else than the default."""

    VIEW = "cases.rules.change"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="case_rules")
    approve_closure = models.BooleanField(_("a supervisor decides on closures"), default=False)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("rules of an organisation")
        verbose_name_plural = _("rules of organisations")


class ClosureProposal(AppendOnly):
    """How a case worker would close a case."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closure_proposals")
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    reason = SealedField(_("reason"), key="case.key")
    recovered = models.DecimalField(
        _("sum recovered"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class ClosureDecision(AppendOnly):
    """What a supervisor who did not propose it said."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    proposal = models.OneToOneField(ClosureProposal, on_delete=models.PROTECT, related_name="decision")
    accepted = models.BooleanField(_("accepted"))
    note = SealedField(pgettext_lazy("case", "note"), key="proposal.case.key", blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)
