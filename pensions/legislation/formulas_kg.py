"""Kyrgyzstan: base part and contribution ceiling. The insurance parts are refused: the formula of SP2 was not found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pensions.legislation.parameters import Law
from pensions.legislation.rounding import half_up
from pensions.legislation.sentences import sentence as _

LEVELLED_ON = date(2024, 7, 1)
WAGES_AT_CEILING = Decimal(20)


def kg_base_part(law: Law, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Base times insurance over the full period of 25 (men) or 20 (women) years, at most the whole base."""
    base = law.number("KG.base_part")
    full = law.number("KG.full_stage", sex=inputs["sex"])
    law.value("KG.base_part.proportional_rule")
    years = min(inputs["stage_years"], full)
    amount = half_up(base * years / full)
    if law.on >= LEVELLED_ON and years < full:
        law.value("KG.base_part.levelling")
        law.trace.doubt(
            "KG.base_part.levelling",
            "open_question",
            _(
                "The base was levelled for existing pensioners on 1 July 2024; "
                "what holds for new awards is not settled."
            ),
            state="KG",
        )
    law.trace.add(
        "amount_computed",
        "KG.base_part",
        _("%(base)s x %(years)s / %(full)s = %(amount)s.", base=base, years=years, full=full, amount=amount),
        amount,
        state="KG",
    )
    return {
        "amount": amount,
        "base_part": amount,
        "not_computed": [
            {
                "code": "kg_sp2",
                "text": _("SP1 and SP2 are not computed: the legal formula of SP2 was not found."),
            }
        ],
    }


def kg_contribution_ceiling(law: Law, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Most that is paid in a month: the rate on 20 average wages of the year before, in whole som."""
    law.value("KG.contribution_ceiling")
    exact = inputs["avg_wage"] * WAGES_AT_CEILING * inputs["rate"] / 100
    amount = half_up(exact, Decimal(1))
    law.trace.add(
        "amount_computed",
        "KG.contribution_ceiling",
        _(
            "%(rate)s percent of %(wages)s x %(avg_wage)s = %(exact)s, %(amount)s in whole som.",
            rate=inputs["rate"],
            wages=WAGES_AT_CEILING,
            avg_wage=inputs["avg_wage"],
            exact=exact,
            amount=amount,
        ),
        amount,
        state="KG",
    )
    return {"amount": amount, "max_monthly_contribution": amount}
