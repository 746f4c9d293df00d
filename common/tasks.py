from celery import shared_task

from common import checks, clock, jobs, partitions


@shared_task(acks_late=True)
def run_job(job_id: str) -> str:
    return jobs.run(job_id)


@shared_task
def sweep_jobs() -> int:
    return jobs.sweep()


@shared_task
def nightly_checks() -> int:
    return checks.run_all()


@shared_task
def make_partitions() -> list[str]:
    """The partitions of the years to come; safe to run twice. What is locked today is made tomorrow."""
    return partitions.make_ahead(clock.today())
