"""Text of two bytes a sign (UTF-16) and more: found without its mark, told from what was put before or behind it."""

import codecs
import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, NamedTuple

from common.tables import errors

STRAY = 50  # fewer zero bytes than one in so many are damage and no encoding
LINE_END = {"utf-16-le": b"\n\0", "utf-16-be": b"\0\n"}
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_WIDE = 5  # more zero bytes than one in so many are no damage
_FAR = 10  # more far signs than one in so many: no text of this region
_TASTE = 256  # bytes from which a part is judged: it may be short
_TRIED = 20  # lines with zero bytes that may begin a part, of one piece
_MARK = re.compile(b"|".join(map(re.escape, _MARKS)))
# Bytes without a zero: no line of ours goes on so long without a space, a digit or a separator.
_LONGEST_WORD = 200


def order(source: BinaryIO, name: str) -> str:
    """Which byte stands first; the source stands behind the mark then, where there is one."""
    mark = source.read(2)
    if mark in _MARKS:
        return _MARKS[mark]
    source.seek(0)
    return name


def without_mark(sample: bytes) -> str:
    """The name if it makes sense; none where a few zero bytes are damage. Unreadable if there are many and none."""
    if name := _utf32(sample):
        return name
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = sample[: len(sample) // 2 * 2].decode(name, errors="replace")
    far = sum(1 for char in text if char > "\u2fff")  # bytes of two letters taken for one sign
    if "\0" not in text and is_text(text) and far * _FAR <= len(text):
        return name
    if (even + odd) * _WIDE < len(sample):
        return ""
    raise errors.Unreadable()


def _utf32(sample: bytes) -> str:
    """Two of four bytes are zero in every sign of our scripts."""
    zeros = [sample[place::4].count(0) * 4 for place in range(4)]
    for name, places in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
        if all(zeros[place] * STRAY >= len(sample) * (STRAY - 1) for place in places):
            return name
    return ""


def is_text(text: str) -> bool:
    strange = sum(1 for char in text if ord(char) < 32 and char not in "\t\r\n\f")
    return strange * 100 <= len(text)


# --- files put together ------------------------------------------------------------------------------


class Turn(NamedTuple):
    """Where another part of a file begins: its first byte, the one behind its mark, and its order; "" where it is not
    of two bytes a sign."""

    place: int
    behind: int
    order: str


def turn(data: bytes, now: str) -> Turn | None:
    """The first place at which the order is no longer that of `now`, "" for text of one byte a sign."""
    return _end(data, now) if now else _beginning(data)


def _beginning(data: bytes) -> Turn | None:
    if b"\0" not in data:
        return None
    marks = (one for one in _MARK.finditer(data) if _order_at(data, one.end()) == _MARKS[one[0]])
    mark = next(marks, None)
    line_of_mark = len(data) if mark is None else data.rfind(b"\n", 0, mark.start()) + 1
    for place in islice(_lines_with_zeros(data, line_of_mark), _TRIED):
        if name := _order_at(data, place):
            return Turn(place, place, name)
    return None if mark is None else Turn(mark.start(), mark.end(), _MARKS[mark[0]])


def _lines_with_zeros(data: bytes, until: int) -> Iterator[int]:
    """Where they begin."""
    zero = data.find(b"\0", 0, until)
    while zero >= 0:
        yield data.rfind(b"\n", 0, zero) + 1
        following = data.find(b"\n", zero, until)
        zero = data.find(b"\0", following, until) if following >= 0 else -1


def _order_at(data: bytes, place: int) -> str:
    sample = data[place : place + _TASTE]
    if sample.count(0) * STRAY < len(sample) or not sample:
        return ""
    try:
        name = without_mark(sample)
    except errors.Unreadable:
        return ""
    return name if name in LINE_END else ""


def _end(data: bytes, now: str) -> Turn | None:
    """A part of one byte a sign, or one with a mark of its own: both begin behind a line, or behind the last sign of
    one that does not end."""
    narrow, mark = _narrow(data), re.search(rb"\n\0?(\xff\xfe|\xfe\xff)", data)
    if mark and (narrow is None or mark.start() < narrow):
        return Turn(mark.start(1), mark.end(), _MARKS[mark[1]])
    if narrow is None:
        return None
    line = data.rfind(LINE_END[now], 0, narrow + 2)
    place = line + 2 if line >= 0 else narrow
    return Turn(place, place, "")


def _narrow(data: bytes) -> int | None:
    """Where no zero byte stands any more for longer than a word is."""
    for place in range(0, len(data) - _LONGEST_WORD, _LONGEST_WORD):
        if data.find(b"\0", place, place + _LONGEST_WORD) < 0:
            return data.rfind(b"\0", 0, place) + 1
    return None
