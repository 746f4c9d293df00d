"""Metrics in Prometheus' text: requests of all web processes, and what the database knows of jobs and journal."""

import os
import time
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Max, Min
from prometheus_client import CollectorRegistry, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily

from common import backup, clock
from common.enums import JobState
from common.journal.models import Entry, Seal
from common.models import Job, JournalOutbox

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Histogram(
    "kozot_request_seconds",
    "Requests by route, method and class of answer",
    ["route", "method", "answer"],
    buckets=BUCKETS,
    registry=None,
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def observe(route: str, method: str, status: int, seconds: float) -> None:
    REQUESTS.labels(route, method if method in METHODS else "other", f"{status // 100}xx").observe(seconds)


def text() -> bytes:
    """All of it; of several web processes when PROMETHEUS_MULTIPROC_DIR names the folder that they share."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
    registry.register(House())
    return generate_latest(registry)


class House:
    """Asked of the database when somebody looks: nothing here costs a request anything."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        jobs = GaugeMetricFamily("kozot_jobs", "Jobs by kind and state", labels=["kind", "state"])
        for kind, state, count in (
            Job.everything.values_list("kind", "state").annotate(count=Count("pk")).order_by()
        ):
            jobs.add_metric([kind, state], count)
        yield jobs
        oldest = Job.everything.filter(state=JobState.QUEUED).aggregate(at=Min("created_at"))["at"]
        yield _gauge("kozot_oldest_waiting_job_seconds", "Age of the oldest job that waits", _age(oldest))
        late = Job.everything.filter(state=JobState.RUNNING, lease_until__lt=clock.now()).count()
        yield _gauge("kozot_jobs_without_worker", "Running jobs whose lease is over", late)
        yield _gauge("kozot_journal_outbox", "Journal entries on their way", JournalOutbox.objects.count())
        unsealed = Entry.objects.filter(sealed__isnull=True).aggregate(at=Min("at"))["at"]
        yield _gauge(
            "kozot_journal_unsealed_seconds", "Age of the oldest entry without a seal", _age(unsealed)
        )
        sealed = Seal.objects.aggregate(number=Max("number"))["number"]
        yield _gauge("kozot_journal_seals", "Seals of the journal", sealed or 0)
        yield from _backups()


def _backups() -> Iterator[GaugeMetricFamily]:
    """Age by the clock of the file system; absent where there is none, which an alert asks for with `absent()`."""
    for name, words, file in (
        ("kozot_backup_age_seconds", "Age of the newest backup", "about.json"),
        ("kozot_restore_drill_age_seconds", "Age of the newest drill that restored a backup", "drilled"),
    ):
        made = [
            path.stat().st_mtime for path in backup.Repository(settings.BACKUP_DIR).folder.glob(f"*/{file}")
        ]
        if made:
            yield _gauge(name, words, time.time() - max(made))


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _age(moment) -> float:
    return max(0.0, (clock.now() - moment).total_seconds()) if moment else 0.0
