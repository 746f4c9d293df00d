"""The totals of the registry as figures. They hold for the last day of a period that the newest complete run counted
until; for any other period nothing is counted, and what was counted before stays."""

import datetime as dt
from collections.abc import Callable

from django.db.models import Count, Q, QuerySet

from monitoring.periods import Period
from pensions.legislation.parameters import CannotCompute, Law
from pensions.models import Contribution, InsuranceTotal
from pensions.services import totals
from pensions.services.legislation import verified_library
from pensions.totalisation.arithmetic import add_months

from .counting import Counts, by, item_source
from .persons import persons

STATE, SEX, INDUSTRY = "EMPLOYMENT_STATE", "SEX", "INDUSTRY"
NEAR_MONTHS = 60  # "near retirement": as the definitions of the indicators say


def _rows(period: Period) -> QuerySet[InsuranceTotal] | None:
    run = totals.latest()
    if run is None or run.as_of != period.last_day:
        return None
    return InsuranceTotal.objects.all()


def _persons(rows: QuerySet[InsuranceTotal] | None, *, sex: bool = False) -> Counts:
    """Distinct persons: whoever was insured in two states counts in both and once in the total."""
    if rows is None:
        return {}
    person = Count("worker", distinct=True)
    found = dict(
        by(rows.order_by().values("state").annotate(n=person), STATE, "state", rows.aggregate(n=person)["n"])
    )
    if sex:
        found |= by(rows.order_by().values("worker__sex").annotate(n=person), SEX, "worker__sex", found[""])
    return found


def _counted(code: str, chosen: Callable[[dt.date], Q]) -> None:
    @item_source(code)
    def count(period: Period) -> Counts:
        rows = _rows(period)
        return {} if rows is None else _persons(rows.filter(chosen(period.last_day)))


def _near(day: dt.date) -> Q:
    return Q(days__gt=0, retires_on__gt=day, retires_on__lte=add_months(day, NEAR_MONTHS))


@item_source("workers_totalled")
def workers_totalled(period: Period) -> Counts:
    return _persons(_rows(period), sex=True)


_counted("near_retirement", _near)
_counted("near_retirement_without_gate", lambda day: _near(day) & Q(gate="no"))
_counted("workers_with_unpaid_months", lambda day: Q(months_unpaid__gt=0))
_counted("workers_with_disputed_periods", lambda day: Q(disputed=True))
_counted("workers_with_unsettled_days", lambda day: Q(doubtful=True))


@item_source("age_reached_kg")
def age_reached_kg(period: Period) -> Counts:
    rows = _rows(period)
    if rows is None:
        return {}
    return {"": rows.filter(state="KG", days__gt=0, retires_on__lte=period.last_day).count()}


@item_source("minimum_pension_kg")
def minimum_pension_kg(period: Period) -> Counts:
    """Som a month. A value that nobody has verified is no value: the figure then cannot be computed."""
    try:
        found = Law(period.last_day, library=verified_library()).value("KG.minimum_pension")
    except CannotCompute:
        return {"": None}
    return {"": None if found.taint else found.number}


@item_source("months_insured")
def months_insured(period: Period) -> Counts:
    """Calendar months with paid contributions, each once for a person however many employers paid for it."""
    rows = (
        Contribution.everything.current_between(period.first_day, period.last_day).main().filter(paid__gt=0)
    )
    columns = {
        STATE: "employment__employer__state",
        SEX: "worker__sex",
        INDUSTRY: "employment__employer__industry",
    }
    return persons(rows, columns, each_month=True)
