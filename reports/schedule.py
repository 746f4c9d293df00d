"""When each report is due, and where it stands."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from monitoring.periods import Frequency, Period

from .enums import OPEN_STATES, EditionState
from .models import Edition, ReportDefinition

BACK, AHEAD = 4, 1
COMING, DUE, LATE, PUBLISHED = "coming", "due", "late", "published"
SOON = dt.timedelta(days=14)


@dataclass(frozen=True)
class Due:
    """One period of one report. `state`: coming, due (the period is over), late, published."""

    definition: ReportDefinition
    period: Period
    due_on: dt.date
    state: str
    edition: Edition | None

    @property
    def is_soon(self) -> bool:
        return self.state == DUE


def due_on(definition: ReportDefinition, period: Period) -> dt.date:
    return period.last_day + dt.timedelta(days=definition.due_days)


def calendar(definitions: Iterable[ReportDefinition], today: dt.date, back: int = BACK) -> list[Due]:
    """Newest first: `back` periods that are over, the running one and the next, in two queries.

    A report is asked for from the period on that was running when it was set up.
    """
    definitions = [one for one in definitions if one.frequency in set(Frequency)]
    editions: dict = {}
    found = Edition.everything.filter(definition__in=definitions).exclude(state=EditionState.DISCARDED)
    for one in found.defer("snapshot").order_by("number"):
        editions.setdefault(one.definition_id, {}).setdefault(one.period, []).append(one)
    rows = [row for one in definitions for row in _rows(one, editions.get(one.pk, {}), today, back)]
    return sorted(rows, key=lambda row: (row.due_on, row.definition.code), reverse=True)


def _rows(definition: ReportDefinition, editions: dict[str, list[Edition]], today: dt.date, back: int):
    frequency = Frequency(definition.frequency)
    running = Period.containing(today, frequency)
    first = Period.containing(definition.from_on, frequency)
    for step in range(-back, AHEAD + 1):
        period = running.offset(step)
        if str(period) in editions or period.ordinal >= first.ordinal:
            yield _row(definition, period, editions.get(str(period), []), today)


def _row(definition: ReportDefinition, period: Period, editions: list[Edition], today: dt.date) -> Due:
    published = [one for one in editions if one.state == EditionState.PUBLISHED]
    making = [one for one in editions if one.state in OPEN_STATES]
    day = due_on(definition, period)
    if published:
        state = PUBLISHED
    elif today > day:
        state = LATE
    else:
        state = DUE if today > period.last_day else COMING
    return Due(definition, period, day, state, (published or making or [None])[-1])
