"""Alerts beyond a threshold: late data, completeness, a missed milestone, a revision that is larger than usual."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from accounts.enums import OrganisationKind, Role
from monitoring.enums import AlertKind, AlertSeverity
from monitoring.models import DataItem, Figure, Submission
from monitoring.periods import Period
from monitoring.services import datasets, indicators, releases, submissions, targets

pytestmark = pytest.mark.django_db
YEARS = range(2015, 2026)


class Watched:
    """A yearly indicator by oblast over an item of its own."""

    def __init__(self, house):
        self.house, self.analyst = house, house.user(Role.ANALYST)
        words = datasets.translated("title", {"en": "Jobs found"})
        self.item = DataItem.everything.create(
            code="jobs_found", unit="persons", frequency="A", kind="flow", origin="dataset",
            dimensions=["REF_AREA"], **words,
        )  # fmt: skip
        self.indicator = indicators.define(
            by=self.analyst, code="JOBS", title={"en": "Jobs"}, formula_text="jobs_found", unit="persons",
            frequency="A", direction="up", tier="outcome", dimensions=["REF_AREA"],
        ).indicator  # fmt: skip

    def report(self, rows: dict[tuple[str, str], int]) -> None:
        submission = Submission.everything.create(title="t", sha256="0" * 64, state="approved")
        facts = [("jobs_found", key, period, Decimal(number)) for (key, period), number in rows.items()]
        datasets.observe(submission, facts, reason="late_data")
        indicators.compute(by=self.analyst, indicator=self.indicator, period=Period.parse("2025"))
        releases.release_figures(by=self.analyst)

    def rule(self, kind, threshold):
        targets.add_rule(
            by=self.analyst, indicator=self.indicator, role=Role.ANALYST, kind=kind,
            threshold=Decimal(threshold), severity=AlertSeverity.AMBER,
        )  # fmt: skip

    def alerts(self) -> list[Decimal]:
        found = [one.measured for one in targets.look(by=self.analyst)]
        assert targets.look(by=self.analyst) == [], "it speaks once"
        return found


@pytest.fixture
def watched(house):
    with time_machine.travel("2026-11-27 10:00", tick=False):
        yield Watched(house)


def test_data_that_have_not_come(watched):
    watched.report({("", "2024"): 10})
    watched.rule(AlertKind.LATE, 30)
    assert watched.alerts() == [], "nobody owes them"
    fund = watched.house.organisation(OrganisationKind.SOCIAL_FUND)
    submissions.assign(
        by=watched.analyst, item=watched.item, organisation=fund, due_days=90, from_on=dt.date(2025, 1, 1)
    )
    assert watched.alerts() == [(dt.date(2026, 11, 27) - dt.date(2026, 3, 31)).days]


def test_a_breakdown_that_has_become_thin(watched):
    keys = ["", "REF_AREA=KG-B", "REF_AREA=KG-O", "REF_AREA=KG-T"]
    watched.report({(key, "2024"): 10 for key in keys})
    watched.rule(AlertKind.INCOMPLETE, 80)
    assert watched.alerts() == []
    watched.report({(key, "2025"): 10 for key in keys[:2]})
    assert watched.alerts() == [50]


def test_a_milestone_that_was_missed(watched):
    watched.report({("", str(year)): 100 + year for year in YEARS})
    base = Figure.objects.as_of().get(indicator=watched.indicator, key="", period="2020")
    for milestone, expected in (("2026", []), ("2025", [9000 - 2125 - 10])):
        made = targets.set_targets(
            by=watched.analyst, indicator=watched.indicator, baseline=base, milestones={milestone: Decimal(9000)},
            trajectory="steps", reason="the plan", tolerance=Decimal(10),
        )  # fmt: skip
        targets.approve(by=watched.house.user(Role.DECISION_MAKER), target_set=made)
        if milestone == "2026":
            watched.rule(AlertKind.MISSED, 1)
        assert watched.alerts() == expected, "before the year of the milestone nothing is missed"


def test_a_revision_larger_than_usual(watched):
    watched.report({("", str(year)): 1000 for year in YEARS})
    watched.rule(AlertKind.UNSETTLED, 5)
    watched.report({("", str(year)): 1000 + year % 4 for year in YEARS})
    assert watched.alerts() == []
    watched.report({("", "2025"): 1400})
    (found,) = watched.alerts()
    assert found > 100
