"""Checked rows become ledger entries, span by span: a killed worker loses at most one span, and nothing twice."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction

from common import clock
from common.bulk import work_memory
from common.enums import ImportState
from common.jobs import RunningJob
from common.models import ImportRun
from pensions.enums import RowState
from pensions.models import StagedRow, StagedSpell

from . import apart, checks, ledger, staging
from .sql import Span, Target, fetch, money

CHUNK = 50_000
MAY_APPLY = {ImportState.CHECKED, ImportState.APPLYING, ImportState.APPLIED}
# A row whose month is known may tell something new of its period, its end or what a correction changes; and what the
# record said when the file was checked may have changed since.
ENDS = f"""
SELECT MIN(s.number), MAX(s.number) FROM pensions_stagedrow s
WHERE {{rows}} AND (s.state = 'ready' OR (%(anew)s AND (s.state = 'known' OR {checks.DEPENDS})))"""


def apply(job: RunningJob, run: ImportRun) -> dict:
    """Writes what is ready. Rows that wait for their worker stay, and are taken by the next call."""
    target, anew = Target.of(run), run.state != ImportState.APPLIED
    first, last = fetch(ENDS, target, anew=anew)[0]
    if run.state not in MAY_APPLY or (run.state == ImportState.APPLIED and first is None):
        return run.counts
    ImportRun.everything.filter(pk=run.pk).update(state=ImportState.APPLYING)
    with job.kept_alive(), transaction.atomic():
        ledger.hold(target)
        if anew:
            checks.forget_record(target)
        checks.check_people(target)
        ledger.make_employments(target)
    if first is not None:
        total = last - first + 1
        job.advance(0, total, "apply")
        apart.fill_years(job, target, Span(first, last), write=write_span)
        for start in range(first, last + 1, CHUNK):
            with job.kept_alive(), transaction.atomic():
                write_span(target, Span(start, min(start + CHUNK - 1, last)), by=job.by)
                # told inside: nothing of the span stays if the job was lost meanwhile
                job.advance(min(start + CHUNK - first, total), total, "apply")
    return finish(run)


def write_span(target: Target, span: Span, *, by: Any, write=ledger.write_contributions) -> None:
    """One transaction, made anew when an official has written an entry by hand in the same moment."""
    ledger.steadily(lambda: _write_span(target, span, by=by, write=write))


@transaction.atomic
def _write_span(target: Target, span: Span, *, by: Any, write: Callable[..., dict]) -> None:
    """Two files of one employer wait for each other, so the second sees what the first wrote."""
    work_memory(checks.MEMORY)
    ledger.hold(target)
    span = checks.check_record(target, span)
    ledger.write_periods(target, span, by=by)
    keep_account(target.run, write(target, span, by=by))


def keep_account(run: ImportRun, written: dict[str, tuple[int, int]]) -> None:
    """Adds to what the run says of itself, in the transaction that wrote the rows."""
    if not written:
        return
    run = ImportRun.everything.select_for_update(of=("self",)).get(pk=run.pk)
    for currency, (count, cents) in written.items():
        run.counts["applied"] = run.counts.get("applied", 0) + count
        told = run.counts.setdefault("sums", {}).setdefault(currency, {"file": "0.00"})
        told["applied"] = str(Decimal(told.get("applied", "0.00")) + money(cents))
    run.save(update_fields=["counts"])


def finish(run: ImportRun) -> dict:
    """Counts what came of it. Once no row waits any more, nothing personal stays in the staging."""
    with transaction.atomic():
        run = ImportRun.everything.select_for_update(of=("self",)).get(pk=run.pk)
        run.counts = staging.counts(run)
        run.state, run.applied_at = ImportState.APPLIED, clock.now()
        run.save(update_fields=["counts", "state", "applied_at"])
        if not run.counts["waiting"] and not run.counts["ready"]:  # another work on this file may not be over
            StagedSpell.objects.filter(run=run).delete()
            StagedRow.objects.filter(run=run).exclude(state=RowState.REJECTED).delete()
    return run.counts
