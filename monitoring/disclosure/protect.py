"""The disclosure run: rules, suppression, audit, and the way out when too much would be hidden."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .attack import Attack, Contradiction, Interval
from .knowledge import Knowledge, Ref
from .messages import REFUSALS
from .rounding import CannotRound, audit_rounded, round_table
from .rules import Config, Need, primary_cells
from .suppression import CannotProtect, suppress
from .system import Clock, OutOfTime, SolverFailed, System
from .tables import Key, Table

FOR_THE_PATTERN = 0.7  # of the time; the rest is for the way out when there is no pattern


class Mark(StrEnum):
    """Why a cell is hidden. Readers see one mark for both: which is which would tell something."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class Method(StrEnum):
    NOTHING_TO_HIDE = "nothing_to_hide"
    SUPPRESSION = "suppression"
    ROUNDING = "rounding"
    COARSENING = "coarsening"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing may be published; `figures` are the cells at fault."""

    code: str
    figures: tuple[Ref, ...] = ()

    @property
    def message(self) -> str:
        return REFUSALS[self.code]


@dataclass(frozen=True)
class Result:
    """The outcome of a run. With a `refusal` nothing of it may be published.

    `pattern`: the hidden cells. `rounded`: what is shown instead of each cell, when the method is rounding.
    `intervals`: what the attacker works out of each protected figure. `exposed`: figures of earlier releases that
    were open before. `offer`: a safe alternative when more than the agreed share is hidden.
    """

    table: Table
    method: Method
    pattern: Mapping[Key, Mark] = field(default_factory=dict)
    rounded: Mapping[Key, int] | None = None
    intervals: Mapping[Ref, Interval] = field(default_factory=dict)
    exposed: frozenset[Ref] = frozenset()
    repairs: int = 0
    seconds: float = 0.0
    refusal: Refusal | None = None
    offer: "Result | None" = None

    @property
    def hidden_share(self) -> float:
        """Hidden cells among the published ones that are not zero."""
        visible = sum(bool(self.table.cells[key].value) for key in self.table.published)
        return len(self.pattern) / visible if visible else 0.0

    @property
    def safe(self) -> bool:
        return self.refusal is None


def protect(
    table: Table,
    config: Config | None = None,
    *,
    published: Knowledge | None = None,
    previous: Collection[Key] = (),
    now: Callable[[], float] = time.monotonic,
) -> Result:
    """Find a release of `table` that keeps every promise, or refuse.

    `published` is what was told before; `previous` the pattern of an earlier release of the same table, which is
    reused where it serves. The same input gives the same pattern.
    """
    config, published = config or Config(), published or Knowledge()
    started = now()
    first = Clock(started + FOR_THE_PATTERN * config.time_limit, now)
    result = _suppressed(table, config, published, previous, first)
    if result.hidden_share > config.max_hidden_share or (
        result.refusal and result.refusal.code in ("cannot_protect", "time_limit")
    ):
        result = _with_alternative(result, config, published, Clock(started + config.time_limit, now))
    return replace(result, seconds=now() - started)


def audit(
    table: Table,
    hidden: Iterable[Key],
    needs: Mapping[Ref, Need | None] | None = None,
    *,
    published: Knowledge | None = None,
    time_limit: float = 60.0,
) -> dict[Ref, Interval]:
    """What an attacker works out of each hidden cell (or of those named in `needs`). Raises OutOfTime."""
    hidden = sorted(hidden)
    system = System(table, published or Knowledge())
    return Attack(system, hidden, Clock.of(time_limit)).intervals(needs or dict.fromkeys(hidden))


def _suppressed(table: Table, config: Config, published: Knowledge, previous, clock: Clock) -> Result:
    primary = primary_cells(table, config)
    needs = {**primary, **published.protected}
    system = System(table, published)
    if contradicted := system.contradicted():
        return Result(table, Method.SUPPRESSION, refusal=Refusal("contradiction", contradicted))
    if not needs:
        return Result(table, Method.NOTHING_TO_HIDE)
    try:
        done = suppress(system, needs, config, previous, clock)
        opened = _opened_now(table, done.exposed, needs, published, clock)
    except OutOfTime:
        return Result(table, Method.SUPPRESSION, refusal=Refusal("time_limit"))
    except SolverFailed:
        return Result(table, Method.SUPPRESSION, refusal=Refusal("not_solved"))
    except Contradiction as fault:
        return Result(table, Method.SUPPRESSION, refusal=Refusal("contradiction", fault.args))
    except CannotProtect as stuck:
        code = (
            "published_before"
            if _known_already(table, stuck.ref, needs, published, clock)
            else "cannot_protect"
        )
        return Result(table, Method.SUPPRESSION, refusal=Refusal(code, (stuck.ref,)))
    if opened:
        return Result(table, Method.SUPPRESSION, refusal=Refusal("tells_earlier", opened))
    pattern = {key: Mark.PRIMARY if key in primary else Mark.SECONDARY for key in sorted(done.hidden)}
    method = Method.SUPPRESSION if pattern else Method.NOTHING_TO_HIDE
    return Result(table, method, pattern, None, done.intervals, done.exposed, done.repairs)


def _opened_now(
    table: Table, exposed: Collection[Ref], needs: Mapping[Ref, Need], published: Knowledge, clock: Clock
) -> tuple[Ref, ...]:
    """Figures of earlier releases that keep their promise as long as nothing of this table is shown, not even its
    zeros, which no pattern hides."""
    if not exposed:
        return ()
    system = System(replace(table, unpublished=frozenset(table.cells)), published)
    attack = Attack(system, (), clock)
    return tuple(
        ref
        for ref in sorted(exposed, key=system.column.__getitem__)
        if attack.interval(ref, needs[ref]).keeps(system.values[system.column[ref]])
    )


def _known_already(
    table: Table, ref: Ref, needs: Mapping[Ref, Need], published: Knowledge, clock: Clock
) -> bool:
    """Whether earlier publications alone break the promise, with nothing of this table shown but its zeros."""
    if not published.relations:
        return False
    hidden = [key for key, cell in table.cells.items() if cell.value]
    system = System(table, published)
    try:
        interval = Attack(system, hidden, clock).interval(ref, needs[ref])
    except (OutOfTime, SolverFailed):
        return False
    return not interval.keeps(system.values[system.column[ref]])


def _with_alternative(result: Result, config: Config, published: Knowledge, clock: Clock) -> Result:
    """Too much would be hidden: a coarser or a rounded table is put beside the pattern, or in its place."""
    alternative = _coarser(result.table, config, published, clock) or _rounded(
        result.table, config, published, clock
    )
    if alternative is None:
        return result
    if config.too_much_hidden == "replace" and alternative.safe:
        return alternative
    return replace(result, offer=alternative)


def _coarser(table: Table, config: Config, published: Knowledge, clock: Clock) -> Result | None:
    """The first of the agreed merges, taken one after another, with which little enough is hidden.

    Counts only: who contributes most to a merged amount is not known here.
    """
    for dimension, merged in config.coarsenings if table.counts else ():
        table = table.coarsened(dimension, merged)
        result = _suppressed(table, config, published, (), clock)
        if result.safe and result.hidden_share <= config.max_hidden_share:
            return replace(result, method=Method.COARSENING)
    return None


def _rounded(table: Table, config: Config, published: Knowledge, clock: Clock) -> Result | None:
    """Counts only: amounts are protected against their own contributors, and a base says nothing about them."""
    if not table.counts:
        return None
    needs = {**primary_cells(table, config), **published.protected}
    try:
        shown = round_table(table, config.rounding_base, clock)
        intervals = audit_rounded(table, shown, config.rounding_base, needs, published, clock)
    except OutOfTime:
        return Result(table, Method.ROUNDING, refusal=Refusal("time_limit"))
    except SolverFailed:
        return Result(table, Method.ROUNDING, refusal=Refusal("not_solved"))
    except CannotRound:
        return Result(table, Method.ROUNDING, refusal=Refusal("cannot_round"))
    values = {ref: float(table.cells[ref].value) if ref in table.cells else float("nan") for ref in needs}
    broken = tuple(ref for ref, interval in intervals.items() if not interval.keeps(values[ref]))
    refusal = Refusal("rounding_not_safe", broken) if broken else None
    return Result(table, Method.ROUNDING, rounded=shown, intervals=intervals, refusal=refusal)
