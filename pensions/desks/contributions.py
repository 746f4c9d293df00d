from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.bulk_action import BulkAction
from accounts.object_actions import ObjectAction, Page
from accounts.site import desk
from common import clock, formatting
from pensions.enums import Fund
from pensions.forms import ledger as forms
from pensions.models import Contribution, EmploymentPeriod
from pensions.services import ledger

from .paging import KeysetDesk

FIRST_YEAR = 1991


class YearFilter(admin.SimpleListFilter):
    """Years by the calendar, not by a distinct over the table; a year is a partition."""

    title = _("year")
    parameter_name = "year"

    def lookups(self, request, model_admin):
        return [(str(year), str(year)) for year in range(clock.today().year, FIRST_YEAR - 1, -1)]

    def queryset(self, request, queryset):
        return queryset.in_year(int(self.value())) if (self.value() or "").isdigit() else queryset


class FundFilter(admin.SimpleListFilter):
    title = _("fund")
    parameter_name = "fund"

    def lookups(self, request, model_admin):
        return Fund.choices

    def queryset(self, request, queryset):
        return queryset.filter(fund=self.value()) if self.value() else queryset


class StateDesk(KeysetDesk):
    """Rows of the ledger, person by person, in the order of its storage."""

    personal = True
    list_select_related = ["worker", "employment__employer"]
    sortable_by = []

    @admin.display(description=_("full name"))
    def person(self, row: Any) -> str:
        return row.worker.full_name

    @admin.display(description=_("employer"))
    def employer(self, row: Any) -> str:
        return row.employment.employer.name


@admin.register(Contribution, site=desk)
class ContributionDesk(StateDesk):
    """Every entry, and whether it still holds: to leave the others out would cost a look behind each row skipped."""

    keys = ("worker_id", "month", "id")
    list_display = [
        *("person", "employer", "month_shown", "fund", "wage_shown", "accrued_shown", "paid_shown"),
        *("paid_on", "holds"),
    ]
    list_filter = [YearFilter, FundFilter]

    def fill(self, rows: list[Contribution]) -> None:
        if not rows:
            return
        months = [row.month for row in rows]
        those = Contribution.objects.filter(
            worker_id__in={row.worker_id for row in rows}, pk__in=[row.pk for row in rows]
        )
        current = set(those.latest_between(min(months), max(months)).values_list("pk", flat=True))
        for row in rows:
            row.is_latest = row.pk in current

    @admin.display(description=_("status"))
    def holds(self, row: Contribution) -> str:
        if not row.is_latest:
            return _("corrected later")
        return _("withdrawn") if row.voids else _("holds")

    @admin.display(description=_("month"))
    def month_shown(self, row: Contribution) -> str:
        return formatting.month(row.month)

    @admin.display(description=_("earned"))
    def wage_shown(self, row: Contribution) -> str:
        return formatting.money(row.wage, row.currency)

    @admin.display(description=_("accrued"))
    def accrued_shown(self, row: Contribution) -> str:
        return formatting.money(row.accrued, row.currency)

    @admin.display(description=_("paid"))
    def paid_shown(self, row: Contribution) -> str:
        return formatting.money(row.paid, row.currency)


class JudgedFilter(admin.SimpleListFilter):
    """Which periods wait: those whose last version nobody has confirmed or disputed."""

    title = _("evidence")
    parameter_name = "evidence"

    def lookups(self, request, model_admin):
        return [("all", _("all periods"))]

    def choices(self, changelist):
        found = list(super().choices(changelist))
        found[0]["display"] = _("to be confirmed")
        return found

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.unjudged()


def _waiting(by: Any, obj: None, *, employer: Any, until_on: Any) -> Page:
    rows = ledger.unjudged(by=by, employer=employer, until_on=until_on).order_by("worker_id", "id")
    return desk._registry[EmploymentPeriod].bulk_page(by, "confirm", rows)


def _period(one: EmploymentPeriod) -> str:
    parts = (one.worker.full_name, formatting.date_range(one.start_on, one.end_on), one.position)
    return " · ".join(part for part in parts if part)


@admin.register(EmploymentPeriod, site=desk)
class PeriodDesk(StateDesk):
    """The queue of periods to confirm."""

    keys = ("worker_id", "id")

    def get_queryset(self, request):
        return super().get_queryset(request).current()

    list_display = ["person", "employer", "start_on", "end_on", "position", "legal_basis", "recorded_at"]
    list_filter = [JudgedFilter]
    bulk_actions = [
        BulkAction(
            "confirm",
            _("Confirm these periods"),
            model=EmploymentPeriod,
            action=ledger.CONFIRM,
            form=forms.ConfirmManyForm,
            run=lambda by, rows, **document: ledger.confirm_many(by=by, periods=rows, **document),
            refused=ledger.not_waiting,
            label=_period,
            undo=lambda by, rows, before: ledger.unconfirm(by=by, periods=rows),
            moved_since=ledger.judged_since,
            in_list=False,
        )
    ]
    list_actions = [
        ObjectAction(
            "confirm_many",
            _("Confirm the periods of an employer"),
            action=ledger.CONFIRM,
            form=forms.WaitingPeriodsForm,
            run=_waiting,
            tone="primary",
            explain=_("All periods of one employer that wait, on one document. You see them first."),
        )
    ]
