"""The report for word processors: headings, tables with repeated header rows, pictures with their words."""

import io
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from common.archives import repack

from .columns import kind, weight
from .words import Cell, ChartWords, Document, Paragraph, TableWords, ids_apart

LANGUAGES = {"ky": "ky-KG", "ru": "ru-RU", "en": "en-GB"}
WIDTH = Mm(165)
PICTURE_DPI = 150
FONT = "Arial"  # in every word processor, with the letters of Kyrgyz
LETTER, CELL_MARGIN, TEXT = Mm(2.4), Mm(2), Mm(22)  # bold, of 10 points; the least that a column of text gets


def render(document: Document) -> bytes:
    """The same bytes for the same edition: times are the edition's, the archive's dates are fixed."""
    file = docx.Document()
    _prepare(file, document)
    file.add_heading(document.title, level=1)
    file.add_paragraph(document.period, style="Subtitle")
    if document.notice:
        file.add_paragraph(document.notice, style="Quote")
    for section in document.sections:
        file.add_heading(section.title, level=2)
        for block in section.blocks:
            _add(file, block)
    _facts(file, document)
    target = io.BytesIO()
    file.save(target)
    return repack(target.getvalue())


def _prepare(file: Any, document: Document) -> None:
    facts = file.core_properties
    facts.title, facts.subject, facts.language = document.title, document.period, LANGUAGES[document.language]
    facts.author = facts.last_modified_by = facts.comments = ""
    facts.created = facts.modified = document.as_of.replace(tzinfo=None)
    page = file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = (page.page_width - WIDTH) // 2
    normal = file.styles["Normal"]
    normal.font.size = Pt(10)
    for style in file.styles:
        if style.element.rPr is not None or style is normal:
            _set_font(style)
    for run in file.styles.element.iter(qn("w:rPr")):
        for language in run.findall(qn("w:lang")):
            run.remove(language)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGES[document.language])
    normal.element.get_or_add_rPr().append(language)


def _set_font(style: Any) -> None:
    """For every script, or the Kyrgyz letters come in the font that the program thinks of."""
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.insert(0, fonts)


def _add(file: Any, block: Paragraph | TableWords | ChartWords) -> None:
    if isinstance(block, Paragraph):
        file.add_paragraph(block.text)
        return
    caption = file.add_paragraph(block.title, style="Caption")
    caption.paragraph_format.keep_with_next = True
    if isinstance(block, ChartWords):
        _picture(file, block)
    else:
        _table(file, ids_apart(block))
    if block.source:
        file.add_paragraph().add_run(block.source).font.size = Pt(8)


def _picture(file: Any, block: ChartWords) -> None:
    picture = file.add_picture(io.BytesIO(block.chart.png(dpi=PICTURE_DPI)), width=WIDTH)
    words = picture._inline.docPr
    words.set("title", block.title)
    words.set("descr", f"{block.title}. {block.chart.description}")


def _table(file: Any, block: TableWords) -> None:
    table = file.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    for cell, title in zip(table.rows[0].cells, block.columns, strict=True):
        cell.paragraphs[0].add_run(title).bold = True
    _mark(table.rows[0], "w:tblHeader")
    _mark(table.rows[0], "w:cantSplit")
    for row in block.rows:
        added = table.add_row()
        _mark(added, "w:cantSplit")
        for place, cell in zip(added.cells, row, strict=True):
            place.text = cell.text
            if cell.number:
                place.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _set_widths(table, block)
    _spaced(file)


def _set_widths(table: Any, block: TableWords) -> None:
    """Word processors give every column the same room unless each cell is told its own."""
    table.autofit = False
    for column, width in zip(table.columns, widths(block), strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def widths(block: TableWords) -> list[int]:
    """Numbers, dates and ids stand on one line where the page is wide enough; text shares what is left."""
    columns = [(title, [row[place] for row in block.rows]) for place, title in enumerate(block.columns)]
    weights = [weight(title, cells) for title, cells in columns]
    fixed = [0 if kind(title, cells) == "text" else _on_one_line(title, cells) for title, cells in columns]
    left, texts = WIDTH - sum(fixed), sum(one for one, own in zip(weights, fixed, strict=True) if not own)
    if left < TEXT * fixed.count(0) or not texts:
        return [WIDTH * (own or TEXT) // sum(one or TEXT for one in fixed) for own in fixed]
    return [own or left * one // texts for one, own in zip(weights, fixed, strict=True)]


def _on_one_line(title: str, cells: list[Cell]) -> int:
    letters = max(len(text) for text in [*title.split(), *(cell.text for cell in cells)])
    return letters * LETTER + 2 * CELL_MARGIN


def _spaced(file: Any) -> None:
    """Two tables without a paragraph between them would become one."""
    file.add_paragraph().paragraph_format.space_after = Pt(0)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _facts(file: Any, document: Document) -> None:
    table = file.add_table(rows=0, cols=2)
    for name, value in document.facts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, value
