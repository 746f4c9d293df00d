# ruff: noqa: F811 (fixtures of the other module are named as arguments)
"""A file about periods that the record knows: closed, corrected and withdrawn, and nothing else of them lost."""

import datetime as dt
from decimal import Decimal
from itertools import permutations

import pytest

from accounts.enums import Role
from common.errors import Invalid
from pensions import generator
from pensions.imports import preview
from pensions.legislation.changes import where_key
from pensions.legislation.stage_codes import PARAMETER
from pensions.models import EmploymentPeriod
from pensions.services import imports, ledger, legislation, statement

from .test_registry_import import accept, employer, official, private_files, send, supervisor  # noqa: F401
from .test_registry_import_dirty import event, events, form, person, stage

pytestmark = pytest.mark.django_db

UUID = "3f2b7c1e-0000-4000-8000-000000000001"
HIRED = f"<UUID>{UUID}</UUID><Должность>бухгалтер</Должность><Основание><Номер>12-к</Номер></Основание>"
BY_HAND = {
    "state": "KZ",
    "legal_basis": "voluntary",
    "p5000_type": "20",
    "insurance_scheme": "01",
    "day_scheme": "5",
    "opened_by": "transfer",
    "unit": "цех 2",
    "share_of_rate": Decimal("0.5"),
    "dismissal_ground": "Art. 83",
    "declared_years": 1,
    "declared_months": 2,
    "declared_days": 3,
    "not_counted": [{"from_on": "2024-03-01", "until_on": "2024-03-31", "reason": "unpaid leave"}],
}


def current() -> EmploymentPeriod:
    return EmploymentPeriod.everything.current().get()


def problems(run) -> list[tuple[str, str]]:
    return [(one["problem"], one["problem_field"]) for one in run.counts["problems"]]


def csv(made: generator.WorkFile) -> bytes:
    return generator.to_csv(made, encoding="utf-8")


def one_worker() -> generator.WorkFile:
    made = generator.make(seed=3, workers=1, wrong_share=0)
    for row in made.rows:
        row |= {"start_on": dt.date(2024, 2, 1), "end_on": None}
    return made


def kept(period: EmploymentPeriod) -> dict:
    return {name: getattr(period, name) for name in BY_HAND}


@pytest.mark.parametrize("entries", ["original", "correction"])
def test_a_table_that_closes_a_period_keeps_what_no_column_says(send, accept, entries):
    made = one_worker()
    accept(send(csv(made), "open.csv"))
    ledger.correct(
        by=None, entry=current(), reason="order", **BY_HAND, basis_document="приказ 7", event_id=UUID
    )
    for row in made.rows:
        row["end_on"] = dt.date(2026, 1, 31)
    accept(send(csv(made), "closed.csv", entries=entries))
    period = current()
    assert (period.version, period.end_on, period.closed_by) == (3, dt.date(2026, 1, 31), "dismissal")
    assert (period.basis_document, str(period.event_id)) == ("приказ 7", UUID)
    assert kept(period) == BY_HAND | {"share_of_rate": period.share_of_rate}


def test_an_event_that_closes_a_period_keeps_what_it_does_not_say(send, accept, supervisor, run_jobs):
    accept(send(form(events(event("2024-02-01", "1", HIRED))), "hire.xml"))
    told = {name: getattr(current(), name) for name in ("basis_document", "event_id", "position")}
    assert all(told.values())
    ledger.correct(by=None, entry=current(), reason="order", **BY_HAND)
    before = current()
    run = accept(send(form(events(event("2024-09-30", "5"))), "end.xml"))
    period = current()
    assert (period.end_on, period.closed_by, period.version) == (dt.date(2024, 9, 30), "dismissal", 3)
    assert {name: getattr(period, name) for name in told} == told
    assert kept(period) == BY_HAND
    imports.undo(by=supervisor, run=run, why="wrong")
    run_jobs()
    assert current().end_on is None and kept(current()) == kept(before)


def test_silence_about_the_end_does_not_open_the_work_again(send, accept):
    accept(
        send(
            form(events(event("2024-02-01", "1", HIRED), event("2024-09-30", "окончание договора гпх"))),
            "a.xml",
        )
    )
    hire = event("2024-02-01", "1", "<Должность>кассир</Должность>")
    run = accept(send(form(f"<Тип>КОРР</Тип>{events(hire)}"), "b.xml"))
    period = current()
    assert (run.counts["applied"], period.position, period.end_on) == (1, "кассир", dt.date(2024, 9, 30))
    assert (period.closed_by, str(period.event_id)) == ("civil_end", UUID)


def test_a_civil_contract_stays_one_and_becomes_employment_when_the_file_says_so(send, accept):
    accept(send(form(events(event("2024-02-01", "начало договора гпх"))), "a.xml"))
    accept(send(form(events(event("2024-09-30", "окончание договора гпх"))), "b.xml"))
    assert (current().legal_basis, current().opened_by, current().closed_by) == (
        *("civil_contract", "civil_start"),
        "civil_end",
    )
    accept(send(form(f"<Тип>КОРР</Тип>{events(event('2024-02-01', '1'))}"), "c.xml"))
    assert (current().legal_basis, current().opened_by) == ("employment", "hire")


@pytest.mark.parametrize(
    ("column", "value"),
    [("position", "начальник"), ("occupation", "1211"), ("share_of_rate", Decimal("0.25"))],
)
def test_a_correction_of_one_column_is_written(send, accept, column, value):
    made = one_worker()
    for row in made.rows:
        row |= {"position": "мастер", "occupation": "3122", "share_of_rate": Decimal(1)}
    accept(send(csv(made), "a.csv"))
    for row in made.rows:
        row |= {"position": "", "occupation": "", "share_of_rate": None, column: value}
    accept(send(csv(made), "original.csv"))
    assert current().version == 1
    for _time in range(2):
        accept(send(csv(made) + b"\r\n" * current().version, "corrected.csv", entries="correction"))
        told = {"position": "мастер", "occupation": "3122", "share_of_rate": Decimal(1), column: value}
        assert current().version == 2 and {name: getattr(current(), name) for name in told} == told


# --- withdrawals ----------------------------------------------------------------------------------------


A_YEAR = "<Период><С>2024-02-01</С><По>2024-12-31</По></Период>"
A_YEAR = person(f"<СтажевыйПериод>{A_YEAR}</СтажевыйПериод>")


def withdrawal(body: str, name: str = "СЗВ-СТАЖ") -> bytes:
    return form(f"<Тип>Отменяющая</Тип>{body}", name=name)


def test_a_withdrawing_form_takes_its_period_out_and_back(send, accept, supervisor, run_jobs):
    accept(
        send(form(f"<Тип>ИСХД</Тип>{stage('<ТУ><Основание>РКС</Основание></ТУ>')}", name="СЗВ-СТАЖ"), "a.xml")
    )
    before = current()
    run = accept(send(withdrawal(stage()), "w.xml"))
    assert (run.counts["applied"], run.counts["known"], run.counts["rejected"]) == (1, 0, 0)
    assert not EmploymentPeriod.everything.current().exists()
    void = EmploymentPeriod.everything.get(version=2)
    assert void.voids and void.corrects == before.pk and void.special_conditions == before.special_conditions
    twice = send(withdrawal(stage() + "<!-- -->"), "twice.xml")
    assert problems(twice) == [("nothing_to_withdraw", "start_on")]
    assert "first and last day" in str(preview.of(twice)["problem_rows"])
    imports.undo(by=supervisor, run=run, why="wrong")
    run_jobs()
    assert current().special_conditions == before.special_conditions


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_told_withdrawn_and_told_anew_are_taken_back_in_any_order(send, accept, supervisor, run_jobs, order):
    positions, runs = ["бухгалтер", None, "кассир"], []
    for place, position in enumerate(positions):
        hire = events(event("2024-02-01", "1", f"<Должность>{position}</Должность>"))
        content = form(hire) if position else withdrawal(hire, "ЕФС-1")
        runs.append(accept(send(content, f"{place}.xml")))
        assert runs[-1].counts["applied"] == 1
    standing = {0, 1, 2}
    for place in order:
        imports.undo(by=supervisor, run=runs[place], why="wrong")
        assert run_jobs() == ["succeeded"]
        standing.discard(place)
        expected = [positions[last] for last in sorted(standing)[-1:] if positions[last]]
        assert list(EmploymentPeriod.everything.current().values_list("position", flat=True)) == expected
    assert EmploymentPeriod.everything.values("entry").distinct().count() == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(events(event("2024-12-31", "5")), id="an end alone"),
        pytest.param(A_YEAR, id="a year of it"),
        pytest.param(events(event("2024-02-02", "1")), id="another day"),
    ],
)  # fmt: skip
def test_a_withdrawal_that_names_no_period_is_rejected_by_name(send, accept, body):
    accept(send(form(events(event("2024-02-01", "1", HIRED))), "hire.xml"))
    run = accept(send(withdrawal(body, "ЕФС-1"), "w.xml"))
    assert problems(run) == [("nothing_to_withdraw", "start_on")]
    assert (run.counts["known"], run.counts["applied"], current().version) == (0, 0, 1)


def test_a_file_that_tells_and_withdraws_the_same_work_says_so(send, accept):
    told, withdrawn = form(stage(), name="СЗВ-СТАЖ"), withdrawal(stage())
    start = withdrawn.index(b"<" + "СЗВ-СТАЖ".encode("cp1251"))
    both = told[: told.rindex(b"</" + "ЭДПФР".encode("cp1251"))] + withdrawn[start:]
    run = accept(send(both, "both.xml"))
    assert problems(run) == [("told_and_withdrawn", "kind")]
    assert current().version == 1


def test_a_table_of_months_withdraws_months_and_no_period(send, accept):
    made = one_worker()
    accept(send(csv(made), "a.csv"))
    accept(send(csv(made), "w.csv", entries="withdrawal"))
    assert current().version == 1


# --- unpaid time ----------------------------------------------------------------------------------------


def more(code: str, kind: str = "ИСХД") -> bytes:
    return form(f"<Тип>{kind}</Тип>{stage(f'<ДопСведенияИС>{code}</ДопСведенияИС>')}", name="СЗВ-СТАЖ")


WHOLE_YEAR = [{"from_on": "2024-01-01", "until_on": "2024-12-31", "reason": "НЕОПЛ"}]


def test_unpaid_time_is_no_insured_time_until_it_is_corrected(send, accept):
    run = accept(send(more("НЕОПЛ"), "a.xml"))
    period = current()
    assert (run.counts["applied"], period.not_counted) == (1, WHOLE_YEAR)
    assert statement.computed_length(period, dt.date(2026, 1, 1)) is None
    run = accept(send(more("ВРНЕТРУД", "КОРР"), "b.xml"))
    assert (run.counts["applied"], current().not_counted) == (1, [])
    shown = " ".join(preview.of(run)["notes"])
    assert "ВРНЕТРУД (1)" in shown and "not read here" not in shown


def test_the_care_of_an_older_child_is_no_insured_time_and_a_code_that_counts_is_not_told(send, accept):
    accept(send(more("ДлДети"), "a.xml"))
    assert current().not_counted == [WHOLE_YEAR[0] | {"reason": "ДЛДЕТИ"}]
    run = accept(send(more("ДЕТИ", "КОРР"), "b.xml"))
    assert (current().not_counted, preview.of(run)["notes"]) == ([], [])


def test_a_code_is_judged_by_the_days_of_its_stretches(send):
    """A source settles ВРНЕТРУД until the end of 2014; of later stretches the page says that none does."""
    old, new = more("ВРНЕТРУД").replace(b"2024", b"2012"), more("ВРНЕТРУД")
    assert preview.of(send(old, "old.xml"))["notes"] == []
    assert any("ВРНЕТРУД (1)" in one for one in preview.of(send(new, "new.xml"))["notes"])


def test_days_that_an_official_took_out_stay_out_whatever_code_is_corrected(send, accept):
    accept(send(more("ДЕКРЕТ"), "a.xml"))
    by_hand = [{"from_on": "2024-03-01", "until_on": "2024-03-31", "reason": "leave"}]
    ledger.correct(by=None, entry=current(), reason="leave", not_counted=by_hand)
    accept(send(more("ДЕТИ", "КОРР"), "b.xml"))
    assert current().not_counted == by_hand


def test_a_code_that_a_legal_officer_has_settled_counts_no_days(send, accept, house):
    maker, decider = (house.user(Role.LEGAL_OFFICER, name) for name in ("first", "second"))
    settled = {
        "parameter": PARAMETER,
        "where": where_key({"code": "ПРОСТОЙ"}),
        "source": "http://x",
        "document": "x",
    }
    settled |= {"effective_on": dt.date(2002, 1, 1), "known_from": dt.date(2026, 1, 1)}
    with pytest.raises(Invalid) as raised:
        legislation.propose_value(by=maker, value="не считается", **settled)
    assert raised.value.code == "not_a_choice"
    proposal = legislation.propose_value(by=maker, value="Не засчитывается", **settled)
    legislation.decide(by=decider, proposal=proposal, accepted=True)
    accept(send(more("ПРОСТОЙ"), "a.xml"))
    assert current().not_counted == [WHOLE_YEAR[0] | {"reason": "ПРОСТОЙ"}]


def test_unpaid_time_inside_a_counted_period_is_rejected_by_name(send, accept):
    accept(send(form(events(event("2023-02-01", "1", HIRED))), "hire.xml"))
    run = send(more("НЕОПЛ"), "a.xml")
    assert problems(run) == [("unpaid_inside", "special_conditions")]
    ledger.correct(by=None, entry=current(), reason="leave", not_counted=WHOLE_YEAR)
    assert accept(send(more("Неопл"), "again.xml")).counts["applied"] == 1


def test_unpaid_time_inside_a_period_of_the_same_file_is_rejected_by_name(send, accept):
    year = "<СтажевыйПериод><Период><С>2023-02-01</С><По>2024-12-31</По></Период></СтажевыйПериод>"
    run = send(
        more("НЕОПЛ").replace(
            "<СтажевыйПериод>".encode("cp1251"), f"{year}<СтажевыйПериод>".encode("cp1251")
        ),
        "a.xml",
    )
    assert problems(run) == [("unpaid_inside", "special_conditions")]
    assert accept(run).counts["applied"] == 1
