# ruff: noqa: F811 (fixtures of the other modules are named as arguments)
"""Events of the Russian labour record: a period keeps the event and document that began it and those that ended it."""

import pytest

from common.errors import Invalid
from common.tables import columns, writer
from common.tables.columns import Table
from common.tables.reader import open_table
from pensions import entries, own_data
from pensions.imports import applying, fund_forms
from pensions.models import EmploymentPeriod
from pensions.services import imports, ledger

from .test_registry_import import accept, employer, official, private_files, send, supervisor  # noqa: F401
from .test_registry_import_again import current, problems, withdrawal
from .test_registry_import_dirty import event, events, form, stage

pytestmark = pytest.mark.django_db

H, D, OTHER, T = (f"3f2b7c1e-0000-4000-8000-00000000000{digit}" for digit in "1234")


def told(key: str, document: str, more: str = "") -> str:
    basis = f"<Основание><Наименование>Приказ</Наименование><Номер>{document}</Номер></Основание>"
    return f"<UUID>{key}</UUID>{basis if document else ''}{more}"


HIRE = event("2024-02-01", "1", told(H, "12-к", "<Должность>бухгалтер</Должность>"))
DISMISSAL = event("2024-09-30", "5", told(D, "90-у"))
BOTH = form(events(HIRE, DISMISSAL))
WHOLE = (H, "Приказ 12-к", D, "Приказ 90-у")


def kept(period: EmploymentPeriod | None = None) -> tuple:
    """The events and documents of the period, begun and ended."""
    period = period or current()
    keys = [str(key) if key else None for key in (period.event_id, period.closing_event_id)]
    return keys[0], period.basis_document, keys[1], period.closing_document


def again(content: bytes) -> bytes:
    """The same form, told by another file."""
    return content + b"<!-- -->"


def corrected(*rows: str) -> bytes:
    return form(f"<Тип>КОРР</Тип>{events(*rows)}")


# --- reading --------------------------------------------------------------------------------------------


def test_a_hire_and_a_dismissal_of_one_block_keep_both_events(send, accept):
    run = accept(send(BOTH, "both.xml"))
    assert (run.counts["applied"], kept(), current().version) == (1, WHOLE, 1)
    run = accept(send(again(BOTH), "again.xml"))
    assert (run.counts["known"], run.counts["applied"], current().version) == (1, 0, 1)


def test_a_dismissal_of_its_own_file_fills_the_end_and_leaves_the_hire_its_event(send, accept):
    accept(send(form(events(HIRE)), "hire.xml"))
    assert kept() == (H, "Приказ 12-к", None, "")
    accept(send(form(events(DISMISSAL)), "end.xml"))
    assert (kept(), current().version, current().position) == (WHOLE, 2, "бухгалтер")


def test_the_date_of_a_document_is_written_as_people_write_it(send, accept):
    basis = (
        "<Основание><Наименование>Приказ</Наименование><Дата>2024-01-31</Дата><Номер>12-к</Номер></Основание>"
    )
    accept(send(form(events(event("2024-02-01", "1", basis))), "hire.xml"))
    assert (current().basis_document, str(current().start_on)) == ("Приказ 31.01.2024 12-к", "2024-02-01")


UNIT = "<СтруктурноеПодразделение>Участок № 2</СтруктурноеПодразделение>"
GROUND = (
    "<ОснованиеУвольнения><НормативныйДокумент>ТК РФ</НормативныйДокумент><Статья>77</Статья><Пункт>3</Пункт>"
    "</ОснованиеУвольнения><Причина>по собственному желанию</Причина>"
)
WORDS = "ТК РФ 77 3 по собственному желанию"


def place() -> tuple:
    return current().unit, current().dismissal_ground, current().version


def test_the_unit_and_the_ground_of_a_dismissal_are_kept(send, accept):
    whole = form(events(event("2024-02-01", "1", UNIT), event("2024-09-30", "5", GROUND)))
    run = send(whole, "whole.xml")
    assert not run.counts["notes"].get("unread")
    accept(run)
    assert place() == ("Участок № 2", WORDS, 1)
    assert accept(send(again(whole), "again.xml")).counts["known"] == 1
    accept(send(corrected(event("2024-09-30", "5", "<Причина>сокращение</Причина>")), "corrected.xml"))
    assert place() == ("Участок № 2", "сокращение", 2)
    accept(send(withdrawal(events(event("2024-02-01", "1")), "ЕФС-1"), "withdrawn.xml"))
    assert not EmploymentPeriod.everything.current().exists()


def test_a_reason_of_an_event_that_ends_nothing_is_told_as_not_read(send):
    run = send(form(events(event("2024-02-01", "1", "<Причина>перевод</Причина>"))), "hire.xml")
    (place,) = run.counts["notes"]["unread"]
    assert place.endswith("Мероприятие/Причина")


def test_a_ground_that_the_record_lacked_is_added_once(send, accept):
    accept(send(BOTH, "both.xml"))
    telling = form(events(event("2024-09-30", "5", told(D, "90-у", GROUND))))
    accept(send(telling, "ground.xml"))
    assert place() == ("", WORDS, 2)
    assert accept(send(again(telling), "again.xml")).counts["known"] == 1
    accept(send(corrected(HIRE), "open.xml"))
    assert place() == ("", WORDS, 2), "a single event leaves the end as it is"


def test_a_table_tells_units_and_grounds_and_no_ground_without_an_end(send, accept):
    head = "Фамилия;Имя;Дата рождения;СНИЛС;Дата приёма;Дата увольнения;Подразделение;Основание увольнения;Месяц;"
    person = "Асанова;Жылдыз;17.04.1986;164-047-081 49;01.02.2024;"
    rows = [
        f"{head}Начислено взносов",
        f"{person}30.09.2024;Склад;соглашение сторон;02.2024;10,00",
        f"{person};Склад;соглашение сторон;03.2024;10,00",
        f"{person};Склад;—;04.2024;10,00".replace("01.02.2024", "01.10.2024").replace("04.2024", "10.2024"),
    ]
    run = accept(send("\n".join(rows).encode(), "units.csv"))
    kept = EmploymentPeriod.everything.current().order_by("start_on").values_list("unit", "dismissal_ground")
    assert list(kept) == [("Склад", "соглашение сторон"), ("Склад", "")]
    assert problems(run) == [("missing", "end_on")]


@pytest.mark.parametrize("kind", ["ИСХД", "КОРР"])
@pytest.mark.parametrize("more", ["", told(D, "90-у")], ids=["bare", "with its event"])
def test_the_same_dismissal_sent_again_is_known(send, accept, kind, more):
    end = event("2024-09-30", "5", more)
    accept(send(form(events(HIRE)), "hire.xml"))
    accept(send(form(events(end)), "end.xml"))
    run = accept(send(form(f"<Тип>{kind}</Тип>{events(end)}<!-- -->"), "again.xml"))
    assert (run.counts["known"], run.counts["applied"], run.counts["rejected"]) == (1, 0, 0)
    assert current().version == 2


def test_a_dismissal_that_another_event_told_still_closes_nothing(send, accept):
    accept(send(BOTH, "both.xml"))
    other_day = send(form(events(event("2024-10-31", "5", told(D, "")))), "day.xml")
    other_event = send(form(events(event("2024-09-30", "5", told(OTHER, "")))), "event.xml")
    for run in (other_day, other_event):
        assert problems(run) == [("nothing_to_close", "end_on")]


def test_the_same_dismissal_closes_no_other_work(send, accept):
    """Hired again: the dismissal that is sent once more belongs to the work that it ended."""
    accept(send(BOTH, "both.xml"))
    accept(send(form(events(event("2024-09-01", "1", told(OTHER, "3-к")))), "second.xml"))
    run = accept(send(form(events(DISMISSAL)), "again.xml"))
    assert run.counts["known"] == 1
    assert EmploymentPeriod.everything.current().get(start_on="2024-09-01").end_on is None


def test_a_transfer_ends_one_period_and_begins_the_next(send, accept):
    transfer = event("2024-05-01", "2", told(T, "44-п"))
    accept(send(form(events(HIRE, transfer)), "a.xml"))
    first, second = EmploymentPeriod.everything.current().order_by("start_on")
    assert kept(first) == (H, "Приказ 12-к", T, "Приказ 44-п")
    assert kept(second) == (T, "Приказ 44-п", None, "")
    run = accept(send(form(events(transfer)), "b.xml"))
    assert (run.counts["known"], run.counts["rejected"]) == (2, 0)


def test_what_the_hire_leaves_out_the_dismissal_says(send, accept):
    job = "<Должность>бухгалтер</Должность><КодВФ>2411.6</КодВФ>"
    accept(send(form(events(event("2024-02-01", "1"), event("2024-09-30", "5", job))), "a.xml"))
    assert (current().position, current().occupation) == ("бухгалтер", "2411.6")


# --- what stays, what changes ---------------------------------------------------------------------------


def test_a_file_that_is_silent_about_the_end_keeps_its_event(send, accept):
    accept(send(BOTH, "both.xml"))
    cashier = event("2024-02-01", "1", "<Должность>кассир</Должность>")
    accept(send(corrected(cashier), "hire.xml"))
    assert (kept(), current().position) == (WHOLE, "кассир")
    accept(send(corrected(cashier, event("2024-10-31", "5")), "moved.xml"))
    assert (kept(), str(current().end_on)) == (WHOLE, "2024-10-31")


def test_another_kind_of_end_does_not_keep_the_event_of_the_first(send, accept):
    accept(send(BOTH, "both.xml"))
    ended = event("2024-09-30", "окончание договора гпх")
    accept(send(corrected(HIRE, ended), "a.xml"))
    assert (kept(), current().closed_by) == ((*WHOLE[:2], None, ""), "civil_end")


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ((OTHER, "90-у"), (OTHER, "Приказ 90-у")),
        ((D, "91-у"), (D, "Приказ 91-у")),
    ],
)
def test_a_correction_of_the_ending_event_is_written_once(send, accept, end, expected):
    accept(send(BOTH, "both.xml"))
    dismissal = event("2024-09-30", "5", told(*end))
    for rows in ((HIRE, dismissal), (dismissal,)):
        accept(send(corrected(*rows), f"{len(rows)}.xml"))
        assert (kept()[2:], current().version) == (expected, 2)
    assert kept()[:2] == WHOLE[:2]


def test_a_correction_finds_its_dismissal_by_the_event(send, accept):
    accept(send(BOTH, "both.xml"))
    run = accept(send(corrected(event("2024-10-31", "5", told(D, ""))), "moved.xml"))
    assert (run.counts["applied"], str(current().end_on), kept()) == (1, "2024-10-31", WHOLE)


def test_events_that_the_record_does_not_know_are_added(send, accept):
    """A table told the period first; the form brings what no table has and changes nothing else."""
    bare = form(events(event("2024-02-01", "1", "<Должность>кассир</Должность>"), event("2024-09-30", "5")))
    accept(send(bare, "bare.xml"))
    for content in (BOTH, again(BOTH)):
        accept(send(content, "both.xml"))
        assert (kept(), current().version, current().position) == (WHOLE, 2, "кассир")


def test_what_stood_in_the_record_before_stays_where_it_stood(send, accept):
    """Older records hold the event of a dismissal that came alone as the event of the period."""
    accept(send(BOTH, "both.xml"))
    old = {"event_id": D, "basis_document": "Приказ 90-у", "closing_event_id": None, "closing_document": ""}
    ledger.correct(by=None, entry=current(), reason="as it was", **old)
    run = accept(send(form(events(DISMISSAL)), "again.xml"))
    assert (run.counts["known"], current().version) == (1, 2)
    accept(send(corrected(HIRE, DISMISSAL), "corrected.xml"))
    assert (kept(), current().version) == (WHOLE, 3)


# --- withdrawn and taken back ---------------------------------------------------------------------------


def test_a_withdrawal_repeats_the_events_and_an_undo_brings_them_back(send, accept, supervisor, run_jobs):
    accept(send(form(events(HIRE)), "hire.xml"))
    ended = accept(send(form(events(DISMISSAL)), "end.xml"))
    run = accept(send(withdrawal(events(HIRE, DISMISSAL), "ЕФС-1"), "w.xml"))
    assert kept(EmploymentPeriod.everything.get(voids=True)) == WHOLE
    for one, expected in ((run, WHOLE), (ended, (*WHOLE[:2], None, ""))):
        imports.undo(by=supervisor, run=one, why="wrong")
        run_jobs()
        assert kept() == expected


# --- rejected rows --------------------------------------------------------------------------------------


def rejected(run) -> tuple[list[str], dict]:
    back = imports.rejected_rows(by=None, run=run, language="ru")
    with open_table(back.content) as table:
        header, (row,) = table.header, table.rows()
    return header, dict(zip(header, row.values, strict=True))


def mended(header: list[str], row: dict) -> bytes:
    return writer.to_bytes(Table(columns.plain_columns(header), [[row[title] for title in header]]), "csv")


def test_rejected_events_are_mended_in_a_table(send, accept):
    bad = told("х", "90-у")
    run = send(form(events(HIRE, event("2024-09-30", "5", bad))), "bad.xml")
    assert problems(run) == [("not_an_event", "closing_event_id")]
    header, row = rejected(run)
    assert (row["UUID"], row["UUID окончания"], row["Основание окончания"]) == (H, "х", "Приказ 90-у")
    accept(send(mended(header, row | {"UUID окончания": D}), "mended.csv"))
    assert kept() == WHOLE


def test_a_table_of_rejected_ends_from_before_tells_the_event_of_the_end(send, accept):
    accept(send(form(events(HIRE)), "hire.xml"))
    new = {fund_forms.TITLES[name] for name in ("closing_event_id", "closing_document")}
    row = dict.fromkeys((title for title in fund_forms.TITLES.values() if title not in new), "")
    row |= {"Элемент": "x", "Фамилия": "Асанова", "СНИЛС": "164-047-081 49", "По": "30.09.2024"}
    row |= {"Вид окончания": "5", "UUID": D, "Основание": "Приказ 90-у"}
    accept(send(mended(list(row), row), "old.csv"))
    assert kept() == WHOLE


def test_an_ending_event_without_a_last_day_is_named(send):
    row = dict.fromkeys(fund_forms.TITLES.values(), "")
    row |= {"Элемент": "x", "Фамилия": "Асанова", "СНИЛС": "164-047-081 49", "С": "01.02.2024"}
    run = send(mended(list(row), row | {"UUID окончания": D}), "mended.csv")
    assert problems(run) == [("missing", "end_on")]


# --- by hand, and where it is shown ---------------------------------------------------------------------


def test_work_that_goes_on_has_no_ending_event(send, accept):
    accept(send(BOTH, "both.xml"))
    with pytest.raises(Invalid) as raised:
        ledger.correct(by=None, entry=current(), reason="x", end_on=None, closing_document="Приказ 90-у")
    assert (raised.value.code, raised.value.field) == ("closing_without_end", "closing_document")
    ledger.correct(by=None, entry=current(), reason="goes on", end_on=None, closed_by="", closing_document="")
    assert kept() == (*WHOLE[:2], None, "")


def test_the_page_of_the_period_and_the_persons_own_data_tell_both(send, accept):
    accept(send(BOTH, "both.xml"))
    shown = {str(value) for _name, value in entries.period_facts(current())}
    assert set(WHOLE) <= shown
    given = {model.__name__: rows for model, _names, rows in own_data.tables([current().worker_id], "en")}
    assert given["EmploymentPeriod"][0]["closing_document"] == "Приказ 90-у"


def test_the_stage_of_a_year_is_no_dismissal(send, accept):
    accept(send(form(stage(), name="СЗВ-СТАЖ"), "stage.xml"))
    run = send(form(events(event("2024-12-31", "5", told(D, "")))), "end.xml")
    assert problems(run) == [("nothing_to_close", "end_on")]


# --- ends and beginnings in different blocks of one file ------------------------------------------------

HIRED = event("2024-02-01", "1", told(H, "12-к"))
MOVED = event("2024-05-01", "2", told(T, "40-п", "<Должность>главный бухгалтер</Должность>"))
REHIRED = event("2024-11-01", "1", told(OTHER, "99-к"))


def blocks(*rows: str) -> bytes:
    """Each event in a block of its own, all of one person."""
    return form("".join(events(row) for row in rows))


def periods() -> list[tuple]:
    found = EmploymentPeriod.everything.current().order_by("start_on")
    return [(str(one.start_on), one.end_on and str(one.end_on), one.closed_by) for one in found]


@pytest.mark.parametrize("rows", [(HIRE, DISMISSAL), (DISMISSAL, HIRE)], ids=["in order", "the end first"])
@pytest.mark.parametrize("chunk", [1, 50_000], ids=["a span each", "one span"])
def test_a_hire_and_a_dismissal_of_two_blocks_are_one_stretch(send, accept, monkeypatch, rows, chunk):
    monkeypatch.setattr(applying, "CHUNK", chunk)
    run = accept(send(blocks(*rows), "blocks.xml"))
    assert (run.counts["applied"], run.counts["rejected"], run.counts["known"]) == (2, 0, 0)
    assert (kept(), current().position) == (WHOLE, "бухгалтер")
    assert periods() == [("2024-02-01", "2024-09-30", "dismissal")]
    # A span that is over is in the record: the next one closes what it began, as another file would.
    version = 2 if chunk == 1 and rows[0] == HIRE else 1
    for content in (again(blocks(*rows)), again(again(BOTH))):
        run = accept(send(content, "again.xml"))
        assert (run.counts["applied"], run.counts["rejected"], current().version) == (0, 0, version)


def test_whoever_is_known_is_told_before_the_file_is_applied(send, accept):
    accept(send(form(events(event("2023-01-09", "1"), event("2023-12-29", "5"))), "before.xml"))
    run = send(blocks(DISMISSAL, HIRE), "blocks.xml")
    assert (run.counts["ready"], run.counts["rejected"]) == (2, 0)


def test_blocks_tell_what_one_block_tells(send, accept, supervisor, run_jobs):
    """A hire, a transfer, a dismissal and a hire anew, in any order."""
    whole = [
        ("2024-02-01", "2024-04-30", "transfer"),
        ("2024-05-01", "2024-09-30", "dismissal"),
        ("2024-11-01", None, ""),
    ]
    for rows in ((HIRED, MOVED, DISMISSAL, REHIRED), (REHIRED, DISMISSAL, MOVED, HIRED)):
        for content in (form(events(*rows)), blocks(*rows)):
            run = accept(send(content, "events.xml"))
            assert (periods(), problems(run)) == (whole, [])
            imports.undo(by=supervisor, run=run, why="next")
            run_jobs()
            assert not periods()


def test_an_end_told_twice_in_the_file_ends_once(send, accept):
    run = accept(send(blocks(HIRE, DISMISSAL, DISMISSAL), "twice.xml"))
    assert (run.counts["rejected"], kept(), current().version) == (0, WHOLE, 1)


def test_another_end_of_the_same_work_is_rejected_by_name(send, accept):
    later = event("2024-10-31", "5", told(OTHER, "91-у"))
    run = accept(send(blocks(later, HIRE, DISMISSAL), "two.xml"))
    assert (problems(run), kept()) == ([("nothing_to_close", "end_on")], WHOLE)


def test_an_end_closes_the_later_work_of_the_record(send, accept):
    """The record knows of a transfer that the file is silent about."""
    accept(send(form(events(HIRED, MOVED)), "before.xml"))
    run = accept(send(blocks(HIRED, DISMISSAL), "blocks.xml"))
    assert (run.counts["applied"], run.counts["known"], run.counts["rejected"]) == (1, 1, 0)
    assert periods() == [("2024-02-01", "2024-04-30", "transfer"), ("2024-05-01", "2024-09-30", "dismissal")]


def test_an_end_before_the_hire_closes_what_the_record_has_open(send, accept):
    accept(send(form(events(HIRED)), "before.xml"))
    run = accept(send(blocks(REHIRED, DISMISSAL), "blocks.xml"))
    assert run.counts["applied"] == 2
    assert periods() == [("2024-02-01", "2024-09-30", "dismissal"), ("2024-11-01", None, "")]


def test_a_correction_in_blocks_corrects_the_end(send, accept):
    accept(send(BOTH, "both.xml"))
    other = event("2024-10-15", "5", told(D, "90-у"))
    rows = "".join(events(row) for row in (HIRE, other))
    run = accept(send(form(f"<Тип>КОРР</Тип>{rows}"), "corrected.xml"))
    assert run.counts["rejected"] == 0
    assert (periods(), current().version) == ([("2024-02-01", "2024-10-15", "dismissal")], 2)


def test_the_end_of_another_person_joins_nothing(send, accept):
    other = events(DISMISSAL).replace("Асанова", "Осмонова").replace("164-047-081 49", "112-233-445 95")
    run = accept(send(form(events(HIRE) + other), "two.xml"))
    assert (run.counts["applied"], problems(run)) == (1, [("nothing_to_close", "end_on")])
    assert current().end_on is None
