"""Elasticities of the structure of imports by the arc formula (Annex 5): both changes against their middle.

    E = ((s₂ − s₁) / ((s₁ + s₂) / 2)) / ((p₂ − p₁) / ((p₁ + p₂) / 2))

s: share of imports from outside the union; p: their price.
"""

from dataclasses import dataclass
from decimal import Decimal

from .study import Study

HALF = Decimal("0.5")  # shares are printed in whole per cent
YEARS = ("year1", "year2", "year3")


def arc(before: Decimal, after: Decimal, price_before: Decimal, price_after: Decimal) -> Decimal | None:
    """None where a share or price is zero on both sides, or the price did not move: nothing to divide by."""
    if not (before + after) or not (price_before + price_after) or price_before == price_after:
        return None
    share = (after - before) / ((before + after) / 2)
    price = (price_after - price_before) / ((price_before + price_after) / 2)
    return share / price


@dataclass(frozen=True)
class Implied:
    """The elasticity that printed shares and prices imply; `low` and `high` is what their rounding leaves open."""

    sector: str
    period: str
    before: Decimal
    after: Decimal
    price: Decimal
    value: Decimal
    low: Decimal
    high: Decimal


def implied(study: Study, first_year: int = 2015) -> list[Implied]:
    """For each sector and year whose shares and price are readable and whose price moved."""
    found = []
    for sector in study.subjects("share"):
        for place, period in enumerate(YEARS):
            earlier = "before" if place == 0 else YEARS[place - 1]
            before = study.value("share", sector, "", "other", earlier)
            after = study.value("share", sector, "", "other", period)
            price = study.value("price", sector, "", "", str(first_year + place))
            if None in (before, after, price) or price == 1:
                continue
            value = arc(before, after, Decimal(1), price)
            corners = [
                arc(max(before + one, Decimal(0)), max(after + two, Decimal(0)), Decimal(1), price)
                for one in (-HALF, HALF)
                for two in (-HALF, HALF)
            ]
            if value is not None and None not in corners:
                found.append(Implied(sector, period, before, after, price, value, min(corners), max(corners)))
    return found
