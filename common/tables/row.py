"""One line of a table that somebody sent."""

from typing import Any, NamedTuple

from common.tables.header import NOT_MERGED, Merged


class Row(NamedTuple):
    """`number` counts lines of the sheet or file from 1; `values` stand in the order of the header.

    `damage`: "overflow" when something stands beyond the last title, as when a text with the delimiter was not quoted;
    "damaged_line" when a quotation mark opens and does not close, or a cell has no end: the values are parted
    by the delimiters alone then. `merged`: what merged cells of a workbook have to do with it.
    """

    number: int
    values: list[Any]
    damage: str = ""
    merged: Merged = NOT_MERGED
