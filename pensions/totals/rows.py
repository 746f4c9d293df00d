"""Totals of a block of people as rows of InsuranceTotal."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from pensions.legislation.parameters import Law
from pensions.totalisation.treaties import Treaty

from .calendar import month_index
from .engine import STATES as STATE_PLACES
from .engine import VERDICTS, Engine, Totals
from .ledger import STATES, People
from .months import months
from .retirement import day_or_none, retirement_days
from .runs import Array, distinct

NAMES = (
    "worker_id", "run_id", "state", "days", "stage", "counted_days", "counted_stage", "by_branch", "full_months",
    "least_months", "most_months", "gate", "months_worked", "months_unpaid", "months_unrecorded", "disputed",
    "doubtful", "retires_on", "age_unverified",
)  # fmt: skip


def rows(people: People, engine: Engine, law: Law, run_id: uuid.UUID) -> list[tuple[Any, ...]]:
    """In the order of NAMES; one for each person and state of which a period is in the record, disputed or not."""
    totals = engine.totals(people.pieces)
    known = totals.person * STATE_PLACES + totals.state
    keys = distinct(known, people.disputed.astype(np.int64))
    at = np.searchsorted(keys, known)

    def spread(values: Array) -> list[int]:
        out = np.zeros(len(keys), np.int64)
        out[at] = values
        return out.tolist()

    worked = _months(people, keys)
    retires = _retirement(people, keys, law)
    gate = np.zeros(len(keys), np.int64)
    gate[at] = totals.gate
    columns = [
        [people.keys[place] for place in (keys // STATE_PLACES).tolist()],
        [run_id] * len(keys),
        [STATES[place] for place in (keys % STATE_PLACES).tolist()],
        spread(totals.days),
        spread(totals.stage),
        spread(totals.counted_days),
        spread(totals.counted_stage),
        list(_branches(engine.treaty, totals, len(keys), at)),
        *(spread(column) for column in _gate_months(engine.treaty, totals)),
        [VERDICTS[place] for place in gate.tolist()],
        *worked,
        np.isin(keys, people.disputed).tolist(),
        np.isin(keys, people.doubtful).tolist(),
        *retires,
    ]
    return list(zip(*columns, strict=True))


def _gate_months(treaty: Treaty, totals: Totals) -> tuple[Array, Array, Array]:
    """Months as the treaty reports them, by the strictest and by the most generous way of counting."""
    if treaty.gate is None:
        none = np.zeros(len(totals.person), np.int64)
        return none, none, none
    reported = treaty.gate.strategies.index(treaty.gate.reported)
    return totals.months[:, reported], totals.months.min(axis=1), totals.months.max(axis=1)


def _branches(treaty: Treaty, totals: Totals, size: int, at: Array) -> Iterator[str]:
    names = [branch.id for branch in treaty.branches]
    lengths = np.zeros((size, len(names)), np.int64)
    lengths[at] = totals.branches
    for row in lengths.tolist():
        yield json.dumps({name: length for name, length in zip(names, row, strict=True) if length})


def _months(people: People, keys: Array) -> list[list[int]]:
    """Months worked, those whose contributions are recorded and not paid, and those without any in the record."""
    pieces = people.pieces
    found = months(
        pieces.key, pieces.start, pieces.end, people.month_key, month_index(people.month), people.month_paid
    )
    out = np.zeros((3, len(keys)), np.int64)
    at = np.searchsorted(keys, found.key)
    out[:, at] = found.worked, found.recorded - found.paid, found.worked - found.recorded
    return out.tolist()


def _retirement(people: People, keys: Array, law: Law) -> tuple[Sequence[date | None], Sequence[bool]]:
    person, state = keys // STATE_PLACES, keys % STATE_PLACES
    days, unverified = np.zeros(len(keys), np.int64), np.zeros(len(keys), bool)
    for place, code in enumerate(STATES):
        mine = np.flatnonzero(state == place)
        who = person[mine]
        days[mine], unverified[mine] = retirement_days(law, code, people.sex[who], people.birth[who])
    return [day_or_none(day) for day in days.tolist()], unverified.tolist()
