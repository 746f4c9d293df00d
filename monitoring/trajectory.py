"""Where an indicator ought to be between its baseline and its milestones. Knows periods and Decimals only."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from .periods import Period


@dataclass(frozen=True)
class Path:
    """`points`: baseline first, then milestones, of one frequency, in order of time."""

    points: tuple[tuple[Period, Decimal], ...]
    linear: bool = True
    tolerance: Decimal = Decimal(0)

    def at(self, period: Period) -> Decimal | None:
        """The value on the path; None before the baseline and after the last milestone.

        In steps, a milestone is asked for at its period and not before.
        """
        if not self.points or period < self.points[0][0]:
            return None
        for (start, low), (end, high) in pairwise(self.points):
            if period <= end:
                if not self.linear:
                    return high if period == end else low
                return low + (high - low) * start.distance(period) / start.distance(end)
        return self.points[-1][1] if period == self.points[-1][0] else None

    def gap(self, period: Period, value: Decimal, direction: str) -> Decimal | None:
        """How far a value falls short beyond the tolerance: 0 when it is on the path or better."""
        wanted = self.at(period)
        if wanted is None:
            return None
        short = {"up": wanted - value, "down": value - wanted}.get(direction, abs(value - wanted))
        return max(short - self.tolerance, Decimal(0))


def path(points: Sequence[tuple[str, Decimal]], *, linear: bool, tolerance: Decimal) -> Path:
    """Raises PeriodError for what is no period, or periods of different frequency."""
    read = sorted(((Period.parse(text), value) for text, value in points), key=lambda one: one[0].ordinal)
    for (first, _low), (second, _high) in pairwise(read):
        first.distance(second)
    return Path(tuple(read), linear, tolerance)
