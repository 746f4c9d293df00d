"""Figures made of the totals of the registry: counted again by hand, withheld until they are released."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.enums import Role
from monitoring.models import Figure, Indicator, Observation
from monitoring.periods import Period
from monitoring.services import datasets, indicators
from monitoring.sources import sources
from pensions.models import InsuranceTotal, Worker
from pensions.services import totals
from pensions.totals import touched
from tests.pensions.totals.registry import RandomRegistry

pytestmark = pytest.mark.django_db
QUARTER, LAST = Period.parse("2026-Q3"), dt.date(2026, 9, 30)


@pytest.fixture
def totalled(settings, tmp_path, monkeypatch, run_jobs):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(touched, "SLACK", dt.timedelta())
    RandomRegistry(11, workers=25)
    totals.start(by=None, as_of=LAST)
    run_jobs()


def test_people_near_retirement_counted_again_by_hand(totalled):
    born = {worker.pk: worker for worker in Worker.everything.all()}
    near, barred, states = set(), set(), {}
    for row in InsuranceTotal.objects.all():
        assert row.retires_on is None or born[row.worker_id].sex
        if row.days and row.retires_on and LAST < row.retires_on <= dt.date(2031, 9, 30):
            near.add(row.worker_id)
            states.setdefault(row.state, set()).add(row.worker_id)
            if row.gate == "no":
                barred.add(row.worker_id)
    assert near and barred
    found = sources()["near_retirement"](QUARTER)
    assert found == {"": len(near), **{f"EMPLOYMENT_STATE={one}": len(who) for one, who in states.items()}}
    assert sources()["near_retirement_without_gate"](QUARTER)[""] == len(barred)


def test_another_period_than_that_of_the_run_is_not_counted(totalled):
    assert sources()["near_retirement"](Period.parse("2026-Q2")) == {}
    totals.start(by=None, as_of=LAST)
    assert sources()["workers_totalled"](QUARTER) == {}, "a run is under way"


def test_figures_are_born_withheld_and_the_estimate_is_price_times_people(totalled, house):
    analyst = house.user(Role.ANALYST)
    datasets.load_items(by=analyst)
    indicators.load_shipped(by=analyst)
    datasets.count_house(by=analyst, period=QUARTER)
    for code in ("NEAR_RETIREMENT_WITHOUT_GATE", "DISPUTED_SHARE", "MINIMUM_PENSIONS_KG", "MONTHS_INSURED"):
        indicators.compute(by=analyst, indicator=Indicator.objects.get(code=code), period=QUARTER)
    figures = Figure.objects.filter(period=str(QUARTER), key="")
    assert figures.count() == 4 and {one.state for one in figures} == {"suppressed"}
    cost = figures.get(indicator__code="MINIMUM_PENSIONS_KG").restricted
    people = Observation.objects.get(item__code="age_reached_kg", period=str(QUARTER)).value
    assert people > 0 and cost == 3 * Decimal(7100) * people


def test_without_a_verified_pension_there_is_no_estimate(totalled):
    assert sources()["minimum_pension_kg"](QUARTER) == {"": Decimal(7100)}
    assert sources()["minimum_pension_kg"](Period.parse("2020-Q1")) == {"": None}
