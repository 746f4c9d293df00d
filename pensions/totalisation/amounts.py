"""Amounts: the direct method and the theoretical amount by the ratio of own to all insurance.

The treaty chooses the method. A figure that an institution gave is used as given; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

from pensions.legislation.rounding import half_up
from pensions.totalisation.conversion import months_per
from pensions.totalisation.intervals import Run, stage_of
from pensions.totalisation.results import StateTotal, Totalisation

# From the largest unit to the smallest. Days are 30 to a month: dated periods are lengths of 7-day weeks.
UNIT_ORDER = ("years", "quarters", "months", "weeks", "days")


@dataclass(frozen=True, slots=True)
class Given:
    """What an institution stated. ``full_career_months``: the most its law counts."""

    theoretical: Decimal | None = None
    own: Decimal | None = None
    currency: str | None = None
    full_career_months: Fraction | None = None


@dataclass(slots=True)
class Amount:
    state: str
    method: str
    status: str = "computed"
    theoretical: Decimal | None = None
    own: Decimal | None = None
    ratio: tuple[int, int] | None = None
    ratio_unit: str | None = None
    theoretical_months: Fraction | None = None
    pro_rata: Decimal | None = None
    payable: Decimal | None = None
    chosen: str | None = None
    currency: str | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, code: str, text: str, status: str = "cannot_be_computed") -> Amount:
        self.status = status
        self.reasons.append({"code": code, "text": text})
        return self


def own_months(result: Totalisation, state: str) -> Fraction:
    """Exact months of a state's own insurance; dated days are thirtieths of a month."""
    total = result.states[state]
    dated = _dated_days(result, total)
    return Fraction(dated, 30) + sum((d.months for d in total.durations), Fraction(0))


def all_months(result: Totalisation, states: Iterable[str]) -> Fraction:
    """Exact months of all insurance of these states, coinciding days once."""
    months = Fraction(0)
    for state in states:
        runs = result.runs(state, own=False)
        months += Fraction(_stage_days(runs), 30)
        months += sum((d.months for d in result.states[state].durations), Fraction(0))
    return months


def _dated_days(result: Totalisation, total: StateTotal) -> int:
    return _stage_days(result.runs(total.state))


def _stage_days(runs: list[Run]) -> int:
    return stage_of(runs).thirty_twelve_days


def common_unit(result: Totalisation) -> str:
    """The smallest unit in which any of the states measures (judgment 18/67 Pagotto)."""
    units = {"years"}
    for state, total in result.states.items():
        units |= {d.smallest_unit for d in total.durations}
        dated = _dated_days(result, total)
        if dated:
            units.add("days" if dated % 30 else "months")
        if _stage_days(result.runs(state, own=False)) % 30:
            units.add("days")
    found = max(units & set(UNIT_ORDER), key=UNIT_ORDER.index)
    return "days" if "hours" in units else found


def ratio_of(own: Fraction, total: Fraction, unit: str) -> tuple[tuple[int, int], str]:
    """Whole numbers in that unit, or in the next smaller one where the unit does not divide them."""
    for name in UNIT_ORDER[UNIT_ORDER.index(unit) :]:
        size = months_per(name, "7-day")
        parts = own / size, total / size
        if all(part.denominator == 1 for part in parts):
            return (parts[0].numerator, parts[1].numerator), name
    scale = lcm(own.denominator, total.denominator)
    return (int(own * scale), int(total * scale)), f"1/{scale} month"


def theoretical_ratio(result: Totalisation, given: Mapping[str, Given]) -> dict[str, Amount]:
    """Higher of own pension and share of the theoretical amount, state by state.

    A state with less than the treaty's minimum and no right of its own pays nothing; its time still enters the
    others' theoretical amount (Art. 57(2) names only that), so it leaves their ratio. Where all are released,
    the last state pays as if all insurance were its own.
    """
    gate = result.treaty.gate
    least = gate.months if gate else 0
    released = {
        state
        for state in result.states
        if own_months(result, state) < least and given.get(state, Given()).own is None
    }
    sharing = [state for state in result.states if state not in released]
    everything = all_months(result, result.states)
    unit = common_unit(result)
    amounts = {}
    for state in result.states:
        amount = _new(state, "theoretical_ratio", given)
        amount.theoretical_months = everything
        if state not in released:
            denominator = all_months(result, sharing)
            _share(result, amount, given.get(state), own_months(result, state), denominator, unit)
        elif sharing:
            amount.payable, amount.chosen = Decimal("0.00"), "taken_over"
            amount.refuse(
                "under_one_year",
                f"{state} has less than {least} months and no own right: it pays nothing, the other states take "
                "the period over.",
                "not_entitled",
            )
            _tell(result, amount, "under_one_year", amount.reasons[-1]["text"])
        elif state == last_state(result):
            amount.chosen = "last_state"
            _share(result, amount, given.get(state), everything, everything, unit)
        elif last_state(result) is None:
            amount.refuse(
                "last_state_unknown", "Dates are needed to find the last state: give dated periods."
            )
        else:
            amount.payable = Decimal("0.00")
            amount.refuse("last_state_pays", "All states are released; the last one pays.", "not_entitled")
        amounts[state] = amount
    return amounts


def last_state(result: Totalisation) -> str | None:
    """The state insured in last; None where only undated totals are known."""
    ends = [(segment.end_on, segment.state) for segment in result.segments if segment.counted_own]
    undated = any(total.durations for total in result.states.values())
    return max(ends)[1] if ends and not undated else None


def _share(
    result: Totalisation, amount: Amount, given: Given | None, own: Fraction, total: Fraction, unit: str
) -> None:
    cap = given.full_career_months if given else None
    if cap is not None and total > cap:
        _tell(
            result,
            amount,
            "full_career_cap",
            f"All insurance of {total} months counts as {cap}, a full career.",
        )
        own, total = min(own, cap), cap
        amount.theoretical_months = min(amount.theoretical_months or cap, cap)
    if not total:
        amount.refuse("no_insurance", "There is no insurance to share.")
        return
    amount.ratio, amount.ratio_unit = ratio_of(min(own, total), total, unit)
    _tell(
        result,
        amount,
        "ratio_made",
        f"{amount.state}: own to all insurance is {amount.ratio[0]}/{amount.ratio[1]}.",
        list(amount.ratio),
    )
    if amount.theoretical is not None:
        amount.pro_rata = result.treaty.rounding.apply(
            Fraction(amount.theoretical) * amount.ratio[0] / amount.ratio[1]
        )
        _tell(
            result,
            amount,
            "pro_rata_computed",
            f"{amount.theoretical} x {amount.ratio[0]}/{amount.ratio[1]} = {amount.pro_rata}.",
            amount.pro_rata,
        )
    known = [
        (value, name)
        for value, name in ((amount.own, "own"), (amount.pro_rata, "pro_rata"))
        if value is not None
    ]
    if amount.theoretical is None:
        amount.refuse(
            "theoretical_missing",
            f"Cannot be computed because amounts.{amount.state}.theoretical is missing: the institution must give it.",
        )
    elif known:
        amount.payable, chosen = max(known, key=lambda item: item[0])
        amount.chosen = amount.chosen or chosen
        _tell(
            result,
            amount,
            "higher_chosen",
            f"{amount.state}: the higher amount is {amount.payable}.",
            amount.payable,
        )


def direct(
    result: Totalisation,
    given: Mapping[str, Given],
    state: str,
    entitlement: str,
    question: tuple[str, str] | None,
) -> Amount:
    """Each state by its own law for its own territory: the institution's figure, or the reason why there is none."""
    amount = _new(state, result.treaty.method, given)
    if amount.theoretical is not None:
        _tell(
            result,
            amount,
            "theoretical_not_used",
            f"{state}: a theoretical amount is given, but this treaty computes directly and does not use it.",
        )
    if entitlement == "not_entitled":
        amount.payable = Decimal("0.00")
        return amount.refuse("not_entitled", f"{state}: there is no entitlement on this day.", "not_entitled")
    if amount.own is not None:
        amount.payable, amount.chosen = amount.own, "own"
        _tell(result, amount, "direct_amount", f"{state}: its own law gives {amount.own}.", amount.own)
        if entitlement != "entitled":
            text = f"{state}: the amount is the institution's; the entitlement itself could not be computed here."
            amount.reasons.append({"code": "entitlement_not_computed", "text": text})
        return amount
    code, text = question or ("own_missing", "")
    way = f" Give amounts.{state}.own as the institution states it."
    return amount.refuse(code, (text or f"{state}: no formula is kept for this amount.") + way)


def _new(state: str, method: str, given: Mapping[str, Given]) -> Amount:
    stated = given.get(state, Given())
    return Amount(state, method, theoretical=stated.theoretical, own=stated.own, currency=stated.currency)


def _tell(result: Totalisation, amount: Amount, code: str, text: str, value: Any = None) -> None:
    result.trace.add(code, amount.method, text, value, state=amount.state)


def prorata_fraction(national: int, theoretical: int, *, cap_months: int = 480) -> tuple[int, int] | None:
    """Norwegian fraction: both capped at 40 years; none where they are equal or there is nothing to share."""
    own, total = min(national, cap_months), min(theoretical, cap_months)
    return None if total in (0, own) else (own, total)


def non_contributory_limit(contributory_months: Mapping[str, Fraction], share: Fraction) -> Fraction:
    """Most non-contributory months, where a law limits them to a share of contributory ones.

    The share is taken of the contributory periods of all states (judgment C-440/09 Tomaszewska).
    """
    return sum(contributory_months.values(), Fraction(0)) * share


def accrued(
    *,
    years: Fraction,
    rate_per_year: Fraction,
    base: Fraction,
    flat: Fraction = Fraction(0),
    flat_full_after_years: int | None = None,
) -> Decimal:
    """Direct method where a pension grows by the year; a flat part is full after so many years."""
    share = min(years / flat_full_after_years, Fraction(1)) if flat_full_after_years else Fraction(1)
    return half_up(base * rate_per_year * years + flat * share)
