"""Blocks of plain lines and single lines give the same rows, whatever the file."""

import io

import pytest

from common.tables import delimited, lines
from common.tables.errors import TableError
from common.tables.reader import open_table
from pensions.imports.columns import COLUMNS
from tests.support.dirty_files import dirty_file, in_small_pieces

SEEDS = 150


@pytest.fixture
def small_pieces(monkeypatch):
    in_small_pieces(monkeypatch)


def one_by_one(monkeypatch):
    monkeypatch.setattr(lines.Lines, "block", lambda *_args: None)


def told(data: bytes) -> tuple:
    """All that a table says of a file."""
    rows, notes, header = [], {}, []
    try:
        with open_table(data, expected=COLUMNS) as table:
            header, notes = table.header, table.notes
            rows.extend(table.rows())
    except TableError as error:
        return (error.code, str(error), rows, notes, header)
    return ("", "", rows, notes, header)


def lines_of(data: bytes) -> list:
    found = []
    try:
        found.extend(delimited.rows(io.BytesIO(data))[0])
    except TableError as error:
        found.append(str(error))
    return found


@pytest.mark.parametrize("seed", range(SEEDS))
def test_rows_are_the_same(seed, small_pieces, monkeypatch):
    data = dirty_file(seed)
    in_blocks, raw = told(data), lines_of(data)
    one_by_one(monkeypatch)
    assert told(data) == in_blocks
    assert lines_of(data) == raw
