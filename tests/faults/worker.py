"""The project's own worker with a kind of job that takes its time, and a lease short enough to wait for."""

import django
from django.conf import settings

django.setup()
settings.JOB_LEASE_SECONDS = 2

from common import jobs  # noqa: E402
from common.models import Job  # noqa: E402
from config.celery import app  # noqa: E402
from tests.faults import tasks  # noqa: E402

__all__ = ["Job", "app", "jobs", "tasks"]
