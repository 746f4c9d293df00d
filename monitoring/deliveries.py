"""Which figures are due, from whom, and which are late. Three queries for any number of duties."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from .models import DataDuty, DataItem, Observation
from .periods import Frequency, Period

SHOWN = 8  # periods of one item; a provider that is further behind has to be spoken to


@dataclass(frozen=True)
class Due:
    item: DataItem
    organisation: Any
    period: Period
    due_on: dt.date
    is_late: bool


def due(today: dt.date, organisations: Iterable[Any] | None = None) -> list[Due]:
    """Periods that have ended and have no figure, the most urgent first; None: of every provider."""
    duties = DataDuty.standing_on(today)
    if organisations is not None:
        duties = duties.filter(organisation__in=organisations)
    duties = list(duties.select_related("item", "organisation"))
    reported = reported_until({one.item_id for one in duties})
    found = [one for duty in duties for one in _of(duty, reported.get(duty.item_id), today)]
    return sorted(found, key=lambda one: (one.due_on, one.item.code))


def reported_until(items: Iterable[Any]) -> dict[Any, Period]:
    """The latest period of each item for which something is known, be it that there is no number."""
    rows = (
        Observation.objects.filter(item__in=items).order_by().values_list("item").annotate(last=Max("period"))
    )
    return {item: Period.parse(last) for item, last in rows}


def _of(duty: DataDuty, last: Period | None, today: dt.date) -> list[Due]:
    ended = Period.containing(today, Frequency(duty.item.frequency)).offset(-1)
    first = last.offset(1) if last else Period.containing(duty.from_on, ended.frequency)
    periods = [first.offset(step) for step in range(max(first.distance(ended) + 1, 0))][-SHOWN:]
    days = dt.timedelta(days=duty.due_days)
    return [
        Due(duty.item, duty.organisation, one, one.last_day + days, one.last_day + days < today)
        for one in periods
    ]
