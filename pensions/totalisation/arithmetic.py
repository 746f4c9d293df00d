"""Lengths of insurance periods.

Both end dates count: a period of one day has the same start and end. Two named methods turn dates into
a length:

* ``calendar``: whole years and months by the calendar, the remaining days as they are;
* ``thirty_twelve``: all days counted, 30 days to a month and 12 months to a year.

Lengths of several periods are added with 30 days to a month and 12 months to a year (:func:`sum_stages`).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from pensions.legislation.sentences import sentence as _

DAYS_PER_MONTH = 30
MONTHS_PER_YEAR = 12
DAYS_PER_YEAR = DAYS_PER_MONTH * MONTHS_PER_YEAR
ONE_DAY = timedelta(days=1)
LAST_YEAR = 2199


@dataclass(frozen=True, order=True, slots=True)
class Stage:
    """Length of insurance as years, months and days. Compares by size when it is normalised (months < 12)."""

    years: int = 0
    months: int = 0
    days: int = 0

    @property
    def whole_months(self) -> int:
        return self.years * MONTHS_PER_YEAR + self.months

    @property
    def thirty_twelve_days(self) -> int:
        """Days with 30 days to a month and 360 to a year: the common measure for comparing and adding."""
        return self.whole_months * DAYS_PER_MONTH + self.days

    @property
    def exact_years(self) -> Fraction:
        return Fraction(self.thirty_twelve_days, DAYS_PER_YEAR)

    @property
    def text(self) -> str:
        """In words, without the parts that are nothing."""
        named = (("year", self.years), ("month", self.months), ("day", self.days))
        said = [f"{count} {unit}{'' if count == 1 else 's'}" for unit, count in named if count]
        return " ".join(said) or "0 days"

    def as_dict(self) -> dict[str, int]:
        return {"years": self.years, "months": self.months, "days": self.days}

    @classmethod
    def from_thirty_twelve_days(cls, days: int) -> Stage:
        years, rest = divmod(days, DAYS_PER_YEAR)
        months, days = divmod(rest, DAYS_PER_MONTH)
        return cls(years, months, days)


def inclusive_days(start_on: date, end_on: date) -> int:
    """Days from the first to the last, both counted. Raises ValueError for an end before the start or past 2199."""
    if end_on.year > LAST_YEAR:
        raise ValueError(
            _(
                "end_on %(end_on)s lies too far ahead: give a day up to %(year)s-12-31",
                end_on=end_on,
                year=LAST_YEAR,
            )
        )
    days = (end_on - start_on).days + 1
    if days < 1:
        raise ValueError(
            _("end_on %(end_on)s lies before start_on %(start_on)s", end_on=end_on, start_on=start_on)
        )
    return days


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or the last day of a month that has no such day."""
    month_index = day.year * MONTHS_PER_YEAR + day.month - 1 + months
    year, month = divmod(month_index, MONTHS_PER_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def calendar_stage(start_on: date, end_on: date) -> Stage:
    """Whole calendar years and months from the start, then the days that are left over."""
    inclusive_days(start_on, end_on)
    after = end_on + ONE_DAY
    months = (after.year - start_on.year) * MONTHS_PER_YEAR + after.month - start_on.month
    if add_months(start_on, months) > after:
        months -= 1
    days = (after - add_months(start_on, months)).days
    return Stage(*divmod(months, MONTHS_PER_YEAR), days)


def thirty_twelve_stage(start_on: date, end_on: date) -> Stage:
    """All days counted, then 30 days to a month and 12 months to a year."""
    return Stage.from_thirty_twelve_days(inclusive_days(start_on, end_on))


METHODS = {"calendar": calendar_stage, "thirty_twelve": thirty_twelve_stage}


def sum_stages(stages: Iterable[Stage]) -> Stage:
    """Add lengths: every 30 days become a month, every 12 months a year."""
    return Stage.from_thirty_twelve_days(sum(stage.thirty_twelve_days for stage in stages))


def full_calendar_months(start_on: date, end_on: date) -> int:
    """Calendar months that lie wholly inside the period."""
    first = start_on if start_on.day == 1 else add_months(start_on.replace(day=1), 1)
    after = end_on + ONE_DAY
    return max(0, (after.year - first.year) * MONTHS_PER_YEAR + after.month - first.month)


def round_half_year(stage: Stage) -> int | None:
    """Armenian final rounding: under six months dropped, over six months a year.

    Exactly six months is not settled by the text (armlur.am/740362), so the answer is None.
    """
    rest = stage.thirty_twelve_days % DAYS_PER_YEAR
    if rest == DAYS_PER_YEAR // 2:
        return None
    return stage.thirty_twelve_days // DAYS_PER_YEAR + (rest > DAYS_PER_YEAR // 2)


def round_six_months_up(stage: Stage, *, cap_years: int = 40) -> int:
    """Norwegian rounding of total insurance time: six months and more are a year, at most ``cap_years``."""
    return min(stage.years + (stage.months >= MONTHS_PER_YEAR // 2), cap_years)


def months_rounded_up(stage: Stage) -> int:
    """Whole months, where left-over days make one more (Norwegian insurance time)."""
    return stage.whole_months + (stage.days > 0)
