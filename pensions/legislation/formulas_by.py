"""Belarus: percentage by insurance and the individual coefficient of earnings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pensions.legislation.parameters import CannotCompute, Law
from pensions.legislation.questions import question_text
from pensions.legislation.rounding import half_up, truncated
from pensions.legislation.sentences import sentence as _

THREE_DECIMALS = Decimal("0.001")
HIGH_EARNINGS_FROM = Decimal("1.3")


def by_percent(law: Law, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """55 percent at the full period, one more for each full year above it, up to 75.

    An amount needs corrected average earnings, and an individual coefficient below the unverified bands.
    """
    full = law.number("BY.full_stage", sex=inputs["sex"])
    years = inputs["stage_years"]
    if years < full:
        raise CannotCompute(
            "below_full_period",
            _(
                "Cannot be computed because the percentage below the full period of %(full)s years was not found: "
                "ask the competent institution of Belarus.",
                full=full,
            ),
        )
    base = law.number("BY.accrual.base_percent")
    extra = (years - full).to_integral_value(rounding="ROUND_FLOOR")
    grown = base + extra * law.number("BY.accrual.per_extra_year_percent")
    percent = min(grown, law.number("BY.accrual.cap_percent"))
    law.trace.add(
        "percent_computed",
        "BY.accrual",
        _(
            "%(base)s percent and %(extra)s full years above %(full)s: %(grown)s, counted %(percent)s.",
            base=base,
            extra=extra,
            full=full,
            grown=grown,
            percent=percent,
        ),
        percent,
        state="BY",
    )
    return {"percent": percent, **_amount(law, inputs, percent)}


def _amount(law: Law, inputs: Mapping[str, Any], percent: Decimal) -> dict[str, Any]:
    earnings = inputs.get("average_earnings")
    if earnings is None:
        text = _("The amount needs average_earnings (corrected) and ikz.")
        return {"amount": None, "not_computed": [{"code": "average_earnings_missing", "text": text}]}
    ikz = inputs.get("ikz")
    if ikz is None or ikz > HIGH_EARNINGS_FROM:
        text = question_text("BY", "by_earnings_bands")
        return {"amount": None, "not_computed": [{"code": "by_earnings_bands", "text": text}]}
    amount = half_up(earnings * percent / 100)
    law.trace.doubt(
        "BY.ikz_reduction_bands",
        "memory_low",
        _("That no reduction applies below 1.3 is from memory."),
        state="BY",
    )
    law.trace.add(
        "amount_computed",
        "BY.accrual",
        _(
            "%(percent)s percent of %(earnings)s = %(amount)s.",
            percent=percent,
            earnings=earnings,
            amount=amount,
        ),
        amount,
        state="BY",
    )
    return {"amount": amount, "whole_pension": True}


def by_ikz(law: Law, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Own wage over the national average of the month, cut to three decimals as in the published example."""
    law.value("BY.ikz")
    if not inputs["average"]:
        raise CannotCompute(
            "average_zero", _("Cannot be computed because the average wage is 0: give the real one.")
        )
    ikz = truncated(inputs["wage"] / inputs["average"], THREE_DECIMALS)
    law.trace.add(
        "ikz_computed",
        "BY.ikz",
        _("%(wage)s / %(average)s = %(ikz)s.", wage=inputs["wage"], average=inputs["average"], ikz=ikz),
        ikz,
        state="BY",
    )
    return {"amount": None, "ikz": ikz}
