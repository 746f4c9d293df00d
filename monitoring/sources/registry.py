from django.db.models import Count, Q, Sum

from monitoring.periods import Period
from pensions.enums import WorkerState
from pensions.models import Contribution, Worker

from .counting import Counts, grouped, item_source, moments
from .persons import persons

STATE = "EMPLOYMENT_STATE"
STATE_COLUMN = "employment__employer__state"
PLACES = {STATE: STATE_COLUMN}
UNPAID = Q(accrued__gt=0) & (Q(paid__isnull=True) | Q(paid=0))


def _months(period: Period):
    """Current contribution rows of the period's months, one for each month of an employment."""
    return Contribution.everything.current_between(period.first_day, period.last_day).main()


@item_source("workers_registered")
def workers_registered(period: Period) -> Counts:
    _start, end = moments(period)
    known = Worker.everything.persons().filter(state=WorkerState.REGISTERED, created_at__lt=end)
    return grouped(known, "SEX", "sex", Count("pk"))


@item_source("workers_with_months")
def workers_with_months(period: Period) -> Counts:
    return persons(_months(period), PLACES)


@item_source("workers_contributing")
def workers_contributing(period: Period) -> Counts:
    return persons(_months(period).filter(paid__gt=0), PLACES)


@item_source("months_recorded")
def months_recorded(period: Period) -> Counts:
    return grouped(_months(period), STATE, STATE_COLUMN, Count("pk"))


@item_source("months_unpaid")
def months_unpaid(period: Period) -> Counts:
    return grouped(_months(period), STATE, STATE_COLUMN, Count("pk", filter=UNPAID))


@item_source("contributions_paid_rub")
def contributions_paid_rub(period: Period) -> Counts:
    return {"": _months(period).filter(currency="RUB").aggregate(n=Sum("paid"))["n"] or 0}
