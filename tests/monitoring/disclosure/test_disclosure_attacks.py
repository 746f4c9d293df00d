"""Attacks from outside on random sparse tables: an attacker in whole numbers, written apart from the product's own.

Hierarchies, zeros, margins that are left out, tables that share a margin, published percentages, and rounding. What the
attacker works out of a protected cell is never closer than promised.
"""

import math
import random
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from monitoring.disclosure import (
    Cell,
    Config,
    Dimension,
    Knowledge,
    Method,
    Need,
    Relation,
    Table,
    of_release,
    protect,
    ratio,
    suggestions,
)

WIDTH = 5
HIDE = Config(max_hidden_share=1, time_limit=120)
SHAPES = [(4,), (5, 4), (6, 3), (4, 3, 2), (3, 2, 2, 2)]


class Outsider:
    """Everything that was told, as sums of named whole numbers."""

    def __init__(self) -> None:
        self.places: dict = {}
        self.told: list[tuple[dict, float, float]] = []
        self.at_least: dict = {}

    def hear(self, terms: dict, low: float, high: float) -> None:
        self.told.append((terms, low, high))
        for name in terms:
            self.places.setdefault(name, len(self.places))

    def read(self, name, table: Table, hidden, shared=lambda key: None) -> None:
        """A release: shown cells, its sums, and that a hidden cell is no zero."""

        def called(key):
            return shared(key) or (name, key)

        for parent, parts in table.relations:
            self.hear({called(parent): 1, **{called(part): -1 for part in parts}}, 0, 0)
        for key in table.published:
            if key in hidden:
                self.at_least[called(key)] = 1
            else:
                self.hear({called(key): 1}, float(table.cells[key].value), float(table.cells[key].value))

    def width(self, name) -> float:
        matrix = np.zeros((len(self.told), len(self.places)))
        for row, (terms, _low, _high) in enumerate(self.told):
            for each, number in terms.items():
                matrix[row, self.places[each]] += number
        told = LinearConstraint(matrix, [low for _, low, _ in self.told], [high for *_, high in self.told])
        floors = np.zeros(len(self.places))
        for each, number in self.at_least.items():
            floors[self.places[each]] = number
        ends = []
        for sign in (1, -1):
            cost = np.zeros(len(self.places))
            cost[self.places[name]] = sign
            found = milp(
                cost, constraints=told, bounds=Bounds(floors, np.inf), integrality=np.ones(len(cost))
            )
            if found.status in (3, 4):  # the truth is one solution, so there are others without end
                return math.inf
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        return ends[1] - ends[0]


def dimensions(rng, shape) -> list[Dimension]:
    """Flat ones, and trees of two groups."""
    found = []
    for axis, size in enumerate(shape):
        leaves = [f"d{axis}{place}" for place in range(size)]
        parents = {"_T": None} | dict.fromkeys(leaves, "_T")
        if size >= 4 and rng.random() < 0.6:
            groups = {leaf: f"g{place * 2 // size}" for place, leaf in enumerate(leaves)}
            parents |= {"g0": "_T", "g1": "_T"} | groups
        found.append(Dimension(f"D{axis}", parents))
    return found


def sparse(rng, dims, zero, small) -> Table:
    inner = {}
    for key in product(*(dim.leaves for dim in dims)):
        draw = rng.random()
        inner[key] = 0 if draw < zero else rng.randint(1, 4) if draw < zero + small else rng.randint(5, 60)
    return Table.with_margins(dims, inner)


def small_cells(table: Table) -> list:
    return [key for key in table.published if 0 < table.cells[key].value < 5]


@pytest.mark.parametrize("seed", range(10))
def test_trees_zeros_and_margins_that_are_left_out(seed):
    rng = random.Random(seed)
    table = sparse(
        rng, dimensions(rng, rng.choice(SHAPES)), rng.choice([0.1, 0.4, 0.6]), rng.choice([0.1, 0.3])
    )
    if seed % 3 == 0:
        left_out = {key for key in table.cells if table.margin_depth(key) and rng.random() < 0.3}
        table = replace(table, unpublished=frozenset(left_out))
    result = protect(table, HIDE)
    assert result.safe, result.refusal
    outsider = Outsider()
    outsider.read("table", table, result.pattern)
    for key in small_cells(table):
        assert outsider.width(("table", key)) >= WIDTH - 1e-6, key


@pytest.mark.parametrize("seed", range(5))
def test_two_tables_that_share_a_margin(seed):
    rng = random.Random(100 + seed)
    first, second, third = (
        Dimension.flat(name, [f"{name}{place}" for place in range(size)])
        for name, size in (("A", 5), ("B", 3), ("C", 4))
    )
    whole = sparse(rng, [first, second, third], 0.5, 0.3)
    one = Table.with_margins(
        [first, second], {(a, b): whole.cells[a, b, "_T"].value for a in first.leaves for b in second.leaves}
    )
    two = Table.with_margins(
        [first, third], {(a, c): whole.cells[a, "_T", c].value for a in first.leaves for c in third.leaves}
    )
    before = protect(one, HIDE)
    told = of_release(
        "one",
        one,
        set(before.pattern),
        {key: Need(WIDTH) for key in small_cells(one)},
        {(code, "_T"): (code, "_T") for code in first.parents},
    )
    after = protect(two, HIDE, published=told)
    outsider = Outsider()

    def shared(key):
        return ("margin", key[0]) if key[1] == "_T" else None

    outsider.read(1, one, before.pattern, shared)
    if after.safe:
        outsider.read(2, two, after.pattern, shared)
    protected = [(1, key) for key in small_cells(one)] + [(2, key) for key in small_cells(two) if after.safe]
    for name, key in protected:
        assert outsider.width(shared(key) or (name, key)) >= WIDTH - 1e-6, (name, key)


@pytest.mark.parametrize("seed", range(6))
def test_percentages_that_were_published_before(seed):
    """Counts can be solved from a percentage and a total: the pattern has to leave room in spite of it, or refuse."""
    rng = random.Random(200 + seed)
    table = sparse(rng, [Dimension.flat("A", list("abcde")), Dimension.flat("S", ["F", "M"])], 0.2, 0.3)
    outsider, told = Outsider(), []
    for area in "abcde":
        part, all_of_it = (area, "F"), (area, "_T")
        if table.cells[all_of_it].value < 20:
            continue
        shown = round(100 * table.cells[part].value / table.cells[all_of_it].value, 1)
        told += ratio(part, all_of_it, shown, 0.05)
        for edge, low, high in ((shown + 0.05, -math.inf, 0), (shown - 0.05, 0, math.inf)):
            outsider.hear({("t", part): 100, ("t", all_of_it): -edge}, low, high)
    result = protect(table, HIDE, published=Knowledge(tuple(told)))
    if not result.safe:
        assert result.refusal.code in ("cannot_protect", "published_before")
        return
    outsider.read("t", table, result.pattern)
    for key in small_cells(table):
        assert outsider.width(("t", key)) >= WIDTH - 1e-6, key


@pytest.mark.parametrize("seed", range(4))
def test_a_stock_that_only_grows(seed):
    """Two periods, and everybody knows that nobody left."""
    rng = random.Random(300 + seed)
    dims = dimensions(rng, rng.choice([(4, 2), (5, 3)]))
    one = sparse(rng, dims, 0.3, 0.3)
    grown = {
        key: one.cells[key].value + rng.choice([0, 0, 0, 1, 2]) for key in product(*(d.leaves for d in dims))
    }
    two = Table.with_margins(dims, grown)
    before = protect(one, HIDE)
    told = of_release("one", one, set(before.pattern), {key: Need(WIDTH) for key in small_cells(one)})
    grew = tuple(Relation(((key, 1.0), (("one", key), -1.0)), 0, math.inf) for key in one.cells)
    after = protect(two, HIDE, published=told + Knowledge(grew), previous=before.pattern)
    outsider = Outsider()
    outsider.read("one", one, before.pattern)
    if after.safe:
        outsider.read("two", two, after.pattern)
        for key in one.cells:
            outsider.hear({("two", key): 1, ("one", key): -1}, 0, math.inf)
    protected = [("one", key) for key in small_cells(one)]
    protected += [("two", key) for key in small_cells(two) if after.safe]
    open_before = {ref[1] for ref in after.exposed}
    for name, key in protected:
        if key not in open_before:
            assert outsider.width((name, key)) >= WIDTH - 1e-6, (name, key)


@pytest.mark.parametrize("seed", range(4))
def test_a_rounded_table(seed):
    rng = random.Random(400 + seed)
    table = sparse(rng, dimensions(rng, rng.choice([(4, 3), (5, 4), (3, 2, 2)])), 0.2, 0.5)
    result = protect(table, Config(max_hidden_share=0, too_much_hidden="replace", time_limit=120))
    assert result.method is Method.ROUNDING and result.safe
    outsider = Outsider()
    for parent, parts in table.relations:
        outsider.hear({("t", parent): 1, **{("t", part): -1 for part in parts}}, 0, 0)
    for key, shown in result.rounded.items():
        assert shown % 5 == 0 and abs(shown - table.cells[key].value) <= 5
        outsider.hear({("t", key): 1}, shown - 5, shown + 5)
    for key in small_cells(table):
        assert outsider.width(("t", key)) >= WIDTH - 1e-6, key
        assert result.intervals[key].width >= WIDTH


# --- amounts ----------------------------------------------------------------------------------------


def amounts(figures: dict[str, tuple[int, int, tuple]], total: int) -> Table:
    area = Dimension.flat("A", figures)
    cells = {(code,): Cell(value, firms, largest) for code, (value, firms, largest) in figures.items()}
    return Table.build([area], {**cells, ("_T",): Cell(total, 99, (1, 1))}, counts=False)


def test_the_only_contributor_of_a_hidden_amount_does_not_learn_the_others():
    """r1 and r2 hidden would do for the public; the one firm in r2 would take its own amount away and know r1."""
    table = amounts(
        {
            "r1": (300, 2, (200, 100)),
            "r2": (900, 1, (900,)),
            "r3": (800, 20, (90, 80)),
            "r4": (950, 25, (60, 50)),
        },
        2950,
    )
    result = protect(table, Config(threshold=3, max_hidden_share=1))
    assert result.safe
    assert {key for key in result.pattern if key[0] in ("r3", "r4", "_T")}


def test_few_contributors_are_protected_in_proportion_to_the_amount():
    table = amounts(
        {"r1": (1000, 2, (600, 400)), "r2": (5000, 30, (300, 200)), "r3": (4000, 30, (300, 200))}, 10000
    )
    result = protect(table, Config(threshold=3, max_hidden_share=1))
    interval = result.intervals[("r1",)]
    assert interval.low <= 750 and interval.high >= 1250


# --- the way out ----------------------------------------------------------------------------------------


def test_out_of_time_still_brings_a_rounded_table():
    moments = iter([0.0, *([5.0] * 3), *([75.0] * 2), *([76.0] * 500)])
    rng = random.Random(1)
    table = sparse(rng, [Dimension.flat("A", list("abcdef")), Dimension.flat("B", list("xyz"))], 0.3, 0.4)
    result = protect(table, Config(time_limit=100), now=lambda: next(moments))
    assert result.refusal.code == "time_limit"
    assert result.offer.method is Method.ROUNDING and result.offer.safe


def test_merges_are_proposed_where_they_leave_fewer_small_cells():
    rng = random.Random(2)
    table = sparse(rng, [Dimension.flat("A", list("abcdefgh")), Dimension.flat("S", ["F", "M"])], 0.2, 0.5)
    found = suggestions(table, Config())
    assert found and all(one.small_after < one.small_before for one in found)
    merged = table.coarsened(found[0].dimension, found[0].merge)
    assert len(small_cells(merged)) == found[0].small_after
