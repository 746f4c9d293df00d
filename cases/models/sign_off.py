"""Assessments and plans that a second pair of eyes approves, and what an organisation wants for a kind of case."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.models import Organisation
from cases.enums import ApprovalKind, CaseType
from cases.retention import LEAST_YEARS, MOST_YEARS
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.scoping import ScopedManager, everything

from .case import Case
from .work import Assessment


class KindRules(models.Model):
    """What an organisation wants for one kind of its cases. `term_set_at` is when the years were last changed."""

    VIEW = "cases.rules.change"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="kind_rules")
    type = models.CharField(_("kind of case"), max_length=20, choices=CaseType)
    approve_assessment = models.BooleanField(_("a supervisor approves the assessment"), default=False)
    approve_plan = models.BooleanField(_("a supervisor approves the plan"), default=False)
    approve_closure = models.BooleanField(_("a supervisor decides on closures"), default=False)
    keep_years = models.PositiveSmallIntegerField(_("years kept"), null=True, blank=True)
    term_set_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("rules for a kind of case")
        verbose_name_plural = _("rules for kinds of case")
        constraints = [
            models.UniqueConstraint(name="one_set_of_rules_for_a_kind", fields=["organisation", "type"]),
            models.CheckConstraint(
                name="cases_are_kept_within_bounds",
                condition=models.Q(keep_years__isnull=True)
                | models.Q(keep_years__range=(LEAST_YEARS, MOST_YEARS)),
            ),
        ]


class ApprovalRequest(AppendOnly):
    """An assessment, or the plan as it stands at this moment, that waits for a supervisor."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="approval_requests")
    kind = models.CharField(_("kind"), max_length=12, choices=ApprovalKind)
    assessment = models.OneToOneField(
        Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="approval_request"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class ApprovalDecision(AppendOnly):
    """What a supervisor who did not ask said."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.OneToOneField(ApprovalRequest, on_delete=models.PROTECT, related_name="decision")
    accepted = models.BooleanField(_("accepted"))
    note = SealedField(pgettext_lazy("case", "note"), key="request.case.key", blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)
