"""Kinds of long work of the registry."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock, imports
from common.enums import ImportState, JobState
from common.jobs import BULK, IMPORTS, RunningJob, job_kind
from common.models import ImportRun, Job
from pensions import events
from pensions.enums.totals import TotalsState
from pensions.imports import applying, fund_forms, staging, undoing
from pensions.imports.columns import COLUMNS, KIND, REQUIRED
from pensions.models import TotalsRun, WorkRecordImport
from pensions.services import certificate_batches, duplicates, findings_run, print_archive, proposals, totals


def _run(run_id: str) -> ImportRun:
    return ImportRun.everything.select_related("file__key").get(pk=run_id)


def _tell(job: Job) -> None:
    """Whoever stopped it knows already."""
    if job.state != JobState.CANCELLED:
        run = WorkRecordImport.everything.get(pk=job.params["run_id"])
        events.import_over(job, run, failed=job.state == JobState.FAILED)


def _staging_over(job: Job) -> None:
    """A file that could not be read is refused, a stopped one forgotten: nothing half done stays."""
    run = _run(job.params["run_id"])
    _tell(job)
    if job.state == JobState.FAILED:
        staging.clear(run)
        run.state = ImportState.REFUSED
        run.refusal = {"code": job.error_code, "text": job.error_text}
        run.save(update_fields=["state", "refusal"])
    elif job.state == JobState.CANCELLED:
        staging.clear(run)
        ImportRun.everything.filter(pk=run.pk).update(state=ImportState.CANCELLED)


def _applying_over(job: Job) -> None:
    """Stopped in the middle: whole chunks stand; the rest can be applied or all of it undone."""
    _tell(job)
    if job.state in {JobState.FAILED, JobState.CANCELLED}:
        run = ImportRun.everything.select_for_update(of=("self",)).get(pk=job.params["run_id"])
        run.state, run.counts = ImportState.CHECKED, staging.counts(run)
        run.save(update_fields=["state", "counts"])


@job_kind(
    "registry.stage_import",
    title=_("Read and check a file of work records"),
    on_over=_staging_over,
    queue=IMPORTS,
)
def stage_import(job: RunningJob, *, run_id: str) -> dict:
    return staging.stage(job, _run(run_id))


@job_kind(
    "registry.apply_import", title=_("Apply a file of work records"), on_over=_applying_over, queue=IMPORTS
)
def apply_import(job: RunningJob, *, run_id: str) -> dict:
    return applying.apply(job, _run(run_id))


@job_kind("registry.undo_import", title=_("Undo a file of work records"), on_over=_tell, queue=IMPORTS)
def undo_import(job: RunningJob, *, run_id: str) -> dict:
    return undoing.undo(job, _run(run_id))


@job_kind("registry.confirm_proposals", title=_("Confirm proposed workers"), queue=IMPORTS)
def confirm_proposals(job: RunningJob, *, run_id: str) -> dict:
    return proposals.confirm_run(job, _run(run_id))


@job_kind(duplicates.KIND, title=_("Look for records of one person"), queue=BULK)
def find_duplicates(job: RunningJob) -> dict:
    return duplicates.find(job)


@job_kind(certificate_batches.KIND, title=_("Issue certificates for an employer's staff"))
def issue_for_staff(job: RunningJob, *, batch_id: str) -> dict:
    return certificate_batches.issue_all(job, batch_id)


@job_kind(findings_run.KIND, title=_("Ask what does not fit in the registry"), queue=BULK)
def check_registry(job: RunningJob, *, full: bool = False) -> dict:
    return findings_run.check(job, full=full)


@job_kind(print_archive.RENEW, title=_("Renew the time stamps of archived certificates"), queue=BULK)
def renew_stamps(job: RunningJob) -> dict:
    return print_archive.renew(job)


@job_kind(
    print_archive.FIXITY, title=_("Read the archive of certificates and compare its hashes"), queue=BULK
)
def check_archive(job: RunningJob) -> dict:
    return print_archive.check_fixity(job)


def _totals_over(job: Job) -> None:
    """Stopped in the middle: each person has either the old totals or the new ones, and the next run goes over them."""
    if job.state in {JobState.FAILED, JobState.CANCELLED}:
        unfinished = TotalsRun.everything.filter(pk=job.params["run_id"]).exclude(state=TotalsState.COMPLETE)
        unfinished.update(state=TotalsState.STOPPED, finished_at=clock.now())


@job_kind(totals.KIND, title=_("Totalise the registry"), on_over=_totals_over, queue=BULK)
def totalise(job: RunningJob, *, run_id: str) -> dict:
    return totals.totalise(job, TotalsRun.everything.select_related("basis").get(pk=run_id))


def _visible(user) -> Q:
    found = access.filter_for(user, WorkRecordImport.VIEW, WorkRecordImport)
    return Q() if found is None else found


imports.register(
    imports.Kind(
        KIND,
        title=_("Work records"),
        columns=COLUMNS,
        required=REQUIRED,
        visible=_visible,
        xml=fund_forms.open_form,
        others=fund_forms.TEMPLATES,
    )
)
