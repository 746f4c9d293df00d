"""A table that people spread over several sheets of a workbook, as one sheet a month: read as one table.

Lines are counted on from sheet to sheet, so that each has one number. `notes["sheets"]` holds [name, lines before it]
of each sheet that is read, where there is more than one; `place` says a line's number as the spreadsheet shows it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from common.tables import errors
from common.tables.header import Merged, normalise
from common.tables.row import Row

Sheets = Sequence[tuple[str, int]]


class Part(NamedTuple):
    """`open_it` gives the sheet's table; `before` is how many lines stand on the sheets before it."""

    name: str
    before: int
    open_it: Callable[[], Any]


def belongs(places: Mapping[str, int], best: Mapping[str, int], required: Sequence[str]) -> bool:
    """Whether a sheet under this header goes on with the table: it has what is needed, or else the same columns."""
    return set(required) <= set(places) if required else places.keys() == best.keys()


def joined(best: Any, parts: Sequence[Part], most_rows: int) -> Iterator[Row]:
    """The rows of all parts in the columns of the best one; its notes take up what is skipped on each."""
    count = 0
    for part in parts:
        table = part.open_it()
        order = None if table.header == best.header else _order(best, table)
        for row in table.rows():
            count += 1
            if count > most_rows:
                raise errors.TooManyRows(limit=most_rows)
            values, merged = row.values, row.merged
            if order is not None:
                values, merged = _reordered(values, merged, order)
            yield Row(row.number + part.before, values, row.damage, merged)
        best.notes["skipped"] += [line + part.before for line in table.notes["skipped"]]


def _order(best: Any, table: Any) -> list[int | None]:
    """For each column of the best sheet the place where it stands on the other one."""
    titles = {normalise(title): place for place, title in reversed(list(enumerate(table.header)))}
    order = [titles.get(normalise(title)) if title else None for title in best.header]
    for key, place in best.places.items():
        order[place] = table.places.get(key)
    return order


def _reordered(
    values: Sequence[Any], merged: Merged, order: Sequence[int | None]
) -> tuple[list[Any], Merged]:
    down = frozenset(place for place, there in enumerate(order) if there in merged.down)
    return [None if there is None else values[there] for there in order], Merged(frozenset(), down)


def place(line: int, sheets: Sheets) -> tuple[str, int]:
    """The sheet on which a line stands ("" where only one was read) and its number there."""
    for name, before in reversed(sheets):
        if line > before:
            return name, line - before
    return "", line
