"""Calendar months that were worked, and for which of them contributions are in the record. Free of Django."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .calendar import DAY_BITS, month_index
from .runs import Array, firsts, union

WIDE = DAY_BITS + 1


@dataclass(frozen=True, slots=True)
class Months:
    """By key, sorted: months touched by insurance, those of them with contributions recorded, and paid."""

    key: Array
    worked: Array
    recorded: Array
    paid: Array


def months(key: Array, start: Array, end: Array, at: Array, month: Array, paid: Array) -> Months:
    """``key``, ``start``, ``end``: pieces; ``at``, ``month``, ``paid``: one row for each key and month in the record
    (months since 1900). A month outside every piece is no month worked."""
    runs = union(key, month_index(start), month_index(end))
    first = firsts(runs.key)
    keys = runs.key[first]
    worked = np.bincount(np.cumsum(first) - 1, runs.end - runs.start + 1, len(keys)).astype(np.int64)
    starts = runs.key << WIDE | runs.start
    place = np.searchsorted(starts, at << WIDE | month, side="right") - 1
    inside = (
        (place >= 0) & (runs.key[place] == at) & (runs.end[place] >= month)
        if len(runs)
        else np.zeros(len(at), bool)
    )
    group = np.searchsorted(keys, at[inside])
    return Months(
        keys,
        worked,
        np.bincount(group, minlength=len(keys)),
        np.bincount(group, paid[inside], len(keys)).astype(np.int64),
    )
