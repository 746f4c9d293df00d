# ruff: noqa: F811 (fixtures of the other module are named as arguments)
"""Whom a row is about: a number that was mistyped, or given to two people, puts nothing into a stranger's record."""

import csv
import io

import pytest

from pensions.identifiers import snils_check
from pensions.imports.problems import reason
from pensions.models import (
    Contribution,
    EmploymentPeriod,
    StagedRow,
    Worker,
    WorkerIdentifier,
    WorkerProposal,
)

from .test_registry_import import accept, employer, official, private_files, send, supervisor  # noqa: F401

pytestmark = pytest.mark.django_db

TITLES = {
    "family": "Фамилия",
    "given": "Имя",
    "born": "Дата рождения",
    "pin": "ПИН",
    "snils": "СНИЛС",
    "start": "Дата приёма",
    "month": "Месяц",
    "accrued": "Взносы начислено, руб.",
}


def snils(number: int) -> str:
    return f"{number:09}{snils_check(f'{number:09}')}"


JYLDYZ = {
    "family": "Асанова",
    "given": "Жылдыз",
    "born": "17.04.1986",
    "pin": "11704198600431",
    "snils": snils(164047081),
    "start": "02.09.2024",
    "month": "01.2025",
    "accrued": "15000,00",
}
IVAN = JYLDYZ | {
    "family": "Петров",
    "given": "Иван",
    "born": "01.02.1990",
    "pin": "20102199000777",
    "snils": snils(123456789),
}


def table(*rows: dict) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";")
    writer.writerow(TITLES.values())
    writer.writerows([row[key] for key in TITLES] for row in rows)
    return target.getvalue().encode()


def rejected(run) -> list[tuple]:
    rows = StagedRow.objects.filter(run=run, state="rejected").order_by("number")
    return list(rows.values_list("number", "problem", "problem_field"))


def test_a_number_that_belongs_to_somebody_with_neither_of_the_names_is_named(send, accept):
    """A PIN holds the birth date: of a mistyped one it agrees. People who marry keep one of their names."""
    accept(send(table(JYLDYZ)))
    later = JYLDYZ | {"month": "02.2025"}
    run = accept(
        send(
            table(
                later | {"family": "Иванова", "given": "Айгүл"},
                later | {"family": "Бекова", "month": "03.2025"},
                later | {"family": "ACAHOBA", "given": "ЖЫЛДЫЗ", "month": "04.2025"},
                later | {"given": "Джилдиз", "month": "05.2025"},
            )
        )
    )
    assert rejected(run) == [(2, "another_name", "family_name")]
    assert Contribution.everything.current().count() == 4 and Worker.everything.count() == 1


def test_names_written_by_ear_are_no_strangers(send, accept):
    """Who writes Kyrgyz names in Russian hears у for ө and е for ү; both names may differ by that."""
    omurkan = JYLDYZ | {"family": "Үсөнбаева", "given": "Өмүркан"}
    heard = {"family": "Усенбаева", "given": "Умуркан"}
    run = accept(send(table(omurkan, omurkan | heard | {"month": "02.2025"})))
    assert rejected(run) == []
    run = accept(send(table(omurkan | heard | {"month": "03.2025"}, omurkan | heard | {"month": "04.2025"})))
    assert rejected(run) == []
    assert Contribution.everything.current().count() == 4 and Worker.everything.count() == 1


def test_a_second_number_of_somebody_written_by_ear_joins_the_record(send, accept):
    accept(send(table(JYLDYZ | {"family": "Үсөнбаева", "given": "Өмүркан", "pin": ""})))
    accept(send(table(JYLDYZ | {"family": "Усенбаева", "given": "Умуркан", "month": "02.2025"})))
    assert Worker.everything.count() == 1
    assert sorted(Worker.everything.get().identifiers.values_list("kind", flat=True)) == [
        "KG-PIN",
        "RU-SNILS",
    ]


def test_two_people_under_one_number_of_a_file_are_not_one(send, accept):
    other = IVAN | {"pin": JYLDYZ["pin"]}
    run = send(
        table(
            JYLDYZ,
            other,
            other | {"month": "02.2025"},
            JYLDYZ | {"born": "18.04.1986", "month": "03.2025"},
            JYLDYZ | {"family": "Бекова", "month": "04.2025"},
        )
    )
    assert rejected(run) == [(number, "number_twice", "KG-PIN") for number in (3, 4, 5)]
    accept(run)
    assert {str(one.month) for one in Contribution.everything.current()} == {"2025-01-01", "2025-04-01"}
    assert Worker.everything.get().given_name == "Жылдыз"


def test_two_new_people_under_one_number_are_told_apart_beside_a_known_one(send, accept):
    """Persons are gathered once before the file is held against itself, where somebody in it is known."""
    accept(send(table(JYLDYZ)))
    other = {"given": "Айгүл", "born": "06.06.1992"}
    run = send(table(JYLDYZ | {"month": "02.2025"}, IVAN, IVAN | other, IVAN | other | {"month": "03.2025"}))
    assert rejected(run) == [(number, "number_twice", "KG-PIN") for number in (4, 5)]


def test_a_strangers_second_number_brings_nobody_into_a_record(send, accept):
    accept(send(table(JYLDYZ)))
    run = send(table(IVAN | {"snils": JYLDYZ["snils"]}, IVAN | {"pin": "20102199000778", "month": "02.2025"}))
    assert rejected(run) == [(2, "number_of_another", "RU-SNILS")]
    accept(run)
    held = WorkerIdentifier.everything.filter(worker__family_name="Асанова")
    assert sorted(held.values_list("kind", flat=True)) == ["KG-PIN", "RU-SNILS"]
    assert Worker.everything.count() == 2 and Contribution.everything.current().count() == 2


def test_two_new_people_with_one_second_number_are_not_joined(send, accept):
    """Nobody knows whose it is until the first of them is recorded."""
    run = accept(send(table(JYLDYZ, IVAN | {"snils": JYLDYZ["snils"]})))
    assert rejected(run) == [(3, "number_of_another", "RU-SNILS")]
    assert Worker.everything.get().family_name == "Асанова"
    refused = WorkerProposal.everything.get(state="refused")
    assert refused.first_row == 3 and not refused.data


@pytest.mark.parametrize("code", ["number_twice", "number_of_another", "another_name"])
def test_the_reason_says_the_way_out(code):
    assert len(reason(code, "KG-PIN")) > 90


def test_a_last_day_told_in_one_row_is_that_of_the_work(send, accept):
    """A table of several months says when somebody left only where it happened."""
    lines = table(*(JYLDYZ | {"month": f"0{month}.2025"} for month in (1, 2, 3, 4))).decode().splitlines()
    ends, grounds = (
        ["Дата увольнения", "", "", "31.03.2025", ""],
        ["Основание увольнения", "", "", "ст. 77 п. 3", ""],
    )
    whole = [f"{line};{end};{ground}" for line, end, ground in zip(lines, ends, grounds, strict=True)]
    run = accept(send("\n".join(whole).encode()))
    assert rejected(run) == [(5, "outside_period", "month")]
    period = EmploymentPeriod.everything.current().get()
    assert (str(period.end_on), period.closed_by) == ("2025-03-31", "dismissal")
    assert period.dismissal_ground == "ст. 77 п. 3"
    assert Contribution.everything.current().count() == 3


def test_two_last_days_of_one_work_contradict_each_other(send):
    lines = table(*(JYLDYZ | {"month": f"0{month}.2025"} for month in (1, 2, 3))).decode().splitlines()
    ends = ["Дата увольнения", "31.03.2025", "", "30.04.2025"]
    run = send("\n".join(f"{line};{end}" for line, end in zip(lines, ends, strict=True)).encode())
    assert rejected(run) == [(4, "period_contradicts", "end_on")]
