"""Many rows at once: COPY on PostgreSQL, executemany on SQLite. Nothing is returned and no key is checked twice."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection, models


def load(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Puts rows of values, in the order of `names` (attribute names of fields), into the model's table.

    Values are texts, numbers, dates, UUIDs or None: moments and JSON are not prepared for SQLite.
    """
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with copying(cursor, f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(fields))
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places})",
            ([_AS_STORED.get(type(value), _itself)(value) for value in row] for row in rows),
        )


def load_plain(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[str | None]]) -> int:
    """The same for rows that are written already: every value is None or a text as the database spells it, without
    tab, backslash or line end. Spares the conversion of each value, which for a million rows is most of the work.

    The database takes rows in while `rows` makes the next ones. Returns how many there were.
    """
    columns = [connection.ops.quote_name(model._meta.get_field(name).column) for name in names]
    table, count, rows = connection.ops.quote_name(model._meta.db_table), 0, iter(rows)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            places = ", ".join(["%s"] * len(columns))
            insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
            while block := list(islice(rows, 10_000)):
                cursor.executemany(insert, block)
                count += len(block)
            return count
        with copying(cursor, f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            lines = ("\t".join(["\\N" if value is None else value for value in row]) for row in rows)
            while block := list(islice(lines, 500)):
                copy.write("\n".join(block) + "\n")
                count += len(block)
    return count


@contextmanager
def copying(cursor: Any, statement: str, params: Any = None) -> Iterator[Any]:
    """COPY whose errors are Django's: when the server goes away amid it, the work is interrupted and has not failed."""
    with cursor.db.wrap_database_errors, cursor.copy(statement, params) as copy:
        yield copy


def _itself(value: Any) -> Any:
    return value


# What Django's fields would make of these on SQLite, one call a value less.
_AS_STORED = {
    uuid.UUID: lambda value: value.hex,
    Decimal: lambda value: f"{value:f}",
    dt.date: dt.date.isoformat,
}


_UUID = models.UUIDField()


def key(value: Any) -> Any:
    """A UUID as this database compares it in SQL written by hand."""
    return _UUID.get_db_prep_value(value, connection)


def key_text(value: Any) -> str:
    """The same for `load_plain`."""
    return str(value) if connection.features.has_native_uuid_field else uuid.UUID(str(value)).hex


def work_memory(megabytes: int) -> None:
    """Lets the statements of this transaction sort and join that much in memory before they go to disk, and spares
    them the compiler: on a span of rows it takes longer than what it makes faster."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL work_mem = '{int(megabytes)}MB'; SET LOCAL jit = off")


def whole_tables() -> AbstractContextManager[None]:
    """Inside a transaction: statements that join most rows of both sides. PostgreSQL's planner takes freshly loaded
    rows for few and would look up the other side once for each of them.
    """
    return _without("enable_nestloop")


def sorted_groups() -> AbstractContextManager[None]:
    """Inside a transaction: statements that group so many rows that nearly each is a group of its own. Most files come
    nearly in the order of the groups; then a sort takes half the memory and little more than half the time of a hash.
    """
    return _without("enable_hashagg")


@contextmanager
def _without(way: str) -> Iterator[None]:
    """One of the ways in which PostgreSQL's planner may go about a statement."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {way} = off")
        yield
        cursor.execute(f"SET LOCAL {way} = on")
