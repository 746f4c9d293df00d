"""In which encoding a text file was written, and what parts its columns.

Offices of the union send UTF-8, UTF-16 (Excel's "Unicode text"), windows-1251, and from older systems
KOI8-R and cp866. The three one-byte Cyrillic tables are told apart by how often Russian and Kyrgyz letters
occur, since each of them turns any bytes into some letters.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable
from typing import BinaryIO

import charset_normalizer

from common.tables import errors

SAMPLE = 256 * 1024
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
    is_utf8, sample = _scan(source)
    if b"\0" in sample:
        return _utf16_without_mark(sample)
    if is_utf8:
        return "utf-8"
    return _one_byte(sample)


def _scan(source: BinaryIO) -> tuple[bool, bytes]:
    """Is all of it UTF-8; and the lines that are more than ASCII, up to SAMPLE bytes."""
    decoder, is_utf8, sample, size = codecs.getincrementaldecoder("utf-8")(), True, [], 0
    while chunk := source.read(SAMPLE):
        if is_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
        if size < SAMPLE:
            lines = [line for line in chunk.splitlines(keepends=True) if not line.isascii() or b"\0" in line]
            sample += lines
            size += sum(map(len, lines))
        elif not is_utf8:
            break
    if is_utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    return is_utf8, b"".join(sample)[:SAMPLE]


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
