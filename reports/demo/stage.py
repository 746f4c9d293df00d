"""What the steps share: the people, the folder for what people would hold in their hands, and the queue."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from common.enums import JobState
from common.jobs import run
from common.models import Job

from .cast import Cast

PATIENCE = 300


@dataclass
class Stage:
    """`inline` runs jobs here instead of waiting for a worker: for tests, and where none runs."""

    cast: Cast
    folder: Path
    inline: bool = False
    found: dict[str, Any] = field(default_factory=dict)

    def keep(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def wait(self, job: Job) -> dict:
        """The job's result, once its worker has done it; what went wrong, as an error."""
        if self.inline:
            run(job.pk)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            job.refresh_from_db()
            if job.is_over:
                if job.state != JobState.SUCCEEDED:
                    raise RuntimeError(f"{job.kind}: {job.state} {job.error_code} {job.error_text}")
                return job.result or {}
            connection.close_if_unusable_or_obsolete()
            time.sleep(0.2)
        raise RuntimeError(f"{job.kind}: no worker took it within {PATIENCE} s")
