"""PostgreSQL and Redis for one test run: found or named, started on free ports, always ended."""

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from processes import Child, Failure, free_port, wait_for

OLDEST_POSTGRESQL = 15


@dataclass(frozen=True)
class Server:
    """A server that has answered: its address and the version that it told."""

    url: str
    version: str
    restart: Callable[[float], None] | None = (
        None  # of a throw-away one: ended at once, away so many seconds, back
    )


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[Server]:
    """TEST_DATABASE_URL, or a throw-away server under `folder`. Raises Failure, saying why there is none."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield Server(named, postgresql_version(named))
        return
    complaints = []
    for programs in postgresql_programs():
        with contextlib.ExitStack() as stack:
            try:
                server = stack.enter_context(throw_away_postgresql(programs, folder))
            except Failure as failure:
                complaints.append(str(failure))
                continue
            yield server
            return
    raise Failure(
        "; ".join(complaints) or f"no server programs of version {OLDEST_POSTGRESQL} or newer found"
    )


@contextlib.contextmanager
def redis_server(folder: Path) -> Iterator[Server]:
    """TEST_REDIS_URL, or a throw-away server under `folder`. Raises Failure, saying why there is none."""
    named = os.environ.get("TEST_REDIS_URL")
    if named:
        yield Server(named, redis_version(named))
        return
    program = shutil.which("redis-server", path=search_path())
    if not program:
        raise Failure("no redis-server found")
    port, password = free_port(), secrets.token_hex(16)
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--requirepass", password]
    command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    url = f"redis://:{password}@127.0.0.1:{port}/0"

    def start() -> Child:
        process = Child("Redis", command, folder / "redis.log")
        wait_for(lambda: answers(redis_version, url), "Redis", process)
        return process

    with restartable(start, signal.SIGKILL) as restart:
        yield Server(url, redis_version(url), restart)


def postgresql_programs() -> list[Path]:
    """Folders that hold a whole server (not only a client), newest first."""
    folders = [Path(entry) for entry in search_path().split(os.pathsep) if entry]
    for pattern in ("lib/postgresql/*/bin", "pgsql-*/bin", "local/opt/postgresql@*/bin"):
        folders += Path("/usr").glob(pattern)
    found = {
        (folder / "initdb").resolve().parent: None
        for folder in folders
        if os.access(folder / "initdb", os.X_OK) and os.access(folder / "postgres", os.X_OK)
    }
    recent = [folder for folder in found if program_version(folder / "postgres") >= OLDEST_POSTGRESQL]
    return sorted(recent, key=lambda folder: program_version(folder / "postgres"), reverse=True)


def search_path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/bin", "/usr/bin", "/usr/sbin"])


def program_version(program: Path) -> int:
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run(
            [program, "--version"], check=False, capture_output=True, text=True, timeout=10
        ).stdout
        return int((re.search(r"\) (\d+)", told) or [0, 0])[1])
    return 0


@contextlib.contextmanager
def throw_away_postgresql(programs: Path, folder: Path) -> Iterator[Server]:
    """A server that trusts nobody without its password and forgets everything: no fsync."""
    data, password = folder / "postgresql", secrets.token_hex(16)
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    owner = server_account(data)
    secret = data / "password"
    secret.write_text(password)
    if owner:
        shutil.chown(secret, owner["user"], owner["group"])
    initialise(programs, data, secret, owner)
    port = free_port()
    settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"]
    settings.append(
        "autovacuum=off"
    )  # it and GRANTs over all tables can wait for each other in the catalogue
    settings += ["listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={data}"]
    command = [str(programs / "postgres"), "-D", str(data / "cluster")]
    for setting in settings:
        command += ["-c", setting]
    address = f"postgresql://kozot:{password}@127.0.0.1:{port}"

    def start() -> Child:
        process = Child("PostgreSQL", command, folder / "postgresql.log", cwd=data, **owner)
        wait_for(lambda: answers(postgresql_version, f"{address}/postgres"), "PostgreSQL", process)
        return process

    # Ended at once (SIGQUIT): nothing is worth writing down.
    with restartable(start, signal.SIGQUIT) as restart:
        with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE kozot")
        yield Server(f"{address}/kozot", postgresql_version(f"{address}/kozot"), restart)


@contextlib.contextmanager
def restartable(start: Callable[[], Child], end: signal.Signals) -> Iterator[Callable[[float], None]]:
    """A server that runs as long as the block; gives a function that ends it and starts it again."""
    running = [start()]

    def restart(pause: float) -> None:
        running.pop().stop(end)
        time.sleep(pause)
        running.append(start())

    try:
        yield restart
    finally:
        for process in running:
            process.stop(end)


def server_account(data: Path) -> dict:
    """PostgreSQL refuses to run as root: whom to run it as then, who comes to own `data`."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = names.get("postgres") or names.get("nobody")
    if account is None:
        raise Failure("PostgreSQL refuses to run as root, and there is no account postgres")
    os.chown(data, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}


def initialise(programs: Path, data: Path, secret: Path, owner: dict) -> None:
    # C.UTF-8 so that upper and lower case of Cyrillic letters are known to it.
    command = [programs / "initdb", "-D", data / "cluster", "-U", "kozot", "--pwfile", secret]
    command += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    done = subprocess.run(
        command, check=False, cwd=data, capture_output=True, text=True, stdin=subprocess.DEVNULL, **owner
    )
    if done.returncode:
        raise Failure(f"{programs / 'initdb'} failed: {done.stderr.strip() or done.stdout.strip()}")


def postgresql_version(url: str) -> str:
    with psycopg.connect(url, connect_timeout=10) as connection:
        number, told = connection.info.server_version, connection.execute("SHOW server_version").fetchone()[0]
    if number < OLDEST_POSTGRESQL * 10_000:
        raise Failure(f"PostgreSQL {told} is older than {OLDEST_POSTGRESQL}")
    return told.split()[0]


def redis_version(url: str) -> str:
    with contextlib.closing(redis.Redis.from_url(url, socket_timeout=10)) as connection:
        return connection.info("server")["redis_version"]


def answers(question, url: str) -> bool:
    try:
        question(url)
    except (psycopg.OperationalError, redis.RedisError):
        return False
    return True
