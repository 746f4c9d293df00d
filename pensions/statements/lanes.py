"""The work life for a narrow window: a strip for each state, placed in per cent of the whole, and words beside it.

The words grow with the reader's letters; the strip only repeats them, so that it may be left out by a screen reader.
"""

import datetime as dt
from typing import Any

from common import formatting
from pensions.services.statement import Statement

from .entitlement import length
from .timeline import COLOURS, OTHER


def of(statement: Statement) -> dict[str, Any]:
    """`first` and `last` year, and for each state its name, length, stretches (x, width in per cent) and employers."""
    spans = [
        (one, one.period.start_on, min(one.end_on or statement.on, statement.on)) for one in statement.periods
    ]
    if not spans:
        return {}
    first = dt.date(min(start for _one, start, _end in spans).year, 1, 1)
    last = dt.date(max(end for _one, _start, end in spans).year, 12, 31)
    days = (last - first).days + 1
    totals = statement.totalisation.states
    lanes: dict[str, dict[str, Any]] = {}
    for one, start, end in spans:
        code = one.period.state
        lane = lanes.setdefault(
            code,
            {
                "state": formatting.country_name(code),
                "length": length(totals[code].stage) if code in totals else formatting.MISSING,
                "colour": COLOURS.get(code, OTHER),
                "stretches": [],
                "employers": [],
            },
        )
        x, width = 100 * (start - first).days / days, max(100 * ((end - start).days + 1) / days, 0.5)
        lane["stretches"].append({"x": f"{x:.2f}", "width": f"{width:.2f}", "counts": one.counts})
        lane["employers"].append(f"{formatting.date_range(one.period.start_on, one.end_on)}: {one.employer}")
    return {"first": str(first.year), "last": str(last.year), "lanes": list(lanes.values())}
