"""Work in parts that other workers may take, while the whole lends a hand and never waits for a free worker.

    results = jobs.run_parts(job, "monitoring.compute_part", lambda: [{"codes": chunk} for chunk in chunks])

A part is a job of its own whose key names the whole: a whole that is taken up again after its worker was killed
finds its parts, and the finished ones are not run again. The whole runs every part that nobody else has taken, so
one worker alone comes to the end too. Parts end with the whole when it is cancelled.
"""

import time
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.enums import JobState
from common.errors import Conflict
from common.models import Job

from .runner import JobCancelled, RunningJob, run
from .services import cancel, enqueue

PAUSE = 0.5  # seconds between two looks at parts that others have taken


def run_parts(
    job: RunningJob, kind: str, plan: Callable[[], Sequence[dict]], *, step: str = ""
) -> list[dict]:
    """The result of each part, in the order of `plan`, which is asked once. Call outside a transaction.

    Raises JobCancelled, and Conflict when a part has failed; the others are stopped then.
    """
    parts = _parts(job, kind, plan)

    def tell() -> int:
        waiting = len(_waiting(parts))
        job.advance(len(parts) - waiting, len(parts), step=step)
        return waiting

    try:
        while left := tell():
            for part in _waiting(parts):
                run(part, beat=tell)
                tell()
            if tell() == left:
                time.sleep(PAUSE)
    except (JobCancelled, Conflict):
        for part in Job.everything.filter(pk__in=parts):
            cancel(part)
        raise
    results = dict(Job.everything.filter(pk__in=parts).values_list("pk", "result"))
    return [results[part] or {} for part in parts]


def _parts(job: RunningJob, kind: str, plan: Callable[[], Sequence[dict]]) -> list:
    """Keys of the parts, made in one transaction: all of them or none."""
    prefix = f"part of {job.job.pk} {kind} "
    made = Job.everything.filter(idempotency_key__startswith=prefix).order_by("idempotency_key")
    if not made.exists():
        params = plan()
        with transaction.atomic():
            for number, one in enumerate(params):
                enqueue(kind, by=job.by, params=one, key=f"{prefix}{number:05}")
    return list(made.values_list("pk", flat=True))


def _waiting(parts: list) -> list:
    """The parts that are not over; what has ended otherwise than well ends the whole."""
    rows = Job.everything.filter(pk__in=parts).values_list("pk", "state", "error_text")
    found = {pk: (state, text) for pk, state, text in rows}
    for state, text in found.values():
        if state == JobState.FAILED:
            raise Conflict("part_failed", _("A part of the work has failed. %(text)s"), text=text)
        if state == JobState.CANCELLED:
            raise JobCancelled("a part was cancelled")
    return [pk for pk in parts if found[pk][0] != JobState.SUCCEEDED]
