"""A story of faults in a process of its own, told as JSON in its last line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def came_of(module: str, folder: Path, database: str) -> Any:
    """`database`: address of an empty one, "" for SQLite in the folder."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "KOZOT_VAR": str(folder),
        "DATABASE_URL": database,
        "REDIS_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT, env=environment, capture_output=True, check=False, text=True, timeout=1_200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
