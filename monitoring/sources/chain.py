from django.db.models import Count

from monitoring.enums import MeasureState, Outcome
from monitoring.models import Comment, GateDecision, Measure
from monitoring.periods import Period

from .counting import Counts, grouped, item_source, moments


@item_source("measures_open")
def measures_open(period: Period) -> Counts:
    _start, end = moments(period)
    known = Measure.everything.filter(state=MeasureState.OPEN, created_at__lt=end)
    return grouped(known, "HORIZON", "horizon", Count("pk"))


@item_source("gates_passed")
def gates_passed(period: Period) -> Counts:
    start, end = moments(period)
    passed = GateDecision.objects.filter(
        decided_at__gte=start, decided_at__lt=end, outcome__in=[Outcome.GO, Outcome.GO_WITH_CONDITIONS]
    )
    return {"": passed.count()}


def _comments(period: Period):
    start, end = moments(period)
    return Comment.objects.filter(received_at__gte=start, received_at__lt=end)


@item_source("comments_received")
def comments_received(period: Period) -> Counts:
    return {"": _comments(period).count()}


@item_source("comments_answered")
def comments_answered(period: Period) -> Counts:
    return {"": _comments(period).filter(responses__isnull=False).distinct().count()}
