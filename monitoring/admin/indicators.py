from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common import jobs
from common.translated import words
from monitoring.browser import items_behind
from monitoring.enums import Tier
from monitoring.forms import indicators as forms
from monitoring.models import DataItem, Indicator, IndicatorVersion, Submission
from monitoring.services import datasets, indicators
from monitoring.units import frequency_name, unit_name

CHANGE = "monitoring.indicator.change"
COMPUTE = "monitoring.figure.compute"


def define(by, obj, **values) -> str:
    """Runs the service; a formula that does not hold is shown at its field."""
    code = obj.code if obj else values.pop("code")
    version = indicators.define(by=by, code=code, **values)
    return reverse("admin:monitoring_indicator_change", args=[version.indicator_id])


def compute(by, obj, period) -> str:
    """Queues the computation and leads to its progress."""
    require(by, COMPUTE)
    job = jobs.enqueue("monitoring.compute", by=by, params={"period": period})
    return reverse("job", args=[job.pk])


def load(by, obj, title, source, file):
    datasets.load_series(by=by, content=file.read(), title=title, source=source)


class TierFilter(admin.SimpleListFilter):
    title = _("tier")
    parameter_name = "tier"

    def lookups(self, request, model_admin):
        return Tier.choices

    def queryset(self, request, queryset):
        return queryset.filter(tier=self.value()) if self.value() else queryset


@admin.register(Indicator, site=desk)
class IndicatorDesk(DeskAdmin):
    view_action = COMPUTE
    list_display = ["code", "title", "tier_name", "unit", "frequency", "is_active"]
    list_filter = [TierFilter, "is_active"]
    search_fields = ["code", "versions__title_ky", "versions__title_ru", "versions__title_en"]
    fields = ["code", "title", "is_active"]
    readonly_fields = ["title"]
    list_actions = [
        ObjectAction(
            "compute",
            _("Compute a period"),
            COMPUTE,
            compute,
            forms.PeriodForm,
            tone="primary",
            done=_("The computation is queued."),
            explain=_("The house is counted and every indicator computed up to this period."),
        ),
        ObjectAction("define", _("Define an indicator"), CHANGE, define, forms.NewIndicatorForm),
    ]
    object_actions = [
        ObjectAction(
            "define",
            _("Change the definition"),
            CHANGE,
            define,
            forms.DefinitionForm,
            initial=lambda request, obj: forms.initial(obj.version),
            explain=_("The old definition stays; figures computed from now on follow the new one."),
        )
    ]

    def get_queryset(self, request):
        newest = IndicatorVersion.objects.filter(indicator=OuterRef("pk")).order_by("-number")
        names = ["tier", "unit", "frequency", *(f"title_{code}" for code in ("ky", "ru", "en"))]
        return (
            super()
            .get_queryset(request)
            .annotate(**{name: Subquery(newest.values(name)[:1]) for name in names})
        )

    @admin.display(description=_("title"))
    def title(self, one: Indicator) -> str:
        return words(one, "title")[0]

    @admin.display(description=_("tier"))
    def tier_name(self, one: Indicator) -> str:
        return Tier(one.tier).label

    @admin.display(description=_("unit of measurement"))
    def unit(self, one: Indicator) -> str:
        return unit_name(one.unit)

    @admin.display(description=_("frequency"))
    def frequency(self, one: Indicator) -> str:
        return frequency_name(one.frequency)

    def story(self, request, obj):
        version = obj.version
        return {
            "story_template": "monitoring/desk/indicator.html",
            "indicator": obj,
            "version": version,
            "items": items_behind(version),
            "versions": obj.versions.select_related("recorded_by").order_by("-number"),
        }


@admin.register(DataItem, site=desk)
class DataItemDesk(DeskAdmin):
    view_action = CHANGE
    list_display = ["code", "title", "unit", "frequency", "kind", "basis", "origin", "about_persons"]
    list_filter = ["origin", "kind", "basis", "about_persons"]
    search_fields = ["code", "title_ky", "title_ru", "title_en"]
    fields = [*list_display, "dimensions", "source", "licence"]
    readonly_fields = ["title"]

    @admin.display(description=_("title"))
    def title(self, one: DataItem) -> str:
        return one.title


@admin.register(Submission, site=desk)
class SubmissionDesk(DeskAdmin):
    list_display = ["title", "state", "rows", "submitted_at", "submitted_by"]
    list_filter = ["state"]
    list_select_related = ["submitted_by"]
    ordering = ["-submitted_at"]
    fields = ["title", "source", "state", "rows", "sha256", "submitted_at", "submitted_by"]
    list_actions = [
        ObjectAction(
            "load",
            _("Load a file of figures"),
            "monitoring.submission.load",
            load,
            forms.SubmissionForm,
            tone="primary",
            done=_("The file is loaded. Compute the period to see its figures."),
        )
    ]
