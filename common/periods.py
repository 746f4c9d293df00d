"""Spans of days with both ends counted, as the law writes periods. Reporting periods are monitoring's."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class DateSpan:
    """From `start_on` to `end_on`, the last day that counts. An open span ends at `date.max`."""

    start_on: dt.date
    end_on: dt.date = dt.date.max

    def __post_init__(self) -> None:
        if self.end_on < self.start_on:
            raise ValueError(f"ends before it begins: {self.start_on} – {self.end_on}")

    @classmethod
    def of_month(cls, day: dt.date) -> "DateSpan":
        first = day.replace(day=1)
        return cls(first, next_month(first) - DAY)

    @property
    def is_open(self) -> bool:
        return self.end_on == dt.date.max

    @property
    def days(self) -> int:
        return (self.end_on - self.start_on).days + 1

    def __contains__(self, day: dt.date) -> bool:
        return self.start_on <= day <= self.end_on

    def overlaps(self, other: "DateSpan") -> bool:
        return self.start_on <= other.end_on and other.start_on <= self.end_on

    def intersection(self, other: "DateSpan") -> "DateSpan | None":
        if not self.overlaps(other):
            return None
        return DateSpan(max(self.start_on, other.start_on), min(self.end_on, other.end_on))

    def months(self) -> Iterator[dt.date]:
        """The first day of every calendar month that the span touches. ValueError for an open span."""
        if self.is_open:
            raise ValueError("an open span has no last month")
        month = self.start_on.replace(day=1)
        while month <= self.end_on:
            yield month
            month = next_month(month)


def next_month(day: dt.date) -> dt.date:
    """The first day of the month after."""
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def union(spans: Iterable[DateSpan]) -> list[DateSpan]:
    """The same days in as few spans as can be, in order: those that overlap or touch become one."""
    joined: list[DateSpan] = []
    for span in sorted(spans):
        last = joined[-1] if joined else None
        if last is not None and (last.is_open or span.start_on <= last.end_on + DAY):
            joined[-1] = DateSpan(last.start_on, max(last.end_on, span.end_on))
        else:
            joined.append(span)
    return joined
