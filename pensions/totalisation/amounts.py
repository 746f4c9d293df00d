"""Amounts: what institutions gave, what came out, and the direct method. The ratio stands in ``ratio.py``.

The treaty chooses the method. A figure that an institution gave is used as given; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pensions.legislation.rounding import half_up
from pensions.legislation.sentences import Code
from pensions.legislation.sentences import sentence as _
from pensions.totalisation.results import Totalisation


@dataclass(frozen=True, slots=True)
class Given:
    """What an institution stated.

    ``full_career_months``: the most its law counts. ``unit``: the unit it measures in; other states' periods are then
    converted into it and rounded up. ``conditions_met`` False: its conditions for a pension are not met yet.
    ``theoretical_without_unmet``: the theoretical amount without the periods of states where that is so.
    """

    theoretical: Decimal | None = None
    own: Decimal | None = None
    currency: str | None = None
    full_career_months: Fraction | None = None
    unit: str | None = None
    conditions_met: bool | None = None
    theoretical_without_unmet: Decimal | None = None


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


def direct(
    result: Totalisation,
    given: Mapping[str, Given],
    state: str,
    entitlement: str,
    question: tuple[str, str] | None,
) -> Amount:
    """Each state by its own law for its own territory: the institution's figure, or the reason why there is none."""
    amount = opened(state, result.treaty.method, given)
    if amount.theoretical is not None:
        tell(
            result,
            amount,
            "theoretical_not_used",
            _(
                "%(state)s: a theoretical amount is given, but this treaty computes directly and does not use it.",
                state=state,
            ),
        )
    if entitlement == "not_entitled":
        amount.payable = Decimal("0.00")
        return amount.refuse(
            "not_entitled", _("%(state)s: there is no entitlement on this day.", state=state), "not_entitled"
        )
    if amount.own is not None:
        amount.payable, amount.chosen = amount.own, "own"
        tell(
            result,
            amount,
            "direct_amount",
            _("%(state)s: its own law gives %(own)s.", state=state, own=amount.own),
            amount.own,
        )
        if entitlement != "entitled":
            text = _(
                "%(state)s: the amount is the institution's; the entitlement itself could not be computed here.",
                state=state,
            )
            amount.reasons.append({"code": "entitlement_not_computed", "text": text})
        return amount
    code, text = question or ("own_missing", "")
    why = text or _("%(state)s: no formula is kept for this amount.", state=state)
    way = _("%(why)s Give amounts.%(state)s.own as the institution states it.", why=why, state=Code(state))
    return amount.refuse(code, way)


def opened(state: str, method: str, given: Mapping[str, Given]) -> Amount:
    stated = given.get(state, Given())
    return Amount(state, method, theoretical=stated.theoretical, own=stated.own, currency=stated.currency)


def tell(result: Totalisation, amount: Amount, code: str, text: str, value: Any = None) -> None:
    result.trace.add(code, amount.method, text, value, state=amount.state)


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
