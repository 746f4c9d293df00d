"""Files as they come from offices: encodings, titles above and sources below, merged heads, SDMX with multipliers."""

import io
from decimal import Decimal

import pytest
import xlsxwriter

from monitoring.enums import ValueState
from monitoring.statfiles import mapping_of, read

AREA = {"REF_AREA": {"column": "Аймак"}}
LONG = {"item": "x", "period": {"column": "Год"}, "value": {"column": "Число"}, "dimensions": AREA}
TEXT = "Аймак;Год;Число\r\nБаткенская область;2020;1 234,5\r\nЧуйская область;2020;0\r\n"


def figures(content, mapping):
    found = read(content, mapping_of(mapping), {"x": "A"})
    return {(key, period): number for (_item, key, period), number in found.numbers.items()}, found


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866"]
)
def test_any_encoding_of_the_region(encoding):
    found, reading = figures(TEXT.encode(encoding), LONG)
    assert found == {("REF_AREA=KG-B", "2020"): Decimal("1234.5"), ("REF_AREA=KG-C", "2020"): 0}
    assert reading.faults == []


def test_titles_above_and_sources_below_the_world_banks_table():
    text = (
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2026-07-01",\n\n'
        '"Country Name","Country Code","Indicator Code","1960","2011",\n"Kyrgyz Republic","KGZ","A.B","","27.57",\n'
        '"Aruba","ABW","A.B","","1",\n\n"Data from database: World Development Indicators",,,,,\n'
    )
    mapping = {"item": {"column": "Indicator Code", "codes": {"A.B": "x"}}, "keep": {"Country Code": ["KGZ"]}}
    found, reading = figures(text.encode(), mapping)
    assert found == {("", "1960"): ValueState.MISSING, ("", "2011"): Decimal("27.57")}
    assert (reading.left_out, reading.faults) == (2, [])


def book(rows) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return file.getvalue()


YEARS = [2020, "", "", 2021, "", ""]
SEXES = ["Total", "Men", "Women"] * 2
LINE = ["Batken oblast", 10, 4, 6, 11, 5, "…"]
MERGED = {
    "words below": [["Table 5"], [], ["Region", *YEARS], ["", *SEXES], LINE, ["Source: an office"]],
    "region below": [["Table 5"], ["", *YEARS], ["Region", *SEXES], LINE],
    "years below": [
        ["Region", "Total", "", "Men", "", "Women", ""],
        ["", 2020, 2021] + [2020, 2021] * 2,
        ["Batken oblast", 10, 11, 4, 5, 6, "…"],
    ],
}


@pytest.mark.parametrize("layout", list(MERGED))
def test_heads_that_are_merged_over_columns(layout):
    sexes = {"REF_AREA": {"column": "Region"}, "SEX": {"heads": ["_T", "M", "F"]}}
    found, reading = figures(book(MERGED[layout]), {"item": "x", "dimensions": sexes, "missing": ["…"]})
    batken = "REF_AREA=KG-B"
    assert found == {
        (batken, "2020"): 10,
        (f"{batken};SEX=M", "2020"): 4,
        (f"{batken};SEX=F", "2020"): 6,
        (batken, "2021"): 11,
        (f"{batken};SEX=M", "2021"): 5,
        (f"{batken};SEX=F", "2021"): ValueState.MISSING,
    }
    assert len(reading.faults) == (layout == "words below"), "the line of the source"


SDMX = {
    "group": (
        '<m:DataSet xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Group i:type="Sibling" REF_AREA="KG" '
        'UNIT_MULT="3"/><Series REF_AREA="KG"><Obs TIME_PERIOD="2020" OBS_VALUE="12"/></Series></m:DataSet>'
    ),
    "data set": '<m:DataSet UNIT_MULT="3"><Obs REF_AREA="KG" TIME_PERIOD="2020" OBS_VALUE="12"/></m:DataSet>',
    "generic": (
        '<m:DataSet><g:Series xmlns:g="g"><g:SeriesKey><g:Value id="REF_AREA" value="KG"/></g:SeriesKey><g:Attributes>'
        '<g:Value id="UNIT_MULT" value="3"/></g:Attributes><g:Obs><g:ObsDimension value="2020"/><g:ObsValue '
        'value="12"/></g:Obs></g:Series></m:DataSet>'
    ),
}


@pytest.mark.parametrize("where", list(SDMX))
def test_a_multiplier_counts_wherever_it_stands(where):
    content = f'<?xml version="1.0"?><m:Data xmlns:m="m">{SDMX[where]}</m:Data>'.encode()
    mapping = {"layout": "sdmx-ml", "item": "x", "dimensions": {"REF_AREA": {"column": "REF_AREA"}}}
    assert figures(content, mapping)[0] == {("REF_AREA=KG", "2020"): 12000}
    assert figures(content, {**mapping, "scale": 1})[0] == {("REF_AREA=KG", "2020"): 12}


def test_a_multiplier_that_is_none_is_named():
    text = "REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MULT\nKG,2020,5,K\nKG,2021,5,\n"
    mapping = {"layout": "sdmx-csv", "item": "x", "dimensions": {"REF_AREA": {"column": "REF_AREA"}}}
    found, reading = figures(text.encode(), mapping)
    assert found == {("REF_AREA=KG", "2021"): 5}
    assert [(one.line, one.column) for one in reading.faults] == [(2, "UNIT_MULT")]


def test_marks_of_footnotes_beside_a_year_lose_no_column():
    heads = ["Аймак", "2019 г.", "2020¹", "2021*", "2022-жыл", "2023 a)", "2024 [YR2024]"]
    wide = {"item": "x", "dimensions": AREA}
    found, reading = figures(book([heads, ["Баткен облусу", 1, 2, 3, 4, 5, 6]]), wide)
    assert [period for _key, period in found] == ["2019", "2020", "2021", "2022", "2023", "2024"]
    assert (reading.columns_left_out, reading.faults) == ([], [])


def test_a_column_that_is_left_out_is_named():
    heads = ["Аймак", "2020", "2020", "2021 в % к 2020", "Код"]
    found, reading = figures(
        book([heads, ["Баткен облусу", 1, 9, 120, 5]]), {"item": "x", "dimensions": AREA}
    )
    assert list(found.values()) == [1]
    assert reading.columns_left_out == ["2020", "2021 в % к 2020"]
