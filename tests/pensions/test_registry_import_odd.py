# ruff: noqa: F811 (fixtures of the other module are named as arguments)
"""Files that came out wrong: damaged bytes, other separators, remarks below the table, corrections of corrections."""

import io
from decimal import Decimal
from itertools import permutations

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.errors import Invalid
from pensions import generator
from pensions.imports import confirming, preview
from pensions.models import Contribution, EmploymentPeriod, StagedRow, Worker, WorkRecordImport
from pensions.services import imports

from .test_registry_import import accept, employer, official, private_files, send, supervisor  # noqa: F401

pytestmark = pytest.mark.django_db


def total(rows) -> Decimal:
    return sum((row["accrued"] for row in rows), Decimal(0))


def recorded() -> Decimal:
    found = Contribution.everything.current().values_list("accrued", flat=True)
    return sum((Decimal(str(one)) for one in found), Decimal(0)).quantize(Decimal("0.01"))


def lines(made: generator.WorkFile, encoding: str = "utf-8") -> list[bytes]:
    return generator.to_csv(made, encoding=encoding).splitlines(keepends=True)


@pytest.mark.parametrize("sign", ["\t", "|", ";"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_any_separator_in_any_encoding_with_line_ends_inside_cells(send, accept, sign, encoding):
    made = generator.make(seed=3, workers=4, wrong_share=0)
    for row in made.rows:
        row["position"] = "мастер\r\nучастка"
    text = generator.to_csv(made, encoding="utf-8").decode().replace(";", sign)
    run = accept(send(text.encode(encoding)))
    assert (run.counts["applied"], run.counts["rejected"]) == (len(made.rows), 0)
    assert recorded() == total(made.rows)
    assert EmploymentPeriod.everything.first().position == "мастер участка"


def test_a_zero_byte_spoils_its_row_and_no_other(send, accept):
    made = generator.make(seed=3, workers=6, wrong_share=0)
    content = lines(made)
    amount = str(made.rows[2]["accrued"]).replace(".", ",").encode()
    content[5] = content[5].replace(amount, amount[:2] + b"\0" + amount[2:], 1)
    run = accept(send(b"".join(content)))
    problems = [(one["problem"], one["example"]) for one in run.counts["problems"]]
    assert problems == [("not_a_number", 6)]
    assert recorded() == total(made.rows) - made.rows[2]["accrued"]


def test_what_stands_below_the_table_is_left_out_and_told(send, accept):
    made = generator.make(seed=3, workers=4, wrong_share=0)
    below = f"Итого;;;;;;;;;;;;;;;;;;{total(made.rows)};;\r\n\r\nГлавный бухгалтер;Иванова И. И.\r\n".encode()
    garbage = ";;".join(["мусор"] * 12).encode() + b"\r\n"
    run = accept(send(b"".join(lines(made)) + garbage + below))
    last = 3 + len(made.rows)
    assert run.counts["rejected"] == 1 and run.counts["problems"][0]["example"] == last + 1
    assert run.counts["notes"]["skipped"] == [last + 2, last + 4]
    assert any(str(last + 2) in one for one in preview.of(run)["notes"])
    assert recorded() == total(made.rows)


def test_merged_cells_and_formulas_of_a_workbook(send, accept):
    """A person stands once, merged over the months; amounts are calculated, and the program saved what came out."""
    made = generator.make(seed=3, workers=2, wrong_share=0)
    book = openpyxl.load_workbook(io.BytesIO(generator.to_xlsx(made)))
    sheet, first = book.active, 5
    for place, row in enumerate(made.rows[1:], start=first + 1):
        if row["KG-PIN"] == made.rows[0]["KG-PIN"]:
            last = place
    for column in range(2, 16):
        if sheet.cell(4, column).value != "Месяц":
            sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)
    content = io.BytesIO()
    book.save(content)
    run = accept(send(content.getvalue(), "merged.xlsx"))
    assert (run.counts["applied"], run.counts["rejected"]) == (len(made.rows), 0), run.counts["problems"]
    assert recorded() == total(made.rows) and Worker.everything.count() == made.people


def test_a_quotation_mark_that_is_not_closed_costs_one_row_and_no_money(send, accept):
    """Read as CSV has it, the row would go on to the next quotation mark and take the amounts of another row."""
    made = generator.make(seed=3, workers=6, wrong_share=0)
    content = lines(made)
    content[10] = content[10].replace("мастер".encode(), b'"' + "мастер".encode(), 1)
    content[15] = content[15].replace("мастер участка".encode(), '"мастер участка"'.encode(), 1)
    run = accept(send(b"".join(content)))
    assert [(one["problem"], one["example"]) for one in run.counts["problems"]] == [("damaged_line", 11)]
    assert recorded() == total(made.rows) - made.rows[7]["accrued"]
    assert Decimal(run.counts["sums"]["RUB"]["file"]) == total(made.rows)
    back = imports.rejected_rows(by=None, run=run, language="ky")
    assert "тырмакча" in back.content.decode("utf-8-sig") and str(made.rows[7]["birth_on"].year) in str(
        back.content
    )


def test_what_a_workbook_cannot_mean_is_named(send, accept):
    """An amount over two months, an error, a formula that nobody calculated: no row takes them for something else."""
    made = generator.make(seed=3, workers=3, wrong_share=0)
    book = openpyxl.load_workbook(io.BytesIO(generator.to_xlsx(made)))
    sheet = book.active
    places = {cell.value: cell.column for cell in sheet[4]}
    accrued, paid, position = (
        places[title] for title in ("Взносы начислено, руб.", "Взносы уплачено, руб.", "Должность")
    )
    sheet.merge_cells(start_row=6, end_row=7, start_column=accrued, end_column=accrued)
    sheet.cell(9, paid, "#N/A").data_type = "e"
    sheet.cell(10, paid, "=U10/3")
    sheet.cell(11, position, "#REF!").data_type = "e"
    content = io.BytesIO()
    book.save(content)
    run = accept(send(content.getvalue(), "odd.xlsx"))
    rejected = StagedRow.objects.filter(run=run, state="rejected").order_by("number")
    assert list(rejected.values_list("number", "problem", "problem_field")) == [
        *((line, "merged_amount", "accrued") for line in (6, 7)),
        *((line, "error_cell", "paid") for line in (9, 10)),
        (11, "error_cell", "position"),
    ]
    assert recorded() == total(row for place, row in enumerate(made.rows) if place not in {1, 2, 4, 5, 6})


@pytest.mark.parametrize("name", ["юЯЮМНБЮ", "Ђб ­®ў", "Асано¤ва"])
def test_a_name_read_in_a_wrong_table_is_no_new_person(send, name):
    made = generator.make(seed=3, workers=2, wrong_share=0)
    for row in made.rows:
        row["family_name"] = name if row["family_name"] == "Асанова" else row["family_name"]
    run = send("".join(one.decode() for one in lines(made)).encode())
    assert [(one["problem"], one["problem_field"]) for one in run.counts["problems"]] == [
        ("broken_letters", "family_name")
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_imports_of_one_month_are_taken_back_in_any_order(send, accept, supervisor, run_jobs, order):
    """What stands at the end never comes from an import that was taken back."""
    made, runs, sums = generator.make(seed=3, workers=3, wrong_share=0), [], []
    for change in (0, 100, 20):
        made.rows[0]["accrued"] += change
        entries = "correction" if change else "original"
        runs.append(accept(send(generator.to_csv(made), f"{change}.csv", entries=entries)))
        sums.append(made.rows[0]["accrued"])
    month = Contribution.everything.get(version=3)
    facts = Contribution.everything.current().filter(worker=month.worker, month=month.month)
    standing = {0, 1, 2}
    for place in order:
        imports.undo(by=supervisor, run=runs[place], why="wrong")
        assert run_jobs() == ["succeeded"]
        standing.discard(place)
        assert [one.accrued for one in facts.all()] == [sums[last] for last in sorted(standing)[-1:]]
    assert not Contribution.everything.current().exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda head: head + b";" + b";".join(b"x%d" % place for place in range(1_000)), "too_many_columns"),
        (lambda head: head + ";Фамилия".encode(), "wrong_template"),
    ],
    ids=["a thousand columns", "a title twice"],
)
def test_a_header_that_cannot_be_followed_is_refused_clearly(official, employer, change, code):
    content = lines(generator.make(seed=3, workers=2, wrong_share=0))
    content[2] = change(content[2].rstrip()) + b"\r\n"
    with pytest.raises(Invalid) as raised:
        imports.upload(
            by=official, employer=employer, registry_state="KG", content=b"".join(content), name="x.csv"
        )
    assert raised.value.code == code and len(str(raised.value)) > 20
    assert not WorkRecordImport.everything.exists()


def test_rows_that_another_file_confirmed_are_told_by_name_before_they_leave(
    send, accept, supervisor, run_jobs
):
    made = generator.make(seed=3, workers=3, wrong_share=0)
    half = generator.WorkFile(made.rows[: len(made.rows) // 2])
    first = accept(send(generator.to_csv(half), "half.csv"))
    second = accept(send(generator.to_csv(made), "whole.csv"))
    assert second.counts["confirms"] == {str(first.pk): second.counts["known"]} != {str(first.pk): 0}
    expected = [{"by": "whole.csv", "count": len(half.rows)}]
    assert preview.of(first)["confirming"] == expected and preview.of(second)["confirming"] == []
    imports.undo(by=supervisor, run=first, why="wrong")
    run_jobs()
    first.refresh_from_db()
    assert preview.of(first)["confirming"] == expected
    assert recorded() == total(made.rows) - total(half.rows)
    imports.undo(by=supervisor, run=second, why="told once more")
    run_jobs()
    third = accept(send(generator.to_csv(made), "whole.csv"))
    assert preview.of(first)["confirming"] == [] and recorded() == total(made.rows)
    assert third.counts["known"] == 0


@pytest.mark.postgres
def test_files_of_one_employer_are_found_by_their_index(send):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite goes through the few files that it has")
    run = send(generator.to_csv(generator.make(seed=3, workers=1, wrong_share=0)))
    with CaptureQueriesContext(connection) as asked:
        confirming.files(run)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + asked[-1]["sql"])
        assert "work_record_import_employer" in str(cursor.fetchall())


def test_an_import_that_was_undone_may_come_again(send, accept, supervisor, run_jobs):
    made = generator.make(seed=3, workers=8, wrong_share=0)
    content = generator.to_csv(made)
    for _time in range(2):
        run = accept(send(content))
        assert (run.counts["applied"], recorded()) == (len(made.rows), total(made.rows))
        imports.undo(by=supervisor, run=run, why="the wrong year")
        run_jobs()
        assert recorded() == 0 and not EmploymentPeriod.everything.current().exists()
    assert accept(send(content)).counts["applied"] == len(made.rows)
    assert recorded() == total(made.rows)
    assert EmploymentPeriod.everything.current().count() == made.people


def test_a_correction_of_a_correction_and_both_taken_back(send, accept, supervisor, run_jobs):
    made = generator.make(seed=3, workers=5, wrong_share=0)
    accept(send(generator.to_csv(made)))
    sums, runs = [total(made.rows)], []
    for change in ("100.01", "0.02"):
        made.rows[0]["accrued"] += Decimal(change)
        made.rows[1]["accrued"] += Decimal(change)
        runs.append(accept(send(generator.to_csv(made), f"{change}.csv", entries="correction")))
        sums.append(total(made.rows))
        assert (runs[-1].counts["applied"], recorded()) == (2, sums[-1])
    for run, left in zip(reversed(runs), reversed(sums[:-1]), strict=True):
        imports.undo(by=supervisor, run=run, why="wrong")
        run_jobs()
        assert recorded() == left


def test_statements_of_an_import_and_its_undo_do_not_follow_its_rows(send, accept, supervisor, run_jobs):
    counted = []
    for workers in (4, 40):
        made = generator.make(seed=workers, workers=workers, wrong_share=0)
        run = accept(send(generator.to_csv(made), f"{workers}.csv"))
        with CaptureQueriesContext(connection) as caught:
            imports.undo(by=supervisor, run=run, why="wrong")
            run_jobs()
        counted.append(len(caught))
    assert counted[1] <= counted[0] < 70


def test_nothing_of_a_person_stays_in_the_staging(send, accept):
    run = accept(send(generator.to_csv(generator.make(seed=7, workers=10, wrong_share=0.05))))
    assert set(StagedRow.objects.filter(run=run).values_list("state", flat=True)) <= {"rejected"}


@pytest.mark.parametrize(
    "spell",
    [
        lambda digits: f"'{digits}",
        lambda digits: f"{digits}.0",
        lambda digits: f" {digits[:7]}\xa0{digits[7:]}",
    ],
    ids=["apostrophe", "fraction", "spaces"],
)
def test_numbers_that_other_programs_have_dressed_up_are_read(send, accept, spell):
    made = generator.make(seed=3, workers=3, wrong_share=0)
    for row in made.rows:
        row["KG-PIN"] = spell(row["KG-PIN"])
        row["RU-SNILS"] = spell("".join(filter(str.isdigit, row["RU-SNILS"])))
    run = accept(send(generator.to_csv(made, encoding="utf-8")))
    assert (run.counts["applied"], run.counts["rejected"]) == (len(made.rows), 0)
    assert recorded() == total(made.rows)


def test_a_number_that_a_spreadsheet_has_shortened_is_named_with_the_way_out(send):
    made = generator.make(seed=3, workers=2, wrong_share=0)
    made.rows[0]["KG-PIN"], made.rows[1]["RU-SNILS"] = "1,17042E+13", "1.64047E+10"
    run = send(generator.to_csv(made))
    rejected = StagedRow.objects.filter(run=run, state="rejected").order_by("number")
    assert list(rejected.values_list("problem", "problem_field")) == [
        ("shortened", "KG-PIN"), ("shortened", "RU-SNILS")
    ]  # fmt: skip


@pytest.mark.parametrize("other", ["cp1251", "mac-cyrillic"])
def test_a_mark_at_the_beginning_says_nothing_of_lines_that_were_put_behind(send, accept, other):
    """As a spreadsheet's “CSV UTF-8” with rows of another program, and a line that was spoiled."""
    made = generator.make(seed=3, workers=6, wrong_share=0)
    content = [b"\xef\xbb\xbf" + one if not place else one for place, one in enumerate(lines(made))]
    content[20] = content[20].decode().encode(other)
    content[30] = content[30].replace("Жылдыз".encode(), b"\xff\xfe\xff").replace("а".encode(), b"\xff", 2)
    run = accept(send(b"".join(content)))
    assert (run.counts["applied"], run.counts["rejected"]) == (len(made.rows) - 1, 1)
    assert recorded() == total(row for place, row in enumerate(made.rows) if place != 27)


@pytest.mark.parametrize("other", ["mac-cyrillic", "cp866", "koi8-r"])
def test_a_few_lines_of_another_table_far_inside_are_read_as_such(send, accept, other):
    """Read in the table of the others, «Асанова» would begin with a letter of the Serbs, which is a letter too."""
    made = generator.make(seed=3, workers=30, wrong_share=0)
    content = lines(made, "cp1251")
    for place in (100, 200, 300):
        content[place] = content[place].decode("cp1251").encode(other)
    run = accept(send(b"".join(content)))
    assert (run.counts["applied"], run.counts["rejected"]) == (len(made.rows), 0)
    names = {row["family_name"] for row in made.rows}
    assert {one.family_name for one in Worker.everything.all()} <= names


@pytest.mark.parametrize("encodings", [("utf-8", "utf-16"), ("cp1251", "utf-16"), ("utf-16", "utf-8-sig")])
def test_files_put_together_in_two_encodings_lose_no_row(send, accept, encodings):
    """As by `copy a.csv+b.csv`: the titles above the second table are the only lines that are no rows."""
    made = generator.make(seed=3, workers=12, wrong_share=0)
    half = len(made.rows) // 2
    parts = [generator.WorkFile(made.rows[:half]), generator.WorkFile(made.rows[half:])]
    content = [
        generator.to_csv(part, encoding="utf-8").decode().encode(encoding)
        for part, encoding in zip(parts, encodings, strict=True)
    ]
    run = accept(send(b"".join(content)))
    assert (run.counts["applied"], recorded()) == (len(made.rows), total(made.rows))
    assert [one["count"] for one in run.counts["problems"]] == [run.counts["rejected"]] == [2]


def test_a_sheet_for_each_month_is_one_file(send, accept):
    """Each row once, equal to the cent; a wrong row is named by its sheet, and comes back with the others."""
    made = generator.make(seed=3, workers=5, wrong_share=0)
    months = sorted({row["month"] for row in made.rows})
    of_months = [[row for row in made.rows if row["month"] == month] for month in months[:3]]
    wrong = of_months[2][1]
    wrong["birth_on"] = None
    book = openpyxl.Workbook()
    book.remove(book.active)
    for month, rows in zip(months, of_months, strict=False):
        one = openpyxl.load_workbook(io.BytesIO(generator.to_xlsx(generator.WorkFile(rows)))).active
        sheet = book.create_sheet(f"{month:%m.%Y}")
        for row in one.iter_rows(values_only=True):
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    run = accept(send(content.getvalue(), "months.xlsx"))
    rows = [row for month in of_months for row in month]
    assert (run.counts["applied"], run.counts["rejected"]) == (len(rows) - 1, 1)
    assert recorded() == total(rows) - wrong["accrued"]
    shown = preview.of(run)
    assert shown["problem_rows"][0][2] == "03.2025: 6" and shown["account"]["agrees"]
    assert any("01.2025, 02.2025" in note for note in shown["notes"])
    back = imports.rejected_rows(by=None, run=run, language="ky")
    assert len(list(openpyxl.load_workbook(io.BytesIO(back.content)).active.iter_rows())) == 2
