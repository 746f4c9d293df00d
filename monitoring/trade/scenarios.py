"""Diversion of imports: how much of what came from outside the union comes from inside after prices changed.

    share outside(t) = share outside(t − 1) · (1 + E(t) · change of import prices(t))

For the whole economy the printed average of prices is cut off; the simple mean of the readable sectors stands in for
it. With that, the first scenario's printed shift comes out; the elasticities of the others are not readable, and
the one multiple of the first scenario's elasticities that gives their printed shift is worked out instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .elasticities import YEARS
from .prices import mean_change, price_change
from .study import Study

FIRST_YEAR = 2015
EXACT = Decimal("0.000001")


@dataclass(frozen=True)
class Scenario:
    """`multiple`: of the first scenario's elasticities; 1 where the elasticities were printed or loaded."""

    number: str
    elasticities: tuple[Decimal, ...]
    changes: tuple[Decimal, ...]
    printed: Decimal | None
    multiple: Decimal = Decimal(1)

    @property
    def implied(self) -> bool:
        return self.multiple != 1

    @property
    def path(self) -> list[Decimal]:
        """Cumulated shift after each year, in per cent of what came from outside before."""
        return [100 - 100 * kept for kept in factors(self.elasticities, self.changes)]

    @property
    def shift(self) -> Decimal:
        return self.path[-1]


def factors(elasticities: Sequence[Decimal], changes: Sequence[Decimal]) -> list[Decimal]:
    """What is left of imports from outside after each year, as a part of one; never under zero."""
    left, found = Decimal(1), []
    for elasticity, change in zip(elasticities, changes, strict=True):
        left = max(Decimal(0), left * (1 + elasticity * change / 100))
        found.append(left)
    return found


def scenarios(study: Study) -> list[Scenario]:
    changes = tuple(mean_change(study, str(FIRST_YEAR + place))[0] for place in range(len(YEARS)))
    if None in changes:
        return []
    base, found = None, []
    for number in study.subjects("scenario"):
        values = tuple(study.value("scenario", number, "elasticity", "", year) for year in YEARS)
        printed = study.value("scenario", number, "shift", "", YEARS[-1])
        if None not in values:
            one = Scenario(number, values, changes, printed)
            base = base or one
        elif base is None or printed is None:
            continue
        else:
            one = _scaled(number, base, printed)
        found.append(one)
    return found


def _scaled(number: str, base: Scenario, printed: Decimal) -> Scenario:
    """The multiple of the base's elasticities that gives the printed shift, by halving the interval."""
    low, high = Decimal(0), Decimal(1)
    while _times(number, base, high, printed).shift < printed and high < 1000:
        high *= 2
    while high - low > EXACT:
        middle = (low + high) / 2
        if _times(number, base, middle, printed).shift < printed:
            low = middle
        else:
            high = middle
    return _times(number, base, high, printed)


def _times(number: str, base: Scenario, multiple: Decimal, printed: Decimal) -> Scenario:
    return Scenario(
        number, tuple(multiple * one for one in base.elasticities), base.changes, printed, multiple
    )


@dataclass(frozen=True)
class SectorPath:
    """Share from outside the union in a sector, before and after each year of a scenario, beside what was printed."""

    sector: str
    scenario: str
    before: Decimal
    computed: tuple[Decimal, ...]
    printed: tuple[Decimal | None, ...]


def sector_paths(study: Study) -> list[SectorPath]:
    """Every sector whose first share and prices are readable, under every scenario."""
    found = []
    for sector in study.subjects("share"):
        before = study.value("share", sector, "", "other", "before")
        changes = [price_change(study, sector, str(FIRST_YEAR + place)) for place in range(len(YEARS))]
        if before is None or None in changes:
            continue
        printed = tuple(study.value("share", sector, "", "other", year) for year in YEARS)
        for scenario in scenarios(study):
            left = factors(scenario.elasticities, changes)
            # prices that fall bring imports back, but never more than all of them
            computed = tuple(min(Decimal(100), before * one) for one in left)
            found.append(SectorPath(sector, scenario.number, before, computed, printed))
    return found
