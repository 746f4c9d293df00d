"""Which outlet spoils more blank forms than the others, told only where the numbers are large enough to tell. Pure.

Each outlet is held against all others with a beta-binomial distribution: outlets differ by nature (paper jams, new
staff), so the spread between the others widens what counts as ordinary. Rates of the others beyond Tukey's upper
fence are pulled back to it, so that one bad outlet cannot hide another. P-values are adjusted after Holm (1979),
because with a hundred outlets one of them is always the worst.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma
from statistics import quantiles

FEWEST_BLANKS = 30
FEWEST_OTHERS = 5
SURE = 0.01
TWICE = 2.0


@dataclass(frozen=True)
class Outlet:
    """`handled`: used and spoiled together."""

    name: str
    spoiled: int
    handled: int

    @property
    def rate(self) -> float:
        return self.spoiled / self.handled if self.handled else 0.0


@dataclass(frozen=True)
class Judged:
    """`p` is adjusted; None where there are too few blanks or too few others to say anything."""

    outlet: Outlet
    usual: float | None
    p: float | None

    @property
    def is_unusual(self) -> bool:
        return self.p is not None and self.p < SURE and self.outlet.rate >= TWICE * (self.usual or 0)


def judge(outlets: Sequence[Outlet]) -> list[Judged]:
    """Every outlet beside the others, in the order given."""
    enough = [one for one in outlets if one.handled >= FEWEST_BLANKS]
    if len(enough) <= FEWEST_OTHERS:
        return [Judged(one, None, None) for one in outlets]
    raw = {one.name: _against(one, [other for other in enough if other is not one]) for one in enough}
    adjusted = _holm({name: p for name, (_usual, p) in raw.items()})
    return [
        Judged(one, raw[one.name][0], adjusted[one.name]) if one.name in raw else Judged(one, None, None)
        for one in outlets
    ]


def _against(one: Outlet, others: Sequence[Outlet]) -> tuple[float, float]:
    """Usual rate of the others, and the chance to see so many spoiled or more at an ordinary outlet."""
    lower, _middle, upper = quantiles([other.rate for other in others], n=4)
    fence = upper + 1.5 * (upper - lower)
    spoiled = [min(float(other.spoiled), fence * other.handled) for other in others]
    handled = [other.handled for other in others]
    # Jeffreys' half a blank keeps the rate above nought when nobody has spoiled anything yet.
    usual = (sum(spoiled) + 0.5) / (sum(handled) + 1)
    spread = _overdispersion(spoiled, handled, usual)
    # The others' own number limits how well their rate is known.
    strength = min(1 / spread - 1 if spread > 0 else float("inf"), sum(handled))
    return usual, _upper_tail(one.spoiled, one.handled, usual * strength, (1 - usual) * strength)


def _overdispersion(spoiled: Sequence[float], handled: Sequence[int], rate: float) -> float:
    """Intra-class correlation by the method of moments (Williams 1982); 0 when chance alone explains the spread."""
    count, total = len(handled), sum(handled)
    chi = sum((s - n * rate) ** 2 / (n * rate * (1 - rate)) for s, n in zip(spoiled, handled, strict=True))
    return max(0.0, min(0.5, (chi - count) / (total - count)))


def _upper_tail(least: int, handled: int, alpha: float, beta: float) -> float:
    """P(X ≥ least) of a beta-binomial distribution."""
    return min(1.0, sum(_mass(k, handled, alpha, beta) for k in range(least, handled + 1)))


def _mass(k: int, n: int, alpha: float, beta: float) -> float:
    choose = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(choose + _log_beta(k + alpha, n - k + beta) - _log_beta(alpha, beta))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _holm(values: dict[str, float]) -> dict[str, float]:
    adjusted: dict[str, float] = {}
    worst = 0.0
    for place, (name, p) in enumerate(sorted(values.items(), key=lambda pair: pair[1])):
        worst = max(worst, min(1.0, p * (len(values) - place)))
        adjusted[name] = worst
    return adjusted
