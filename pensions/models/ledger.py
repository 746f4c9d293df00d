"""The ledger: employment periods and contributions. Written once; a correction is a new row."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.models import ImportRun, StoredFile
from common.scoping import ScopedManager, everything
from pensions.enums import DayScheme, EventKind, EvidenceStatus, Fund, LegalBasis
from pensions.querysets import ContributionQuerySet, PeriodQuerySet, TableQuerySet

from .employment import Employment
from .worker import Worker

MONEY = {"max_digits": 16, "decimal_places": 2, "null": True, "blank": True}


class LedgerEntry(AppendOnly):
    """One statement about one fact. `version` counts the statements; `corrects` is the id of the one before.

    A row with `voids` says that the fact is withdrawn. `effective_on` is the day for which it holds by law,
    `recorded_at` the moment when it became known here.

    Only the employment is held by a foreign key of the database: it in turn holds worker and employer.
    Checking the others row by row would double the cost of an import; it checks them set-wise.
    """

    id = models.BigAutoField(primary_key=True)
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, related_name="%(class)ss", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    corrects = models.BigIntegerField(null=True, blank=True)
    voids = models.BooleanField(_("withdrawn"), default=False)
    effective_on = models.DateField(_("effective"))
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    import_run = models.ForeignKey(
        ImportRun,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    reason = models.CharField(_("why"), max_length=300, blank=True)

    class Meta:
        abstract = True


class EmploymentPeriod(LedgerEntry):
    """A stretch of insurance time, PENSIONS fields 3, 4 and 7. `end_on` is the last day that counts.

    `entry` names the fact through all its versions. `event_id` and `basis_document` are of what began the period,
    `closing_event_id` and `closing_document` of what ended it.
    """

    VIEW = "registry.period.view"
    FACT = ("worker_id", "entry")

    entry = models.UUIDField(default=new_id, editable=False)
    state = models.CharField(_("country"), max_length=2, choices=State)
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("until"), null=True, blank=True)
    legal_basis = models.CharField(
        _("legal basis"), max_length=20, choices=LegalBasis, default=LegalBasis.EMPLOYMENT
    )
    p5000_type = models.CharField(_("P5000 type"), max_length=2, blank=True)
    insurance_scheme = models.CharField(_("scheme"), max_length=2, blank=True)
    day_scheme = models.CharField(_("week"), max_length=10, choices=DayScheme, default=DayScheme.CALENDAR)
    opened_by = models.CharField(_("begun by"), max_length=20, choices=EventKind, default=EventKind.HIRE)
    closed_by = models.CharField(_("ended by"), max_length=20, choices=EventKind, blank=True)
    event_id = models.UUIDField(_("event that began it (UUID)"), null=True, blank=True)
    closing_event_id = models.UUIDField(_("event that ended it (UUID)"), null=True, blank=True)
    position = models.CharField(_("position"), max_length=300, blank=True)
    occupation = models.CharField(_("occupation (ISCO-08)"), max_length=8, blank=True)
    unit = models.CharField(_("unit"), max_length=300, blank=True)
    share_of_rate = models.DecimalField(
        _("share of rate"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    special_conditions = models.JSONField(_("special conditions"), default=list, blank=True)
    not_counted = models.JSONField(_("not counted"), default=list, blank=True)
    basis_document = models.CharField(_("basis document"), max_length=300, blank=True)
    closing_document = models.CharField(_("basis document of the end"), max_length=300, blank=True)
    dismissal_ground = models.CharField(_("ground of dismissal"), max_length=300, blank=True)
    declared_years = models.PositiveSmallIntegerField(null=True, blank=True)
    declared_months = models.PositiveSmallIntegerField(null=True, blank=True)
    declared_days = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = ScopedManager.of(PeriodQuerySet)
    everything = everything(PeriodQuerySet)

    class Meta:
        verbose_name = _("employment period")
        verbose_name_plural = _("employment periods")
        constraints = [
            models.UniqueConstraint(name="period_version_once", fields=["worker", "entry", "version"]),
            models.CheckConstraint(
                name="period_ends_after_it_begins",
                condition=models.Q(end_on__isnull=True) | models.Q(end_on__gte=models.F("start_on")),
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                name="period_first_version_corrects_nothing",
                condition=models.Q(version=1, corrects__isnull=True, voids=False)
                | models.Q(version__gt=1, corrects__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["worker", "employment"], name="period_employment"),
            models.Index(fields=["import_run"], name="period_import_run"),
        ]


class Contribution(LedgerEntry):
    """One month of one employment for one fund. What was earned stands on the insurance row alone."""

    VIEW = "registry.contribution.view"
    FACT = ("worker_id", "employment_id", "month", "fund")

    month = models.DateField(_("month"))
    fund = models.CharField(_("fund"), max_length=20, choices=Fund, default=Fund.INSURANCE)
    currency = models.CharField(_("currency"), max_length=3)
    wage = models.DecimalField(_("earned"), **MONEY)
    base = models.DecimalField(_("contribution base"), **MONEY)
    tax = models.DecimalField(_("income tax"), **MONEY)
    rate = models.DecimalField(_("rate, per cent"), max_digits=6, decimal_places=3, null=True, blank=True)
    accrued = models.DecimalField(_("accrued"), max_digits=16, decimal_places=2)
    paid = models.DecimalField(_("paid"), **MONEY)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    objects = ScopedManager.of(ContributionQuerySet)
    everything = everything(ContributionQuerySet)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.UniqueConstraint(
                name="contribution_version_once",
                fields=["worker", "employment", "month", "fund", "version"],
            ),
            models.CheckConstraint(
                name="contribution_month_is_a_first_day",
                condition=models.Q(month__day=1),
            ),
            models.CheckConstraint(
                name="contribution_earned_counts_once",
                condition=models.Q(fund=Fund.INSURANCE) | models.Q(wage__isnull=True, tax__isnull=True),
            ),
            models.CheckConstraint(
                name="contribution_first_version_corrects_nothing",
                condition=models.Q(version=1, corrects__isnull=True, voids=False)
                | models.Q(version__gt=1, corrects__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["import_run"], name="contribution_import_run"),
            # Nearly every row is of one fund; a list of another would read them all.
            models.Index(
                fields=["fund", "worker", "month", "id"],
                name="contribution_other_fund",
                condition=~models.Q(fund=Fund.INSURANCE),
            ),
        ]


class PeriodEvidence(AppendOnly):
    """What stands behind one version of a period: declared, confirmed or disputed, by whom, on which document."""

    VIEW = "registry.evidence.view"

    id = models.BigAutoField(primary_key=True)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry = models.UUIDField()
    period_id = models.BigIntegerField()
    status = models.CharField(_("status"), max_length=10, choices=EvidenceStatus)
    document_type = models.CharField(_("document"), max_length=100, blank=True)
    issuer = models.CharField(_("issued by"), max_length=300, blank=True)
    archive_reference = models.CharField(_("archive reference"), max_length=100, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(_("language"), max_length=2, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(_("when"), default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("evidence of a period")
        verbose_name_plural = _("evidence of periods")
        indexes = [models.Index(fields=["worker", "entry"], name="evidence_worker_entry")]
