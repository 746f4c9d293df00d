"""What a fund's book says: shares of an amount by a dated key, and balances of the fund and of its projects."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, When

from common.formatting import minor_units
from common.money import Money

from .enums import FundEntryKind, KeyKind
from .models import Fund, FundEntry, FundKey

WHOLE = Decimal(100)
ZERO = Decimal(0)


def split(total: Money, shares: Mapping[str, Decimal]) -> dict[str, Money]:
    """Each state's part of a total, to the smallest unit of money, adding up to the total exactly.

    What rounding leaves goes, one unit each, to the largest remainders; of equal ones to the first by code.
    """
    unit = Decimal(1).scaleb(-minor_units(total.currency))
    exact = {state: total.amount * share / WHOLE for state, share in shares.items()}
    parts = {state: amount.quantize(unit, rounding=ROUND_DOWN) for state, amount in exact.items()}
    left = int((total.amount - sum(parts.values())) / unit)
    by_remainder = sorted(exact, key=lambda state: (parts[state] - exact[state], state))
    for state in by_remainder[:left]:
        parts[state] += unit
    return {state: Money(parts[state], total.currency) for state in shares}


def key_on(fund: Fund, kind: str, day: dt.date) -> FundKey | None:
    """The key that holds on this day; None where none is known, which is never the same as equal shares."""
    return fund.keys.filter(kind=kind, valid_from__lte=day).order_by("-valid_from").first()


def shares_of(key: FundKey) -> dict[str, Decimal]:
    return {state: Decimal(share) for state, share in key.shares.items()}


@dataclass(frozen=True)
class Line:
    """A state's part of one year's total: paid in, received by the key, and the difference."""

    state: str
    pays: Money
    receives: Money

    @property
    def net(self) -> Money:
        return self.receives - self.pays


def worked(fund: Fund, total: Money, day: dt.date) -> list[Line] | None:
    """The keys of a day applied to a total; None where one of the two keys is not known."""
    keys = [key_on(fund, kind, day) for kind in KeyKind]
    if None in keys:
        return None
    pays, receives = (split(total, shares_of(key)) for key in keys)
    nothing = Money.zero(total.currency)
    return [
        Line(state, pays.get(state, nothing), receives.get(state, nothing))
        for state in sorted({*pays, *receives})
    ]


@dataclass(frozen=True)
class Balance:
    """All in the fund's currency. `cash` is what lies in the fund, `free` what no project has been promised."""

    contributed: Decimal = ZERO
    committed: Decimal = ZERO
    disbursed: Decimal = ZERO

    @property
    def cash(self) -> Decimal:
        return self.contributed - self.disbursed

    @property
    def free(self) -> Decimal:
        return self.contributed - self.committed

    @property
    def still_due(self) -> Decimal:
        """Promised and not paid out yet."""
        return self.committed - self.disbursed


# what a line adds to each of the three sums
_SIGNS = {
    "contributed": {FundEntryKind.CONTRIBUTION: 1},
    "committed": {FundEntryKind.COMMITMENT: 1, FundEntryKind.RELEASE: -1},
    "disbursed": {FundEntryKind.DISBURSEMENT: 1, FundEntryKind.REPAYMENT: -1},
}


def _sums() -> dict[str, Any]:
    """A reversal counts as the line that it takes back, with the other sign."""
    amount = Case(When(reverses__isnull=True, then=F("amount")), default=-F("amount"))
    sums = {}
    for name, signs in _SIGNS.items():
        plus = Sum(amount, filter=Q(kind__in=[kind for kind, sign in signs.items() if sign > 0]))
        minus = Sum(amount, filter=Q(kind__in=[kind for kind, sign in signs.items() if sign < 0]))
        sums |= {f"{name}_plus": plus, f"{name}_minus": minus}
    return sums


def _balance(found: Mapping[str, Decimal | None]) -> Balance:
    return Balance(
        **{name: (found[f"{name}_plus"] or ZERO) - (found[f"{name}_minus"] or ZERO) for name in _SIGNS}
    )


def balance(fund: Fund, *, on: dt.date | None = None) -> Balance:
    """Of the whole fund, today or by the lines up to a day."""
    return _balance(_lines(fund.entries.all(), on).aggregate(**_sums()))


def balances_of_projects(fund: Fund, *, on: dt.date | None = None) -> dict[Any, Balance]:
    """{project: balance} of every project with a line, in one query."""
    lines = _lines(fund.entries.filter(project__isnull=False), on)
    return {row["project"]: _balance(row) for row in lines.order_by().values("project").annotate(**_sums())}


def contributions(fund: Fund) -> dict[str, Decimal]:
    """{state: paid in}."""
    amount = Case(When(reverses__isnull=True, then=F("amount")), default=-F("amount"))
    lines = fund.entries.filter(kind=FundEntryKind.CONTRIBUTION).order_by()
    return dict(lines.values_list("state").annotate(paid=Sum(amount)).order_by("state"))


def _lines(entries: QuerySet[FundEntry], on: dt.date | None) -> QuerySet[FundEntry]:
    return entries if on is None else entries.filter(effective_on__lte=on)
