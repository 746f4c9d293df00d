"""Full implementation and performance monitoring: milestones, how far they have come, reviews of a measure at work."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring.enums import Stage
from monitoring.models import Measure, Milestone, MilestoneReport, PerformanceReview
from monitoring.periods import Period, PeriodError

from .chain import where

CHANGE = "monitoring.measure.change"


@service
def set_milestone(
    *, by: Any, measure: Measure, kind: str, title: str, goal: Decimal, unit: str, due_on: dt.date,
    replaces: Milestone | None = None, reason: str = "",
) -> Milestone:  # fmt: skip
    """A milestone, or another in the place of one; the old one and the reason stay."""
    require(by, CHANGE, measure)
    if goal <= 0 or not title.strip() or not unit.strip():
        raise Invalid(
            "milestone_unclear", _("A milestone has a title, a number above zero and a unit."), field="goal"
        )
    if replaces is not None:
        if replaces.measure_id != measure.pk or Milestone.objects.filter(replaces=replaces).exists():
            raise Conflict("replaced_already", _("This line has been replaced already."))
        if not reason.strip():
            raise Invalid("reason_missing", _("Say why the milestone moves."), field="reason")
    made = Milestone.objects.create(
        measure=measure, kind=kind, title=title, goal=goal, unit=unit, due_on=due_on, replaces=replaces,
        reason=reason if replaces else "", set_by=by,
    )  # fmt: skip
    journal.record(
        by=by, verb=Verb.CHANGED, obj=measure, action=CHANGE, reason=reason, details={"milestone": title}
    )
    return made


@service
def report_milestone(
    *, by: Any, milestone: Milestone, reached: Decimal, as_of: dt.date, document: str
) -> MilestoneReport:
    require(by, CHANGE, milestone.measure)
    if reached < 0 or not document.strip():
        raise Invalid("document_missing", _("Name the document behind the line."), field="document")
    if as_of > clock.today():
        raise Invalid("day_to_come", _("A report is as of today or earlier."), field="as_of")
    made = MilestoneReport.objects.create(
        milestone=milestone, reached=reached, as_of=as_of, document=document, reported_by=by
    )
    journal.record(
        by=by, verb=Verb.CHANGED, obj=milestone.measure, action=CHANGE, details={"milestone": milestone.title}
    )
    return made


@service
def review_performance(
    *, by: Any, measure: Measure, period: str, advice: str, text: str
) -> PerformanceReview:
    """Advises the board to go on, set other targets, go back, close as achieved or stop; decides nothing."""
    require(by, "monitoring.gate.submit", measure)
    entry = where(measure)
    if entry is None or entry.stage != Stage.PERFORMANCE_MONITORING:
        raise Invalid("wrong_stage", _("Performance is reviewed in performance monitoring."))
    try:
        Period.parse(period)
    except PeriodError as error:
        raise Invalid(
            "not_a_period",
            _("“%(text)s” is not a period; write 2026, 2026-Q1 or 2026-01."),
            field="period",
            text=period,
        ) from error
    if not text.strip():
        raise Invalid("reason_missing", _("A review needs words."), field="text")
    made = PerformanceReview.objects.create(entry=entry, period=period, advice=advice, text=text, reviewer=by)
    journal.record(
        by=by, verb=Verb.CREATED, obj=measure, action="monitoring.gate.submit", details={"advice": advice}
    )
    return made
