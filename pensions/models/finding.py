from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.scoping import ScopedManager, everything
from pensions.enums.findings import FindingOwner, FindingState, Severity
from pensions.querysets import FindingQuerySet, TableQuerySet

from .employer import Employer
from .worker import Worker


class Finding(models.Model):
    """Something that does not fit, found by a nightly question, until somebody has dealt with it.

    `key` names it for ever: question, subject and what distinguishes it there. `digest` is what was found; an
    explained finding opens again when it changes. A finding without a state concerns every registry office.
    """

    VIEW = "registry.finding.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    code = models.CharField(_("question"), max_length=60)
    severity = models.CharField(_("weight"), max_length=10, choices=Severity)
    owner = models.CharField(_("who must act"), max_length=10, choices=FindingOwner)
    registry_state = models.CharField(_("registry of the state"), max_length=2, choices=State, blank=True)
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )
    employer = models.ForeignKey(
        Employer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("employer"),
    )
    details = models.JSONField(_("what was found"), default=dict)
    digest = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("status"), max_length=10, choices=FindingState, default=FindingState.OPEN)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    first_seen_at = models.DateTimeField(_("first seen"), default=clock.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=clock.now)

    objects = ScopedManager.of(FindingQuerySet)
    everything = everything(FindingQuerySet)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [
            models.Index(fields=["registry_state", "state", "-first_seen_at"], name="finding_queue"),
            models.Index(fields=["code", "state", "last_seen_at"], name="finding_question"),
        ]

    def __str__(self) -> str:
        from pensions.findings import title

        return str(title(self.code))


class FindingStep(AppendOnly):
    """What happened to a finding: by whom, when, why. Nobody is named where the check itself spoke."""

    VIEW = Finding.VIEW

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=10, choices=FindingState, blank=True)
    to_state = models.CharField(_("status"), max_length=10, choices=FindingState)
    note = models.CharField(_("what was said"), max_length=500, blank=True)
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(
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
        verbose_name = _("step of a finding")
        verbose_name_plural = _("steps of a finding")
        ordering = ["pk"]
