"""Tables with their margins: dimensions as trees of codes, cells by key, and the sums that tie cells together."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import product

from .messages import TABLE_FAULTS

Key = tuple[str, ...]
Number = int | Decimal
MAX_CELLS = 50_000  # with margins; beyond it no pattern is found in a time that anybody waits


def shown_key(key: Iterable[str]) -> str:
    return " · ".join(key)


class TableError(ValueError):
    """The table cannot be read as one: a margin is not its sum, a code is unknown, a figure is negative.

    `code` and `params` belong to a sentence of `messages.TABLE_FAULTS`.
    """

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(TABLE_FAULTS[code] % params)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Dimension:
    """`parents` maps each code to the code it adds up into; the total has None. One tree, any depth."""

    name: str
    parents: Mapping[str, str | None]

    @classmethod
    def flat(cls, name: str, codes: Iterable[str], total: str = "_T") -> "Dimension":
        return cls(name, {total: None} | {code: total for code in codes if code != total})

    def __post_init__(self) -> None:
        strangers = {parent for parent in self.parents.values() if parent is not None} - set(self.parents)
        if strangers:
            raise TableError("unknown_parent", dimension=self.name, codes=sorted(strangers))
        if list(self.parents.values()).count(None) != 1:
            raise TableError("one_total_needed", dimension=self.name)
        for code in self.parents:
            self._check_way_up(code)

    def _check_way_up(self, code: str) -> None:
        seen, at = set(), code
        while at is not None:
            if at in seen:
                raise TableError("circle", dimension=self.name, code=code)
            seen.add(at)
            at = self.parents[at]

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Codes that add up, with their parts."""
        found: dict[str, list[str]] = {}
        for code, parent in self.parents.items():
            if parent is not None:
                found.setdefault(parent, []).append(code)
        return {code: tuple(sorted(parts)) for code, parts in found.items()}

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        return tuple(sorted(code for code in self.parents if code not in self.children))

    @property
    def total(self) -> str:
        return next(code for code, parent in self.parents.items() if parent is None)

    def leaves_under(self, code: str) -> Iterator[str]:
        parts = self.children.get(code)
        if parts is None:
            yield code
        for part in parts or ():
            yield from self.leaves_under(part)


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure. `contributors` and the `largest` contributions (falling) are needed by rules on amounts only:
    in a table of counts the value is the number of contributors."""

    value: Number
    contributors: int | None = None
    largest: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Table:
    """Every combination of codes has a cell. `unpublished` cells are not part of the release: nobody sees them,
    but they tie the others together all the same."""

    dimensions: tuple[Dimension, ...]
    cells: Mapping[Key, Cell]
    unpublished: frozenset[Key] = frozenset()
    counts: bool = True

    @classmethod
    def build(
        cls, dimensions: Iterable[Dimension], given: Mapping[Key, Cell], *, counts: bool = True
    ) -> "Table":
        """Complete a table from the cells at hand.

        An inner cell that is not given is zero (sparse tables leave zeros out) and counts as published. A margin
        that is not given is computed and counts as unpublished. Raises TableError when a given margin is not the
        sum of its parts.
        """
        dimensions = tuple(dimensions)
        count = math.prod(len(dimension.parents) for dimension in dimensions)
        if count > MAX_CELLS:
            raise TableError("too_many_cells", count=count, most=MAX_CELLS)
        _check_keys(dimensions, given)
        cells: dict[Key, Cell] = {}
        unpublished = set()
        for key in product(*(sorted(dimension.parents) for dimension in dimensions)):
            leaves = list(
                product(*(dim.leaves_under(code) for dim, code in zip(dimensions, key, strict=True)))
            )
            total = sum(given[leaf].value for leaf in leaves if leaf in given)
            if key not in given:
                cells[key] = Cell(total)
                if leaves != [key]:
                    unpublished.add(key)
            elif given[key].value != total:
                raise TableError(
                    "margin_is_not_the_sum", key=shown_key(key), given=given[key].value, sum=total
                )
            else:
                cells[key] = given[key]
        return cls(dimensions, cells, frozenset(unpublished), counts)

    @classmethod
    def with_margins(cls, dimensions: Iterable[Dimension], inner: Mapping[Key, Number]) -> "Table":
        """A table of counts from its inner cells, every margin computed and published."""
        built = cls.build(dimensions, {key: Cell(value) for key, value in inner.items()})
        return replace(built, unpublished=frozenset())

    @cached_property
    def relations(self) -> tuple[tuple[Key, tuple[Key, ...]], ...]:
        """Each sum in the table: the cell that adds up, and its parts."""
        found = []
        for axis, dimension in enumerate(self.dimensions):
            rest = [sorted(other.parents) for other in self.dimensions]
            for code, parts in sorted(dimension.children.items()):
                rest[axis] = [code]
                for key in product(*rest):
                    found.append((key, tuple((*key[:axis], part, *key[axis + 1 :]) for part in parts)))
        return tuple(found)

    @cached_property
    def published(self) -> tuple[Key, ...]:
        """Cells of the release in a fixed order, whatever order they came in."""
        return tuple(sorted(set(self.cells) - self.unpublished))

    def margin_depth(self, key: Key) -> int:
        """In how many dimensions the cell is a sum."""
        return sum(code in dim.children for dim, code in zip(self.dimensions, key, strict=True))

    def coarsened(self, dimension: str, merged: Mapping[str, str]) -> "Table":
        """Leaves of `dimension` renamed by `merged`, those with the same new code added together.

        The tree under the total is flattened for the codes that change; contributions are not carried over.
        """
        axis = [dim.name for dim in self.dimensions].index(dimension)
        old = self.dimensions[axis]
        renamed = {leaf: merged.get(leaf, leaf) for leaf in old.leaves}
        new = Dimension.flat(dimension, renamed.values(), old.total)
        dimensions = (*self.dimensions[:axis], new, *self.dimensions[axis + 1 :])
        inner: dict[Key, Number] = {}
        for key in product(*(dim.leaves for dim in self.dimensions)):
            coarse = (*key[:axis], renamed[key[axis]], *key[axis + 1 :])
            inner[coarse] = inner.get(coarse, 0) + self.cells[key].value
        table = Table.build(
            dimensions, {key: Cell(value) for key, value in inner.items()}, counts=self.counts
        )
        told = {
            (*key[:axis], renamed.get(key[axis], key[axis]), *key[axis + 1 :])
            for key in self.published
            if key[axis] in renamed or key[axis] == old.total
        }
        return replace(table, unpublished=frozenset(set(table.cells) - told))


def _check_keys(dimensions: tuple[Dimension, ...], given: Mapping[Key, Cell]) -> None:
    for key, cell in given.items():
        if len(key) != len(dimensions):
            raise TableError("wrong_number_of_codes", key=shown_key(key))
        for dimension, code in zip(dimensions, key, strict=True):
            if code not in dimension.parents:
                raise TableError("unknown_code", dimension=dimension.name, code=code)
        if cell.value < 0:
            raise TableError("negative", key=shown_key(key), value=cell.value)
