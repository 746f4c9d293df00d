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
from pensions.enums import EventKind, Fund, IdentifierKind, ProposalState, RowKind, RowState
from pensions.querysets import TableQuerySet

from .ledger import MONEY
from .worker import Worker


class StagedSpell(models.Model):
    """What many rows of one file have in common: a person and a stretch of work, told in the same words.

    `number` is that of the first row which tells it, `person` that of the first spell of the same person. Numbers of
    persons stand here as blind indexes only.
    """

    pk = models.CompositePrimaryKey("run_id", "number")
    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    number = models.PositiveIntegerField(_("row"))
    person = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=RowKind, default=RowKind.ORIGINAL)
    identifier_kind = models.CharField(max_length=20, choices=IdentifierKind)
    identifier_index = models.CharField(max_length=64)
    name_key = models.CharField(max_length=300, blank=True)
    given_key = models.CharField(max_length=300, blank=True)
    birth_on = models.DateField(null=True, blank=True)
    start_on = models.DateField(null=True, blank=True)
    end_on = models.DateField(null=True, blank=True)
    opened_by = models.CharField(max_length=20, choices=EventKind, blank=True)
    closed_by = models.CharField(max_length=20, choices=EventKind, blank=True)
    event_id = models.UUIDField(null=True, blank=True)
    closing_event_id = models.UUIDField(null=True, blank=True)
    position = models.CharField(max_length=300, blank=True)
    occupation = models.CharField(max_length=8, blank=True)
    unit = models.CharField(max_length=300, blank=True)
    share_of_rate = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    basis_document = models.CharField(max_length=300, blank=True)
    closing_document = models.CharField(max_length=300, blank=True)
    dismissal_ground = models.CharField(max_length=300, blank=True)
    special_conditions = models.JSONField(default=list, blank=True)
    not_counted = models.JSONField(default=list, blank=True)
    worker_id = models.UUIDField(null=True, blank=True)
    employment_id = models.UUIDField(null=True, blank=True)
    recorded = models.BooleanField(default=False)  # the ledger holds months of this employment
    told = models.PositiveSmallIntegerField(default=0)  # 1: to be written (SQLite), 2: written
    problem = models.CharField(max_length=40, blank=True)
    problem_field = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["run", "identifier_index"], name="staged_spell_person")]


class StagedRow(models.Model):
    """One row of a work-record file: a month of a spell, typed. A row whose worker is not known yet is `ready` too:
    it waits for its spell's worker. Without a month it tells of the spell alone.
    """

    pk = models.CompositePrimaryKey("run_id", "number")
    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    number = models.PositiveIntegerField(_("row"))
    spell = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=RowState, default=RowState.READY)
    problem = models.CharField(max_length=40, blank=True)
    problem_field = models.CharField(max_length=40, blank=True)
    month = models.DateField(null=True, blank=True)
    fund = models.CharField(max_length=20, choices=Fund, default=Fund.INSURANCE)
    currency = models.CharField(max_length=3, blank=True)
    wage = models.DecimalField(**MONEY)
    base = models.DecimalField(**MONEY)
    tax = models.DecimalField(**MONEY)
    rate = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    accrued = models.DecimalField(**MONEY)
    paid = models.DecimalField(**MONEY)
    paid_on = models.DateField(null=True, blank=True)
    entry_id = models.BigIntegerField(null=True, blank=True)
    entry_version = models.PositiveIntegerField(null=True, blank=True)


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
    first_row = models.PositiveIntegerField(_("first row"))
    state = models.CharField(_("status"), max_length=10, choices=ProposalState, default=ProposalState.WAITING)
    registered_in = models.CharField(_("to be registered in"), max_length=2, choices=State)
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
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

    def __str__(self) -> str:
        return f"{self.get_identifier_kind_display()} · {self.first_row}"


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
