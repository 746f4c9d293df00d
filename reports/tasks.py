from celery import shared_task

from reports.services import publication


@shared_task
def open_embargoed() -> tuple[int, int]:
    return publication.open_embargoed()
