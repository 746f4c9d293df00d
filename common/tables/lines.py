"""The text of a CSV, piece by piece: as single lines, or as a whole block where nobody has to look at each of them."""

import codecs
import io
import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from common.tables import encoding, errors

if TYPE_CHECKING:
    from common.tables.blocks import Block

MAX_LINE = 1_000_000  # characters; two hundred columns of five thousand
BLOCK = 1_500_000  # bytes of a block; it ends with the piece that reaches it


class Lines:
    """`current` gives the lines of one piece of text; `advance` goes on to the next, `block` takes several at once.

    UnreadableAt where the text ends in bytes that are none.
    """

    def __init__(self, stream: BinaryIO, name: str):
        stream.seek(0)
        self._pieces = _pieces(stream, name)
        self._number, self._unended = 0, False
        self._ahead: str | None = None
        self._error: UnicodeError | None = None
        self.current: Iterator[str] = iter(())

    def __iter__(self) -> Iterator[str]:
        while True:
            yield from self.current
            if not self.advance():
                return

    def give_back(self, lines: list[str]) -> None:
        self.current = itertools.chain(lines, self.current)

    def advance(self) -> bool:
        """False behind the last line. To be called when `current` is exhausted."""
        piece = self._next()
        self._ahead = None
        # a chain, since a generator would be closed with whoever has read from it
        self.current = itertools.chain(self._lines(piece))
        if self._error and not piece:
            raise errors.UnreadableAt(line=self._number + 1) from self._error
        return bool(piece)

    def block(self, delimiter: str, width: int, first: int) -> "Block | None":
        """The next pieces as far as they are plain, if `width`, the number of cells in most lines, lets them be parted
        in columns. To be called when `current` is exhausted, between two rows."""
        if self._unended or width < 2 or delimiter not in encoding.DELIMITERS or not self._next():
            return None
        from common.tables import blocks  # small files do without pyarrow

        parts: list[bytes] = []
        while sum(map(len, parts)) < BLOCK and (data := blocks.plain(self._next())):
            parts.append(data)
            self._ahead = None
        if not parts:
            return None
        block = blocks.Block(b"".join(parts), delimiter, width, first)
        self._number += len(block)
        return block

    def _next(self) -> str:
        if self._ahead is None:
            try:
                self._ahead = _without_marks(next(self._pieces, ""))
            except UnicodeError as error:
                self._ahead, self._error = "", error
        return self._ahead

    def _lines(self, piece: str) -> Iterator[str]:
        for line in io.StringIO(piece, newline=""):
            if self._unended:  # the rest of a line of which the beginning is damaged enough
                self._unended = not line.endswith(("\n", "\r"))
                continue
            self._number += 1
            self._unended = len(line) >= MAX_LINE and not line.endswith(("\n", "\r"))
            yield _without_zeros(line) if "\0" in line or "\x1a" in line else line


def _without_marks(piece: str) -> str:
    """A mark of Unicode stands where another file was put behind one."""
    return re.sub("^\ufeff", "", piece, flags=re.MULTILINE) if "\ufeff" in piece else piece


def _without_zeros(line: str) -> str:
    """A line of nothing else is what disks and old systems put behind the end of a text."""
    return line.replace("\0", encoding.LOST) if line.strip("\0\x1a\r\n \t") else "\n"


def _pieces(stream: BinaryIO, name: str) -> Iterator[str]:
    """Whole lines, many at a time; of a line without end as much as `MAX_LINE`."""
    if not name.startswith(("utf-8", "utf-32")):
        yield from encoding.decoded(stream, name)
        return
    rest = ""
    for text in _strictly_decoded(stream, name):
        rest += text
        while place := _end_of_lines(rest):
            yield rest[:place]
            rest = rest[place:]
    if rest:
        yield rest


def _strictly_decoded(stream: BinaryIO, name: str) -> Iterator[str]:
    """UnicodeError where the text is damaged, after all that stands before it."""
    decoder = codecs.getincrementaldecoder(name)()
    more = True
    while more:
        data = stream.read(encoding.SAMPLE)
        more = bool(data)
        try:
            yield decoder.decode(data, not more)
        except UnicodeDecodeError as error:
            if name.startswith("utf-8"):
                yield error.object[: error.start].decode()
            raise


def _end_of_lines(text: str) -> int:
    place = text.rfind("\n") + 1
    if not place and len(text) > MAX_LINE:
        place = text.rfind("\r", 0, len(text) - 1) + 1 or MAX_LINE
    return place
