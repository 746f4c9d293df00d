"""Finds the header of a table that people made: under title lines, over two rows, with merged cells."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from common.tables import errors
from common.tables.values import is_blank, text

MERGED_LIMIT = 50_000
_FOOTER = re.compile(r"(итого|всего|бардыгы|жыйынтыгы?|жалпысынан|total|c:)\b", re.IGNORECASE)
_FOOTER_LETTERS = frozenset("ивбжtc")  # what the words above begin with


@dataclass(frozen=True)
class Header:
    """`last` is the place of its last row in the head; `places` the column of each expected key."""

    last: int
    titles: list[str]
    places: dict[str, int]


def normalise(title: Any) -> str:
    """What two spellings of one title have in common: letters and digits, lower case, ё as е."""
    return " ".join(re.findall(r"\w+", text(title).casefold().replace("ё", "е")))


def find(
    head: Sequence[Sequence[Any]],
    expected: Mapping[str, Sequence[str]],
    copies: Sequence[Collection[int]] = (),
) -> Header | None:
    """The header among the first rows; by expected titles, or else by its looks. None if all is blank.

    `copies`: for each of these rows the places to which a merged title reaches from the left.
    """
    known = {normalise(title): key for key, titles in expected.items() for title in titles}
    best, best_score = None, (0, 0)
    for last in range(len(head)):
        for first in (last, last - 1):
            if first < 0:
                continue
            titles = _titles(head[first : last + 1])
            keys = {known[name] for title in titles if (name := _known(title, known)) is not None}
            score = len(keys), len(set(titles))  # a line of groups above tells like titles apart
            if len(keys) > best_score[0] or (score > best_score and best and best[0] == last):
                best, best_score = (last, titles), score
    if best is None:
        best = _by_looks(head)
    return (
        None if best is None else Header(best[0], *_places(best[1], known, copies[best[0]] if copies else ()))
    )


def _titles(rows: Sequence[Sequence[Any]]) -> list[tuple[str, ...]]:
    """For each column the texts over it, from the top, each once."""
    width = max(map(len, rows))
    columns = ([text(row[place]) for row in rows if place < len(row)] for place in range(width))
    return [tuple(dict.fromkeys(part for part in column if part)) for column in columns]


def _known(title: tuple[str, ...], known: Mapping[str, str]) -> str | None:
    """The whole title if it is expected, else its lowest part."""
    names = [normalise(" ".join(title)), *(normalise(part) for part in reversed(title))]
    return next((name for name in names if name in known), None)


def _by_looks(head: Sequence[Sequence[Any]]) -> tuple[int, list[tuple[str, ...]]] | None:
    """The first row nearly as wide as the widest whose cells are all words, each different."""
    distinct = [len({text(value) for value in row if not is_blank(value)}) for row in head]
    if not any(distinct):
        return None
    for place, row in enumerate(head):
        words = [value for value in row if not is_blank(value)]
        if distinct[place] * 10 < max(distinct) * 6 or distinct[place] < len(words):
            continue
        if all(isinstance(value, str) and re.search(r"[^\W\d_]", value) for value in words):
            return place, _titles([row])
    place = next(place for place, count in enumerate(distinct) if count)
    return place, _titles([head[place]])


def _places(
    titles: list[tuple[str, ...]], known: Mapping[str, str], copies: Collection[int]
) -> tuple[list[str], dict[str, int]]:
    while titles and not titles[-1]:
        titles.pop()
    shown, places, twice = [" ".join(title) for title in titles], {}, []
    unclear = set()  # "accrued" under "pay" and under "contributions": a person says which is which
    for place, title in enumerate(titles):
        name = _known(title, known)
        if name is None:
            continue
        first = places.setdefault(known[name], place)
        if first == place or (place in copies and title == titles[place - 1]):
            continue
        if len(title) > 1 and normalise(shown[first]) != normalise(shown[place]):
            unclear.add(known[name])
        else:
            twice.append(shown[place])
    if twice:
        raise errors.AmbiguousTemplate(twice=", ".join(twice))
    return shown, {key: place for key, place in places.items() if key not in unclear}


def is_numbering(values: Sequence[Any]) -> bool:
    """The line 1 2 3 4 … that forms print under their header."""
    numbers = [text(value).strip("().") for value in values if not is_blank(value)]
    return len(numbers) > 2 and numbers == [str(place) for place in range(1, len(numbers) + 1)]


def may_be_footer(first: Any) -> bool:
    """Whether a line that begins so is worth a closer look."""
    return isinstance(first, str) and first.lstrip()[:1].casefold() in _FOOTER_LETTERS


def is_total(first: Any) -> bool:
    """Whether the first text of a line is that of a total or of our own legend."""
    return may_be_footer(first) and _FOOTER.match(first.lstrip()) is not None


def is_footer(values: Sequence[Any], after_blank: bool) -> bool:
    """A total, our own legend, or after an empty line a remark or signature in one or two cells."""
    first = next(value for value in values if not is_blank(value))
    if is_total(first):
        return True
    if not after_blank or len(values) < 4:
        return False
    return len({text(value) for value in values if not is_blank(value)}) <= 2


class Merged(NamedTuple):
    """What merged ranges did to a row: places filled from the left, and places whose value stands for several rows."""

    across: frozenset[int] = frozenset()
    down: frozenset[int] = frozenset()


NOT_MERGED = Merged()


class MergedCells:
    """Gives every cell of a merged range the value that stands in its corner. Rows must come in order.

    A row that has nothing but cells merged from above is a part of the row above, drawn high, and stays empty.
    `rows`: the sheet's rows, to see which have values of their own; `left` is its first column, counted from 0 as the
    ranges are.
    """

    def __init__(self, ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]], left: int, rows: Iterable):
        if len(ranges) > MERGED_LIMIT:
            raise errors.Unreadable()
        self._left, self._waiting = left, sorted(ranges, reverse=True)
        self._open: list[tuple[int, int, int, Any, bool]] = []
        lowest = max((bottom for (top, _), (bottom, _) in ranges if bottom > top), default=-1)
        self._own = [
            any(value not in (None, "") for value in row)
            for _line, row in zip(range(lowest + 1), rows, strict=False)
        ]

    def fill(self, line: int, values: list[Any]) -> Merged:
        """`line` counts from 0. Fills the values in place."""
        if not self._waiting and not self._open:
            return NOT_MERGED
        self._open = [item for item in self._open if item[0] >= line]
        while self._waiting and self._waiting[-1][0][0] <= line:
            (top, left), (bottom, right) = self._waiting.pop()
            place, last = left - self._left, min(right - self._left, len(values) - 1)
            if top == line and 0 <= place < len(values) and bottom >= line:
                shared = sum(self._own[top : bottom + 1]) > 1 if bottom > top else False
                self._open.append((bottom, place, last, values[place], shared))
        if line < len(self._own) and not self._own[line]:
            return NOT_MERGED
        across, down = set(), set()
        for _bottom, left, right, value, shared in self._open:
            for place in range(left, right + 1):
                if values[place] is None:
                    values[place] = value
                    if place > left:
                        across.add(place)
                if shared:
                    down.add(place)
        return Merged(frozenset(across), frozenset(down))
