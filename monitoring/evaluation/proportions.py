"""Rates and their differences, with intervals that hold for small numbers (Newcombe 1998)."""

import math
from dataclasses import dataclass

from monitoring.evaluation.problems import DataProblem, NotEnoughData
from monitoring.evaluation.result import Estimate, Software


@dataclass(frozen=True)
class Count:
    """Events among persons."""

    events: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.events <= self.total:
            raise DataProblem("events_over_total", events=self.events, total=self.total)

    @property
    def share(self) -> float:
        return self.events / self.total


def z_value(level: float) -> float:
    from scipy import stats

    return float(stats.norm.ppf(0.5 + level / 2))


def wilson_interval(count: Count, level: float = 0.95) -> tuple[float, float]:
    """Score interval of one proportion (Wilson 1927): never leaves 0..1, holds for 0 and for all."""
    if count.total == 0:
        raise NotEnoughData("empty_group")
    z, n, p = z_value(level), count.total, count.share
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if count.events == 0 else centre - half
    return low, 1.0 if count.events == n else centre + half


def newcombe_interval(first: Count, second: Count, level: float = 0.95) -> tuple[float, float]:
    """Interval of the difference first - second, by the hybrid score method (Newcombe 1998, method 10)."""
    (low1, high1), (low2, high2) = wilson_interval(first, level), wilson_interval(second, level)
    p1, p2 = first.share, second.share
    difference = p1 - p2
    return (
        difference - math.hypot(p1 - low1, high2 - p2),
        difference + math.hypot(high1 - p1, p2 - low2),
    )


def two_proportions(treated: Count, control: Count, *, outcome: str = "", level: float = 0.95) -> Estimate:
    """Difference of two proportions: Newcombe interval, pooled z test, Fisher's exact test."""
    from scipy import stats

    if not treated.total or not control.total:
        raise NotEnoughData("empty_group")
    p1, p2, n1, n2 = treated.share, control.share, treated.total, control.total
    pooled = (treated.events + control.events) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    if variance == 0:
        raise NotEnoughData("no_variation", estimate=p1 - p2, outcome=outcome)
    z = (p1 - p2) / math.sqrt(variance)
    cells = [[treated.events, n1 - treated.events], [control.events, n2 - control.events]]
    return Estimate(
        design="two_proportions",
        outcome=outcome,
        quantity="two_proportions",
        estimate=p1 - p2,
        std_error=math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2),
        interval=newcombe_interval(treated, control, level),
        level=level,
        p_value=2 * float(stats.norm.sf(abs(z))),
        p_exact=float(stats.fisher_exact(cells).pvalue),
        statistic=z,
        n=n1 + n2,
        scale="percentage_points",
        diagnostics=_details(treated, control, z, cells, level),
        software=Software.of(
            "scipy",
            "difference of proportions",
            "unpooled",
            "none; interval by Newcombe's method 10",
            "normal",
        ),
    )


def _details(treated: Count, control: Count, z: float, cells: list[list[int]], level: float) -> dict:
    from scipy import stats

    yates = stats.chi2_contingency(cells, correction=True)
    return {
        "treated": _group(treated, level),
        "control": _group(control, level),
        "p_exact_test": "Fisher",
        "z_pooled": z,
        "chi_squared": z * z,
        "chi_squared_yates": {"statistic": float(yates.statistic), "p_value": float(yates.pvalue)},
        "risk_ratio": _ratio(
            treated.share, control.share, _sum_of_inverses(treated, control, risk=True), level
        ),
        "odds_ratio": _ratio(
            cells[0][0] * cells[1][1],
            cells[0][1] * cells[1][0],
            _sum_of_inverses(treated, control, risk=False),
            level,
        ),
    }


def _group(count: Count, level: float) -> dict:
    low, high = wilson_interval(count, level)
    return {"events": count.events, "total": count.total, "share": count.share, "interval": [low, high]}


def _sum_of_inverses(treated: Count, control: Count, *, risk: bool) -> float:
    """Variance of the logarithm of a ratio; infinite where a cell is empty."""
    total = 0.0
    for count in (treated, control):
        rest = count.total - count.events
        if not count.events or (not rest and not risk):
            return math.inf
        total += 1 / count.events + (-1 / count.total if risk else 1 / rest)
    return total


def _ratio(above: float, below: float, variance: float, level: float) -> dict | None:
    """Ratio with its interval on the logarithmic scale; None where it is not defined."""
    if math.isinf(variance) or not above or not below:
        return None
    half = z_value(level) * math.sqrt(variance)
    ratio = above / below
    return {"estimate": ratio, "interval": [ratio * math.exp(-half), ratio * math.exp(half)]}
