"""What an evaluation hands back: the estimate, how it was computed, and what it can be trusted for."""

import math
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from typing import Any

import numpy as np

from monitoring.evaluation.problems import LANGUAGES, NotEnoughData, wording


@dataclass(frozen=True)
class Software:
    """Enough to compute the same number again: standard errors differ between packages."""

    package: str
    version: str
    method: str
    standard_errors: str
    correction: str
    distribution: str

    @classmethod
    def of(
        cls, package: str, method: str, standard_errors: str, correction: str, distribution: str
    ) -> "Software":
        return cls(package, version(package), method, standard_errors, correction, distribution)


@dataclass(frozen=True)
class EffectChart:
    """All that a drawing of the effect needs. `scale` is units, percent or percentage_points."""

    outcome: str
    estimate: float
    low: float
    high: float
    level: float
    scale: str
    zero: float = 0.0


@dataclass(frozen=True)
class Estimate:
    """One outcome of one evaluation.

    `status` is estimated or not_enough_data; in the second case `reason` is the code of the sentence that
    says why, and `estimate` stands only if a point estimate exists. `p_exact` is the randomisation (or
    Fisher) p-value where the design allows one. `quantity` is what was estimated (did, level, slope, end,
    exposure, rct, two_proportions), `scale` how the finding speaks of it.
    """

    design: str
    outcome: str
    estimate: float | None
    std_error: float | None
    interval: tuple[float, float] | None
    level: float
    p_value: float | None
    n: int
    p_exact: float | None = None
    df: float | None = None
    statistic: float | None = None
    quantity: str = ""
    scale: str = "units"
    status: str = "estimated"
    reason: str | None = None
    reason_params: dict[str, Any] = field(default_factory=dict)
    role: str = "primary"
    p_holm: float | None = None
    diagnostics: dict[str, Any] = field(default_factory=dict)
    feasibility: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    software: Software | None = None

    @property
    def is_estimated(self) -> bool:
        return self.status == "estimated"

    @property
    def detects_effect(self) -> bool:
        """The interval leaves out zero, and neither Holm's correction nor exact inference speaks against it."""
        if not self.is_estimated or self.interval is None:
            return False
        low, high = self.interval
        exact = self.p_exact if self.design in ("did", "rct") else None
        limit = 1 - self.level + 1e-12
        return not low <= 0 <= high and all(p is None or p <= limit for p in (exact, self.p_holm))

    def chart(self) -> EffectChart | None:
        if self.estimate is None or self.interval is None:
            return None
        convert = {"percent": percent_of_log, "percentage_points": lambda x: 100 * x}.get(self.scale, float)
        points = [convert(value) for value in (self.estimate, *self.interval)]
        return EffectChart(self.outcome, *points, level=self.level, scale=self.scale)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values: no NaN, no infinity, warnings in all languages."""
        content = asdict(self)
        content["interval"] = list(self.interval) if self.interval else None
        content["warnings"] = [
            {"code": code, **{language: wording()["warnings"][code][language] for language in LANGUAGES}}
            for code in self.warnings
        ]
        chart = self.chart()
        content["chart"] = asdict(chart) if chart else None
        return plain(content)


def not_enough(problem: NotEnoughData, *, design: str, outcome: str, level: float, n: int) -> Estimate:
    return Estimate(
        design=design,
        outcome=outcome,
        estimate=problem.estimate,
        std_error=None,
        interval=None,
        level=level,
        p_value=None,
        n=n,
        status="not_enough_data",
        reason=problem.code,
        reason_params=problem.params,
        diagnostics=problem.details,
    )


def with_warnings(estimate: Estimate, *codes: str) -> Estimate:
    return replace(estimate, warnings=tuple(dict.fromkeys((*estimate.warnings, *codes))))


def percent_of_log(difference: float) -> float:
    """Difference of logarithms as per cent of the level."""
    return 100 * math.expm1(difference)


def plain(value: Any) -> Any:
    """The same value in the types JSON knows; what is not finite becomes null."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return value
