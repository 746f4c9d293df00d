"""Indicators are computed in parts: each once, whoever is killed; only what is new; the same on both databases."""

import datetime as dt
import hashlib
from decimal import Decimal

import pytest
import time_machine

from accounts.enums import Role
from common import jobs
from common.jobs import runner
from common.models import Job
from monitoring.models import Calculation, Figure, Observation
from monitoring.periods import Period
from monitoring.services import computation, datasets, indicators

pytestmark = pytest.mark.django_db
PERIOD = "2026-Q3"
# of every figure over the public series; the same on SQLite and PostgreSQL, and to be changed only with a reason
DIGEST = "b4f3eaf8d6a4ec8d6ad2692e5b6b272b959d2a2f8759e6d7c9b4fe96f142e623"


@pytest.fixture
def analyst(house):
    user = house.user(Role.ANALYST)
    with time_machine.travel("2026-10-01", tick=False):
        datasets.load_items(by=user)
        datasets.load_series(by=user)
        indicators.load_shipped(by=user)
    return user


def start(analyst, **params):
    return jobs.enqueue(computation.KIND, by=analyst, params={"period": PERIOD, **params})


def done(job) -> dict:
    assert jobs.run(job.pk) == "succeeded", Job.everything.get(pk=job.pk).error_text
    return Job.everything.get(pk=job.pk).result


def parts(job):
    return Job.everything.filter(kind=computation.PART, idempotency_key__contains=str(job.pk)).order_by(
        "idempotency_key"
    )


def facts() -> list[tuple]:
    rows = Figure.objects.order_by("indicator__code", "key", "period", "version")
    return [
        (code, key, period, state, version, *(None if one is None else f"{one:.10f}" for one in numbers))
        for code, key, period, state, version, *numbers in rows.values_list(
            "indicator__code", "key", "period", "state", "version", "value", "restricted"
        )
    ]


class Killed(BaseException):
    """What a worker feels of SIGKILL: nothing after it is done any more."""


def kill_after(monkeypatch, reports: int):
    left = [reports]
    advance = runner.RunningJob.advance

    def dying(self, *args, **kwargs):
        advance(self, *args, **kwargs)
        left[0] -= self.job.kind == computation.PART
        if not left[0]:
            raise Killed

    monkeypatch.setattr(runner.RunningJob, "advance", dying)


def test_taken_up_again_it_goes_on_where_it_was(analyst, monkeypatch):
    undisturbed = start(analyst)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        kill_after(patched, computation.CHUNK + 3)
        jobs.run(undisturbed.pk)
    first, second, *_rest = parts(undisturbed)
    assert (first.state, second.state) == ("succeeded", "running")
    Job.everything.filter(state="running").update(lease_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    done(undisturbed)
    assert [one.attempts for one in parts(undisturbed)] == [1, 2] + [1] * (parts(undisturbed).count() - 2)
    computed = Figure.objects.filter(disclosure=None)
    assert set(computed.values_list("version", flat=True)) == {1}, "nothing is there twice"
    kept = facts()
    assert done(start(analyst))["figures"] == 0
    assert facts() == kept


def test_a_part_that_another_worker_has_is_left_to_it(analyst, monkeypatch):
    job = start(analyst)
    took = []

    def other_worker(seconds):
        """Meanwhile: the other worker ends its part."""
        for part in parts(job).filter(state="running"):
            result = {"indicators": 8, "figures": 0}
            Job.everything.filter(pk=part.pk).update(state="succeeded", result=result)
            took.append(part.pk)

    monkeypatch.setattr("common.jobs.parts.time.sleep", other_worker)
    take = runner._take

    def taken(job_id):
        if Job.everything.get(pk=job_id).kind == computation.PART and not took and parts(job)[0].pk == job_id:
            Job.everything.filter(pk=job_id, state="queued").update(
                state="running", lease_until=runner._lease(), attempts=1
            )
            return None
        return take(job_id)

    monkeypatch.setattr(runner, "_take", taken)
    assert done(job)["indicators"] > computation.CHUNK
    assert took == [parts(job)[0].pk]


def test_cancelled_it_stops_with_its_parts(analyst, monkeypatch):
    job = start(analyst)
    compute = indicators.compute

    def cancelling(**values):
        jobs.cancel(Job.everything.get(pk=job.pk))
        return compute(**values)

    monkeypatch.setattr(indicators, "compute", cancelling)
    assert jobs.run(job.pk) == "cancelled"
    assert set(parts(job).values_list("state", flat=True)) == {"cancelled"}
    assert Figure.objects.values("indicator").distinct().count() == 1, "what was done stays"


def test_a_part_that_fails_is_named_and_ends_the_whole(analyst, monkeypatch):
    monkeypatch.setattr(indicators, "compute", lambda **values: 1 / 0)
    job = start(analyst)
    assert jobs.run(job.pk) == "failed"
    assert Job.everything.get(pk=job.pk).error_code == "part_failed"
    assert set(parts(job).values_list("state", flat=True)) == {"failed", "cancelled"}


def test_only_what_something_new_reaches_is_computed_again(analyst):
    with time_machine.travel("2026-10-05", tick=False):
        everything = done(start(analyst, full=False))["indicators"]
    assert everything > 20, "a period that was never computed is computed in full"
    with time_machine.travel("2026-10-20", tick=False):
        again = done(start(analyst, full=False))
        assert again["indicators"] < everything, "what the house counted in the first run, and no more"
        assert again["figures"] == 0
    with time_machine.travel("2026-10-25", tick=False):
        assert done(start(analyst, full=False))["indicators"] == 0
    with time_machine.travel("2026-11-04", tick=False):
        datasets.load_series(by=analyst, content=b"item,period,value\nregistered_unemployed,2011,61000\n")
    with time_machine.travel("2026-11-05", tick=False):
        found = computation.wanted(PERIOD, full=False)
        assert "UNEMPLOYMENT_REGISTERED" in found and len(found) < 5
        result = done(start(analyst, full=False))
    assert (result["indicators"], result["figures"]) == (len(found), 1)
    with time_machine.travel("2026-11-20", tick=False):
        define(analyst, "UNEMPLOYED_TWICE", "registered_unemployed * 2")
        assert computation.wanted(PERIOD, full=False) == ["UNEMPLOYED_TWICE"]


def define(analyst, code, text, **values):
    values = {"unit": "persons", "frequency": "A", "direction": "none", "tier": "context", **values}
    return indicators.define(by=analyst, code=code, title={"en": code}, formula_text=text, **values).indicator


def test_a_long_number_is_no_news_of_itself(analyst):
    """SQLite keeps fifteen digits: more of them would be another number each time, and on each database."""
    content = b"item,period,value\ngdp_usd,2012,12345678901234.1234567891\n"
    datasets.load_series(by=analyst, content=content)
    third = define(analyst, "THIRD", "gdp_usd / 3", unit="USD")
    for expected in (True, False, False):
        made = indicators.compute(by=analyst, indicator=third, period=Period.parse("2012"))
        assert bool(made) is expected
    assert datasets.load_series(by=analyst, content=content).observations.count() == 0
    assert third.figures.get(period="2012").value == Decimal("4115226300411.37")


def test_a_chain_of_indicators_has_its_whole_history(analyst):
    base = define(analyst, "BASE", "gdp_usd * 1", unit="USD")
    above = define(analyst, "ABOVE", "BASE * 2", unit="USD")
    for one in (base, above):
        indicators.compute(by=analyst, indicator=one, period=Period.parse("2024"))
    periods = [set(one.figures.values_list("period", flat=True)) for one in (base, above)]
    assert periods[0] == periods[1] and len(periods[0]) > 5


def test_both_databases_come_to_the_same(analyst):
    with time_machine.travel("2026-10-05", tick=False):
        done(start(analyst))
    rows = Observation.objects.filter(pk__in=Calculation.objects.first().operands)
    assert rows.exists()
    assert hashlib.sha256(repr(facts()).encode()).hexdigest() == DIGEST


def test_a_part_asks_as_much_for_many_periods_as_for_few(analyst, django_assert_max_num_queries):
    part = computation.chunks(PERIOD, full=True)[0]
    job = jobs.enqueue(computation.PART, by=analyst, params=part)
    with django_assert_max_num_queries(30 + 16 * computation.CHUNK):
        jobs.run(job.pk)
    assert Figure.objects.filter(period__lt="2026").exists()
