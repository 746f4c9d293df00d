"""What is written and done in a case. All words are sealed under the case's key."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from cases.enums import RiskLevel, ServiceKind, ServiceState
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.models import SubjectKey
from common.scoping import ScopedManager, everything

from .case import Case
from .template import CaseTemplate


class Assessment(AppendOnly):
    """What the worker found out; a later one stands beside it."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(CaseTemplate, on_delete=models.PROTECT, null=True, related_name="+")
    answers = SealedField(_("answers"))
    risk_level = models.CharField(_("risk"), max_length=10, choices=RiskLevel)
    claimed = models.DecimalField(_("sum claimed"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class PlannedService(models.Model):
    """One thing that the plan foresees: what, by whom, until when, and what came of it."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="services")
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=ServiceKind)
    goal = SealedField(_("goal"), blank=True)
    what = SealedField(_("what"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=clock.now, null=True)
    due_on = models.DateField(_("due on"))
    state = models.CharField(
        _("state"), max_length=20, choices=ServiceState, default=ServiceState.NOT_IMPLEMENTED
    )
    result = SealedField(_("result"), blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("planned service")
        verbose_name_plural = _("planned services")


class Note(AppendOnly):
    """A note in the case's story. A sealed one is read by its author and by supervisors of the organisation."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    text = SealedField(pgettext_lazy("case", "note"))
    is_sealed = models.BooleanField(default=False, db_default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)
