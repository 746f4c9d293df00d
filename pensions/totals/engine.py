"""The rules of pensions.totalisation for many people at once, for treaties whose overlaps count days once.

Free of Django. Equality with the pure rules is tested on random records and asked again every night
(services/totals_check.py). Where the pure rules decide on elementary stretches of days, the engine does so only for
people whose states coincide in time; for all others the union of a state's days is the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pensions.totalisation.treaties import Treaty

from .calendar import full_months, stage_days
from .detail import kept_days
from .pieces import STATES, Pieces
from .runs import Array, Runs, added, coinciding, distinct, firsts, union
from .slices import Slice, branch_days, require_set_based, slices

VERDICTS = ("no", "undetermined", "yes")


@dataclass(frozen=True, slots=True)
class Totals:
    """One row for each person and state, sorted. Lengths ``stage`` are days with 30 to a month.

    ``months`` has a column for each strategy of the treaty's gate, ``branches`` one for each branch;
    ``gate`` holds places in VERDICTS.
    """

    person: Array
    state: Array
    days: Array
    stage: Array
    counted_days: Array
    counted_stage: Array
    months: Array
    gate: Array
    branches: Array


class Engine:
    """Answers for people of some states, which are numbered in the order of their letters.

    Raises ValueError for a treaty that sets cannot tell.
    """

    def __init__(self, treaty: Treaty, states: Sequence[str]) -> None:
        require_set_based(treaty)
        self.treaty, self.states = treaty, sorted(states)
        self.slices = {place: slices(treaty, state) for place, state in enumerate(self.states)}
        self.partly = [place for place, items in self.slices.items() if not all(one.covered for one in items)]

    def totals(self, pieces: Pieces) -> Totals:
        own = self._own(pieces)
        runs = union(own.key, own.start, own.end)
        first = firsts(runs.key)
        keys = distinct(runs.key[first], pieces.where(pieces.unpaid).key)
        place = np.searchsorted(keys, runs.key[first])
        length = stage_days(runs.start, runs.end)

        def spread(values: Array) -> Array:
            """Sums of runs, at their person and state; nothing for those whose days all fell away."""
            out = np.zeros(len(keys), np.int64)
            out[place] = added(values, first)
            return out

        days, stage = spread(runs.end - runs.start + 1), spread(length)
        months, gate = self._gate(runs, length, spread)
        branches = [spread(_inside(runs, length, low, high)) for _id, low, high in branch_days(self.treaty)]
        counted_days, counted_stage = self._counted(pieces, own, runs, keys, days, stage)
        return Totals(
            keys // STATES, keys % STATES, days, stage, counted_days, counted_stage, months, gate,
            np.stack(branches, axis=1),
        )  # fmt: skip

    def _own(self, pieces: Pieces) -> Pieces:
        """Insured days without those for which the law asks contributions that nobody paid."""
        unpaid = pieces.where(pieces.unpaid)
        kept = [
            _clipped(unpaid.where(unpaid.state == place), one)
            for place, items in self.slices.items()
            for one in items
            if not one.needs_contributions
        ]
        return Pieces.joined([pieces.where(~pieces.unpaid), *kept])

    def _covered(self, pieces: Pieces) -> Pieces:
        """Days on which the treaty covers the state."""
        partly = np.isin(pieces.state, self.partly)
        some = pieces.where(partly)
        kept = [
            _clipped(some.where(some.state == place), one)
            for place in self.partly
            for one in self.slices[place]
            if one.covered
        ]
        return Pieces.joined([pieces.where(~partly), *kept])

    def _gate(self, runs: Runs, length: Array, spread) -> tuple[Array, Array]:
        gate = self.treaty.gate
        if gate is None:
            size = len(spread(length))
            return np.zeros((size, 0), np.int64), np.full(size, VERDICTS.index("yes"))
        low, high = self._gated_days(runs)
        inside = low <= high
        low, high = np.where(inside, low, 0), np.where(inside, high, 0)
        whole = (low == runs.start) & (high == runs.end)
        stage, cut = np.where(whole, length, 0), np.flatnonzero(inside & ~whole)
        stage[cut] = stage_days(low[cut], high[cut])
        counts = {
            "full_calendar_months": spread(np.where(inside, full_months(low, high), 0)),
            "thirty_day_months": spread(np.where(inside, high - low + 1, 0)) // 30,
            "calendar_stage_months": spread(np.where(inside, stage, 0)) // 30,
        }
        months = np.stack([counts[name] for name in gate.strategies], axis=1)
        passed = months >= gate.months
        return months, passed.all(axis=1).astype(np.int64) + passed.any(axis=1)

    def _gated_days(self, runs: Runs) -> tuple[Array, Array]:
        """Each run cut to the days behind the gate; the end lies before the start where there are none."""
        opens, closes = np.full(len(self.states), 1), np.zeros(len(self.states), np.int64)
        for place, items in self.slices.items():
            gated = [one for one in items if one.gated]
            if gated:
                opens[place], closes[place] = gated[0].start, gated[-1].end
                if any(after.start != before.end + 1 for before, after in pairwise(gated)):
                    raise ValueError(
                        f"treaty {self.treaty.id}: its gate is open in several stretches of time"
                    )
        state = runs.key % STATES
        return np.maximum(runs.start, opens[state]), np.minimum(runs.end, closes[state])

    def _counted(
        self, pieces: Pieces, own: Pieces, runs: Runs, keys: Array, days: Array, stage: Array
    ) -> tuple[Array, Array]:
        """What the total takes from each state: its own days, but of days that coincide each once."""
        judged = distinct(
            coinciding(runs.key // STATES, runs.start, runs.end),
            pieces.person[np.isin(pieces.state, self.partly)].astype(np.int64),
        )
        mine = pieces.where(np.isin(pieces.person, judged))
        eligible = self._covered(own.where(np.isin(own.person, judged)))
        kept = kept_days(eligible, union(mine.key, mine.start, mine.end))
        first = firsts(kept.key)
        place = np.searchsorted(keys, kept.key[first])
        again = np.isin(keys // STATES, judged)
        days, stage = np.where(again, 0, days), np.where(again, 0, stage)
        days[place] = added(kept.end - kept.start + 1, first)
        stage[place] = added(stage_days(kept.start, kept.end), first)
        return days, stage


def _clipped(pieces: Pieces, one: Slice) -> Pieces:
    met = pieces.where((pieces.start <= one.end) & (pieces.end >= one.start))
    return Pieces(
        met.person,
        met.state,
        np.maximum(met.start, one.start),
        np.minimum(met.end, one.end),
        met.kind,
        met.unpaid,
    )


def _inside(runs: Runs, length: Array, low: int, high: int) -> Array:
    """Length of the part of each run that lies between two days."""
    whole = (runs.start >= low) & (runs.end <= high)
    found = np.where(whole, length, 0)
    cut = np.flatnonzero(~whole & (runs.start <= high) & (runs.end >= low))
    found[cut] = stage_days(np.maximum(runs.start[cut], low), np.minimum(runs.end[cut], high))
    return found
