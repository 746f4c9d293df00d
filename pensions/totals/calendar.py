"""Lengths of many runs of days at once, as pensions.totalisation.arithmetic measures one.

Days here are numbers since 1900-01-01, both ends counted; a table of the calendar takes the place of date objects.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np

START = date(1900, 1, 1)
END = date(2079, 6, 6)
DAY_BITS = 16
Array = np.ndarray


def number(day: date) -> int:
    """Raises ValueError for a day that the table does not hold."""
    if not START <= day <= END:
        raise ValueError(f"{day} lies outside {START} to {END}")
    return (day - START).days


@cache
def _table() -> tuple[Array, Array, Array]:
    """By day number: months since 1900, day of the month, days of its month."""
    days = np.datetime64(START) + np.arange(1 << (DAY_BITS + 1))
    months = days.astype("datetime64[M]")
    first = months.astype("datetime64[D]")
    after = (months + 1).astype("datetime64[D]")
    index = (months - np.datetime64(START, "M")).astype(np.int32)
    return index, (days - first).astype(np.int32) + 1, (after - first).astype(np.int32)


def month_index(days: Array) -> Array:
    return _table()[0][days]


def stage_days(start: Array, end: Array) -> Array:
    """Calendar stage of each run in days of 30 to a month: whole months from the start, then the days left over."""
    months, day, length = _table()
    after = end + 1
    passed = months[after] - months[start]
    begun, left = day[start], day[after]
    # A month that has no such day ends where the day would be: its last day stands in.
    anniversary = np.minimum(begun, length[after])
    short = anniversary > left
    before = length[after - left]
    since = np.where(short, left + before - np.minimum(begun, before), left - anniversary)
    return (passed - short) * 30 + since


def full_months(start: Array, end: Array) -> Array:
    """Calendar months that lie wholly inside each run."""
    months, day, _length = _table()
    return np.maximum(0, months[end + 1] - months[start] - (day[start] > 1))


def add_months(days: Array, count: int) -> Array:
    """The same day of the month ``count`` later, or the last day of a month that has no such day."""
    months, day, length = _table()
    first = _month_starts()[months[days] + count]
    return first + np.minimum(day[days], length[first]) - 1


@cache
def _month_starts() -> Array:
    return np.flatnonzero(_table()[1] == 1)
