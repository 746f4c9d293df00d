from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.folded import FoldedSearch
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common import clock
from common.errors import Conflict
from monitoring.board import Row, open_reviews, row_of, rows_of, with_place
from monitoring.chain.template import Template
from monitoring.emergencies import emergencies, pressing
from monitoring.enums import MeasureState, Stage
from monitoring.forms import chain as forms
from monitoring.forms.fund import BudgetForm
from monitoring.forms.research import LawForm
from monitoring.forms.rollout import MilestoneForm, PerformanceForm, ProgressForm
from monitoring.laws import laws_due
from monitoring.models import Condition, DataFreeze, Measure, PilotDesign
from monitoring.rollout import overdue_measures
from monitoring.services import analyses, chain, consultations, fund, measures, pilots, research, rollout
from monitoring.story import measure_story

CHANGE = "monitoring.measure.change"
DECIDE = "monitoring.gate.decide"
PILOT = "monitoring.pilot.manage"


def row(measure: Measure) -> Row:
    """Where the measure stands; looked up once for all buttons of a page."""
    if not hasattr(measure, "board_row"):
        measure.board_row = row_of(measure)
    return measure.board_row


def with_row(request, measure) -> dict:
    return {"row": row(measure)}


def is_open(measure: Measure) -> bool:
    return measure.state == MeasureState.OPEN


def is_in_chain(measure: Measure) -> bool:
    return is_open(measure) and row(measure).entry is not None


def stands_in(*stages: Stage):
    return lambda measure: is_in_chain(measure) and row(measure).stage in stages


def is_before_gate(measure: Measure) -> bool:
    return is_in_chain(measure) and row(measure).review is not None


def design_of(measure: Measure) -> PilotDesign | None:
    if not hasattr(measure, "board_design"):
        designs = PilotDesign.objects.filter(run__measure=measure).select_related("run")
        measure.board_design = designs.order_by("-run__iteration").first()
    return measure.board_design


def newest_freeze(measure: Measure) -> DataFreeze | None:
    freezes = DataFreeze.objects.filter(design=design_of(measure)).select_related("design", "file__key")
    return freezes.order_by("-frozen_at").first() if design_of(measure) else None


def pilot_runs(measure: Measure) -> bool:
    return stands_in(Stage.PILOT)(measure) and design_of(measure) is not None


def file_evidence(by, obj, file, **values):
    if file:
        values |= {"content": file.read(), "file_name": file.name}
        values["media_type"] = file.media_type
    chain.file_evidence(by=by, measure=obj, **values)


def decide(by, obj, **values):
    review = row(obj).review
    if review is None:
        raise Conflict()
    chain.decide(by=by, review=review, **values)


def analyse(by, obj, design):
    freeze = newest_freeze(obj)
    if freeze is None:
        raise Conflict()
    analyses.analyse(by=by, freeze=freeze, design=design)


def registered_text(request, obj) -> dict:
    return {"design": analyses.as_text(design_of(obj).content)}


def open_conditions():
    return Condition.objects.filter(met_at__isnull=True)


def has_own_condition(measure: Measure, user) -> bool:
    return open_conditions().filter(decision__review__entry__run__measure=measure, owner=user).exists()


class OwnerAction(ObjectAction):
    """A button only for owners of a condition that is still open."""

    def open_to(self, user, obj) -> bool:
        return super().open_to(user, obj) and has_own_condition(obj, user)


class StageFilter(admin.SimpleListFilter):
    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return Stage.choices

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return with_place(queryset).filter(stage=self.value(), state=MeasureState.OPEN)


class WaitingFilter(admin.SimpleListFilter):
    """Whose move it is."""

    title = _("what it waits for")
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return [
            ("decision", _("a decision at the gate")),
            ("overdue", _("an overdue condition")),
            ("mine", _("a condition of yours")),
            ("start", _("to be taken into the chain")),
            ("law", _("a law to be reviewed again")),
            ("milestone", _("an overdue milestone")),
            ("sunset", _("the end of an emergency")),
        ]

    def queryset(self, request, queryset):
        conditions = open_conditions()
        measure = "decision__review__entry__run__measure"
        match self.value():
            case "decision":
                return queryset.filter(pk__in=open_reviews().values("entry__run__measure"))
            case "overdue":
                return queryset.filter(pk__in=conditions.filter(due_on__lt=clock.today()).values(measure))
            case "mine":
                return queryset.filter(pk__in=conditions.filter(owner=request.user).values(measure))
            case "milestone":
                return queryset.filter(pk__in=overdue_measures().values("pk"))
            case "sunset":
                return queryset.filter(pk__in=[one.measure.pk for one in pressing(clock.today())])
            case "law":
                return queryset.filter(pk__in=laws_due().values("measure"))
            case "start":
                return queryset.filter(runs__isnull=True, state=MeasureState.OPEN)
        return queryset


@admin.register(Measure, site=desk)
class MeasureDesk(FoldedSearch, DeskAdmin):
    view_action = "monitoring.chain.view"
    list_display = ["code", "title", "horizon", "place", "waits_for"]
    list_filter = [WaitingFilter, StageFilter, "horizon", "area", "state"]
    search_fields = ["code", "versions__title_ky", "versions__title_ru", "versions__title_en"]
    fields = ["code", "title", "horizon", "area", "state"]
    readonly_fields = ["title"]
    object_actions = [
        ObjectAction(
            "start",
            _("Take it into the chain"),
            CHANGE,
            lambda by, obj: chain.start(by=by, measure=obj),
            when=lambda measure: is_open(measure) and row(measure).entry is None,
            tone="primary",
        ),
        ObjectAction(
            "evidence",
            _("File evidence"),
            "monitoring.evidence.file",
            file_evidence,
            forms.EvidenceForm,
            is_in_chain,
            form_kwargs=with_row,
            tone="primary",
        ),
        ObjectAction(
            "submit",
            _("Lay before the gate"),
            "monitoring.gate.submit",
            lambda by, obj, statement: chain.submit(by=by, measure=obj, statement=statement),
            forms.SubmitForm,
            lambda measure: is_in_chain(measure) and row(measure).review is None,
            explain=_("What is still missing is written down with it. Somebody else decides."),
        ),
        ObjectAction(
            "decide",
            _("Decide"),
            DECIDE,
            decide,
            forms.DecideForm,
            is_before_gate,
            form_kwargs=with_row,
            tone="primary",
            done=_("You have signed. The decision stands once as many have signed as the gate asks for."),
        ),
        ObjectAction(
            "waive",
            _("Waive a criterion"),
            DECIDE,
            lambda by, obj, **values: chain.waive(by=by, measure=obj, **values),
            forms.WaiveForm,
            lambda measure: is_in_chain(measure) and bool(row(measure).missing),
            form_kwargs=with_row,
        ),
        OwnerAction(
            "condition",
            _("Report a condition as met"),
            "monitoring.chain.view",
            lambda by, obj, condition: chain.meet_condition(by=by, condition=condition),
            forms.ConditionForm,
            form_kwargs=lambda request, measure: {"row": row(measure), "user": request.user},
        ),
        ObjectAction(
            "discuss",
            _("Open a discussion"),
            "monitoring.consultation.manage",
            lambda by, obj, **values: consultations.open_discussion(by=by, measure=obj, **values),
            forms.DiscussionForm,
            stands_in(Stage.EXPERT_DISCUSSION, Stage.PUBLIC_DISCUSSION, Stage.EFFECTS_DISCUSSION),
            form_kwargs=with_row,
        ),
        ObjectAction(
            "pilot",
            _("Register the pilot's design"),
            PILOT,
            lambda by, obj, **values: analyses.plan(by=by, measure=obj, **values),
            forms.PilotForm,
            lambda measure: (
                stands_in(Stage.PUBLIC_DISCUSSION)(measure)
                and not PilotDesign.objects.filter(run=row(measure).entry.run).exists()
            ),
            explain=_("From then on it can't be changed. What the pilot can find is computed now."),
        ),
        ObjectAction(
            "records",
            _("Report records of the pilot"),
            PILOT,
            lambda by, obj, file: analyses.report_file(by=by, design=design_of(obj), content=file.read()),
            forms.RecordsForm,
            pilot_runs,
        ),
        ObjectAction(
            "freeze",
            _("Freeze the data"),
            PILOT,
            lambda by, obj: pilots.freeze(by=by, design=design_of(obj)),
            when=pilot_runs,
            explain=_("The newest record of each unit and period is kept in a file with its hash."),
        ),
        ObjectAction(
            "analyse",
            _("Analyse the pilot"),
            "monitoring.pilot.analyse",
            analyse,
            forms.AnalysisForm,
            lambda measure: stands_in(Stage.PILOT_RESEARCH)(measure) and newest_freeze(measure) is not None,
            initial=registered_text,
            explain=_("The frozen data are evaluated here; the result and every deviation are kept."),
        ),
        ObjectAction(
            "lesson",
            _("Write down a lesson"),
            CHANGE,
            lambda by, obj, **values: chain.record_lesson(by=by, measure=obj, **values),
            forms.LessonForm,
            lambda measure: row(measure).entry is not None,
        ),
        ObjectAction(
            "words",
            _("Change the words"),
            CHANGE,
            lambda by, obj, **values: measures.revise(by=by, measure=obj, **values),
            forms.WordsForm,
            form_kwargs=with_row,
            explain=_("The old words stay; the new ones become another version."),
        ),
        ObjectAction(
            "milestone",
            _("Set a milestone of the roll-out"),
            CHANGE,
            lambda by, obj, **values: rollout.set_milestone(by=by, measure=obj, **values),
            MilestoneForm,
            form_kwargs=lambda request, measure: {"measure": measure},
        ),
        ObjectAction(
            "progress",
            _("Report how far a milestone has come"),
            CHANGE,
            lambda by, obj, **values: rollout.report_milestone(by=by, **values),
            ProgressForm,
            lambda measure: measure.milestones.exists(),
            form_kwargs=lambda request, measure: {"measure": measure},
        ),
        ObjectAction(
            "performance",
            _("Review the performance"),
            "monitoring.gate.submit",
            lambda by, obj, **values: rollout.review_performance(by=by, measure=obj, **values),
            PerformanceForm,
            stands_in(Stage.PERFORMANCE_MONITORING),
            explain=_("It advises the board; only a decision at the gate moves the measure."),
        ),
        ObjectAction(
            "law",
            _("Review a law"),
            "monitoring.law.review",
            lambda by, obj, **values: research.review_law(by=by, measure=obj, **values),
            LawForm,
            explain=_("A law of this measure is held against a standard, and again on a day to come."),
        ),
        ObjectAction(
            "budget",
            _("Plan money for it"),
            CHANGE,
            lambda by, obj, **values: fund.plan_budget(by=by, measure=obj, **values),
            BudgetForm,
            form_kwargs=lambda request, measure: {"measure": measure},
            explain=_("A change is a new line that replaces the old one; both stay."),
        ),
        ObjectAction(
            "carry_over",
            _("Carry over into a later term"),
            DECIDE,
            lambda by, obj, **values: measures.carry_over(by=by, measure=obj, **values),
            forms.CarryOverForm,
            lambda measure: is_open(measure) and measure.horizon != measures.HORIZONS[-1],
            form_kwargs=with_row,
        ),
        ObjectAction(
            "emergency",
            _("Emergency track"),
            DECIDE,
            lambda by, obj, **values: chain.emergency(by=by, measure=obj, **values),
            forms.EmergencyForm,
            lambda measure: stands_in(Stage.INTAKE, Stage.RESEARCH)(measure) and is_before_gate(measure),
            tone="danger",
            explain=_("Straight to full implementation by a named order; it ends by itself within a year."),
        ),
        ObjectAction(
            "resume",
            _("Resume the measure"),
            DECIDE,
            lambda by, obj, reason: chain.resume(by=by, measure=obj, reason=reason),
            forms.ReasonForm,
            lambda measure: measure.state == MeasureState.SUSPENDED,
        ),
    ]

    def get_changelist_instance(self, request):
        """Places of the whole page at once."""
        changes = super().get_changelist_instance(request)
        found = list(changes.result_list)
        rows = rows_of(Measure.everything.filter(pk__in=[one.pk for one in found]))
        by_id = {one.measure.pk: one for one in rows}
        for one in found:
            one.board_row = by_id[one.pk]
        changes.result_list = found
        return changes

    @admin.display(description=_("title"))
    def title(self, measure: Measure) -> str:
        return row(measure).version.title

    @admin.display(description=_("stage"))
    def place(self, measure: Measure) -> str:
        return row(measure).place

    @admin.display(description=_("what it waits for"))
    def waits_for(self, measure: Measure) -> str:
        return row(measure).waits_for

    def story(self, request, obj):
        found = row(obj)
        signatures = found.review.signatures.count() if found.review else 0
        needed = (
            Template(found.entry.run.template.content).stage(found.stage).signatures if found.entry else 1
        )
        return {
            "story_template": "monitoring/desk/measure.html",
            **measure_story(found, whole=True),
            "emergency": next(iter(emergencies(clock.today(), Measure.everything.filter(pk=obj.pk))), None),
            "signatures": signatures,
            "signatures_needed": needed,
        }
