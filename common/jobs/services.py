import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from kombu.exceptions import OperationalError

from common import clock, locks
from common.enums import JobState
from common.models import Job

from .registry import QUICK, kinds
from .runner import end, without_worker

log = logging.getLogger(__name__)


def enqueue(kind: str, *, by: Any, params: dict | None = None, key: str | None = None) -> Job:
    """Writes the job down and sends it when the transaction is committed.

    With `key` the same work is never queued twice: the job that exists is returned.
    """
    if kind not in kinds():
        raise KeyError(f"no such kind of job: {kind}")
    values = {
        "kind": kind,
        "params": params or {},
        "requested_by": by if getattr(by, "pk", None) else None,
        "language": (translation.get_language() or "ky")[:2],
    }
    if key is None:
        job = Job.everything.create(**values)
    else:
        try:
            with transaction.atomic():
                job, made = Job.everything.get_or_create(idempotency_key=key, defaults=values)
        except IntegrityError:
            job, made = Job.everything.get(idempotency_key=key), False
        if not made:
            return job
    transaction.on_commit(lambda: send(job.pk))
    return job


def enqueue_unless_waiting(kind: str, *, by: Any, or_running: bool = False) -> Job | None:
    """One job of a kind, where none waits (`or_running`: nor runs), however many ask for it at the same moment."""
    states = {JobState.QUEUED, JobState.RUNNING} if or_running else {JobState.QUEUED}
    with transaction.atomic():
        locks.hold(f"jobs {kind}")
        if Job.everything.filter(kind=kind, state__in=states).exists():
            return None
        return enqueue(kind, by=by)


def at_work(**params: Any) -> QuerySet[Job]:
    """Jobs with these parameters that wait or run."""
    told = {f"params__{name}": str(value) for name, value in params.items()}
    return Job.everything.filter(state__in=(JobState.QUEUED, JobState.RUNNING), **told)


def send(job_id: Any) -> None:
    """A nudge to the workers of the job's queue. A broker that is away loses nothing: the sweeper sends again."""
    from common.tasks import run_job

    jobs = Job.everything.filter(pk=job_id)
    jobs.update(sent_at=clock.now())
    kind = jobs.values_list("kind", flat=True).first()
    queue = kinds()[kind].queue if kind in kinds() else QUICK
    try:
        run_job.apply_async([str(job_id)], queue=queue)
    except OperationalError:
        log.warning("the queue is away; job %s waits", job_id)
        jobs.update(sent_at=None)


def cancel(job: Job) -> None:
    """Asks a job to stop; one that nobody has taken yet stops at once."""
    now = clock.now()
    waiting = Job.everything.filter(pk=job.pk, state=JobState.QUEUED)
    if not end(job.pk, waiting, state=JobState.CANCELLED, cancel_requested_at=now):
        Job.everything.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested_at=now)


def sweep() -> int:
    """Sends again what lost its message or its worker; gives up after JOB_MAX_ATTEMPTS."""
    now = clock.now()
    overdue = now - dt.timedelta(seconds=2 * settings.JOB_LEASE_SECONDS)
    expired = without_worker()
    tired = Job.everything.filter(expired, attempts__gte=settings.JOB_MAX_ATTEMPTS)
    for job_id in list(tired.values_list("pk", flat=True)[:500]):
        end(job_id, tired.filter(pk=job_id), state=JobState.FAILED, error_code="worker_lost")
    unsent = Q(state=JobState.QUEUED) & (
        Q(sent_at__lt=overdue) | Q(sent_at__isnull=True, created_at__lt=now - dt.timedelta(seconds=10))
    )
    lost = list(Job.everything.filter(expired | unsent).values_list("pk", flat=True)[:500])
    for job_id in lost:
        send(job_id)
    return len(lost)
