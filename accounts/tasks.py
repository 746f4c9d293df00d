from celery import shared_task

from accounts.services import retention


@shared_task
def forget_sign_ins() -> dict[str, int]:
    return retention.forget()
