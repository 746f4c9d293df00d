"""Rows of the database as NumPy columns, millions at a time: binary COPY on PostgreSQL, a plain cursor on SQLite.

    columns = [Column("worker", "uuid", "p.worker_id"), Column("start", "day", "p.start_on")]
    for block in read(columns, "FROM pensions_employmentperiod p WHERE ...", params):
        block["worker_hi"], block["worker_lo"], block["start"]     # arrays of one length

A UUID comes as two unsigned halves, a day as its number since 1900-01-01, where NULL stands for LAST_DAY.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from common import bulk

ROWS = 100_000
FIRST = dt.date(1900, 1, 1)
LAST_DAY = 65_535
HEADER, TRAILER = 19, 2
HALF = (1 << 64) - 1
Block = dict[str, np.ndarray]

_BINARY = {"uuid": ">u8", "day": ">i4", "number": ">i4", "big": ">i8", "flag": "?"}
_NATIVE = {"uuid": np.uint64, "day": np.int32, "number": np.int32, "big": np.int64, "flag": np.bool_}
_POSTGRES = {
    "uuid": "{0}",
    "day": "least(coalesce({0} - DATE '1900-01-01', 65535), 65535)::int4",
    "number": "({0})::int4",
    "big": "({0})::int8",
    "flag": "({0})::bool",
}
_SQLITE = {
    "uuid": "{0}",
    "day": "min(coalesce(CAST(julianday({0}) - julianday('1900-01-01') AS INTEGER), 65535), 65535)",
    "number": "{0}",
    "big": "{0}",
    "flag": "{0}",
}


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: uuid, day, number (32 bits), big (64 bits) or flag; `sql` must never be NULL but for a day."""

    name: str
    kind: str
    sql: str

    @property
    def fields(self) -> list[str]:
        return [f"{self.name}_hi", f"{self.name}_lo"] if self.kind == "uuid" else [self.name]


def read(columns: Sequence[Column], rest: str, params: Sequence[Any] = ()) -> Iterator[Block]:
    """Blocks of rows of `SELECT columns rest`, in the order in which the database gives them."""
    postgres = connection.vendor == "postgresql"
    forms = _POSTGRES if postgres else _SQLITE
    select = f"SELECT {', '.join(forms[one.kind].format(one.sql) for one in columns)} {rest}"
    yield from (_copied if postgres else _fetched)(columns, select, list(params))


def moment(value: dt.datetime) -> Any:
    """A moment as a parameter of SQL written by hand."""
    return connection.ops.adapt_datetimefield_value(value)


def among(column: str, keys: Iterable[uuid.UUID] | None) -> tuple[str, list[Any]]:
    """Condition and parameters for "is one of these keys", however many; None asks for all."""
    if keys is None:
        return "", []
    if connection.vendor == "postgresql":
        return f" AND {column} = ANY(%s::uuid[])", [[str(key) for key in keys]]
    return f" AND {column} IN (SELECT value FROM json_each(%s))", [json.dumps([key.hex for key in keys])]


def halves(key: uuid.UUID) -> tuple[int, int]:
    return key.int >> 64, key.int & HALF


def whole(high: int, low: int) -> uuid.UUID:
    return uuid.UUID(int=high << 64 | low)


def _copied(columns: Sequence[Column], select: str, params: list[Any]) -> Iterator[Block]:
    layout: list[tuple[str, str]] = [("#", ">i2")]
    for one in columns:
        layout.append((f"#{one.name}", ">i4"))
        layout += [(name, _BINARY[one.kind]) for name in one.fields]
    row = np.dtype(layout)
    with (
        connection.cursor() as cursor,
        bulk.copying(cursor, f"COPY ({select}) TO STDOUT (FORMAT binary)", params) as copy,
    ):
        parts: list[Any] = []
        skip = HEADER
        for data in copy:
            parts.append(bytes(data))
            if len(parts) > ROWS:
                last = parts.pop()
                yield _unpacked(b"".join(parts)[skip:], row, columns)
                parts, skip = [last], 0
        rest = b"".join(parts)[skip:-TRAILER]
        if rest:
            yield _unpacked(rest, row, columns)


def _unpacked(data: bytes, row: np.dtype, columns: Sequence[Column]) -> Block:
    rows = np.frombuffer(data, row)
    return {name: rows[name].astype(_NATIVE[one.kind]) for one in columns for name in one.fields}


def _fetched(columns: Sequence[Column], select: str, params: list[Any]) -> Iterator[Block]:
    with connection.cursor() as cursor:
        cursor.execute(select, params)
        while rows := cursor.fetchmany(ROWS):
            yield _arrays(columns, list(zip(*rows, strict=True)))


def _arrays(columns: Sequence[Column], values: list[tuple]) -> Block:
    block: Block = {}
    for one, given in zip(columns, values, strict=True):
        kind = _NATIVE[one.kind]
        if one.kind == "uuid":
            numbers = [int(text, 16) for text in given]
            block[one.fields[0]] = np.array([value >> 64 for value in numbers], kind)
            block[one.fields[1]] = np.array([value & HALF for value in numbers], kind)
        else:
            block[one.name] = np.array(given, kind)
    return block
