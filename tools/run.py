"""Development: server with automatic reload, and a worker, on var/dev."""

import os
import sys

from installation import Installation, only_one, timed
from places import VAR
from processes import Failure, leave_on_terminate

FOLDER = VAR / "dev"


def main() -> int:
    leave_on_terminate()
    port = os.environ.get("PORT", "8000")
    site = Installation(FOLDER, KOZOT_DEBUG="1", KOZOT_ADDRESS=f"http://localhost:{port}")
    try:
        with only_one(FOLDER):
            timed("Databases, static files", site.prepare)
            with site.worker() as worker:
                print(f"http://localhost:{port} · the worker's log is {worker.log}", flush=True)
                return site.manage("runserver", f"localhost:{port}", beside=(worker,))
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
