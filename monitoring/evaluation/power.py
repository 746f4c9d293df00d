"""Sample size, detectable effect and power, before money is spent. Two-sided tests throughout."""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class SampleSize:
    """`exact` solves the power equation; `needed` is the whole number of persons in each group that reaches it."""

    exact: float
    needed: int


def power_of_means(effect_size: float, per_group: float, *, alpha: float = 0.05, ratio: float = 1.0) -> float:
    """Power of the two-sample t test for a standardised difference (Cohen's d)."""
    from scipy import stats

    other = ratio * per_group
    df = per_group + other - 2
    noncentrality = abs(effect_size) * math.sqrt(per_group * other / (per_group + other))
    critical = stats.t.ppf(1 - alpha / 2, df)
    return float(stats.nct.sf(critical, df, noncentrality) + stats.nct.cdf(-critical, df, noncentrality))


def sample_size_means(
    effect_size: float, *, alpha: float = 0.05, power: float = 0.8, ratio: float = 1.0
) -> SampleSize:
    """Persons in the first group; the second has `ratio` times as many (Cohen 1988, chapter 2)."""
    if effect_size == 0:
        raise ValueError("an effect of zero cannot be detected by any number of persons")
    exact = _solve(lambda n: power_of_means(effect_size, n, alpha=alpha, ratio=ratio) - power, 2.0)
    return SampleSize(exact, math.ceil(exact - 1e-9))


def sample_size_proportions(
    first: float, second: float, *, alpha: float = 0.05, power: float = 0.8
) -> SampleSize:
    """Persons in each of two equal groups, by the normal approximation with pooled variance under the null."""
    from scipy import stats

    if first == second:
        raise ValueError("an effect of zero cannot be detected by any number of persons")
    mean = (first + second) / 2
    under_null = stats.norm.ppf(1 - alpha / 2) * math.sqrt(2 * mean * (1 - mean))
    under_effect = stats.norm.ppf(power) * math.sqrt(first * (1 - first) + second * (1 - second))
    exact = float((under_null + under_effect) ** 2 / (first - second) ** 2)
    return SampleSize(exact, math.ceil(exact - 1e-9))


def detectable_effect(std_error: float, df: float, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """Least true effect found with the given power by an estimate of this standard error (Bloom 1995)."""
    from scipy import stats

    reference = stats.norm if math.isinf(df) else stats.t(df)
    return float(reference.ppf(1 - alpha / 2) + reference.ppf(power)) * std_error


def detectable_difference(
    first: int, second: int, *, sd: float, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Least detectable difference of two means in the outcome's own units."""

    def lack(effect_size: float) -> float:
        return power_of_means(effect_size, first, alpha=alpha, ratio=second / first) - power

    return sd * _solve(lack, 1e-6)


def design_effect(cluster_size: float, icc: float) -> float:
    """How many times more persons are needed when whole clusters are treated (Kish)."""
    return 1 + (cluster_size - 1) * icc


def _solve(lack: Callable[[float], float], low: float) -> float:
    from scipy.optimize import brentq

    high = 2 * low
    while lack(high) < 0:
        if high > 1e9:
            raise ValueError("no size reaches this power")
        low, high = high, 2 * high
    return low if lack(low) >= 0 else float(brentq(lack, low, high, xtol=1e-10))
