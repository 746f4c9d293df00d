"""Rows of a file on their way into the ledger. They are emptied of everything personal when the import is over."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from accounts.models import Organisation
from common import clock
from common.ids import new_id
from common.keys import SealedField
from common.models import ImportRun, SubjectKey
from common.scoping import ScopedManager, everything
from pensions.enums import Fund, IdentifierKind, ProposalState, RowKind, RowState
from pensions.querysets import TableQuerySet

from .ledger import MONEY
from .worker import Worker


class StagedRow(models.Model):
    """One row of a work-record file, typed. Numbers of persons stand here as blind indexes only."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField(_("row"))
    state = models.CharField(max_length=10, choices=RowState, default=RowState.READY)
    problem = models.CharField(max_length=40, blank=True)
    problem_field = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10, choices=RowKind, default=RowKind.ORIGINAL)
    identifier_kind = models.CharField(max_length=20, choices=IdentifierKind, blank=True)
    identifier_index = models.CharField(max_length=64, blank=True)
    name_key = models.CharField(max_length=300, blank=True)
    birth_on = models.DateField(null=True, blank=True)
    worker_id = models.UUIDField(null=True, blank=True)
    employment_id = models.UUIDField(null=True, blank=True)
    entry_id = models.BigIntegerField(null=True, blank=True)
    entry_version = models.PositiveIntegerField(null=True, blank=True)
    start_on = models.DateField(null=True, blank=True)
    end_on = models.DateField(null=True, blank=True)
    position = models.CharField(max_length=300, blank=True)
    occupation = models.CharField(max_length=8, blank=True)
    share_of_rate = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    month = models.DateField(null=True, blank=True)
    fund = models.CharField(max_length=20, choices=Fund, default=Fund.INSURANCE)
    currency = models.CharField(max_length=3, blank=True)
    wage = models.DecimalField(**MONEY)
    base = models.DecimalField(**MONEY)
    tax = models.DecimalField(**MONEY)
    accrued = models.DecimalField(**MONEY)
    paid = models.DecimalField(**MONEY)
    paid_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="staged_row_once", fields=["run", "number"])]
        indexes = [
            models.Index(fields=["run", "identifier_index"], name="staged_row_person"),
        ]


class WorkerProposal(models.Model):
    """A person whom a file names and the registry does not know. An official decides; the data lie sealed."""

    VIEW = "registry.proposal.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="+", verbose_name=_("import"))
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    identifier_kind = models.CharField(_("identifier"), max_length=20, choices=IdentifierKind)
    identifier_index = models.CharField(max_length=64)
    data = SealedField()
    rows = models.PositiveIntegerField(_("rows"), default=0)
    first_row = models.PositiveIntegerField()
    state = models.CharField(_("status"), max_length=10, choices=ProposalState, default=ProposalState.WAITING)
    registered_in = models.CharField(_("to be registered in"), max_length=2, choices=State)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    created_at = models.DateTimeField(_("proposed"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("proposed worker")
        verbose_name_plural = _("proposed workers")
        constraints = [
            models.UniqueConstraint(
                name="proposal_once", fields=["run", "identifier_kind", "identifier_index"]
            )
        ]
        indexes = [models.Index(fields=["state", "registered_in"], name="proposal_state")]


class ColumnMapping(models.Model):
    """How a sender names the columns: remembered by the header, offered the next time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    header_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="column_mapping_once",
                fields=["organisation", "kind", "header_sha256"],
            )
        ]
