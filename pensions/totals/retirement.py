"""Days on which many people reach the age of a state. Free of Django; the rule is pensions.legislation.ages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from pensions.legislation.ages import steps
from pensions.legislation.parameters import STATES, Law

from .calendar import END, START, Array, add_months, number

NEVER = 1 << 30
SEXES = ("F", "M")


def retirement_days(law: Law, state: str, sex: Array, birth: Array) -> tuple[Array, Array]:
    """(day, unverified). The day is NEVER where sex or birth date is missing or no step of the schedule fits;
    unverified where the step that decided, or its first day, is not verified.

    ``sex``: places in SEXES, else -1; ``birth``: calendar.number, below 0 where unknown.
    """
    day, unverified = np.full(len(birth), NEVER), np.zeros(len(birth), bool)
    if state not in STATES:
        return day, unverified
    for place, code in enumerate(SEXES):
        for low, high in _cohorts(law, state):
            mine = np.flatnonzero((sex == place) & (birth >= max(low, 0)) & (birth <= high))
            if len(mine):
                day[mine], unverified[mine] = _reached(law, state, code, low, birth[mine])
    return day, unverified


def _cohorts(law: Law, state: str) -> Iterator[tuple[int, int]]:
    """Birth dates that the schedule does not tell apart."""
    cuts = {START}
    for row in law.library.parameters[f"{state}.retirement_age"].rows:
        low, high = row.where.get("born_from"), row.where.get("born_until")
        cuts |= {day for day in (low, high and high + timedelta(days=1)) if day and START < day < END}
    ordered = sorted(cuts)
    for low, after in zip(ordered, [*ordered[1:], END], strict=True):
        yield number(low), number(after) - 1


def _reached(law: Law, state: str, sex: str, low: int, birth: Array) -> tuple[Array, Array]:
    id_ = f"{state}.retirement_age"
    day, unverified = np.full(len(birth), NEVER), np.zeros(len(birth), bool)
    for row, until in steps(law, id_, sex, START + timedelta(days=low)):
        begins = max(0, number(max(row.start, START)))
        met = np.maximum(add_months(birth, int(row.value * 12)), begins)
        ends = NEVER - 1 if until >= END else number(max(until, START))
        better = (met <= ends) & (met < day)
        taint = law.library.with_source(law.library.parameters[id_], row).taint
        day = np.where(better, met, day)
        unverified = np.where(better, bool(taint), unverified)
    return day, unverified


def day_or_none(day: int) -> date | None:
    return None if day >= NEVER else START + timedelta(days=int(day))
