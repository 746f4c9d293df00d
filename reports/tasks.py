from celery import shared_task

from common import clock, jobs
from common.scoping import system
from monitoring.periods import Frequency, Period
from reports.services import publication, reminders, subscriptions


@shared_task
def open_embargoed() -> tuple[int, int]:
    return publication.open_embargoed()


@shared_task
def send_news() -> int:
    return subscriptions.send_news()


@shared_task
def compute_ended() -> str:
    """The figures of the quarter that is over, once, as soon as it is; analysts compute again what comes in later."""
    period = Period.containing(clock.today(), Frequency.QUARTERLY).offset(-1)
    jobs.enqueue(
        "monitoring.compute", by=None, params={"period": str(period)}, key=f"compute {period} after its end"
    )
    return str(period)


@shared_task
def remind() -> int:
    """Reminders of the day; also forgets addresses that nobody confirmed."""
    with system("reminders"):
        subscriptions.forget_unconfirmed()
        return reminders.remind(clock.today())
