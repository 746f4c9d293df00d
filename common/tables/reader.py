"""Opens a CSV or XLSX that someone has sent, as rows under a header, or says clearly why not.

    with open_table(upload, name=upload.name, expected=ALIASES) as table:
        for row in table.rows():
            row.number, row.values          # number as the spreadsheet shows it

CSV is read as a stream. A workbook is unpacked by its reader as a whole; `guard` bounds what that may cost.
"""

import csv
import io
import itertools
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import python_calamine

from common import formatting
from common.tables import encoding, errors, guard, header
from common.tables.guard import Limits
from common.tables.values import NumberOf1904, is_blank

HEAD_ROWS = 30  # a header stands within these
MAX_FIELD = 100_000
MAX_LINE = 1_000_000  # characters; two hundred columns of five thousand
MOST_LINES = 100  # in the cells of one row of a CSV
SHOWN, MOST_SHOWN = 200, 20_000  # characters of each cell of a damaged line, and of all of it
SKIPPED_LIMIT = 1_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER_FORMATS = (
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "GZIP"),
    (b"SQLite format", "SQLite"),
)
_MARKUP = (
    (b"<html", "HTML"),
    (b"<!doctype", "HTML"),
    (b"<table", "HTML"),
    (b"<?xml", "XML"),
    (b"{\n", "JSON"),
)


class Row(NamedTuple):
    """`number` counts lines of the sheet or file from 1; `values` stand in the order of the header.

    `damage`: "overflow" when something stands beyond the last title, as when a text with the delimiter was not quoted;
    "damaged_line" when a quotation mark opens and does not close, or a cell has no end: the values are parted
    by the delimiters alone then. `merged`: what merged cells of a workbook have to do with it.
    """

    number: int
    values: list[Any]
    damage: str = ""
    merged: header.Merged = header.NOT_MERGED


@dataclass
class OpenTable:
    """A table under its header. `rows()` may be called once."""

    file_format: str
    header: list[str]
    header_line: int
    places: dict[str, int]  # key of `expected` → column
    notes: dict[str, Any] = field(default_factory=dict)  # see `open_table`
    _rows: Iterator[Row] = field(default_factory=lambda: iter(()), repr=False)
    _closing: Any = field(default=None, repr=False)
    _share: Callable[[], float] = field(default=lambda: 0.0, repr=False)

    def rows(self) -> Iterator[Row]:
        return self._rows

    def records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """(line, {key of `expected`: value}); columns that nobody expects are left out."""
        for row in self._rows:
            yield row.number, {key: row.values[place] for key, place in self.places.items()}

    def share_read(self) -> float | None:
        """About which part of the file has been read, above 0 up to 1; None while nobody can say."""
        share = self._share()
        return min(share, 1.0) if share > 0 else None

    def when_closed(self, close: Callable[[], None]) -> None:
        """Closes what the caller opened, too."""
        self._closing = close

    def __enter__(self) -> "OpenTable":
        return self

    def __exit__(self, *_exc) -> None:
        if self._closing is not None:
            self._closing()


def open_table(
    source: BinaryIO | bytes | Path,
    *,
    expected: Mapping[str, Sequence[str]] | None = None,
    required: Sequence[str] = (),
    limits: Limits = Limits(),
) -> OpenTable:
    """Raises a TableError with code and message when the file is refused.

    `expected`: key → titles under which the column may stand, in any language; it finds the header under
    title lines, the right sheet, and the places of the columns. `required` keys must be there.
    `notes` may hold: encoding and delimiter; sheet, other_sheets and formulas (how many cells are
    calculated); skipped (lines of totals, numbering and remarks that were left out; complete after the last row).
    """
    stream, own = _stream(source)
    try:
        size = stream.seek(0, io.SEEK_END)
        if size > limits.max_bytes:
            raise errors.TooLarge(limit=formatting.file_size(limits.max_bytes))
        if size == 0:
            raise errors.Empty()
        opener = _workbook if _is_workbook(stream) else _csv_file
        table = opener(stream, size, expected or {}, limits)
        _require(table, expected or {}, required)
        table._closing = stream.close if own else None
        if table.file_format == "csv":
            table._share = lambda: stream.tell() / size
        return table
    except BaseException:
        if own:
            stream.close()
        raise


def raw_rows(source: BinaryIO | bytes | Path, *, sheet: str = "", limits: Limits = Limits()) -> Iterator[Row]:
    """Every line as it stands: no header is sought, nothing skipped. For tables that a mapping describes.

    `sheet`: its name in a workbook, by default the first visible one with cells. Raises a TableError as
    `open_table` does; `too_many_rows` and `unreadable` may come while rows are read.
    """
    stream, own = _stream(source)
    try:
        size = stream.seek(0, io.SEEK_END)
        if size > limits.max_bytes:
            raise errors.TooLarge(limit=formatting.file_size(limits.max_bytes))
        if size == 0:
            raise errors.Empty()
        lines = _workbook_lines(stream, size, sheet, limits) if _is_workbook(stream) else _csv_lines(stream)
        for count, row in enumerate(lines):
            if count > limits.max_rows:
                raise errors.TooManyRows(limit=limits.max_rows)
            yield row
    finally:
        if own:
            stream.close()


def _stream(source: BinaryIO | bytes | Path) -> tuple[BinaryIO, bool]:
    if isinstance(source, bytes):
        return io.BytesIO(source), True
    if isinstance(source, str | Path):
        return Path(source).open("rb"), True
    return source, False


def _is_workbook(stream: BinaryIO) -> bool:
    """By its first bytes, whatever its name says; refuses what is neither workbook nor text."""
    stream.seek(0)
    start = stream.read(4096)
    if start.startswith(b"PK"):
        return True
    if start.startswith(_OLE):
        stream.seek(0)
        if _ENCRYPTED in stream.read(16 * 1024**2):
            raise errors.EncryptedWorkbook()
        raise errors.OldWorkbook(found="XLS")
    for magic, found in _OTHER_FORMATS:
        if start.startswith(magic):
            raise errors.WrongFormat(found=found)
    markup = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for magic, found in _MARKUP:
        if markup.startswith(magic):
            raise errors.WrongFormat(found=found)
    return False


def looks_like_xml(stream: BinaryIO) -> bool:
    """By its first bytes; a page of a browser is not meant."""
    stream.seek(0)
    start = stream.read(256)
    stream.seek(0)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", errors="ignore").encode()
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return bare.startswith(b"<") and not bare.startswith((b"<html", b"<!doctype html", b"<table"))


def _require(table: OpenTable, expected: Mapping[str, Sequence[str]], required: Sequence[str]) -> None:
    missing = [key for key in required if key not in table.places]
    if missing:
        titles = formatting.join_list(expected[key][0] for key in missing)
        raise errors.WrongTemplate(missing=titles)


# --- the table under its header ---------------------------------------------------------------------


def _under_header(lines: Iterator[Row], expected, limits: Limits, file_format: str) -> OpenTable:
    head = list(itertools.islice(lines, HEAD_ROWS))
    found = header.find([row.values for row in head], expected, [row.merged.across for row in head])
    if found is None:
        raise errors.Empty()
    if len(found.titles) > limits.max_columns:
        raise errors.TooManyColumns(limit=limits.max_columns)
    notes: dict[str, Any] = {"skipped": []}
    rest = itertools.chain(head[found.last + 1 :], lines)
    rows = _data_rows(rest, len(found.titles), notes["skipped"], limits, head[found.last].values)
    first = next(rows, None)
    if first is None:
        raise errors.Empty()
    rows = itertools.chain([first], rows)
    return OpenTable(file_format, found.titles, head[found.last].number, found.places, notes, rows)


def _data_rows(
    lines: Iterator[Row], width: int, skipped: list[int], limits: Limits, titles: list[Any]
) -> Iterator[Row]:
    count, after_blank = 0, False
    for line in lines:
        number, cells, damage, merged = line
        for place in merged.across:  # right in a header; a value of a row belongs to one column
            cells[place] = None
        first = cells[0] if cells else None
        plain = first.__class__ is str and first.isdigit()  # as most first cells are: spares the closer looks
        if not plain:
            first = next((value for value in cells if not is_blank(value)), None)
            if first is None:
                after_blank = True
                continue
        fits = len(cells) == width
        if not damage and len(cells) > width and any(not is_blank(value) for value in cells[width:]):
            damage = "overflow"
        values = cells if fits else cells[:width] + [None] * (width - len(cells))
        if count == 0 or after_blank or (not plain and header.may_be_footer(first)):
            numbering = count == 0 and header.is_numbering(values)
            if numbering or _skip(values, after_blank, bool(damage)):
                if len(skipped) < SKIPPED_LIMIT:
                    skipped.append(number)
                continue
        if cells[0] == titles[0] and cells == titles:  # the header once more, as on each printed page
            skipped.append(number)
            continue
        count += 1
        if count > limits.max_rows:
            raise errors.TooManyRows(limit=limits.max_rows)
        after_blank = False
        yield line if fits else Row(number, values, damage, merged)


def _skip(values: list[Any], after_blank: bool, damaged: bool) -> bool:
    if damaged and all(is_blank(value) for value in values):
        return False
    return header.is_footer(values, after_blank)


# --- CSV --------------------------------------------------------------------------------------------


def _csv_file(stream: BinaryIO, _size: int, expected, limits: Limits) -> OpenTable:
    rows, notes = _decoded(stream)
    table = _under_header(rows, expected, limits, "csv")
    table.notes.update(notes)
    return table


def _csv_lines(stream: BinaryIO) -> Iterator[Row]:
    return _decoded(stream)[0]


def _decoded(stream: BinaryIO) -> tuple[Iterator[Row], dict[str, str]]:
    name = encoding.detect_encoding(stream)
    lines = _lines(stream, name)
    first = _first_lines(lines)
    stated = _stated_delimiter(first)
    telling = [line for line in first if len(line) < MAX_FIELD]
    delimiter = stated or encoding.detect_delimiter(telling)
    rows = _csv_rows(itertools.chain(first, lines), delimiter, _usual(telling, delimiter), 2 if stated else 1)
    return rows, {"encoding": name, "delimiter": delimiter}


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
                yield Row._make((number, [value or None for value in values], "", header.NOT_MERGED))
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


# --- XLSX -------------------------------------------------------------------------------------------


def _workbook(stream: BinaryIO, size: int, expected, limits: Limits) -> OpenTable:
    facts = guard.inspect(stream, size, limits)
    stream.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(stream)
        table = _best_sheet(book, _visible_sheets(book), expected, limits, facts)
    except python_calamine.PasswordError as error:
        raise errors.EncryptedWorkbook() from error
    except python_calamine.CalamineError as error:
        raise errors.Unreadable() from error
    if facts.formulas:
        table.notes["formulas"] = facts.formulas
    return table


def _visible_sheets(book) -> list[str]:
    return [
        meta.name
        for meta in book.sheets_metadata
        if meta.visible == python_calamine.SheetVisibleEnum.Visible
        and meta.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]


def _workbook_lines(stream: BinaryIO, size: int, wanted: str, limits: Limits) -> Iterator[Row]:
    facts = guard.inspect(stream, size, limits)
    stream.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(stream)
        for name in _visible_sheets(book):
            sheet = book.get_sheet_by_name(name)
            if sheet.start is not None and wanted in {"", name}:
                return _sheet_rows(sheet, facts)
    except python_calamine.PasswordError as error:
        raise errors.EncryptedWorkbook() from error
    except python_calamine.CalamineError as error:
        raise errors.Unreadable() from error
    raise errors.Empty()


def _best_sheet(book, names: list[str], expected, limits: Limits, facts: guard.WorkbookFacts) -> OpenTable:
    """The sheet whose header knows most of the expected titles; otherwise the first with rows."""
    best, found = None, 0
    for name in names:
        try:
            table = _under_header(_sheet_rows(book.get_sheet_by_name(name), facts), expected, limits, "xlsx")
        except errors.Empty:
            continue
        table.notes.update(sheet=name, other_sheets=[other for other in names if other != name])
        if best is None or len(table.places) > found:
            best, found = table, len(table.places)
        if not expected or found == len(expected):
            break
    if best is None:
        raise errors.Empty()
    return best


def _sheet_rows(sheet, facts: guard.WorkbookFacts) -> Iterator[Row]:
    """From the first line of the sheet, and from its first used column."""
    if sheet.start is None:
        return
    left, ranges = sheet.start[1], sheet.merged_cell_ranges or []
    merged = header.MergedCells(ranges, left, sheet.iter_rows() if ranges else ())
    valueless = facts.valueless.get(sheet.name, {})
    for line, values in enumerate(sheet.iter_rows()):
        cells = [None if value == "" else value for value in values]
        if facts.from_1904:
            cells = [NumberOf1904(one) if type(one) in (int, float) else one for one in cells]
        for column in valueless.get(line + 1, ()):
            if 0 <= column - left < len(cells):
                cells[column - left] = guard.NO_VALUE
        filled = merged.fill(line, cells)
        yield Row(line + 1, cells, "", filled)
