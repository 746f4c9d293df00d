"""Targets of an indicator, set by one person and put into force by another; alerts when figures leave their path."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring import events, watch
from monitoring.enums import ValueState
from monitoring.measuring import FALLS_BELOW, measured
from monitoring.models import Alert, AlertAnswer, AlertRule, Figure, Indicator, TargetApproval, TargetSet
from monitoring.periods import Period, PeriodError
from monitoring.permissions import ADDRESSEES

SET = "monitoring.target.set"
APPROVE = "monitoring.target.approve"
WATCH = "monitoring.alert.watch"
ANSWER = "monitoring.alert.answer"


@service
def set_targets(
    *, by: Any, indicator: Indicator, baseline: Figure, milestones: dict[str, Decimal], trajectory: str,
    reason: str, tolerance: Decimal = Decimal(0), reason_code: str = "",
) -> TargetSet:  # fmt: skip
    """A new set beside the old ones; it counts once somebody else has approved it."""
    require(by, SET)
    if baseline.indicator_id != indicator.pk or baseline.value is None:
        raise Invalid(
            "baseline",
            _("The baseline must be a figure of this indicator that shows a value."),
            field="baseline",
        )
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why these targets are set."), field="reason")
    last = indicator.target_sets.order_by("-number").first()
    made = TargetSet(
        indicator=indicator,
        number=last.number + 1 if last else 1,
        baseline=baseline,
        milestones={period: f"{value}" for period, value in milestones.items()},
        tolerance=tolerance,
        trajectory=trajectory,
        reason=reason,
        reason_code=reason_code,
        recorded_by=by,
    )
    _check_milestones(made)
    made.save()
    journal.record(by=by, verb=Verb.CREATED, obj=indicator, action=SET, reason=reason)
    return made


def _check_milestones(made: TargetSet) -> None:
    try:
        points = made.path.points
    except PeriodError as error:
        raise Invalid(
            "milestones",
            _("Write each milestone as period = value, all in the frequency of the baseline."),
            field="milestones",
        ) from error
    if len(points) < 2 or points[0][0] != Period.parse(made.baseline.period):
        raise Invalid(
            "milestones",
            _("At least one milestone must lie after the baseline, and none before it."),
            field="milestones",
        )


@service
def approve(*, by: Any, target_set: TargetSet) -> TargetApproval:
    require(by, APPROVE)
    if target_set.recorded_by_id is not None and target_set.recorded_by_id == getattr(by, "pk", None):
        raise Conflict("own_targets", _("Whoever wrote the targets cannot approve them."))
    if TargetApproval.objects.filter(target_set=target_set).exists():
        raise Conflict("approved", _("These targets are approved already."))
    journal.record(by=by, verb=Verb.CHANGED, obj=target_set.indicator, action=APPROVE)
    return TargetApproval.objects.create(target_set=target_set, approved_by=by)


def in_force(indicator: Indicator, moment=None) -> TargetSet | None:
    """The newest approved set, as of a moment."""
    approved = indicator.target_sets.filter(approval__approved_at__lte=moment or clock.now())
    return approved.select_related("baseline").order_by("-number").first()


@service
def add_rule(*, by: Any, indicator: Indicator, role: str, **values: Any) -> AlertRule:
    require(by, SET)
    if role not in ADDRESSEES:
        names = ", ".join(str(one.label) for one in ADDRESSEES)
        raise Invalid("role", _("An alert is addressed to one of: %(roles)s."), field="role", roles=names)
    rule = AlertRule.objects.create(indicator=indicator, role=role, **values)
    journal.record(by=by, verb=Verb.CHANGED, obj=indicator, action=SET)
    return rule


@service
def look(*, by: Any, indicator: Indicator | None = None) -> list[Alert]:
    """Asks every active rule; safe to run twice: a run of periods speaks once."""
    require(by, WATCH)
    rules = AlertRule.objects.filter(is_active=True).select_related("indicator")
    rules = rules.filter(indicator=indicator) if indicator else rules
    return [alert for rule in rules if (alert := _ask(rule)) is not None]


def _ask(rule: AlertRule) -> Alert | None:
    figures = list(Figure.objects.as_of().filter(indicator=rule.indicator, key="").order_by("period"))
    while figures and figures[-1].state != ValueState.VALUE:
        figures.pop()  # a period that waits for its data does not end a run
    if not figures:
        return None
    measures = measured(rule, figures, in_force(rule.indicator))
    beyond = (
        (lambda one: one < rule.threshold) if rule.kind in FALLS_BELOW else (lambda one: one > rule.threshold)
    )
    last = rule.alerts.select_related("figure").order_by("-raised_at").first()
    since = silent = None
    if last:
        since = Period.parse(last.figure.period).distance(Period.parse(figures[-1].period))
        silent = (clock.now() - last.raised_at).days
    run = watch.run_length(measures, beyond)
    if not watch.speaks(run, rule.periods, since, silent, rule.cool_down_days):
        return None
    made = Alert.objects.create(rule=rule, figure=figures[-1], measured=measures[-1])
    events.alert_raised(made)
    return made


@service
def answer(*, by: Any, alert: Alert, reason: str) -> AlertAnswer:
    """Says what follows from an alert; whoever holds one of the roles that alerts are addressed to may."""
    require(by, ANSWER)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say what follows from the alert."), field="reason")
    if AlertAnswer.objects.filter(alert=alert).exists():
        raise Conflict("answered", _("This alert has been answered already."))
    journal.record(by=by, verb=Verb.CHANGED, obj=alert.rule.indicator, action=ANSWER, reason=reason)
    return AlertAnswer.objects.create(alert=alert, reason=reason, answered_by=by)
