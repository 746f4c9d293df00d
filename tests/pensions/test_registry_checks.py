"""Nightly questions of the registry: each finds what does not fit, and nothing in a record that does."""

import datetime as dt
from decimal import Decimal

import pytest

from common import checks
from pensions import findings, seed
from pensions.enums.findings import FindingState
from pensions.findings import minimum
from pensions.findings.answers import spans
from pensions.findings.sql import month_number
from pensions.models import Contribution, Employer, Finding, FindingStep, Worker
from pensions.services import findings as work
from pensions.services import findings_run, ledger
from pensions.services.merging import merge_workers
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 26)


def asked(code: str, today: dt.date = TODAY) -> list:
    """Alone, and over the sets that the questions of a night share: the answers are the same."""
    people = list(Worker.everything.persons().values_list("pk", flat=True))
    ask = findings.questions()[f"registry.{code}"].ask
    alone = sorted(ask(people, today), key=str)
    with findings.known_of(people):
        assert sorted(ask(people, today), key=str) == alone
    return alone


def details(code: str, today: dt.date = TODAY) -> dict:
    [row] = asked(code, today)
    return row.details


@pytest.fixture
def employment(db):
    employment = Registry().employment()
    Employer.everything.update(created_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    ledger.record_period(
        by=None, employment=employment, start_on=dt.date(2024, 3, 15), end_on=dt.date(2024, 6, 10)
    )
    return employment


@pytest.fixture
def long_employment(db):
    employment = Registry().employment()
    ledger.record_period(
        by=None, employment=employment, start_on=dt.date(2023, 1, 1), end_on=dt.date(2024, 12, 31)
    )
    return employment


def pay(employment, month, **values):
    amounts = {"accrued": 100, "paid": 100, "currency": "RUB"} | values
    return ledger.record_contribution(by=None, employment=employment, month=month, **amounts)


def pay_all(employment, *months, year=2024, **values):
    return [pay(employment, dt.date(year, month, 1), **values) for month in months]


def run() -> None:
    """As the job does it, for everybody."""

    class Job:
        def advance(self, *args):
            pass

    findings_run.check(Job(), full=True)


def test_a_record_that_fits_raises_no_question(db):
    """But for the summer that the traveller worked in two states."""
    seed.traveller()
    found = {code: list(asked(code.removeprefix("registry."))) for code in findings.questions()}
    assert len(found) >= 12
    assert {code for code, rows in found.items() if rows} == {"registry.full_time_twice"}
    assert found["registry.full_time_twice"][0].details == {"start_on": "2021-07-01", "end_on": "2021-08-31"}


def test_months_outside_the_period(employment):
    pay_all(employment, 3, 4, 6)
    assert asked("contribution_outside_period") == []
    wrong = pay(employment, dt.date(2024, 7, 1))
    assert details("contribution_outside_period")["spans"] == [["2024-07", "2024-07"]]
    ledger.withdraw(by=None, entry=wrong, reason="not worked")
    assert asked("contribution_outside_period") == []


def test_months_nobody_reported(employment):
    pay_all(employment, 3, 6)
    assert details("month_without_contribution") == {
        "months": 2,
        "first": "2024-04",
        "last": "2024-05",
        "spans": [["2024-04", "2024-05"]],
    }


def test_a_month_is_missing_only_when_it_is_due(db):
    employment = Registry().employment()
    Employer.everything.update(created_at=dt.datetime(2026, 8, 3, tzinfo=dt.UTC))
    ledger.record_period(by=None, employment=employment, start_on=dt.date(2020, 1, 1))
    assert details("month_without_contribution")["spans"] == [["2026-08", "2026-09"]]
    assert asked("month_without_contribution", dt.date(2026, 9, 30)) == []


def test_unpaid_leave_needs_no_contribution(db):
    employment = Registry().employment()
    ledger.record_period(
        by=None,
        employment=employment,
        start_on=dt.date(2024, 1, 1),
        end_on=dt.date(2024, 6, 30),
        not_counted=[{"from_on": "2024-03-01", "until_on": "2024-04-30", "reason": "unpaid leave"}],
    )
    pay_all(employment, 1, 2, 6)
    assert details("month_without_contribution")["spans"] == [["2024-05", "2024-05"]]


def test_unpaid_contributions(employment):
    pay_all(employment, 4, paid=40)
    pay_all(employment, 5, paid=None)
    assert details("paid_less_than_accrued")["owed"] == {"RUB": "160.00"}


def test_paid_before_the_month_and_months_to_come(employment):
    pay_all(employment, 4, paid_on=dt.date(2024, 3, 31))
    pay_all(employment, 5, paid_on=dt.date(2024, 5, 1))
    assert details("paid_before_month")["months"] == 1
    assert details("month_in_the_future", dt.date(2024, 4, 30))["spans"] == [["2024-05", "2024-05"]]


def test_an_amount_that_does_not_follow_from_base_and_rate(employment):
    pay_all(employment, 4, base=1000, rate=22, accrued=220)
    pay_all(employment, 5, base=1000, rate=22, accrued=202)
    assert details("accrued_differs")["spans"] == [["2024-05", "2024-05"]]


def test_a_wage_below_the_minimum_where_the_law_has_one(long_employment):
    pay_all(long_employment, 1, 2, 3, wage=15_000)
    pay_all(long_employment, 4, wage=25_000)
    found = details("wage_below_minimum")
    assert found["spans"] == [["2024-01", "2024-03"]]
    assert (found["wage"], found["minimum"], found["currency"]) == ("15000.00", "19242.00", "RUB")


def test_a_minimum_wage_turns_on_its_day_and_is_never_guessed():
    known = [one for one in minimum.spans(dt.date(2026, 11, 26)) if one.state == "RU"]
    amounts = {one.first: (one.last, str(one.amount)) for one in known}
    assert amounts[month_number(dt.date(2022, 1, 1))] == (month_number(dt.date(2022, 5, 1)), "13890")
    assert amounts[month_number(dt.date(2026, 1, 1))] == (month_number(dt.date(2026, 11, 1)), "27093")
    assert minimum.without() == ["AM"]
    belarus = {one.first for one in minimum.spans(dt.date(2026, 11, 26)) if one.state == "BY"}
    assert month_number(dt.date(2022, 1, 1)) not in belarus


def test_a_wage_that_jumps(long_employment):
    for number in range(24):
        wage = 30_000 + 100 * (number % 5) if number != 12 else 300_000
        pay(long_employment, dt.date(2023 + number // 12, number % 12 + 1, 1), wage=wage)
    assert details("wage_jumps")["spans"] == [["2024-01", "2024-02"]]


def test_a_wage_that_grows_with_the_years_does_not_jump(long_employment):
    for number in range(24):
        pay(
            long_employment,
            dt.date(2023 + number // 12, number % 12 + 1, 1),
            wage=round(10_000 * 1.2**number),
        )
    assert asked("wage_jumps") == []


@pytest.mark.parametrize(("share", "count"), [(None, 1), (Decimal("0.5"), 0)])
def test_two_full_time_jobs_at_once(employment, share, count):
    other = Registry().employment(worker=employment.worker)
    ledger.record_period(by=None, employment=other, start_on=dt.date(2024, 6, 1), share_of_rate=share)
    assert len(asked("full_time_twice")) == count


def test_entries_of_a_merged_record_count_for_the_person(employment):
    twin = Registry().employment()
    ledger.record_period(by=None, employment=twin, start_on=dt.date(2024, 6, 1))
    assert asked("full_time_twice") == []
    merge_workers(by=None, keep=employment.worker, merge=twin.worker, reason="one person")
    assert [row.worker_id for row in asked("full_time_twice")] == [employment.worker_id]


def test_work_in_childhood(employment):
    Worker.everything.update(birth_on=dt.date(2011, 1, 1))
    assert details("work_before_age") == {"start_on": "2024-03-15"}
    Worker.everything.update(birth_on=dt.date(2000, 1, 1))
    assert asked("work_before_age") == []


def test_a_length_that_the_dates_do_not_give(employment):
    ledger.record_period(
        by=None,
        employment=Registry().employment(worker=employment.worker),
        start_on=dt.date(2020, 1, 1),
        end_on=dt.date(2020, 12, 31),
        declared_years=1,
        declared_months=2,
    )
    found = details("declared_differs")
    assert found["declared"] == {"years": 1, "months": 2, "days": 0}
    assert found["computed"] == {"years": 1, "months": 0, "days": 0}


def test_work_after_the_employer_was_liquidated(employment):
    Employer.everything.update(liquidated_on=dt.date(2024, 6, 10))
    assert asked("employer_liquidated_earlier") == []
    Employer.everything.update(liquidated_on=dt.date(2024, 6, 9))
    assert len(asked("employer_liquidated_earlier")) == 1


def test_a_worker_of_a_hundred_and_thirty(employment):
    Worker.everything.update(birth_on=dt.date(1890, 1, 1))
    assert len(asked("worker_too_old")) == 1


def test_who_turns_a_hundred_and_twenty_is_found_on_the_day(employment):
    Worker.everything.update(birth_on=dt.date(1906, 11, 15))
    assert asked("worker_too_old", dt.date(2026, 11, 14)) == []
    assert len(asked("worker_too_old", dt.date(2026, 11, 15))) == 1
    Worker.everything.update(birth_on=dt.date(1900, 2, 28))
    assert len(asked("worker_too_old", dt.date(2020, 2, 29))) == 1


def test_two_records_of_one_name_and_birth_date(employment):
    person = employment.worker
    twin = Registry().worker(family_name=person.family_name, birth_on=person.birth_on)
    [row] = asked("duplicates_left")
    assert (row.worker_id, row.details) == (min(person.pk, twin.pk), {"records": 2})


def test_a_ledger_row_under_the_wrong_worker(employment):
    stranger = Registry().worker()
    Contribution.everything.create(
        worker=stranger,
        employment=employment,
        month=dt.date(2024, 4, 1),
        effective_on=dt.date(2024, 4, 1),
        currency="RUB",
        accrued=1,
    )
    assert [row.worker_id for row in asked("ledger_of_another_worker")] == [stranger.pk]


def test_sets_are_of_the_people_named_and_go_with_an_error(employment):
    pay_all(employment, 3, 6)
    people, ask = [employment.worker_id], findings.questions()["registry.month_without_contribution"].ask
    stranger = [Registry().worker().pk]
    with findings.known_of(stranger):
        assert [row.worker_id for row in ask(people, TODAY)] == people
        assert list(ask(stranger, TODAY)) == []
    with pytest.raises(KeyError), findings.known_of(people):
        raise KeyError
    with findings.known_of(people):
        assert len(list(ask(people, TODAY))) == 1


def test_stretches_of_months_are_put_together():
    assert spans([(24_290, 24_291), (24_280, 24_281), (24_282, 24_282), (24_281, 24_281)]) == [
        ["2023-05", "2023-07"],
        ["2024-03", "2024-04"],
    ]


# --- findings ---------------------------------------------------------------------------------------


def only(code: str) -> Finding:
    return Finding.everything.get(code=f"registry.{code}")


def test_a_finding_goes_and_comes_by_itself(employment):
    pay_all(employment, 3, 6)
    run()
    first = only("month_without_contribution")
    assert (first.state, first.owner, first.registry_state) == ("open", "employer", "KG")
    [four, _five] = pay_all(employment, 4, 5)
    run()
    assert only("month_without_contribution").state == FindingState.RESOLVED
    ledger.withdraw(by=None, entry=four, reason="not worked")
    run()
    again = only("month_without_contribution")
    assert (again.pk, again.state, again.first_seen_at) == (first.pk, FindingState.OPEN, first.first_seen_at)
    steps = FindingStep.everything.filter(finding=again).values_list("from_state", "to_state")
    assert list(steps) == [("", "open"), ("open", "resolved"), ("resolved", "open")]


def test_an_explanation_holds_until_something_changes(employment):
    pay_all(employment, 3, 5, 6)
    run()
    work.explain(by=None, finding=only("month_without_contribution"), reason="unpaid leave")
    run()
    assert only("month_without_contribution").state == FindingState.EXPLAINED
    five = Contribution.everything.get(month=dt.date(2024, 5, 1))
    ledger.withdraw(by=None, entry=five, reason="not worked")
    run()
    assert only("month_without_contribution").state == FindingState.OPEN
    notes = FindingStep.everything.filter(to_state=FindingState.EXPLAINED).values_list("note", flat=True)
    assert list(notes) == ["unpaid leave"]


def test_after_an_import_only_the_people_it_touched_are_asked(employment, django_assert_max_num_queries):
    from common import clock

    bystander = Registry().worker()
    Worker.everything.update(created_at=clock.now() - dt.timedelta(days=9))
    assert findings_run.touched(clock.now() - dt.timedelta(hours=1)) == [employment.worker_id]
    assert bystander.pk not in findings_run.touched(clock.now() - dt.timedelta(days=8))
    assert bystander.pk in findings_run.touched(clock.now() - dt.timedelta(days=10))


def test_the_number_of_statements_does_not_grow_with_the_findings(db, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def one_run() -> int:
        with CaptureQueriesContext(connection) as caught:
            run()
        return len(caught)

    def somebody():
        employment = Registry().employment()
        ledger.record_period(by=None, employment=employment, start_on=dt.date(2023, 1, 1))
        pay_all(employment, 1, 6, paid=1)

    somebody()
    one_run()
    steady = one_run()
    for _number in range(4):
        somebody()
    one_run()
    assert one_run() == steady
    assert Finding.everything.count() >= 10


def test_a_job_of_the_night(employment, run_jobs):
    from common.models import Job
    from pensions.tasks import check_registry

    pay_all(employment, 3, 6)
    assert check_registry() == check_registry()
    assert run_jobs() == ["succeeded"]
    [job] = Job.everything.all()
    assert job.result["full"] and job.result["not_asked"]["registry.wage_below_minimum"] == ["AM"]
    work.ask_now(by=None)
    assert run_jobs() == ["succeeded"]
    assert Job.everything.order_by("created_at").last().result["full"] is False


def test_answers_of_other_questions_become_findings(db):
    code = "certificates.control_register"
    findings_run.keep_answers(code, [checks.Answer("row_missing", "pensions.registerentry", "7")])
    [kept] = Finding.everything.all()
    assert (kept.code, kept.registry_state, kept.state) == (code, "", "open")
    findings_run.keep_answers(code, [])
    kept.refresh_from_db()
    assert kept.state == FindingState.RESOLVED
