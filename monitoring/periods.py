"""Reporting periods as SDMX and ISO 8601 write them: `2026`, `2026-S1`, `2026-Q1`, `2026-01`.

A period is a value: comparable within its frequency, hashable, printable as the same text it was read from.
Labels for people ("1st quarter of 2026") belong to formatting, not here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodError(ValueError):
    """The text is no period, or two periods of different frequency were to be counted together."""


class Frequency(StrEnum):
    """SDMX CL_FREQ codes of the frequencies that reports use, from the longest to the shortest."""

    ANNUAL = "A"
    HALF_YEARLY = "S"
    QUARTERLY = "Q"
    MONTHLY = "M"

    @property
    def per_year(self) -> int:
        return _PER_YEAR[self]

    @property
    def months(self) -> int:
        """Length of one period in months."""
        return 12 // _PER_YEAR[self]

    def is_finer_than(self, other: "Frequency") -> bool:
        return self.per_year > other.per_year


_PER_YEAR = {Frequency.ANNUAL: 1, Frequency.HALF_YEARLY: 2, Frequency.QUARTERLY: 4, Frequency.MONTHLY: 12}

# `2026-A1` and `2026-M01` are SDMX reporting periods; they name the same months as `2026` and `2026-01`.
_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?:(?P<letter>[ASQM])(?P<number>\d{1,2})|(?P<month>\d{2})))?")


@dataclass(frozen=True, slots=True)
class Period:
    """`index` counts from 1 within the year: quarter 1-4, month 1-12, half-year 1-2, year 1."""

    year: int
    frequency: Frequency
    index: int = 1

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.index <= self.frequency.per_year):
            raise PeriodError(f"no such period: {self.year} {self.frequency}{self.index}")

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read the SDMX or ISO text; raises PeriodError for anything else (weeks and days included)."""
        match = _PERIOD.fullmatch(text.strip())
        if match is None:
            raise PeriodError(f"not a period: {text!r}")
        year = int(match["year"])
        if match["month"]:
            return cls(year, Frequency.MONTHLY, int(match["month"]))
        if match["letter"]:
            return cls(year, Frequency(match["letter"]), int(match["number"]))
        return cls(year, Frequency.ANNUAL)

    @classmethod
    def containing(cls, day: date, frequency: Frequency) -> "Period":
        return cls(day.year, frequency, (day.month - 1) // frequency.months + 1)

    def __str__(self) -> str:
        if self.frequency is Frequency.ANNUAL:
            return f"{self.year:04}"
        if self.frequency is Frequency.MONTHLY:
            return f"{self.year:04}-{self.index:02}"
        return f"{self.year:04}-{self.frequency}{self.index}"

    @property
    def first_day(self) -> date:
        return date(self.year, (self.index - 1) * self.frequency.months + 1, 1)

    @property
    def last_day(self) -> date:
        """The last day that counts (inclusive)."""
        month = self.index * self.frequency.months
        if month == 12:
            return date(self.year, 12, 31)
        return date(self.year, month + 1, 1) - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def ordinal(self) -> int:
        """Running number within the frequency; the difference of two is the distance in periods."""
        return self.year * self.frequency.per_year + self.index - 1

    def offset(self, n: int) -> "Period":
        """The period `n` steps of its own frequency later (earlier when negative)."""
        year, rest = divmod(self.ordinal + n, self.frequency.per_year)
        return Period(year, self.frequency, rest + 1)

    def distance(self, later: "Period") -> int:
        """How many periods from this one to `later`; both must share the frequency."""
        self._same_frequency(later)
        return later.ordinal - self.ordinal

    def contains(self, other: "Period | date") -> bool:
        """Whether the whole of `other` lies inside (a period contains itself)."""
        if isinstance(other, date):
            return self.first_day <= other <= self.last_day
        return self.first_day <= other.first_day and other.last_day <= self.last_day

    def parts(self, frequency: Frequency) -> tuple["Period", ...]:
        """The periods of an equal or finer frequency that make this one up, in order."""
        count, rest = divmod(frequency.per_year, self.frequency.per_year)
        if rest or not count:
            raise PeriodError(f"{self} has no whole periods of frequency {frequency}")
        first = (self.index - 1) * count + 1
        return tuple(Period(self.year, frequency, first + step) for step in range(count))

    def enclosing(self, frequency: Frequency) -> "Period":
        """The period of an equal or longer frequency that this one lies in."""
        if frequency.is_finer_than(self.frequency):
            raise PeriodError(f"{self} lies in no single period of frequency {frequency}")
        return Period.containing(self.first_day, frequency)

    def last_ended(self, frequency: Frequency) -> "Period":
        """The latest period of `frequency` that is over by the last day of this one."""
        at_end = Period.containing(self.last_day, frequency)
        return at_end if at_end.last_day <= self.last_day else at_end.offset(-1)

    def __lt__(self, other: "Period") -> bool:
        self._same_frequency(other)
        return self.ordinal < other.ordinal

    def __le__(self, other: "Period") -> bool:
        self._same_frequency(other)
        return self.ordinal <= other.ordinal

    def _same_frequency(self, other: "Period") -> None:
        if self.frequency is not other.frequency:
            raise PeriodError(f"{self} and {other} differ in frequency")


def between(first: Period, last: Period) -> Iterator[Period]:
    """Every period from `first` to `last`, both included; nothing when `last` is earlier."""
    for step in range(first.distance(last) + 1):
        yield first.offset(step)
