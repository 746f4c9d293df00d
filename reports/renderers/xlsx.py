"""A workbook: one sheet for each table, numbers as numbers, withheld ones as `c` with a legend."""

import io
from decimal import Decimal

from common.tables.columns import SUPPRESSED, Column, Table
from common.tables.writer import write_xlsx
from reports import content

from .words import Cell, Document, TableWords, ids_apart


def render(document: Document) -> bytes:
    target = io.BytesIO()
    write_xlsx(target, [facts_table(document), *tables(document)], language=document.language)
    return target.getvalue()


def facts_table(document: Document) -> Table:
    """Which edition this is: title, period, and the facts that prove it."""
    columns = [Column("what", document.title), Column("value", document.period)]
    return Table(columns, document.facts, title=document.title)


def tables(document: Document) -> list[Table]:
    """Every table of the report in its order, numbers as numbers."""
    return [
        _table(document, section.title, block)
        for section in document.sections
        for block in section.blocks
        if isinstance(block, TableWords)
    ]


def _table(document: Document, section: str, block: TableWords) -> Table:
    block = ids_apart(block)
    columns = [
        _column(place, title, [row[place] for row in block.rows]) for place, title in enumerate(block.columns)
    ]
    rows = [[_value(cell) for cell in row] for row in block.rows]
    notes = [note for note in (block.source, document.notice) if note]
    return Table(columns, rows, title=f"{section}: {block.title}", notes=notes)


def _column(place: int, title: str, cells: list[Cell]) -> Column:
    numbers = [cell for cell in cells if cell.number]
    if not numbers:
        return Column(
            str(place),
            title,
            width=min(60, max(12, *(len(cell.text) for cell in cells), len(title))) if cells else 20,
        )
    return Column(str(place), title, "decimal", digits=max(cell.digits for cell in numbers))


def _value(cell: Cell):
    if cell.kind == content.WITHHELD:
        return SUPPRESSED
    if cell.number:
        return round(Decimal(cell.number), cell.digits)
    return cell.text
