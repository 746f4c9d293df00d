"""The printed report: tagged PDF (PDF/UA) by typst, with the tables and charts of the page."""

from common import documents
from common.kyrgyz import hyphenable

from .columns import kind, weight
from .words import ChartWords, Document, Paragraph, ids_apart

TEMPLATE = "reports/renderers/report.typ"


def render(document: Document) -> bytes:
    return documents.render(TEMPLATE, data_of(document), made_at=document.as_of)


def data_of(document: Document) -> dict:
    """What the template lays out: finished words and pictures."""
    return {
        "lang": document.language,
        "title": document.title,
        "period": document.period,
        "facts": [list(fact) for fact in document.facts],
        "notice": document.notice,
        "sections": [
            {
                "title": section.title,
                "blocks": [_block(block, document.language) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block, language: str) -> dict:
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
    block = ids_apart(block)
    columns = [(title, [row[place] for row in block.rows]) for place, title in enumerate(block.columns)]
    kinds = [kind(title, cells) for title, cells in columns]
    if "text" not in kinds:
        kinds[0] = "text"  # somebody takes the rest of the width
    return {
        "type": "table",
        "title": block.title,
        "columns": [_broken(title, language) for title in block.columns],
        "kinds": kinds,
        "weights": [weight(title, cells) for title, cells in columns],
        "rows": [[_broken(cell.text, language) for cell in row] for row in block.rows],
        "source": block.source,
    }


def _broken(text: str, language: str) -> str:
    """The typesetter breaks words of Russian and English by itself."""
    return hyphenable(text) if language == "ky" else text
