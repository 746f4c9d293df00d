"""A partition of a year that is filled before it is attached: for a first load that brings most of its rows."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connections

from common import locks, partitions, references


class Apart:
    """The partition of a year, to be `filled` apart and then attached. PostgreSQL only."""

    def __init__(self, table: str, year: int, using: str = "default"):
        self.table, self.year, self.using = table, year, using
        self.name = f"{table}_y{year}"
        self.start, self.end = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
        self._waits = False  # to be attached

    def is_new(self, *, alone: bool = False) -> bool:
        """No such partition, and no rows of the year in the default one. `alone`: nobody else makes one until the end
        of the transaction."""
        if alone:
            locks.hold(f"partitions {self.table}")
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                f"SELECT to_regclass(%s) IS NULL AND NOT EXISTS "
                f'(SELECT 1 FROM "{self.table}_rest" WHERE month >= %s AND month < %s)',
                [f'"{self.name}"', self.start, self.end],
            )
            return cursor.fetchone()[0]

    @contextmanager
    def filled(self) -> Iterator[str]:
        """The name of the table to fill, inside a transaction: a bare one that is indexed and checked afterwards, or
        the ledger itself when somebody else has made the year first."""
        if not self.is_new(alone=True):
            yield self.table
            return
        with connections[self.using].cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
            cursor.execute(
                f'CREATE TABLE "{self.name}" (LIKE "{self.table}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS, '
                f"CONSTRAINT year CHECK (month >= '{self.start}' AND month < '{self.end}'))"
            )
        yield self.name
        with connections[self.using].cursor() as cursor:
            for one in references.of_table(self.table):
                if one.is_broken(cursor, self.name):
                    raise IntegrityError(f"{self.name}: {one.column} names what is not in {one.other}")
            for statement in self._indexes(cursor):
                cursor.execute(statement)
        self._waits = True

    def attach(self) -> None:
        """The last word of a transaction, after all years were filled: until its end nobody else reads the default
        partition, which every question without a month does."""
        if not self._waits:
            return
        with connections[self.using].cursor() as cursor:
            partitions.attach(cursor, self.table, self.name, self.year, partitions.PATIENCE_OF_JOBS)
            cursor.execute(f'ALTER TABLE "{self.name}" DROP CONSTRAINT year')
            cursor.execute(f'ANALYZE "{self.name}"')
        self._waits = False

    def _indexes(self, cursor) -> list[str]:
        """Keys and indexes as the whole table has them, so that attaching finds nothing left to build: while it
        builds, nobody could read the ledger. Foreign keys are checked set-wise when they are added."""
        cursor.execute(
            "SELECT contype, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f') ORDER BY contype DESC",
            [f'"{self.table}"'],
        )
        made = [f'ALTER TABLE "{self.name}" ADD {definition}' for _kind, definition in cursor.fetchall()]
        cursor.execute(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass "
            "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)",
            [f'"{self.table}"'],
        )
        for (definition,) in cursor.fetchall():
            made.append(re.sub(r"INDEX \S+ ON (ONLY )?\S+", f'INDEX ON "{self.name}"', definition, count=1))
        return made
