"""Milestones that are moved with a reason, reports that are never overwritten, reviews that only advise."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from common import clock
from common.errors import Conflict, Refused
from monitoring import agenda, rollout
from monitoring.enums import Stage
from monitoring.models import Milestone, MilestoneReport, PerformanceReview
from monitoring.services import chain
from monitoring.services import rollout as service
from tests.support.refusals import refused

from .chain_walk import Walk

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def walk(house):
    return Walk(house)


def values(walk, **more):
    due = clock.today() + dt.timedelta(days=30)
    return {"by": walk.analyst, "measure": walk.measure, "kind": "training", "title": "Trained staff",
            "goal": D(120), "unit": "persons", "due_on": due, **more}  # fmt: skip


def test_a_milestone_comes_nearer_and_is_reached(walk):
    made = service.set_milestone(**values(walk))
    assert rollout.progress([made])[0].reached is None, "nothing reported is not zero"
    today = clock.today()
    for reached, days in ((D(130), 0), (D(40), 3)):  # a later report about an earlier day does not count
        service.report_milestone(
            by=walk.analyst,
            milestone=made,
            reached=reached,
            as_of=today - dt.timedelta(days=days),
            document="d",
        )
    now = rollout.progress([made])[0]
    assert (now.reached, now.is_reached) == (130, True)
    refused("day_to_come", service.report_milestone, by=walk.analyst, milestone=made, reached=D(1),
            as_of=today + dt.timedelta(days=1), document="d")  # fmt: skip
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        MilestoneReport.objects.update(reached=999)


def test_overdue_milestones_are_told_and_stand_in_the_calendar(walk):
    made = service.set_milestone(**values(walk))
    assert "milestone" in {one.key.split("-")[0] for one in agenda.agenda(whole=False)}
    assert not rollout.overdue_measures().exists()
    with time_machine.travel(clock.now() + dt.timedelta(days=31)):
        assert list(rollout.overdue_measures()) == [walk.measure]
        service.report_milestone(
            by=walk.analyst, milestone=made, reached=D(120), as_of=clock.today(), document="d"
        )
        assert not rollout.overdue_measures().exists()


def test_a_milestone_is_moved_with_a_reason_and_once(walk):
    first = service.set_milestone(**values(walk))
    refused("reason_missing", service.set_milestone, **values(walk, replaces=first, goal=D(100)))
    service.set_milestone(**values(walk, replaces=first, goal=D(100), reason="fewer offices"))
    refused("replaced_already", service.set_milestone, error=Conflict,
            **values(walk, replaces=first, goal=D(90), reason="again"))  # fmt: skip
    assert [one.goal for one in rollout.standing()] == [100]
    assert Milestone.objects.count() == 2
    refused("milestone_unclear", service.set_milestone, **values(walk, goal=D(0)))


def test_a_review_advises_and_moves_nothing(walk, house):
    review = {
        "by": walk.analyst,
        "measure": walk.measure,
        "period": "2026-Q4",
        "advice": "achieve",
        "text": "done",
    }
    refused("wrong_stage", service.review_performance, **review)
    walk.to(Stage.PERFORMANCE_MONITORING)
    service.review_performance(**review)
    refused("not_a_period", service.review_performance, **{**review, "period": "autumn"})
    assert chain.where(walk.measure).stage == Stage.PERFORMANCE_MONITORING
    assert PerformanceReview.objects.get().advice == "achieve"
    with pytest.raises(Refused):
        service.review_performance(**{**review, "by": house.user(Role.DECISION_MAKER)})


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_page_and_the_desk_of_a_roll_out(walk, client, settings, language):
    made = service.set_milestone(**values(walk))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(reverse("monitoring:measure", args=[walk.measure.code]))
    assert page.status_code == 200 and "Trained staff" in page.content.decode()
    own = Client()
    own.force_login(walk.analyst)
    address = reverse("admin:monitoring_measure_do", args=[walk.measure.pk, "progress"])
    form = {"milestone": made.pk, "reached": "5", "as_of": clock.today().isoformat(), "document": "d"}
    assert own.post(address, form).status_code == 302
    assert MilestoneReport.objects.get().reached == 5
