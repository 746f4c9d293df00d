"""The gate of full months and the ways of counting them. Where the ways disagree the gate is undetermined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pensions.totalisation.arithmetic import DAYS_PER_MONTH, full_calendar_months
from pensions.totalisation.intervals import Run, stage_of, total_days, union
from pensions.totalisation.periods import Duration
from pensions.totalisation.treaties import Gate


def count_full_calendar_months(runs: Sequence[Run]) -> int:
    """Calendar months every day of which is insured."""
    return sum(full_calendar_months(start, end) for start, end in union(runs))


def count_thirty_day_months(runs: Sequence[Run]) -> int:
    """All insured days, 30 to a month."""
    return total_days(runs) // DAYS_PER_MONTH


def count_calendar_stage_months(runs: Sequence[Run]) -> int:
    """Months from date to date in each run, left-over days added with 30 to a month."""
    return stage_of(runs).whole_months


STRATEGIES: dict[str, Callable[[Sequence[Run]], int]] = {
    "full_calendar_months": count_full_calendar_months,
    "thirty_day_months": count_thirty_day_months,
    "calendar_stage_months": count_calendar_stage_months,
}


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """``met`` is yes, no or undetermined; ``full_months`` is the count of ``strategy``."""

    met: str
    full_months: int
    strategy: str
    required: int
    counts: dict[str, int] = field(default_factory=dict)
    reason: str | None = None


def pass_gate(
    gate: Gate, runs: Sequence[Run], durations: Sequence[Duration] = (), undated: Sequence[Duration] = ()
) -> GateAnswer:
    """Count full months in dated runs and in durations known to lie behind the gate.

    ``undated`` durations may lie before it: if they would decide, the answer is undetermined.
    """
    sure = int(sum(item.months for item in durations))
    counts = {name: STRATEGIES[name](runs) + sure for name in gate.strategies}
    met = verdict(counts, gate.months)
    reason = "strategies_disagree" if met == "undetermined" else None
    if met != "yes" and undated:
        most = {name: count + int(sum(item.months for item in undated)) for name, count in counts.items()}
        if verdict(most, gate.months) != "no":
            met, reason = "undetermined", "undated_durations"
    return GateAnswer(met, counts[gate.reported], gate.reported, gate.months, counts, reason)


def verdict(counts: dict[str, int], months: int) -> str:
    passed = {count >= months for count in counts.values()}
    if len(passed) > 1:
        return "undetermined"
    return "yes" if passed.pop() else "no"
