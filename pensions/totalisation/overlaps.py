"""Coinciding periods: which survives, by an ordered list of rules that belongs to the treaty.

Every decision is for two periods over a stretch of days in which the same periods are active throughout.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter

from pensions.totalisation.arithmetic import ONE_DAY
from pensions.totalisation.intervals import Run, union
from pensions.totalisation.periods import InsurancePeriod
from pensions.totalisation.treaties import OverlapRule


@dataclass(frozen=True, slots=True)
class Overlap:
    """Days on which two periods coincide. ``effect`` as in :class:`OverlapRule`."""

    start_on: date
    end_on: date
    kept: str
    dropped: str
    rule: str
    effect: str
    text: str
    source: str
    question: str | None = None
    kept_state: str = ""
    dropped_state: str = ""


class Insured:
    """The whole record, arranged for what rules ask of it."""

    def __init__(self, record: Iterable[InsurancePeriod]) -> None:
        runs: dict[str, list[Run]] = {}
        compulsory: dict[str, list[Run]] = {}
        for period in record:
            runs.setdefault(period.place, []).append((period.start_on, period.end_on))
            if period.rank_kind == "compulsory":
                compulsory.setdefault(period.place, []).append((period.start_on, period.end_on))
        self.runs = {place: union(items) for place, items in runs.items()}
        self.compulsory = {place: union(items) for place, items in compulsory.items()}

    def since(self, place: str, day: date) -> date:
        """First day of the unbroken insurance there that reaches this day."""
        runs = self.runs[place]
        return runs[bisect_right(runs, day, key=itemgetter(0)) - 1][0]

    def last_compulsory_before(self, place: str, day: date) -> date | None:
        runs = self.compulsory.get(place, [])
        found = bisect_left(runs, day, key=itemgetter(0))
        return min(runs[found - 1][1], day - ONE_DAY) if found else None

    def first_compulsory_from(self, place: str, day: date) -> date | None:
        runs = self.compulsory.get(place, [])
        found = bisect_left(runs, day, key=itemgetter(0))
        return runs[found][0] if found < len(runs) else None


@dataclass(frozen=True, slots=True)
class Setting:
    """What rules may look at besides the two periods: the first day of the stretch and the whole record."""

    start_on: date
    insured: Insured

    def insured_since(self, state: str) -> date:
        """First day of the unbroken insurance in that state that reaches this stretch."""
        return self.insured.since(state, self.start_on)


# A rule returns the period that survives, or None when it does not decide.
Rule = Callable[[InsurancePeriod, InsurancePeriod, Setting], "InsurancePeriod | None"]


def _higher(first: InsurancePeriod, second: InsurancePeriod, ranks: dict[str, int]) -> InsurancePeriod | None:
    left, right = ranks.get(first.rank_kind, 0), ranks.get(second.rank_kind, 0)
    if not left or not right or left == right:
        return None
    return first if left > right else second


def compulsory_over_voluntary(
    first: InsurancePeriod, second: InsurancePeriod, _: Setting
) -> InsurancePeriod | None:
    return _higher(first, second, {"compulsory": 2, "voluntary": 1})


def real_over_equivalent(
    first: InsurancePeriod, second: InsurancePeriod, _: Setting
) -> InsurancePeriod | None:
    return _higher(first, second, {"compulsory": 2, "voluntary": 2, "residence": 2, "equivalent": 1})


def equivalent_last_compulsory_state(
    first: InsurancePeriod, second: InsurancePeriod, setting: Setting
) -> InsurancePeriod | None:
    """Two equivalent periods: the state of the last compulsory insurance before, else of the first after."""
    if {first.rank_kind, second.rank_kind} != {"equivalent"}:
        return None
    states = {first.place: first, second.place: second}
    before = {s: setting.insured.last_compulsory_before(s, setting.start_on) for s in states}
    after = {s: setting.insured.first_compulsory_from(s, setting.start_on) for s in states}
    for days, nearest in ((before, max), (after, min)):
        known = {state: day for state, day in days.items() if day is not None}
        if known:
            decisive = nearest(known.values())
            places = [state for state, day in known.items() if day == decisive]
            return states[places[0]] if len(places) == 1 else None
    return None


def person_choice(first: InsurancePeriod, second: InsurancePeriod, _: Setting) -> InsurancePeriod | None:
    if first.preferred == second.preferred:
        return None
    return first if first.preferred else second


KIND_ORDER = ("compulsory", "voluntary", "residence", "equivalent")


def neutral_order(first: InsurancePeriod, second: InsurancePeriod, setting: Setting) -> InsurancePeriod:
    """For the record only, where both keep the day: kind, then the state insured longer without a break.

    Cutting a period in two does not change the answer.
    """

    def key(period: InsurancePeriod) -> tuple[int, date, str, date, str]:
        kind = KIND_ORDER.index(period.rank_kind)
        return kind, setting.insured_since(period.place), period.place, period.start_on, period.id

    return min(first, second, key=key)


RULES: dict[str, Rule] = {
    "compulsory_over_voluntary": compulsory_over_voluntary,
    "real_over_equivalent": real_over_equivalent,
    "equivalent_last_compulsory_state": equivalent_last_compulsory_state,
    "person_choice": person_choice,
    "own_territory_first": neutral_order,
    "counted_once": neutral_order,
}


def decide(
    first: InsurancePeriod, second: InsurancePeriod, rules: Sequence[OverlapRule], setting: Setting
) -> tuple[InsurancePeriod, InsurancePeriod, OverlapRule]:
    """Survivor, the other one, and the first rule of the list that decided."""
    first, second = sorted((first, second), key=lambda p: (p.start_on, p.place, p.id))
    for rule in rules:
        survivor = RULES[rule.rule](first, second, setting)
        if survivor is not None:
            return survivor, second if survivor is first else first, rule
    raise ValueError("overlap: no rule of the treaty decides; end its list with counted_once")


def resolve(
    periods: Sequence[InsurancePeriod], rules: Sequence[OverlapRule], setting: Setting, end_on: date
) -> tuple[InsurancePeriod, set[str], list[Overlap]]:
    """The period that carries these days, the ids that lose them altogether, and the decisions."""
    ordered = sorted(periods, key=lambda p: (p.start_on, p.place, p.id))
    remaining, removed, decisions = list(ordered), set(), []
    for rule in [rule for rule in rules if rule.effect == "removed"]:
        for first, second in [(a, b) for i, a in enumerate(remaining) for b in remaining[i + 1 :]]:
            if first.id in removed or second.id in removed:
                continue
            survivor = RULES[rule.rule](first, second, setting)
            if survivor is not None:
                loser = second if survivor is first else first
                removed.add(loser.id)
                decisions.append(_overlap(setting.start_on, end_on, survivor, loser, rule))
        remaining = [period for period in remaining if period.id not in removed]
    carrier = remaining[0]
    soft = [rule for rule in rules if rule.effect != "removed"]
    pending = []
    for other in remaining[1:]:
        carrier, loser, rule = decide(carrier, other, soft, setting)
        pending.append((loser, rule))
    decisions += [_overlap(setting.start_on, end_on, carrier, loser, rule) for loser, rule in pending]
    return carrier, removed, decisions


def _overlap(
    start: date, end: date, kept: InsurancePeriod, dropped: InsurancePeriod, rule: OverlapRule
) -> Overlap:
    return Overlap(
        start,
        end,
        kept.id,
        dropped.id,
        rule.rule,
        rule.effect,
        rule.text,
        rule.source,
        rule.question,
        kept.place,
        dropped.place,
    )


def joined(overlaps: Sequence[Overlap]) -> list[Overlap]:
    """The same decision over touching stretches said once."""
    merged: list[Overlap] = []
    for item in sorted(overlaps, key=lambda o: (o.kept, o.dropped, o.rule, o.start_on)):
        last = merged[-1] if merged else None
        same = last and replace(last, start_on=item.start_on, end_on=item.end_on) == item
        if last and same and item.start_on == last.end_on + ONE_DAY:
            merged[-1] = replace(last, end_on=item.end_on)
        else:
            merged.append(item)
    return sorted(merged, key=lambda o: (o.start_on, o.end_on, o.kept, o.dropped))
