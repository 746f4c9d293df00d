from celery import shared_task

from . import services


@shared_task
def deliver() -> int:
    return services.deliver()


@shared_task
def seal() -> int | None:
    made = services.seal()
    return made and made.number
