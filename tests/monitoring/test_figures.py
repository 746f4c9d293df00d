"""Figures: real public series, vintages, states, lineage."""

import csv
import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from accounts.enums import Role
from common import clock, jobs
from common.errors import Invalid
from common.models import Job
from monitoring.models import Calculation, Figure, Indicator, Observation
from monitoring.periods import Period
from monitoring.services import datasets, indicators, measures

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(house):
    user = house.user(Role.ANALYST)
    datasets.load_items(by=user)
    datasets.load_series(by=user)
    indicators.load_shipped(by=user)
    return user


def compute(analyst, period="2026-Q3"):
    job = jobs.enqueue("monitoring.compute", by=analyst, params={"period": period})
    assert jobs.run(job.pk) == "succeeded", Job.everything.get(pk=job.pk).error_text
    return Job.everything.get(pk=job.pk).result


def figure(code, period, key="", as_of=None):
    return Figure.objects.as_of(as_of).get(indicator__code=code, period=period, key=key)


def series(name):
    with datasets.SERIES.open(encoding="utf-8") as file:
        return {row["period"]: Decimal(row["value"]) for row in csv.DictReader(file) if row["item"] == name}


def test_every_shipped_indicator_is_defined_and_computed(analyst):
    assert compute(analyst)["indicators"] == Indicator.everything.count() >= 12
    silent = [i.code for i in Indicator.everything.all() if not i.figures.exists()]
    assert silent == []


def test_values_equal_those_computed_by_hand(analyst):
    compute(analyst)
    assert round(figure("REMITTANCES_GDP", "2011").value, 2) == Decimal("27.57")
    by_hand = 100 * series("registered_unemployed")["2011"] / series("labour_force")["2011"]
    registered = figure("UNEMPLOYMENT_REGISTERED", "2011").value
    assert abs(registered - by_hand) < Decimal("1e-9")
    ratio = registered / figure("UNEMPLOYMENT_ILO", "2011").value
    assert round(ratio, 1) == Decimal("2.8"), "the two definitions differ by a factor of 2.8"
    share = 100 * series("emigrants_in_russia")["2020"] / series("emigrants_born_in_kg")["2020"]
    assert abs(figure("EMIGRANTS_IN_RUSSIA_SHARE", "2020").value - share) < Decimal("1e-9")
    assert round(figure("REMITTANCES_PER_EMIGRANT", "2017").value) == 3180


def test_a_ratio_without_its_part_is_missing_not_zero(analyst):
    compute(analyst)
    missing = figure("UNEMPLOYMENT_REGISTERED", "2012")
    assert (missing.state, missing.value) == ("missing", None)
    nothing = figure("COMMENTS_ANSWERED_SHARE", "2026-Q3")
    assert nothing.state == "not_applicable", "no comments were received: a share of nothing"


def test_a_revision_keeps_what_was_known_before(analyst):
    with time_machine.travel("2026-10-05", tick=False):
        compute(analyst)
        before = clock.now()
    with time_machine.travel("2026-11-05", tick=False):
        datasets.load_series(by=analyst, content=b"item,period,value\nremittances_gdp,2011,29\n")
        compute(analyst)
    assert round(figure("REMITTANCES_GDP", "2011").value) == 29
    assert round(figure("REMITTANCES_GDP", "2011", as_of=before).value, 2) == Decimal("27.57")
    assert figure("REMITTANCES_GDP", "2011").revision_reason == "late_data"


def test_computing_again_without_news_adds_nothing(analyst):
    compute(analyst)
    counts = (Figure.objects.count(), Observation.objects.count())
    assert compute(analyst)["figures"] == 0
    assert (Figure.objects.count(), Observation.objects.count()) == counts


def test_a_figure_leads_back_to_its_observations(analyst):
    compute(analyst)
    one = figure("REMITTANCES_GDP", "2024")
    rows = Observation.objects.filter(pk__in=Calculation.objects.get(figures=one).operands)
    assert one.value in {row.value for row in rows}
    assert all(row.submission.sha256 for row in rows)


def test_few_persons_are_withheld_and_everything_made_of_them(analyst, house):
    from cases.enums import Outcome
    from cases.models import Partner
    from cases.services import intake, work

    worker = house.user(Role.CASE_WORKER)
    ngo = worker.valid_memberships[0].organisation
    Partner.everything.create(organisation=ngo, takes_requests=True)
    for number in range(6):
        case = intake.open_case(by=worker, organisation=ngo, type="unpaid_wages", country="RU", language="ky")
        if number < 3:
            work.close(by=worker, case=case, outcome=Outcome.RESOLVED, reason="paid")
    now = str(Period.containing(clock.today(), Period.parse("2026-Q1").frequency))
    compute(analyst, now)
    assert figure("CASES_OPENED", now).value == 6
    share = figure("CASES_RESOLVED_SHARE", now)
    assert (share.state, share.value, share.restricted) == ("suppressed", None, 100)


def test_the_chain_counts_itself(analyst):
    measures.load_study(by=analyst)
    now = str(Period.containing(clock.today(), Period.parse("2026-Q1").frequency))
    compute(analyst, now)
    assert figure("MEASURES_OPEN", now).value == 48
    assert figure("MEASURES_OPEN", now, key="HORIZON=short").value == 26


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("last(no_such_item)", "percent"),
        ("remittances_gdp +", "percent"),
        ("gdp_usd + net_migration", "USD"),
        ("last(gdp_usd)", "persons"),
    ],
)
def test_a_formula_that_does_not_hold_is_refused(analyst, text, unit):
    with pytest.raises(Invalid) as error:
        indicators.define(
            by=analyst,
            code="WRONG",
            title={"en": "wrong"},
            formula_text=text,
            unit=unit,
            frequency="A",
            direction="none",
            tier="context",
        )
    assert error.value.field == "formula"


def test_the_number_of_queries_does_not_grow_with_the_data(analyst, django_assert_max_num_queries):
    now = Period.containing(dt.date(2026, 8, 1), Period.parse("2026-Q1").frequency)
    with django_assert_max_num_queries(60):
        datasets.count_house(by=analyst, period=now)
