"""One installation on this machine: its folder, database, worker and web process."""

import contextlib
import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from places import BIN, MANAGE, ROOT, environment
from processes import Child, Failure, child, run, wait_for

FINISHED = "finished"  # a file that stands in the folder once the whole job has been done


class Installation:
    """An installation under `folder`: SQLite, a queue in folders, settings for development."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.logs = folder, folder / "log"
        self.settings = environment(folder, **settings)

    def manage(self, *words: str, beside: tuple[Child, ...] = ()) -> int:
        """Runs a management command in the foreground; its output is the person's to read."""
        return run([*MANAGE, *words], beside, cwd=ROOT, env=self.settings)

    def quietly(self, *words: str) -> str:
        """Runs a management command, keeps its output for the log. Raises Failure with it."""
        command = [*MANAGE, *words]
        done = subprocess.run(
            command,
            check=False,
            cwd=ROOT,
            env=self.settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Failure(f"manage.py {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def prepare(self) -> None:
        """Secrets and folders of the queue (settings make them), both databases, static files."""
        self.quietly("migrate", "--verbosity=0")
        self.quietly("migrate", "journal", "--database=journal", "--verbosity=0")
        self.quietly("collectstatic", "--noinput", "--verbosity=0")

    def worker(self) -> contextlib.AbstractContextManager[Child]:
        """A worker with beat inside it, which sends what is due and what was lost."""
        command = [str(BIN / "celery"), "--app=config", "worker", "--beat", "--concurrency=2"]
        command += ["--loglevel=INFO", "--without-gossip", "--without-mingle"]
        return child("worker", command, self.logs / "worker.log", cwd=ROOT, env=self.settings)

    @contextlib.contextmanager
    def web(self, held: socket.socket) -> Iterator[Child]:
        """Serves on a socket held open by the caller; ready when this returns."""
        command = [str(BIN / "gunicorn"), "config.wsgi:application", "--bind", f"fd://{held.fileno()}"]
        command += ["--workers=2", "--threads=4", "--access-logfile=-"]
        command += ["--no-control-socket", "--worker-tmp-dir", str(self.folder)]
        log = self.logs / "web.log"
        with child(
            "web server", command, log, cwd=ROOT, env=self.settings, pass_fds=[held.fileno()]
        ) as process:
            wait_for(lambda: responds(address(held)), "The web server", process)
            yield process


def address(held: socket.socket) -> str:
    return f"http://localhost:{held.getsockname()[1]}"


def responds(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False
    return True


def copy_installation(source: Path, target: Path, keep: tuple[str, ...] = ()) -> None:
    """Copies an installation that may be in use: files as they are, SQLite through its own backup.

    Nothing that stood in `target` outlives it but the folders that `keep` names.
    """
    for old in target.glob("*"):
        if old.is_dir() and old.name not in keep:
            shutil.rmtree(old)
        elif old.is_file():
            old.unlink()
    left_out = shutil.ignore_patterns("*.sqlite3*", "queue", "log", "beat-schedule*")
    shutil.copytree(source, target, ignore=left_out, dirs_exist_ok=True)
    for file in source.glob("*.sqlite3"):
        with (
            contextlib.closing(sqlite3.connect(file)) as old,
            contextlib.closing(sqlite3.connect(target / file.name)) as new,
        ):
            old.backup(new)


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the lock of `folder` against a second command; the kernel frees it when this process ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise Failure(
                f"{folder.relative_to(ROOT)} is in use by process {holder}. "
                f"End that one first: Ctrl-C in its window, or `kill {holder}`."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def timed(what: str, action) -> None:
    start = time.monotonic()
    print(f"{what} … ", end="", flush=True)
    action()
    print(f"{time.monotonic() - start:.1f} s", flush=True)
