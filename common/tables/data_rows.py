"""Which lines under a header are data: blank lines, totals, remarks, numbering and repeated headers are left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.tables import errors, header
from common.tables.guard import Limits
from common.tables.row import Row
from common.tables.values import is_blank

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from common.tables.blocks import Block

SKIPPED_LIMIT = 1_000


@dataclass(frozen=True)
class Columns:
    """Many rows of data at once. `cells` by column of those at the lines `places` of the block, an empty cell as an
    empty text; `others` are the rows between them that had to be looked at one by one."""

    block: "Block"
    width: int
    places: "np.ndarray"
    cells: Mapping[int, "pa.StringArray"]
    others: Sequence[Row]

    def __len__(self) -> int:
        return len(self.places) + len(self.others)

    def numbers(self) -> "np.ndarray":
        """Of the rows at `places`."""
        return self.places + self.block.first

    def row(self, index: int) -> Row:
        """Of those at `places`, the one with this index."""
        row = self.block.row(self.places[index])
        return row if len(row.values) == self.width else row._replace(values=row.values[: self.width])

    def rows(self) -> Iterator[Row]:
        """All of them, in order."""
        index = 0
        for other in self.others:
            while index < len(self.places) and self.places[index] + self.block.first < other.number:
                yield self.row(index)
                index += 1
            yield other
        yield from map(self.row, range(index, len(self.places)))


class DataRows:
    """Takes the lines under a header in their order. `titles`: the cells of the header's last line; `width`: how many
    columns have a title; `places`: the columns that are asked for; `skipped` gets the numbers of lines left out."""

    def __init__(
        self,
        titles: list[Any],
        width: int,
        places: Mapping[str, int],
        limits: Limits,
        skipped: list[int],
    ):
        self._titles, self._width, self._limits, self._skipped = titles, width, limits, skipped
        self._wanted = {0, *places.values()}
        self._count, self._after_blank = 0, False

    def parts(self, lines: Iterable["Row | Block"]) -> Iterator[Row | Columns]:
        take = self._take
        for line in lines:
            if line.__class__ is Row:
                if (row := take(line)) is not None:
                    yield row
            elif line.width < self._width:
                yield from filter(None, map(take, map(line.row, range(len(line)))))
            elif len(columns := self._columns(line)):
                yield columns

    def _take(self, line: Row) -> Row | None:
        number, cells, damage, merged = line
        for place in merged.across:  # right in a header; a value of a row belongs to one column
            cells[place] = None
        first = cells[0] if cells else None
        plain = first.__class__ is str and first.isdigit()  # as most first cells are: spares the closer looks
        if not plain:
            first = next((value for value in cells if not is_blank(value)), None)
            if first is None:
                self._after_blank = True
                return None
        fits = len(cells) == self._width
        if not damage and len(cells) > self._width and any(not is_blank(one) for one in cells[self._width :]):
            damage = "overflow"
        values = cells if fits else cells[: self._width] + [None] * (self._width - len(cells))
        if self._count == 0 or self._after_blank or (not plain and header.may_be_footer(first)):
            numbering = self._count == 0 and header.is_numbering(values)
            if numbering or _skip(values, self._after_blank, bool(damage)):
                self._note(number)
                return None
        if cells[0] == self._titles[0] and cells == self._titles:  # once more, as on each printed page
            self._note(number)
            return None
        self._counted(1)
        self._after_blank = False
        return line if fits else Row(number, values, damage, merged)

    def _note(self, number: int) -> None:
        if len(self._skipped) < SKIPPED_LIMIT:
            self._skipped.append(number)

    def _counted(self, rows: int) -> None:
        self._count += rows
        if self._count > self._limits.max_rows:
            raise errors.TooManyRows(limit=self._limits.max_rows)

    # --- many at once -------------------------------------------------------------------------------

    def _columns(self, block: "Block") -> Columns:
        """Only lines that the closer looks of `_take` would pass are left to the columns; the others go through it, and
        so does the line behind a blank one."""
        from common.tables import doubts  # small files do without pyarrow

        beyond = range(self._width, block.width)
        places, cells = block.columns({*self._wanted, *beyond})
        certain = doubts.certain(len(block), places, cells, beyond, self._titles[0] if self._titles else None)
        if self._count == 0 or self._after_blank:
            certain[0] = False
        others = []
        for place in doubts.doubtful(certain, lambda: self._after_blank):
            if (row := self._take(block.row(place))) is not None:
                others.append(row)
        kept = certain[places]
        if not kept.all():
            cells = {place: column.filter(doubts.mask(kept)) for place, column in cells.items()}
            places = places[kept]
        self._counted(len(places))
        return Columns(block, self._width, places, cells, others)


def _skip(values: list[Any], after_blank: bool, damaged: bool) -> bool:
    if damaged and all(is_blank(value) for value in values):
        return False
    return header.is_footer(values, after_blank)
