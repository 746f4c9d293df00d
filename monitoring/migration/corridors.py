"""Corridors of one state, from an origin-destination matrix.

A matrix holds one sort of figures: stocks by birth, modelled and registered flows differ by factors, so they never
meet in one sum, and `per_head` refuses figures that do not belong together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Pair = tuple[str, str]


class MixedSorts(ValueError):
    """Figures of another year, or counted in another way."""


@dataclass(frozen=True)
class Matrix:
    """Cells by (origin, destination). Sources leave zeros out, so a pair that is not there is zero; one that is in
    `unknown` is not known."""

    item: str
    kind: str
    basis: str
    unit: str
    period: str
    cells: Mapping[Pair, Decimal]
    unknown: frozenset[Pair] = field(default_factory=frozenset)

    def value(self, origin: str, destination: str) -> Decimal | None:
        if (origin, destination) in self.unknown:
            return None
        return self.cells.get((origin, destination), Decimal(0))

    @property
    def is_flow(self) -> bool:
        return self.kind == "flow"


@dataclass(frozen=True)
class Corridor:
    """What goes from a state to a partner, and what comes from there. None: not known."""

    partner: str
    out: Decimal | None
    into: Decimal | None

    @property
    def net(self) -> Decimal | None:
        return None if self.out is None or self.into is None else self.into - self.out

    @property
    def return_ratio(self) -> Decimal | None:
        """Arrivals from the partner for each hundred departures to it; None without departures."""
        return 100 * self.into / self.out if self.out and self.into is not None else None


def corridors(matrix: Matrix, state: str) -> list[Corridor]:
    """The corridors of a state, the largest first. A state is no partner of its own."""
    pairs = {*matrix.cells, *matrix.unknown}
    partners = {end for origin, end in pairs if origin == state} | {
        origin for origin, end in pairs if end == state
    }
    found = [Corridor(one, matrix.value(state, one), matrix.value(one, state)) for one in partners - {state}]
    return sorted(found, key=lambda one: (-(one.out or 0) - (one.into or 0), one.partner))


def totals(found: Iterable[Corridor]) -> tuple[Decimal, Decimal, int]:
    """(out, in, corridors of which a side is not known): with some unknown, the sums are at least that much."""
    found = list(found)
    out = sum((one.out for one in found if one.out is not None), Decimal(0))
    into = sum((one.into for one in found if one.into is not None), Decimal(0))
    return out, into, sum(one.out is None or one.into is None for one in found)


def net(matrix: Matrix, state: str) -> Decimal | None:
    """Arrivals less departures. Of flows only: the difference of two stocks is no net migration."""
    if not matrix.is_flow:
        raise MixedSorts("net migration is made of flows")
    out, into, unknown = totals(corridors(matrix, state))
    return None if unknown else into - out


def concentration(values: Iterable[Decimal | None]) -> Decimal | None:
    """Herfindahl's index: the sum of squared shares, from 1/n to 1; None while a value is unknown or all are zero."""
    values = list(values)
    if None in values or not sum(values):
        return None
    total = sum(values, Decimal(0))
    return sum(((one / total) ** 2 for one in values), Decimal(0))


def effective_number(index: Decimal | None) -> Decimal | None:
    """To how many equal destinations the concentration comes."""
    return 1 / index if index else None


def per_head(money: Matrix, people: Matrix, state: str, scale: int = 1) -> dict[str, Decimal]:
    """What a state receives from each partner for each of its people there, in the money's unit times `scale`.

    Raises MixedSorts unless both are of the same year and counted in the same way.
    """
    if (money.period, money.basis) != (people.period, people.basis):
        raise MixedSorts(
            f"{money.item} {money.period} {money.basis} and {people.item} {people.period} {people.basis}"
        )
    if people.kind != "stock":
        raise MixedSorts(f"{people.item} is no stock of people")
    found = {}
    for origin, end in money.cells:
        heads = people.value(state, origin)
        if end == state and heads:
            found[origin] = scale * money.cells[origin, end] / heads
    return found
