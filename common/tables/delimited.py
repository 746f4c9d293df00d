"""Rows of a CSV: its encoding and delimiter found, read as a stream; damage stays in its line."""

import csv
import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from common.tables import encoding
from common.tables.header import NOT_MERGED
from common.tables.lines import MAX_LINE, Lines
from common.tables.row import Row

if TYPE_CHECKING:
    from common.tables.blocks import Block

MAX_FIELD = 100_000
FIRST_LINES = 200  # by which the delimiter is told
MOST_LINES = 100  # in the cells of one row
SHOWN, MOST_SHOWN = 200, 20_000  # characters of each cell of a damaged line, and of all of it


def rows(stream: BinaryIO) -> tuple[Iterator[Row], dict[str, str]]:
    """Every line, blank ones too, and what was found out: encoding and delimiter."""
    found, notes = parts(stream)
    return _single(found), notes


def parts(stream: BinaryIO) -> tuple[Iterator["Row | Block"], dict[str, str]]:
    """The same, but where a large file is plain its lines come in blocks."""
    name = encoding.detect_encoding(stream)
    lines = Lines(stream, name)
    first = _first_lines(lines)
    stated = _stated_delimiter(first)
    telling = [line for line in first if len(line) < MAX_FIELD]
    delimiter = stated or encoding.detect_delimiter(telling)
    usual, first_line = _usual(telling, delimiter), 2 if stated else 1
    lines.give_back(first)
    return _csv_rows(lines, delimiter, usual, first_line), {"encoding": name, "delimiter": delimiter}


def _single(found: Iterable["Row | Block"]) -> Iterator[Row]:
    for part in found:
        if part.__class__ is Row:
            yield part
        else:
            yield from map(part.row, range(len(part)))


def _first_lines(lines: Lines) -> list[str]:
    """Enough lines to tell the delimiter by."""
    found, size = [], 0
    for line in itertools.islice(lines, FIRST_LINES):
        found.append(line)
        size += len(line)
        if size > MAX_LINE:
            break
    return found


def _stated_delimiter(lines: list[str]) -> str | None:
    """Excel's own hint in a first line: sep=;"""
    if lines and lines[0].lstrip("\ufeff").lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return lines.pop(0).strip()[-1]
    return None


def _usual(lines: list[str], delimiter: str) -> int:
    """How many delimiters stand in most rows: as CSV has it, or by lines where a quotation mark hides rows."""
    by_lines = Counter(line.count(delimiter) for line in lines if delimiter in line)
    by_rows = Counter(width - 1 for width in encoding.widths(lines, delimiter) if width > 1)
    return max((counts.most_common(1)[0][0] for counts in (by_lines, by_rows) if counts), default=0)


def _csv_rows(lines: Lines, delimiter: str, usual: int, number: int) -> Iterator["Row | Block"]:
    """A quotation mark that opens and never closes would swallow the rows behind it, or join half of one with half of
    another: the line where it stands is given as damaged, and reading goes on with the next."""
    csv.field_size_limit(MAX_FIELD)
    held: list[str] = []  # the lines of the row that is being read
    again: deque[str] = deque()  # lines that were taken for a part of a row and are none
    while True:
        try:
            for values in csv.reader(_held(lines, again, held), delimiter=delimiter):
                if len(held) > 1 and _swallowed(held, len(values), delimiter, usual):
                    break
                yield Row._make((number, [value or None for value in values], "", NOT_MERGED))
                number += len(held)
                held.clear()
            else:
                while block := lines.block(delimiter, usual + 1, number):
                    yield block
                    number += len(block)
                if not lines.advance():
                    return
                continue
        except csv.Error:
            pass
        cells = held[0][:MOST_SHOWN].rstrip("\r\n").split(delimiter)
        yield Row(number, [cell[:SHOWN] or None for cell in cells], "damaged_line")
        number += 1
        again.extendleft(reversed(held[1:]))
        held.clear()


def _held(lines: Lines, again: deque[str], held: list[str]) -> Iterator[str]:
    """Ends where a piece of text ends with a row."""
    while True:
        for line in _first_of(again, lines.current):
            held.append(line)
            if len(line) >= MAX_LINE or len(held) > MOST_LINES:
                raise csv.Error("a line or a row without end")
            yield line
        if not held or not lines.advance():
            return


def _first_of(again: deque[str], lines: Iterator[str]) -> Iterator[str]:
    while again:
        yield again.popleft()
    yield from lines


def _swallowed(held: list[str], width: int, delimiter: str, usual: int) -> bool:
    """Whether a row over several lines holds other rows: its last line does not close the quotation mark, or there are
    delimiters enough for two. In a narrow table the text of a cell may hold as many."""
    if '"' not in held[-1]:
        return True
    enough = usual > 0 and sum(line.count(delimiter) for line in held) >= 2 * usual
    return enough and (usual > 2 or width != usual + 1)
