"""Random records, as pure insurance periods and as the engine's pieces; and what the pure rules say of them."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pensions.legislation.regimes import national_regimes
from pensions.totalisation import InsurancePeriod, Treaty, totalise
from pensions.totalisation.intervals import stage_of
from pensions.totals.calendar import number
from pensions.totals.engine import VERDICTS, Pieces, Totals
from pensions.totals.slices import kind_number

STATES = ("AM", "BY", "KG", "KZ", "RU", "TR", "UZ")
TRAVELLED = ("KG", "RU", "KZ", "AM", "BY", "UZ", "TR")
KINDS = ("compulsory", "compulsory", "compulsory", "voluntary", "equivalent", "residence", "43", "20")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    days: int
    stage: int
    counted_days: int
    counted_stage: int
    months: tuple[int, ...]
    gate: str
    branches: tuple[int, ...]


def edges(treaty: Treaty) -> list[date]:
    """Days around which things change."""
    regimes = [regime.from_on for state in STATES for regime in national_regimes(state)]
    return sorted({*treaty.cuts, *regimes})


def record(chance: random.Random, treaty: Treaty, name: int) -> list[InsurancePeriod]:
    """Up to seven periods that overlap, touch, and begin or end around the days on which rules change."""
    found = []
    days = edges(treaty)
    spread = chance.choice((30, 400, 9000))
    for place in range(chance.randint(0, 7)):
        if chance.random() < 0.3:
            start = chance.choice(days) + timedelta(days=chance.randint(-2, 2))
        else:
            start = date(2020, 6, 1) + timedelta(days=chance.randint(-spread, min(spread, 2300)))
        end = start + timedelta(days=int(chance.choice((0, 1, 29, 30, 31, 365, 800, 4000)) * chance.random()))
        if chance.random() < 0.25:
            end = max(start, chance.choice(days) + timedelta(days=chance.randint(-2, 2)))
        if found and chance.random() < 0.25:
            start = found[-1].end_on + ONE_DAY
            end = start + timedelta(days=chance.randint(0, 400))
        found.append(
            InsurancePeriod(
                id=f"{name}-{place}",
                state=chance.choice(TRAVELLED[: chance.choice((2, 3, 7))]),
                start_on=start,
                end_on=end,
                kind=chance.choice(KINDS),
                contributions=chance.choice(("paid", "unknown", "unknown", "unpaid")),
            )
        )
    return found


def pieces(records: list[list[InsurancePeriod]], on: date) -> Pieces:
    rows = [
        (
            n,
            STATES.index(p.state),
            number(p.start_on),
            number(min(p.end_on, on)),
            kind_number(p.kind),
            p.contributions,
        )
        for n, periods in enumerate(records)
        for p in periods
        if p.start_on <= on
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    return Pieces(*(np.array(column, np.int64) for column in columns[:5]), np.array(columns[5]) == "unpaid")


def pure(periods: list[InsurancePeriod], treaty: Treaty, on: date) -> dict[str, Row]:
    result = totalise(periods, treaty=treaty, as_of=on)
    return {
        state: Row(
            total.days,
            total.stage.thirty_twelve_days,
            total.counted_days,
            _counted(result, state),
            tuple(total.gate.counts[name] for name in treaty.gate.strategies) if treaty.gate else (),
            total.gate.met,
            tuple(
                total.by_branch[branch.id].thirty_twelve_days if branch.id in total.by_branch else 0
                for branch in treaty.branches
            ),
        )
        for state, total in result.states.items()
    }


def _counted(result, state: str) -> int:
    return stage_of(result.runs(state, own=False)).thirty_twelve_days


def rows_of(totals: Totals) -> dict[int, dict[str, Row]]:
    found: dict[int, dict[str, Row]] = {}
    for place, person in enumerate(totals.person.tolist()):
        found.setdefault(person, {})[STATES[totals.state[place]]] = Row(
            *(
                int(column[place])
                for column in (totals.days, totals.stage, totals.counted_days, totals.counted_stage)
            ),
            tuple(totals.months[place].tolist()),
            VERDICTS[totals.gate[place]],
            tuple(totals.branches[place].tolist()),
        )
    return found
