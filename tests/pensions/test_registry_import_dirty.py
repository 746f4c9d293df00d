# ruff: noqa: F811 (fixtures of the other module are named as arguments)
"""Files as they really come: two encodings in one, the same month twice, XML of the fund, columns that nobody knows."""

import datetime as dt
import json
from collections import Counter
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.enums import Role
from common.enums import ImportState
from common.errors import Invalid
from common.formatting import money
from common.tables import columns, writer
from common.tables.columns import Table
from common.tables.reader import open_table
from pensions import generator
from pensions.enums import Scheme
from pensions.imports import fund_forms, preview
from pensions.imports.columns import COLUMNS
from pensions.models import (
    ClassificationCode,
    Contribution,
    EmploymentPeriod,
    StagedRow,
    Worker,
    WorkerProposal,
    WorkRecordImport,
)
from pensions.services import imports, proposals

from .test_registry_import import accept, employer, official, private_files, send, supervisor  # noqa: F401

pytestmark = pytest.mark.django_db
NAMESPACE = "http://пф.рф/ЕФС-1/2024-01-01"


def parts(run) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in run.counts["sums"]["RUB"].items()}


def test_two_encodings_in_one_file(send, accept):
    made = generator.make(seed=3, workers=6, wrong_share=0)
    lines = generator.to_csv(made).decode("cp1251").splitlines(keepends=True)
    mixed = b"".join(
        line.encode("utf-8" if place > len(lines) // 2 else "cp1251") for place, line in enumerate(lines)
    )
    run = accept(send(mixed))
    assert run.counts["applied"] == len(made.rows) and run.counts["rejected"] == 0
    assert set(Worker.everything.values_list("family_name", flat=True)) == {
        row["family_name"] for row in made.rows
    }


def test_letters_that_were_lost_are_named(send):
    made = generator.make(seed=3, workers=6, wrong_share=0)
    content = generator.to_csv(made, encoding="utf-8").splitlines(keepends=True)
    content[5] = content[5].replace("Асанова".encode(), b"\xd0\xd0\x90\xd1\xd1")
    run = send(b"".join(content))
    assert list(
        StagedRow.objects.filter(run=run, state="rejected").values_list("problem", "problem_field")
    ) == [("broken_letters", "family_name")]


def test_the_same_month_twice_and_with_other_amounts(send, accept):
    made = generator.make(seed=3, workers=4, wrong_share=0)
    whole = sum(row["accrued"] for row in made.rows)
    same, other = dict(made.rows[0]), dict(made.rows[1])
    other["accrued"] += 1
    made.rows += [same, other]
    run = accept(send(generator.to_csv(made)))
    problems = {one["problem"]: one["count"] for one in run.counts["problems"]}
    assert problems == {"twice_in_file": 1, "conflicts_in_file": 1}
    told = parts(run)
    assert told["applied"] == whole and told["rejected"] == same["accrued"] + other["accrued"]
    assert told["file"] == told["applied"] + told["rejected"]


def test_the_control_total_agrees_to_the_cent_at_every_step(send, accept):
    made = generator.make(seed=7, workers=40, wrong_share=0.06)
    run = send(generator.to_csv(made))
    readable = sum(row["accrued"] for row in made.rows if isinstance(row["accrued"], Decimal))
    for step in (run, accept(run)):
        account = preview.of(step)["account"]
        assert account["agrees"] and parts(step)["file"] == readable
        assert len(account["columns"]) == 2, "one for each currency: no screen is too narrow for it"
        assert account["rows"][0][1] == money(readable, "RUB")
        assert account["unreadable"] == sum(not isinstance(row["accrued"], Decimal) for row in made.rows)


def test_an_undo_says_what_it_leaves(send, accept, supervisor, run_jobs):
    made = generator.make(seed=3, workers=5, wrong_share=0)
    first = accept(send(generator.to_csv(made), "first.csv"))
    for change in (100, 200):
        made.rows[0]["accrued"] += change
        accept(send(generator.to_csv(made), f"{change}.csv", entries="correction"))
    imports.undo(by=supervisor, run=first, why="wrong file")
    run_jobs()
    first.refresh_from_db()
    assert first.counts["left"] == {"100.csv": 1} and first.counts["superseded"] == 1
    assert Contribution.everything.current().get().accrued == made.rows[0]["accrued"]


# --- columns that nobody knows ------------------------------------------------------------------------


def unknown_header(made: generator.WorkFile) -> bytes:
    text = generator.to_csv(made).decode("cp1251")
    return text.replace("Взносы начислено, руб.", "Отчислено").replace("Месяц", "Когда").encode("cp1251")


def test_an_employer_names_columns_on_a_page_once(client, house, send, employer, run_jobs):
    clerk, made = house.user(Role.EMPLOYER_CLERK), generator.make(seed=3, workers=3, wrong_share=0)
    run = send(unknown_header(made), by=clerk)
    client.force_login(clerk)
    page = reverse("pensions:employer_file_columns", args=[run.pk])
    form = client.get(page).context["form"]
    names = {one.title: f"column-{place}" for place, one in enumerate(form.columns)}
    chosen = {f"column-{place}": one.field for place, one in enumerate(form.columns)}
    answer = client.post(page, chosen | {"keep": "1"})
    assert answer.status_code == 400 and answer.context["form"].non_field_errors()
    chosen |= {names["Отчислено"]: "accrued", names["Когда"]: "month"}
    answer = client.post(page, chosen | {"try": "1"})
    assert [row[1]["tone"] for row in answer.context["tried_rows"]] == ["success"] * 5
    answer = client.post(page, chosen | {"keep": "1"})
    assert answer.status_code == 302
    run_jobs()
    run.refresh_from_db()
    assert run.state == ImportState.CHECKED and run.counts["rejected"] == 0
    made.rows[0]["accrued"] += 1
    assert send(unknown_header(made), "next.csv", by=clerk).state == ImportState.CHECKED


def test_strangers_do_not_name_columns(client, house, send):
    run = send(unknown_header(generator.make(seed=3, workers=2, wrong_share=0)))
    for stranger in (
        house.user(Role.EMPLOYER_CLERK, "second"),
        house.user(Role.WORKER),
        house.user(Role.AUDITOR),
    ):
        client.force_login(stranger)
        address = reverse("pensions:employer_file_columns", args=[run.pk])
        assert client.get(address).status_code in {403, 404}
        assert client.post(address, {"keep": "1"}).status_code in {403, 404}


# --- XML of the Russian fund ----------------------------------------------------------------------------


def form(body: str, encoding: str = "windows-1251", name: str = "ЕФС-1") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><ЭДПФР xmlns="{NAMESPACE}"><{name}>'
        f"<Страхователь><РегНомер>087-101</РегНомер><ИНН>{generator.EMPLOYER['RU-INN']}</ИНН></Страхователь>"
        f"{body}</{name}></ЭДПФР>"
    )
    return text.encode("cp1251" if encoding == "windows-1251" else encoding)


def person(more: str = "", snils: str = "164-047-081 49") -> str:
    return (
        f"<ЗЛ><ФИО><Фамилия>Асанова</Фамилия><Имя>Жылдыз</Имя></ФИО><СНИЛС>{snils}</СНИЛС>"
        f"<ДатаРождения>1986-04-17</ДатаРождения>{more}</ЗЛ>"
    )


def event(on: str, kind: str, more: str = "") -> str:
    return f"<Мероприятие><Дата>{on}</Дата><Вид>{kind}</Вид>{more}</Мероприятие>"


def events(*rows: str) -> str:
    return f"{person()}<ТрудоваяДеятельность>{''.join(rows)}</ТрудоваяДеятельность>"


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-8"])
def test_events_of_work_become_periods(send, accept, encoding):
    job = "<Должность>бухгалтер</Должность><КодВФпоОКЗ>2411.6</КодВФпоОКЗ>"
    body = events(event("2024-02-01", "1", job), event("2024-05-01", "2"), event("2024-06-01", "9"))
    run = accept(send(form(body, encoding), "efs.xml"))
    assert (run.format, run.counts["applied"], run.counts["rejected"]) == ("xml", 2, 1)
    assert list(EmploymentPeriod.everything.current().order_by("start_on").values_list(
        "start_on", "end_on", "opened_by", "closed_by", "position", "occupation"
    )) == [
        (dt.date(2024, 2, 1), dt.date(2024, 4, 30), "hire", "transfer", "бухгалтер", "2411.6"),
        (dt.date(2024, 5, 1), None, "transfer", "", "", ""),
    ]  # fmt: skip
    back = imports.rejected_rows(by=None, run=run, language="ru")
    with open_table(back.content, expected=COLUMNS) as table:
        (row,) = table.rows()
        assert row.values[0] == "ЕФС-1/ЗЛ[1]/Мероприятие[3]" and "вид события" in row.values[-1]
    closing = accept(send(form(events(event("2024-09-30", "5")), encoding), "end.xml"))
    assert closing.counts["applied"] == 1
    assert EmploymentPeriod.everything.current().get(start_on="2024-05-01").end_on == dt.date(2024, 9, 30)
    again = send(form(events(event("2024-10-31", "5")), encoding), "again.xml")
    assert again.counts["problems"][0]["problem"] == "nothing_to_close"


def test_the_insured_stage_brings_special_conditions(send, accept):
    stage = (
        "<СтажевыйПериод><Период><С>2024-01-01</С><По>2024-12-31</По></Период><ЛьготныйСтаж>{}</ЛьготныйСтаж>"
        "</СтажевыйПериод>"
    )
    good = person(stage.format("<ТУ><Основание>РКС</Основание><Коэффициент>1</Коэффициент></ТУ>"))
    bad = person(stage.format("<ХХ>1</ХХ>"), snils="112-233-445 95")
    run = accept(send(form(f"<Тип>ИСХД</Тип>{good}{bad}", name="СЗВ-СТАЖ"), "stage.xml"))
    assert run.counts["problems"] == [
        {"problem": "unknown_word", "problem_field": "special_conditions", "count": 1, "example": 2}
    ]
    period = EmploymentPeriod.everything.current().get()
    assert period.special_conditions == [{"kind": "ТУ", "Коэффициент": "1", "Основание": "РКС"}]
    same = accept(send(form(f"<Тип>ИСХД</Тип>{good}<!-- -->", name="СЗВ-СТАЖ"), "same.xml"))
    assert (same.counts["known"], same.counts["applied"]) == (1, 0)


def stage(special: str = "", more: str = "") -> str:
    special = f"<ЛьготныйСтаж>{special}</ЛьготныйСтаж>" if special else ""
    period = "<Период><С>2024-01-01</С><По>2024-12-31</По></Период>"
    return person(f"<СтажевыйПериод>{period}{special}</СтажевыйПериод>{more}")


DIRECTOR = "<Руководитель><Должность>директор</Должность><ФИО><Фамилия>Иванов</Фамилия></ФИО></Руководитель>"


def test_what_a_form_says_besides_is_told_and_never_dropped_or_taken_for_a_person(send):
    said = "<СВ><НачисленыНаОПС>1</НачисленыНаОПС></СВ>"
    said += "<Уплата><Период><С>2024-01-01</С><По>2024-12-31</По></Период><Уплачено>1</Уплачено></Уплата>"
    body = f"<Тип>2</Тип>{stage(more='<Категория>НР</Категория>')}{said}<Отметка>да</Отметка>{DIRECTOR}"
    run = send(form(body, name="СЗВ-СТАЖ"), "stage.xml")
    assert (run.counts["waiting"], run.counts["rejected"]) == (1, 0)
    assert proposals.read(WorkerProposal.everything.get())["family_name"] == "Асанова"
    notes = run.counts["notes"]
    assert notes["unread"] == {"СЗВ-СТАЖ/ЗЛ/Категория": 1, "СЗВ-СТАЖ/Отметка": 1}
    assert ["СВ/НачисленыНаОПС", "1"] in notes["said"] and ["Уплата/Уплачено", "1"] in notes["said"]
    shown = " ".join(preview.of(run)["notes"])
    assert "Уплата/Период/С: 2024-01-01" in shown and "СЗВ-СТАЖ/Отметка" in shown


@pytest.mark.parametrize(
    ("name", "kind", "problems"),
    [
        ("СЗВ-СТАЖ", "0", []),
        ("СЗВ-СТАЖ", "Дополняющая", []),
        ("СЗВ-СТАЖ", "7", [("unknown_word", "kind")]),
        ("СЗВ-ИСХ", "2", [("unknown_word", "kind")]),
    ],
)
def test_the_kind_of_a_form_is_known_or_named(send, name, kind, problems):
    run = send(form(f"<Тип>{kind}</Тип>{stage()}", name=name), "kind.xml")
    assert [(one["problem"], one["problem_field"]) for one in run.counts["problems"]] == problems


@pytest.mark.parametrize("saved_as", ["csv", "xlsx"])
def test_rejected_rows_of_a_form_are_mended_in_a_table_and_sent_again(send, accept, saved_as):
    special = "<ХХ>1</ХХ><ВЛ><Основание>27-СМ</Основание><ДоляСтавки>0,5</ДоляСтавки></ВЛ>"
    body = f"<Тип>7</Тип>{stage(special)}"
    run = accept(send(form(body, name="СЗВ-СТАЖ"), "stage.xml"))
    assert run.counts["applied"] == 0
    back = imports.rejected_rows(by=None, run=run, language="ru")
    with open_table(back.content) as table:
        header, (row,) = table.header, table.rows()
    told = dict(zip(header, row.values, strict=True))
    assert told["Элемент"] == "СЗВ-СТАЖ/ЗЛ[1]/СтажевыйПериод[1]" and told["Фамилия"] == "Асанова"
    kept = [one for one in json.loads(told["Льготный стаж"]) if one["kind"] == "ВЛ"]
    told |= {"Тип": "Исходная", "Льготный стаж": json.dumps(kept, ensure_ascii=False)}
    mended = writer.to_bytes(Table(columns.plain_columns(header), [list(told.values())]), saved_as)
    again = accept(send(mended, f"mended.{saved_as}"))
    assert (again.format, again.counts["applied"], again.counts["rejected"]) == ("stretches", 1, 0)
    period = EmploymentPeriod.everything.current().get()
    assert (period.start_on, period.end_on) == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert period.special_conditions == kept and period.share_of_rate == Decimal("0.5")
    once_more = send(form(f"<Тип>0</Тип>{stage()}", name="СЗВ-СТАЖ"), "same.xml")
    assert once_more.counts["known"] + once_more.counts["ready"] == 1


@pytest.mark.parametrize(
    "told",
    [
        "тяжёлые",
        "{}",
        '["ВЛ"]',
        "[NaN]",
        '[{"kind": "ВЛ", "x": "\\ud800"}]',
        '[{"kind": "ВЛ", "x": "\\u0000"}]',
        "[" * 9_000,
    ],
)
def test_conditions_that_were_mended_into_nonsense_are_named(send, told):
    row = dict.fromkeys(fund_forms.TITLES, "") | {
        "element": "x",
        "family_name": "Асанова",
        "start_on": "01.01.2024",
    }
    row |= {"RU-SNILS": "164-047-081 49", "special_conditions": told}
    table = Table(columns.plain_columns(fund_forms.TITLES.values()), [list(row.values())])
    run = send(writer.to_bytes(table, "csv"), "mended.csv")
    assert [(one["problem"], one["problem_field"]) for one in run.counts["problems"]] == [
        ("unknown_word", "special_conditions")
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "unsafe_xml"),
        (b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "unsafe_xml"),
        (b'<?xml version="1.0"?>' + b"<a>" * 60, "unreadable"),
        ('<?xml version="1.0" encoding="utf-8"?><а>б</а>'.encode(), "wrong_format"),
        (form(person())[:-20], "unreadable"),
    ],
    ids=["entities", "outside file", "deep", "another document", "cut off"],
)
def test_unsafe_and_foreign_xml_is_refused(official, employer, content, code):
    with pytest.raises(Invalid) as raised:
        imports.upload(by=official, employer=employer, registry_state="KG", content=content, name="x.xml")
    assert raised.value.code == code
    assert not WorkRecordImport.everything.exists()


def test_a_declaration_that_lies_does_not_spoil_names(send):
    content = form(events(event("2024-02-01", "1"))).replace(b"windows-1251", b"UTF-8")
    assert send(content, "lie.xml").counts["waiting"] == 1


@pytest.mark.parametrize("tail", [b"\0" * 512, b"\x1a", "конец".encode(), b"<b/>"])
def test_what_stands_behind_the_end_of_a_form_spoils_nothing(send, tail):
    run = send(form(events(event("2024-02-01", "1")), "utf-8") + tail, "tail.xml")
    assert (run.counts["waiting"], run.counts["rejected"]) == (1, 0)


def test_a_form_that_breaks_off_says_where_and_what_to_do(send):
    run = send(form(person("\n") * 3, "utf-8")[:-60], "half.xml")
    told = run.refusal["text"]
    assert run.state == ImportState.REFUSED and not StagedRow.objects.exists()
    assert "line 3" in told and "XML" in told and "XLSX" not in told


@pytest.mark.parametrize("blank", ["", "\r\n\n "], ids=["", "empty lines"])
@pytest.mark.parametrize(
    ("declared", "real"),
    [
        *(("utf-16", real) for real in ("utf-16", "utf-16-le", "utf-16-be")),
        *(("utf-8", real) for real in ("utf-16", "utf-16-le", "cp1251", "koi8-r", "utf-8-sig")),
        ("klingon", "utf-8"),
    ],
)
def test_a_form_in_any_encoding_whatever_it_declares(send, declared, real, blank):
    text = form(events(event("2024-02-01", "1")), "utf-8").decode().replace("utf-8", declared)
    if blank and real in {"utf-16", "utf-8-sig"}:
        pytest.skip("nothing stands before a mark")
    run = send((blank + text).encode(real), "form.xml")
    assert (run.counts["waiting"], run.counts["rejected"]) == (1, 0)
    assert proposals.read(WorkerProposal.everything.get())["family_name"] == "Асанова"


def test_employers_of_other_people_are_not_reported_for(send):
    content = form(events(event("2024-02-01", "1"))).replace(
        generator.EMPLOYER["RU-INN"].encode(), b"7707083893"
    )
    assert send(content).counts["problems"][0]["problem"] == "other_employer"


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_a_clerk_reads_which_groups_of_occupations_there_are(client, house, send, language):
    """The table itself stands on a desk of officials, which a clerk cannot open."""
    clerk, made = house.user(Role.EMPLOYER_CLERK), generator.make(seed=3, workers=1, wrong_share=0)
    for row in made.rows:
        row["occupation"] = "9900"
    run = send(generator.to_csv(made), by=clerk)
    client.force_login(clerk)
    client.cookies["django_language"] = language
    page = client.get(reverse("pensions:employer_file", args=[run.pk])).text
    back = client.get(reverse("pensions:employer_file_rejected", args=[run.pk])).content.decode("utf-8-sig")
    for shown in (page, back):
        assert "01–03, 11–14, 21–26" in shown
        assert not any(word in shown for word in ("Classifications", "Классификатор"))
    titles = ClassificationCode.objects.get(scheme=Scheme.ISCO08, code="71")
    assert getattr(titles, f"title_{language}") in page


def test_no_table_of_a_file_slides_sideways_on_a_telephone(client, house, send):
    clerk, made = house.user(Role.EMPLOYER_CLERK), generator.make(seed=3, workers=2, wrong_share=0)
    made.rows[0]["wage"] = Decimal("-1")
    run = send(generator.to_csv(made), by=clerk)
    client.force_login(clerk)
    page = client.get(reverse("pensions:employer_file", args=[run.pk])).text
    assert page.count("<table") == page.count("table--cards") == 2  # problems and control total


def test_codes_of_occupations_are_checked_row_by_row(send, accept):
    made = generator.make(seed=3, workers=5, wrong_share=0)
    persons = list(dict.fromkeys(row["KG-PIN"] for row in made.rows))
    codes = dict(zip(persons, ("2411,6", "12345", "9900", "2411.7", ""), strict=True))
    for row in made.rows:
        row["occupation"] = codes[row["KG-PIN"]]
    run = accept(send(generator.to_csv(made)))
    rows = Counter(codes[row["KG-PIN"]] for row in made.rows)
    assert {one["problem"]: one["count"] for one in run.counts["problems"]} == {
        "occupation_form": rows["12345"],
        "occupation_unknown": rows["9900"],
        "occupation_digit": rows["2411.7"],
    }
    assert run.counts["applied"] == rows["2411,6"] + rows[""]
    assert set(EmploymentPeriod.everything.values_list("occupation", flat=True)) == {"2411.6", ""}
