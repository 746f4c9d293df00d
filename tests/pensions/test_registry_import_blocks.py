"""Columns and single rows of a work-record file come to the same staging, whatever the file."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.conf import settings

from accounts.enums import Role
from common.tables import encoding, lines
from common.tables.errors import TableError
from common.tables.reader import open_table
from pensions import generator
from pensions.imports import staging
from pensions.imports.columns import COLUMNS, REQUIRED
from pensions.imports.rows import RowReader, Setting, Staged
from pensions.imports.spells import Spell
from pensions.models import StagedRow, StagedSpell
from pensions.services import imports
from tests.support.dirty_files import dirty_file, in_small_pieces
from tests.support.registry import Registry

TODAY = dt.date(2026, 11, 27)
SEEDS = 150


@pytest.fixture
def small_pieces(monkeypatch):
    in_small_pieces(monkeypatch)


def staged(data: bytes, **setting) -> tuple:
    """All that reading makes of a file, and how many of its rows were read as columns."""
    rows, found, notes, many, reader = [], [], {}, 0, None
    setting = Setting(TODAY, "RUB", **setting)
    try:
        with open_table(data, expected=COLUMNS, required=REQUIRED[:2]) as table:
            notes, reader = table.notes, RowReader(setting, table.places)
            for block in staging._read(table, reader):
                columns = _tuples(block.columns)
                many += len(columns)
                rows += columns + [tuple(one) for one in block.rows]
                found += block.spells
    except TableError as error:
        notes = {**notes, "error": str(error)}
    rows.sort(key=lambda row: int(row[0]))
    told = reader and (found + reader.take_spells(), reader.sums, reader.unreadable)
    return (rows, notes, told), many


def _tuples(columns: list) -> list[tuple]:
    if not columns:
        return []
    count = len(columns[0])
    lists = [[one] * count if one is None or isinstance(one, str) else one.to_pylist() for one in columns]
    return list(zip(*lists, strict=True))


def one_by_one(monkeypatch) -> None:
    monkeypatch.setattr(lines.Lines, "block", lambda *_args: None)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_rows_spells_and_sums_are_the_same(seed, small_pieces, monkeypatch):
    data = dirty_file(seed)
    setting = {"employer_numbers": frozenset({"9977012343"}), "kind": ("original", "correction")[seed % 2]}
    setting["periods"] = seed % 5 == 0
    in_columns, _many = staged(data, **setting)
    one_by_one(monkeypatch)
    singly, none = staged(data, **setting)
    assert in_columns == singly
    assert none == 0
    for row in singly[0]:
        assert all(one is None or not set(one) & set("\t\\\r\n") for one in row), "COPY would take it amiss"


def test_pandas_stays_where_it_is():
    """Arrow would bring it in by itself: 43 MB in every process that has read a large file."""
    story = """
import sys, django; django.setup()
import pytest
from tests.pensions.test_registry_import_blocks import staged
from tests.support.dirty_files import dirty_file, in_small_pieces
in_small_pieces(pytest.MonkeyPatch())
many = sum(staged(dirty_file(seed))[1] for seed in range(12))
print(many, sorted({"pandas", "pyarrow"} & set(sys.modules)))
import pyarrow
assert pyarrow.table({"a": [1]}).to_pandas().a.sum() == 1, "whoever asks for it has it"
"""
    told = subprocess.run(
        [sys.executable, "-c", story], env=os.environ, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )  # fmt: skip
    many, loaded = told.stdout.split(maxsplit=1)
    assert int(many) > 50 and loaded.strip() == "['pyarrow']"


def test_many_rows_are_read_as_columns(small_pieces):
    """Else the comparison above would compare nothing."""
    counts = [
        (len(found[0]), many) for found, many in (staged(dirty_file(seed)) for seed in range(0, SEEDS, 3))
    ]
    assert sum(many for _rows, many in counts) > 0.15 * sum(rows for rows, _many in counts)


# --- in the database ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_large_file_is_staged_alike(house, run_jobs, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    employer = Registry().moscow_employer(house)
    data = generator.to_csv(generator.make(workers=260, wrong_share=0.03))
    assert len(data) > 2 * encoding.SAMPLE

    def told(content: bytes) -> tuple:
        run = imports.upload(
            by=house.user(Role.REGISTRY_OFFICIAL),
            employer=employer,
            registry_state="KG",
            content=content,
            name="2025.csv",
        )
        run_jobs()
        run.refresh_from_db()
        rows = StagedRow.objects.filter(run=run).order_by("number").values_list(*Staged._fields)
        spells = StagedSpell.objects.filter(run=run).order_by("number").values_list(*Spell._fields)
        return list(rows), list(spells), run.counts

    in_columns = told(data)
    one_by_one(monkeypatch)
    assert told(data + b"\r\n") == in_columns
    assert len(in_columns[0]) > 2_500
