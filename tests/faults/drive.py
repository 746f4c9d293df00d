"""Plays the faults in processes of their own, one after another; prints what came of each as JSON."""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

WORKER = [
    sys.executable,
    "-m",
    "celery",
    "-A",
    "tests.faults.worker",
    "worker",
    "--pool",
    "solo",
    "-l",
    "ERROR",
]
WORKER += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
PATIENCE = 120


def worker(name: str) -> subprocess.Popen:
    return subprocess.Popen([*WORKER, "-n", f"{name}@faults"], stdout=sys.stderr)


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > end:
            raise SystemExit("waited too long")
        time.sleep(0.05)


def killed() -> dict:
    """SIGKILL in the middle; the sweeper sends the job again; another worker ends it."""
    job = start(pieces=15)
    first = worker("first")
    until(lambda: state(job).done >= 3)
    first.send_signal(signal.SIGKILL)
    first.wait()
    until(lambda: jobs.sweep() == 1)
    with stopping(worker("second")):
        until(lambda: state(job).is_over)
    return told(job)


def cancelled() -> dict:
    job = start(pieces=200)
    with stopping(worker("first")):
        until(lambda: state(job).done >= 2)
        jobs.cancel(state(job))
        until(lambda: state(job).is_over)
        time.sleep(0.3)
        return told(job)


def raced() -> dict:
    """Two workers, every message three times: each job is run by one of them, once."""
    made = [start(pieces=4) for _ in range(4)]
    for job in made * 2:
        jobs.services.send(job)
    with stopping(worker("first")), stopping(worker("second")):
        until(lambda: all(state(job).is_over for job in made))
        time.sleep(1)
    return {"jobs": [told(job) for job in made]}


def restarted(server: str) -> dict | None:
    """A server is ended in the middle of a job and comes back; another job is asked for meanwhile."""
    control = os.environ.get("FAULTS_CONTROL")
    if not control:
        return None
    wish, first = Path(control) / server, start(pieces=25)
    with visitors() as answers, stopping(worker("first")), stopping(worker("second")):
        until(lambda: state(first).done >= 3)
        wish.touch()
        second = steadily(lambda: start(pieces=3)) if server == "redis" else None
        until(lambda: not wish.exists())
        second = second or steadily(lambda: start(pieces=3))
        until(lambda: steadily(jobs.sweep) is not None and all(state(job).is_over for job in (first, second)))
        back = time.monotonic() + 1
        until(lambda: sum(at > back for at, _status in list(answers)) > 20)
        web = {"all": sorted({status for _at, status in answers})}
        web["after"] = sorted({status for at, status in answers if at > back})
        return {"first": told(first), "second": told(second), "web": web}


@contextlib.contextmanager
def visitors() -> Iterator[list[tuple[float, int]]]:
    """The site under load while the block runs: four people ask for the public page without a pause."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi"]
    own = {"KOZOT_BIND": f"127.0.0.1:{port}", "KOZOT_WEB_PROCESSES": "2", "KOZOT_PROXIES": "1"}
    web = subprocess.Popen(command, stdout=sys.stderr, env=os.environ | own)
    answers, over = [], threading.Event()

    def visit() -> None:
        while not over.is_set():
            answers.append((time.monotonic(), ask(port)))
            time.sleep(0.05)

    threads = [threading.Thread(target=visit) for _ in range(4)]
    with stopping(web, signal.SIGTERM):
        until(lambda: ask(port) == 200)
        for thread in threads:
            thread.start()
        try:
            yield answers
        finally:
            over.set()
            for thread in threads:
                thread.join()


def ask(port: int) -> int:
    """Status of a page that looks into the database; 0 where nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        visitor = f"10.{random.randrange(255)}.{random.randrange(255)}.1"  # the rate is one address's
        headers = {"Host": "localhost", "X-Forwarded-For": visitor}
        line.request("GET", f"/verify/{time.monotonic_ns()}/", headers=headers)
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()


def doubled() -> dict:
    """Two beats and two workers: everything that is done at its hour is done by two processes at the same moment."""
    call, before = (
        [sys.executable, "-m", "tests.faults.beat"],
        set(Job.everything.values_list("pk", flat=True)),
    )
    both = [subprocess.Popen(call, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for one in both:
        one.stdout.readline()
    (Path(settings.VAR_DIR) / "gate").touch()
    failed = [json.loads(one.communicate(timeout=PATIENCE)[0].splitlines()[-1]) for one in both]
    made = Job.everything.exclude(pk__in=before).values_list("kind", "params")
    twice = sorted(
        {kind for kind, params in made if list(made).count((kind, params)) > 1 and kind != "faults.slow"}
    )
    call_command("verify_journal", stdout=sys.stderr)
    return {"failed": failed, "twice": twice}


def steadily(what):
    """Asks again while the database is away, on a new connection."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return what()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


class stopping:
    def __init__(self, process: subprocess.Popen, first: signal.Signals = signal.SIGKILL):
        self.process, self.first = process, first

    def __enter__(self):
        return self.process

    def __exit__(self, *error):
        self.process.send_signal(self.first)
        self.process.wait()


def start(pieces: int) -> str:
    return str(jobs.enqueue("faults.slow", by=None, params={"pieces": pieces}).pk)


def state(job: str):
    return steadily(lambda: Job.everything.get(pk=job))


def told(job: str) -> dict:
    row = state(job)
    lines = (tasks.TRACES / job).read_text().splitlines()
    return {
        "state": row.state,
        "attempts": row.attempts,
        "pieces": [int(line.split()[0]) for line in lines],
        "processes": len({line.split()[1] for line in lines}),
    }


if __name__ == "__main__":
    from tests.faults.worker import Job, jobs, tasks  # sets Django up

    for database in settings.DATABASES:
        call_command("migrate", database=database, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    came = {"doubled": doubled(), "killed": killed(), "cancelled": cancelled(), "raced": raced()}
    came |= {server: restarted(server) for server in ("postgresql", "redis")}
    print(json.dumps(came))
