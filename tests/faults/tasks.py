"""A kind of job that takes its time and leaves a trace of every piece of work: found by the worker as any other."""

import os
import time
from pathlib import Path

from django.conf import settings

from common.jobs import RunningJob, job_kind

TRACES = Path(settings.VAR_DIR) / "traces"


@job_kind("faults.slow", title="slow")
def slow(job: RunningJob, *, pieces: int) -> dict:
    """Does what is not done yet; a line in the trace for each piece, with the process that did it."""
    TRACES.mkdir(parents=True, exist_ok=True)
    trace = TRACES / str(job.job.pk)
    done = len(trace.read_text().splitlines()) if trace.exists() else 0
    for number in range(done, pieces):
        time.sleep(0.1)
        with trace.open("a") as file:
            file.write(f"{number} {os.getpid()}\n")
        job.advance(number + 1, pieces)
    return {"pieces": pieces}
