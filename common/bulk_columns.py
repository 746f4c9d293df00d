"""Rows that stand in columns of texts: one write for all of them, and no value touched by Python on PostgreSQL."""

import itertools
from collections.abc import Sequence

import pyarrow as pa
from django.db import connection, models
from pyarrow import compute

from .bulk import copying

Column = pa.Array | str | None


def load_columns(model: type[models.Model], names: Sequence[str], columns: Sequence[Column]) -> int:
    """What `bulk.load_plain` does, for columns in the order of `names`: a text or None stands for every row. Returns
    how many rows there were.
    """
    rows = next(len(column) for column in columns if isinstance(column, pa.Array))
    if not rows:
        return 0
    fields = ", ".join(connection.ops.quote_name(model._meta.get_field(name).column) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with copying(cursor, f"COPY {table} ({fields}) FROM STDIN") as copy:
                copy.write(_lines(columns))
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({fields}) VALUES ({places})", _tuples(columns, rows))
    return rows


def _lines(columns: Sequence[Column]) -> memoryview:
    """The texts of a column stand one behind the other in its memory: joined to lines, that is the text to send."""
    parts = [column if isinstance(column, pa.Array) else pa.scalar(column, pa.string()) for column in columns]
    parts[-1] = _joined(parts[-1], "", "\n")
    _valid, offsets, data = _joined(*parts, "\t").buffers()
    return memoryview(data)[: memoryview(offsets).cast("i")[-1]]


def _joined(*parts):
    return compute.binary_join_element_wise(*parts, null_handling="replace", null_replacement="\\N")


def _tuples(columns: Sequence[Column], rows: int):
    return zip(
        *(
            column.to_pylist() if isinstance(column, pa.Array) else itertools.repeat(column, rows)
            for column in columns
        ),
        strict=True,
    )
