"""Rows of a CSV: its encoding and delimiter found, read as a stream; damage stays in its line."""

import csv
import io
import itertools
from collections import Counter, deque
from collections.abc import Iterator
from typing import BinaryIO

from common.tables import encoding, errors
from common.tables.header import NOT_MERGED
from common.tables.row import Row

MAX_FIELD = 100_000
MAX_LINE = 1_000_000  # characters; two hundred columns of five thousand
MOST_LINES = 100  # in the cells of one row
SHOWN, MOST_SHOWN = 200, 20_000  # characters of each cell of a damaged line, and of all of it


def rows(stream: BinaryIO) -> tuple[Iterator[Row], dict[str, str]]:
    """Every line, blank ones too, and what was found out: encoding and delimiter."""
    name = encoding.detect_encoding(stream)
    lines = _lines(stream, name)
    first = _first_lines(lines)
    stated = _stated_delimiter(first)
    telling = [line for line in first if len(line) < MAX_FIELD]
    delimiter = stated or encoding.detect_delimiter(telling)
    usual, first_line = _usual(telling, delimiter), 2 if stated else 1
    found = _csv_rows(itertools.chain(first, lines), delimiter, usual, first_line)
    return found, {"encoding": name, "delimiter": delimiter}


def _first_lines(lines: Iterator[str]) -> list[str]:
    """Enough lines to tell the delimiter by."""
    found, size = [], 0
    for line in itertools.islice(lines, 200):
        found.append(line)
        size += len(line)
        if size > MAX_LINE:
            break
    return found


def _lines(stream: BinaryIO, name: str) -> Iterator[str]:
    stream.seek(0)
    number, unended = 0, False
    try:
        for line in _text_lines(stream, name):
            if unended:  # the rest of a line of which the beginning is damaged enough
                unended = not line.endswith(("\n", "\r"))
                continue
            number += 1
            unended = len(line) >= MAX_LINE and not line.endswith(("\n", "\r"))
            yield _without_zeros(line) if "\0" in line or "\x1a" in line else line
    except UnicodeError as error:
        raise errors.UnreadableAt(line=number + 1) from error


def _without_zeros(line: str) -> str:
    """A line of nothing else is what disks and old systems put behind the end of a text."""
    return line.replace("\0", encoding.LOST) if line.strip("\0\x1a\r\n \t") else "\n"


def _text_lines(stream: BinaryIO, name: str) -> Iterator[str]:
    if name.startswith(("utf-8", "utf-32")):
        text = io.TextIOWrapper(io.BufferedReader(_Borrowed(stream)), encoding=name, newline="")
        yield from iter(lambda: text.readline(MAX_LINE), "")
        return
    for text in encoding.decoded(stream, name):
        yield from io.StringIO(text, newline="")


class _Borrowed(io.RawIOBase):
    """Any object with `read`; stays open when the text layer above it goes away."""

    def __init__(self, stream: BinaryIO):
        self.stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self.stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


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


def _csv_rows(lines: Iterator[str], delimiter: str, usual: int, number: int) -> Iterator[Row]:
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
                return
        except csv.Error:
            pass
        cells = held[0][:MOST_SHOWN].rstrip("\r\n").split(delimiter)
        yield Row(number, [cell[:SHOWN] or None for cell in cells], "damaged_line")
        number += 1
        again.extendleft(reversed(held[1:]))
        held.clear()


def _held(lines: Iterator[str], again: deque[str], held: list[str]) -> Iterator[str]:
    for line in _first_of(again, lines):
        held.append(line)
        if len(line) >= MAX_LINE or len(held) > MOST_LINES:
            raise csv.Error("a line or a row without end")
        yield line


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
