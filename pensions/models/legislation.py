from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from accounts.models import User
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.scoping import ScopedManager, everything
from pensions.enums import ProposalKind

PROPOSAL_VIEW = "legislation.proposal.view"


class ParameterProposal(AppendOnly):
    """A legal officer proposes a value of the law, or verifies a shipped one. It holds once another one confirms it.

    `row_key` names the shipped value that is verified; `where` says whom or what a new value applies to.
    `known_from` is the day on which a new value became law or was published.
    """

    VIEW = PROPOSAL_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=ProposalKind)
    parameter = models.CharField(_("parameter"), max_length=100, db_index=True)
    row_key = models.CharField(max_length=16, blank=True)
    value = models.CharField(_("value"), max_length=500)
    effective_on = models.DateField(_("in effect from"), null=True, blank=True)
    until_on = models.DateField(_("last day of effect"), null=True, blank=True)
    where = models.JSONField(default=dict, blank=True)
    known_from = models.DateField(_("known from"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=500)
    document = models.CharField(_("document"), max_length=300)
    note = models.TextField(_("note"), blank=True)
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("proposal for the law")
        verbose_name_plural = _("proposals for the law")
        ordering = ("-proposed_at",)
        constraints = [
            models.CheckConstraint(
                name="parameter_proposal_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("effective_on")),
            ),
            models.CheckConstraint(
                name="parameter_verification_names_a_row",
                condition=Q(
                    kind=ProposalKind.VALUE, row_key="", effective_on__isnull=False, known_from__isnull=False
                )
                | (Q(kind=ProposalKind.VERIFICATION) & ~Q(row_key="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} = {self.value}"


class ParameterDecision(AppendOnly):
    """What a second legal officer says of a proposal. Nobody decides on the own proposal."""

    VIEW = PROPOSAL_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    proposal = models.OneToOneField(ParameterProposal, on_delete=models.PROTECT, related_name="decision")
    accepted = models.BooleanField(_("accepted"))
    reason = models.TextField(_("reason"), blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("decision on the law")
        verbose_name_plural = _("decisions on the law")
        constraints = [
            models.CheckConstraint(
                name="parameter_decided_by_another", condition=~Q(decided_by=F("proposed_by"))
            )
        ]
