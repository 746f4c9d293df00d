"""JSON answers about one period and about one conversion."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from pensions.legislation.sentences import sentence as _
from pensions.legislation.trace import plain
from pensions.totalisation.arithmetic import METHODS, inclusive_days
from pensions.totalisation.claim_values import exact_number
from pensions.totalisation.conversion import SCHEMES, UNITS, convert

ART_13 = "Art. 13 Regulation (EC) No 987/2009"


def period_answer(start_on: date, end_on: date, *, method: str = "calendar") -> dict[str, Any]:
    """Length of one period by a named method. Raises ValueError for an end before the start."""
    days = inclusive_days(start_on, end_on)
    stage = METHODS[method](start_on, end_on)
    rule = {
        "calendar": _("whole years and months by the calendar, then the days left over"),
        "thirty_twelve": _("all days, 30 to a month and 12 months to a year"),
    }[method]
    text = _(
        "%(start_on)s to %(end_on)s, both days counted: %(days)s days; %(rule)s.",
        start_on=start_on,
        end_on=end_on,
        days=days,
        rule=rule,
    )
    step = {"step": 1, "code": "period_measured", "rule": method, "text": text, "value": days}
    answer = {"start_on": start_on, "end_on": end_on, "method": method, **stage.as_dict(), "total_days": days}
    return plain({**answer, "trace": [step]})


def convert_answer(
    number: str,
    unit: str,
    to: str,
    *,
    scheme: str | None = None,
    to_scheme: str | None = None,
    calendar_years: int | None = None,
) -> dict[str, Any]:
    """A conversion by the table. Units may be written in the singular. Raises ValueError naming what is wrong."""
    amount = exact_number(number)
    if amount is None:
        raise ValueError(
            _("number %(number)s is not a number: write it like 198 or 2.5", number=repr(number))
        )
    unit, to = _plural(unit), _plural(to)
    found = convert(amount, unit, to, scheme=scheme, to_scheme=to_scheme, calendar_years=calendar_years)
    row = SCHEMES[found.scheme]
    trace = [
        {"step": position, "code": "converted", "rule": ART_13, "text": text}
        for position, text in enumerate(found.steps, 1)
    ]
    return plain(
        {
            "number": amount if amount.denominator > 1 else amount.numerator,
            "unit": unit,
            "to": to,
            "scheme": found.scheme,
            **{name: _whole(value) for name, value in found.parts.items()},
            "exact": found.exact,
            "rounded_up": found.rounded_up,
            "max_days_per_year": row.max_days_per_year,
            "trace": trace,
        }
    )


def _plural(unit: str) -> str:
    return f"{unit}s" if f"{unit}s" in UNITS else unit


def _whole(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value
