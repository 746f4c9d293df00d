"""Takes a job by a lease, runs it, and writes down how it ended."""

import datetime as dt
import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation

from common import clock
from common.context import working
from common.enums import JobState
from common.errors import KozotError
from common.models import Job
from common.scoping import system

from .registry import kinds

log = logging.getLogger(__name__)


class JobCancelled(Exception):
    """Somebody asked the job to stop; what was done in finished chunks stays."""


class JobLost(Exception):
    """The lease ran out and another worker has the job: stop without a trace."""


class RunningJob:
    """What the function of a job sees: its id, who asked, and how to report progress."""

    def __init__(self, job: Job, beat: Callable[[], object] | None = None):
        self.job = job
        self._beat = beat
        self._renewed_at = clock.now()

    @property
    def by(self) -> Any:
        return self.job.requested_by

    def advance(self, done: int, total: int | None = None, step: str = "") -> None:
        """Reports progress and keeps the lease; raises JobCancelled or JobLost. Call outside a transaction, or as the
        last word of one that must leave nothing behind when another worker has the job."""
        values: dict[str, Any] = {"done": done, "lease_until": _lease()}
        if total is not None:
            values["total"] = total
        if step:
            values["step"] = step
        if not _mine(self.job).update(**values):
            raise JobLost(str(self.job.pk))
        if Job.everything.filter(pk=self.job.pk, cancel_requested_at__isnull=False).exists():
            raise JobCancelled(str(self.job.pk))
        if self._beat:
            self._beat()

    def must_be_mine(self) -> None:
        """Keeps the lease; raises JobLost. The last word of a transaction that ends the work: too late to stop it, but
        of a worker that was held up until another one had the job, nothing may stay."""
        if not _mine(self.job).update(lease_until=_lease()):
            raise JobLost(str(self.job.pk))

    @contextmanager
    def kept_alive(self) -> Iterator[None]:
        """Renews the lease from a thread with a connection of its own while one long statement runs.

        SQLite has one writer: there the statement itself keeps sweeper and other workers waiting.
        """
        if connection.vendor != "postgresql":
            yield
            return
        over = threading.Event()
        thread = threading.Thread(target=_renew, args=[self.job, over], daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _renew(job: Job, over: threading.Event) -> None:
    try:
        while not over.wait(settings.JOB_LEASE_SECONDS / 4):
            _mine(job).update(lease_until=_lease())
    except DatabaseError:
        log.warning("the lease of job %s could not be renewed", job.pk)
    finally:
        connection.close()


def _lease() -> dt.datetime:
    return clock.now() + dt.timedelta(seconds=settings.JOB_LEASE_SECONDS)


def without_worker() -> Q:
    """Running jobs whose lease is over, or ends later than any lease can: then the clock was set back."""
    now = clock.now()
    too_late = now + dt.timedelta(seconds=2 * settings.JOB_LEASE_SECONDS)
    return Q(state=JobState.RUNNING) & (Q(lease_until__lt=now) | Q(lease_until__gt=too_late))


def _take(job_id: Any) -> Job | None:
    """Takes the job if it waits or its worker is gone; one statement decides between two workers."""
    token = uuid.uuid4()
    free = Q(state=JobState.QUEUED) | without_worker()
    taken = Job.everything.filter(free, pk=job_id).update(
        state=JobState.RUNNING,
        lease_token=token,
        lease_until=_lease(),
        started_at=clock.now(),
        attempts=F("attempts") + 1,
    )
    return Job.everything.select_related("requested_by").get(pk=job_id) if taken else None


def run(job_id: Any, *, beat: Callable[[], object] | None = None) -> str:
    """Runs one job to its end; returns its state. Running it twice, or in two workers, is safe.

    `beat` is called with each report of progress: a whole that runs a part of itself keeps its own lease so.
    """
    job = _take(job_id)
    if job is None:
        return "not mine"
    kind = kinds()[job.kind]
    try:
        with system(f"job {job.kind}"), working("task"), translation.override(job.language):
            if job.cancel_requested_at:
                raise JobCancelled(str(job.pk))
            result = kind.function(RunningJob(job, beat), **job.params)
        end(job.pk, _mine(job), state=JobState.SUCCEEDED, result=result)
    except JobLost:
        return "lost"
    except JobCancelled:
        end(job.pk, _mine(job), state=JobState.CANCELLED)
    except (OperationalError, InterfaceError) as error:
        # The database went away, or two writers met: the row keeps its lease, and the sweeper sends the job again.
        log.warning("job %s of kind %s was interrupted: %s", job.pk, job.kind, type(error).__name__)
        connection.close_if_unusable_or_obsolete()
        return "interrupted"
    except KozotError as error:
        text = _text(error, job.language)
        end(job.pk, _mine(job), state=JobState.FAILED, error_code=error.code, error_text=text)
    except Exception as error:
        log.exception("job %s of kind %s failed", job.pk, job.kind)
        end(job.pk, _mine(job), state=JobState.FAILED, error_code=type(error).__name__)
    return Job.everything.values_list("state", flat=True).get(pk=job.pk)


def end(job_id: Any, still: QuerySet[Job], **values: Any) -> bool:
    """Writes how a job ended, if it is `still` so, and lets its kind hear of it: a kill leaves both or neither.

    What a kind cannot do with an ending does not call the ending back.
    """
    with transaction.atomic():
        if not still.update(finished_at=clock.now(), lease_until=None, **values):
            return False
        job = Job.everything.get(pk=job_id)
        kind = kinds().get(job.kind)
        if not (kind and kind.on_over):
            return True
        try:
            with transaction.atomic(), system(f"job {job.kind} is over"):
                kind.on_over(job)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("the end of job %s of kind %s was not told", job_id, job.kind)
    return True


def _mine(job: Job) -> QuerySet[Job]:
    return Job.everything.filter(pk=job.pk, lease_token=job.lease_token, state=JobState.RUNNING)


def _text(error: KozotError, language: str) -> str:
    with translation.override(language):
        return str(error)
