"""Kills the work on a file at random moments of the clock, between statements and amid them; prints JSON.

Unlike kinds.py, which kills at numbered statements of every kind of job, this one knows from the generator, and not
from an undisturbed run, what has to stand: which rows are valid, which are not, and the sum. Each step of a file
(read, confirm, apply, undo) is begun several times from the same databases, killed once or twice, and taken up again
as the sweeper and the next worker do.

RANDOM_KILLS: how often each step is killed; RANDOM_SEED; RANDOM_WORKERS in the file, a dozen rows each.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from decimal import Decimal

from django.db import connections

from tests.faults import kinds, story  # isort: skip  (sets Django up)

from common import jobs
from common.jobs import services as sending
from common.models import Job
from common.scoping import system
from pensions import generator
from pensions.enums import RowState
from pensions.imports import applying, staging, undoing
from pensions.models import (
    Contribution,
    EmploymentPeriod,
    StagedRow,
    StagedSpell,
    WorkerProposal,
    WorkRecordImport,
)
from pensions.services import imports, proposals

KILLS = int(os.environ.get("RANDOM_KILLS", "4"))
WORKERS = int(os.environ.get("RANDOM_WORKERS", "120"))
SEED = int(os.environ.get("RANDOM_SEED", "3"))


def main() -> dict:
    kinds.prepare()
    sending.send = lambda job_id: None
    chance = random.Random(SEED)
    with system("faults"):
        return Walk(chance).walked()


class Walk:
    def __init__(self, chance: random.Random):
        self.chance, self.story = chance, story.Story()
        self.made = generator.make(seed=SEED, workers=WORKERS, wrong_share=0.03)
        valid = [row for place, row in enumerate(self.made.rows) if place not in self.made.wrong]
        self.sum = sum((row["accrued"] for row in valid), Decimal(0))
        self.valid, self.rejected = len(valid), {place + 4: code for place, code in self.made.wrong.items()}
        self.came: dict[str, list[dict]] = {}

    def walked(self) -> dict:
        self.run = imports.upload(
            by=self.story.official,
            employer=self.story.employer,
            registry_state="KG",
            content=generator.to_bytes(self.made, "csv"),
            name="2025.csv",
        )
        job = self.story.newest("registry.stage_import")
        self.killed("read", job, self.after_reading)
        job = proposals.confirm_all(by=self.story.official, run=self.run)
        self.killed("confirm", job, self.after_reading)
        self.killed("apply", self.asked(imports.apply, self.story.official), self.after_applying)
        undo = self.asked(imports.undo, self.story.supervisor, why="the wrong year")
        self.killed("undo", undo, self.after_undoing)
        return self.came

    def asked(self, what: Callable, by, **more) -> Job:
        self.run.refresh_from_db()
        return what(by=by, run=self.run, **more)

    def killed(self, step: str, job: Job, look: Callable[[], dict]) -> None:
        kinds.keep()
        began = time.monotonic()
        in_a_process(job)
        whole = time.monotonic() - began
        self.came[step] = [{"kills": 0, "wrong": look() | ended(job)}]
        kinds.keep("after")
        for number in range(KILLS):
            kinds.put_back()
            wanted, done = (1, 2, 1, 2)[number % 4], 0
            for _kill in range(wanted):
                done += in_a_process(job, seconds=self.chance.uniform(0.02, whole))
                kinds.expire(str(job.pk))
                jobs.sweep()
            in_a_process(job)
            self.came[step].append({"kills": done, "wrong": look() | ended(job)})
        kinds.put_back("after")

    # --- what has to stand; each gives what does not ---

    def after_reading(self) -> dict:
        run = WorkRecordImport.everything.get(pk=self.run.pk)
        rejected = dict(
            StagedRow.objects.filter(run=run, state=RowState.REJECTED).values_list("number", "problem")
        )
        told = {
            "state": (run.state, "checked"),
            "rejected": (rejected, self.rejected),
            "rows": (StagedRow.objects.filter(run=run).count(), len(self.made.rows)),
            "counted": (run.counts["rows"], len(self.made.rows)),
            "ledger": (Contribution.everything.count(), 0),
        }
        if Job.everything.filter(kind="registry.confirm_proposals").exists():
            told["people"] = (WorkerProposal.everything.filter(state="waiting").count(), 0)
        return differing(told)

    def after_applying(self) -> dict:
        run = WorkRecordImport.everything.get(pk=self.run.pk)
        rejected = dict(StagedRow.objects.filter(run=run).values_list("number", "problem"))
        current = Contribution.everything.current()
        facts = Contribution.everything.values("worker_id", "employment_id", "month", "fund").distinct()
        money = run.counts["sums"]["RUB"]
        parts = ("applied", "ready", "waiting", "known", "rejected")
        return differing(
            {
                "state": (run.state, "applied"),
                "rejected": (rejected, self.rejected),
                "spells": (StagedSpell.objects.filter(run=run).count(), 0),
                "entries": (Contribution.everything.count(), self.valid),
                "facts": (facts.count(), self.valid),
                "sum": (summed(current), self.sum),
                "counted": (run.counts["applied"], self.valid),
                "told": (Decimal(money["applied"]), self.sum),
                "file": (sum(Decimal(money.get(part, "0")) for part in parts), Decimal(money["file"])),
                "periods": (EmploymentPeriod.everything.count(), self.people),
            }
        )

    @property
    def people(self) -> int:
        kept = (row for place, row in enumerate(self.made.rows) if place not in self.made.wrong)
        return len({(row["KG-PIN"], row["start_on"]) for row in kept})

    def after_undoing(self) -> dict:
        run = WorkRecordImport.everything.get(pk=self.run.pk)
        return differing(
            {
                "state": (run.state, "undone"),
                "staged": (StagedRow.objects.filter(run=run).count(), 0),
                "standing": (Contribution.everything.current().count(), 0),
                "periods": (EmploymentPeriod.everything.current().count(), 0),
                "entries": (Contribution.everything.count(), 2 * self.valid),
                "undone": (run.counts["undone"], self.valid + self.people),
                "left": (run.counts["superseded"], 0),
            }
        )


def summed(entries) -> Decimal:
    amounts = (
        Decimal(str(one)).quantize(Decimal("0.01")) for one in entries.values_list("accrued", flat=True)
    )
    return sum(amounts, Decimal(0))


def differing(told: dict[str, tuple]) -> dict:
    return {
        name: [str(found)[:300], str(wanted)[:300]]
        for name, (found, wanted) in told.items()
        if found != wanted
    }


def ended(job: Job) -> dict:
    state = Job.everything.values_list("state", flat=True).get(pk=job.pk)
    return {} if state == "succeeded" else {"job": [state, "succeeded"]}


def in_a_process(job: Job, seconds: float | None = None) -> bool:
    """Runs the job as a worker would; killed after so many seconds. Was it killed?"""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            applying.CHUNK = staging.CHUNK = undoing.CHUNK = 200
            jobs.run(job.pk)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)  # nobody has waited for it: the number is still the child's
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    print(json.dumps(main()))
