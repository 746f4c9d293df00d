"""Long work with progress that a person sees, that can be cancelled, and that survives a killed worker.

@job_kind("registry.apply_import", title=_("Apply a file of work records"))
def apply_import(job: RunningJob, *, run_id: str) -> dict:
    for chunk in chunks:
        ...                      # one transaction each; must be safe to run twice
        job.advance(done, total) # keeps the lease, stops here when the job was cancelled

enqueue("registry.apply_import", by=user, params={"run_id": str(run.id)}, key=f"apply {run.id}")
"""

from .parts import run_parts
from .registry import BULK, IMPORTS, QUICK, job_kind, kinds
from .runner import JobCancelled, JobLost, RunningJob, run
from .services import at_work, cancel, enqueue, enqueue_unless_waiting, sweep

__all__ = [
    "BULK",
    "IMPORTS",
    "QUICK",
    "JobCancelled",
    "JobLost",
    "RunningJob",
    "at_work",
    "cancel",
    "enqueue",
    "enqueue_unless_waiting",
    "job_kind",
    "kinds",
    "run",
    "run_parts",
    "sweep",
]
