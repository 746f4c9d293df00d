"""Runs over the registry: equal to the statement of each person, whole or by what was touched."""

import datetime as dt

import pytest

from accounts.enums import Role
from common import clock, jobs
from common.enums import JobState
from common.errors import Conflict, Invalid, Refused
from common.models import Job
from pensions.desks.totals import facts
from pensions.enums.totals import TotalsMode, TotalsState
from pensions.legislation.changes import row_key
from pensions.legislation.parameters import load_library
from pensions.legislation.stage_codes import PARAMETER
from pensions.models import EmploymentPeriod, InsuranceTotal, TotalsRun, TouchedWorker, Worker
from pensions.services import ledger, legislation, merging, totals, workers
from pensions.services.totals_check import check
from pensions.totals import touched
from pensions.totals.ledger import Ledger

from .registry import ON, RandomRegistry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(touched, "SLACK", dt.timedelta())
    yield
    assert not (tmp_path / totals.FOLDER).exists(), "a run left personal data behind"


@pytest.fixture
def run_totals(run_jobs):
    def run(**values) -> TotalsRun:
        made = totals.start(by=None, as_of=ON, **values)
        assert run_jobs() == [JobState.SUCCEEDED]
        made.refresh_from_db()
        assert made.state == TotalsState.COMPLETE
        return made

    return run


def everybody() -> list[str]:
    made = check(sample=1_000)
    assert made.persons
    return [f"{pk}: kept {kept}, rules {said}" for pk, kept, said in made.differing]


@pytest.mark.parametrize("seed", range(3))
def test_every_person_gets_what_the_statement_says(seed, run_totals, monkeypatch):
    monkeypatch.setattr(totals, "PERSONS", 5)
    RandomRegistry(seed)
    run = run_totals()
    assert run.mode == TotalsMode.FULL and run.inputs
    assert run.rows == InsuranceTotal.objects.count() > 10
    assert everybody() == []


def test_totals_say_where_nobody_has_settled_the_codes_of_their_days(run_totals):
    registry = RandomRegistry(5, workers=0)
    workers = [registry.house.worker() for _ in range(3)]
    for worker, code in zip(workers, ("ДЕКРЕТ", "ДЕТИ", ""), strict=True):
        ledger.record_period(
            by=None,
            employment=registry.house.employment(worker),
            start_on=dt.date(2024, 1, 1),
            end_on=dt.date(2024, 5, 19),
            special_conditions=[{"kind": "ДопСведенияИС", "Код": code}] if code else [],
        )
    run = run_totals()
    assert (run.doubtful, run.rows) == (1, 3)
    assert InsuranceTotal.objects.get(doubtful=True).worker == workers[0]
    assert dict(facts(run))["Totals with days under codes that nobody has settled"] == "1"
    assert everybody() == []
    period = EmploymentPeriod.everything.get(worker=workers[0])
    out = [{"from_on": "2024-01-01", "until_on": "2024-05-19", "reason": "ДЕКРЕТ"}]
    ledger.correct(by=None, entry=period, reason="letter of the fund", not_counted=out)
    assert (run_totals().doubtful, everybody()) == (0, [])


def test_a_code_that_is_settled_counts_everybody_again(run_totals, house):
    registry = RandomRegistry(5, workers=2)
    run_totals()
    row = next(row for row in load_library().parameters[PARAMETER].rows if row.where == {"code": "ДЕКРЕТ"})
    proposal = legislation.propose_verification(
        by=house.user(Role.LEGAL_OFFICER),
        parameter=PARAMETER,
        row=row_key(PARAMETER, row),
        source="http://example.org",
        document="letter of the fund",
    )
    legislation.decide(by=house.user(Role.LEGAL_OFFICER, "second"), proposal=proposal, accepted=True)
    assert totals.pending() == (None, 0) and registry.workers
    assert run_totals().mode == TotalsMode.FULL
    assert everybody() == []


def test_only_who_was_touched_is_counted_again(run_totals):
    registry = RandomRegistry(5, workers=10)
    first = run_totals()
    assert totals.pending() == (first, 0)
    late = registry.workers[3]
    registry.period(late)
    assert totals.pending()[1] == 1
    second = run_totals()
    assert (second.mode, second.basis, second.persons) == (TotalsMode.INCREMENTAL, first, 1)
    assert set(InsuranceTotal.objects.filter(run=second).values_list("worker_id", flat=True)) == {late.pk}
    assert InsuranceTotal.objects.filter(run=first).exclude(worker=late).exists()
    assert everybody() == []


def test_work_grows_with_those_touched_and_not_with_the_registry(run_totals):
    read = []
    for workers_, seed in ((6, 1), (18, 2)):
        registry = RandomRegistry(seed, workers=workers_)
        run_totals(whole=True)
        for worker in registry.workers[:2]:
            registry.period(worker)
        mine = {worker.pk for worker in registry.workers[:2]}
        run = run_totals()
        read.append(run.persons)
        assert set(InsuranceTotal.objects.filter(run=run).values_list("worker_id", flat=True)) <= mine
        assert run.periods <= 2 * 6
    assert read == [2, 2]


def test_evidence_mergers_and_partings_reach_the_totals(run_totals, house):
    registry = RandomRegistry(8, workers=6)
    keep, merge = registry.workers[:2]
    period = registry.period(merge)
    run_totals()
    supervisor = house.user(Role.REGISTRY_SUPERVISOR)
    merging.merge_workers(by=supervisor, keep=keep, merge=merge, reason="one passport")
    assert run_totals().mode == TotalsMode.INCREMENTAL
    assert not InsuranceTotal.objects.filter(worker=merge).exists()
    assert everybody() == []
    merging.unmerge_worker(by=supervisor, worker=Worker.everything.get(pk=merge.pk), reason="two people")
    run_totals()
    assert everybody() == []
    newest = EmploymentPeriod.everything.filter(entry=period.entry).latest().get()
    ledger.judge_period(by=None, period=newest, status="disputed", note="no contributions")
    run_totals()
    assert everybody() == []


def test_a_merge_that_came_after_the_moment_of_a_run_is_not_known_to_it(run_totals, house, monkeypatch):
    """As to the statement of that moment, with which the night compares; the next run makes up for it."""
    registry, supervisor = RandomRegistry(8, workers=6), house.user(Role.REGISTRY_SUPERVISOR)
    first, second, third = registry.workers[:3]
    for worker in (first, second, third):
        registry.period(worker)
    merging.merge_workers(by=supervisor, keep=second, merge=third, reason="one passport")
    load = Ledger.load

    def with_merge(self, **values):
        merging.merge_workers(
            by=supervisor, keep=first, merge=Worker.everything.get(pk=second.pk), reason="one"
        )
        load(self, **values)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Ledger, "load", with_merge)
        run = run_totals()
    assert merging.persons_at(run.known_at) == {second.pk: second.pk, third.pk: second.pk}
    assert everybody() == []
    assert InsuranceTotal.objects.filter(worker=second).exists()
    assert run_totals().mode == TotalsMode.INCREMENTAL
    assert everybody() == []
    assert not InsuranceTotal.objects.filter(worker__in=[second.pk, third.pk]).exists()


def test_a_new_birth_date_moves_the_day_of_retirement(run_totals):
    worker = RandomRegistry(2, workers=1).worker()
    worker.sex, worker.birth_on = "female", dt.date(1970, 2, 28)
    worker.save()
    registry = RandomRegistry(3, workers=0)
    employment = ledger.employ(by=None, worker=worker, employer=registry.house.employer(state="KG"))
    ledger.record_period(by=None, employment=employment, start_on=dt.date(2020, 1, 1))
    run_totals()
    mine = InsuranceTotal.objects.filter(worker=worker, state="KG")
    assert mine.get().retires_on == dt.date(2028, 2, 28)
    workers.change_worker(by=None, worker=worker, birth_on=dt.date(1972, 2, 29))
    assert TouchedWorker.objects.filter(worker=worker).exists()
    run_totals()
    assert mine.get().retires_on == dt.date(2030, 2, 28)


def test_a_tampered_total_is_found(run_totals):
    RandomRegistry(4)
    run = run_totals()
    victim = InsuranceTotal.objects.filter(days__gt=0).first()
    InsuranceTotal.objects.filter(pk=victim.pk).update(days=victim.days + 1)
    assert [pk for pk, _kept, _said in check(sample=1_000).differing] == [victim.worker_id]
    run.refresh_from_db()
    assert (run.checked, run.differing) == (12, 1)


def test_other_days_or_other_rules_mean_everybody(run_totals, monkeypatch):
    RandomRegistry(6, workers=3)
    run_totals()
    monkeypatch.setattr(totals, "RULES", totals.RULES + 1)
    assert run_totals().mode == TotalsMode.FULL
    assert totals.start(by=None, as_of=ON - dt.timedelta(days=1)).mode == TotalsMode.FULL


def test_a_run_that_was_stopped_is_gone_over_again(run_totals, run_jobs, monkeypatch):
    RandomRegistry(7)
    monkeypatch.setattr(totals, "PERSONS", 3)
    run_totals()
    run = totals.start(by=None, as_of=ON, whole=True)
    load = Ledger.load

    def stopped(self, **values):
        load(self, **values)
        totals.stop(by=None, run=TotalsRun.everything.get(pk=run.pk))

    monkeypatch.setattr(Ledger, "load", stopped)
    assert run_jobs() == [JobState.CANCELLED]
    run.refresh_from_db()
    assert run.state == TotalsState.STOPPED and totals.latest() is None
    assert InsuranceTotal.objects.filter(run=run).exists(), "finished blocks stay"
    monkeypatch.setattr(Ledger, "load", load)
    assert run_totals().mode == TotalsMode.FULL
    assert everybody() == []


def test_a_run_of_a_killed_worker_is_taken_up_again(run_jobs):
    RandomRegistry(7)
    run = totals.start(by=None, as_of=ON)
    lost = clock.now() - dt.timedelta(hours=1)
    Job.everything.filter(pk=run.job_id).update(state=JobState.RUNNING, lease_until=lost, attempts=1)
    TotalsRun.everything.filter(pk=run.pk).update(state=TotalsState.RUNNING, known_at=lost)
    assert jobs.run(run.job_id) == JobState.SUCCEEDED
    assert everybody() == []


def test_two_runs_are_not_under_way_at_once_and_a_lost_one_does_not_block():
    run = totals.start(by=None, as_of=ON)
    with pytest.raises(Conflict):
        totals.start(by=None, as_of=ON)
    Job.everything.filter(pk=run.job_id).update(state=JobState.FAILED, error_code="worker_lost")
    assert totals.start(by=None, as_of=ON).pk != run.pk


def test_who_may_begin_a_run_and_for_which_days(house):
    for role in (Role.REGISTRY_OFFICIAL, Role.ANALYST, Role.AUDITOR, Role.WORKER, Role.SYSTEM_ADMINISTRATOR):
        with pytest.raises(Refused):
            totals.start(by=house.user(role), as_of=ON)
    supervisor = house.user(Role.REGISTRY_SUPERVISOR)
    with pytest.raises(Invalid):
        totals.start(by=supervisor, as_of=clock.today() + dt.timedelta(days=1))
    assert totals.start(by=supervisor, as_of=ON).created_by == supervisor
