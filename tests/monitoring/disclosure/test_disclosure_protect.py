"""No attack may pin a protected cell closer than promised."""

from itertools import product

import pytest

from monitoring.disclosure import (
    Cell,
    Config,
    Dimension,
    Knowledge,
    Mark,
    Method,
    Need,
    Table,
    audit,
    exactly,
    of_release,
    primary_cells,
    protect,
    ratio,
    rounded,
)
from tests.monitoring.disclosure.attacker import brute_bounds, random_table

CONFIG = Config(max_hidden_share=1.0)


def study_example() -> Table:
    """9 regions x 2 sexes x 5 ages with margins, 27 inner cells of 1-4 spread so that every line has one."""
    dims = [Dimension.flat(name, map(str, range(n))) for name, n in (("REF_AREA", 9), ("SEX", 2), ("AGE", 5))]
    inner = {}
    for place, key in enumerate(product(*(dim.leaves for dim in dims))):
        inner[key] = 1 + place % 4 if place % 10 in (0, 4, 7) else 12 + (place * 7) % 40
    return Table.with_margins(dims, inner)


def test_primary_suppression_alone_leaks_every_cell():
    table = study_example()
    primary = primary_cells(table, CONFIG)
    assert len(table.cells) == 180 and len(primary) == 27
    leaked = [key for key, interval in audit(table, primary).items() if interval.width == 0]
    assert len(leaked) == 27
    assert all(audit(table, primary)[key].low == table.cells[key].value for key in leaked)


def test_after_the_audit_every_interval_is_at_least_five_wide():
    table = study_example()
    result = protect(table, CONFIG)
    assert result.safe and result.method is Method.SUPPRESSION
    protected = [key for key, mark in result.pattern.items() if mark is Mark.PRIMARY]
    assert len(protected) == 27
    assert min(interval.width for interval in result.intervals.values()) >= 5
    for key in protected:
        low, high = brute_bounds(table, result.pattern, key, floor=1)
        assert low <= table.cells[key].value <= high
        assert high - low >= 5 - 1e-6


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("shape", "zero"), [((6, 5), 0.5), ((4, 3, 4), 0.3), ((7, 2, 3), 0.6)])
def test_random_sparse_tables(shape, zero, seed):
    table = random_table(shape, seed, zero=zero)
    result = protect(table, CONFIG)
    primary = primary_cells(table, CONFIG)
    if not result.safe:
        # refused only where even hiding everything that is not zero would not do
        (key,) = result.refusal.figures
        everything = [each for each, cell in table.cells.items() if cell.value]
        low, high = brute_bounds(table, everything, key, floor=1)
        assert high - low < 5
        return
    assert set(primary) <= set(result.pattern)
    for key in primary:
        low, high = brute_bounds(table, result.pattern, key, floor=1)
        assert high - low >= 5 - 1e-6, key


def test_zeros_are_never_hidden():
    for seed in range(5):
        table = random_table((6, 2, 4), seed, zero=0.5)
        assert all(table.cells[key].value for key in protect(table, CONFIG).pattern)


def test_two_hidden_zeros_would_protect_nothing():
    """A row of one small count and zeros: its total must go too, a zero beside it would not help."""
    dims = [Dimension.flat("R", "ab"), Dimension.flat("C", "xyz")]
    inner = {("a", "x"): 3, ("b", "x"): 20, ("b", "y"): 30, ("b", "z"): 9}
    table = Table.with_margins(dims, {key: inner.get(key, 0) for key in product("ab", "xyz")})
    pattern = protect(table, CONFIG).pattern
    assert ("a", "y") not in pattern and ("a", "_T") in pattern


def test_the_pattern_is_the_same_whatever_the_order_of_the_cells():
    table = random_table((6, 2, 4), 3)
    turned = Table(table.dimensions, dict(reversed(table.cells.items())))
    assert protect(table, CONFIG).pattern == protect(turned, CONFIG).pattern == protect(table, CONFIG).pattern


def test_an_earlier_pattern_is_reused():
    first = random_table((8, 2, 4), 5)
    earlier = protect(first, CONFIG).pattern
    moved = {
        key: first.cells[key].value + (2 if first.cells[key].value > 6 else 0)
        for key in product(*(dim.leaves for dim in first.dimensions))
    }
    second = Table.with_margins(first.dimensions, moved)
    fresh, reused = protect(second, CONFIG).pattern, protect(second, CONFIG, previous=earlier).pattern
    assert len(set(reused) ^ set(earlier)) <= len(set(fresh) ^ set(earlier))
    assert len(set(reused) & set(earlier)) >= len(earlier) * 0.9


def test_inner_cells_go_before_margins():
    table = study_example()
    pattern = protect(table, CONFIG).pattern
    margins = [key for key in pattern if table.margin_depth(key)]
    assert len(margins) <= len(pattern) * 0.1
    assert ("_T", "_T", "_T") not in pattern


def test_cells_that_must_stay_are_kept_or_the_run_refuses():
    dims = [Dimension.flat("R", "ab")]
    table = Table.with_margins(dims, {("a",): 2, ("b",): 30})
    assert ("_T",) not in protect(table, CONFIG).pattern
    kept = protect(table, Config(keep=frozenset({("b",), ("_T",)}), max_hidden_share=1))
    assert kept.refusal.code == "cannot_protect" and not kept.pattern


def test_hierarchies():
    """Rayons in oblasts in the country: a hidden rayon must not follow from its oblast."""
    area = Dimension(
        "REF_AREA", {"KG": None, "O1": "KG", "O2": "KG", "r1": "O1", "r2": "O1", "r3": "O2", "r4": "O2"}
    )
    sex = Dimension.flat("SEX", "FM")
    inner = {("r1", "F"): 2, ("r1", "M"): 40, ("r2", "F"): 25, ("r2", "M"): 30}
    inner |= {("r3", "F"): 50, ("r3", "M"): 45, ("r4", "F"): 33, ("r4", "M"): 21}
    table = Table.with_margins([area, sex], inner)
    assert table.cells["O1", "_T"].value == 97 and len(table.relations) == 3 * 3 + 7
    result = protect(table, CONFIG)
    assert result.safe
    low, high = brute_hierarchy(table, result.pattern, ("r1", "F"))
    assert high - low >= 5


def brute_hierarchy(table, hidden, key):
    interval = audit(table, hidden, {key: None})[key]
    return interval.low, interval.high


def test_the_combined_hidden_group_is_not_small_itself():
    """Two small counts alone in a row would tell their sum: more must be hidden."""
    dims = [Dimension.flat("R", "ab"), Dimension.flat("C", "xyz")]
    inner = {("a", "x"): 1, ("a", "y"): 2, ("a", "z"): 40, ("b", "x"): 1, ("b", "y"): 2, ("b", "z"): 50}
    pattern = protect(Table.with_margins(dims, inner), CONFIG).pattern
    assert ("a", "z") in pattern or ("a", "_T") in pattern


# amounts


def amounts(contributions) -> Table:
    dims = [Dimension.flat("SECTOR", contributions)]
    cells = {
        (code,): Cell(sum(parts), len(parts), tuple(sorted(parts, reverse=True)))
        for code, parts in contributions.items()
    }
    every = [part for parts in contributions.values() for part in parts]
    cells["_T",] = Cell(sum(every), len(every), tuple(sorted(every, reverse=True)))
    return Table.build(dims, cells, counts=False)


AMOUNTS = {"a": [900, 50, 10, 10, 10], "b": [100] * 9, "c": [100] * 10, "d": [200, 150, 140, 100, 90]}


def test_dominance():
    config = Config(dominance=(1, 80.0), max_hidden_share=1)
    needs = primary_cells(amounts(AMOUNTS), config)
    assert needs == {("a",): Need(290, 145, 145)}  # 900 / 0.8 - 980
    result = protect(amounts(AMOUNTS), config)
    low, high = result.intervals["a",].low, result.intervals["a",].high
    assert result.safe and low <= 980 - 145 and high >= 980 + 145


def test_p_percent():
    needs = primary_cells(amounts(AMOUNTS), Config(p_percent=10.0, max_hidden_share=1))
    assert needs == {("a",): Need(120, 60, 60)}  # 10 % of 900, less the 30 of the small ones
    assert protect(amounts(AMOUNTS), Config(p_percent=10.0, max_hidden_share=1)).safe


def test_threshold_of_contributors():
    few = amounts(AMOUNTS | {"e": [1000, 1000]})
    assert set(primary_cells(few, Config())) == {("e",)}


# what was published before


def region_table(values) -> Table:
    return Table.with_margins(
        [Dimension.flat("REF_AREA", values)], {(code,): n for code, n in values.items()}
    )


def test_a_total_published_elsewhere_is_taken_into_account():
    """The margin is not in this release, but another publication printed it."""
    dims = [Dimension.flat("REF_AREA", "abc")]
    table = Table.build(dims, {("a",): Cell(7), ("b",): Cell(293), ("c",): Cell(3)})
    assert table.unpublished == {("_T",)}
    alone = protect(table, CONFIG)
    assert set(alone.pattern) == {("c",)}
    known = Knowledge((exactly({("_T",): 1}, 303),))
    together = protect(table, CONFIG, published=known)
    assert len(together.pattern) == 2 and together.safe
    assert audit(table, alone.pattern, published=known)["c",].width == 0
    assert audit(table, together.pattern, {("c",): None}, published=known)["c",].width >= 5


def test_a_cell_published_before_cannot_be_taken_back():
    table = region_table({"a": 3, "b": 40, "c": 50})
    result = protect(table, CONFIG, published=Knowledge((exactly({("a",): 1}, 3),)))
    assert result.refusal.code == "published_before"
    assert result.refusal.figures == (("a",),)
    assert not result.pattern


def test_a_published_neighbour_does_not_serve_as_protection():
    table = region_table({"a": 3, "b": 20, "c": 50})
    plain = protect(table, CONFIG).pattern
    assert set(plain) == {("a",), ("b",)}
    known = Knowledge((exactly({("b",): 1}, 20),))
    assert set(protect(table, CONFIG, published=known).pattern) == {("a",), ("c",)}


def test_differencing_between_periods():
    """January hid a and b. January to February, published in full, less February in full would give January."""
    january = region_table({"a": 3, "b": 20, "c": 50})
    first = protect(january, CONFIG)
    told = of_release("2026-01", january, first.pattern, primary_cells(january, CONFIG))
    february = region_table({"a": 30, "b": 25, "c": 55})
    cumulative = Knowledge(
        tuple(exactly({("2026-01", key): 1, key: 1}, january.cells[key].value + february.cells[key].value)
              for key in february.cells)
    )  # fmt: skip
    assert not protect(february, CONFIG).pattern
    second = protect(february, CONFIG, published=told + cumulative)
    assert second.safe and {("a",), ("b",)} <= set(second.pattern)
    assert second.intervals[("2026-01", ("a",))].width >= 5


def test_an_earlier_release_that_was_open_already_is_named_not_blamed_on_this_one():
    january = region_table({"a": 3, "b": 20, "c": 50})
    told = of_release("old", january, [("a",)], primary_cells(january, CONFIG))
    result = protect(region_table({"a": 30, "b": 20}), CONFIG, published=told)
    assert result.safe and result.exposed == {("old", ("a",))}


def test_the_same_table_published_twice_with_two_patterns():
    """Each pattern is safe alone; together they show everything. The second run sees the first."""
    table = region_table({"a": 3, "b": 20, "c": 21})
    keys = {key: key for key in table.cells}
    told = of_release("first", table, [("a",), ("c",)], {}, same_as=keys)
    result = protect(table, CONFIG, published=told)
    assert result.safe and set(result.pattern) == {("a",), ("c",)}


def test_a_published_percentage_counts():
    """a is hidden, but "6.0 % of all" was printed: with the total known, a follows to within a person."""
    table = region_table({"a": 3, "b": 20, "c": 27})
    known = Knowledge(ratio(("a",), ("_T",), shown=6.0, half_unit=0.05))
    result = protect(table, CONFIG, published=known)
    assert not result.safe or ("_T",) in result.pattern
    interval = audit(table, [("a",), ("b",)], {("a",): None}, published=known)["a",]
    assert interval.low == interval.high == 3


def test_a_figure_published_rounded_leaves_its_window():
    table = region_table({"a": 3, "b": 20, "c": 27})
    known = Knowledge((rounded(("a",), 5, 5),))
    interval = audit(table, [("a",), ("b",)], {("a",): None}, published=known)["a",]
    assert (interval.low, interval.high) == (1, 10)


def test_knowledge_that_contradicts_the_table_is_refused_as_such():
    table = region_table({"a": 3, "b": 20, "c": 27})
    result = protect(table, CONFIG, published=Knowledge((exactly({("b",): 1, ("c",): 1}, 40),)))
    assert result.refusal.code == "contradiction"
    assert set(result.refusal.figures) == {("b",), ("c",)}


# too much, too long


def test_too_much_hidden_brings_an_offer_of_rounding():
    table = random_table((6, 2, 4), 2, small=0.5, zero=0.1)
    result = protect(table, Config())
    assert result.hidden_share > 0.25 and result.method is Method.SUPPRESSION and result.safe
    check_rounding(table, result.offer)
    replaced = protect(table, Config(too_much_hidden="replace"))
    assert replaced.method is Method.ROUNDING
    check_rounding(table, replaced)


def check_rounding(table, result):
    assert result.method is Method.ROUNDING and result.safe
    shown = result.rounded
    assert all(number % 5 == 0 and abs(number - table.cells[key].value) <= 5 for key, number in shown.items())
    assert all(shown[parent] == sum(shown[part] for part in parts) for parent, parts in table.relations)
    assert all(not number for key, number in shown.items() if not table.cells[key].value)
    assert min(interval.width for interval in result.intervals.values()) >= 5


def test_coarsening_comes_first_when_it_was_agreed():
    table = random_table((6, 2, 4), 2, small=0.5, zero=0.1)
    merge = ("D0", {f"c{i}": f"m{i // 3}" for i in range(6)})
    drop = ("D2", dict.fromkeys(["c0", "c1", "c2", "c3"], "all"))
    result = protect(table, Config(coarsenings=(merge, drop), too_much_hidden="replace"))
    assert result.method is Method.COARSENING and result.safe
    assert result.hidden_share <= 0.25
    assert {key[0] for key in result.table.cells} == {"_T", "m0", "m1"}


class Ticking:
    """A clock that goes on by a second each time it is read."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


def test_out_of_time_is_refused_honestly():
    result = protect(random_table((8, 2, 4), 1), Config(time_limit=5), now=Ticking())
    assert result.refusal.code == "time_limit"
    assert not result.pattern and not result.intervals and result.refusal.message
    assert result.seconds >= 5


def test_nothing_to_hide():
    result = protect(region_table({"a": 10, "b": 0, "c": 50}), CONFIG)
    assert result.method is Method.NOTHING_TO_HIDE and result.safe and not result.pattern
