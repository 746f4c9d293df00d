"""Kills each kind of job at several of its statements, for real, and compares what comes of it; prints JSON.

The registry of kinds is walked over one story: a file is read, its people confirmed, its rows applied, certificates
issued, totals made, the file undone. Before each job the databases are kept; the job runs once undisturbed, which
says what must come of it, and then, from the kept databases, in processes that end by SIGKILL at a statement of theirs,
in the middle of whatever transaction that is. The sweeper and a second process have to bring the same facts.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from common import jobs  # noqa: E402
from common.backup import facts  # noqa: E402
from common.jobs import services as sending  # noqa: E402
from common.journal import services as journal  # noqa: E402
from common.models import Job  # noqa: E402
from common.scoping import system  # noqa: E402
from tests.faults import story  # noqa: E402
from tests.pensions.time_stamps import Authority, served  # noqa: E402
from tests.support import template  # noqa: E402

PLACES = (0.15, 0.5, 0.95)
# Salted or stamped with the time: different in two runs that did the same.
VARIES = ("control register root", "journal head", "sum monitoring_disclosurerun.seconds")


def main() -> dict:
    prepare()
    sending.send = lambda job_id: None  # nobody listens: what runs is run here
    came = {}
    authority = Authority()
    with system("faults"), served(authority) as address:
        settings.TIMESTAMP_AUTHORITIES = [address]
        wanted = os.environ.get("FAULTS_KINDS", "").split()  # some of them; all by default
        for kind, start in story.Story().chapters():
            if wanted and kind not in wanted:
                continue
            job = str(start().pk)
            came[kind] = played(job)
    return came


def played(job: str) -> dict:
    keep()
    code, statements = in_a_process(job)
    expected, state = told(), state_of(job)
    keep("after")
    kills = []
    for place in PLACES:
        put_back()
        code, _ = in_a_process(job, kill_at=max(1, int(statements * place)))
        between = state_of(job)
        expire(job)
        swept = jobs.sweep()
        in_a_process(job)
        kills.append(
            {
                "signal": os.WTERMSIG(code) if os.WIFSIGNALED(code) else 0,
                "between": between["state"],
                "swept": swept,
                "state": state_of(job),
                "differences": facts_differ(expected, told()),
            }
        )
    put_back("after")
    return {"statements": statements, "undisturbed": state, "kills": kills}


def in_a_process(job: str, kill_at: int = 0) -> tuple[int, int]:
    """Runs the job as a worker would, in a child of this process; (wait status, statements that it made)."""
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        count = 0

        def counted(execute, sql, params, many, context):
            nonlocal count
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        try:
            for connection in connections.all():
                connection.execute_wrappers.append(counted)
            jobs.run(job)
            os.write(writing, str(count).encode())
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as answer:
        said = answer.read()
    return status, int(said or 0)


def state_of(job: str) -> dict:
    return Job.everything.filter(pk=job).values("kind", "state", "attempts", "error_code").get()


def expire(job: str) -> None:
    """The lease is over: what a minute of waiting does."""
    del job  # and so are those of its parts
    Job.everything.filter(state="running").update(lease_until="2020-01-01T00:00:00Z")
    sending.send = lambda job_id: None


def told() -> dict:
    journal.deliver()
    found = {}
    for alias in settings.DATABASES:
        with connections[alias].cursor() as cursor:
            found |= facts.gather(alias, cursor)
    return {name: value for name, value in found.items() if name not in VARIES}


def facts_differ(before: dict, after: dict) -> list[str]:
    return facts.differences(before, after)


# --- databases, kept and put back --------------------------------------------------------------------


def prepare() -> None:
    """Migrated databases: on SQLite from the tests' template, where there is one of today's migrations."""
    for alias, one in settings.DATABASES.items():
        kept = template.FOLDER / f"{alias}-{template.digest()}.sqlite3"
        if one["ENGINE"].endswith("sqlite3") and kept.exists():
            shutil.copy(kept, one["NAME"])
        else:
            call_command("migrate", database=alias, verbosity=0)
            continue
        template.emit_post_migrate_signal(verbosity=0, interactive=False, db=alias)


def keep(name: str = "before") -> None:
    connections.close_all()
    if postgresql():
        copied(f"{database()}_{name}", database())
        return
    folder = Path(settings.VAR_DIR) / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in Path(settings.VAR_DIR).glob("*.sqlite3*"):
        shutil.copy(file, folder)


def put_back(name: str = "before") -> None:
    connections.close_all()
    if postgresql():
        copied(database(), f"{database()}_{name}")
        return
    for file in Path(settings.VAR_DIR).glob("*.sqlite3*"):
        file.unlink()
    for file in (Path(settings.VAR_DIR) / name).iterdir():
        shutil.copy(file, settings.VAR_DIR)


def postgresql() -> bool:
    return connections["default"].vendor == "postgresql"


def database() -> str:
    return settings.DATABASES["default"]["NAME"]


def copied(to: str, source: str) -> None:
    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{to}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{to}" TEMPLATE "{source}"')


if __name__ == "__main__":
    print(json.dumps(main()))
