"""The table and everything known besides as one system of linear statements, and the solver behind it."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from .knowledge import Knowledge, Ref, hidden_floor
from .tables import Key, Table

TOLERANCE = 1e-6
_OPTIMAL, _LIMIT, _INFEASIBLE, _UNBOUNDED = 0, 1, 2, 3


class OutOfTime(Exception):
    """The time limit of the run has passed."""


class SolverFailed(Exception):
    """The solver gave no answer it stands for, so neither do we."""


@dataclass(frozen=True)
class Clock:
    """A deadline. `now` is handed in so that tests can make time pass."""

    deadline: float
    now: Callable[[], float] = time.monotonic

    @classmethod
    def of(cls, seconds: float, now: Callable[[], float] = time.monotonic) -> "Clock":
        return cls(now() + seconds, now)

    def remaining(self) -> float:
        left = self.deadline - self.now()
        if left <= 0:
            raise OutOfTime
        return left


class System:
    """Columns: the cells of the table in key order, then figures outside it. Rows: sums of the table, then
    published statements. `values` of figures outside are NaN where nobody gave them."""

    def __init__(self, table: Table, knowledge: Knowledge) -> None:
        self.table = table
        self.refs: list[Ref] = [*sorted(table.cells), *_outside(table, knowledge)]
        self.column = {ref: index for index, ref in enumerate(self.refs)}
        self.cell_count = len(table.cells)
        self.values = np.array([_value(table, knowledge, ref) for ref in self.refs])
        self.floors = self._floors(knowledge)
        rows = [({parent: 1.0} | dict.fromkeys(parts, -1.0), 0.0, 0.0) for parent, parts in table.relations]
        rows += [(dict(relation.terms), relation.low, relation.high) for relation in knowledge.relations]
        self.low = np.array([row[1] for row in rows], dtype=float)
        self.high = np.array([row[2] for row in rows], dtype=float)
        self.matrix = self._matrix([row[0] for row in rows])
        self.whole = np.array([table.counts and ref not in knowledge.amounts for ref in self.refs])
        self.always_unknown = np.array(
            [ref in table.unpublished or i >= self.cell_count for i, ref in self._each()]
        )

    def _each(self) -> Iterable[tuple[int, Ref]]:
        return enumerate(self.refs)

    def _floors(self, knowledge: Knowledge) -> np.ndarray:
        floor = hidden_floor(self.table)
        floors = [
            knowledge.floors.get(ref, 0.0) if i >= self.cell_count or ref in self.table.unpublished else floor
            for i, ref in self._each()
        ]
        # A zero is shown; where it is not (an unpublished margin), its floor must not exclude the truth.
        return np.where(self.values < floors, 0.0, floors)

    def _matrix(self, rows: list[Mapping[Ref, float]]) -> csc_array:
        entries = [(i, self.column[ref], number) for i, row in enumerate(rows) for ref, number in row.items()]
        at_row, at_column, numbers = zip(*entries, strict=True) if entries else ((), (), ())
        shape = (len(rows), len(self.refs))
        return csc_array((np.array(numbers, dtype=float), (at_row, at_column)), shape=shape)

    def contradicted(self) -> tuple[Ref, ...]:
        """The figures of the first statement that the true values do not fulfil; empty when all do.

        That happens when a figure was revised since: the old vintage is another figure and needs another name.
        """
        given = np.where(np.isnan(self.values), 0.0, self.values)
        unsure = abs(self.matrix) @ np.isnan(self.values) > 0
        sums = self.matrix @ given
        slack = TOLERANCE * (1 + abs(self.matrix) @ np.abs(given))
        wrong = np.flatnonzero(~unsure & ((sums < self.low - slack) | (sums > self.high + slack)))
        if not len(wrong):
            return ()
        return tuple(self.refs[column] for column in self.matrix.tocsr()[wrong[0]].nonzero()[-1])

    def unknown(self, hidden: Iterable[Key]) -> np.ndarray:
        """Mask of what the attacker does not see when `hidden` is hidden."""
        mask = self.always_unknown.copy()
        for key in hidden:
            mask[self.column[key]] = True
        return mask


@dataclass
class Solution:
    """`x` is None when no point satisfies the constraints."""

    x: np.ndarray | None
    unbounded: bool = False


def solve(
    cost: np.ndarray,
    matrix,
    low: np.ndarray,
    high: np.ndarray,
    bounds: Bounds,
    clock: Clock,
    integer: np.ndarray | None = None,
    effort: Mapping[str, float] | None = None,
) -> Solution:
    """Minimise by HiGHS. Raises OutOfTime; infeasible and unbounded are answers, not errors.

    With limits of `effort` (of the search in whole numbers) the best point found is an answer too.
    """
    options = {"time_limit": clock.remaining(), **(effort or {})}
    constraints = LinearConstraint(matrix, low, high) if matrix.shape[0] else None
    answer = milp(cost, constraints=constraints, bounds=bounds, integrality=integer, options=options)
    if answer.status == _OPTIMAL:
        return Solution(answer.x)
    if answer.status == _UNBOUNDED:
        return Solution(None, unbounded=True)
    if answer.status == _LIMIT:
        clock.remaining()
        if effort and answer.x is not None:
            return Solution(answer.x)
        raise OutOfTime
    if answer.status == _INFEASIBLE:
        return Solution(None)
    raise SolverFailed(answer.message)


def _outside(table: Table, knowledge: Knowledge) -> list[Ref]:
    named = dict.fromkeys(ref for relation in knowledge.relations for ref, _ in relation.terms)
    named |= dict.fromkeys(knowledge.protected)
    return [ref for ref in named if ref not in table.cells]


def _value(table: Table, knowledge: Knowledge, ref: Ref) -> float:
    cell = table.cells.get(ref)
    return knowledge.true_values.get(ref, float("nan")) if cell is None else float(cell.value)
