"""Does everything that beat sends, one after another, and prints what failed: two of these at once are two beats."""

import json
import time
import traceback
from pathlib import Path

from tests.faults.worker import app  # sets Django up

GATE = "gate"


def main() -> dict[str, str]:
    from django.conf import settings

    gate = Path(settings.VAR_DIR) / GATE
    while not gate.exists():  # both begin together, however long a start takes
        time.sleep(0.01)
    app.loader.import_default_modules()
    failed = {}
    for one in settings.CELERY_BEAT_SCHEDULE.values():
        try:
            app.tasks[one["task"]].run()
        except Exception:
            failed[one["task"]] = traceback.format_exc(limit=-3)
    return failed


if __name__ == "__main__":
    print("ready", flush=True)
    print(json.dumps(main()))
