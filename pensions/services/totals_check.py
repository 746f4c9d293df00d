"""Whether the totals of the registry are what the pure rules say of the same people, asked of a random sample."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pensions.models import InsuranceTotal, TotalsRun, Worker
from pensions.services import totals
from pensions.services.statement import Statement, statement
from pensions.totalisation.intervals import stage_of

SAMPLE = 200
Facts = dict[str, dict[str, Any]]


@dataclass
class Checked:
    """How many people were asked about, and those of whom (what was kept, what the rules say) differ."""

    run: TotalsRun | None = None
    persons: int = 0
    differing: list[tuple[uuid.UUID, Facts, Facts]] = field(default_factory=list)


def check(*, by: Any = None, sample: int = SAMPLE, also: Iterable[str] = ()) -> Checked:
    """Compares people with statements of the same day and the same knowledge; the answer stands with the run.

    Asked about are a random sample and the people whom `also` names.

    Statements are read in the name of whoever asks, and stand in the journal like any other reading.
    """
    run = totals.latest()
    if run is None:
        return Checked()
    known = Worker.everything.persons().filter(created_at__lte=run.known_at)
    persons = {one.pk: one for one in [*known.order_by("?")[:sample], *known.filter(pk__in=list(also))]}
    persons = list(persons.values())
    kept, runs = _kept(persons)
    made = Checked(run, len(persons))
    for worker in persons:
        base = runs.get(worker.pk, run)
        said = facts(statement(by=by, worker=worker, on=base.as_of, known_at=base.known_at))
        if said != kept.get(worker.pk, {}):
            made.differing.append((worker.pk, kept.get(worker.pk, {}), said))
    TotalsRun.everything.filter(pk=run.pk).update(checked=made.persons, differing=len(made.differing))
    return made


def _kept(persons: list[Worker]) -> tuple[dict[uuid.UUID, Facts], dict[uuid.UUID, TotalsRun]]:
    kept: dict[uuid.UUID, Facts] = defaultdict(dict)
    runs: dict[uuid.UUID, TotalsRun] = {}
    rows = InsuranceTotal.objects.filter(worker__in=[one.pk for one in persons]).select_related("run")
    for row in rows:
        runs[row.worker_id] = row.run
        kept[row.worker_id][row.state] = {
            "days": row.days,
            "stage": row.stage,
            "counted_days": row.counted_days,
            "counted_stage": row.counted_stage,
            "by_branch": row.by_branch,
            "months": (row.full_months, row.least_months, row.most_months),
            "gate": row.gate,
            "disputed": row.disputed,
            "doubtful": row.doubtful,
        }
    return kept, runs


def facts(made: Statement) -> Facts:
    """What the pure rules say, in the form of the totals."""
    result = made.totalisation
    disputed = {one.period.state for one in made.periods if not one.counts}
    doubtful = {one.period.state for one in made.periods if one.counts and one.doubtful}
    found: Facts = {state: _nothing(made) | {"disputed": True} for state in disputed}
    for state, total in result.states.items():
        counts = total.gate.counts or {"": total.gate.full_months}
        found[state] = {
            "days": total.days,
            "stage": total.stage.thirty_twelve_days,
            "counted_days": total.counted_days,
            "counted_stage": stage_of(result.runs(state, own=False)).thirty_twelve_days,
            "by_branch": {name: one.thirty_twelve_days for name, one in total.by_branch.items()},
            "months": (total.gate.full_months, min(counts.values()), max(counts.values())),
            "gate": total.gate.met,
            "disputed": state in disputed,
            "doubtful": state in doubtful,
        }
    return found


def _nothing(made: Statement) -> dict[str, Any]:
    """Of a state of which only disputed periods are known."""
    return {
        "days": 0,
        "stage": 0,
        "counted_days": 0,
        "counted_stage": 0,
        "by_branch": {},
        "months": (0, 0, 0),
        "gate": "no" if made.totalisation.treaty.gate else "yes",
        "doubtful": False,
    }
