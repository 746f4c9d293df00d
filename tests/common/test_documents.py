import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pikepdf
import pypdfium2
import pytest
from django.utils import translation

from common import documents
from common.charts import Series, line_chart
from common.documents import DocumentError, MissingLetter, pictures, render

TEMPLATE = "tests/common/typst/sample.typ"
MADE_AT = dt.datetime(2026, 3, 7, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def picture():
    chart = line_chart("Өзгөрүү", ["2024", "2025"], [Series("Кыргызстан", [1, 2])], language="ky")
    return {"svg": chart.svg(), "title": chart.title, "description": chart.description}


@pytest.fixture
def data(picture):
    return {
        "lang": "ky",
        "title": "Эмгек өтөлү жөнүндө маалымкат № 1",
        "footer": "Кыргыз Республикасы",
        "facts": [["Аты-жөнү", "Өмүрбекова Жылдыз"], ["Суммасы", Decimal("12.50")]],
        "heading": "Мезгилдер",
        "heads": ["Өлкө", "Күндөр"],
        "rows": [[f"Россия {number}", str(number)] for number in range(80)],
        "caption": "Ырасталган мезгилдер",
        "chart": picture,
        "note": "#panic *bold* $a$ #include <x>",
    }


def text_of(pdf):
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def test_a_document_with_its_words(data):
    pages = text_of(render(TEMPLATE, data, made_at=MADE_AT))
    whole = "\n".join(pages)
    assert "Өмүрбекова Жылдыз" in whole and "12.50" in whole
    assert "1-таблица. Ырасталган мезгилдер" in whole
    assert "1-сүрөт" in whole and "Figure" not in whole
    assert "#panic *bold* $a$ #include <x>" in whole
    assert f"1 / {len(pages)}" in pages[0]
    assert sum("Күндөр" in page for page in pages) >= 2, "the header stands on every page of the table"


@pytest.mark.parametrize(
    ("language", "word"), [("ru", "Таблица 1."), ("en", "Table 1."), ("ky", "1-таблица.")]
)
def test_supplements_in_every_language(data, language, word):
    pages = text_of(render(TEMPLATE, {**data, "lang": language}, made_at=MADE_AT))
    assert word in "\n".join(pages)


def test_same_bytes_twice_and_the_given_time(data):
    one = render(TEMPLATE, data, made_at=MADE_AT)
    assert one == render(TEMPLATE, data, made_at=MADE_AT)
    assert one != render(TEMPLATE, data, made_at=MADE_AT + dt.timedelta(days=1))


@pytest.mark.parametrize("standards", [documents.PDF_ACCESSIBLE, documents.PDF_ARCHIVE])
def test_standards(data, standards, tmp_path):
    file = tmp_path / "a.pdf"
    file.write_bytes(render(TEMPLATE, data, made_at=MADE_AT, standards=standards))
    with pikepdf.open(file) as pdf:
        assert pdf.Root.Lang == "ky"
        assert pdf.Root.MarkInfo.Marked
        meta = str(pdf.open_metadata())
    assert ("pdfuaid" in meta) == (standards == ("ua-1",))
    assert ("pdfaid" in meta) == (standards == ("a-3a",))


def test_every_letter_of_the_union_prints(data):
    names = "ң ө ү Ң Ө Ү қ ғ ұ һ ә і ў ҳ ҷ ӣ ӯ № « » — − ₽ ₸ Հայաստան €"
    assert names.split()[-2] in "\n".join(text_of(render(TEMPLATE, {**data, "note": names}, made_at=MADE_AT)))


@pytest.mark.parametrize("letter", ["⃀", "क", "\U0001f984", "中"])
def test_a_missing_letter_is_refused_by_name_and_place(data, letter):
    data["rows"][2][0] = f"Ысым {letter}"
    with pytest.raises(MissingLetter) as caught:
        render(TEMPLATE, data, made_at=MADE_AT)
    assert caught.value.params["place"] == "rows[3][1]"
    assert caught.value.params["letter"] == letter
    with translation.override("ky"):
        assert f"U+{ord(letter):04X}" in str(caught.value) and "шрифтте" in str(caught.value)


def test_no_font_stands_in_for_missing_letters():
    assert set(documents.fonts().families()) == {"DejaVu Sans", "Roboto", "Source Serif Pro"}


def test_a_template_that_fails_is_our_fault(data):
    del data["heads"]
    with pytest.raises(DocumentError) as caught:
        render(TEMPLATE, data, made_at=MADE_AT)
    assert caught.value.code == "document_failed"


def test_what_is_no_data_is_refused(data):
    with pytest.raises(TypeError):
        render(TEMPLATE, {**data, "note": object()}, made_at=MADE_AT)


def test_pictures_of_pages(data):
    pages = pictures(TEMPLATE, data, ppi=40)
    assert len(pages) > 1 and all(page.startswith(b"\x89PNG") for page in pages)


def test_threads_share_a_compiler(data):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: render(TEMPLATE, data, made_at=MADE_AT), range(8)))
    assert len(set(made)) == 1
