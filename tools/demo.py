"""The main job from end to end on a clean installation in var/demo; then the site, until Ctrl-C."""

import contextlib
import json
import os
import shutil
import socket
import sys
import time
from pathlib import Path

from installation import FINISHED, Installation, address, only_one, timed
from places import ROOT, VAR
from processes import Child, Failure, held_socket, leave_on_terminate

FOLDER = VAR / "demo"
PORTS = (8000, 8099)


def main() -> int:
    leave_on_terminate()
    serve = os.environ.get("DEMO_SERVE", "1") != "0"
    try:
        with only_one(FOLDER), held_socket(*PORTS) as held:
            site = clean_site(address(held))
            with site.worker() as worker:
                do_the_job(site, worker)
                if serve:
                    show(site, held, worker)
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nEnded." if serve else "\nStopped.")
        return 0 if serve else 130
    return 0


def clean_site(url: str) -> Installation:
    shutil.rmtree(FOLDER, ignore_errors=True)
    site = Installation(FOLDER, KOZOT_DEMO="1", KOZOT_ADDRESS=url)
    print(f"A clean installation in {FOLDER.relative_to(ROOT)}")
    timed("Secrets, databases, static files", site.prepare)
    return site


def do_the_job(site: Installation, worker: Child) -> None:
    start = time.monotonic()
    if site.manage("demo", beside=(worker,)):
        raise Failure(f"The demo failed. The worker's log ends:\n{worker.tail()}")
    worker.must_run()
    (FOLDER / FINISHED).touch()
    seconds = time.monotonic() - start
    print(f"\nDone in {seconds:.0f} s. Everything it made lies in {FOLDER.relative_to(ROOT)}.", flush=True)


def show(site: Installation, held: socket.socket, worker: Child) -> None:
    with site.web(held) as web:
        print(f"\nThe site is open at {address(held)}\n")
        print(table(logins(FOLDER / "logins.json")))
        print("\nCtrl-C ends it.", flush=True)
        while True:
            web.must_run()
            worker.must_run()
            time.sleep(1)


def logins(file: Path) -> list[dict[str, str]]:
    """What the demo command left: a list of objects with the same keys (role, login, password, …)."""
    with contextlib.suppress(FileNotFoundError):
        return json.loads(file.read_text(encoding="utf8"))
    return []


def table(rows: list[dict[str, str]]) -> str:
    if not rows:
        return "  (no logins were made)"
    lines = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


if __name__ == "__main__":
    sys.exit(main())
