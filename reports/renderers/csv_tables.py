"""The report's tables for programs: a ZIP with one CSV for each, since each has columns of its own."""

from common.archives import pack
from common.tables.writer import to_bytes

from .words import Document
from .xlsx import facts_table, tables


def render(document: Document) -> bytes:
    """`01.csv` … in the order of the report; `00.csv` says which edition it is, and each table's title and source."""
    found = {f"{number:02}.csv": table for number, table in enumerate(tables(document), start=1)}
    facts = facts_table(document)
    facts.rows = [
        *facts.rows,
        *((name, words) for name, table in found.items() for words in (table.title, *table.notes)),
    ]
    files = {"00.csv": facts, **found}
    return pack({name: to_bytes(table, "csv", language=document.language) for name, table in files.items()})
