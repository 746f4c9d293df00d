"""A treaty and the states' own law as stretches of days: where a day counts, what it asks, which lie behind the gate.

Free of Django. Days are numbers of totals.calendar; what is open reaches to the ends of its table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from pensions.legislation.regimes import national_regimes
from pensions.totalisation.overlaps import KIND_ORDER
from pensions.totalisation.periods import P5000_KINDS
from pensions.totalisation.treaties import Branch, Treaty

from .calendar import END, START, number

SETTLED_BY_KIND = ("person_choice", "compulsory_over_voluntary", "real_over_equivalent", "counted_once")


def kind_number(kind: str) -> int:
    return KIND_ORDER.index(P5000_KINDS.get(kind, kind))


@dataclass(frozen=True, slots=True)
class Slice:
    """Days of one state throughout which nothing changes in what makes a day count."""

    start: int
    end: int
    covered: bool
    needs_contributions: bool
    gated: bool


def require_set_based(treaty: Treaty) -> None:
    """Raises ValueError for a treaty whose overlaps take days away: those are judged one record at a time."""
    cross = [rule for rule in treaty.overlap if rule.rule not in ("own_territory_first", "counted_once")]
    inside = [rule for rule in treaty.same_state if rule.rule not in SETTLED_BY_KIND]
    removing = [rule for rule in (*treaty.overlap, *treaty.same_state) if rule.effect != "counted_once"]
    if cross or inside or removing:
        names = ", ".join(sorted({rule.rule for rule in (*cross, *inside, *removing)}))
        raise ValueError(f"treaty {treaty.id}: its overlap rules ({names}) are judged one record at a time")


def slices(treaty: Treaty, state: str) -> list[Slice]:
    """The state's days in order, neighbours that are alike joined."""
    regimes = national_regimes(state) if treaty.national_regimes else ()
    cuts = {day for day in (*treaty.cuts, *(one.from_on for one in regimes)) if START < day <= END}
    found: list[Slice] = []
    for low, after in pairwise([START, *sorted(cuts), END + timedelta(days=1)]):
        branch = treaty.branch_on(low)
        begun = [regime for regime in regimes if regime.from_on <= low]
        if branch is None:
            continue
        piece = _slice(
            state, low, after - timedelta(days=1), branch, bool(begun and begun[-1].requires_contributions)
        )
        last = found[-1] if found else None
        if last and replace(last, end=piece.end) == replace(piece, start=last.start):
            found[-1] = replace(last, end=piece.end)
        else:
            found.append(piece)
    return found


def _slice(state: str, low: date, high: date, branch: Branch, asked: bool) -> Slice:
    covered = branch.covers(state, low)
    return Slice(
        number(low), number(high), covered, branch.requires_contributions or asked, covered and branch.gate
    )


def branch_days(treaty: Treaty) -> list[tuple[str, int, int]]:
    """(branch, first day, last day) in order of time."""
    return [
        (branch.id, number(max(branch.from_on, START)), number(min(branch.until_on, END)))
        for branch in treaty.branches
    ]
