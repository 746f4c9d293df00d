"""Targets that are never overwritten, and alerts that speak once for a run of bad periods."""

from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notice
from common.errors import Conflict, Invalid, Refused
from monitoring import watch
from monitoring.enums import AlertKind, AlertSeverity
from monitoring.models import Alert, Figure, Indicator, TargetSet
from monitoring.periods import Period, PeriodError
from monitoring.permissions import ADDRESSEES
from monitoring.services import datasets, indicators, targets
from monitoring.trajectory import path

D = Decimal


def test_a_straight_path_and_steps():
    points = [("2020", D(10)), ("2024", D(20)), ("2026", D(30))]
    straight = path(points, linear=True, tolerance=D(1))
    assert [straight.at(Period.parse(year)) for year in ("2019", "2020", "2022", "2025", "2026", "2027")] == [
        None, 10, 15, 25, 30, None,
    ]  # fmt: skip
    steps = path(points, linear=False, tolerance=D(0))
    assert [steps.at(Period.parse(year)) for year in ("2023", "2024", "2025")] == [10, 20, 20]
    when = Period.parse("2022")
    assert straight.gap(when, D(12), "up") == 2, "three short, one of them tolerated"
    assert straight.gap(when, D(18), "up") == 0
    assert straight.gap(when, D(18), "down") == 2
    with pytest.raises(PeriodError):
        path([("2020", D(1)), ("2020-Q1", D(2))], linear=True, tolerance=D(0))


def test_measures_of_a_series():
    assert watch.changes([D(1), D(4), None, D(2)]) == [None, 3, None, None]
    calm = [D(n) for n in (10, 11, 9, 10, 12, 8, 10)]
    assert watch.deviations([*calm, D(30)])[-1] > 5
    assert max(watch.deviations(calm)) < 3
    assert watch.deviations([D(1), D(2), D(3)]) == [None] * 3, "too few to say anything"
    assert watch.run_length([D(5), D(1), D(5), D(6)], lambda one: one > 4) == 2
    assert watch.run_length([D(5), None], lambda one: one > 4) == 0


@pytest.mark.parametrize(
    ("run", "since", "days", "spoken"),
    [(1, None, None, False), (2, None, None, True), (4, 2, 400, False), (2, 3, 100, True), (2, 3, 10, False)],
)
def test_once_for_a_run_and_not_too_often(run, since, days, spoken):
    assert watch.speaks(run, 2, since, days, 90) is spoken


@pytest.fixture
def analyst(house):
    user = house.user(Role.ANALYST)
    datasets.load_items(by=user)
    datasets.load_series(by=user)
    indicators.load_shipped(by=user)
    indicators.compute(by=user, indicator=remittances(), period=Period.parse("2025"))
    return user


def remittances():
    return Indicator.everything.get(code="REMITTANCES_GDP")


def baseline():
    return Figure.objects.as_of().get(indicator=remittances(), period="2020", key="")


def put(analyst, value, reason="the strategy"):
    return targets.set_targets(
        by=analyst,
        indicator=remittances(),
        baseline=baseline(),
        milestones={"2026": D(value)},
        trajectory="linear",
        reason=reason,
    )


@pytest.mark.django_db
def test_targets_are_versions_and_another_approves(analyst, house):
    decider = house.user(Role.DECISION_MAKER)
    first = put(analyst, 20)
    assert targets.in_force(remittances()) is None
    with pytest.raises(Refused):
        targets.approve(by=analyst, target_set=first)
    targets.approve(by=decider, target_set=first)
    second = put(analyst, 25, "the strategy was changed")
    assert targets.in_force(remittances()) == first, "a new set waits for its approval"
    targets.approve(by=decider, target_set=second)
    assert targets.in_force(remittances()) == second
    assert list(TargetSet.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert second.baseline.value == baseline().value
    with pytest.raises(Conflict):
        targets.approve(by=decider, target_set=second)
    with pytest.raises(Invalid):
        put(analyst, 20, " ")
    with pytest.raises(Invalid):
        targets.set_targets(
            by=analyst, indicator=remittances(), baseline=baseline(), milestones={"2019": D(1)},
            trajectory="linear", reason="x",
        )  # fmt: skip


@pytest.mark.django_db
def test_an_alert_speaks_once_and_is_answered(analyst, house):
    targets.add_rule(
        by=analyst, indicator=remittances(), role=Role.DECISION_MAKER, kind=AlertKind.BELOW,
        threshold=D(1000), periods=3, severity=AlertSeverity.RED,
    )  # fmt: skip
    with time_machine.travel("2026-11-01 06:00Z", tick=False):
        (alert,) = targets.look(by=analyst)
        assert targets.look(by=analyst) == []
    with time_machine.travel("2028-11-01 06:00Z", tick=False):
        assert targets.look(by=analyst) == [], "the same run of periods, whatever the calendar says"
    assert Alert.objects.count() == 1
    decider = house.user(Role.DECISION_MAKER)
    targets.answer(by=decider, alert=alert, reason="A study is asked for.")
    with pytest.raises(Conflict):
        targets.answer(by=decider, alert=alert, reason="again")
    with pytest.raises(Refused):
        targets.answer(by=house.user(Role.EXPERT), alert=alert, reason="no")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ADDRESSEES)
def test_whoever_holds_the_role_of_the_rule_is_told_finds_the_page_and_answers(role, analyst, house, client):
    rule = {"kind": AlertKind.BELOW, "threshold": D(1000), "severity": AlertSeverity.RED}
    told = house.user(role)
    targets.add_rule(by=analyst, indicator=remittances(), role=role, **rule)
    (alert,) = targets.look(by=analyst)
    notice = Notice.everything.get(kind="monitoring.alert", user=told)
    client.force_login(told)
    assert client.get(notice.path).status_code == 200
    targets.answer(by=told, alert=alert, reason="We look into it.")
    with pytest.raises(Invalid):
        targets.add_rule(by=analyst, indicator=remittances(), role=Role.WORKER, **rule)


@pytest.mark.django_db
def test_targets_stand_in_the_chart_beside_the_series(analyst, house, client):
    decider = house.user(Role.DECISION_MAKER)
    targets.approve(by=decider, target_set=put(analyst, 20))
    client.cookies["django_language"] = "en"
    page = client.get(reverse("monitoring:indicator", args=["REMITTANCES_GDP"])).content.decode()
    drawn = page[page.index('class="chart"') :].partition("</svg>")[0]
    assert "Targets of" in drawn and "2026" in drawn
