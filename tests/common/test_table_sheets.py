"""Tables that people spread over several sheets of a workbook."""

import pytest

from common.tables import errors
from common.tables.guard import Limits
from common.tables.reader import open_table
from common.tables.sheets import place

from .test_table_reader import EXPECTED, HEADER, workbook

REQUIRED = ["name", "month", "amount"]


def read(data, **more):
    with open_table(data, expected=EXPECTED, required=REQUIRED, every_sheet=True, **more) as table:
        return table, [(number, row["name"], row["pin"], row["amount"]) for number, row in table.records()]


def months(book, *names, header=HEADER):
    for name in names:
        sheet = book.add_worksheet(name)
        sheet.write_row("A1", ["Сведения за месяц"])
        sheet.write_row("A3", header)
        sheet.write_row("A4", [f"{name} А", "1", "01.2025", 5])
        sheet.write_row("A5", [f"{name} Б", "2", "01.2025", "x"])
        sheet.write_row("A6", ["Итого", "", "", 5])


def test_every_sheet_with_the_same_header_is_read_and_each_line_has_its_number():
    table, rows = read(workbook(lambda book: months(book, "Янв", "Фев", "Мар")))
    assert rows == [
        (line + 6 * count, f"{name} {letter}", number, amount)
        for count, name in enumerate(("Янв", "Фев", "Мар"))
        for line, letter, number, amount in ((4, "А", "1", 5.0), (5, "Б", "2", "x"))
    ]
    assert table.notes["sheets"] == [("Янв", 0), ("Фев", 6), ("Мар", 12)]
    assert table.notes["skipped"] == [6, 12, 18] and table.notes["other_sheets"] == []
    assert [place(line, table.notes["sheets"]) for line in (4, 6, 7, 17)] == [
        ("Янв", 4), ("Янв", 6), ("Фев", 1), ("Мар", 5)
    ]  # fmt: skip


def test_columns_in_another_order_are_found_and_other_sheets_are_named():
    def fill(book):
        book.add_worksheet("Пояснение").write_row("A1", ["Как заполнять", "Пример"])
        months(book, "Янв")
        turned = book.add_worksheet("Фев")
        turned.write_row("B2", ["Сумма", "Примечание", "Месяц", "Фамилия, имя"])
        turned.write_row("B3", [7, "нет", "02.2025", "Фев А"])
        turned.merge_range("D4:D5", "02.2025")
        turned.write_row("B4", [8, "", "02.2025", "Фев Б"])
        turned.write_row("B5", [9, "", "", "Фев В"])
        book.add_worksheet("Пустой")
        hidden = book.add_worksheet("Старое")
        hidden.hide()
        hidden.write_row("A1", HEADER)
        hidden.write_row("A2", ["Старое", "1", "12.2024", 5])
        book.add_worksheet("Свод").write_row("A1", ["Месяц", "Сумма"])

    table, rows = read(workbook(fill))
    assert [row[1:] for row in rows] == [
        ("Янв А", "1", 5.0), ("Янв Б", "2", "x"),
        ("Фев А", None, 7.0), ("Фев Б", None, 8.0), ("Фев В", None, 9.0),
    ]  # fmt: skip
    assert [place(row[0], table.notes["sheets"]) for row in rows[1:4]] == [("Янв", 5), ("Фев", 3), ("Фев", 4)]
    assert table.notes["other_sheets"] == ["Пояснение", "Свод", "Старое"]


def test_one_sheet_keeps_its_own_numbers():
    def fill(book):
        book.add_worksheet("Пояснение").write_row("A5", ["Как заполнять", "Пример"])
        months(book, "Янв")

    table, rows = read(workbook(fill))
    assert [row[0] for row in rows] == [4, 5] and "sheets" not in table.notes
    assert place(4, table.notes.get("sheets", ())) == ("", 4)


def test_all_sheets_together_keep_to_the_limit():
    data = workbook(lambda book: months(book, "Янв", "Фев"))
    assert len(read(data, limits=Limits(max_rows=4))[1]) == 4
    with pytest.raises(errors.TooManyRows):
        read(data, limits=Limits(max_rows=3))


def test_a_sheet_that_cannot_be_read_stands_in_nobodys_way():
    def fill(book):
        months(book, "Янв")
        book.add_worksheet("Свод").write_row("A1", ["Месяц", "Сумма", "Сумма"])
        book.get_worksheet_by_name("Свод").write_row("A2", ["01.2025", 5, 5])

    table, rows = read(workbook(fill))
    assert len(rows) == 2 and table.notes["other_sheets"] == ["Свод"]
