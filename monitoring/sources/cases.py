from django.db.models import Count

from cases.enums import Outcome, ReferralState
from cases.models import Case, Closure, ReferralStep
from monitoring.periods import Period

from .counting import Counts, grouped, item_source, moments

TYPE = "CASE_TYPE"


@item_source("cases_opened")
def cases_opened(period: Period) -> Counts:
    start, end = moments(period)
    opened = Case.everything.filter(opened_at__gte=start, opened_at__lt=end, came_from__isnull=True)
    return grouped(opened, TYPE, "type", Count("pk"))


def _closures(period: Period):
    start, end = moments(period)
    return Closure.objects.filter(closed_at__gte=start, closed_at__lt=end)


@item_source("cases_closed")
def cases_closed(period: Period) -> Counts:
    return grouped(_closures(period), TYPE, "case__type", Count("case", distinct=True))


@item_source("cases_resolved")
def cases_resolved(period: Period) -> Counts:
    resolved = _closures(period).filter(outcome=Outcome.RESOLVED)
    return grouped(resolved, TYPE, "case__type", Count("case", distinct=True))


def _steps(period: Period, state: str) -> Counts:
    start, end = moments(period)
    return {"": ReferralStep.objects.filter(state=state, at__gte=start, at__lt=end).count()}


@item_source("referrals_sent")
def referrals_sent(period: Period) -> Counts:
    return _steps(period, ReferralState.IN_PROGRESS)


@item_source("referrals_accepted")
def referrals_accepted(period: Period) -> Counts:
    return _steps(period, ReferralState.ACCEPTED)
