from celery import shared_task

from accounts.services import messages, retention
from common import clock


@shared_task
def forget_sign_ins() -> dict[str, int]:
    return retention.forget()


@shared_task
def send_messages() -> dict[str, int]:
    """What is due now; safe to run twice, also at once."""
    return messages.send_due(clock.now())
