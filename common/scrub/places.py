"""Where a copy goes: a fresh database of the kind that the installation has, with the same tables and no row.

Tables come first, then rows, then indexes, keys and triggers, so that loading is quick and the database itself checks
the whole at the end.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
from django.core.management.color import no_style
from django.db import connections, models
from psycopg.conninfo import conninfo_to_dict

from common.backup.databases import program, server_environment


class Refusal(Exception):
    """The copy is not made, or not left there: says why and what to do."""


class SqliteFile:
    """A database file in the folder of the copy, named as the installation's own."""

    address = ""

    def __init__(self, alias: str, folder: Path):
        self.alias = alias
        self._path = folder / {"default": "kozot.sqlite3"}.get(alias, f"{alias}.sqlite3")
        self._database = self._opened(connections[alias])
        self._database.execute("PRAGMA foreign_keys=OFF")
        self._database.execute("BEGIN")
        self._later: list[str] = []

    def _opened(self, like: Any) -> sqlite3.Connection:
        """With the functions of Django's, which checks of tables call."""
        own = type(like)({**like.settings_dict, "NAME": self._path}, self.alias)
        return own.get_new_connection(own.get_connection_params())

    def make_tables(self) -> None:
        """Without triggers and without what search keeps beside the rows: `migrate` makes both."""
        with connections[self.alias].cursor() as cursor:
            cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            for kind, name, table, sql in cursor.fetchall():
                if table.startswith(("find_", "sqlite_")) or name.startswith("sqlite_"):
                    continue
                if kind == "table":
                    self._database.execute(sql)
                elif kind == "index":
                    self._later.append(sql)

    def load(self, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        quoted = ", ".join(f'"{name}"' for name in names)
        places = ", ".join("?" * len(names))
        self._database.executemany(f'INSERT INTO "{table}" ({quoted}) VALUES ({places})', rows)

    def finish(self, filled: list[type[models.Model]]) -> None:
        for sql in self._later:
            self._database.execute(sql)
        self._database.execute("COMMIT")
        if wrong := self._database.execute("PRAGMA foreign_key_check").fetchall():
            tables = sorted({str(row[0]) for row in wrong})
            raise Refusal(f"Rows of {', '.join(tables)} lead nowhere in the copy.")
        self._database.execute("ANALYZE")

    def close(self) -> None:
        self._database.close()


class PostgresDatabase:
    """An empty database whose address was told; its schema is that of the installation, policies and grants aside."""

    def __init__(self, alias: str, address: str):
        self.alias, self.address = alias, address
        self._environment = os.environ | _told(_plain(address))
        self._database = psycopg.connect(_plain(address))
        self._schema = Path(tempfile.mkdtemp(prefix="kozot-scrub-"))

    def make_tables(self) -> None:
        archive = self._schema / "schema"
        _run(
            [program("pg_dump"), "--schema-only", "--format=custom", f"--file={archive}"],
            server_environment(self.alias),
        )
        entries = _run([program("pg_restore"), "--list", str(archive)], self._environment).splitlines()
        kept = [one for one in entries if " POLICY " not in one and " ROW SECURITY " not in one]
        (self._schema / "list").write_text("\n".join(kept))
        self._restore("pre-data")

    def _restore(self, section: str) -> None:
        words = ["--no-owner", "--no-privileges", "--exit-on-error", f"--section={section}"]
        words += [f"--use-list={self._schema / 'list'}", f"--dbname={self._environment['PGDATABASE']}"]
        _run([program("pg_restore"), *words, str(self._schema / "schema")], self._environment)

    def load(self, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        quoted = ", ".join(f'"{name}"' for name in names)
        with self._database.cursor() as cursor, cursor.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)

    def finish(self, filled: list[type[models.Model]]) -> None:
        """Sequences go on after the rows; keys and checks are made over all of them."""
        for sql in connections[self.alias].ops.sequence_reset_sql(no_style(), filled):
            self._database.execute(sql)
        self._database.commit()
        self._restore("post-data")

    def close(self) -> None:
        self._database.close()
        shutil.rmtree(self._schema, ignore_errors=True)


def refuse_unless_empty(address: str) -> None:
    try:
        with psycopg.connect(_plain(address)) as database:
            there = _tables(database)
    except psycopg.OperationalError as error:
        raise Refusal(f"The database of the copy does not answer: {error}") from None
    if there:
        raise Refusal("The database of the copy has tables. Make an empty one: createdb.")


def empty(address: str) -> None:
    """After a copy that failed: the database was empty before."""
    with psycopg.connect(_plain(address)) as database:
        for table in _tables(database):
            database.execute(f'DROP TABLE IF EXISTS "{table}" CASCADE')


def _tables(database: psycopg.Connection) -> list[str]:
    return [
        row[0]
        for row in database.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    ]


def _plain(address: str) -> str:
    """Without the options that are Django's."""
    parts = urlsplit(address)
    known = [pair for pair in parse_qsl(parts.query) if pair[0] != "conn_max_age"]
    return parts._replace(query=urlencode(known)).geturl()


def _told(address: str) -> dict[str, str]:
    """The address for PostgreSQL's own programs: in the environment, where `ps` does not show it."""
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    given = conninfo_to_dict(address)
    return {name: str(given[key]) for key, name in names.items() if given.get(key)}


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise Refusal(f"{Path(command[0]).name} failed: {done.stderr.strip()}")
    return done.stdout


@contextlib.contextmanager
def one_moment(alias: str) -> Iterator[None]:
    """What is read inside is of one moment, while others write."""
    connection = connections[alias]
    if connection.in_atomic_block:
        yield
        return
    postgres = connection.vendor == "postgresql"
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if postgres else "BEGIN DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
