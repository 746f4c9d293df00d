from django.contrib import admin
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.desk import DeskAdmin
from accounts.folded import FoldedSearch
from accounts.object_actions import ObjectAction, Page
from accounts.site import desk
from common import jobs
from common.translated import words
from monitoring import definitions
from monitoring.browser import items_behind
from monitoring.enums import Tier
from monitoring.forms import indicators as forms
from monitoring.forms import targets as target_forms
from monitoring.models import Alert, Indicator, IndicatorVersion, TargetSet
from monitoring.proposals import proposals
from monitoring.services import computation, indicators, targets
from monitoring.units import frequency_name, unit_name

CHANGE = "monitoring.indicator.change"
COMPUTE = "monitoring.figure.compute"
STEER = "monitoring.indicator.steer"


def define(by, obj, only_show=False, **values):
    """Runs the service, or shows what it would bring; a formula that does not hold is shown at its field."""
    code = obj.code if obj else values.pop("code")
    if only_show:
        return Page("monitoring/desk/formula_preview_page.html", {"preview": _previewed(code, values)})
    version = indicators.define(by=by, code=code, **values)
    return reverse("admin:monitoring_indicator_change", args=[version.indicator_id])


def _previewed(code: str, values: dict) -> definitions.Preview:
    return definitions.preview(
        code=code,
        text=values["formula_text"],
        unit=values["unit"],
        frequency=values["frequency"],
        dimensions=values["dimensions"],
        decimals=values["decimals"],
        examples=values["examples"],
    )


def preview_formula(request):
    """The part of the form's page that shows what is being typed; nothing is kept."""
    require(request.user, CHANGE)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = forms.PreviewForm(request.POST)
    shown = _previewed(form.cleaned_data["code"], form.cleaned_data) if form.is_valid() else None
    answer = render(request, "monitoring/desk/formula_preview.html", {"preview": shown})
    add_never_cache_headers(answer)
    return answer


def compute(by, obj, period, full=False) -> str:
    """Queues the computation and leads to its progress."""
    require(by, COMPUTE)
    job = jobs.enqueue(computation.KIND, by=by, params={"period": period, "full": full})
    return reverse("job", args=[job.pk])


def set_targets(by, obj, **values):
    targets.set_targets(by=by, indicator=obj, **values)


def approve_targets(by, obj, target_set):
    targets.approve(by=by, target_set=target_set)


def add_rule(by, obj, **values):
    targets.add_rule(by=by, indicator=obj, **values)


def answer_alert(by, obj, alert, reason):
    targets.answer(by=by, alert=alert, reason=reason)


def of_indicator(request, obj) -> dict:
    return {"indicator": obj}


class TierFilter(admin.SimpleListFilter):
    title = _("tier")
    parameter_name = "tier"

    def lookups(self, request, model_admin):
        return Tier.choices

    def queryset(self, request, queryset):
        return queryset.filter(tier=self.value()) if self.value() else queryset


class AlertFilter(admin.SimpleListFilter):
    title = _("waiting for")
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return [("alert", _("an answer to an alert")), ("approval", _("approval of targets"))]

    def queryset(self, request, queryset):
        if self.value() == "alert":
            open_alerts = Alert.objects.filter(rule__indicator=OuterRef("pk"), answer__isnull=True)
            return queryset.filter(Exists(open_alerts))
        if self.value() == "approval":
            waiting = TargetSet.objects.filter(indicator=OuterRef("pk"), approval__isnull=True)
            return queryset.filter(Exists(waiting))
        return queryset


@admin.register(Indicator, site=desk)
class IndicatorDesk(FoldedSearch, DeskAdmin):
    view_action = STEER
    list_display = ["code", "title", "tier_name", "unit", "frequency", "is_active"]
    list_filter = [AlertFilter, TierFilter, "is_active"]
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
            explain=_(
                "The house is counted, and every indicator that something new reaches is computed up to this period."
            ),
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
        ),
        ObjectAction(
            "targets",
            _("Set targets"),
            targets.SET,
            set_targets,
            target_forms.TargetsForm,
            form_kwargs=of_indicator,
            done=_("The targets wait for their approval."),
            explain=_("The old targets stay beside the new ones. Somebody else approves them."),
        ),
        ObjectAction(
            "approve_targets",
            _("Approve targets"),
            targets.APPROVE,
            approve_targets,
            target_forms.ApproveForm,
            form_kwargs=of_indicator,
            when=lambda one: TargetSet.objects.filter(indicator=one, approval__isnull=True).exists(),
        ),
        ObjectAction(
            "add_rule",
            _("Add an alert"),
            targets.SET,
            add_rule,
            target_forms.RuleForm,
        ),
        ObjectAction(
            "answer_alert",
            _("Answer an alert"),
            targets.ANSWER,
            answer_alert,
            target_forms.AnswerForm,
            form_kwargs=of_indicator,
            when=lambda one: Alert.objects.filter(rule__indicator=one, answer__isnull=True).exists(),
        ),
    ]

    def get_urls(self):
        view = self.admin_site.admin_view(preview_formula)
        return [path("preview/", view, name="monitoring_indicator_preview"), *super().get_urls()]

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
            "target_sets": obj.target_sets.select_related("baseline", "approval", "recorded_by").order_by(
                "-number"
            ),
            "rules": obj.alert_rules.filter(is_active=True),
            "alerts": [
                (one, proposals(one))
                for one in Alert.objects.filter(rule__indicator=obj)
                .select_related("rule__indicator", "figure", "answer__answered_by")
                .order_by("-raised_at")[:20]
            ],
        }
