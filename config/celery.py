"""The queue: Celery over folders on a small machine, over Redis in production."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import after_setup_logger, after_setup_task_logger
from django.conf import settings

from common.masking import mask_handlers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")

app = Celery("kozot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def make_queue_folders() -> None:
    """The filesystem transport fails in producer and worker until its folders exist."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    for key in ("data_folder_in", "data_folder_out", "processed_folder", "control_folder"):
        if key in options:
            Path(options[key]).mkdir(parents=True, exist_ok=True)


make_queue_folders()


after_setup_logger.connect(mask_handlers)
after_setup_task_logger.connect(mask_handlers)
