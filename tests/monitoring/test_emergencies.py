"""The emergency track: what it proposes near its end, what it blocks past it, and that it cannot be had twice."""

import datetime as dt

import pytest
import time_machine

from accounts.models.notice import Notice
from common.errors import Invalid
from common.scoping import system
from monitoring.emergencies import emergencies, on_the_track, pressing
from monitoring.enums import Outcome, Stage, Track
from monitoring.models import Measure
from monitoring.services import chain
from reports.services import reminders

from .chain_walk import Walk

pytestmark = pytest.mark.django_db
ORDERED = dt.datetime(2026, 11, 2, 6, tzinfo=dt.UTC)
SUNSET = dt.date(2027, 5, 31)


@pytest.fixture
def urgent(house):
    """A measure taken straight to full implementation on 2 November 2026, until the end of May."""
    with time_machine.travel(ORDERED, tick=False):
        walk = Walk(house)
        walk.to(Stage.RESEARCH)
        chain.submit(by=walk.analyst, measure=walk.measure)
        chain.emergency(by=walk.boss, measure=walk.measure, order="Order 15 of 2 November", sunset_on=SUNSET)
        yield walk


def on(day: dt.date):
    return time_machine.travel(dt.datetime.combine(day, dt.time(6), tzinfo=dt.UTC), tick=False)


def back(walk) -> None:
    walk.file("pause_order")
    walk.go(Outcome.LOOP, target=Stage.PILOT_RESEARCH)


def test_it_is_quiet_until_sixty_days_before_its_end(urgent):
    assert [one.measure.code for one in emergencies(dt.date(2026, 12, 1))] == ["S03"]
    assert pressing(SUNSET - dt.timedelta(days=61)) == []
    near = pressing(SUNSET - dt.timedelta(days=60))[0]
    assert near.is_near and not near.is_over
    over = pressing(SUNSET + dt.timedelta(days=1))[0]
    assert over.is_over and not over.is_near
    assert (over.way_back.target, over.way_back.needs) == (Stage.PILOT_RESEARCH, "pause_order")


def test_the_gate_says_why_it_is_closed(urgent):
    codes = {one.code for one in chain.waiting_for(urgent.measure)}
    assert "emergency_evaluated" in codes and "emergency_in_time" not in codes
    with on(SUNSET + dt.timedelta(days=1)):
        assert "emergency_in_time" in {one.code for one in chain.waiting_for(urgent.measure)}


def test_neither_finding_is_waived(urgent):
    for code in ("emergency_evaluated", "emergency_in_time"):
        with pytest.raises(Invalid):
            chain.waive(
                by=urgent.boss, measure=urgent.measure, criterion=code, reason="haste", expires_on=SUNSET
            )


def test_past_its_end_only_going_back_or_closing_is_left(urgent):
    with on(SUNSET + dt.timedelta(days=1)):
        with pytest.raises(Invalid, match="ended"):
            urgent.full_implementation()
        review = urgent.measure.runs.get(track=Track.EMERGENCY).entries.get().reviews.get()
        chain.record_lesson(
            by=urgent.analyst, measure=urgent.measure, text="Буйруктун мөөнөтү жетишсиз болду"
        )
        chain.decide(by=urgent.boss, review=review, outcome=Outcome.STOP, reason="it ended")
    assert emergencies(SUNSET) == []


def test_an_emergency_is_not_ordered_again_instead_of_being_evaluated(urgent):
    urgent.file("withdrawal_order")
    urgent.go(Outcome.LOOP, target=Stage.PILOT)
    urgent.file("incident_report")
    urgent.go(Outcome.LOOP, target=Stage.RESEARCH)
    chain.submit(by=urgent.analyst, measure=urgent.measure)
    with pytest.raises(Invalid, match="second time"):
        chain.emergency(by=urgent.boss, measure=urgent.measure, order="Order 16", sunset_on=SUNSET)


def test_those_at_the_gate_are_told_once_near_and_once_past_its_end(urgent):
    people = {urgent.analyst.pk, urgent.boss.pk, urgent.second_boss.pk}
    for day, times in ((SUNSET - dt.timedelta(days=30), 1), (SUNSET + dt.timedelta(days=1), 2)):
        with on(day):
            for _again in range(2):
                with system("reminders"):
                    reminders.remind(day)
        told = Notice.everything.filter(kind="monitoring.emergency_ends")
        assert {one.user_id for one in told} == people and told.count() == times * len(people)


def test_the_desk_leads_to_what_presses(urgent, client):
    client.force_login(urgent.boss)
    client.cookies["django_language"] = "en"
    with on(SUNSET + dt.timedelta(days=3)):
        client.force_login(urgent.boss)
        shown = client.get("/admin/monitoring/measure/?waiting=sunset").content.decode()
        page = client.get(f"/admin/monitoring/measure/{urgent.measure.pk}/change/").content.decode()
    assert "S03" in shown and "S04" not in shown
    assert "The emergency order ended on" in page and "order to pause" in page


def test_the_picture_takes_the_same_queries_for_one_and_for_many(urgent):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            emergencies(SUNSET)
        return len(asked)

    one = count()
    for code in ("S04", "S05"):
        measure = Measure.everything.get(code=code)
        chain.start(by=urgent.analyst, measure=measure)
        chain.submit(by=urgent.analyst, measure=measure)
        chain.emergency(by=urgent.boss, measure=measure, order="Order 17", sunset_on=SUNSET)
    assert on_the_track().count() == 3
    assert count() == one


def test_full_implementation_ends_with_its_milestones_reached(house):
    walk = Walk(house)
    walk.to(Stage.FULL_IMPLEMENTATION)

    def finding():
        found = {one.code: one for one in chain.waiting_for(walk.measure)}
        return found.get("milestones_reached")

    assert finding().figures["lacking"] == ["coverage", "training", "funding"]
    walk.milestone("coverage", reached=80)
    late = [walk.milestone("training"), walk.milestone("funding", reached=79)]
    assert finding().figures == {"all": 3, "below": ["funding", "training"], "lacking": []}
    for one in late:
        walk.reached(one, 95)
    assert finding() is None
    assert walk.stage == Stage.FULL_IMPLEMENTATION  # reached, and yet nothing has moved
