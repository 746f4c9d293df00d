"""Working days of a state, with its public holidays. Pure.

Holidays come from the `holidays` package. It has the days that the Russian government moves for each year it
covers, but not Kyrgyz holidays moved from a weekend: a due day here can fall a day early, never late.
"""

import datetime as dt
from functools import cache

import holidays


class UnknownHolidays(LookupError):
    """The public holidays of this state are not known; `args[0]` is the state."""


@cache
def _holidays(state: str):
    try:
        return holidays.country_holidays(state)
    except NotImplementedError:
        return None


def are_known(state: str) -> bool:
    return _holidays(state) is not None


def is_working_day(day: dt.date, state: str) -> bool:
    """Raises UnknownHolidays."""
    known = _holidays(state)
    if known is None:
        raise UnknownHolidays(state)
    return known.is_working_day(day)


def add_working_days(day: dt.date, count: int, state: str) -> dt.date:
    """The day itself is not counted. Raises UnknownHolidays."""
    while count:
        day += dt.timedelta(days=1)
        count -= is_working_day(day, state)
    return day


def working_day_from(day: dt.date, state: str) -> dt.date:
    """This day, or the next working one. Raises UnknownHolidays."""
    while not is_working_day(day, state):
        day += dt.timedelta(days=1)
    return day
