"""Faults for real, in processes: on SQLite with a queue in folders, then on PostgreSQL and Redis, which are ended and
started again while jobs run. Takes minutes; `make faults`.

A test asks for a restart by a file named after the server in FAULTS_CONTROL; it is done when the file is gone.
"""

import contextlib
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from places import ROOT, environment
from processes import Failure, leave_on_terminate
from servers import Server, postgresql, redis_server

AWAY = 1.5  # seconds


def main(words: list[str]) -> int:
    leave_on_terminate()
    with tempfile.TemporaryDirectory(prefix="kozot-faults-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        code = passed(folder, words)
        try:
            with (
                postgresql(folder) as database,
                redis_server(folder) as queue,
                control(folder, database, queue),
            ):
                servers = {"FAULTS_DATABASE_URL": database.url, "TEST_REDIS_URL": queue.url}
                code = passed(folder, words, **servers, FAULTS_CONTROL=str(folder / "control")) or code
        except Failure as why:
            print(f"Not on PostgreSQL and Redis: {why}", file=sys.stderr)
            return 1
    return code


def passed(folder: Path, words: list[str], **more: str) -> int:
    print(f"\n—— {'PostgreSQL and Redis' if more else 'SQLite'} ——", flush=True)
    command = [sys.executable, "-m", "pytest", "-m", "slow", "-n0", "tests/faults", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment(folder / "var", "test", **more), check=False
    ).returncode


@contextlib.contextmanager
def control(folder: Path, database: Server, queue: Server):
    """Watches for wishes while the block runs."""
    place, over = folder / "control", threading.Event()
    place.mkdir(exist_ok=True)

    def watch() -> None:
        while not over.wait(0.05):
            for name, server in (("postgresql", database), ("redis", queue)):
                if (place / name).exists():
                    server.restart(AWAY)
                    (place / name).unlink()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
