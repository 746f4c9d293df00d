"""What totalisation answers with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pensions.legislation.trace import Trace
from pensions.totalisation.arithmetic import Stage, sum_stages
from pensions.totalisation.gate import GateAnswer
from pensions.totalisation.intervals import Run, stage_of, subtract, union
from pensions.totalisation.overlaps import Overlap
from pensions.totalisation.periods import Duration
from pensions.totalisation.treaties import Treaty


@dataclass(frozen=True, slots=True)
class Segment:
    """Days of one state under one branch with the same source periods throughout.

    ``counted``: the days enter the total here. ``counted_own``: the state counts them as its own.
    ``payer`` is the state whose institution answers for them, None where it cannot be said.
    """

    state: str
    start_on: date
    end_on: date
    branch: str
    treaty: str
    period_ids: tuple[str, ...]
    counted: bool
    counted_own: bool
    payer: str | None = None
    regime: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class StateTotal:
    """A state's own insurance. ``days`` are calendar days; durations add theirs with 30 to a month."""

    state: str
    stage: Stage
    days: int
    counted_days: int
    gate: GateAnswer
    by_branch: dict[str, Stage]
    durations: tuple[Duration, ...] = ()
    third_state: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    stage: Stage
    days: int


@dataclass(frozen=True, slots=True)
class DeclaredLength:
    """What the issuer wrote beside the dates of a period, and what the dates give."""

    period_id: str
    declared: Stage
    computed: Stage
    difference_days: int


@dataclass(slots=True)
class Totalisation:
    treaty: Treaty
    segments: list[Segment]
    overlaps: list[Overlap]
    gaps: list[Run]
    states: dict[str, StateTotal]
    total: Total
    trace: Trace
    declared: list[DeclaredLength] = field(default_factory=list)

    def runs(self, state: str, *, own: bool = True, branches: Iterable[str] | None = None) -> list[Run]:
        """Joined days of a state: its own, or those the total takes from it."""
        chosen = None if branches is None else set(branches)
        return union(
            (s.start_on, s.end_on)
            for s in self.segments
            if s.state == state
            and (s.counted_own if own else s.counted)
            and (chosen is None or s.branch in chosen)
        )

    def totalised_for(self, state: str) -> Stage:
        """Own length of ``state`` and, of the other states, the days that do not coincide with it.

        A state outside the treaty totalises nothing: its own length alone.
        """
        return sum_stages(self.parts_for(state).values())

    def parts_for(self, state: str) -> dict[str, Stage]:
        """By state, what ``totalised_for`` adds up; the state itself first."""
        mine = self.states.get(state)
        own = self.runs(state)
        parts = {state: mine.stage if mine else Stage()}
        if mine and mine.third_state:
            return parts
        for other, total in self.states.items():
            if other != state and not total.third_state:
                dated = stage_of(subtract(self.runs(other, own=False), own))
                parts[other] = sum_stages([dated, *(d.stage for d in total.durations)])
        return parts

    def answerable_for(self, state: str) -> Stage:
        """Own length of ``state`` and the days of other territories that it must answer for."""
        own = self.runs(state)
        parts = [stage_of(own)]
        for other in self.states:
            runs = [
                (s.start_on, s.end_on)
                for s in self.segments
                if s.state == other != state and s.counted and s.payer == state
            ]
            parts.append(stage_of(subtract(union(runs), own)))
        parts += [d.stage for d in self.states[state].durations] if state in self.states else []
        return sum_stages(parts)
