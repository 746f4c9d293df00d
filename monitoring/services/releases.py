"""Disclosure control over the figures about persons, and the register of what was published when."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.access import require
from common import clock
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from common.service import service
from monitoring.disclosure import Interval, Result
from monitoring.enums import ReleaseChannel, RevisionReason, ValueState
from monitoring.figures import relations
from monitoring.figures.plan import (
    Computed,
    History,
    Place,
    Plan,
    cell_text,
)
from monitoring.figures.release import protect
from monitoring.models import DisclosureRun, Figure, Release, ReleasedFigure
from monitoring.numbers import as_kept
from monitoring.periods import Period

ACTION = "monitoring.disclosure.run"

Progress = Callable[[int, int, str], Any]


@dataclass
class Outcome:
    """What a run did, in numbers that tell nothing."""

    tables: int = 0
    refused: int = 0
    released: int = 0
    withheld: int = 0


def release_figures(*, by: Any, progress: Progress | None = None, anew: Place | None = None) -> Outcome:
    """Sends every table of persons whose counts are new through disclosure control, then opens what may be shown.

    Each table is one transaction, with the search for its pattern before it. Without news nothing is written.
    `anew`: a table and period to be looked at again although nothing in it is new, such as one that was refused.
    """
    require(by, ACTION)
    with system("disclosure control"):
        plan = Plan()
        history = History(plan.parents)
        runs: dict[Place, DisclosureRun] = {}
        for done, place in enumerate(plan.grounds, start=1):
            runs[place] = _run(by, plan, history, place, anew)
            if progress:
                progress(done, len(plan.grounds), " ".join(place))
        return _open(by=by, plan=plan, runs=runs)


def _run(by: Any, plan: Plan, history: History, place: Place, anew: Place | None) -> DisclosureRun:
    """The newest run of a table, made now if its counts or the rules have changed since."""
    last, config = history.newest(place), plan.config(place)
    rows = sorted(plan.grounds[place].rows)
    rules = {"threshold": config.threshold, "width": config.width}
    if pairs := relations.pairs_of(place[0], plan):
        rules["relations"] = [" <= ".join(pair) for pair in pairs]  # a new one is news
    if last and place != anew and last.observations == rows and last.config == rules:
        return last
    vintages = history.told(place)
    neighbours = [told for near in plan.neighbours(place) for told in history.told(near)[-1:]]
    before = history.told(_before(place))[-1:]
    previous = {key for told in (*vintages[-1:], *before) for key in told.hidden}
    result = protect(
        plan.table(place),
        config,
        vintages=vintages,
        neighbours=neighbours,
        previous=previous,
        beside=relations.beside(plan, history, place),
    )
    run = record_run(by=by, place=place, rows=rows, rules=rules, result=result)
    history.add(run, plan.table(place))
    return run


def _before(place: Place) -> Place:
    return place[0], str(Period.parse(place[1]).offset(-1))


@service
def record_run(*, by: Any, place: Place, rows: list[int], rules: dict, result: Result) -> DisclosureRun:
    """Keeps the outcome of one search; of a refusal, the cells at fault instead of a pattern."""
    require(by, ACTION)
    marks = dict.fromkeys(result.refusal.figures, "at_fault") if result.refusal else result.pattern
    own = {key: mark for key, mark in marks.items() if key in result.table.cells}
    primary = sum(mark == "primary" for mark in own.values())
    run = DisclosureRun.everything.create(
        table=place[0],
        period=place[1],
        config=rules,
        cells=len(result.table.cells),
        primary=primary,
        secondary=0 if result.refusal else len(own) - primary,
        pattern={cell_text(key): str(mark) for key, mark in own.items()},
        intervals=_intervals(result),
        observations=rows,
        refusal=result.refusal.code if result.refusal else "",
        seconds=Decimal(str(round(result.seconds, 3))),
        made_by=by if getattr(by, "pk", None) else None,
    )
    details = {"table": place[0], "period": place[1], "refusal": run.refusal}
    journal.record(by=by, verb=Verb.DECIDED, obj=run, action=ACTION, details=details)
    return run


def _intervals(result: Result) -> dict[str, list[int | None]]:
    return {
        cell_text(key): _ends(interval)
        for key, interval in result.intervals.items()
        if key in result.table.cells and key in result.pattern
    }


def _ends(interval: Interval) -> list[int | None]:
    return [None if math.isinf(end) else round(end) for end in (interval.low, interval.high)]


@service
def _open(*, by: Any, plan: Plan, runs: dict[Place, DisclosureRun]) -> Outcome:
    """Writes a version of each figure as it may be shown, and enters it in the register."""
    require(by, ACTION)
    fresh = [version for one in plan.computed if (version := _version(one, plan, runs))]
    Figure.objects.bulk_create(fresh)
    plain = Figure.objects.exclude(indicator__code__in=plan.indicators).filter(releases__isnull=True)
    empty = [one.figure for one in plan.computed if not plan.places(one.counts) and not one.figure.is_told]
    shown = [Shown(one, one.value) for one in (*fresh, *plain, *empty)]
    if shown:
        enter(by=by, channel=ReleaseChannel.FIGURES, shown=shown)
    withheld = sum(one.state == ValueState.SUPPRESSED for one in fresh)
    refused = sum(bool(run.refusal) for run in runs.values())
    return Outcome(len(runs), refused, len(shown) - withheld, withheld)


def _version(one: Computed, plan: Plan, runs: dict[Place, DisclosureRun]) -> Figure | None:
    """The next version of a figure; None when the newest already shows what it may, and no more."""
    places, hiding = plan.places(one.counts), plan.hiding(one.counts, runs)
    state = ValueState.SUPPRESSED if hiding else ValueState(one.value.state.value)
    old, number = one.figure, as_kept(one.value.known)
    if not places or (old.disclosure_id and old.state == state):
        return None
    return Figure(
        indicator=old.indicator,
        calculation_id=old.calculation_id,
        key=old.key,
        period=old.period,
        state=state,
        value=number if state == ValueState.VALUE else None,
        restricted=number if hiding else None,
        version=old.version + 1,
        known_from=clock.now(),
        disclosure=runs[(hiding or places)[0]],
        revision_reason=RevisionReason.DISCLOSURE,
    )


@dataclass(frozen=True)
class Shown:
    """A figure as readers see it: `number` to so many `digits`, None for a mark."""

    figure: Figure
    number: Decimal | None
    digits: int = 10


@service
def enter(*, by: Any, channel: str, shown: Iterable[Shown], reference: str = "") -> Release:
    """One entry in the register of releases. What is entered is open to readers from now on."""
    require(by, "monitoring.release.enter")
    release = Release.everything.create(
        channel=channel, reference=reference, made_by=by if getattr(by, "pk", None) else None
    )
    rows = {one.figure.pk: one for one in shown}
    ReleasedFigure.objects.bulk_create(
        ReleasedFigure(release=release, figure_id=pk, shown=one.number, digits=one.digits)
        for pk, one in rows.items()
    )
    journal.record(
        by=by,
        verb=Verb.DECIDED,
        obj=release,
        action="monitoring.release.enter",
        details={"channel": channel, "reference": reference, "figures": len(rows)},
    )
    return release
