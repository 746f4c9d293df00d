"""People whose states coincide in time: which state carries each elementary stretch of days."""

from __future__ import annotations

import numpy as np

from .calendar import DAY_BITS
from .pieces import Pieces
from .runs import Array, Runs, distinct, firsts, union

STATE_BITS, KIND_BITS, WIDE = 8, 2, DAY_BITS + 1


def kept_days(eligible: Pieces, insured: Runs) -> Runs:
    """Days that the total takes from each person and state.

    ``insured``: joined days of each person and state, with or without contributions: since when a state has insured
    without a break is the second question. The order is that of overlaps.neutral_order: kind, insured the longest,
    the state's letters.
    """
    if not len(eligible.person):
        return Runs(*(np.zeros(0, np.int64) for _ in range(3)))
    cuts = distinct(_at(eligible.person, eligible.start), _at(eligible.person, eligible.end + 1))
    stretch, piece = _active(eligible, cuts)
    day = cuts[stretch] & ((1 << WIDE) - 1)
    state = eligible.state[piece].astype(np.int64)
    since = _since(insured, eligible.person[piece].astype(np.int64) << STATE_BITS | state, day)
    kind = _kinds(stretch, state, eligible.kind[piece])
    rank = ((stretch << KIND_BITS | kind) << DAY_BITS | since) << STATE_BITS | state
    rank.sort()
    rank = rank[firsts(rank >> (KIND_BITS + DAY_BITS + STATE_BITS))]
    at = rank >> (KIND_BITS + DAY_BITS + STATE_BITS)
    person, start = cuts[at] >> WIDE, cuts[at] & ((1 << WIDE) - 1)
    end = (cuts[at + 1] & ((1 << WIDE) - 1)) - 1
    return union(person << STATE_BITS | rank & ((1 << STATE_BITS) - 1), start, end)


def _at(person: Array, day: Array) -> Array:
    return person.astype(np.int64) << WIDE | day.astype(np.int64)


def _active(eligible: Pieces, cuts: Array) -> tuple[Array, Array]:
    """Every pair of a stretch (by the place of its first day in ``cuts``) and a piece that covers it."""
    low = np.searchsorted(cuts, _at(eligible.person, eligible.start))
    count = np.searchsorted(cuts, _at(eligible.person, eligible.end + 1)) - low
    piece = np.repeat(np.arange(len(low)), count)
    step = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    return low[piece] + step, piece


def _since(insured: Runs, key: Array, day: Array) -> Array:
    """First day of the unbroken insurance of that person and state which reaches the day."""
    starts = insured.key << WIDE | insured.start
    return insured.start[np.searchsorted(starts, key << WIDE | day, side="right") - 1]


def _kinds(stretch: Array, state: Array, kind: Array) -> Array:
    """The highest kind that a state has in a stretch, for each of its pieces there."""
    group = stretch << STATE_BITS | state
    packed = distinct(group << KIND_BITS | kind)
    best = packed[firsts(packed >> KIND_BITS)]
    return best[np.searchsorted(best >> KIND_BITS, group)] & ((1 << KIND_BITS) - 1)
