"""What an estimate could have shown at all."""

import math
from typing import Any

from monitoring.evaluation.design import Design
from monitoring.evaluation.power import detectable_effect
from monitoring.evaluation.randomisation import smallest_p


def of_units(units: int, treated: int, alpha: float) -> dict[str, Any]:
    """Smallest p-value attainable when `treated` of `units` are chosen; whether it can reach the level."""
    least, total = smallest_p(units, treated), math.comb(units, treated)
    return {
        "units": units,
        "treated_units": treated,
        "assignments": total if total < 10**15 else None,
        "smallest_p": least,
        "can_reach_level": least <= alpha + 1e-12,
    }


def of_estimate(std_error: float, df: float, design: Design) -> dict[str, Any]:
    """Least true effect that would be found with the power asked for, given the precision reached."""
    return {
        "detectable_effect": detectable_effect(std_error, df, alpha=design.alpha, power=design.power),
        "power": design.power,
        "alpha": design.alpha,
    }
