"""Secondary suppression: which further cells must be hidden so that every promise is kept.

The loop of attack and repair: each protected figure is attacked; where its interval is too narrow, the cheapest
set of cells that would let it move far enough is found by linear programming and hidden, until no attack
succeeds. A zero is never hidden: everybody could tell it from its neighbours. A second pass in the
opposite order releases what the first one hid in vain, and a last audit attacks the pattern that is left.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import Bounds
from scipy.sparse import hstack

from .attack import Attack, Interval, Seen
from .knowledge import Ref
from .rules import Config, Need
from .system import TOLERANCE, Clock, System, solve
from .tables import Key, Table

MAX_REPAIRS = 12


class CannotProtect(Exception):
    """Even with everything hidden that may be hidden, the figure stays too well known."""

    def __init__(self, ref: Ref) -> None:
        super().__init__(str(ref))
        self.ref = ref


@dataclass(frozen=True)
class Suppression:
    """`repairs`: attacks that succeeded and were answered by hiding more.

    `exposed`: figures of earlier releases that were open to attack before this one; nothing here opens them.
    """

    hidden: frozenset[Key]
    intervals: Mapping[Ref, Interval]
    repairs: int
    exposed: frozenset[Ref]


def suppress(
    system: System, needs: Mapping[Ref, Need], config: Config, previous: Collection[Key], clock: Clock
) -> Suppression:
    """Hide enough cells of the table for every need; raises CannotProtect and OutOfTime."""
    primary = frozenset(key for key in needs if key in system.table.cells)
    search = _Search(system, config, frozenset(previous), clock)
    order = _order(system, needs)
    full = search.run(primary, order, search.candidates - primary)
    kept = {ref: need for ref, need in order.items() if ref not in full.exposed}
    lean = search.run(primary, dict(reversed(kept.items())), full.hidden - primary)
    return Suppression(
        lean.hidden, search.audit(lean.hidden, kept), full.repairs + lean.repairs, full.exposed
    )


def insiders(table: Table, hidden: Collection[Key]) -> list[frozenset[Key]]:
    """What somebody knows besides the public: nothing, or the hidden amount of which one is the only contributor.

    Of counts nobody knows more than that one is counted oneself.
    """
    alone = [] if table.counts else sorted(key for key in hidden if table.cells[key].contributors == 1)
    return [frozenset(), *(frozenset([key]) for key in alone)]


def _order(system: System, needs: Mapping[Ref, Need]) -> dict[Ref, Need]:
    """The most demanding first, then by place in the table: the same pattern every time."""
    ranked = sorted(needs, key=lambda ref: (-needs[ref].width, system.column[ref]))
    return {ref: needs[ref] for ref in ranked}


class _Search:
    def __init__(self, system: System, config: Config, previous: frozenset[Key], clock: Clock) -> None:
        self.system = system
        self.clock = clock
        self.seen = Seen(system)
        table = system.table
        self.candidates = frozenset(key for key in table.published if table.cells[key].value) - config.keep
        self.costs = {key: _cost(system, key, previous) for key in self.candidates}

    def run(self, primary: frozenset[Key], needs: Mapping[Ref, Need], allowed: frozenset[Key]) -> Suppression:
        """Attack each figure and repair what fails. Hiding more only widens intervals: what holds once, holds.

        In a table of amounts a cell hidden for the sake of others may bring a new insider: then all over again.
        """
        hidden, exposed, repairs, knowing = primary, set(), 0, []
        self.seen = Seen(self.system)
        while len(insiders(self.system.table, hidden)) > len(knowing):
            knowing = insiders(self.system.table, hidden)
            for (ref, need), known in product(needs.items(), knowing):
                if ref in exposed or ref in known or self._holds(hidden - known, ref, need):
                    continue
                try:
                    hidden = self._repair(hidden - known, ref, need, allowed - known) | known
                    repairs += 1
                except CannotProtect:
                    if ref in primary:
                        raise
                    exposed.add(ref)
        return Suppression(hidden, {}, repairs, frozenset(exposed))

    def _holds(self, hidden: frozenset[Key], ref: Ref, need: Need) -> bool:
        seen = self.seen.interval(self.system.column[ref], need)
        if self.system.table.counts and seen.keeps(self._true(ref)):
            return True
        return self._attack(hidden, ref, need, self.seen).keeps(self._true(ref))

    def audit(self, hidden: frozenset[Key], needs: Mapping[Ref, Need]) -> dict[Ref, Interval]:
        """Of each figure the narrowest interval that the public or an insider works out."""
        found: dict[Ref, Interval] = {}
        for known in insiders(self.system.table, hidden):
            attack = Attack(self.system, hidden - known, self.clock)
            asked = {ref: need for ref, need in needs.items() if ref not in known}
            for ref, interval in attack.intervals(asked).items():
                if ref not in found or interval.width < found[ref].width:
                    found[ref] = interval
                if not interval.keeps(self._true(ref)):
                    raise CannotProtect(ref)
        return found

    def _attack(self, hidden: frozenset[Key], ref: Ref, need: Need, seen: Seen | None = None) -> Interval:
        return Attack(self.system, hidden, self.clock, seen).interval(ref, need)

    def _true(self, ref: Ref) -> float:
        return self.system.values[self.system.column[ref]]

    def _repair(
        self, hidden: frozenset[Key], ref: Ref, need: Need, allowed: frozenset[Key]
    ) -> frozenset[Key]:
        """Hide what lets the figure fall by `below` and rise until the interval is wide enough.

        Whole numbers can make an interval narrower than the relaxed programme says: the shortfall is added.
        """
        trial = Seen(self.system)  # what is seen while more is hidden holds only once that stays hidden
        slack, interval = 0.0, self._attack(hidden, ref, need, trial)
        for _ in range(MAX_REPAIRS):
            hidden = self._widen(hidden, ref, need, interval.low + slack, allowed)
            interval = self._attack(hidden, ref, need, trial)
            if interval.keeps(self._true(ref)):
                self.seen.take(trial)
                return hidden
            slack += max(1.0, need.width - interval.width)
        raise CannotProtect(ref)

    def _widen(self, hidden: frozenset[Key], ref: Ref, need: Need, low: float, allowed: frozenset[Key]):
        """Upwards from where the lower bound stands; if that is not possible, from as low as it can be brought."""
        true = self._true(ref)
        above = low + need.width
        if not math.isnan(true):
            above = max(above, true + need.above)
            if need.below:
                hidden = self._reach(hidden, ref, -1, true - need.below, allowed)
        try:
            return self._reach(hidden, ref, 1, above, allowed)
        except CannotProtect:
            lowest = self._attack(hidden | allowed, ref, need).low
            hidden = self._reach(hidden, ref, -1, lowest, allowed)
            return self._reach(hidden, ref, 1, lowest + need.width, allowed)

    def _reach(self, hidden, ref: Ref, sign: int, goal: float, allowed: frozenset[Key]) -> frozenset[Key]:
        """Hide the cheapest cells with which the figure can be as far as `goal`, upwards or downwards.

        Every cell that may be hidden gets a deviation up and one down, at a price; what deviates is hidden.
        """
        system = self.system
        unknown = np.flatnonzero(system.unknown(hidden))
        movable = np.array(sorted(system.column[key] for key in allowed - hidden), dtype=int)
        values = system.values[movable]
        known = np.setdiff1d(np.arange(len(system.refs)), unknown)
        shown = system.matrix[:, known] @ system.values[known]
        moving = system.matrix[:, movable]
        matrix = hstack([system.matrix[:, unknown], moving, -moving], format="csr")
        price = np.array([self.costs[system.refs[column]] for column in movable])
        floors = system.floors[unknown]
        ceilings = np.full(len(unknown), np.inf)
        place = np.searchsorted(unknown, system.column[ref])
        if sign > 0:
            floors[place] = max(floors[place], goal)
        else:
            ceilings[place] = max(goal, floors[place])
        bounds = Bounds(
            np.concatenate([floors, np.zeros(2 * len(movable))]),
            np.concatenate(
                [ceilings, np.full(len(movable), np.inf), np.maximum(values - system.floors[movable], 0)]
            ),
        )
        cost = np.concatenate([np.zeros(len(unknown)), price, price])
        found = solve(cost, matrix, system.low - shown, system.high - shown, bounds, self.clock)
        if found.x is None:
            raise CannotProtect(ref)
        up, down = np.split(found.x[len(unknown) :], 2)
        used = movable[(up + down) > TOLERANCE]
        return hidden | {system.refs[column] for column in used}


def _cost(system: System, key: Key, previous: frozenset[Key]) -> float:
    """Small inner cells are given up first, margins last; cells hidden in the earlier release before others.

    The last term only breaks ties, always in the same way.
    """
    table = system.table
    size = 1 + math.log1p(float(table.cells[key].value))
    cost = size * 4 ** table.margin_depth(key)
    tie = 1e-4 * system.column[key] / len(system.refs)
    return (cost * 0.1 if key in previous else cost) + tie
