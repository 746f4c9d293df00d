"""Word processor and CSV: read back, with the values of the snapshot, in three languages."""

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from common import files
from reports import content
from reports.content import Chart, SectionContent, Sentence, Table, number, period
from reports.renderers import KINDS, word
from reports.renderers.words import Cell, Document, Speaker, TableWords
from reports.services import builds
from tests.reports import layout

FIGURES = {"a1b2c3d": Decimal("1234.5"), "e4f5g6h": Decimal("-0.25")}
WITHHELD_ID = "w7x8y9z"


def document(language: str) -> Document:
    rows = [[period("2025"), number(value, 2, id=key)] for key, value in FIGURES.items()]
    rows.append([period("2026"), content.Value(content.WITHHELD, id=WITHHELD_ID)])
    points = [[period("2024"), "1.5"], [period("2025"), "2.5"]]
    blocks = [
        Sentence("no_decisions"),
        Table(content.code("board"), ["year", "value"], rows, source="World Bank"),
        Chart(
            "line", content.code("board"), [{"name": content.code("measures"), "points": points}], digits=1
        ),
    ]
    section = Speaker(language).section(SectionContent("measures", blocks))
    as_of = dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)
    return Document("Өзгөчө №1", language, "2026", as_of, [("x", "y")], [section])


@pytest.mark.parametrize("form", ["docx", "csv"])
def test_same_edition_same_bytes(form):
    assert KINDS[form].render(document("ky")) == KINDS[form].render(document("ky"))


@pytest.mark.parametrize(("language", "tag"), [("ky", "ky-KG"), ("ru", "ru-RU"), ("en", "en-GB")])
def test_a_word_processor_document_with_its_figures(language, tag):
    said = document(language)
    file = docx.Document(io.BytesIO(KINDS["docx"].render(said)))
    assert {one.get(qn("w:val")) for one in file.styles.element.iter(qn("w:lang"))} == {tag}
    assert file.core_properties.language == tag
    table = file.tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    spoken = said.sections[0].blocks[1]
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == [
        [*(cell.text for cell in row), row[1].id] for row in spoken.rows
    ]
    chart = said.sections[0].blocks[2]
    (picture,) = file.inline_shapes
    assert chart.title in picture._inline.docPr.get("descr")
    assert chart.chart.description in picture._inline.docPr.get("descr")


@pytest.mark.parametrize(("language", "delimiter"), [("ky", ";"), ("ru", ";"), ("en", ",")])
def test_tables_as_csv_with_their_figures(language, delimiter):
    with zipfile.ZipFile(io.BytesIO(KINDS["csv"].render(document(language)))) as archive:
        texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert sorted(texts) == ["00.csv", "01.csv"]
    assert "World Bank" in texts["00.csv"]
    rows = list(csv.reader(io.StringIO(texts["01.csv"]), delimiter=delimiter))
    read = {row[2]: row[1] for row in rows[1:] if len(row) == 3}
    assert read.pop(WITHHELD_ID) == "c"
    assert {key: Decimal(value.replace(",", ".")) for key, value in read.items()} == FIGURES


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["docx", "csv"])
def test_an_edition_is_built_and_kept(desk, form):
    built = builds.build(by=desk.analyst, edition=desk.edition(), language="ky", format=form)
    assert zipfile.is_zipfile(io.BytesIO(files.read(built.file)))


LONG = {
    "ky": "жоопкерчиликтүүлүктөрүбүздөгүлөрдөн",
    "ru": "переосвидетельствовавшимися-соотечественниками",
    "en": "counterproductive-misrepresentations",
}


@pytest.mark.parametrize("language", LONG)
@pytest.mark.parametrize("columns", [3, 5, 7])
def test_long_words_stay_inside_the_page_in_every_table(language, columns):
    words = {one: LONG[one] for one in LONG}
    cells = [content.words(words) for _column in range(columns - 1)]
    names = ["measure", "title", "stage", "outcome", "section", "table"][: columns - 1]
    table = Table(content.words(words), [*names, "value"], [[*cells, number(Decimal("1234567.89"), 2)]] * 3)
    section = Speaker(language).section(SectionContent("measures", [table]))
    said = Document(LONG[language], language, "2026", dt.datetime(2026, 11, 26, tzinfo=dt.UTC), [], [section])
    assert layout.faults(KINDS["pdf"].render(said)) == []
    assert LONG[language] in docx.Document(io.BytesIO(KINDS["docx"].render(said))).tables[0].cell(1, 0).text


def test_columns_of_a_word_processor_hold_what_must_not_break():
    said = document("ky")
    file = docx.Document(io.BytesIO(KINDS["docx"].render(said)))
    widths = [cell.width for cell in file.tables[0].rows[0].cells]
    assert (
        sum(widths) - word.WIDTH < Mm(0.1) and [cell.width for cell in file.tables[0].rows[2].cells] == widths
    )
    assert all(width >= word.LETTER * 7 for width in widths), "an id, a year and a number stand on one line"
    for name in ("Normal", "Heading 1", "Heading 2", "Subtitle", "Quote", "Caption"):
        fonts = file.styles[name].element.rPr.find(qn("w:rFonts"))
        assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs", "eastAsia")} == {
            word.FONT
        }


@pytest.mark.parametrize("columns", [2, 5, 9, 14])
def test_widths_never_leave_the_page(columns):
    cells = [Cell("жоопкерчиликтүүлүк " * 3), *[Cell("27.11.2026", kind="date")] * (columns - 1)]
    found = word.widths(TableWords("x", ["Чара"] * columns, [cells]))
    assert len(found) == columns and min(found) > 0 and sum(found) <= word.WIDTH
