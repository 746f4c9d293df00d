from celery import shared_task

from common import clock
from common.scoping import system
from reports.services import publication, reminders, subscriptions


@shared_task
def open_embargoed() -> tuple[int, int]:
    return publication.open_embargoed()


@shared_task
def send_news() -> int:
    return subscriptions.send_news()


@shared_task
def remind() -> int:
    """Reminders of the day; also forgets addresses that nobody confirmed."""
    with system("reminders"):
        subscriptions.forget_unconfirmed()
        return reminders.remind(clock.today())
