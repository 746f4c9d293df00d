"""Totalisation: split, resolve overlaps, sum by state, count the gate.

Order of the input does not matter and cutting a period in two changes nothing: all decisions are taken on
elementary stretches of days, and lengths are measured on the joined runs of a state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pensions.legislation.regimes import Regime, national_regimes
from pensions.legislation.sentences import InputError
from pensions.legislation.sentences import sentence as _
from pensions.legislation.trace import Trace
from pensions.totalisation.arithmetic import ONE_DAY, Stage, sum_stages
from pensions.totalisation.explain import explain, question
from pensions.totalisation.gate import GateAnswer, pass_gate
from pensions.totalisation.intervals import elementary, gaps, stage_of, total_days
from pensions.totalisation.overlaps import Insured, Overlap, Setting, joined, resolve
from pensions.totalisation.periods import Duration, InsurancePeriod
from pensions.totalisation.results import DeclaredLength, Segment, StateTotal, Total, Totalisation
from pensions.totalisation.treaties import Branch, Treaty, load_treaty

# Past this the input is no person's record, and the answer could not be read.
MOST_DECISIONS = 200_000


def totalise(
    periods: Sequence[InsurancePeriod],
    *,
    treaty: str | Treaty = "eaeu-2019",
    durations: Sequence[Duration] = (),
    residence: str | None = None,
    as_of: date | None = None,
) -> Totalisation:
    """Totalise a record under a treaty. Days after ``as_of`` are not yet completed and do not count.

    Raises ValueError for an unknown treaty or two periods with one id.
    """
    chosen = load_treaty(treaty) if isinstance(treaty, str) else treaty
    ids = [period.id for period in periods]
    if len(set(ids)) < len(ids):
        raise InputError("periods", _("two periods have the same id; give each its own"))
    trace = Trace()
    record = _completed(periods, as_of, trace)
    segments, overlaps = _cut(record, chosen, residence, trace)
    states = _states(segments, durations, chosen)
    days = total_days((s.start_on, s.end_on) for s in segments if s.counted)
    undated = [d for state in states.values() if not state.third_state for d in state.durations]
    parts = [_counted_stage(segments, state) for state in sorted(states)] + [d.stage for d in undated]
    total = Total(sum_stages(parts), days + sum(d.stage.thirty_twelve_days for d in undated))
    missing = gaps((p.start_on, p.end_on) for p in record)
    declared = _declared(periods)
    explain(trace, chosen, segments, overlaps, states, total)
    question(trace, chosen, record, segments, overlaps, states, as_of, residence)
    return Totalisation(chosen, segments, overlaps, missing, states, total, trace, declared)


def _completed(periods: Sequence[InsurancePeriod], as_of: date | None, trace: Trace) -> list[InsurancePeriod]:
    if as_of is None:
        return list(periods)
    done = []
    for period in sorted(periods, key=lambda p: (p.start_on, p.id)):
        if period.end_on > as_of:
            trace.add(
                "days_not_completed",
                "completed_days_only",
                _(
                    "Days of %(id)s after %(as_of)s are not yet completed and do not count.",
                    id=period.id,
                    as_of=as_of,
                ),
                {"period": period.id, "as_of": as_of},
                state=period.place,
            )
        if period.start_on <= as_of:
            done.append(replace(period, end_on=min(period.end_on, as_of)))
    return done


@dataclass(slots=True)
class _Stretch:
    """One elementary stretch of days while it is being judged."""

    start_on: date
    end_on: date
    branch: Branch
    active: dict[str, list[InsurancePeriod]]
    refused: dict[str, str] = field(default_factory=dict)


def _cut(
    record: list[InsurancePeriod], treaty: Treaty, residence: str | None, trace: Trace
) -> tuple[list[Segment], list[Overlap]]:
    states = {p.place for p in record}
    regimes = {state: national_regimes(state) if treaty.national_regimes else () for state in states}
    first_days = treaty.cuts + [regime.from_on for items in regimes.values() for regime in items]
    pieces: list[Segment] = []
    decisions: list[Overlap] = []
    insured = Insured(record)
    for start, end, active in _stretches(record, first_days):
        branch = treaty.branch_on(start)
        if not active or branch is None:
            continue
        stretch = _Stretch(start, end, branch, _by_state(active))
        _refuse(stretch, regimes)
        made, found = _judge(stretch, treaty, regimes, residence, insured)
        pieces += made
        decisions += found
        if len(decisions) > MOST_DECISIONS:
            text = _("coincide more than %(most)s times: give one person's record", most=MOST_DECISIONS)
            raise InputError("periods", text)
    return _join_segments(pieces), joined(decisions)


def _stretches(
    record: Sequence[InsurancePeriod], first_days: Iterable[date]
) -> Iterator[tuple[date, date, list[InsurancePeriod]]]:
    """Elementary stretches with the periods that are active throughout each."""
    waiting = sorted(record, key=lambda p: (p.start_on, p.id), reverse=True)
    active: list[InsurancePeriod] = []
    for start, end in elementary(((p.start_on, p.end_on) for p in record), first_days):
        active = [p for p in active if p.end_on >= start]
        while waiting and waiting[-1].start_on <= start:
            active.append(waiting.pop())
        yield start, end, active


def _by_state(active: Iterable[InsurancePeriod]) -> dict[str, list[InsurancePeriod]]:
    grouped: dict[str, list[InsurancePeriod]] = {}
    for period in sorted(active, key=lambda p: p.id):
        grouped.setdefault(period.place, []).append(period)
    return dict(sorted(grouped.items()))


def _refuse(stretch: _Stretch, regimes: dict[str, tuple[Regime, ...]]) -> None:
    """Mark states whose days cannot count: outside the treaty, or without contributions the law asks for."""
    for state, periods in stretch.active.items():
        regime = _regime_on(regimes[state], stretch.start_on)
        required = stretch.branch.requires_contributions or (regime and regime.requires_contributions)
        paid = [p for p in periods if p.contributions != "unpaid"] if required else periods
        stretch.active[state] = paid or periods
        if not paid:
            stretch.refused[state] = "contributions_unpaid"
        elif not stretch.branch.covers(state, stretch.start_on):
            stretch.refused[state] = "third_state"


def _judge(
    stretch: _Stretch,
    treaty: Treaty,
    regimes: dict[str, tuple[Regime, ...]],
    residence: str | None,
    insured: Insured,
) -> tuple[list[Segment], list[Overlap]]:
    setting = Setting(stretch.start_on, insured)
    decisions: list[Overlap] = []
    carriers: dict[str, InsurancePeriod] = {}
    for state, periods in stretch.active.items():
        carriers[state], _, found = resolve(periods, treaty.same_state, setting, stretch.end_on)
        decisions += found
    eligible = [period for state, period in carriers.items() if state not in stretch.refused]
    keeper, removed = None, set()
    if eligible:
        keeper, removed, found = resolve(eligible, treaty.overlap, setting, stretch.end_on)
        decisions += found
    lost = {state for state, carrier in carriers.items() if carrier.id in removed}
    segments = [
        _segment(stretch, state, residence, _regime_on(regimes[state], stretch.start_on), state in lost)
        for state in stretch.active
    ]
    counted = keeper.place if keeper else None
    return [replace(s, counted=s.state == counted) for s in segments], decisions


def _segment(
    stretch: _Stretch, state: str, residence: str | None, regime: Regime | None, lost: bool
) -> Segment:
    name, payer = stretch.branch.rule_for(state, residence)
    reason = stretch.refused.get(state)
    return Segment(
        state,
        stretch.start_on,
        stretch.end_on,
        stretch.branch.id,
        name,
        tuple(p.id for p in stretch.active[state]),
        counted=False,
        counted_own=reason != "contributions_unpaid" and not lost,
        payer=None if reason else state if payer == "territory" else residence,
        regime=regime.id if regime else None,
        reason=reason or ("overlap_removed" if lost else None),
    )


def _regime_on(regimes: Sequence[Regime], day: date) -> Regime | None:
    begun = [regime for regime in regimes if regime.from_on <= day]
    return begun[-1] if begun else None


def _join_segments(pieces: list[Segment]) -> list[Segment]:
    """Touching pieces that differ in nothing but their dates become one."""
    merged: list[Segment] = []
    for piece in sorted(pieces, key=lambda s: (s.state, s.start_on)):
        last = merged[-1] if merged else None
        same = last and replace(last, start_on=piece.start_on, end_on=piece.end_on) == piece
        if last and same and piece.start_on == last.end_on + ONE_DAY:
            merged[-1] = replace(last, end_on=piece.end_on)
        else:
            merged.append(piece)
    return sorted(merged, key=lambda s: (s.start_on, s.end_on, s.state))


def _counted_stage(segments: Iterable[Segment], state: str) -> Stage:
    return stage_of((s.start_on, s.end_on) for s in segments if s.state == state and s.counted)


def _states(segments: list[Segment], durations: Sequence[Duration], treaty: Treaty) -> dict[str, StateTotal]:
    names = sorted({s.state for s in segments} | {d.state for d in durations})
    return {name: _state(name, segments, durations, treaty) for name in names}


def _state(name: str, segments: list[Segment], durations: Sequence[Duration], treaty: Treaty) -> StateTotal:
    mine = [s for s in segments if s.state == name]
    own = [(s.start_on, s.end_on) for s in mine if s.counted_own]
    lengths = tuple(d for d in durations if d.state == name)
    stage = sum_stages([stage_of(own), *(d.stage for d in lengths)])
    branches = {}
    for branch in treaty.branches:
        runs = [(s.start_on, s.end_on) for s in mine if s.branch == branch.id and s.counted_own]
        if runs:
            branches[branch.id] = stage_of(runs)
    last = treaty.branches[-1]
    outside = not any(_covered(s, treaty) for s in mine) if mine else not last.covers(name, last.from_on)
    return StateTotal(
        name,
        stage,
        total_days(own) + sum(d.stage.thirty_twelve_days for d in lengths),
        total_days((s.start_on, s.end_on) for s in mine if s.counted),
        _gate(name, mine, lengths, treaty),
        branches,
        lengths,
        outside,
    )


def _covered(segment: Segment, treaty: Treaty) -> bool:
    branch = treaty.branch_on(segment.start_on)
    return branch is not None and branch.covers(segment.state, segment.start_on)


def _gate(name: str, mine: list[Segment], lengths: Sequence[Duration], treaty: Treaty) -> GateAnswer:
    gated = {branch.id: branch for branch in treaty.branches if branch.gate}
    if treaty.gate is None or not gated:
        months = stage_of((s.start_on, s.end_on) for s in mine if s.counted_own).whole_months
        return GateAnswer("yes", months + int(sum(d.months for d in lengths)), "no_gate", 0)
    runs = [
        (s.start_on, s.end_on)
        for s in mine
        if s.branch in gated and s.counted_own and s.reason != "third_state"
    ]
    opening = min(branch.from_on for branch in gated.values())
    covered = any(branch.covers(name, branch.from_on) for branch in gated.values())
    sure = [d for d in lengths if covered and (d.after or date.min) >= opening]
    unsure = [d for d in lengths if covered and d not in sure and not (d.before and d.before <= opening)]
    return pass_gate(treaty.gate, runs, sure, unsure)


def _declared(periods: Sequence[InsurancePeriod]) -> list[DeclaredLength]:
    return [
        DeclaredLength(
            p.id, p.declared, p.computed, p.declared.thirty_twelve_days - p.computed.thirty_twelve_days
        )
        for p in sorted(periods, key=lambda p: (p.start_on, p.id))
        if p.declared is not None
    ]
