"""Kazakhstan: state basic pension and solidarity pension. Savings are paid from the person's account."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pensions.legislation.parameters import CannotCompute, Law
from pensions.legislation.rounding import half_up, up_to_whole
from pensions.legislation.sentences import sentence as _

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
            _(
                "%(extra)s full years above ten give %(grown)s percent, at most %(most)s: %(percent)s.",
                extra=extra,
                grown=grown,
                most=most,
                percent=percent,
            ),
            percent,
            state="KZ",
        )
        if years != years.to_integral_value():
            law.trace.doubt(
                "KZ.part_of_a_year", "assumption", _("Only full years above ten are counted."), state="KZ"
            )
    minimum = law.number("KZ.subsistence_minimum_PM")
    exact = minimum * percent / 100
    law.value("KZ.basic_pension_rounding")
    amount = up_to_whole(exact)
    law.trace.add(
        "amount_computed",
        "KZ.basic_pension",
        _(
            "%(percent)s percent of %(minimum)s = %(exact)s, up to whole tenge %(amount)s.",
            percent=percent,
            minimum=minimum,
            exact=exact,
            amount=amount,
        ),
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
            _(
                "No solidarity pension: %(least)s months before 1998 are asked for, %(years)s are given.",
                least=least,
                years=years * 12,
            ),
        )
    percent = _solidarity_percent(law, years, law.number("KZ.solidarity_pension.full_stage_by_1998", sex=sex))
    ceiling = law.number("KZ.solidarity_pension.income_cap_mrp") * law.number("KZ.mrp")
    income = min(inputs["average_income"], ceiling)
    amount = half_up(income * percent / 100)
    law.trace.add(
        "amount_computed",
        "KZ.solidarity_pension",
        _(
            "%(percent)s percent of %(income)s (income counts up to %(ceiling)s) = %(amount)s.",
            percent=percent,
            income=income,
            ceiling=ceiling,
            amount=amount,
        ),
        amount,
        state="KZ",
    )
    return {"amount": amount, "percent": percent, "income_counted": income}


def _solidarity_percent(law: Law, years: Decimal, full: Decimal) -> Decimal:
    base = law.number("KZ.solidarity_pension.base_percent")
    extra = (years - full).to_integral_value(rounding="ROUND_FLOOR")
    if years < full:
        law.value("KZ.solidarity_pension.partial")
        percent = base * years / full
        text = _(
            "%(base)s percent x %(years)s / %(full)s years = %(percent)s percent.",
            base=base,
            years=years,
            full=full,
            percent=percent,
        )
    elif not extra:
        return base
    else:
        grown = base + extra * law.number("KZ.solidarity_pension.per_extra_year_percent")
        most = law.number("KZ.solidarity_pension.cap_percent")
        percent = min(grown, most)
        text = _(
            "%(extra)s full years above %(full)s give %(grown)s percent, at most %(most)s: %(percent)s.",
            extra=extra,
            full=full,
            grown=grown,
            most=most,
            percent=percent,
        )
    law.trace.add("percent_computed", "KZ.solidarity_pension", text, percent, state="KZ")
    return percent
