"""National old-age formulas that the sources carry, and refusals where they do not.

A formula takes named inputs, reads dated parameters through :class:`Law` and returns figures. ``amount`` is what it
is asked for: a whole pension only where ``whole`` says so, else the named part of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pensions.legislation.formulas_by import by_ikz, by_percent
from pensions.legislation.formulas_kg import kg_base_part, kg_contribution_ceiling
from pensions.legislation.formulas_kz import kz_basic, kz_solidarity
from pensions.legislation.formulas_ru_am import am_pension, ru_annual_points, ru_pension
from pensions.legislation.parameters import CannotCompute, Law, Library, load_library
from pensions.legislation.sentences import Code
from pensions.legislation.sentences import sentence as _
from pensions.legislation.trace import plain

Inputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Formula:
    """``needs`` must be given, ``may`` can be; ``part`` names what the amount is, ``whole`` if it is the pension."""

    id: str
    needs: tuple[str, ...]
    compute: Callable[[Law, Inputs], dict[str, Any]]
    may: tuple[str, ...] = ()
    whole: bool = False


FORMULAS: dict[str, tuple[Formula, ...]] = {
    "AM": (Formula("labour_pension", ("S", "G"), am_pension, whole=True),),
    "BY": (
        Formula("percent", ("sex", "stage_years"), by_percent, may=("average_earnings", "ikz")),
        Formula("ikz", ("wage", "average"), by_ikz),
    ),
    "KG": (
        Formula("base_part", ("sex", "stage_years"), kg_base_part),
        Formula("contribution_ceiling", ("rate", "avg_wage"), kg_contribution_ceiling),
    ),
    "KZ": (
        Formula("basic_pension", ("participation_years",), kz_basic),
        Formula("solidarity_pension", ("sex", "solidarity_years", "average_income"), kz_solidarity),
    ),
    "RU": (
        Formula("insurance_pension", ("ipc",), ru_pension, may=("deferral_years",), whole=True),
        Formula("annual_points", ("paid_base", "year"), ru_annual_points, may=("with_funded",)),
    ),
}
WORDS = ("sex", "with_funded")
LARGEST = Decimal(10) ** 15


def compute(
    state: str,
    inputs: Mapping[str, str],
    *,
    on: date,
    known_on: date | None = None,
    library: Library | None = None,
) -> dict[str, Any]:
    """Figures of the formula of ``state`` that the inputs fit, as JSON values.

    ``status`` is computed or cannot_be_computed with reasons. Raises ValueError for a state without formulas,
    an unknown input or a malformed number.
    """
    formula = _choose(state, inputs)
    values = {name: _parsed(name, value) for name, value in inputs.items()}
    law = Law(on, known_on, library or load_library())
    answer = _opened(state, formula, law, values)
    for name, value in values.items():
        law.trace.add(
            "input_given",
            name,
            _("%(name)s is given as %(value)s.", name=name, value=value),
            value,
            state=state,
        )
    try:
        lacking = [name for name in formula.needs if name not in inputs]
        if lacking:
            raise CannotCompute("input_missing", _lacking_text(state, lacking))
        answer.update(formula.compute(law, values))
    except CannotCompute as reason:
        answer.update(status="cannot_be_computed", amount=None)
        answer["reasons"] = [reason.as_dict()]
    answer["trace"] = law.trace.as_list()
    answer["unverified"] = law.trace.unverified_list()
    return plain(answer)


def _opened(state: str, formula: Formula, law: Law, values: Inputs) -> dict[str, Any]:
    """The answer before anything is computed."""
    return {
        "state": state,
        "formula": formula.id,
        "on": law.on,
        "known_on": law.known_on,
        "inputs": values,
        "status": "computed",
        "amount": None,
        "currency": law.library.currencies[state],
        "whole_pension": formula.whole,
        "estimate": True,
        "reasons": [],
    }


def _choose(state: str, inputs: Mapping[str, str]) -> Formula:
    """The formula whose needed inputs are all given, else the one that lacks fewest."""
    if state not in FORMULAS:
        raise ValueError(
            _(
                "state %(state)s has no formula: use one of %(states)s",
                state=Code(repr(state)),
                states=FORMULAS,
            )
        )
    known = {name for formula in FORMULAS[state] for name in (*formula.needs, *formula.may)}
    strange = sorted(set(inputs) - known)
    if strange:
        raise ValueError(
            _(
                "input %(strange)s is unknown for %(state)s: use %(known)s",
                strange=repr(strange[0]),
                state=state,
                known=sorted(known),
            )
        )
    return min(
        FORMULAS[state],
        key=lambda formula: (
            len(set(inputs) - {*formula.needs, *formula.may}),
            len(set(formula.needs) - set(inputs)),
        ),
    )


def _lacking_text(state: str, lacking: list[str]) -> str:
    facts = {"inputs": lacking, "first": lacking[0]}
    if state == "AM" and "G" in lacking:
        return _(
            "Cannot be computed because the input %(inputs)s is missing (its rule was not found; the institution "
            "must give it): give --input %(first)s=…",
            **facts,
        )
    return _("Cannot be computed because the input %(inputs)s is missing: give --input %(first)s=…", **facts)


def _parsed(name: str, value: str) -> Any:
    if name in WORDS:
        if name == "sex" and value not in ("F", "M"):
            raise ValueError(_("input sex %(value)s is unknown: use F or M", value=repr(value)))
        return value
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(
            _(
                "input %(name)s %(value)s is not a number: write it like 20 or 0.5",
                name=name,
                value=repr(value),
            )
        ) from None
    if not number.is_finite() or not 0 <= number <= LARGEST or number.as_tuple().exponent < -9:
        raise ValueError(
            _(
                "input %(name)s %(value)s is not a possible amount: give a number of 0 or more",
                name=name,
                value=repr(value),
            )
        )
    return number
