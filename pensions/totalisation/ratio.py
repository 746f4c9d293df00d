"""The theoretical amount by the ratio of own to all insurance, and the higher of it and the own pension.

Regulation (EC) No 883/2004: Art. 50(2) (states whose conditions are not met), Art. 52 (own and pro rata, the higher is
paid), Art. 56 (full career), Art. 57 (under one year). Ratios are exact: units are those of judgment 18/67 Pagotto,
unless an institution names the unit it measures in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm

from pensions.legislation.sentences import Code
from pensions.legislation.sentences import sentence as _
from pensions.totalisation.amounts import Amount, Given, opened, tell
from pensions.totalisation.conversion import months_per, rounded_up
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
        if self._given(state).conditions_met is False:
            self._not_yet(amount)
        elif state not in self.released:
            self._share(amount, *self._lengths(state, self.sharing))
            self._leave_out(amount)
        elif self.sharing:
            self._take_over(amount)
        else:
            self._last_state(amount)
        return amount

    def _lengths(self, state: str, states: Sequence[str]) -> tuple[Fraction, Fraction]:
        """Own and all months; in whole units, rounded up, where the institution named the unit it measures in."""
        unit = self._given(state).unit
        if unit is None:
            return own_months(self.result, state), all_months(self.result, states)
        own = rounded_up(own_months(self.result, state), unit)
        return own, sum((rounded_up(all_months(self.result, [one]), unit) for one in states), Fraction(0))

    def _not_yet(self, amount: Amount) -> None:
        text = _("%(state)s: its conditions are not met yet, so it pays nothing now.", state=amount.state)
        amount.payable = NOTHING
        amount.refuse("conditions_not_met", text, "not_entitled")
        tell(self.result, amount, "conditions_not_met", text)

    def _take_over(self, amount: Amount) -> None:
        text = _(
            "%(state)s has less than %(months)s months and no own right: it pays nothing, "
            "the other states take the period over.",
            state=amount.state,
            months=self.least,
        )
        amount.payable, amount.chosen = NOTHING, "taken_over"
        amount.refuse("under_one_year", text, "not_entitled")
        tell(self.result, amount, "under_one_year", text)

    def _last_state(self, amount: Amount) -> None:
        last = last_state(self.result)
        if last is None:
            text = _("Dates are needed to find the last state: give dated periods.")
            amount.refuse("last_state_unknown", text)
        elif amount.state == last:
            amount.chosen = "last_state"
            self._share(amount, self.everything, self.everything)
        else:
            amount.payable = NOTHING
            text = _("All states are released; %(state)s pays as the last.", state=last)
            amount.refuse("last_state_pays", text, "not_entitled")

    def _share(self, amount: Amount, own: Fraction, total: Fraction) -> None:
        own, total = self._within_career(amount, own, total)
        if not total:
            amount.refuse("no_insurance", _("There is no insurance to share."))
            return
        amount.ratio, amount.ratio_unit = self._ratio(amount.state, own, total)
        self._tell_ratio(amount, amount.ratio)
        if amount.theoretical is None:
            text = _(
                "Cannot be computed because amounts.%(state)s.theoretical is missing: the institution must give it.",
                state=Code(amount.state),
            )
            amount.refuse("theoretical_missing", text)
            return
        amount.pro_rata = self._part(amount, amount.theoretical, amount.ratio)
        self._choose(amount)

    def _ratio(self, state: str, own: Fraction, total: Fraction) -> tuple[tuple[int, int], str]:
        return ratio_of(min(own, total), total, self._given(state).unit or common_unit(self.result))

    def _tell_ratio(self, amount: Amount, ratio: tuple[int, int]) -> None:
        text = _(
            "%(state)s: own to all insurance is %(own)s/%(all)s (%(unit)s).",
            state=amount.state,
            own=ratio[0],
            all=ratio[1],
            unit=amount.ratio_unit,
        )
        value = {"ratio": list(ratio), "unit": amount.ratio_unit}
        tell(self.result, amount, "ratio_made", text, value)

    def _part(self, amount: Amount, theoretical: Decimal, ratio: tuple[int, int]) -> Decimal:
        part, whole = ratio
        found = self.result.treaty.rounding.apply(Fraction(theoretical) * part / whole)
        text = _(
            "%(theoretical)s x %(own)s/%(all)s = %(amount)s.",
            theoretical=theoretical,
            own=part,
            all=whole,
            amount=found,
        )
        tell(self.result, amount, "pro_rata_computed", text, found)
        return found

    def _within_career(self, amount: Amount, own: Fraction, total: Fraction) -> tuple[Fraction, Fraction]:
        """Where all insurance is more than a full career, the full career is the whole (Art. 56(1)(a))."""
        cap = self._given(amount.state).full_career_months
        if cap is None or self.everything <= cap:
            return own, total
        text = _(
            "All insurance of %(months)s months counts as %(counted)s months, a full career.",
            months=self.everything,
            counted=cap,
        )
        value = {"months": self.everything, "counted": cap}
        tell(self.result, amount, "full_career_cap", text, value)
        amount.theoretical_months = cap
        return min(own, cap), min(total, cap)

    def _leave_out(self, amount: Amount) -> None:
        """Without the periods of states whose conditions are not met yet, where that gives more (Art. 50(2))."""
        left_out = [s for s in self.sharing if self._given(s).conditions_met is False]
        if not left_out or amount.pro_rata is None:
            return
        theoretical = self._given(amount.state).theoretical_without_unmet
        if theoretical is None:
            text = _(
                "Periods of %(states)s might be left out where that gives more: give "
                "amounts.%(state)s.theoretical_without_unmet to compare.",
                states=left_out,
                state=Code(amount.state),
            )
            amount.reasons.append({"code": "unmet_not_compared", "text": text})
            return
        own, total = self._lengths(amount.state, [s for s in self.sharing if s not in left_out])
        ratio, unit = self._ratio(amount.state, own, total)
        self._tell_ratio(amount, ratio)
        without = self._part(amount, theoretical, ratio)
        if without > amount.pro_rata:
            text = _(
                "%(amount)s is more than %(less)s: the periods of %(states)s are left out, "
                "because their conditions are not met yet.",
                amount=without,
                less=amount.pro_rata,
                states=left_out,
            )
            amount.pro_rata, amount.ratio, amount.ratio_unit = without, ratio, unit
            amount.theoretical, amount.chosen = theoretical, None
            amount.reasons.append({"code": "unmet_left_out", "text": text})
            tell(self.result, amount, "unmet_left_out", text, without)
            self._choose(amount)

    def _choose(self, amount: Amount) -> None:
        higher = amount.own is not None and amount.own > amount.pro_rata
        amount.payable = amount.own if higher else amount.pro_rata
        amount.chosen = amount.chosen or ("own" if higher else "pro_rata")
        text = _("%(state)s: the higher amount is %(amount)s.", state=amount.state, amount=amount.payable)
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
