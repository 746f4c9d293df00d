"""The printed report: tagged PDF by typst, tables and charts as in the page."""

from pathlib import Path

from common import documents

from .words import ChartWords, Document, Paragraph

TEMPLATE = Path(__file__).parent / "report.typ"


def render(document: Document) -> bytes:
    files: dict[str, bytes] = {}
    data = {
        "title": document.title,
        "period": document.period,
        "facts": [list(fact) for fact in document.facts],
        "notice": document.notice,
        "sections": [
            {"title": section.title, "blocks": [_block(block, files) for block in section.blocks]}
            for section in document.sections
        ],
    }
    return documents.compile(TEMPLATE, data, language=document.language, files=files)


def _block(block, files: dict[str, bytes]) -> dict:
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "text": block.text}
    if isinstance(block, ChartWords):
        name = f"chart-{len(files) + 1}.svg"
        files[name] = block.drawn.svg.encode()
        return {
            "type": "chart",
            "title": block.title,
            "file": name,
            "alt": block.drawn.description,
            "source": block.source,
        }
    return {
        "type": "table",
        "title": block.title,
        "columns": block.columns,
        "numeric": [any(row[i].number for row in block.rows) for i in range(len(block.columns))],
        "rows": [[cell.text for cell in row] for row in block.rows],
        "source": block.source,
    }
