"""What printed figures say about the counts behind them, as an attacker reads it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from monitoring.disclosure import Key, Relation, exactly, ratio
from monitoring.formula import ast

from .plan import Computed, Place, Plan


def statements(plan: Plan, place: Place, printed: Mapping[Any, tuple[Decimal, int]]) -> Iterator[Relation]:
    """Of each printed figure (primary key: number and digits) that says something about one table.

    A count printed as it is says itself; a share of one count in another bounds the two. Other formulas say less
    than the counts that went into them, all of which the attacker has unless one of them is hidden.
    """
    for one in plan.computed:
        if one.figure.pk in printed and {plan.place(count) for count in one.counts} == {place}:
            yield from _of_figure(plan, one, *printed[one.figure.pk])


def _of_figure(plan: Plan, one: Computed, number: Decimal, digits: int) -> Iterator[Relation]:
    if len(one.counts) == 1 and one.value.known == plan.grounds[plan.place(one.counts[0])].numbers.get(
        one.counts[0].cell
    ):
        yield exactly({one.counts[0].cell: 1}, float(number))
        return
    found = _share(plan.data.indicators[one.figure.indicator.code].expression)
    if found is None or len(one.counts) != 2:
        return
    scale, part, whole = found
    cells: dict[str, Key] = {count.item: count.cell for count in one.counts}
    if {part, whole} == set(cells):
        yield from ratio(cells[part], cells[whole], float(number), 0.5 * 10.0**-digits, float(scale))


def _share(node: ast.Node) -> tuple[Decimal, str, str] | None:
    """`scale * part / whole`, as (scale, part, whole)."""
    match node:
        case ast.Binary("/", ast.Binary("*", ast.Number(scale), ast.Name(part)), ast.Name(whole)):
            return scale, part, whole
        case ast.Binary("/", ast.Name(part), ast.Name(whole)):
            return Decimal(1), part, whole
    return None
