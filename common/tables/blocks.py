"""Plain lines of a CSV, thousands at once, as columns. What they mean is written in `delimited`: this reads the same
faster, and only where nothing is quoted."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from pyarrow import csv

from common.tables.row import Row

LONGEST = 100_000  # bytes of a line that is plain
_NOT_PLAIN = ('"', "\0", "\x1a", "\ufeff")
_LINE_END, _RETURN = 10, 13


def plain(text: str) -> bytes:
    """The text in UTF-8 if each of its lines can be parted by its delimiters alone; nothing otherwise."""
    if not text or any(sign in text for sign in _NOT_PLAIN):
        return b""
    data = text.encode()
    if not data.endswith(b"\n"):
        data += b"\n"
    signs = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(signs == _LINE_END)
    if np.diff(ends, prepend=-1).max() > LONGEST:
        return b""
    returns = np.count_nonzero(signs == _RETURN)
    return data if not returns or returns == np.count_nonzero(signs[ends - 1] == _RETURN) else b""


class Block:
    """Lines as `plain` gives them. `width`: the cells of most of them; `first`: the number of the first line."""

    def __init__(self, data: bytes, delimiter: str, width: int, first: int):
        self.width, self.first = width, first
        self._data, self._delimiter = data, delimiter
        self._ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _LINE_END)

    def __len__(self) -> int:
        return len(self._ends)

    def row(self, place: int) -> Row:
        """One line, as the reading of single lines gives it; `place` counts from 0."""
        start = self._ends[place - 1] + 1 if place else 0
        line = self._data[start : self._ends[place]].removesuffix(b"\r").decode()
        values = [value or None for value in line.split(self._delimiter)] if line else []
        return Row(self.first + int(place), values)

    def columns(self, wanted: Iterable[int]) -> tuple[np.ndarray, dict[int, pa.StringArray]]:
        """The places of the lines that are as wide as most, and their cells by column; empty cells are empty texts.

        A blank line is one of empty cells.
        """
        names = [str(place) for place in range(self.width)]
        chosen = [names[place] for place in sorted(set(wanted))]
        others: list[int] = []

        def note(row: csv.InvalidRow) -> str:
            others.append(row.number - 1)
            return "skip"

        table = csv.read_csv(
            pa.BufferReader(self._data),
            csv.ReadOptions(use_threads=False, column_names=names, block_size=len(self._data)),
            csv.ParseOptions(
                delimiter=self._delimiter,
                quote_char=False,
                double_quote=False,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            csv.ConvertOptions(
                check_utf8=False, include_columns=chosen, column_types=dict.fromkeys(chosen, pa.string())
            ),
        )
        regular = np.ones(len(self), bool)
        regular[others] = False
        return np.flatnonzero(regular), {int(name): _whole(table[name]) for name in chosen}


def _whole(column: pa.ChunkedArray) -> pa.StringArray:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
