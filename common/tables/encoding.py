"""In which encoding a text file was written, and what parts its columns.

Offices of the union send UTF-8, UTF-16 (Excel's "Unicode text"), windows-1251, and from older systems
KOI8-R and cp866. The three one-byte Cyrillic tables are told apart by how often Russian and Kyrgyz letters
occur, since each of them turns any bytes into some letters.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import charset_normalizer

from common.tables import errors

SAMPLE = 256 * 1024
TASTE = 64 * 1024
LOST = "\ufffd"  # stands where bytes are no letters
STRAY = 50  # fewer zero bytes than one in so many are damage and no encoding
LONGEST = 4 * 1024 * 1024  # bytes in which a line has to end
DELIMITERS = ";\t,|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CYRILLIC = ("cp1251", "koi8-r", "cp866")

# Letters per thousand of running Russian and Kyrgyz text; what is not listed is as good as absent.
_FREQUENCY = {
    **dict(zip("оеаинтсрвл", (105, 80, 90, 75, 68, 58, 50, 50, 42, 44), strict=True)),
    **dict(zip("кмдпуяызбгч", (40, 32, 30, 26, 30, 18, 24, 17, 16, 19, 14), strict=True)),
    **dict(zip("йхжшюцщэфъёь", (12, 10, 10, 8, 6, 5, 4, 5, 3, 1, 1, 16), strict=True)),
}


def detect_encoding(source: BinaryIO) -> str:
    """Reads the file once from its start. Unreadable if it is no text."""
    source.seek(0)
    head = source.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    source.seek(0)
    start = source.read(SAMPLE)
    if start.count(0) * STRAY >= len(start) > 0:
        return _utf16_without_mark(start)
    source.seek(0)
    is_utf8, mixed, sample = _scan(source)
    if is_utf8:
        return "utf-8"
    try:
        return _one_byte(sample)
    except errors.Unreadable:
        if mixed:
            return _CYRILLIC[0]  # a line or two were spoiled: `decoded` marks what was lost in them
        raise


def _scan(source: BinaryIO) -> tuple[bool, bool, bytes]:
    """Is all of it UTF-8; do lines of UTF-8 stand between others; and the lines that tell the encoding, up to TASTE
    bytes: those that are not UTF-8, or where there are none, those that are more than ASCII."""
    wide, strange, rest = _Sample(), _Sample(), b""
    while chunk := source.read(SAMPLE):
        text, rest = _whole_lines(rest + chunk)
        _sort_lines(text, wide, strange)
        if strange.full:
            break
    _sort_lines(rest, wide, strange)
    mixed = bool(strange.lines and wide.lines)
    return not strange.lines, mixed, b"".join(strange.lines or wide.lines)[:SAMPLE]


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


def _whole_lines(data: bytes) -> tuple[bytes, bytes]:
    """What ends with a line, and the rest; a line without end is not waited for."""
    cut = data.rfind(b"\n") + 1
    return (data[:cut], data[cut:]) if cut or len(data) < LONGEST else (data, b"")


def _sort_lines(text: bytes, wide: _Sample, strange: _Sample) -> None:
    if _is_utf8(text) and (wide.full or text.isascii()):
        return
    for line in text.splitlines(keepends=True):
        if not line.isascii():
            (wide if _is_utf8(line) else strange).add(line)
        if strange.full:
            return


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


# Two Cyrillic letters in UTF-8, one after the other: in the one-byte tables such signs do not stand together.
# Written out, so that the engine looks for the first sign and does not try a group at every byte.
_UTF8_WORD = re.compile(rb"[\xd0-\xd3][\x80-\xbf][\xd0-\xd3][\x80-\xbf]")


def decoded(source: BinaryIO, name: str) -> Iterator[str]:
    """Pieces of text that end with a line, decoded from a one-byte encoding.

    Lines of UTF-8 between them, as when two files were put together, are read as such. A line that makes sense in
    neither way keeps the sign U+FFFD in place of what was lost.
    """
    rest = b""
    while chunk := source.read(SAMPLE):
        data, rest = _whole_lines(rest + chunk)
        if data:
            yield _decoded(data, name)
    if rest:
        yield _decoded(rest, name)


def _decoded(data: bytes, name: str) -> str:
    if not _UTF8_WORD.search(data):
        return data.decode(name, errors="replace")
    return "".join(_decoded_line(line, name) for line in data.splitlines(keepends=True))


def _decoded_line(line: bytes, name: str) -> str:
    if line.isascii() or _is_utf8(line):
        return line.decode("utf-8")
    if name in _CYRILLIC and _cyrillic_score(line, name) <= 0:
        return line.decode("utf-8", errors="replace")
    return line.decode(name, errors="replace")


def _utf16_without_mark(sample: bytes) -> str:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    name = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = sample[: len(sample) // 2 * 2].decode(name)
    except UnicodeDecodeError as error:
        raise errors.Unreadable() from error
    if "\0" in text or not _is_text(text):
        raise errors.Unreadable()
    return name


def _is_text(text: str) -> bool:
    strange = sum(1 for char in text if ord(char) < 32 and char not in "\t\r\n\f")
    return strange * 100 <= len(text)


def _one_byte(sample: bytes) -> str:
    if not _is_text(sample.decode("latin-1")):
        raise errors.Unreadable()
    scores = {name: _cyrillic_score(sample, name) for name in _CYRILLIC}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > 0:
        return best
    guess = charset_normalizer.from_bytes(sample).best()
    if guess is None:
        raise errors.Unreadable()
    return guess.encoding


def _cyrillic_score(sample: bytes, encoding: str) -> float:
    """Mean over the characters beyond ASCII: above nought for Russian and Kyrgyz words."""
    text = sample.decode(encoding, errors="replace")
    points, count, previous = 0.0, 0, " "
    for char, times in Counter(zip(" " + text, text, strict=False)).items():
        previous, letter = char
        if letter.isascii():
            continue
        count += times
        points += times * (_letter_points(letter) - 60 * (previous.islower() and letter.isupper()))
    return points / count if count else 0.0


def _letter_points(letter: str) -> float:
    if letter in "№«»–—“”\xa0":
        return 10
    return _FREQUENCY.get(letter.lower(), -60) - 12


def detect_delimiter(lines: Iterable[str]) -> str:
    """The sign that parts most rows into the same number of columns; a semicolon where none does."""
    text = "".join(lines)
    scores = {sign: _consistency(text, sign) for sign in DELIMITERS}
    best = max(scores, key=lambda sign: scores[sign])
    return best if scores[best] > 0 else ";"


def _consistency(text: str, sign: str) -> float:
    try:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign) if row)
    except csv.Error:
        return 0
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    # Decimal commas part a column or two in some rows only: steadiness weighs more than width.
    return (count / widths.total()) ** 2 * min(width, 20) ** 0.5
