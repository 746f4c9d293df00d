import logging
import random

from celery import shared_task

from common import checks, clock, jobs, partitions, sms, sms_gateway

log = logging.getLogger(__name__)
SMS_WAITS = (10, 30, 90, 270, 480)  # seconds; a code is good for fifteen minutes


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


@shared_task(bind=True, max_retries=len(SMS_WAITS))
def post_sms(self, sealed: str) -> None:
    """To the gateway, again after a while when it is busy or silent. The log tells the key and what the gateway did."""
    message = sms.opened(sealed)
    try:
        sms_gateway.post(**message)
    except sms_gateway.NotSent as problem:
        tried = self.request.retries
        if not problem.may_repeat or tried >= self.max_retries:
            log.error("sms %s not sent after %s attempts: %s", message["key"], tried + 1, problem)
            return
        log.warning("sms %s waits: %s", message["key"], problem)
        wait = max(SMS_WAITS[tried], min(problem.wait, SMS_WAITS[-1]))
        raise self.retry(countdown=wait * random.uniform(1, 1.2)) from None
