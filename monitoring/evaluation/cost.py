"""What one unit of effect cost."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from monitoring.evaluation.design import Cost


@dataclass(frozen=True)
class CostPerOutcome:
    """Money for one unit of the outcome gained or avoided.

    `low` and `high` bound it by the ends of the effect's interval; `high` is None where the interval reaches
    zero (the cost has no upper bound), and all three are None where the effect itself is zero.
    """

    currency: str
    per_unit: Decimal | None
    low: Decimal | None
    high: Decimal | None


def cost_per_outcome(cost: Cost, effect: float, interval: tuple[float, float] | None) -> CostPerOutcome:
    """Cost divided by the effect on all persons reached; the direction of the effect is left to the reader."""
    amount = Decimal(cost.amount)

    def per(size: float) -> Decimal | None:
        total = Decimal(repr(abs(float(size)))) * cost.persons
        return None if total == 0 else (amount / total).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)

    if interval is None:
        return CostPerOutcome(cost.currency, per(effect), None, None)
    near, far = sorted(abs(end) for end in interval)
    unbounded = interval[0] <= 0 <= interval[1]
    return CostPerOutcome(cost.currency, per(effect), per(far), None if unbounded else per(near))
