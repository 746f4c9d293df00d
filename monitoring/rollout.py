"""How far the roll-out of measures has come, milestone by milestone."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from common import clock

from .enums import MeasureState
from .models import Measure, Milestone, MilestoneReport


@dataclass(frozen=True)
class Progress:
    """A milestone that holds, and the newest report; None where nothing was reported, which is not zero."""

    milestone: Milestone
    reached: Decimal | None
    as_of: dt.date | None

    @property
    def is_reached(self) -> bool:
        return self.reached is not None and self.reached >= self.milestone.goal

    @property
    def is_overdue(self) -> bool:
        return not self.is_reached and self.milestone.due_on < clock.today()

    @property
    def state(self) -> str:
        if self.is_reached:
            return _("milestone reached")
        if self.is_overdue:
            return _("overdue")
        return _("under way") if self.reached is not None else _("nothing reported yet")

    @property
    def tone(self) -> str:
        return "success" if self.is_reached else "danger" if self.is_overdue else "neutral"


def standing() -> QuerySet[Milestone]:
    """Not replaced by another."""
    return Milestone.objects.filter(replaced_by__isnull=True)


def progress(milestones: Iterable[Milestone]) -> list[Progress]:
    """In two queries, however many there are; by day."""
    found = sorted(milestones, key=lambda one: (one.due_on, one.title))
    reports = MilestoneReport.objects.filter(milestone__in=found).order_by("as_of", "reported_at")
    newest = {one.milestone_id: one for one in reports}
    return [
        Progress(one, report.reached if report else None, report.as_of if report else None)
        for one in found
        for report in [newest.get(one.pk)]
    ]


def overdue_measures() -> QuerySet[Measure]:
    """In the chain, with a milestone whose day has passed and whose newest report is below the goal, or missing."""
    newest = MilestoneReport.objects.filter(milestone=OuterRef("pk")).order_by("-as_of", "-reported_at")
    late = (
        standing()
        .filter(due_on__lt=clock.today())
        .annotate(newest=Subquery(newest.values("reached")[:1]))
        .filter(Q(newest__isnull=True) | Q(newest__lt=F("goal")))
    )
    return Measure.everything.filter(state=MeasureState.OPEN, pk__in=late.values("measure"))
