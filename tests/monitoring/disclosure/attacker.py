"""A second attacker, written apart from the one in the product, and tables to attack."""

import random
from itertools import product

import numpy as np
from scipy.optimize import linprog

from monitoring.disclosure import Dimension, Table


def random_table(shape, seed, *, small=0.25, zero=0.3, codes="c") -> Table:
    """Counts: `small` of the inner cells are 1-4, `zero` are 0, the rest up to 80."""
    rng = random.Random(seed)
    dims = [
        Dimension.flat(f"D{axis}", [f"{codes}{i}" for i in range(size)]) for axis, size in enumerate(shape)
    ]
    inner = {}
    for key in product(*(dim.leaves for dim in dims)):
        draw = rng.random()
        inner[key] = 0 if draw < zero else rng.randint(1, 4) if draw < zero + small else rng.randint(5, 80)
    return Table.with_margins(dims, inner)


def brute_bounds(table: Table, hidden, key, extra=(), floor=0.0) -> tuple[float, float]:
    """Bounds of one cell by linprog over all cells. `extra`: ({key: coefficient}, value) known besides."""
    keys = sorted(table.cells)
    column = {each: i for i, each in enumerate(keys)}
    rows, right = [], []
    for axis, dimension in enumerate(table.dimensions):
        leaves = [code for code in dimension.parents if code not in dimension.children]
        rest = [list(other.parents) for other in table.dimensions]
        for parent in dimension.children:
            rest[axis] = [parent]
            for total in product(*rest):
                row = np.zeros(len(keys))
                row[column[total]] = -1
                under = leaves if parent == dimension.total else list(dimension.leaves_under(parent))
                for leaf in under:
                    row[column[(*total[:axis], leaf, *total[axis + 1 :])]] = 1
                rows.append(row)
                right.append(0)
    for terms, value in extra:
        row = np.zeros(len(keys))
        for each, number in terms.items():
            row[column[each]] = number
        rows.append(row)
        right.append(value)
    bounds = [(floor, None) if each in hidden else (float(table.cells[each].value),) * 2 for each in keys]
    cost = np.zeros(len(keys))
    cost[column[key]] = 1
    low = linprog(cost, A_eq=np.array(rows), b_eq=right, bounds=bounds)
    high = linprog(-cost, A_eq=np.array(rows), b_eq=right, bounds=bounds)
    assert low.status == 0 and high.status in (0, 3), (low.message, high.message)
    return low.fun, float("inf") if high.status == 3 else -high.fun
