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


class Seen:
    """The lowest and highest value of each figure over all points that attacks came upon.

    Each point agrees with everything that is shown, so the attacker's interval is at least as wide. Points stay good
    when more is hidden.
    """

    def __init__(self, system: System) -> None:
        self.low = np.where(np.isnan(system.values), np.inf, system.values)
        self.high = np.where(np.isnan(system.values), -np.inf, system.values)

    def note(self, columns: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        self.low[columns] = np.minimum(self.low[columns], low)
        self.high[columns] = np.maximum(self.high[columns], high)

    def take(self, other: "Seen") -> None:
        self.note(np.arange(len(self.low)), other.low, other.high)

    def interval(self, column: int, need: Need) -> Interval:
        return Interval(float(self.low[column]), float(self.high[column]), need)


class Attack:
    """Bounds of what is hidden. Unknowns that no statement ties together are attacked apart."""

    def __init__(
        self, system: System, hidden: Collection[Key], clock: Clock, seen: Seen | None = None
    ) -> None:
        self.system = system
        self.clock = clock
        self.seen = seen
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
        problem, bounds = self._part(members)
        cost = np.where(members == place, sign, 0.0)
        found = solve(cost, *problem, bounds, self.clock)
        whole = self.system.whole[self.unknown[members]]
        if integer and whole.any() and found.x is not None and not _all_whole(found.x[whole]):
            found = solve(cost, *problem, bounds, self.clock, whole.astype(int))
        if found.unbounded:
            return -sign * math.inf
        if found.x is None:
            raise Contradiction(self.system.refs[column])
        self._note(members, found.x)
        best = float(found.x[members == place][0])
        return sign * math.ceil(sign * best - TOLERANCE) if self.system.whole[column] else best

    def _part(self, members: np.ndarray):
        """The statements on some unknowns that hang together, and their bounds."""
        rows = np.flatnonzero(np.diff(self.matrix[:, members].tocsr().indptr))
        bounds = Bounds(self.system.floors[self.unknown[members]], np.inf)
        return (self.matrix[rows][:, members], self.low[rows], self.high[rows]), bounds

    def _note(self, members: np.ndarray, point: np.ndarray) -> None:
        """A figure that is known in whole numbers counts only as far as the next whole number inside."""
        if self.seen is None:
            return
        columns = self.unknown[members]
        whole = self.system.whole[columns]
        low = np.where(whole, np.ceil(point - TOLERANCE), point)
        high = np.where(whole, np.floor(point + TOLERANCE), point)
        self.seen.note(columns, low, high)

    def probe(self, refs: Collection[Ref], times: int = 6) -> None:
        """Come upon points far apart in many figures at once: all low, all high, then by halves.

        Only the relaxed programme is asked. What `seen` holds afterwards settles most figures without an attack.
        """
        columns = [self.system.column[ref] for ref in refs]
        places = np.array(sorted(self.place[column] for column in columns if column in self.place), dtype=int)
        for number in range(times):
            signs = np.where((places >> max(0, number // 2 - 1)) & (number > 1), -1.0, 1.0)
            signs *= -1.0 if number % 2 else 1.0
            for part in np.unique(self.parts[places]):
                members = np.flatnonzero(self.parts == part)
                cost = np.zeros(len(members))
                inside = self.parts[places] == part
                cost[np.searchsorted(members, places[inside])] = signs[inside]
                problem, bounds = self._part(members)
                found = solve(cost, *problem, bounds, self.clock)
                if found.x is not None:
                    self._note(members, found.x)


def _all_whole(numbers: np.ndarray) -> bool:
    return bool(np.all(np.abs(numbers - np.rint(numbers)) <= TOLERANCE))
