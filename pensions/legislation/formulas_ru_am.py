"""Russia: points and fixed payment. Armenia: basic pension and value of years."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pensions.legislation.parameters import CannotCompute, Law
from pensions.legislation.rounding import CENT, half_up
from pensions.legislation.sentences import sentence as _

MOST_DEFERRED = Decimal(10)


def ru_pension(law: Law, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Points times the value of a point, and the fixed payment; both raised for full years of deferral."""
    points = inputs["ipc"]
    law.value("RU.formula")
    value = law.number("RU.ipc_value")
    fixed = law.number("RU.fixed_payment")
    years = min((inputs.get("deferral_years") or Decimal(0)).to_integral_value("ROUND_FLOOR"), MOST_DEFERRED)
    if years >= 1:
        points = _raised(law, "ipc", years, points)
        fixed = half_up(_raised(law, "fixed", years, fixed))
    insurance = half_up(points * value)
    law.trace.add(
        "points_valued",
        "RU.formula",
        _("%(points)s points x %(value)s = %(insurance)s.", points=points, value=value, insurance=insurance),
        insurance,
        state="RU",
    )
    total = insurance + fixed
    law.trace.add(
        "parts_added",
        "RU.formula",
        _("%(insurance)s + %(fixed)s = %(total)s.", insurance=insurance, fixed=fixed, total=total),
        total,
        state="RU",
    )
    return {"amount": total, "total": total, "insurance_part": insurance, "fixed_payment": fixed}


def _raised(law: Law, part: str, years: Decimal, amount: Decimal) -> Decimal:
    """Points or fixed payment, multiplied for full years of deferral."""
    factor = law.number(f"RU.deferral_multipliers.{part}", key=years)
    raised = amount * factor
    text = _(
        "%(amount)s x %(factor)s for %(years)s full years of deferral = %(raised)s.",
        amount=amount,
        factor=factor,
        years=years,
        raised=raised,
    )
    law.trace.add("deferral_counted", f"RU.deferral_multipliers.{part}", text, raised, state="RU")
    return raised


def ru_annual_points(law: Law, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Points of one year: ten times the paid base over the limit base, at most the year's maximum.

    The share of 16 percent stands in both parts of the fraction and cancels out.
    """
    year = int(inputs["year"])
    if not 2015 <= year <= 9999:
        raise CannotCompute(
            "year_outside",
            _("Cannot be computed because points of %(year)s follow no rule kept here.", year=year),
        )
    day = date(year, 1, 1)
    law.value("RU.formula")
    limit = law.number("RU.contribution_limit_base", on=day)
    kind = "with_funded" if inputs.get("with_funded") in ("1", "yes", "true") else "no_funded"
    most = law.number("RU.max_ipc_per_year", on=day, kind=kind)
    points = min(half_up(inputs["paid_base"] / limit * 10, Decimal("0.001")), most)
    law.trace.doubt(
        "RU.annual_points",
        "memory_high",
        _("The yearly formula of points is from memory, not from a page."),
        state="RU",
    )
    law.trace.add(
        "annual_points",
        "RU.formula",
        _(
            "%(paid_base)s / %(limit)s x 10, at most %(most)s: %(points)s.",
            paid_base=inputs["paid_base"],
            limit=limit,
            most=most,
            points=points,
        ),
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
    law.trace.add(
        "years_valued",
        "AM.benefit_formula",
        _("%(years)s years of insurance are worth %(worth)s.", years=years, worth=worth),
        worth,
        state="AM",
    )
    amount = half_up(basic + worth * coefficient, CENT)
    law.trace.doubt(
        "AM.G",
        "input",
        _("G, the personal coefficient, is as given: the rule that makes it was not found."),
        state="AM",
    )
    law.trace.add(
        "amount_computed",
        "AM.benefit_formula",
        _(
            "%(basic)s + %(worth)s x %(coefficient)s = %(amount)s.",
            basic=basic,
            worth=worth,
            coefficient=coefficient,
            amount=amount,
        ),
        amount,
        state="AM",
    )
    return {"amount": amount, "basic_pension": basic, "value_of_years": worth}
