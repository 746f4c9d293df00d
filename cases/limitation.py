"""Until which day a claim can be brought: dated terms with sources, and the arithmetic of terms. Plain: no database.

Terms come from `data/limitation_periods.yaml`, and, before them, from rows that a supervisor entered and another
confirmed. Where there is no term for the state, the claim and the day, there is no answer: ask a lawyer.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from . import working_time

DATA = Path(__file__).parent / "data" / "limitation_periods.yaml"


@dataclass(frozen=True)
class Term:
    """`unit`: years, months, days or working_days. `is_confirmed`: a second person has read the source."""

    code: str
    state: str
    claim: str
    starts: str
    count: int
    unit: str
    shift: str
    from_on: dt.date
    until_on: dt.date | None
    source: Mapping[str, str]
    is_confirmed: bool = False


@cache
def shipped() -> tuple[Term, ...]:
    rows = yaml.safe_load(DATA.read_text(encoding="utf-8"))["periods"]
    return tuple(
        Term(
            **{name: row[name] for name in ("code", "state", "claim", "starts", "count", "unit", "shift")},
            from_on=row["from_on"],
            until_on=row.get("until_on"),
            source=row["source"],
        )
        for row in rows
    )


def find(terms: Iterable[Term], state: str, claim: str, day: dt.date) -> Term | None:
    """The term in force on the day from which it runs: confirmed ones first, then the newest; None without any."""
    fitting = [
        one
        for one in terms
        if (one.state, one.claim) == (state, claim)
        and one.from_on <= day
        and (one.until_on is None or day <= one.until_on)
    ]
    return max(fitting, key=lambda one: (one.is_confirmed, one.from_on), default=None)


def last_day(term: Term, start: dt.date, suspended_days: int = 0) -> dt.date:
    """The last day on which the claim is in time. The day of the start is not counted; days of suspension are added.

    A term in months or years ends on the day of the month on which it began, or on the last of a shorter month.
    """
    match term.unit:
        case "years":
            end = _months_later(start, 12 * term.count)
        case "months":
            end = _months_later(start, term.count)
        case "working_days":
            end = working_time.add_working_days(start, term.count, term.state)
        case "days":
            end = start + dt.timedelta(days=term.count)
        case other:
            raise ValueError(other)
    end += dt.timedelta(days=suspended_days)
    return working_time.working_day_from(end, term.state) if term.shift == "next_working_day" else end


def _months_later(day: dt.date, count: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    month += 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
