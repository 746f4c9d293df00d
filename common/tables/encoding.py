"""In which encoding a text file was written, and what parts its columns.

Offices of the union send UTF-8, UTF-16 (Excel's "Unicode text"), windows-1251, and from older systems
KOI8-R, cp866 and the Mac's own table: `cyrillic` tells those apart. Files put together from several are read line by
line, and damage stays in its line.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import charset_normalizer

from common.tables import cyrillic, errors, wide

SAMPLE = 256 * 1024
TASTE = 64 * 1024
LOST = "\ufffd"  # stands where bytes are no letters
LOOK = 4 * 1024  # bytes from which one line is judged
LONGEST = 4 * 1024 * 1024  # bytes in which a line has to end
DELIMITERS = ";\t,|"
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def detect_encoding(source: BinaryIO) -> str:
    """Reads the file once from its start. Unreadable if it is no text."""
    source.seek(0)
    head = source.read(4)
    marked = head.startswith(codecs.BOM_UTF8)  # says how the first part of a file was written
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    source.seek(0)
    start = source.read(SAMPLE).rstrip(b"\0")  # a disk fills its last block up
    turn = wide.turn(start, "")
    begins_wide = turn is None or turn.place == 0  # no file of one byte a sign before it
    if (
        not marked
        and begins_wide
        and start.count(0) * wide.STRAY >= len(start) > 0
        and (name := wide.without_mark(start))
    ):
        return name
    source.seek(0)
    found = _scan(source)
    if found.glued and not found.strange.lines:
        return cyrillic.TABLES[0]  # lines of UTF-8 are read as such
    if not found.strange.lines and not found.binary.lines:
        return "utf-8-sig" if marked else "utf-8"
    if not found.strange.lines and found.utf8.lines:
        return cyrillic.TABLES[0]
    try:
        return _one_byte(b"".join(found.strange.lines or found.binary.lines)[:SAMPLE])
    except errors.Unreadable:
        if found.utf8.lines:
            return cyrillic.TABLES[0]  # a line or two were spoiled: `decoded` marks what was lost in them
        raise


def _scan(source: BinaryIO) -> "_Found":
    """Up to TASTE bytes of lines of each sort."""
    found, rest = _Found(), b""
    while chunk := source.read(SAMPLE):
        text, rest = _whole_lines(rest + chunk)
        _sort_lines(text, found)
        found.glued = found.glued or wide.turn(text, "") is not None
        if found.strange.full:
            break
    _sort_lines(rest, found)
    found.glued = found.glued or wide.turn(rest, "") is not None
    return found


class _Sample:
    def __init__(self):
        self.lines, self.size = [], 0

    @property
    def full(self) -> bool:
        return self.size >= TASTE

    def add(self, line: bytes) -> None:
        if not self.full:
            self.lines.append(line)
            self.size += len(line)


class _Found:
    """Lines beyond ASCII: of UTF-8, of something else, and of what is no text at all. `glued`: a file of two bytes a
    sign was put behind."""

    def __init__(self):
        self.utf8, self.strange, self.binary = _Sample(), _Sample(), _Sample()
        self.glued = False


def _whole_lines(data: bytes, end: bytes = b"\n") -> tuple[bytes, bytes]:
    """What ends with a line, and the rest; a line without end is not waited for."""
    place = data.rfind(end)
    if place < 0:
        return (b"", data) if len(data) < LONGEST else (data, b"")
    return data[: place + len(end)], data[place + len(end) :]


def _sort_lines(text: bytes, found: _Found) -> None:
    if _is_utf8(text) and (found.utf8.full or text.isascii()):
        return
    for line in text.splitlines(keepends=True):
        if line.isascii():
            continue
        if _is_utf8(line):
            found.utf8.add(line)
        else:
            (found.strange if wide.is_text(line[:LOOK].decode("latin-1")) else found.binary).add(line)
        if found.strange.full:
            return


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


# Two Cyrillic letters in UTF-8, one after the other: in the one-byte tables such signs do not stand together.
# A table of what each byte may be and a search in that take a third of the time of a pattern.
_PLACE_IN_LETTER = bytes(1 if 0xD0 <= one <= 0xD3 else 2 if 0x80 <= one <= 0xBF else 0 for one in range(256))


def _has_utf8_word(data: bytes) -> bool:
    return b"\1\2\1\2" in data.translate(_PLACE_IN_LETTER)


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def decoded(source: BinaryIO, name: str) -> Iterator[str]:
    """Pieces of text that end with a line, decoded from a one-byte encoding or UTF-16.

    Lines of UTF-8 or of another Cyrillic table between them, as when files were put together, are read as such. A line
    that makes sense in no way keeps the sign U+FFFD in place of what was lost; so does one that makes as much sense in
    two tables, in place of each letter: nobody can tell what was meant.
    """
    for data, of_part in _parts(source, name):
        yield (_decoded_wide if of_part in wide.LINE_END else _decoded)(data, of_part)


def _parts(source: BinaryIO, name: str) -> Iterator[tuple[bytes, str]]:
    """Whole lines, and how they are written: that changes where files of one and of two bytes a sign were put together.
    A line in which another file begins ends there."""
    order = wide.order(source, name) if name.startswith("utf-16") else ""
    name, rest = cyrillic.TABLES[0] if order else name, b""
    while chunk := source.read(SAMPLE):
        rest += chunk
        while turn := wide.turn(rest, order):
            if turn.place:
                yield _ended(rest[: turn.place], order), order or name
            order, rest = turn.order, rest[turn.behind :]
        data, rest = _whole_lines(rest, wide.LINE_END.get(order, b"\n"))
        if data:
            yield data, order or name
    if rest:
        yield rest, order or name


def _ended(data: bytes, order: str) -> bytes:
    end = wide.LINE_END.get(order, b"\n")
    return data if data.endswith((end, b"\r")) else data + end


def _decoded(data: bytes, name: str) -> str:
    cyrillic_table = name in cyrillic.TABLES
    if not _has_utf8_word(data) and (not cyrillic_table or cyrillic.all_in(data, name)):
        return data.decode(name, errors="replace")
    lines = data.splitlines(keepends=True)
    strange = [line for line in lines if not _is_utf8(line)]
    tables = iter(cyrillic.tables(strange, name) if cyrillic_table else [name] * len(strange))
    return "".join(
        line.decode() if _is_utf8(line) else _decoded_line(line, next(tables), name) for line in lines
    )


def _decoded_line(line: bytes, table: str | None, usual: str) -> str:
    if table is None:
        return line.decode("utf-8" if _has_utf8_word(line) else usual, errors="replace")
    text = line.decode(table or usual, errors="replace")
    return text if table else _BEYOND_ASCII.sub(LOST, text)


def _decoded_wide(data: bytes, name: str) -> str:
    """A byte too many or too few shifts all that follow: then each line is read by itself."""
    end = wide.LINE_END[name]
    if len(data) % 2 == 0 and data.count(0) * wide.STRAY >= len(data):
        text = data.decode(name, errors="replace")
        if text.count("\n") == data.count(end):
            return text
    return "".join(_decoded_wide_line(line, name) for line in re.split(b"(?<=" + end + b")", data) if line)


def _decoded_wide_line(line: bytes, name: str) -> str:
    if line.count(0) * wide.STRAY < len(line):  # another file was put behind this one
        best, _score = cyrillic.best(line[:LOOK], cyrillic.TABLES[0])
        return _decoded(line, best)
    if len(line) % 2 == 0:
        return line.decode(name, errors="replace")
    end = wide.LINE_END[name]
    return line.removesuffix(end).decode(name, errors="replace") + LOST + ("\n" if line.endswith(end) else "")


def _one_byte(sample: bytes) -> str:
    if not wide.is_text(sample.decode("latin-1")):
        raise errors.Unreadable()
    best, score = cyrillic.best(sample, cyrillic.TABLES[0])
    if score > 0:
        return best
    guess = charset_normalizer.from_bytes(sample).best()
    if guess is None:
        raise errors.Unreadable()
    return guess.encoding


def detect_delimiter(lines: Iterable[str]) -> str:
    """The sign that parts most rows into the same number of columns; a semicolon where none does."""
    lines = list(lines)
    for count in (widths, _plain_widths):  # a quotation mark that is not closed hides all that follows
        scores = {sign: _consistency(count(lines, sign)) for sign in DELIMITERS}
        best = max(scores, key=lambda sign: scores[sign])
        if scores[best] > 0:
            return best
    return ";"


def widths(lines: Iterable[str], sign: str) -> list[int]:
    """Of each row the number of its cells; none where the lines are no CSV."""
    try:
        return [len(row) for row in csv.reader(lines, delimiter=sign) if row]
    except csv.Error:
        return []


def _plain_widths(lines: Iterable[str], sign: str) -> list[int]:
    return [line.count(sign) + 1 for line in lines]


def _consistency(widths: Iterable[int]) -> float:
    counts = Counter(widths)
    wide = {width: count for width, count in counts.items() if width > 1}
    if not wide:
        return 0
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    # Decimal commas part a column or two in some rows only: steadiness weighs more than width.
    return (count / counts.total()) ** 2 * min(width, 20) ** 0.5
