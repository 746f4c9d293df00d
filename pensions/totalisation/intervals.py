"""Sets of days as sorted, disjoint, non-touching runs of inclusive dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from pensions.totalisation.arithmetic import ONE_DAY, Stage, calendar_stage, inclusive_days, sum_stages

Run = tuple[date, date]


def union(runs: Iterable[Run]) -> list[Run]:
    """Runs joined where they overlap or touch: the same days, however they were cut before."""
    joined: list[Run] = []
    for start, end in sorted(runs):
        if joined and (joined[-1][1] == date.max or start <= joined[-1][1] + ONE_DAY):
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def gaps(runs: Iterable[Run]) -> list[Run]:
    """Days between the first and the last run that no run covers."""
    joined = union(runs)
    return [(before[1] + ONE_DAY, after[0] - ONE_DAY) for before, after in pairwise(joined)]


def clip(runs: Iterable[Run], start_on: date = date.min, end_on: date = date.max) -> list[Run]:
    return [
        (max(start, start_on), min(end, end_on))
        for start, end in runs
        if max(start, start_on) <= min(end, end_on)
    ]


def subtract(runs: Iterable[Run], taken: Iterable[Run]) -> list[Run]:
    """Days of ``runs`` that are not in ``taken`` (both sorted and joined)."""
    left: list[Run] = []
    blocks = list(taken)
    place = 0
    for start, end in runs:
        while place < len(blocks) and blocks[place][1] < start:
            place += 1
        ahead, day = place, start
        while ahead < len(blocks) and blocks[ahead][0] <= end:
            if blocks[ahead][0] > day:
                left.append((day, blocks[ahead][0] - ONE_DAY))
            if blocks[ahead][1] >= end:
                break
            day = blocks[ahead][1] + ONE_DAY
            ahead += 1
        else:
            left.append((day, end))
    return left


def total_days(runs: Iterable[Run]) -> int:
    """Days in the union of the runs."""
    return sum(inclusive_days(start, end) for start, end in union(runs))


def stage_of(runs: Iterable[Run]) -> Stage:
    """Calendar length of each run of the union, added with 30 days to a month."""
    return sum_stages(calendar_stage(start, end) for start, end in union(runs))


def elementary(runs: Iterable[Run], first_days: Iterable[date] = ()) -> Iterator[Run]:
    """Cut the span of the runs wherever a run begins or ends, and before each of ``first_days``.

    Between two neighbouring cuts the same runs are active throughout.
    """
    runs = list(runs)
    if not runs:
        return
    cuts = {start for start, _ in runs} | {end + ONE_DAY for _, end in runs}
    low, high = min(cuts), max(cuts)
    ordered = sorted(cuts | {day for day in first_days if low < day < high})
    for start, after in pairwise(ordered):
        yield start, after - ONE_DAY
