"""Minimum wages by state and month, from the dated parameters of the legislation: none is guessed."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.enums import UNION_STATES
from pensions.legislation.parameters import CannotCompute, load_library

from .sql import month_number

PARAMETER = "minimum_wage"


@dataclass(frozen=True)
class Span:
    """The same monthly minimum from the first month to the last, as numbers of months."""

    state: str
    currency: str
    first: int
    last: int
    amount: Decimal


def spans(today: dt.date) -> list[Span]:
    """For every state that has the parameter; a month takes the value of its first day."""
    found: list[Span] = []
    library = load_library()
    for state in UNION_STATES:
        id_ = f"{state}.{PARAMETER}"
        if id_ not in library.parameters:
            continue
        starts = [value.row.start for value in library.rows(id_) if value.row.start > dt.date.min]
        for number in range(month_number(min(starts, default=today)), month_number(today) + 1):
            day = dt.date(number // 12, number % 12 + 1, 1)
            try:
                amount = library.value(id_, day).number
            except CannotCompute:
                continue
            _extend(found, Span(state, library.currencies[state], number, number, amount))
    return found


def _extend(found: list[Span], one: Span) -> None:
    last = found[-1] if found else None
    if last and (last.state, last.amount, last.last) == (one.state, one.amount, one.first - 1):
        found[-1] = Span(last.state, last.currency, last.first, one.last, last.amount)
    else:
        found.append(one)


def without() -> list[str]:
    """States for which no minimum wage is in the data: there the question is not asked."""
    known = load_library().parameters
    return [str(state) for state in UNION_STATES if f"{state}.{PARAMETER}" not in known]


def as_values(found: list[Span]) -> tuple[str, dict[str, Any]]:
    """Rows of a VALUES clause and their parameters."""
    rows, params = [], {}
    for place, one in enumerate(found):
        values = (one.state, one.currency, one.first, one.last, one.amount)
        names = [f"v{place}_{number}" for number in range(len(values))]
        cast = f"CAST(%({names[4]})s AS numeric)"
        rows.append(f"(%({names[0]})s, %({names[1]})s, %({names[2]})s, %({names[3]})s, {cast})")
        params |= dict(zip(names, values, strict=True)) | {names[4]: str(one.amount)}
    return ", ".join(rows), params
