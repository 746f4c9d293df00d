from celery import shared_task

from common import checks, jobs


@shared_task(acks_late=True)
def run_job(job_id: str) -> str:
    return jobs.run(job_id)


@shared_task
def sweep_jobs() -> int:
    return jobs.sweep()


@shared_task
def nightly_checks() -> int:
    return checks.run_all()
