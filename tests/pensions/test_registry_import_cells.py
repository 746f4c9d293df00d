# ruff: noqa: F811 (fixtures of the other module are named as arguments)
"""What stands in cells of honest files, and what it is taken for: dashes, invisible signs, words in place of a day,
numbers that stand for none; and what the page says of columns that nobody reads."""

import io
import unicodedata

import pytest
import xlsxwriter
from django.utils import translation

from common.enums import ImportState
from pensions import occupations
from pensions.imports import preview
from pensions.imports.problems import PROBLEMS, reason
from pensions.models import Contribution, EmploymentPeriod, Worker

from .test_registry_import import accept, employer, official, private_files, send  # noqa: F401
from .test_registry_import_people import IVAN, JYLDYZ, TITLES, rejected, table

pytestmark = pytest.mark.django_db

# Nothing has to be done, or the whole sentence says what.
SHORT = {"twice_in_file", "event_without_period", "share", "rate", "not_an_event", "two_digit_year"}


def with_columns(content: bytes, **more: str) -> bytes:
    """A table of one row, with these columns and values behind its own."""
    head, row = content.decode().splitlines()[:2]
    return f"{head};{';'.join(more)}\r\n{row};{';'.join(more.values())}\r\n".encode()


def test_a_dash_is_an_empty_cell_in_every_column(send, accept):
    more = {
        "Отчество": "-",
        "Пол": "—",
        "Должность": "−",
        "Дата увольнения": "-",
        "Фонд": "-",
        "Гражданство": "-",
    }
    accept(send(with_columns(table(JYLDYZ | {"pin": "-"}), **more)))
    worker, period = Worker.everything.get(), EmploymentPeriod.everything.get()
    assert (worker.patronymic, worker.sex, worker.citizenship) == ("", "", "")
    assert (period.position, period.end_on) == ("", None)
    assert Contribution.everything.current().count() == 1


def test_a_person_is_not_called_dash(send):
    run = send(table(JYLDYZ | {"family": "—"}))
    assert rejected(run) == [(2, "missing", "family_name")]


@pytest.mark.parametrize("mark", ["\u200e", "\u00ad", "\u200d", "\u202c"])
def test_signs_that_nobody_sees_spoil_nothing(send, accept, mark):
    row = {key: f"{mark}{value[:2]}{mark}{value[2:]}" for key, value in JYLDYZ.items()}
    run = accept(send(table(row)))
    assert not rejected(run)
    assert Worker.everything.get().full_name == "Асанова Жылдыз"


def test_letters_in_two_parts_are_one(send, accept):
    """As files of a Mac have them: й and ё as a letter and a sign above it, in titles too."""
    text = table(JYLDYZ | {"family": "Ёлкина", "given": "Майя"}).decode()
    run = accept(send(unicodedata.normalize("NFD", text).encode()))
    assert not rejected(run) and not run.counts["notes"].get("other_columns")
    assert Worker.everything.get().full_name == "Ёлкина Майя"
    assert str(EmploymentPeriod.everything.get().start_on) == "2024-09-02"


@pytest.mark.parametrize(
    "words",
    [
        *(
            "по настоящее время",
            "н.в.",
            "по н/в",
            "работает",
            "азыркы учурга чейин",
            "иштеп жатат",
            "Present",
        ),
        *("31.12.9999", "9999-12-31"),
    ],
)
def test_work_that_goes_on_has_no_last_day(send, accept, words):
    accept(send(with_columns(table(JYLDYZ), **{"Дата увольнения": words})))
    assert EmploymentPeriod.everything.get().end_on is None


def test_a_day_too_far_ahead_is_named(send):
    run = send(with_columns(table(JYLDYZ), **{"Дата увольнения": "31.12.2099"}))
    assert rejected(run) == [(2, "too_far_ahead", "end_on")]


def test_work_that_begins_next_year_is_named_and_may_be_withdrawn(send):
    far = JYLDYZ | {"start": "01.02.2099", "month": "01.2025"}
    assert rejected(send(table(far))) == [(2, "in_future", "start_on")]
    withdrawn = with_columns(table(far), **{"Тип сведений": "отменяющая", "Дата увольнения": "31.12.9999"})
    assert rejected(send(withdrawn)) == [(2, "outside_period", "month")]


def test_a_month_told_and_withdrawn_in_one_file_is_no_correction(send, accept):
    """To send the second row as a correction would find nothing to correct: the reason says what helps."""
    accept(send(table(JYLDYZ)))
    kinds = {"Тип сведений": "отменяющая"}
    first = with_columns(table(JYLDYZ), **kinds).decode().splitlines()
    second = (
        with_columns(table(JYLDYZ | {"accrued": "16000"}), **{"Тип сведений": "исходная"})
        .decode()
        .splitlines()
    )
    run = accept(send("\n".join([*first, second[1]]).encode()))
    assert rejected(run) == [(3, "told_and_withdrawn", "month")]


def test_months_before_a_person_could_work_are_named(send, accept):
    """Where the file has no dates of hire nothing else would hold them."""
    rows = [JYLDYZ | {"start": "", "month": month} for month in ("05.1950", "03.2000", "04.2000", "01.2025")]
    run = accept(send(table(*rows)))
    assert rejected(run) == [(2, "month_too_young", "month"), (3, "month_too_young", "month")]
    assert Contribution.everything.current().count() == 2


def test_zeros_are_no_number_and_join_nobody(send, accept):
    none = {"pin": "", "snils": "000-000-000 00"}
    run = accept(send(table(JYLDYZ | none, IVAN | none, IVAN | {"snils": "00000000000"})))
    assert rejected(run) == [(2, "no_identifier", ""), (3, "no_identifier", "")]
    assert [one.kind for one in Worker.everything.get().identifiers.all()] == ["KG-PIN"]


@pytest.mark.parametrize(
    ("pin", "problem"),
    [("11704200000000", "shortened"), ("99999999999999", "no_number"), ("1" * 14, "no_number")],
)
def test_numbers_that_many_would_bear_are_named(send, pin, problem):
    assert rejected(send(table(JYLDYZ | {"pin": pin}))) == [(2, problem, "KG-PIN")]


def test_columns_that_nobody_reads_are_told(send):
    run = send(with_columns(table(JYLDYZ), **{"№ п/п": "1", "Премия": "5000", "Начислено, сом": "9"}))
    assert run.counts["notes"]["other_columns"] == ["Премия", "Начислено, сом"]
    with translation.override("ru"):
        assert "Столбцы, которые не прочитаны: “Премия” и “Начислено, сом”." in preview.of(run)["notes"]


def test_the_same_title_under_two_groups_is_asked_for(send):
    """“Начислено” of wages and of contributions: no dead end, and no column is taken for another."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        own = list(TITLES.values())[:-1]
        for place, title in enumerate(own):
            sheet.merge_range(0, place, 1, place, title)
        sheet.merge_range(0, len(own), 0, len(own) + 1, "Выплаты")
        sheet.merge_range(0, len(own) + 2, 0, len(own) + 3, "Страховые взносы")
        sheet.write_row(1, len(own), ["Начислено, руб.", "НДФЛ", "Начислено, руб.", "Взносы уплачено"])
        sheet.write_row(2, 0, [*list(JYLDYZ.values())[:-1], "50000", "6500", "15000", "15000"])
    run = send(target.getvalue(), "groups.xlsx")
    assert run.state == ImportState.MAPPING


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_reason_says_the_way_out(language):
    with translation.override(language):
        for code in PROBLEMS.keys() - SHORT - occupations.PROBLEMS.keys():
            told = reason(code, "")
            assert ":" in told or ";" in told or ". " in told, f"{code}: {told}"
        assert "ж, м" in reason("unknown_word", "sex")
        assert "корректирующая" in reason("unknown_word", "kind")
