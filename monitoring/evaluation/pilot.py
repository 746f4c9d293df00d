"""Feasibility of a pilot, asked at the gate, before money is spent."""

import math
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from common import formatting
from monitoring.evaluation.finding import percentage, sentence
from monitoring.evaluation.power import design_effect, detectable_effect
from monitoring.evaluation.problems import LANGUAGES
from monitoring.evaluation.randomisation import smallest_p


@dataclass(frozen=True)
class PilotPlan:
    """What is planned: `treated` of `units` (regions, offices), observed `before` and `after` periods each.

    `sd_periods` is the standard deviation of a unit's own periods around their mean, in the outcome's units,
    from the baseline; None where it is not known. `target` is the effect hoped for, `unit_cost` is for each
    treated unit.
    """

    units: int
    treated: int
    before: int = 1
    after: int = 1
    sd_periods: float | None = None
    target: float | None = None
    alpha: float = 0.05
    power: float = 0.8
    fixed_cost: Decimal = Decimal(0)
    unit_cost: Decimal = Decimal(0)
    currency: str = "KGS"

    def __post_init__(self) -> None:
        if not 0 < self.treated < self.units:
            raise ValueError("a pilot needs at least one unit with the measure and one without")
        if min(self.before, self.after) < 1:
            raise ValueError("a pilot needs at least one period before and one after the start")


@dataclass(frozen=True)
class Feasibility:
    """Whether the pilot can answer its question. None means: cannot be computed from the plan."""

    units: int
    treated: int
    assignments: int
    smallest_p: float
    can_reach_level: bool
    least_treated: int | None
    detectable_effect: float | None
    can_detect_target: bool | None
    cost: Decimal
    currency: str
    finding: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, as a registered pilot design keeps them; the cost is a string."""
        return {**asdict(self), "cost": str(self.cost)}


def feasibility(plan: PilotPlan) -> Feasibility:
    """Smallest attainable p over all assignments of units, detectable effect, cost, and the verdict in words.

    The detectable effect is that of a difference in differences of unit means whose periods vary
    independently; autocorrelation makes it larger, so it is a lower bound.
    """
    least = smallest_p(plan.units, plan.treated)
    reach = least <= plan.alpha + 1e-12
    effect = _detectable(plan)
    return Feasibility(
        units=plan.units,
        treated=plan.treated,
        assignments=math.comb(plan.units, plan.treated),
        smallest_p=least,
        can_reach_level=reach,
        least_treated=_least_treated(plan),
        detectable_effect=effect,
        can_detect_target=None
        if effect is None or plan.target is None
        else reach and abs(plan.target) >= effect,
        cost=plan.fixed_cost + plan.unit_cost * plan.treated,
        currency=plan.currency,
        finding={language: _finding(plan, least, reach, language) for language in LANGUAGES},
    )


def _least_treated(plan: PilotPlan) -> int | None:
    """Fewest treated units with which the level can be reached; None if no number of them can."""
    for treated in range(1, plan.units // 2 + 1):
        if smallest_p(plan.units, treated) <= plan.alpha + 1e-12:
            return treated
    return None


def _detectable(plan: PilotPlan) -> float | None:
    df = plan.units - 2
    if plan.sd_periods is None or df < 1:
        return None
    change = plan.sd_periods * math.sqrt(1 / plan.before + 1 / plan.after)
    std_error = change * math.sqrt(1 / plan.treated + 1 / (plan.units - plan.treated))
    return detectable_effect(std_error, df, alpha=plan.alpha, power=plan.power)


def sd_of_unit_means(sd_persons: float, persons: int, icc: float) -> float:
    """Standard deviation of a unit's mean in one period when `persons` of it are measured."""
    return sd_persons * math.sqrt(design_effect(persons, icc) / persons)


def _finding(plan: PilotPlan, least: float, reach: bool, language: str) -> str:
    return sentence(
        "pilot",
        "can_reach" if reach else "cannot_reach",
        language,
        units=formatting.number(plan.units, language),
        treated=formatting.number(plan.treated, language),
        p=formatting.decimal(least, 3, language),
        alpha=percentage(plan.alpha, language),
    )
