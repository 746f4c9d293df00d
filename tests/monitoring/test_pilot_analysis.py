"""The analysis of a pilot runs on the frozen file, by the registered design."""

import random

import pytest

from common import files
from common.errors import Conflict
from monitoring.enums import Stage
from monitoring.evaluation import PilotPlan, feasibility
from monitoring.services import chain, pilots

from .chain_walk import REGIONS, Walk

pytestmark = pytest.mark.django_db
PERIODS = ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
DESIGN = {
    "design": "did",
    "outcome": "hostile",
    "unit": "unit",
    "time": "period",
    "treated_units": REGIONS[:3],
    "start": "2026-Q1",
}


@pytest.fixture
def freeze(house, monkeypatch):
    def register(self):
        plan = feasibility(PilotPlan(units=9, treated=3, before=2, after=2, sd_periods=2.0)).as_dict()
        return pilots.register(
            by=self.analyst,
            measure=self.measure,
            content=DESIGN,
            units=REGIONS,
            treated_units=REGIONS[:3],
            primary_outcomes=["hostile"],
            planned_periods=PERIODS,
            stop_rules="harm",
            feasibility=plan,
        )

    monkeypatch.setattr(Walk, "register", register)
    walk = Walk(house).to(Stage.PILOT)
    design = chain.where(walk.measure).run.pilot_design
    chance = random.Random(3)
    rows = [
        {
            "unit": u,
            "period": p,
            "hostile": 40 + i + chance.gauss(0, 1) - (8 if u in REGIONS[:3] and p >= "2026" else 0),
        }
        for i, u in enumerate(REGIONS)
        for p in PERIODS
    ]
    pilots.report(by=walk.analyst, design=design, rows=rows)
    frozen = pilots.freeze(by=walk.analyst, design=design)
    frozen.expert = walk.expert
    return frozen


def test_the_registered_design_finds_the_effect_and_lists_no_deviation(freeze):
    run = pilots.analyse(by=freeze.expert, freeze=freeze)
    assert abs(run.result["estimate"] + 8) < 1.5
    assert run.result["p_exact"] == pytest.approx(1 / 84, abs=0.02)
    assert run.deviations == []
    assert set(run.result["finding"]) == {"ky", "ru", "en"}


def test_another_design_is_listed_as_a_deviation(freeze):
    run = pilots.analyse(by=freeze.expert, freeze=freeze, design={**DESIGN, "start": "2026-Q2"})
    assert [one["field"] for one in run.deviations] == ["start"]


def test_changed_data_are_not_analysed(freeze):
    other = files.store(b"unit,period,hostile\n", name="x.csv", media_type="text/csv")
    freeze.file = other
    with pytest.raises(Conflict):
        pilots.analyse(by=freeze.expert, freeze=freeze)
