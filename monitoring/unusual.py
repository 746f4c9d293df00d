"""Figures of a file that stand out from the course of their own series: to be looked at, never refused by themselves.

What is compared is the growth from one period to the next, by the median and its absolute deviation: a mean and a
standard deviation would be moved by the very figure they are to find.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from .models import Observation
from .periods import Period
from .watch import deviations

LIMIT = Decimal(5)  # robust standard deviations
FEWEST = 8  # periods, below which a series has no course yet
MANY_KEYS = 500  # in one question to the database

Fact = tuple[str, str, str]


@dataclass(frozen=True)
class Unusual:
    """`before` is the figure of the period before; `distance` from the usual growth, in robust standard deviations."""

    item: str
    key: str
    period: str
    value: Decimal
    before: Decimal
    distance: Decimal


def unusual(facts: Collection[Fact], given: Mapping[Fact, Any] | None = None) -> list[Unusual]:
    """Of the loaded facts those that stand out among all that is stored, the farthest first.

    `given`: numbers that are not stored yet, in the place of those that are.
    """
    wanted = defaultdict(set)
    for item, key, period in facts:
        wanted[item, key].add(period)
    known, found = _series(wanted), []
    for (item, key, period), number in (given or {}).items():
        if isinstance(number, Decimal):
            known[item, key][period] = number
    for (item, key), series in known.items():
        for period, value, before, distance in standing_out(series):
            if period in wanted[item, key]:
                found.append(Unusual(item, key, period, value, before, distance))
    return sorted(found, key=lambda one: (-one.distance, one.item, one.key, one.period))


def _series(wanted: Mapping[tuple[str, str], set[str]]) -> dict[tuple[str, str], dict[str, Decimal]]:
    items, keys = {item for item, _key in wanted}, {key for _item, key in wanted}
    rows = Observation.objects.as_of().filter(item__code__in=items, value__isnull=False)
    if len(keys) <= MANY_KEYS:
        rows = rows.filter(key__in=keys)
    found: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for item, key, period, value in rows.values_list("item__code", "key", "period", "value"):
        if (item, key) in wanted:
            found[item, key][period] = value
    return found


def standing_out(series: Mapping[str, Decimal]) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """(period, value, the one before, distance). Gaps in time are not bridged: there is no growth over them."""
    if len(series) < FEWEST:
        return []
    ordered = sorted(
        ((Period.parse(text), value) for text, value in series.items()), key=lambda one: one[0].ordinal
    )
    usual = _usual_step(ordered)
    steps, growth = [], []
    for (earlier, before), (later, value) in pairwise(ordered):
        if before and earlier.distance(later) == usual:
            steps.append((str(later), value, before))
            growth.append((value - before) / abs(before))
    return [
        (*step, distance)
        for step, distance in zip(steps, deviations(growth), strict=True)
        if distance is not None and distance > LIMIT
    ]


def _usual_step(ordered: list[tuple[Period, Decimal]]) -> int:
    """Stocks come every five years: the smallest distance between two periods is the step of the series."""
    return min(one.distance(two) for (one, _a), (two, _b) in pairwise(ordered))
