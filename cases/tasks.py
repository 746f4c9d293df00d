from celery import shared_task

from cases import notify
from cases.services import erasure, pathways
from common import clock


@shared_task
def watch_referrals() -> int:
    """Asks the next partner where one is silent; safe to run twice."""
    return pathways.watch(now=clock.now())


@shared_task
def erase_cases() -> int:
    """Erases cases whose time is over; safe to run twice."""
    return erasure.erase_due(now=clock.now())


@shared_task
def remind_due() -> int:
    """Tells whose parts of plans and terms of the law are due; each once, safe to run twice."""
    return notify.remind_due(today=clock.today())
