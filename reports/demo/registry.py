"""Steps 1 and 2: a work-record file comes in; one worker's record becomes a statement."""

import datetime as dt

from django.utils import translation

from common import clock
from pensions import generator, seed
from pensions.models import WorkRecordImport
from pensions.services import imports, proposals
from pensions.services.statement import statement
from pensions.statements import document

from .stage import Stage


def first_month(today: dt.date) -> dt.date:
    """The file covers thirteen months and ends with the last month that is over."""
    return generator.next_month(today.replace(day=1), -13)


def import_file(stage: Stage) -> str:
    """The employer's clerk uploads, a worker checks, officials confirm and apply, rejects go back."""
    official, clerk = stage.cast["official"], stage.cast["employer"]
    stage.found["traveller"] = seed.traveller(by=official, user=stage.cast["worker"])
    builder = seed.employer("builder", by=official)
    builder.organisation = stage.cast.organisations["employer"]
    builder.save(update_fields=["organisation"])
    today = clock.today()
    made = generator.make(first_month=first_month(today), sent_on=today)
    content = generator.to_bytes(made, "xlsx")
    stage.keep("work-records.xlsx", content)
    stage.keep("work-records.csv", generator.to_bytes(made, "csv"))
    run = imports.upload(
        by=clerk, employer=builder, registry_state="KG", content=content, name="work-records.xlsx"
    )
    stage.wait(run.job)
    stage.wait(proposals.confirm_all(by=official, run=run))
    stage.wait(imports.apply(by=official, run=run))
    run = WorkRecordImport.everything.get(pk=run.pk)
    with translation.override("ru"):
        rejects = imports.rejected_rows(by=clerk, run=run)
    path = stage.keep(f"rejected-{rejects.name}", rejects.content)
    stage.found["builder"] = builder
    counts = ", ".join(
        f"{name} {number}" for name, number in sorted(run.counts.items()) if isinstance(number, int)
    )
    return (
        f"{made.people} workers, {len(made.rows)} rows: {counts}; rejected rows with reasons in {path.name}"
    )


def state_record(stage: Stage) -> str:
    """The record of a worker of three states, on paper in Kyrgyz."""
    worker, official = stage.found["traveller"], stage.cast["official"]
    with translation.override("ky"):
        record = statement(by=official, worker=worker)
        path = stage.keep("statement-ky.pdf", document.pdf(record))
    total = record.totalisation
    states = ", ".join(
        f"{code} {one.stage.years}y {one.stage.months}m {one.stage.days}d"
        for code, one in sorted(total.states.items())
    )
    counts = f"{len(record.periods)} periods, {len(total.gaps)} gaps, {len(total.overlaps)} overlaps"
    return f"{counts}; {states}; {path.name}"
