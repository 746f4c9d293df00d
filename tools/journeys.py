"""Walks through the demo's site in a real browser, on a copy of it. SAMPLE=1 takes a few corners only."""

import os
import shutil
import sys
from pathlib import Path

from installation import FINISHED, Installation, address, copy_installation, only_one
from places import ROOT, VAR
from processes import Failure, held_socket, leave_on_terminate, run

FOLDER = VAR / "journeys"
SCREENS = "screens"  # pictures of pages, for the eye and for the guides
PORTS = (8100, 8199)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(words: list[str]) -> int:
    leave_on_terminate()
    try:
        chromium = browser()
        with only_one(FOLDER), held_socket(*PORTS) as held:
            copy_installation(finished_demo(), FOLDER, keep=(SCREENS,))
            site = Installation(FOLDER, KOZOT_DEMO="1", KOZOT_ADDRESS=address(held))
            site.prepare()  # migrations newer than the demo
            with site.worker() as worker, site.web(held):
                command = [sys.executable, "-m", "pytest", "-m", "journey", *(words or ["tests/journeys"])]
                told = {"KOZOT_SITE": address(held), "CHROMIUM": chromium}
                return run(command, (worker,), cwd=ROOT, env=site.settings | told)
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def browser() -> str:
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        raise Failure("No Chromium found. Install Debian's package chromium, or name one in CHROMIUM.")
    return found


def finished_demo() -> Path:
    """What the last demo left; makes it where there is none. After a change of the demo: make demo."""
    demo = VAR / "demo"
    if not (demo / FINISHED).exists():
        told = os.environ | {"DEMO_SERVE": "0"}
        if run([sys.executable, str(ROOT / "tools" / "demo.py")], cwd=ROOT, env=told):
            raise Failure("Without the demo there is no site to walk through.")
    return demo


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
