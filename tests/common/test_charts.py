import datetime as dt
import io
import re
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from PIL import Image

from common.charts import (
    Bar,
    Estimate,
    Flow,
    Series,
    bar_chart,
    board_chart,
    chord_chart,
    flow_chart,
    interval_chart,
    line_chart,
    oblast_map,
    timeline,
)
from common.charts.grids import PLACES
from common.charts.theme import THEME, style
from common.tables.columns import SUPPRESSED
from common.tables.writer import to_bytes

SVG = "{http://www.w3.org/2000/svg}"
LABELS = ["2023-ж.", "2024-ж.", "2025-ж.", "2026-ж."]
TITLE = "Өзгөрүү: жаңы чаранын таасири жана жумушсуздуктун деңгээли боюнча үлүштөрдүн салыштырмасы № 1"


def charts(language="ky"):
    return {
        "line": line_chart(
            TITLE,
            LABELS,
            [Series("Кыргызстан", [1.5, None, SUPPRESSED, 4]), Series("Өзбекстан", [2, 3, 4, 5])],
            unit="%",
            marks=[(1, "Чара")],
            language=language,
        ),
        "bar": bar_chart(TITLE, LABELS, [Series("Ң", [1200, None, SUPPRESSED, -5])], language=language),
        "interval": interval_chart(TITLE, [Estimate("DiD", 11.37, 8.7, 14.0)], language=language),
        "flow": flow_chart(
            TITLE, [Flow("Ош", "Москва", 1200), Flow("Нарын", "Астана", SUPPRESSED)], language=language
        ),
        "board": board_chart(
            TITLE,
            ["Изилдөө", "Пилот"],
            [Series("Кыска мөөнөт", [3, 0]), Series("Ң", [SUPPRESSED, 12])],
            language=language,
        ),
        "map": oblast_map(
            TITLE,
            {"KG-B": 12, "KG-O": SUPPRESSED, "KG-GB": 1200},
            {code: f"{code} облусу" for code in PLACES},
            unit="адам",
            language=language,
        ),
        "chord": chord_chart(
            TITLE, [Flow("Ош", "Москва", 1200), Flow("Москва", "Ош", None)], language=language
        ),
        "time": timeline(
            TITLE,
            [
                Bar("Россия", dt.date(2015, 3, 1), dt.date(2018, 6, 30), "a"),
                Bar("Ң", dt.date(2020, 1, 1), None, "b"),
            ],
            today=dt.date(2026, 1, 1),
            language=language,
        ),
    }


@pytest.mark.parametrize("kind", ["line", "bar", "interval", "flow", "board", "map", "chord", "time"])
def test_same_bytes_twice_and_in_a_chart_built_anew(kind):
    one, other = charts()[kind], charts()[kind]
    assert one.svg() == one.svg() == other.svg()
    assert one.pdf() == one.pdf() == other.pdf()
    assert one.png() == other.png()


@pytest.mark.parametrize("kind", ["line", "bar", "interval", "flow", "board", "map", "chord", "time"])
def test_svg_is_accessible_and_passes_a_strict_policy(kind):
    source = charts()[kind].svg("c7")
    root = ET.fromstring(source)
    assert root.get("role") == "img" and root.get("lang") == "ky"
    names = root.get("aria-labelledby").split()
    assert [root.find(f".//*[@id='{name}']").tag for name in names] == [f"{SVG}title", f"{SVG}desc"]
    assert root.find(f"{SVG}title").text == TITLE
    assert "style" not in {key for element in root.iter() for key in element.attrib}
    assert not list(root.iter(f"{SVG}style"))
    assert "<script" not in source and "<?xml" not in source
    identifiers = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(identifiers) == len(set(identifiers))
    assert all(name.startswith("c7-") for name in identifiers)
    assert set(re.findall(r"url\(#([^)]+)\)", source)) <= set(identifiers)


def words(source):
    return " ".join(
        text for element in ET.fromstring(source).iter(f"{SVG}text") for text in element.itertext()
    )


def test_long_titles_are_broken_and_kyrgyz_letters_stand_as_text():
    source = charts()["line"].svg()
    assert "жаңы" in words(source) and "Өзбекстан" in words(source)
    lines = [element.text for element in ET.fromstring(source).iter(f"{SVG}text") if element.text]
    assert not any(line == TITLE for line in lines)


def test_nothing_is_cut_at_the_edges():
    for chart in charts().values():
        image = Image.open(io.BytesIO(chart.png(150))).convert("L")
        width, height = image.size
        for box in ((0, 0, 2, height), (width - 2, 0, width, height)):
            assert image.crop(box).getextrema() == (255, 255)


def test_numbers_follow_the_language():
    assert "1 200" in words(charts("ru")["bar"].svg()).replace("\xa0", " ")
    assert "1,200" in words(charts("en")["bar"].svg())
    assert charts("ru")["interval"].cells == [["DiD", "11,37", "8,70", "14,00"]]


def test_missing_and_suppressed_are_gaps_that_the_table_tells_apart():
    chart = charts()["line"]
    assert [row[1] for row in chart.cells] == ["1,5", "—", "c", "4"]
    assert [row[1] for row in chart.rows] == [1.5, None, SUPPRESSED, 4]
    assert "c" in words(charts()["bar"].svg()).split()
    assert [row[2] for row in charts()["flow"].cells] == ["1\xa0200", "c"]
    assert to_bytes(chart.table, "csv", language="ru").decode("utf-8-sig").count(";c;") == 1


def test_charts_are_read_without_colour():
    looks = [style(place) for place in range(10)]
    assert len({(look["marker"], str(look["dash"])) for look in looks}) == 10
    assert len({look["hatch"] for look in looks[:5]}) == 5
    source = charts()["line"].svg()
    assert "stroke-dasharray" in source


def test_theme_is_that_of_the_pages(settings):
    tokens = (settings.BASE_DIR / "common/static/kozot/css/tokens.css").read_text(encoding="utf-8")
    for place, colour in enumerate(THEME["series"], start=1):
        assert f"--series-{place}: {colour};" in tokens


def test_pdf_text_can_be_searched():
    page = pypdfium2.PdfDocument(charts()["line"].pdf())[0]
    assert "Өзгөрүү: жаңы" in page.get_textpage().get_text_bounded()


def test_values_must_fit_the_labels():
    with pytest.raises(ValueError):
        line_chart("x", ["a", "b"], [Series("s", [1])])


def test_empty_charts_are_charts():
    assert "svg" in bar_chart("x", [], []).svg()
    assert "svg" in flow_chart("x", [Flow("a", "b", None)]).svg()
    assert "svg" in timeline("x", [], today=dt.date(2026, 1, 1)).svg()
