"""Russia: points and fixed payment. Armenia: basic pension and value of years."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pensions.legislation.parameters import CannotCompute, Law
from pensions.legislation.rounding import CENT, half_up


def ru_pension(law: Law, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Points times the value of a point, and the fixed payment; both raised for full years of deferral."""
    points, fixed = inputs["ipc"], None
    value = law.number("RU.ipc_value")
    fixed = law.number("RU.fixed_payment")
    if inputs.get("deferral_years"):
        years = inputs["deferral_years"].to_integral_value(rounding="ROUND_FLOOR")
        years = min(years, Decimal(10))
        if years >= 1:
            points *= law.number("RU.deferral_multipliers.ipc", key=years)
            fixed = half_up(fixed * law.number("RU.deferral_multipliers.fixed", key=years))
    insurance = half_up(points * value)
    law.trace.add(
        "points_valued", "RU.formula", f"{points} points x {value} = {insurance}.", insurance, state="RU"
    )
    total = insurance + fixed
    law.trace.add("parts_added", "RU.formula", f"{insurance} + {fixed} = {total}.", total, state="RU")
    return {"amount": total, "total": total, "insurance_part": insurance, "fixed_payment": fixed}


def ru_annual_points(law: Law, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Points of one year: ten times the paid base over the limit base, at most the year's maximum.

    The share of 16 percent stands in both parts of the fraction and cancels out.
    """
    year = int(inputs["year"])
    if not 2015 <= year <= 9999:
        raise CannotCompute(
            "year_outside", f"Cannot be computed because points of {year} follow no rule kept here."
        )
    day = date(year, 1, 1)
    limit = law.number("RU.contribution_limit_base", on=day)
    kind = "with_funded" if inputs.get("with_funded") in ("1", "yes", "true") else "no_funded"
    most = law.number("RU.max_ipc_per_year", on=day, kind=kind)
    points = min(half_up(inputs["paid_base"] / limit * 10, Decimal("0.001")), most)
    law.trace.doubt(
        "RU.annual_points",
        "memory_high",
        "The yearly formula of points is from memory, not from a page.",
        state="RU",
    )
    law.trace.add(
        "annual_points",
        "RU.formula",
        f"{inputs['paid_base']} / {limit} x 10, at most {most}: {points}.",
        points,
        state="RU",
    )
    return {"amount": None, "points": points, "unit": "points"}


def am_pension(law: Law, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """K = H + (S x A) x G up to ten years, K = H + (10 x A + (S - 10) x A1) x G beyond."""
    years, coefficient = inputs["S"], inputs["G"]
    law.value("AM.benefit_formula")
    basic = law.number("AM.basic_pension_H")
    first = law.number("AM.year_value_first_10_A")
    worth = min(years, Decimal(10)) * first
    if years > 10:
        worth += (years - 10) * law.number("AM.year_value_above_10_A1")
    amount = half_up(basic + worth * coefficient, CENT)
    law.trace.doubt(
        "AM.G",
        "input",
        "G, the personal coefficient, is as given: the rule that makes it was not found.",
        state="AM",
    )
    law.trace.add(
        "amount_computed",
        "AM.benefit_formula",
        f"{basic} + {worth} x {coefficient} = {amount}.",
        amount,
        state="AM",
    )
    return {"amount": amount, "basic_pension": basic, "value_of_years": worth}
