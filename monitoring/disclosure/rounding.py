"""Controlled rounding: every figure becomes a multiple of the base, and the sums of the table still add up."""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import Bounds
from scipy.sparse import hstack

from .attack import Attack, Interval, Seen
from .knowledge import Knowledge, Ref, Relation, rounded
from .rules import Need
from .system import Clock, System, solve
from .tables import Key, Table

# Any additive table within one base is safe; the search for the one that changes least ends early, and always at
# the same place.
EFFORT = {"mip_rel_gap": 0.05, "node_limit": 200}


class CannotRound(Exception):
    """No additive table of multiples lies within one base of every figure."""


def round_table(table: Table, base: int, clock: Clock) -> dict[Key, int]:
    """Published cells rounded to multiples of `base`, additive, each at most `base` away from the truth.

    A multiple normally stays what it is, but may move by a whole base where additivity asks for it: the promise
    to the reader is "at most one base away". Zeros stay zeros. Raises CannotRound, OutOfTime.
    """
    system = System(table, Knowledge())
    values = np.array([int(value) for value in system.values])
    lower = values // base * base
    rest = values - lower
    up_cost = np.where(rest > 0, base - 2 * rest, 4 * base).astype(float)
    down_allowed = (rest == 0) & (values > 0)
    up_allowed = values > 0
    # One choice up and one down for each cell; the sums of the table bind what is chosen.
    matrix = base * hstack([system.matrix, -system.matrix], format="csr")
    missing = -(system.matrix @ lower)
    cost = np.concatenate([up_cost, np.full(len(values), 4.0 * base)]) + _tie_breaker(2 * len(values))
    bounds = Bounds(np.zeros(2 * len(values)), np.concatenate([up_allowed, down_allowed]).astype(float))
    whole = np.ones(2 * len(values))
    found = solve(cost, matrix, missing, missing, bounds, clock, integer=whole, effort=EFFORT)
    if found.x is None:
        raise CannotRound
    up, down = np.split(np.rint(found.x).astype(int), 2)
    result = lower + base * (up - down)
    return {key: int(result[system.column[key]]) for key in table.published}


def _tie_breaker(count: int) -> np.ndarray:
    return 1e-4 * np.arange(count) / count


def rounding_knowledge(shown: Mapping[Key, int], base: int) -> tuple[Relation, ...]:
    """What the rounded table tells: each figure is within one base of what is shown."""
    return tuple(rounded(key, number, base) for key, number in sorted(shown.items()))


def audit_rounded(
    table: Table,
    shown: Mapping[Key, int],
    base: int,
    needs: Mapping[Ref, Need],
    published: Knowledge,
    clock: Clock,
) -> dict[Ref, Interval]:
    """Attack the rounded table: every cell is unknown, known only to lie near what is shown.

    With every cell unknown the programme in whole numbers is out of reach for large tables; the relaxed one, its
    bounds brought in to whole numbers, is used throughout. Where points that agree with what is shown lie as far
    apart as was promised, the interval told is the one between them: the attacker's is at least as wide.
    """
    knowledge = published + Knowledge(rounding_knowledge(shown, base))
    system = System(table, knowledge)
    # Zeros may have been small counts as well as zeros: nothing is known to be at least 1.
    system.floors = np.where(np.arange(len(system.refs)) < system.cell_count, 0.0, system.floors)
    seen = Seen(system)
    attack = Attack(system, table.cells, clock, seen)
    attack.probe(needs)
    found = {}
    for ref, need in needs.items():
        column = system.column[ref]
        known = seen.interval(column, need)
        enough = known.keeps(system.values[column])
        found[ref] = known if enough else attack.interval(ref, need, integer=False)
    return found
