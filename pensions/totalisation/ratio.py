"""The theoretical amount by the ratio of own to all insurance, and the higher of it and the own pension.

Regulation (EC) No 883/2004: Art. 52 (own and pro rata, the higher is paid), Art. 56 (full career), Art. 57 (under
one year). Ratios are exact: units are those of judgment 18/67 Pagotto.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm

from pensions.totalisation.amounts import Amount, Given, opened, tell
from pensions.totalisation.conversion import months_per
from pensions.totalisation.intervals import Run, stage_of
from pensions.totalisation.results import Totalisation

# From the largest unit to the smallest. Days are 30 to a month: dated periods are lengths of 7-day weeks.
UNIT_ORDER = ("years", "quarters", "months", "weeks", "days")
NOTHING = Decimal("0.00")


def own_months(result: Totalisation, state: str) -> Fraction:
    """Exact months of a state's own insurance; dated days are thirtieths of a month."""
    months = Fraction(_stage_days(result.runs(state)), 30)
    return months + sum((d.months for d in result.states[state].durations), Fraction(0))


def all_months(result: Totalisation, states: Iterable[str]) -> Fraction:
    """Exact months of all insurance of these states, coinciding days once."""
    months = Fraction(0)
    for state in states:
        runs = result.runs(state, own=False)
        months += Fraction(_stage_days(runs), 30)
        months += sum((d.months for d in result.states[state].durations), Fraction(0))
    return months


def _stage_days(runs: list[Run]) -> int:
    return stage_of(runs).thirty_twelve_days


def common_unit(result: Totalisation) -> str:
    """The smallest unit in which any of the states measures (judgment 18/67 Pagotto)."""
    units = {"years"}
    for state, total in result.states.items():
        units |= {d.smallest_unit for d in total.durations}
        dated = _stage_days(result.runs(state))
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
    """Amounts of every state of the record."""
    method = _RatioMethod(result, given)
    return {state: method.amount(state) for state in result.states}


@dataclass
class _RatioMethod:
    """One record and the figures the institutions gave.

    A state with less than the treaty's minimum and no right of its own pays nothing; its time still enters the
    others' theoretical amount (Art. 57(2) names only that), so it leaves their ratio. Where all are released,
    the last state pays as if all insurance were its own.
    """

    result: Totalisation
    given: Mapping[str, Given]

    @cached_property
    def released(self) -> set[str]:
        return {
            state
            for state in self.result.states
            if own_months(self.result, state) < self.least and self._given(state).own is None
        }

    @cached_property
    def sharing(self) -> list[str]:
        return [state for state in self.result.states if state not in self.released]

    @cached_property
    def everything(self) -> Fraction:
        return all_months(self.result, self.result.states)

    @property
    def least(self) -> int:
        return self.result.treaty.gate.months if self.result.treaty.gate else 0

    def _given(self, state: str) -> Given:
        return self.given.get(state, Given())

    def amount(self, state: str) -> Amount:
        amount = opened(state, "theoretical_ratio", self.given)
        amount.theoretical_months = self.everything
        if state not in self.released:
            self._share(amount, own_months(self.result, state), all_months(self.result, self.sharing))
        elif self.sharing:
            self._take_over(amount)
        else:
            self._last_state(amount)
        return amount

    def _take_over(self, amount: Amount) -> None:
        text = (
            f"{amount.state} has less than {self.least} months and no own right: it pays nothing, "
            "the other states take the period over."
        )
        amount.payable, amount.chosen = NOTHING, "taken_over"
        amount.refuse("under_one_year", text, "not_entitled")
        tell(self.result, amount, "under_one_year", text)

    def _last_state(self, amount: Amount) -> None:
        last = last_state(self.result)
        if last is None:
            text = "Dates are needed to find the last state: give dated periods."
            amount.refuse("last_state_unknown", text)
        elif amount.state == last:
            amount.chosen = "last_state"
            self._share(amount, self.everything, self.everything)
        else:
            amount.payable = NOTHING
            amount.refuse(
                "last_state_pays", f"All states are released; {last} pays as the last.", "not_entitled"
            )

    def _share(self, amount: Amount, own: Fraction, total: Fraction) -> None:
        own, total = self._within_career(amount, own, total)
        if not total:
            amount.refuse("no_insurance", "There is no insurance to share.")
            return
        amount.ratio, amount.ratio_unit = ratio_of(min(own, total), total, common_unit(self.result))
        part, whole = amount.ratio
        text = f"{amount.state}: own to all insurance is {part}/{whole} ({amount.ratio_unit})."
        tell(self.result, amount, "ratio_made", text, {"ratio": [part, whole], "unit": amount.ratio_unit})
        if amount.theoretical is None:
            text = f"Cannot be computed because amounts.{amount.state}.theoretical is missing: "
            amount.refuse("theoretical_missing", text + "the institution must give it.")
            return
        amount.pro_rata = self.result.treaty.rounding.apply(Fraction(amount.theoretical) * part / whole)
        text = f"{amount.theoretical} x {part}/{whole} = {amount.pro_rata}."
        tell(self.result, amount, "pro_rata_computed", text, amount.pro_rata)
        self._choose(amount, amount.pro_rata)

    def _within_career(self, amount: Amount, own: Fraction, total: Fraction) -> tuple[Fraction, Fraction]:
        """Where all insurance is more than a full career, the full career is the whole (Art. 56(1)(a))."""
        cap = self._given(amount.state).full_career_months
        if cap is None or total <= cap:
            return own, total
        text = f"All insurance of {total} months counts as {cap} months, a full career."
        tell(self.result, amount, "full_career_cap", text, {"months": total, "counted": cap})
        amount.theoretical_months = min(self.everything, cap)
        return min(own, cap), cap

    def _choose(self, amount: Amount, pro_rata: Decimal) -> None:
        higher = amount.own is not None and amount.own > pro_rata
        amount.payable = amount.own if higher else pro_rata
        amount.chosen = amount.chosen or ("own" if higher else "pro_rata")
        text = f"{amount.state}: the higher amount is {amount.payable}."
        tell(self.result, amount, "higher_chosen", text, amount.payable)


def last_state(result: Totalisation) -> str | None:
    """The state insured in last; None where only undated totals are known."""
    ends = [(segment.end_on, segment.state) for segment in result.segments if segment.counted_own]
    undated = any(total.durations for total in result.states.values())
    return max(ends)[1] if ends and not undated else None


def prorata_fraction(national: int, theoretical: int, *, cap_months: int = 480) -> tuple[int, int] | None:
    """Norwegian fraction: both capped at 40 years; none where they are equal or there is nothing to share."""
    own, total = min(national, cap_months), min(theoretical, cap_months)
    return None if total in (0, own) else (own, total)
