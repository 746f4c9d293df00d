"""Weighted tariffs and the equation of import prices.

    P(s, t) = Σₒ w(s, o) · (1 + τ(s, o, t)) / (1 + τ(s, o, before)) · (1 + ν(s, o, t)) / (1 + ν(s, o, before))

w: share of the origin in the sector's imports before accession; τ: weighted tariff; ν: other barriers as a rate.
The study's own letters are not readable; this is the usual form for prices that pass a tariff on in full.
"""

from dataclasses import dataclass
from decimal import Decimal

from .study import Study

ORIGINS = ("CU", "other")
BARRIER_CUT = Decimal("0.25")  # by how much the study supposes non-tariff barriers to fall


@dataclass(frozen=True)
class WeightedTariff:
    """`lines` how many tariff lines stand behind it; 0 where the weighted rate itself was given."""

    sector: str
    origin: str
    moment: str
    rate: Decimal | None
    lines: int = 0


def weighted_tariff(study: Study, sector: str, origin: str, moment: str) -> WeightedTariff:
    """Σ imports · rate / Σ imports over the lines that have both; the given rate where there are no lines."""
    lines = [
        one for one in study.of("line") if (one.subject, one.object, one.period) == (sector, origin, moment)
    ]
    pairs = [(study.value("line", sector, one.item, origin, "imports"), one.value) for one in lines]
    known = [(imports, rate) for imports, rate in pairs if imports is not None and rate is not None]
    if weight := sum((imports for imports, _rate in known), Decimal(0)):
        rate = sum((imports * rate for imports, rate in known), Decimal(0)) / weight
        return WeightedTariff(sector, origin, moment, rate, len(known))
    return WeightedTariff(sector, origin, moment, study.value("tariff", sector, "", origin, moment))


def weights(study: Study, sector: str) -> dict[str, Decimal] | None:
    """Shares of the origins before accession, as parts of one; None while one is unreadable."""
    found = {origin: study.value("share", sector, "", origin, "before") for origin in ORIGINS}
    total = sum(value for value in found.values() if value is not None)
    if None in found.values() or not total:
        return None
    return {origin: value / total for origin, value in found.items()}


def import_price(study: Study, sector: str, moment: str = "under") -> Decimal | None:
    """The factor of the sector's import prices against "before"; None while shares or tariffs are missing.

    Barriers that are not given are taken as unchanged: the result is then the effect of tariffs alone.
    """
    parts = weights(study, sector)
    if parts is None:
        return None
    price = Decimal(0)
    for origin, weight in parts.items():
        tariff = _change(
            weighted_tariff(study, sector, origin, "before").rate,
            weighted_tariff(study, sector, origin, moment).rate,
        )
        if tariff is None:
            return None
        barrier = _change(*(study.value("barrier", sector, "", origin, when) for when in ("before", moment)))
        price += weight * tariff * (barrier if barrier is not None else 1)
    return price


def _change(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    return None if before is None or after is None else (100 + after) / (100 + before)


def implied_barrier(study: Study, sector: str, printed: Decimal) -> Decimal | None:
    """The rate of other barriers towards the union that would explain the printed factor, if they fell by a quarter.

    From weight · ((1 + 0.75 ν) / (1 + ν) − 1) = printed − tariffs alone. In per cent; None where nothing explains it.
    """
    parts, tariffs = weights(study, sector), import_price(study, sector)
    if parts is None or tariffs is None or not parts["CU"]:
        return None
    fall = (tariffs - printed) / parts["CU"]
    rest = BARRIER_CUT - fall
    return 100 * fall / rest if fall >= 0 and rest > 0 else None


def price_change(study: Study, sector: str, year: str) -> Decimal | None:
    """The printed change of import prices in per cent."""
    factor = study.value("price", sector, "", "", year)
    return None if factor is None else 100 * (factor - 1)


def mean_change(study: Study, year: str) -> tuple[Decimal | None, int]:
    """The simple mean over the sectors that are readable, and how many they are; weights are not readable."""
    sectors = [name for name in study.subjects("price") if name != "economy_average"]
    known = [change for name in sectors if (change := price_change(study, name, year)) is not None]
    return (sum(known, Decimal(0)) / len(known) if known else None), len(known)
