"""Which lines of a block need a closer look before they are taken for data."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute

from common.arrow import flags
from common.tables import header
from common.tables.values import is_blank


def certain(
    lines: int,
    places: np.ndarray,
    cells: Mapping[int, pa.StringArray],
    beyond: Iterable[int],
    title: Any,
) -> np.ndarray:
    """For each line whether it is data whatever stands before it, if that is not blank: as wide as most, nothing
    in the columns `beyond` the titles, and a first cell that is neither blank, nor the title, nor a total's."""
    sure = _begin_a_row(cells[0], title)
    for place in beyond:
        sure &= flags(compute.equal(cells[place], ""))
    found = np.zeros(lines, bool)
    found[places] = sure
    return found


def _begin_a_row(first: pa.StringArray, title: Any) -> np.ndarray:
    """Running numbers do; other texts are asked, each once."""
    sure = flags(compute.ascii_is_decimal(first))
    others = np.flatnonzero(~sure)
    if len(others):
        distinct = first.take(pa.array(others)).dictionary_encode()
        answers = [not (is_blank(text) or header.is_total(text)) for text in distinct.dictionary.to_pylist()]
        sure[others] = np.array(answers, bool)[distinct.indices.to_numpy()]
    return sure if title is None else sure & flags(compute.not_equal(first, str(title)))


def doubtful(sure: np.ndarray, after_blank: Callable[[], bool]) -> Iterator[int]:
    """The other lines in their order, and each that is found to follow a blank one: those are sure no more."""
    following = 0
    for place in np.flatnonzero(~sure).tolist():
        if place < following:
            continue
        yield place
        following = place + 1
        while after_blank() and following < len(sure):
            sure[following] = False
            yield following
            following += 1


def mask(kept: np.ndarray) -> pa.BooleanArray:
    return pa.array(kept)
