"""The printed report: tagged PDF (PDF/UA) by typst, with the tables and charts of the page."""

from common import documents

from .words import Cell, ChartWords, Document, Paragraph, TableWords

TEMPLATE = "reports/renderers/report.typ"


def render(document: Document) -> bytes:
    data = {
        "lang": document.language,
        "title": document.title,
        "period": document.period,
        "facts": [list(fact) for fact in document.facts],
        "notice": document.notice,
        "sections": [
            {"title": section.title, "blocks": [_block(block) for block in section.blocks]}
            for section in document.sections
        ],
    }
    return documents.render(TEMPLATE, data, made_at=document.as_of)


def _block(block) -> dict:
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "text": block.text}
    if isinstance(block, ChartWords):
        return {
            "type": "chart",
            "title": block.title,
            "svg": block.chart.svg(),
            "description": block.chart.description,
            "source": block.source,
        }
    numeric = [any(row[place].number for row in block.rows) for place in range(len(block.columns))]
    return {
        "type": "table",
        "title": block.title,
        "columns": block.columns,
        "kinds": ["number" if one else "text" for one in numeric],
        "weights": [_weight(block, place) for place in range(len(block.columns))],
        "rows": [[_printed(cell) for cell in row] for row in block.rows],
        "source": block.source,
    }


def _weight(block: TableWords, place: int) -> int:
    """Share of the width that a column of text deserves: by its longest cell, within bounds."""
    longest = max((len(row[place].text) for row in block.rows), default=0)
    return min(60, max(8, longest, len(block.columns[place])))


def _printed(cell: Cell) -> str:
    """The figure with the short id under which it can be traced on the site."""
    return f"{cell.text} [{cell.id}]" if cell.id else cell.text
