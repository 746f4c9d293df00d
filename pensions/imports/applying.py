"""Checked rows become ledger entries, chunk by chunk: a killed worker loses at most one chunk, and nothing twice."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max, Min

from common import clock, locks
from common.enums import ImportState
from common.ids import new_id
from common.jobs import RunningJob
from common.models import ImportRun
from common.partitions import ensure_years
from pensions.enums import EventKind, RowKind, RowState
from pensions.models import Contribution, Employer, Employment, EmploymentPeriod, StagedRow

from . import checks, staging
from .checks import Target

CHUNK = 5_000
MAY_APPLY = {ImportState.CHECKED, ImportState.APPLYING, ImportState.APPLIED}


def apply(job: RunningJob, run: ImportRun) -> dict:
    """Writes what is ready. Rows that wait for their worker stay, and are taken by the next call."""
    open_rows = StagedRow.objects.filter(run=run, state__in=(RowState.READY, RowState.WAITING))
    if run.state not in MAY_APPLY or (run.state == ImportState.APPLIED and not open_rows.exists()):
        return run.counts
    ImportRun.everything.filter(pk=run.pk).update(state=ImportState.APPLYING)
    target = Target.of(run)
    with transaction.atomic():
        checks.check_people(target)
    ready = StagedRow.objects.filter(run=run, state=RowState.READY)
    ends = ready.aggregate(first=Min("number"), last=Max("number"))
    if ends["first"] is not None:
        years = {day.year for day in ready.values_list("month", flat=True).distinct()}
        ensure_years(Contribution._meta.db_table, years)
        total = ends["last"] - ends["first"] + 1
        for first in range(ends["first"], ends["last"] + 1, CHUNK):
            _apply_chunk(target, (first, first + CHUNK - 1), by=job.by)
            job.advance(min(first + CHUNK - ends["first"], total), total, "apply")
    return finish(run)


@transaction.atomic
def _apply_chunk(target: Target, span: tuple[int, int], *, by: Any) -> None:
    """One transaction. Two files of one employer wait for each other, so the second sees what the first wrote."""
    locks.hold(f"ledger of employer {target.employer_id}")
    _make_employments(target, span)
    checks.check_record(target, span)
    _write_periods(target, span, by=by)
    checks.write_contributions(target, span, by=by, now=clock.now())


def _make_employments(target: Target, span: tuple[int, int]) -> None:
    rows = StagedRow.objects.filter(run=target.run, number__range=span, state=RowState.READY)
    wanted = set(rows.values_list("worker_id", flat=True).distinct())
    there = Employment.everything.filter(employer_id=target.employer_id, worker_id__in=wanted)
    missing = wanted - set(there.values_list("worker_id", flat=True))
    Employment.everything.bulk_create(
        Employment(worker_id=worker, employer_id=target.employer_id) for worker in sorted(missing)
    )


def _write_periods(target: Target, span: tuple[int, int], *, by: Any) -> None:
    """A new period for each date of hire that is not known; an open one is closed when its end is told."""
    told = _told_periods(target, span)
    if not told:
        return
    known = {
        (period.employment_id, period.start_on): period
        for period in EmploymentPeriod.everything.filter(
            worker_id__in={row["worker_id"] for row in told},
            employment_id__in={row["employment_id"] for row in told},
        ).current()
    }
    state = Employer.everything.values_list("state", flat=True).get(pk=target.employer_id)
    now, made = clock.now(), []
    for row in told:
        before = known.get((row["employment_id"], row["start_on"]))
        if before is None or _says_more(before, row):
            made.append(_period(row, before, state=state, run=target.run, by=by, now=now))
    EmploymentPeriod.everything.bulk_create(made, batch_size=500)


def _told_periods(target: Target, span: tuple[int, int]) -> list[dict]:
    """One row for each worker and date of hire: the first in the file tells the position."""
    rows = StagedRow.objects.filter(
        run=target.run, number__range=span, state__in=(RowState.READY, RowState.KNOWN), start_on__isnull=False
    ).exclude(kind=RowKind.WITHDRAWAL)
    fields = (
        "worker_id",
        "employment_id",
        "start_on",
        "end_on",
        "position",
        "occupation",
        "share_of_rate",
        "kind",
    )
    found: dict[tuple, dict] = {}
    for row in rows.order_by("number").values(*fields).iterator(2_000):
        found.setdefault((row["worker_id"], row["start_on"]), row)
    return list(found.values())


def _says_more(before: EmploymentPeriod, row: dict) -> bool:
    if before.end_on == row["end_on"]:
        return False
    return before.end_on is None or row["kind"] == RowKind.CORRECTION


def _period(row: dict, before: EmploymentPeriod | None, *, state, run, by, now) -> EmploymentPeriod:
    return EmploymentPeriod(
        worker_id=row["worker_id"],
        employment_id=row["employment_id"],
        entry=before.entry if before else new_id(),
        version=before.version + 1 if before else 1,
        corrects=before.pk if before else None,
        state=state,
        start_on=row["start_on"],
        end_on=row["end_on"],
        closed_by=EventKind.DISMISSAL if row["end_on"] else "",
        position=row["position"],
        occupation=row["occupation"],
        share_of_rate=row["share_of_rate"],
        effective_on=row["start_on"],
        recorded_at=now,
        recorded_by=by,
        import_run=run,
    )


def finish(run: ImportRun) -> dict:
    """Counts what came of it. Once no row waits any more, nothing personal stays in the staging."""
    with transaction.atomic():
        run.refresh_from_db()
        run.counts = staging.counts(run)
        run.state, run.applied_at = ImportState.APPLIED, clock.now()
        run.save(update_fields=["counts", "state", "applied_at"])
        rows = StagedRow.objects.filter(run=run)
        if not run.counts["waiting"]:
            rows.filter(state__in=(RowState.APPLIED, RowState.KNOWN)).delete()
        rows.filter(state=RowState.REJECTED).update(name_key="", birth_on=None, identifier_index="")
    return run.counts


# --- undo -------------------------------------------------------------------------------------------

UNDO_CHUNK = 2_000


def undo(job: RunningJob, run: ImportRun) -> dict:
    """Answers every entry of the run that is still the last word: with what stood before it, or a withdrawal.

    Entries that a later file or an official has corrected since are left alone, and counted.
    """
    if run.state == ImportState.UNDONE:
        return run.counts
    answered = 0
    for model in (Contribution, EmploymentPeriod):
        while batch := list(_last_words(model, run)[:UNDO_CHUNK]):
            with transaction.atomic():
                answered += _answer(model, batch, run=run, by=job.by)
            job.advance(answered, step="undo")
    left = sum(
        model.everything.filter(import_run=run).exclude(pk__in=_answered(model, run)).count()
        for model in (Contribution, EmploymentPeriod)
    )
    run.refresh_from_db()
    run.state, run.counts = ImportState.UNDONE, {**run.counts, "undone": answered, "superseded": left}
    run.save(update_fields=["state", "counts"])
    staging.clear(run)
    return run.counts


def _reason(run: ImportRun) -> str:
    return f"undo {run.pk}"


def _answered(model, run: ImportRun):
    return model.everything.filter(reason=_reason(run)).values("corrects")


def _last_words(model, run: ImportRun):
    return model.everything.filter(import_run=run).latest().order_by("worker_id", "id")


def _answer(model, batch: list, *, run: ImportRun, by: Any) -> int:
    before = _before(model, batch)
    now = clock.now()
    model.everything.bulk_create(
        _compensation(model, row, before.get(_fact(row)), run=run, by=by, now=now) for row in batch
    )
    return len(batch)


def _fact(row) -> tuple:
    return tuple(getattr(row, name) for name in row.FACT)


def _before(model, batch: list) -> dict[tuple, Any]:
    """The version before each of these rows."""
    corrected = [row.corrects for row in batch if row.corrects]
    workers = {row.worker_id for row in batch if row.corrects}
    older = model.everything.filter(worker_id__in=workers, pk__in=corrected)
    return {_fact(row): row for row in older}


def _compensation(model, row, before, *, run: ImportRun, by: Any, now: dt.datetime):
    source = before or row
    values = {
        field.attname: getattr(source, field.attname)
        for field in model._meta.concrete_fields
        if field.name != "id"
    }
    values |= {
        "version": row.version + 1,
        "corrects": row.pk,
        "voids": before is None or before.voids,
        "recorded_at": now,
        "recorded_by_id": getattr(by, "pk", None),
        "import_run_id": None,
        "reason": _reason(run),
    }
    return model(**values)
