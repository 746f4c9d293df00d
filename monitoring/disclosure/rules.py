"""Primary rules: which cells would tell something about a person or an enterprise, and how far they must be blurred."""

from collections.abc import Mapping
from dataclasses import dataclass

from .tables import Cell, Key, Table, TableError, shown_key


@dataclass(frozen=True, slots=True)
class Need:
    """What is promised for a cell: the interval an attacker can work out is at least `width` wide and reaches at
    least `above` over and `below` under the true value."""

    width: float
    above: float = 0
    below: float = 0


@dataclass(frozen=True, slots=True)
class Config:
    """Rules and limits of a disclosure run.

    threshold: cells with fewer contributors (and at least one) are protected; 0 switches the rule off.
    width: promised width of the interval of such a cell.
    amount_width: in a table of amounts, the interval of such a cell reaches this many per cent of the amount both ways:
        five units of money would be no protection.
    dominance: (n, k): the n largest contributors make up more than k percent of the cell.
    p_percent: the second largest contributor could work out the largest to within p percent.
    max_hidden_share: above it, rounding or coarsening is offered.
    too_much_hidden: `offer` keeps the pattern and adds the alternative, `replace` publishes the alternative.
    coarsenings: merges of codes to try, in order: (dimension, {old code: new code}).
    keep: cells that must stay visible, such as a total that is printed elsewhere.
    time_limit: seconds; after them the run refuses.
    """

    threshold: int = 5
    width: float = 5
    amount_width: float = 25
    dominance: tuple[int, float] | None = None
    p_percent: float | None = None
    max_hidden_share: float = 0.25
    too_much_hidden: str = "offer"
    rounding_base: int = 5
    coarsenings: tuple[tuple[str, Mapping[str, str]], ...] = ()
    keep: frozenset[Key] = frozenset()
    time_limit: float = 60.0


def primary_cells(table: Table, config: Config) -> dict[Key, Need]:
    """The published cells that need protection, in key order. A zero is never among them."""
    found = {}
    for key in table.published:
        cell = table.cells[key]
        if cell.value and (need := _need(key, cell, table, config)):
            found[key] = need
    return found


def _need(key: Key, cell: Cell, table: Table, config: Config) -> Need | None:
    needs = []
    contributors = cell.value if table.counts else cell.contributors
    if config.threshold:
        if contributors is None:
            raise TableError("contributors_missing", key=shown_key(key))
        if contributors < config.threshold:
            needs.append(_of_few(cell, table, config))
    if config.dominance is not None:
        needs.append(_dominance(key, cell, *config.dominance))
    if config.p_percent is not None:
        needs.append(_p_percent(key, cell, config.p_percent))
    return _strictest([need for need in needs if need is not None])


def _of_few(cell: Cell, table: Table, config: Config) -> Need:
    if table.counts:
        return Need(config.width)
    reach = config.amount_width / 100 * float(cell.value)
    return Need(max(config.width, 2 * reach), reach, min(reach, float(cell.value)))


def _dominance(key: Key, cell: Cell, n: int, k: float) -> Need | None:
    """Enough is added above for the n largest to make up no more than k percent."""
    above = 100 / k * sum(_largest(key, cell, n)) - float(cell.value)
    return _both_ways(cell, above)


def _p_percent(key: Key, cell: Cell, p: float) -> Need | None:
    """Enough is added above for the remainder to blur the largest by p percent."""
    first, second = (*_largest(key, cell, 2), 0.0, 0.0)[:2]
    above = p / 100 * first - (float(cell.value) - first - second)
    return _both_ways(cell, above)


def _both_ways(cell: Cell, above: float) -> Need | None:
    if above <= 0:
        return None
    below = min(above, float(cell.value))
    return Need(above + below, above, below)


def _largest(key: Key, cell: Cell, n: int) -> list[float]:
    if not cell.largest:
        raise TableError("contributions_missing", key=shown_key(key))
    return sorted((float(one) for one in cell.largest), reverse=True)[:n]


def _strictest(needs: list[Need]) -> Need | None:
    if not needs:
        return None
    return Need(
        max(need.width for need in needs),
        max(need.above for need in needs),
        max(need.below for need in needs),
    )
