"""Checked rows become ledger entries, span by span: a killed worker loses at most one span, and nothing twice."""

from functools import partial

from django.db import transaction

from common import clock
from common.enums import ImportState
from common.jobs import RunningJob
from common.models import ImportRun
from pensions.enums import RowState
from pensions.models import StagedRow, StagedSpell

from . import apart, checks, confirming, ledger, spans, staging
from .sql import Span, Target, fetch

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
    with transaction.atomic():
        ImportRun.everything.filter(pk=run.pk).update(state=ImportState.APPLYING)
        job.must_be_mine()
    with job.kept_alive():
        ledger.steadily(partial(_begin, job, target, anew))
    if first is not None:
        job.advance(0, last - first + 1, "apply")
        if apart.fill_years(job, target, Span(first, last), write=spans.write_span):
            first, last = fetch(ENDS, target, anew=False)[0]
    if first is not None:
        found = [Span(start, min(start + CHUNK - 1, last)) for start in range(first, last + 1, CHUNK)]
        spans.write_all(job, target, found)
    return finish(job, run)


@transaction.atomic
def _begin(job: RunningJob, target: Target, anew: bool) -> None:
    """Who is meant now, and their employments."""
    ledger.hold(target)
    if anew:
        checks.forget_record(target)
    checks.check_people(target)
    ledger.make_employments(target)
    job.must_be_mine()


def finish(job: RunningJob, run: ImportRun) -> dict:
    """Counts what came of it. Once no row waits any more, nothing personal stays in the staging."""
    with job.kept_alive(), transaction.atomic():
        run = ImportRun.everything.select_for_update(of=("self",)).get(pk=run.pk)
        run.counts = staging.counts(run)
        if run.counts["known"]:
            run.counts["confirms"] = confirming.told_first(Target.of(run))
        run.state, run.applied_at = ImportState.APPLIED, clock.now()
        run.save(update_fields=["counts", "state", "applied_at"])
        if not run.counts["waiting"] and not run.counts["ready"]:  # another work on this file may not be over
            StagedSpell.objects.filter(run=run).delete()
            StagedRow.objects.filter(run=run).exclude(state=RowState.REJECTED).delete()
        job.must_be_mine()  # the run may be undone by now
    return run.counts
