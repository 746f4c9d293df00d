"""Kazakhstan: state basic pension and solidarity pension. Savings are paid from the person's account."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pensions.legislation.parameters import CannotCompute, Law
from pensions.legislation.rounding import half_up, up_to_whole

YEARS_AT_MINIMUM = Decimal(10)


def kz_basic(law: Law, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """A percentage of the subsistence minimum that grows with every full year of participation above ten."""
    years = inputs["participation_years"]
    percent = law.number("KZ.basic_pension_min_percent_of_PM")
    if years > YEARS_AT_MINIMUM:
        extra = (years - YEARS_AT_MINIMUM).to_integral_value(rounding="ROUND_FLOOR")
        grown = percent + extra * law.number("KZ.basic_pension_step_percent_per_year_above_10")
        most = law.number("KZ.basic_pension_max_percent_of_PM")
        percent = min(grown, most)
        law.trace.add(
            "percent_computed",
            "KZ.basic_pension",
            f"{extra} full years above ten give {grown} percent, at most {most}: {percent}.",
            percent,
            state="KZ",
        )
        if years != years.to_integral_value():
            law.trace.doubt(
                "KZ.part_of_a_year", "assumption", "Only full years above ten are counted.", state="KZ"
            )
    minimum = law.number("KZ.subsistence_minimum_PM")
    exact = minimum * percent / 100
    law.value("KZ.basic_pension_rounding")
    amount = up_to_whole(exact)
    law.trace.add(
        "amount_computed",
        "KZ.basic_pension",
        f"{percent} percent of {minimum} = {exact}, up to whole tenge {amount}.",
        amount,
        state="KZ",
    )
    return {"amount": amount, "percent": percent, "unrounded": exact}


def kz_solidarity(law: Law, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """60 percent of capped average income at 25/20 years before 1998, one more a year up to the cap."""
    years, sex = inputs["solidarity_years"], inputs["sex"]
    least = law.number("KZ.solidarity_pension.min_stage_before_1998_months")
    if years * 12 < least:
        raise CannotCompute(
            "period_too_short",
            f"No solidarity pension: {least} months before 1998 are asked for, {years * 12} are given.",
        )
    percent = _solidarity_percent(law, years, law.number("KZ.solidarity_pension.full_stage_by_1998", sex=sex))
    ceiling = law.number("KZ.solidarity_pension.income_cap_mrp") * law.number("KZ.mrp")
    income = min(inputs["average_income"], ceiling)
    amount = half_up(income * percent / 100)
    law.trace.add(
        "amount_computed",
        "KZ.solidarity_pension",
        f"{percent} percent of {income} (income counts up to {ceiling}) = {amount}.",
        amount,
        state="KZ",
    )
    return {"amount": amount, "percent": percent, "income_counted": income}


def _solidarity_percent(law: Law, years: Decimal, full: Decimal) -> Decimal:
    base = law.number("KZ.solidarity_pension.base_percent")
    if years < full:
        law.value("KZ.solidarity_pension.partial")
        return base * years / full
    extra = (years - full).to_integral_value(rounding="ROUND_FLOOR")
    if not extra:
        return base
    step = law.number("KZ.solidarity_pension.per_extra_year_percent")
    return min(base + extra * step, law.number("KZ.solidarity_pension.cap_percent"))
