"""Looks at a workbook's archive before anything reads it: bombs, macros, passwords, other formats.

The readers that unpack it trust its table of contents and reserve a cell for every place between the first
and the last one used. So everything is unpacked here once, piece by piece, counted and thrown away.
"""

import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

from common.tables import errors, workbook

CHUNK = 256 * 1024
LOCAL_HEADER, DIRECTORY_END = 30, 22  # bytes, without names and comments
ZIP64_END, ZIP64_POINTER = 56, 20
IN_ZIP64 = 0xFFFF  # what the shorter record says where the longer one tells
LONGEST_COMMENT = 65_535
ENTRY_LIMIT = 2_000


@dataclass(frozen=True)
class Limits:
    """What a file may be. The defaults hold a year of contributions of ten thousand workers."""

    max_bytes: int = 50 * 1024**2
    max_rows: int = 200_000
    max_columns: int = 200
    max_unpacked: int = 500 * 1024**2
    max_ratio: int = 200
    max_cells: int = 12_000_000
    max_text: int = 500 * 1024**2

    @classmethod
    def of_settings(cls) -> "Limits":
        """What settings allow for uploads."""
        return cls(
            max_bytes=settings.UPLOAD_MAX_BYTES,
            max_unpacked=settings.UPLOAD_MAX_UNPACKED_BYTES,
            max_rows=settings.UPLOAD_MAX_ROWS,
        )


@dataclass(frozen=True)
class WorkbookFacts:
    """`valueless`: cells that hold a calculation error, or a formula of which no program has saved the result: sheet →
    line from 1 → columns from 0. Their reader gives them as empty. `from_1904`: days are counted from another day."""

    formulas: int
    valueless: dict[str, dict[int, list[int]]]
    from_1904: bool


NO_VALUE = "#VALUE!"
VALUELESS_LIMIT = 200_000


# A cell with its place; a formula; a cell that names a shared string; the end of a shared string.
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})(\d{1,9})["'](?![^>]*/>)""")
_ERROR = re.compile(rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']e["'])[^>]*?\br=["']([A-Z]{1,3})(\d{1,9})["'][^>]*>""")
_UNSAVED = re.compile(
    rb"""<(?:\w+:)?c\s(?![^>]*\bt=["']str["'])[^>]*?\br=["']([A-Z]{1,3})(\d{1,9})["'][^>/]*>\s*"""
    rb"""<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_SHARED = re.compile(rb"""\bt=["']s["'][^>]*>\s*<(?:\w+:)?v>(\d{1,9})<""")
_ITEM_END = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si/>")


def inspect(source: BinaryIO, size: int, limits: Limits) -> WorkbookFacts:
    """Raises a TableError unless the archive is an ordinary, harmless and whole XLSX within `limits`."""
    try:
        source.seek(0)
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            _check_directory(source, size, archive)
            _check_contents(entries, size, limits)
            return _unpack_once(source, entries, limits, workbook.of(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise errors.DamagedWorkbook() from error


def _check_directory(source: BinaryIO, size: int, archive: zipfile.ZipFile) -> None:
    """What the directory tells of each part stands before the part once more. The reader of the cells believes the
    directory alone, also in how many parts there are, and would leave out the rest."""
    source.seek(max(0, size - ZIP64_END - ZIP64_POINTER - DIRECTORY_END - LONGEST_COMMENT))
    tail = source.read()
    end = tail[tail.rfind(b"PK\5\6") :]
    count = int.from_bytes(end[10:12], "little")
    if count == IN_ZIP64:
        count = _count_in_zip64(tail, len(tail) - len(end))
    if count != len(archive.infolist()):
        raise errors.DamagedWorkbook()
    for entry in archive.infolist():
        source.seek(entry.header_offset)
        header = source.read(LOCAL_HEADER).ljust(LOCAL_HEADER)
        name = source.read(int.from_bytes(header[26:28], "little"))
        told = header[14:26] == struct.pack("<3I", entry.CRC, entry.compress_size, entry.file_size)
        elsewhere = header[6] & 0x8 or header[18:26] == b"\xff" * 8  # behind the part, or in its ZIP64 field
        if not header.startswith(b"PK\3\4") or name != _name(entry) or not (told or elsewhere):
            raise errors.DamagedWorkbook()


def _count_in_zip64(tail: bytes, end: int) -> int:
    """How many parts the longer record tells of, which stands with its pointer right before the end; -1 without one."""
    place = end - ZIP64_POINTER - ZIP64_END
    if place < 0 or tail[end - ZIP64_POINTER : end - ZIP64_POINTER + 4] != b"PK\6\7":
        return -1
    record = tail[place : place + ZIP64_END]
    return int.from_bytes(record[32:40], "little") if record.startswith(b"PK\6\6") else -1


def _name(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437")


def _check_contents(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > limits.max_unpacked or unpacked > limits.max_ratio * max(size, CHUNK):
        raise errors.ArchiveBomb()
    if packed > size or len(entries) > ENTRY_LIMIT:  # pieces that share bytes, or dust
        raise errors.ArchiveBomb()
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) != len(names) or any(entry.flag_bits & 0x1 for entry in entries):
        raise errors.Unreadable()
    if any("vbaproject" in name or "macrosheets/" in name or "dialogsheets/" in name for name in names):
        raise errors.MacroWorkbook()
    _check_kind(names)


def _check_kind(names: list[str]) -> None:
    if any(name.startswith("xl/workbook") and name.endswith(".bin") for name in names):
        raise errors.OldWorkbook(found="XLSB")
    if "xl/workbook.xml" in names:
        return
    if "content.xml" in names and "mimetype" in names:
        raise errors.OldWorkbook(found="ODF")
    found = "DOCX" if "word/document.xml" in names else "PPTX" if "ppt/presentation.xml" in names else "ZIP"
    raise errors.WrongFormat(found=found)


def _unpack_once(
    source: BinaryIO, entries: list[zipfile.ZipInfo], limits: Limits, book: workbook.Workbook
) -> WorkbookFacts:
    left = limits.max_unpacked
    sheets, strings = _Sheets(limits), _Strings()
    valueless = {}
    for entry in entries:
        name = entry.filename.lower()
        seen = checksum = 0
        for chunk in _unpacked(source, entry):
            seen += len(chunk)
            left -= len(chunk)
            if left < 0 or seen > 2 * entry.file_size + CHUNK:
                raise errors.ArchiveBomb()
            checksum = zlib.crc32(chunk, checksum)
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                sheets.feed(chunk)
            elif name == "xl/sharedstrings.xml":
                strings.feed(chunk)
            elif name == "[content_types].xml" and b"macroEnabled" in chunk:
                raise errors.MacroWorkbook()
        if seen != entry.file_size or checksum != entry.CRC:
            raise errors.DamagedWorkbook()
        valueless[book.sheets.get(name, "")] = sheets.end()
    if strings.weight(sheets.used) > limits.max_text:
        raise errors.ArchiveBomb()
    return WorkbookFacts(sheets.formulas, valueless, book.from_1904)


def _unpacked(source: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's bytes as they really are, whatever size its header claims."""
    source.seek(entry.header_offset)
    header = source.read(LOCAL_HEADER)
    source.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = entry.compress_size
    inflate = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    if inflate is None and entry.compress_type != zipfile.ZIP_STORED:
        raise errors.Unreadable()
    while left > 0:
        packed = source.read(min(CHUNK, left))
        if not packed:
            raise errors.DamagedWorkbook()
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, CHUNK)
            packed = inflate.unconsumed_tail


class _Sheets:
    """Counts of all worksheets, read in passing: used area, formulas, references to shared strings."""

    def __init__(self, limits: Limits):
        self.limits, self.formulas, self.used = limits, 0, Counter()
        self._begin()

    def _begin(self) -> None:
        self.tail, self.columns, self.last_row = b"", set(), 0
        self.valueless: dict[int, list[int]] = {}
        self.noted = 0

    def feed(self, chunk: bytes) -> None:
        """Counts whole cells; the last one, perhaps cut in two, waits for the next chunk."""
        text = self.tail + chunk
        cut = max(text.rfind(b"<c "), text.rfind(b":c "))
        if cut < 0 or len(text) - cut > CHUNK:
            cut = max(text.rfind(b"<"), 0)
        if len(text) - cut > 4 * CHUNK:
            raise errors.Unreadable()
        self.tail = text[cut:]
        self._count(text[:cut])

    def _count(self, text: bytes) -> None:
        cells = _CELL.findall(text)
        self.columns.update({column for column, _ in cells})
        self.last_row = max([self.last_row, *{int(row) for row in {row for _, row in cells}}])
        self.formulas += len(_FORMULA.findall(text))
        self.used.update(_SHARED.findall(text))
        for column, row in (*_ERROR.findall(text), *_UNSAVED.findall(text)):
            self.noted += 1
            if self.noted > VALUELESS_LIMIT:
                raise errors.Unreadable()
            self.valueless.setdefault(int(row), []).append(_column_number(column) - 1)

    def end(self) -> dict[int, list[int]]:
        self._count(self.tail)
        width = max((_column_number(name) for name in self.columns), default=0)
        if width * self.last_row > self.limits.max_cells:
            if width > self.limits.max_columns:
                raise errors.TooManyColumns(limit=self.limits.max_columns)
            raise errors.SheetTooLarge(last=self.last_row, limit=self.limits.max_cells // width)
        found = self.valueless
        self._begin()
        return found


class _Strings:
    """Sizes of the shared strings: one long string named by a million cells is a bomb too."""

    def __init__(self):
        self.sizes, self.open = [], 0

    def feed(self, chunk: bytes) -> None:
        start = 0
        for end in _ITEM_END.finditer(chunk):
            self.sizes.append(self.open + end.start() - start)
            self.open, start = 0, end.end()
        self.open += len(chunk) - start

    def weight(self, used: Counter) -> int:
        return sum(
            self.sizes[int(place)] * count for place, count in used.items() if int(place) < len(self.sizes)
        )


def _column_number(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number
