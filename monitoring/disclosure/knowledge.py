"""What an attacker knows beside the table: everything published before, as linear statements about figures."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from .rules import Need
from .tables import Key, Table

Ref = Hashable
"""A figure: the key of a cell of the table at hand, or any other name for a figure outside it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """low <= sum(coefficient x figure) <= high. Equal bounds for an exact publication."""

    terms: tuple[tuple[Ref, float], ...]
    low: float
    high: float


@dataclass(frozen=True)
class Knowledge:
    """`floors`: what a figure outside the table is known to be at least (0 when not named).

    `protected`: figures of earlier releases that stay protected, with what was promised for each.
    `amounts`: figures outside the table that are not whole numbers, beside a table of counts.
    """

    relations: tuple[Relation, ...] = ()
    floors: Mapping[Ref, float] = field(default_factory=dict)
    protected: Mapping[Ref, Need] = field(default_factory=dict)
    true_values: Mapping[Ref, float] = field(default_factory=dict)
    amounts: frozenset[Ref] = frozenset()

    def __add__(self, other: "Knowledge") -> "Knowledge":
        return Knowledge(
            self.relations + other.relations,
            {**self.floors, **other.floors},
            {**self.protected, **other.protected},
            {**self.true_values, **other.true_values},
            self.amounts | other.amounts,
        )


def exactly(terms: Mapping[Ref, float], value: float) -> Relation:
    """A published total, difference or single figure."""
    return Relation(tuple(terms.items()), float(value), float(value))


def rounded(ref: Ref, shown: float, reach: float) -> Relation:
    """A figure published as `shown`, known to be at most `reach` away."""
    return Relation(((ref, 1.0),), shown - reach, shown + reach)


def ratio(
    numerator: Ref, denominator: Ref, shown: float, half_unit: float, scale: float = 100
) -> tuple[Relation, ...]:
    """A published `scale * numerator / denominator`, rounded: 43.2 percent has a half unit of 0.05."""
    infinity = float("inf")
    upper = Relation(((numerator, scale), (denominator, -(shown + half_unit))), -infinity, 0.0)
    lower = Relation(((numerator, scale), (denominator, -(shown - half_unit))), 0.0, infinity)
    return lower, upper


def of_release(
    name: str,
    table: Table,
    hidden: Collection[Key],
    needs: Mapping[Key, Need],
    same_as: Mapping[Key, Key] | None = None,
) -> Knowledge:
    """What an earlier release of `table` told, its cells called `(name, key)`.

    `same_as` names cells of the table at hand that are the very same figure (the same period published again):
    they go by their own key there, and are protected by the rules of the new run.
    """
    same_as = same_as or {}
    refs: dict[Key, Ref] = {key: same_as.get(key, (name, key)) for key in table.cells}
    relations = [
        exactly({refs[parent]: 1.0} | {refs[part]: -1.0 for part in parts}, 0)
        for parent, parts in table.relations
    ]
    unknown = set(hidden) | table.unpublished
    relations += [
        exactly({refs[key]: 1.0}, float(table.cells[key].value)) for key in sorted(set(refs) - unknown)
    ]
    floor = hidden_floor(table)
    outside = {key for key in unknown if key not in same_as}
    return Knowledge(
        tuple(relations),
        {refs[key]: floor for key in outside - table.unpublished},
        {refs[key]: need for key, need in needs.items() if key in outside},
        {refs[key]: float(table.cells[key].value) for key in outside},
    )


def hidden_floor(table: Table) -> float:
    """Zeros are always shown, so whoever sees a hidden count knows that it is at least 1."""
    return 1.0 if table.counts else 0.0


def merged(parts: Iterable[Knowledge]) -> Knowledge:
    total = Knowledge()
    for part in parts:
        total = total + part
    return total
