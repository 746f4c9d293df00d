"""Merges of codes that would leave fewer small cells: proposals for people, who know what the codes mean."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .rules import Config, primary_cells
from .tables import Dimension, Table

MOST_NAMED = 3  # codes in the name of a merged one


@dataclass(frozen=True)
class Suggestion:
    """To be put under `coarsenings`. `small_before` and `small_after`: protected cells, before anything is hidden."""

    dimension: str
    merge: Mapping[str, str]
    small_before: int
    small_after: int


def suggestions(table: Table, config: Config) -> list[Suggestion]:
    """The merges that help, best first; none for amounts, whose contributors are not known after a merge."""
    if not table.counts:
        return []
    before = len(primary_cells(table, config))
    found = []
    for dimension in table.dimensions:
        for merge in _merges(table, dimension):
            after = len(primary_cells(table.coarsened(dimension.name, merge), config))
            if after < before:
                found.append(Suggestion(dimension.name, merge, before, after))
    return sorted(found, key=lambda one: (one.small_after, one.dimension))


def _merges(table: Table, dimension: Dimension) -> Iterator[dict[str, str]]:
    """Codes give way to those they add up into; of a flat list the emptier half becomes one code."""
    upper = {leaf: dimension.parents[leaf] for leaf in dimension.leaves}
    merge = {leaf: parent for leaf, parent in upper.items() if parent != dimension.total}
    if merge:
        yield merge
    elif len(dimension.leaves) > 2:
        axis = [each.name for each in table.dimensions].index(dimension.name)
        totals = dict.fromkeys(dimension.leaves, 0)
        at_total = tuple(each.total for each in table.dimensions)
        for leaf in dimension.leaves:
            totals[leaf] = table.cells[(*at_total[:axis], leaf, *at_total[axis + 1 :])].value
        emptier = sorted(totals, key=lambda leaf: (totals[leaf], leaf))[: max(2, len(totals) // 2)]
        yield dict.fromkeys(sorted(emptier), _name(sorted(emptier)))


def _name(codes: list[str]) -> str:
    named = "+".join(codes[:MOST_NAMED])
    return named if len(codes) <= MOST_NAMED else f"{named}+{len(codes) - MOST_NAMED}"
