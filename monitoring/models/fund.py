from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.translated import Translated
from monitoring.enums import BudgetSource, FundEntryKind, KeyKind, ProjectState

from .measure import Measure


class Fund(models.Model):
    """A fund that states pay into and that pays for projects; its money is one currency."""

    VIEW = "monitoring.fund.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(_("code"), max_length=20, unique=True)
    title = Translated(verbose_name=_("title"))
    currency = models.CharField(_("currency"), max_length=3)
    is_example = models.BooleanField(_("worked example"), default=False)

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")

    def __str__(self) -> str:
        return self.title or self.code


class FundKey(AppendOnly):
    """Who pays, or who receives, how much of the whole from a day on; `shares` are per cent by state, as text."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="keys")
    kind = models.CharField(_("kind of key"), max_length=12, choices=KeyKind)
    shares = models.JSONField(_("shares"))
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=300)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_key_a_day", fields=["fund", "kind", "valid_from"]),
            models.CheckConstraint(name="a_key_names_its_source", condition=models.Q(source__gt="")),
        ]


class FundProject(AppendOnly):
    """An application for money of a fund, perhaps for a measure."""

    VIEW = "monitoring.fund.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="projects", verbose_name=_("fund"))
    measure = models.ForeignKey(
        Measure,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="fund_projects",
        verbose_name=_("measure"),
    )
    title = models.CharField(_("title"), max_length=300)
    purpose = models.TextField(_("purpose"))
    state = models.CharField(_("state that applies"), max_length=2)
    asked = models.DecimalField(_("amount asked for"), max_digits=18, decimal_places=2)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("applied by")
    )
    applied_at = models.DateTimeField(_("applied"), default=clock.now)

    class Meta:
        verbose_name = _("project of a fund")
        verbose_name_plural = _("projects of a fund")
        constraints = [models.CheckConstraint(name="a_project_asks", condition=models.Q(asked__gt=0))]

    def __str__(self) -> str:
        return self.title


class ProjectDecision(AppendOnly):
    """Approved for an amount, refused, or closed; the newest holds."""

    project = models.ForeignKey(FundProject, on_delete=models.PROTECT, related_name="decisions")
    state = models.CharField(_("decision"), max_length=10, choices=ProjectState)
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)


class FundEntry(AppendOnly):
    """A line of the fund's book. A mistake is reversed by a line of the same kind, amount and project."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="entries")
    project = models.ForeignKey(
        FundProject, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=FundEntryKind)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    state = models.CharField(_("state"), max_length=2, blank=True)
    effective_on = models.DateField(_("day"))
    document = models.CharField(_("document"), max_length=300)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("line of the fund's book")
        constraints = [
            models.CheckConstraint(name="an_entry_has_an_amount", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(name="an_entry_has_a_document", condition=models.Q(document__gt="")),
            models.CheckConstraint(
                name="states_contribute_and_projects_spend",
                condition=models.Q(kind=FundEntryKind.CONTRIBUTION, project__isnull=True, state__gt="")
                | (~models.Q(kind=FundEntryKind.CONTRIBUTION) & models.Q(project__isnull=False, state="")),
            ),
        ]


class BudgetLine(AppendOnly):
    """Money planned for a measure, by source and year; a newer line replaces an older one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="budget_lines")
    source = models.CharField(_("source of money"), max_length=12, choices=BudgetSource)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    document = models.CharField(_("document"), max_length=300)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_budget_is_not_negative", condition=models.Q(amount__gte=0)),
            models.CheckConstraint(
                name="the_fund_is_named",
                condition=models.Q(source=BudgetSource.FUND, fund__isnull=False)
                | (~models.Q(source=BudgetSource.FUND) & models.Q(fund__isnull=True)),
            ),
        ]
