"""Opens a CSV or XLSX that someone has sent, as rows under a header, or says clearly why not.

    with open_table(upload, name=upload.name, expected=ALIASES) as table:
        for row in table.rows():
            row.number, row.values          # number as the spreadsheet shows it

CSV is read as a stream. A workbook is unpacked by its reader as a whole; `guard` bounds what that may cost.
"""

import io
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import python_calamine

from common import formatting
from common.tables import delimited, errors, guard, header, sheets
from common.tables.data_rows import DataRows
from common.tables.guard import Limits
from common.tables.row import Row
from common.tables.values import NumberOf1904

if TYPE_CHECKING:
    from common.tables.blocks import Block
    from common.tables.data_rows import Columns

HEAD_ROWS = 30  # a header stands within these
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


@dataclass
class OpenTable:
    """A table under its header. Its rows may be read once, by `rows`, `parts` or `records`."""

    file_format: str
    header: list[str]
    header_line: int
    places: dict[str, int]  # key of `expected` → column
    notes: dict[str, Any] = field(default_factory=dict)  # see `open_table`
    _parts: Iterator["Row | Columns"] = field(default_factory=lambda: iter(()), repr=False)
    _closing: Any = field(default=None, repr=False)
    _share: Callable[[], float] = field(default=lambda: 0.0, repr=False)

    def parts(self) -> Iterator["Row | Columns"]:
        """Rows, and where a large file is plain many of them at once."""
        return self._parts

    def rows(self) -> Iterator[Row]:
        for part in self._parts:
            if part.__class__ is Row:
                yield part
            else:
                yield from part.rows()

    def records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """(line, {key of `expected`: value}); columns that nobody expects are left out."""
        for row in self.rows():
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
    every_sheet: bool = False,
) -> OpenTable:
    """Raises a TableError with code and message when the file is refused.

    `expected`: key → titles under which the column may stand, in any language; it finds the header under
    title lines, the right sheet, and the places of the columns. `required` keys must be there.
    `every_sheet`: all sheets of a workbook that go on with the table are read, see `common.tables.sheets`.
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
        if _is_workbook(stream):
            table = _workbook(stream, size, expected or {}, limits, required if every_sheet else None)
        else:
            table = _csv_file(stream, size, expected or {}, limits)
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
        lines = (
            _workbook_lines(stream, size, sheet, limits)
            if _is_workbook(stream)
            else delimited.rows(stream)[0]
        )
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
    start = start.replace(b"\0", b"")  # UTF-16 without its mark
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return bare.startswith(b"<") and not bare.startswith((b"<html", b"<!doctype html", b"<table"))


def _require(table: OpenTable, expected: Mapping[str, Sequence[str]], required: Sequence[str]) -> None:
    missing = [key for key in required if key not in table.places]
    if missing:
        titles = formatting.join_list(expected[key][0] for key in missing)
        raise errors.WrongTemplate(missing=titles)


# --- the table under its header ---------------------------------------------------------------------


def _under_header(lines: Iterator["Row | Block"], expected, limits: Limits, file_format: str) -> OpenTable:
    head, lines = _head(lines)
    found = header.find([row.values for row in head], expected, [row.merged.across for row in head])
    if found is None:
        raise errors.Empty()
    if len(found.titles) > limits.max_columns:
        raise errors.TooManyColumns(limit=limits.max_columns)
    notes: dict[str, Any] = {"skipped": []}
    rest = itertools.chain(head[found.last + 1 :], lines)
    data = DataRows(head[found.last].values, len(found.titles), found.places, limits, notes["skipped"])
    parts = data.parts(rest)
    first = next(parts, None)
    if first is None:
        raise errors.Empty()
    parts = itertools.chain([first], parts)
    return OpenTable(file_format, found.titles, head[found.last].number, found.places, notes, parts)


def _head(lines: Iterator["Row | Block"]) -> tuple[list[Row], Iterator["Row | Block"]]:
    """The lines among which a header is sought, and all that follows them."""
    head: list[Row] = []
    for part in lines:
        if part.__class__ is not Row:
            return head, itertools.chain([part], lines)
        head.append(part)
        if len(head) == HEAD_ROWS:
            break
    return head, lines


# --- CSV --------------------------------------------------------------------------------------------


def _csv_file(stream: BinaryIO, _size: int, expected, limits: Limits) -> OpenTable:
    parts, notes = delimited.parts(stream)
    table = _under_header(parts, expected, limits, "csv")
    table.notes.update(notes)
    return table


# --- XLSX -------------------------------------------------------------------------------------------


def _workbook(
    stream: BinaryIO, size: int, expected, limits: Limits, required: Sequence[str] | None
) -> OpenTable:
    """`required`: None where only one sheet is to be read."""
    facts = guard.inspect(stream, size, limits)
    stream.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(stream)

        lines: dict[str, int] = {}

        def opened(name: str) -> OpenTable:
            sheet = book.get_sheet_by_name(name)
            lines[name] = sheet.end[0] + 1 if sheet.end else 0
            return _under_header(_sheet_rows(sheet, facts), expected, limits, "xlsx")

        table, places = _best_sheet(_visible_sheets(book), opened, expected, every=required is not None)
        if required is not None:
            _go_on(table, opened, places, lines, required, limits)
            table.notes["other_sheets"] += _hidden_sheets(book)
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


def _hidden_sheets(book) -> list[str]:
    """Never read, but named: old figures stand there, or what somebody has forgotten."""
    return [
        meta.name
        for meta in book.sheets_metadata
        if meta.visible != python_calamine.SheetVisibleEnum.Visible
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


def _best_sheet(
    names: list[str], opened: Callable[[str], OpenTable], expected, *, every: bool
) -> tuple[OpenTable, dict[str, dict[str, int]]]:
    """The sheet whose header knows most of the expected titles, otherwise the first with rows; and the places of the
    columns on each sheet that was looked at. A sheet that cannot be read stands in nobody's way if another can."""
    best, places, refused = None, {}, None
    for name in names:
        try:
            table = opened(name)
        except errors.TableError as error:
            refused = refused or (None if isinstance(error, errors.Empty) else error)
            continue
        places[name] = table.places
        table.notes.update(sheet=name, other_sheets=[other for other in names if other != name])
        if best is None or len(table.places) > len(best.places):
            best = table
        if not every and (not expected or len(best.places) == len(expected)):
            break
    if best is None or (refused and len(best.places) < 2):
        raise refused or errors.Empty()
    return best, places


def _go_on(
    best: OpenTable,
    opened: Callable[[str], OpenTable],
    places: Mapping[str, Mapping[str, int]],
    lines: Mapping[str, int],
    required: Sequence[str],
    limits: Limits,
) -> None:
    """Makes the table one of all sheets that belong to it, in the order of the workbook."""
    own, parts, before = replace(best, notes=dict(best.notes)), [], 0
    for name, height in lines.items():
        if name == best.notes["sheet"]:
            parts.append(sheets.Part(name, before, lambda: own))
        elif name in places and sheets.belongs(places[name], best.places, required):
            parts.append(sheets.Part(name, before, partial(opened, name)))
        before += height
    read = {part.name for part in parts}
    best.notes["other_sheets"] = [name for name, height in lines.items() if height and name not in read]
    if len(parts) > 1:
        best.notes |= {"sheets": [(part.name, part.before) for part in parts], "skipped": []}
        best._parts = sheets.joined(best, parts, limits.max_rows)


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
