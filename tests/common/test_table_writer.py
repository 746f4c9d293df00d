import csv
import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest

from common.tables import writer
from common.tables.columns import SUPPRESSED, Column, Table, plain_columns

COLUMNS = [
    Column("name", "Аты-жөнү"),
    Column("pin", "ПИН"),
    Column("paid", "Төлөндү", "money"),
    Column("count", "Саны", "integer"),
    Column("rate", "Үлүшү", "percent"),
    Column("on", "Күнү", "date"),
    Column("month", "Айы", "month"),
    Column("ok", "Ырасталды", "boolean"),
]
ROW = {
    "name": "Өмүрбекова Жылдыз",
    "pin": "11234567890123",
    "paid": Decimal("-1234.5"),
    "count": 12,
    "rate": Decimal("12.34"),
    "on": dt.date(2025, 12, 31),
    "month": dt.date(2025, 12, 1),
    "ok": True,
}


def table(*rows, **kwargs):
    return Table(COLUMNS, rows, **kwargs)


def read_csv(data, delimiter=";"):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=delimiter))


def test_csv_follows_the_language():
    data = writer.to_bytes(table(ROW), "csv", language="ky")
    assert data.startswith(b"\xef\xbb\xbf")
    assert read_csv(data)[1] == [
        "Өмүрбекова Жылдыз", "11234567890123", "-1234,50", "12", "12,3", "31.12.2025", "12.2025", "ооба",
    ]  # fmt: skip
    english = read_csv(writer.to_bytes(table(ROW), "csv", language="en"), ",")[1]
    assert english[2:] == ["-1234.50", "12", "12.3", "2025-12-31", "2025-12", "yes"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1+1",
        "+7 (916) 123-45-67",
        "\n=1",
    ],
)
def test_csv_text_never_becomes_a_formula(text):
    cell = read_csv(writer.to_bytes(table({"name": text}), "csv", language="ru"))[1][0]
    assert cell == "'" + text


@pytest.mark.parametrize("text", ["-5", "+996555123456", "-12,5", "plain", "а-б", "1=1", ""])
def test_csv_leaves_harmless_text_alone(text):
    assert read_csv(writer.to_bytes(table({"name": text}), "csv", language="ru"))[1][0] == text


def test_dangerous_titles_are_neutralised_too():
    data = writer.to_bytes(Table(plain_columns(["=HYPERLINK(1)"]), []), "csv", language="ru")
    assert read_csv(data) == [["'=HYPERLINK(1)"]]


def test_suppressed_and_missing_are_different_and_explained():
    data = writer.to_bytes(table({"paid": SUPPRESSED, "count": None, "rate": 0}), "csv", language="ru")
    rows = read_csv(data)
    assert rows[1][2:5] == ["c", "", "0,0"]
    assert rows[-1][0].startswith("c: ")
    assert len(read_csv(writer.to_bytes(table(ROW), "csv", language="ru"))) == 2


def test_rows_may_be_sequences_and_are_streamed():
    def endless():
        for count in range(2000):
            yield [f"имя {count}"]

    chunks = list(writer.csv_chunks(Table([Column("a", "А")], endless()), language="ru"))
    assert len(chunks) == 5
    assert len(read_csv(b"".join(chunks))) == 2001


def test_a_row_of_the_wrong_length_is_an_error():
    with pytest.raises(ValueError):
        writer.to_bytes(table(["only one"]), "csv")


def load(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def test_xlsx_keeps_types_and_formats():
    book = load(writer.to_bytes(table(ROW, title="Төлөмдөр"), "xlsx", language="ky"))
    sheet = book["Төлөмдөр"]
    values = [cell.value for cell in sheet[2]]
    assert values[:5] == ["Өмүрбекова Жылдыз", "11234567890123", -1234.5, 12, 12.3]
    assert values[5] == dt.datetime(2025, 12, 31)
    assert sheet["C2"].number_format == "#,##0.00"
    assert sheet["E2"].number_format == '#,##0.0" %"'
    assert sheet["F2"].number_format == "dd.mm.yyyy"
    assert sheet.freeze_panes == "A2"
    assert values[7] == "ооба"


@pytest.mark.parametrize("text", ["=1+1", "https://example.org", "{=SUM(1)}", "-1", "007", "mailto:a@b.c"])
def test_xlsx_text_is_text(text):
    cell = load(writer.to_bytes(table({"name": text}), "xlsx")).worksheets[0]["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_xlsx_is_the_same_bytes_twice():
    assert writer.to_bytes(table(ROW), "xlsx") == writer.to_bytes(table(ROW), "xlsx")


def test_xlsx_says_what_is_suppressed_on_the_notes_sheet():
    given = table({"paid": SUPPRESSED}, title="Отчёт: 2026/Q1", notes=["Источник: реестр"])
    book = load(writer.to_bytes(given, "xlsx", language="ru"))
    assert book.sheetnames[0] == "Отчёт  2026 Q1"
    assert book.worksheets[0]["C2"].value == "c"
    notes = [row[0].value for row in book.worksheets[1].rows]
    assert notes[:2] == ["Отчёт: 2026/Q1", "Источник: реестр"]
    assert notes[2].startswith("c: ")


def test_long_tables_go_on_in_the_next_sheet(monkeypatch):
    monkeypatch.setattr(writer, "MAX_SHEET_ROWS", 3)
    given = Table([Column("a", "А")], [[str(n)] for n in range(7)], title="Длинная")
    book = load(writer.to_bytes(given, "xlsx"))
    assert book.sheetnames[:3] == ["Длинная", "Длинная (2)", "Длинная (3)"]
    assert [sheet.max_row for sheet in book.worksheets[:3]] == [4, 4, 2]


def test_numbers_longer_than_a_spreadsheet_keeps_stay_text():
    book = load(writer.to_bytes(table({"count": 1234567890123456789}), "xlsx"))
    assert book.worksheets[0]["D2"].value == "1234567890123456789"


def test_overlong_text_is_visibly_cut():
    book = load(writer.to_bytes(table({"name": "я" * 40_000}), "xlsx"))
    value = book.worksheets[0]["A2"].value
    assert len(value) == 32_767 and value.endswith("…")


def test_empty_table_keeps_its_header():
    book = load(writer.to_bytes(table(), "xlsx"))
    assert [cell.value for cell in book.worksheets[0][1]] == [column.title for column in COLUMNS]


def test_unknown_format_is_refused():
    with pytest.raises(ValueError):
        writer.to_bytes(table(), "ods")
