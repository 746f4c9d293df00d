"""The audit: an attacker with linear programming over the published cells and everything published before."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds
from scipy.sparse.csgraph import connected_components

from .knowledge import Ref
from .rules import Need
from .system import TOLERANCE, Clock, System, solve
from .tables import Key


@dataclass(frozen=True, slots=True)
class Interval:
    """What the attacker works out: the figure lies between `low` and `high`. `need` is what was promised."""

    low: float
    high: float
    need: Need | None = None

    @property
    def width(self) -> float:
        return self.high - self.low

    def keeps(self, value: float) -> bool:
        """Whether the promise is kept for a figure whose true value is `value`."""
        if self.need is None:
            return True
        wide = self.width >= self.need.width - TOLERANCE
        if math.isnan(value):
            return wide
        above = self.high >= value + self.need.above - TOLERANCE
        return wide and above and self.low <= value - self.need.below + TOLERANCE


class Contradiction(ValueError):
    """What was published contradicts itself, or the table."""


class Attack:
    """Bounds of what is hidden. Unknowns that no statement ties together are attacked apart."""

    def __init__(self, system: System, hidden: Collection[Key], clock: Clock) -> None:
        self.system = system
        self.clock = clock
        self.unknown = np.flatnonzero(system.unknown(hidden))
        known = np.setdiff1d(np.arange(len(system.refs)), self.unknown)
        shown = system.matrix[:, known] @ system.values[known]
        self.low, self.high = system.low - shown, system.high - shown
        self.matrix = system.matrix[:, self.unknown].tocsr()
        ties = self.matrix.astype(bool).astype(int)
        self.parts = connected_components(ties.T @ ties, directed=False)[1]
        self.place = {column: place for place, column in enumerate(self.unknown)}

    def interval(self, ref: Ref, need: Need | None = None, *, integer: bool = True) -> Interval:
        """The interval of a hidden figure. Of counts the attacker knows that people come in whole numbers: every
        hidden one, or, not `integer`, only the one attacked."""
        column = self.system.column[ref]
        if column not in self.place:
            value = self.system.values[column]
            return Interval(value, value, need)
        low, high = self._extreme(column, 1.0, integer), self._extreme(column, -1.0, integer)
        return Interval(low, high, need)

    def intervals(self, needs: Mapping[Ref, Need | None], *, integer: bool = True) -> dict[Ref, Interval]:
        return {ref: self.interval(ref, need, integer=integer) for ref, need in needs.items()}

    def _extreme(self, column: int, sign: float, integer: bool) -> float:
        """The smallest (sign 1) or largest (sign -1) value the statements leave possible.

        The relaxed programme is solved first. Only when its answer is not in whole numbers already is the
        slower one in whole numbers needed.
        """
        place = self.place[column]
        members = np.flatnonzero(self.parts == self.parts[place])
        rows = np.flatnonzero(np.diff(self.matrix[:, members].tocsr().indptr))
        problem = self.matrix[rows][:, members], self.low[rows], self.high[rows]
        cost = np.where(members == place, sign, 0.0)
        bounds = Bounds(self.system.floors[self.unknown[members]], np.inf)
        found = solve(cost, *problem, bounds, self.clock)
        whole = self.system.whole[self.unknown[members]]
        if integer and whole.any() and found.x is not None and not _all_whole(found.x[whole]):
            found = solve(cost, *problem, bounds, self.clock, whole.astype(int))
        if found.unbounded:
            return -sign * math.inf
        if found.x is None:
            raise Contradiction(self.system.refs[column])
        best = float(found.x[members == place][0])
        return sign * math.ceil(sign * best - TOLERANCE) if self.system.whole[column] else best


def _all_whole(numbers: np.ndarray) -> bool:
    return bool(np.all(np.abs(numbers - np.rint(numbers)) <= TOLERANCE))
