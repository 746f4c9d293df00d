"""Where things lie, and what a child process is told of it."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
VAR = ROOT / "var"
MANAGE = [sys.executable, str(ROOT / "manage.py")]

SERVERS = ("DATABASE_URL", "REDIS_URL", "TEST_DATABASE_URL", "TEST_REDIS_URL")


def environment(folder: Path, settings: str = "development", **more: str) -> dict[str, str]:
    """The caller's environment, with generated data in `folder` and no servers but those named in `more`."""
    kept = {name: value for name, value in os.environ.items() if name not in SERVERS}
    own = {
        "DJANGO_SETTINGS_MODULE": f"config.settings.{settings}",
        "KOZOT_VAR": str(folder),
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
    }
    return kept | own | more
