"""Runs of days of many keys at once: sorted, joined, added up. One sort of packed numbers does the work.

A run is a key (below 2**32), a first and a last day (calendar.number); the three travel as one 64-bit number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .calendar import DAY_BITS

Array = np.ndarray
MASK = (1 << DAY_BITS) - 1
WIDE = DAY_BITS + 2


@dataclass(frozen=True, slots=True)
class Runs:
    """Sorted by key and first day."""

    key: Array
    start: Array
    end: Array

    def __len__(self) -> int:
        return len(self.key)

    def where(self, mask: Array) -> Runs:
        return Runs(self.key[mask], self.start[mask], self.end[mask])


def ordered(key: Array, start: Array, end: Array) -> Runs:
    packed = (key.astype(np.uint64) << np.uint64(2 * DAY_BITS)) | (
        (start.astype(np.uint64) << np.uint64(DAY_BITS)) | end.astype(np.uint64)
    )
    packed.sort()
    return Runs(
        (packed >> np.uint64(2 * DAY_BITS)).astype(np.int64),
        ((packed >> np.uint64(DAY_BITS)) & np.uint64(MASK)).astype(np.int64),
        (packed & np.uint64(MASK)).astype(np.int64),
    )


def firsts(key: Array) -> Array:
    """Whether each of sorted keys is the first of its kind."""
    return np.concatenate(([True], key[1:] != key[:-1])) if len(key) else np.zeros(0, bool)


def distinct(*values: Array) -> Array:
    """Sorted, each once. By sorting: the hash table of numpy.unique takes ten times as long here."""
    every = np.concatenate(values)
    every.sort()
    return every[firsts(every)]


def _reached(runs: Runs, first: Array) -> Array:
    """Latest end of each key so far."""
    base = np.cumsum(first) << WIDE
    return np.maximum.accumulate(base + runs.end) - base


def union(key: Array, start: Array, end: Array) -> Runs:
    """Runs of each key joined where they overlap or touch."""
    runs = ordered(key, start, end)
    if not len(runs):
        return runs
    first = firsts(runs.key)
    reached = _reached(runs, first)
    new = first.copy()
    new[1:] |= runs.start[1:] > reached[:-1] + 1
    at = np.flatnonzero(new)
    last = np.append(at[1:], len(runs)) - 1
    return Runs(runs.key[at], runs.start[at], reached[last])


def coinciding(key: Array, start: Array, end: Array) -> Array:
    """Keys of which two runs share a day, each once."""
    runs = ordered(key, start, end)
    if not len(runs):
        return runs.key
    first = firsts(runs.key)
    reached = _reached(runs, first)
    meets = ~first[1:] & (runs.start[1:] <= reached[:-1])
    return distinct(runs.key[1:][meets])


def added(values: Array, first: Array) -> Array:
    """Sums over the keys whose first places are given."""
    at = np.flatnonzero(first)
    return np.add.reduceat(values, at) if len(at) else values[:0]
