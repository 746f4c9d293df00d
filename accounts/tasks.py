from celery import shared_task

from accounts.services import links, messages, retention
from common import clock
from common.keys.ring import unwrap


@shared_task
def forget_sign_ins() -> dict[str, int]:
    return retention.forget()


@shared_task
def send_messages() -> dict[str, int]:
    """What is due now; safe to run twice, also at once."""
    return messages.send_due(clock.now())


@shared_task
def post_reset(sealed: str) -> None:
    """The letter of a forgotten password, where there is such an account."""
    links.ask_reset(by=None, email=unwrap(sealed, links.RESET).decode())
