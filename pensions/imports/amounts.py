"""A column of amounts at once: `cells.amount` for each text of an unusual form, one pass over all the others."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import compute

from common.arrow import flags

from .cells import GROUPED_AMOUNT, PLAIN_AMOUNT, RowProblem

_PLAIN, _GROUPED = f"^{PLAIN_AMOUNT}$", f"^{GROUPED_AMOUNT}$"


class AmountColumn(NamedTuple):
    """Texts as the database writes them, null where nothing stands; which are empty, and which were refused."""

    texts: pa.StringArray
    empty: np.ndarray
    refused: np.ndarray | None


def column(cells: pa.StringArray | None, read: Mapping[str, str | None]) -> AmountColumn | None:
    """None where the file has no such column. `read`: what a text means; RowProblem if that is no amount."""
    if cells is None:
        return None
    plain = compute.match_substring_regex(cells, _PLAIN)
    empty = flags(compute.equal(cells, ""))
    others = np.flatnonzero(~(flags(plain) | empty))
    refused = None
    if len(others) > 8:
        grouped = compute.match_substring_regex(cells, _GROUPED)
        if compute.any(grouped).as_py():
            bare = compute.replace_substring(compute.replace_substring(cells, " ", ""), "\u00a0", "")
            cells = compute.if_else(grouped, bare, cells)
            others = np.flatnonzero(~(flags(compute.or_(plain, grouped)) | empty))
    texts = compute.replace_substring(cells, ",", ".")
    if len(others):
        texts, refused = _one_by_one(cells, texts, others, read)
        empty = empty | flags(texts.is_null())
    return AmountColumn(_null_where(texts, empty), empty, refused)


def total(texts: pa.StringArray) -> Decimal:
    """The exact sum of amounts, none of which is null."""
    return compute.sum(texts.cast(pa.decimal128(20, 2))).as_py()


def _one_by_one(
    cells: pa.StringArray, texts: pa.StringArray, others: np.ndarray, read: Mapping[str, str | None]
) -> tuple[pa.StringArray, np.ndarray]:
    refused, found = np.zeros(len(cells), bool), []
    for index, value in zip(others.tolist(), cells.take(pa.array(others)).to_pylist(), strict=True):
        try:
            found.append(read[value])
        except RowProblem:
            found.append(None)
            refused[index] = True
    odd = np.zeros(len(cells), bool)
    odd[others] = True
    return compute.replace_with_mask(texts, pa.array(odd), pa.array(found, pa.string())), refused


def _null_where(texts: pa.StringArray, empty: np.ndarray) -> pa.StringArray:
    """The same texts with nulls, without writing them anew."""
    if not empty.any():
        return texts
    _valid, offsets, data = texts.buffers()
    valid = pa.py_buffer(np.packbits(~empty, bitorder="little").tobytes())
    return pa.StringArray.from_buffers(len(texts), offsets, data, valid, int(empty.sum()), texts.offset)
