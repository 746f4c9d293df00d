"""The one writer of tables: CSV and XLSX that open safely in any spreadsheet.

Text stays text: nothing in a cell becomes a formula or a link. None is an empty cell, a suppressed value is
"c" with a legend. The same rows give the same bytes.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop, pgettext

from common.formatting import language_of, rounded
from common.tables.columns import LEGEND, SUPPRESSED, SUPPRESSED_MARK, Column, Table

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MAX_SHEET_ROWS = 1_048_575  # of a worksheet, without the header
MAX_CELL_TEXT = 32_767
EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
CREATED = dt.datetime(2026, 1, 1)

_DANGEROUS = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_HEADER = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EDF2", "bottom": 1}

gettext_noop("yes"), gettext_noop("no")


def write(target: BinaryIO, table: Table, file_format: str, *, language: str | None = None) -> None:
    """Writes one table as "csv" or "xlsx"; ValueError on another format."""
    if file_format == "csv":
        for chunk in csv_chunks(table, language=language):
            target.write(chunk)
    elif file_format == "xlsx":
        write_xlsx(target, [table], language=language)
    else:
        raise ValueError(f"no such table format: {file_format!r}")


def to_bytes(table: Table, file_format: str, *, language: str | None = None) -> bytes:
    """The whole file in memory; for big tables give `write` a file."""
    target = io.BytesIO()
    write(target, table, file_format, language=language)
    return target.getvalue()


# --- CSV --------------------------------------------------------------------------------------------


def csv_chunks(table: Table, *, language: str | None = None, rows_per_chunk: int = 500) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, in chunks for a streaming answer.

    Semicolons and decimal commas for Kyrgyz and Russian, commas and points for English: what a spreadsheet
    set to that language opens by a double click.
    """
    language = language_of(language)
    buffer = io.StringIO(newline="")
    out = csv.writer(buffer, delimiter="," if language == "en" else ";", lineterminator="\r\n")
    buffer.write("\ufeff")
    with translation.override(language):
        legend = str(LEGEND) % {"mark": SUPPRESSED_MARK}
        out.writerow([safe_text(str(column.title)) for column in table.columns])
    suppressed = False
    for count, values in enumerate(table.values(), start=1):
        suppressed = suppressed or SUPPRESSED in values
        out.writerow([_csv_cell(*pair, language) for pair in zip(values, table.columns, strict=True)])
        if count % rows_per_chunk == 0:
            yield _drained(buffer)
    if suppressed:
        out.writerow([])
        out.writerow([legend])
    yield _drained(buffer)


def _drained(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode("utf-8")
    buffer.seek(0)
    buffer.truncate()
    return data


def safe_text(text: str) -> str:
    """An apostrophe before what a spreadsheet would calculate; plain numbers are left alone."""
    if _DANGEROUS.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def _csv_cell(value: Any, column: Column, language: str) -> str:
    if value is None:
        return ""
    if value is SUPPRESSED:
        return SUPPRESSED_MARK
    if isinstance(value, bool):
        return _yes_no(value, language)
    if column.kind != "text" and isinstance(value, int | float | Decimal):
        shown = str(value) if column.kind == "integer" else f"{rounded(value, column.places):f}"
        return shown if language == "en" else shown.replace(".", ",")
    if isinstance(value, dt.datetime):
        return f"{_local(value):%Y-%m-%d %H:%M}" if language == "en" else f"{_local(value):%d.%m.%Y %H:%M}"
    if isinstance(value, dt.date):
        return _csv_date(value, column, language)
    return safe_text(str(value))


def _csv_date(value: dt.date, column: Column, language: str) -> str:
    if column.kind == "month":
        return f"{value:%Y-%m}" if language == "en" else f"{value:%m.%Y}"
    return f"{value:%Y-%m-%d}" if language == "en" else f"{value:%d.%m.%Y}"


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value


def _yes_no(value: bool, language: str) -> str:
    with translation.override(language):
        return gettext("yes") if value else gettext("no")


# --- XLSX -------------------------------------------------------------------------------------------


def write_xlsx(
    target: BinaryIO, tables: list[Table], *, language: str | None = None, created: dt.datetime = CREATED
) -> None:
    """One sheet for each table, row by row in constant memory, then a sheet of titles, notes and legend.

    A table longer than a worksheet goes on in the next one. `created` stands in the file's properties.
    """
    language = language_of(language)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with translation.override(language), xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": created, "title": str(tables[0].title) if tables else ""})
        writer = _XlsxWriter(book, language)
        for table in tables:
            writer.add(table)
        writer.add_notes(tables)


class _XlsxWriter:
    def __init__(self, book: xlsxwriter.Workbook, language: str):
        self.book, self.language = book, language
        self.header = book.add_format(_HEADER)
        self.formats: dict[str, Any] = {}
        self.names: set[str] = set()
        self.suppressed = False

    def add(self, table: Table) -> None:
        sheet, line = None, 0
        for values in table.values():
            if sheet is None or line == MAX_SHEET_ROWS:
                sheet, line = self._sheet(table), 0
            line += 1
            for place, (value, column) in enumerate(zip(values, table.columns, strict=True)):
                self._cell(sheet, line, place, value, column)
        if sheet is None:
            self._sheet(table)

    def _sheet(self, table: Table):
        sheet = self.book.add_worksheet(self._name(str(table.title)))
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.columns_wide)
            sheet.write_string(0, place, str(column.title), self.header)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def _name(self, title: str) -> str:
        """Excel takes 31 characters, none of []:*?/\\, no quote at the ends, each name once."""
        base = re.sub(r"[\[\]:*?/\\]", " ", title).strip(" '") or pgettext("worksheet", "Table")
        name, count = base[:31], 1
        while name.casefold() in self.names:
            count += 1
            suffix = f" ({count})"
            name = base[: 31 - len(suffix)] + suffix
        self.names.add(name.casefold())
        return name

    def _cell(self, sheet, line: int, place: int, value: Any, column: Column) -> None:
        if value is None or value == "":
            return
        if value is SUPPRESSED:
            self.suppressed = True
            sheet.write_string(line, place, SUPPRESSED_MARK)
        elif isinstance(value, bool):
            sheet.write_string(line, place, _yes_no(value, self.language))
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(line, place, _local(value), self._format("dd.mm.yyyy hh:mm"))
        elif isinstance(value, dt.date):
            pattern = "mm.yyyy" if column.kind == "month" else "dd.mm.yyyy"
            sheet.write_datetime(line, place, value, self._format(pattern))
        elif column.kind != "text" and isinstance(value, int | float | Decimal):
            self._number(sheet, line, place, value, column)
        else:
            sheet.write_string(line, place, _cut(str(value)))

    def _number(self, sheet, line: int, place: int, value, column: Column) -> None:
        exact = Decimal(value) if column.kind == "integer" else rounded(value, column.places)
        if len(exact.as_tuple().digits) > EXACT_DIGITS:
            sheet.write_string(line, place, f"{exact:f}")
            return
        pattern = "#,##0" + ("." + "0" * column.places if column.places else "")
        sheet.write_number(
            line, place, exact, self._format(pattern + '" %"' if column.kind == "percent" else pattern)
        )

    def _format(self, pattern: str):
        if pattern not in self.formats:
            self.formats[pattern] = self.book.add_format({"num_format": pattern})
        return self.formats[pattern]

    def add_notes(self, tables: list[Table]) -> None:
        lines = [text for table in tables for text in (str(table.title), *map(str, table.notes)) if text]
        if self.suppressed:
            lines.append(str(LEGEND) % {"mark": SUPPRESSED_MARK})
        if not lines:
            return
        sheet = self.book.add_worksheet(self._name(pgettext("worksheet", "Notes")))
        wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        sheet.set_column(0, 0, 100)
        for line, text in enumerate(lines):
            sheet.write_string(line, 0, _cut(text), wrapped)


def _cut(text: str) -> str:
    """A cell holds no more; the sign at the end says that something is missing."""
    return text if len(text) <= MAX_CELL_TEXT else text[: MAX_CELL_TEXT - 1] + "…"
