import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from common.tables import errors, values
from common.tables.reader import open_table
from common.tables.writer import to_bytes
from tests.common.test_table_writer import ROW
from tests.common.test_table_writer import table as export

EXPECTED = {
    "name": ["Фамилия, имя", "Аты-жөнү", "Full name"],
    "pin": ["ПИН", "PIN"],
    "month": ["Месяц", "Айы", "Month"],
    "amount": ["Сумма", "Суммасы", "Amount"],
}
HEADER = ["Фамилия, имя", "ПИН", "Месяц", "Сумма"]
ROWS = [
    ["Өмүрбекова Жылдыз", "11234567890123", "12.2025", "12 345,67"],
    ["Асан уулу Бакыт", "2", "01.2026", "5"],
]


def text_file(rows, delimiter=";"):
    return "\r\n".join(delimiter.join(row) for row in rows) + "\r\n"


def records(data, **kwargs):
    with open_table(data, expected=EXPECTED, **kwargs) as table:
        return table, list(table.records())


# --- CSV --------------------------------------------------------------------------------------------

RUSSIAN = [["Иванов Иван", "112", "12.2025", "12 345,67"], ["ПЕТРОВА АННА", "2", "01.2026", "5"]]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_kyrgyz_text_in_any_unicode_encoding_and_delimiter(encoding, delimiter):
    rows = [[cell.replace(",", "") for cell in row] for row in [HEADER, *ROWS]]
    expected = {**EXPECTED, "name": ["Фамилия имя"]}
    with open_table(text_file(rows, delimiter).encode(encoding), expected=expected) as table:
        assert table.notes["delimiter"] == delimiter
        assert [record["name"] for _line, record in table.records()] == [
            "Өмүрбекова Жылдыз",
            "Асан уулу Бакыт",
        ]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "mac-cyrillic", "iso8859-5"])
@pytest.mark.parametrize("shout", [True, False])
def test_old_cyrillic_encodings_are_told_apart(encoding, shout):
    text = text_file([HEADER, *RUSSIAN])
    table, found = records((text.upper() if shout else text).encode(encoding))
    assert table.notes["encoding"] == encoding or (
        shout and encoding == "mac-cyrillic"
    )  # capitals stand as in cp866
    assert found[0][1]["name"].casefold() == "иванов иван"


def test_a_few_cyrillic_words_at_the_end_of_a_long_latin_file_are_enough():
    lines = ["Full name;PIN;Month;Amount"] + [f"Worker {n};{n};2025-01;1" for n in range(40_000)]
    data = ("\r\n".join(lines) + "\r\nСыдыков Нурлан;1;2025-01;1").encode("cp1251")
    _table, found = records(data)
    assert found[-1][1]["name"] == "Сыдыков Нурлан"


def test_decimal_commas_do_not_hide_the_semicolon():
    rows = [["a", "b", "c"], *[[f"{n},5", f"{n},25", f"{n}"] for n in range(30)]]
    with open_table(text_file(rows).encode()) as table:
        assert table.notes["delimiter"] == ";"
        assert table.header == ["a", "b", "c"]


def test_excel_separator_hint_is_followed():
    with open_table(b"sep=|\r\na|b\r\n1;2|3\r\n") as table:
        assert [row.values for row in table.rows()] == [["1;2", "3"]]


def test_quoted_line_breaks_and_delimiters_stay_in_their_cell():
    data = 'Фамилия, имя;ПИН;Месяц;Сумма\r\n"Иванов;\r\nИван";1;12.2025;5\r\n'.encode()
    _table, found = records(data)
    assert found[0][1]["name"] == "Иванов;\r\nИван"


def test_more_cells_than_titles_are_marked():
    with open_table(b"a;b\r\n1;2\r\n1;2;3\r\n") as table:
        assert [row.damage for row in table.rows()] == ["", "overflow"]


# --- damage stays in its line -----------------------------------------------------------------------

PEOPLE = [[f"Иванов Иван {n}", f"1{n:013}", "12.2025", f"{n},50"] for n in range(40)]


def lines(rows=(HEADER, *PEOPLE), encoding="utf-8"):
    return text_file(rows).encode(encoding).splitlines(keepends=True)


def read(data):
    with open_table(data, expected=EXPECTED) as table:
        rows = list(table.rows())
    return [row.values[0] for row in rows if not row.damage], [row.number for row in rows if row.damage]


@pytest.mark.parametrize("cell", [0, 1, 3])
@pytest.mark.parametrize("closes", [None, 9, 30], ids=["never", "in the next line", "later"])
@pytest.mark.parametrize("closes_in", [0, 2])
def test_a_quotation_mark_that_is_not_closed_spoils_its_line_and_no_other(cell, closes, closes_in):
    rows = [HEADER, *(list(row) for row in PEOPLE)]
    rows[8][cell] = '"' + rows[8][cell]
    if closes:
        rows[closes][closes_in] = f'"{rows[closes][closes_in]}"'
    whole, damaged = read(text_file(rows).encode("cp1251"))
    assert damaged == [9]
    assert whole == [row[0] for place, row in enumerate(PEOPLE) if place != 7]


def test_many_quotation_marks_that_are_not_closed():
    rows = [
        HEADER,
        *([row[0], f'"{row[1]}', *row[2:]] if n % 2 else row for n, row in enumerate(PEOPLE[:-1])),
    ]
    whole, damaged = read(text_file(rows).encode())
    assert len(whole) == 20 and damaged == list(range(3, 41, 2))


@pytest.mark.parametrize(
    "encodings",
    [
        ("cp1251", "cp866"),
        ("cp866", "cp1251"),
        ("cp1251", "koi8-r"),
        ("utf-16", "utf-8"),
        ("utf-16", "cp1251"),
    ],
)
def test_files_of_two_encodings_put_together(encodings):
    first, second = text_file([HEADER, *PEOPLE[:20]]), text_file(PEOPLE[20:])
    whole, damaged = read(first.encode(encodings[0]) + second.encode(encodings[1]))
    assert whole == [row[0] for row in PEOPLE] and not damaged


@pytest.mark.parametrize("tail", [b"\x1a", b"\0" * 4096, b"\r\n\0\0\x1a\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp866"])
def test_what_disks_put_behind_the_end_is_no_row(tail, encoding):
    whole, damaged = read(b"".join(lines(encoding=encoding)) + tail)
    assert whole == [row[0] for row in PEOPLE] and not damaged


@pytest.mark.parametrize("size", [3_000, 300_000, 3_000_000])
def test_bytes_that_are_no_text_spoil_their_line_and_no_other(size):
    content = lines(encoding="cp1251")
    rubbish = bytes(n * 7 % 255 + 1 for n in range(size)).replace(b"\n", b"x").replace(b"\r", b"x")
    content.insert(20, rubbish.replace(b"\x0b", b"x").replace(b"\x0c", b"x") + b"\r\n")
    whole, damaged = read(b"".join(content))
    assert [name for name in whole if name and name.startswith("Иванов")] == [row[0] for row in PEOPLE]
    assert damaged == [21]


def test_a_byte_too_many_in_utf16_spoils_its_line_and_no_other():
    content = text_file([HEADER, *PEOPLE]).encode("utf-16")
    place = len(text_file([HEADER, *PEOPLE[:10]]).encode("utf-16")) + 5
    whole, _damaged = read(content[:place] + b"x" + content[place:-1])
    assert [row[0] for row in PEOPLE if row[0] not in whole] == [PEOPLE[10][0]]


def test_the_header_once_more_is_no_row():
    table, found = records(text_file([HEADER, *PEOPLE[:9], HEADER, *PEOPLE[9:]]).encode())
    assert [record["name"] for _line, record in found] == [row[0] for row in PEOPLE]
    assert table.notes["skipped"] == [11]


def test_what_we_write_we_read_back():
    for file_format in ("csv", "xlsx"):
        with open_table(to_bytes(export(ROW), file_format, language="ru")) as table:
            row = next(table.rows()).values
        assert row[:2] == [ROW["name"], ROW["pin"]]
        assert values.decimal(row[2]) == ROW["paid"]
        assert values.date(row[5]) == ROW["on"]
        assert values.month(row[6]) == ROW["month"]
    with open_table(to_bytes(export({"name": "=1+1"}), "csv", language="ru")) as table:
        assert values.text(next(table.rows()).values[0]) == "=1+1"


# --- the header and what stands around the table ----------------------------------------------------


def test_header_under_title_lines_and_without_numbering_totals_and_signatures():
    rows = [
        ["Отчёт по взносам", "", "", ""],
        ["за 2025 год", "", "", ""],
        [],
        HEADER,
        ["1", "2", "3", "4"],
        *ROWS,
        ["Итого", "", "", "12350,67"],
        [],
        ["Директор", "", "", "Иванов И. И."],
    ]
    table, found = records(text_file(rows).encode("utf-8-sig"))
    assert table.header_line == 4
    assert [line for line, _record in found] == [6, 7]
    assert table.notes["skipped"][:2] == [5, 8]


def test_header_is_found_by_its_looks_when_nothing_is_expected():
    with open_table(text_file([["Отчёт"], [], ["Имя", "Сумма"], ["Асан", "5"]]).encode()) as table:
        assert table.header == ["Имя", "Сумма"]
        assert [row.values for row in table.rows()] == [["Асан", "5"]]


def test_missing_columns_are_named():
    with pytest.raises(errors.WrongTemplate) as caught:
        open_table(
            text_file([["Фамилия, имя", "Город"], ["a", "b"]]).encode(), expected=EXPECTED, required=["pin"]
        )
    assert caught.value.code == "wrong_template"
    assert "ПИН" in str(caught.value)


def test_a_title_that_stands_twice_is_refused():
    with pytest.raises(errors.AmbiguousTemplate):
        records(text_file([[*HEADER, "Amount"], ["a", "1", "12.2025", "5", "6"]]).encode())


def workbook(fill, **options):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, options) as book:
        fill(book)
    return target.getvalue()


def test_merged_header_over_two_rows_and_merged_data():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.merge_range("B2:E2", "Ведомость")
        sheet.merge_range("B4:B5", "Аты-жөнү")
        sheet.merge_range("C4:D4", "Период")
        sheet.write_row("C5", ["с", "по"])
        sheet.merge_range("E4:E5", "Сумма")
        sheet.merge_range("B6:B7", "Асан уулу Бакыт")
        sheet.write_row("C6", ["01.01.2025", "31.01.2025", 5])
        sheet.write_row("C7", ["01.02.2025", "28.02.2025", 6])

    expected = {"name": ["Аты-жөнү"], "start": ["Период с"], "end": ["Период по"], "amount": ["Сумма"]}
    with open_table(workbook(fill), expected=expected) as table:
        assert table.header == ["Аты-жөнү", "Период с", "Период по", "Сумма"]
        found = [record for _line, record in table.records()]
    assert [record["name"] for record in found] == ["Асан уулу Бакыт"] * 2
    assert [record["end"] for record in found] == ["31.01.2025", "28.02.2025"]


def test_an_amount_over_several_rows_is_marked_and_a_row_drawn_high_is_one():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row("A1", HEADER)
        for line in (1, 2, 5):
            sheet.write_row(line, 0, ["Асан", "1", f"0{line}.2025"])
        sheet.merge_range("D2:D3", 5)
        for column, value in enumerate(["Үсөн", "2", "04.2025", 7]):
            sheet.merge_range(3, column, 4, column, value)
        sheet.merge_range("C6:D6", "05.2025")

    with open_table(workbook(fill), expected=EXPECTED) as table:
        rows = list(table.rows())
    assert [(row.number, set(row.merged.down)) for row in rows] == [
        (2, {3}),
        (3, {3}),
        (4, set()),
        (6, set()),
    ]
    assert rows[3].values[2:] == ["05.2025", None]


def test_a_title_merged_over_two_columns_is_one_title():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.merge_range("A1:B1", HEADER[0])
        sheet.write_row("C1", HEADER[1:])
        sheet.merge_range("A2:B2", "Асан")
        sheet.write_row("C2", ["1", "12.2025", 5])

    _table, found = records(workbook(fill))
    assert found[0][1] == {"name": "Асан", "pin": "1", "month": "12.2025", "amount": 5}


def test_errors_and_formulas_without_a_result_are_no_empty_cells():
    book = openpyxl.Workbook()
    book.active.title = "Свод & итог"
    for row in [HEADER, ["Асан", "#N/A", "12.2025", "=1+1"], ["Үсөн", "1", "12.2025", 5]]:
        book.active.append(row)
    book.active["B2"].data_type = "e"
    target = io.BytesIO()
    book.save(target)
    _table, found = records(target.getvalue())
    for column in ("pin", "amount"):
        with pytest.raises(values.ValueRefused) as caught:
            values.decimal(found[0][1][column])
        assert caught.value.code == "error_cell"
    assert found[1][1]["amount"] == 5


def test_bare_numbers_of_a_workbook_that_counts_from_1904():
    def fill(book):
        book.add_worksheet().write_row("A1", HEADER)
        book.worksheets()[0].write_row("A2", ["Асан", 1, 44560, 44560])

    record = records(workbook(fill, date_1904=True))[1][0][1]
    assert values.month(record["month"]) == dt.date(2025, 12, 1)
    assert values.date(record["month"]) == dt.date(2025, 12, 31) and values.decimal(record["amount"]) == 44560


def test_an_empty_styled_cell_far_below_costs_nothing():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row("A1", HEADER)
        sheet.write_row("A2", ["Асан", "1", "12.2025", 5])
        sheet.write_blank(1_048_575, 20, None, book.add_format({"bold": True}))

    assert len(records(workbook(fill))[1]) == 1


def test_the_sheet_that_fits_is_taken_and_hidden_ones_are_not():
    def fill(book):
        book.add_worksheet("Пояснение").write_row("A1", ["Как заполнять", "Пример"])
        hidden = book.add_worksheet("Старое")
        hidden.hide()
        sheet = book.add_worksheet("Данные")
        for target in (hidden, sheet):
            target.write_row("A1", HEADER)
            target.write_row("A2", [target.name, "1", "12.2025", 5])

    table, found = records(workbook(fill))
    assert table.notes["sheet"] == "Данные"
    assert table.notes["other_sheets"] == ["Пояснение"]
    assert found[0][1]["name"] == "Данные"


def test_dates_numbers_and_formulas_of_a_workbook():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row("A1", HEADER)
        sheet.write_row("A2", ["Асан", 11234567890123])
        sheet.write_datetime("C2", dt.datetime(2025, 12, 1), book.add_format({"num_format": "mm.yyyy"}))
        sheet.write_formula("D2", "=1+1", None, 2)

    table, found = records(workbook(fill))
    record = found[0][1]
    assert values.text(record["pin"]) == "11234567890123"
    assert values.month(record["month"]) == dt.date(2025, 12, 1)
    assert values.decimal(record["amount"]) == 2
    assert table.notes["formulas"] == 1


def test_a_file_written_by_openpyxl_is_read_too():
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    assert len(records(target.getvalue())[1]) == 2


def test_callers_file_stays_open_and_paths_are_closed(tmp_path):
    upload = io.BytesIO(text_file([HEADER, *ROWS]).encode())
    records(upload)
    assert not upload.closed
    path = tmp_path / "a.csv"
    path.write_bytes(upload.getvalue())
    assert len(records(path)[1]) == 2


# --- values -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12 345,67", "12345.67"),
        ("12.345,67", "12345.67"),
        ("12,345.67", "12345.67"),
        ("12'345.67", "12345.67"),
        ("1\u00a0234\u202f567,8", "1234567.8"),
        ("1.234.567", "1234567"),
        ("1234,5", "1234.5"),
        ("1234.5", "1234.5"),
        ("0,123", "0.123"),
        ("1234,567", "1234.567"),
        ("−5,00", "-5"),
        ("+7", "7"),
        (12.1, "12.1"),
        (0.1 + 0.2, "0.3"),
        (5, "5"),
    ],
)
def test_numbers_as_people_write_them(written, number):
    assert values.decimal(written) == Decimal(number)


@pytest.mark.parametrize("blank", [None, "", " ", "-", "—", "\u00a0"])
def test_blank_is_missing_not_nought(blank):
    assert values.decimal(blank) is None
    assert values.date(blank) is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("12.345", "ambiguous_number"),
        ("1,234", "ambiguous_number"),
        ("12,34,56", "not_a_number"),
        ("1.234,567.8", "not_a_number"),
        ("1 2", "not_a_number"),
        ("12 сом", "not_a_number"),
        ("много", "not_a_number"),
        ("#N/A", "error_cell"),
        (True, "not_a_number"),
        (float("nan"), "not_a_number"),
    ],
)
def test_what_is_no_number_or_two_is_refused(written, code):
    with pytest.raises(values.ValueRefused) as caught:
        values.decimal(written)
    assert caught.value.code == code


def test_three_places_settle_the_ambiguity():
    assert values.decimal("12.345", places=3) == Decimal("12.345")


def test_whole_numbers():
    assert values.integer("1 234") == 1234
    assert values.integer(3.0) == 3
    with pytest.raises(values.ValueRefused):
        values.integer("1,5")


@pytest.mark.parametrize(
    "written",
    [
        "31.12.2025",
        "31/12/2025",
        "31-12-2025",
        "2025-12-31",
        "2025.12.31",
        "31.12.2025 г.",
        "31 декабря 2025 г.",
        "31 декабря 2025 года",
        "«31» декабря 2025 г.",
        "31-дек-2025",
        "31-декабрь, 2025-ж.",
        "31-декабрь 2025",
        "2025-ж., 31-декабрь",
        "2025-жылдын 31-декабры",
        "31 December 2025",
        "31.12.2025 00:00:00",
        "2025-12-31T10:15:00+06:00",
        46022,
        46022.0,
        "46022",
        dt.datetime(2025, 12, 31, 5),
        dt.date(2025, 12, 31),
    ],
)
def test_dates_as_people_write_them(written):
    assert values.date(written) == dt.date(2025, 12, 31)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("31.12.25", "two_digit_year"),
        ("31.02.2025", "not_a_date"),
        ("12/31/2025", "not_a_date"),
        ("02/03/2025", "ambiguous_date"),
        ("вчера", "not_a_date"),
        (5, "not_a_date"),
        ("31 фантября 2025", "not_a_date"),
    ],
)
def test_what_is_no_date_is_refused(written, code):
    with pytest.raises(values.ValueRefused) as caught:
        values.date(written)
    assert caught.value.code == code
    assert str(written) in str(caught.value)


@pytest.mark.parametrize(
    "written",
    [
        *("12.2025", "2025-12", "12/2025", "декабрь 2025", "Декабрь 2025 г.", "2025-ж., декабрь"),
        *("2025-жылдын декабры", "31.12.2025", "Dec 2025", 46022, dt.date(2025, 12, 5)),
        *(
            "дек.25",
            "Dec-25",
            "2025 декабрь",
            "за декабрь 2025 г.",
            "2025-жылдын декабрь айы",
            "декабрь айы 2025-ж.",
        ),
        *("2025 ж. декабрь", 12.2025),
    ],
)
def test_months_as_people_write_them(written):
    assert values.month(written) == dt.date(2025, 12, 1)


def test_a_month_that_is_none():
    for written in ("13.2025", "2025", "когда-то 2025"):
        with pytest.raises(values.ValueRefused) as caught:
            values.month(written)
        assert caught.value.code == "not_a_month"


def test_text_of_cells():
    assert values.text("  Асан \u00a0 уулу ") == "Асан уулу"
    assert values.text(11234567890123.0) == "11234567890123"
    assert values.text(None) == ""
    assert values.text("'=1+1") == "=1+1"
    assert values.text("'тырмак") == "'тырмак"
