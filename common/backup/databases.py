"""Snapshots of a database as a stream, and back: pg_dump and pg_restore, or SQLite's own backup."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connections, transaction

from common.row_security.install import ensure_roles

from .layout import Damaged


@dataclass(frozen=True)
class Snapshot:
    """One moment of a database: a cursor that sees it, and its bytes."""

    cursor: Any
    stream: BinaryIO


def snapshot(alias: str) -> contextlib.AbstractContextManager[Snapshot]:
    return _of_postgresql(alias) if connections[alias].vendor == "postgresql" else _of_sqlite(alias)


@contextlib.contextmanager
def _of_postgresql(alias: str) -> Iterator[Snapshot]:
    """pg_dump and the cursor see the same exported snapshot; nobody waits for either."""
    connection = connections[alias]
    connection.close()  # isolation is that of a whole transaction, so it begins here
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        command = [program("pg_dump"), "--format=custom", "--no-owner", f"--snapshot={cursor.fetchone()[0]}"]
        with tempfile.TemporaryFile() as told:
            process = subprocess.Popen(  # noqa: S603
                command,
                env=server_environment(alias),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=told,
            )
            try:
                yield Snapshot(cursor, process.stdout)
                if process.wait():
                    told.seek(0)
                    raise Damaged(f"pg_dump failed: {told.read().decode(errors='replace').strip()}")
            finally:
                process.stdout.close()
                process.kill()
                process.wait()


@contextlib.contextmanager
def _of_sqlite(alias: str) -> Iterator[Snapshot]:
    """SQLite's backup copies a moment while others read and write; the copy is plain and lives as long as the block."""
    connection = connections[alias]
    connection.ensure_connection()
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix="backup-") as folder:
        copy = Path(folder) / "copy.sqlite3"
        with contextlib.closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
            # A file by itself: the restored one gets its write-ahead log from the settings.
            target.execute("PRAGMA journal_mode=DELETE")
            with copy.open("rb") as stream:
                yield Snapshot(target.cursor(), stream)


def refuse_unless_empty(alias: str) -> None:
    """A restore overwrites nothing: the database has to be there without a table (PostgreSQL) or absent (SQLite)."""
    connection = connections[alias]
    if connection.vendor != "postgresql":
        path = Path(connection.settings_dict["NAME"])
        if connection.is_in_memory_db() or (path.exists() and path.stat().st_size):
            raise Damaged(f"{path} exists. Restore into an empty folder: set KOZOT_VAR to one.")
        return
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            name = connection.settings_dict["NAME"]
            raise Damaged(
                f"Database {name} has tables. Restore into an empty one: createdb, and set DATABASE_URL."
            )


def load(alias: str, pieces: Iterator[bytes]) -> None:
    """Fills the empty database; on PostgreSQL wholly or not at all."""
    connection = connections[alias]
    if connection.vendor == "postgresql":
        if settings.ROW_SECURITY:  # the backup's policies name them
            with connection.cursor() as cursor:
                ensure_roles(cursor)
        connection.close()
        _load_postgresql(alias, pieces)
        return
    connection.close()
    path = Path(connection.settings_dict["NAME"])
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        part.chmod(0o600)
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _load_postgresql(alias: str, pieces: Iterator[bytes]) -> None:
    command = [program("pg_restore"), "--no-owner", "--exit-on-error", "--single-transaction"]
    command.append(f"--dbname={connections[alias].settings_dict['NAME']}")
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, env=server_environment(alias), stdin=subprocess.PIPE, stderr=told)  # noqa: S603
        try:
            with contextlib.suppress(BrokenPipeError), process.stdin as into:
                for piece in pieces:
                    into.write(piece)
        except BaseException:
            process.kill()  # a part that does not open: the transaction never commits
            raise
        finally:
            code = process.wait()
        if code:
            told.seek(0)
            raise Damaged(f"pg_restore failed: {told.read().decode(errors='replace').strip()}")


def server_environment(alias: str) -> dict[str, str]:
    """The database's address for PostgreSQL's own programs: in the environment, where `ps` does not show it."""
    given = connections[alias].settings_dict
    names = {
        "HOST": "PGHOST",
        "PORT": "PGPORT",
        "USER": "PGUSER",
        "PASSWORD": "PGPASSWORD",
        "NAME": "PGDATABASE",
    }
    told = {names[name]: str(given[name]) for name in names if given.get(name)}
    told |= {
        f"PG{name.upper()}": str(value) for name, value in given["OPTIONS"].items() if name.startswith("ssl")
    }
    return os.environ | told


def program(name: str) -> str:
    """A program of PostgreSQL's client: on the path, or where Debian keeps the newest version."""
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    if found := shutil.which(name) or (str(kept[-1]) if kept else None):
        return found
    raise Damaged(f"{name} is not installed: it comes with the client of PostgreSQL (postgresql-client)")
