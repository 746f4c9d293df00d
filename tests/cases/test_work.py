"""Steps, due days, working time."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import models, workflow, working_time
from cases.enums import CaseStatus, Step
from cases.services import intake, work
from common.errors import Conflict, Invalid
from tests.cases.conftest import refused

UTC = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("day", "count", "state", "ends"),
    [
        (dt.date(2026, 12, 30), 1, "RU", dt.date(2027, 1, 11)),  # the Russian New Year's holidays
        (dt.date(2026, 8, 28), 1, "KG", dt.date(2026, 9, 1)),  # Independence Day is a Monday
        (dt.date(2026, 11, 26), 2, "KG", dt.date(2026, 11, 30)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day, count, state, ends):
    assert working_time.add_working_days(day, count, state) == ends


def test_working_hours_count_in_the_office_of_the_country():
    friday = dt.datetime(2026, 11, 27, 10, 0, tzinfo=UTC)  # 16:00 in Bishkek
    due = working_time.add_working_hours(friday, 4, "KG")
    assert due == dt.datetime(2026, 11, 30, 11, 0, tzinfo=ZoneInfo("Asia/Bishkek"))
    year_end = dt.datetime(2026, 12, 31, 14, 30, tzinfo=UTC)  # 17:30 in Moscow, a day off there in 2026
    assert working_time.add_working_hours(year_end, 1, "RU").date() >= dt.date(2027, 1, 11)


@given(st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2027, 12, 1)), st.floats(0.1, 60))
def test_a_due_moment_is_a_working_moment_and_never_before_the_start(moment, hours):
    start = moment.replace(tzinfo=UTC)
    due = working_time.add_working_hours(start, hours, "KG")
    assert due > start and working_time.is_working_day(due.date(), "KG")
    assert working_time.OPENS <= due.time() <= working_time.CLOSES


def test_every_state_has_a_zone_and_holidays():
    from accounts.enums import State

    for state in State.values:
        assert working_time.ZONES[state]
        assert working_time.working_day_from(dt.date(2026, 1, 1), state) >= dt.date(2026, 1, 1)


def test_the_workflow_leads_somewhere_from_every_open_step():
    assert set(workflow.NEXT) == set(Step.values)
    assert all(ways for step, ways in workflow.NEXT.items() if step != Step.CLOSURE)
    assert Step.CLOSURE not in {to for ways in workflow.NEXT.values() for to in ways}


@pytest.mark.django_db
def test_a_step_is_taken_only_where_the_workflow_leads(story):
    case = story.case()
    with refused(Conflict, "no_such_way"):
        work.move(by=story.worker, case=case, step="follow_up", reason="x")
    work.move(by=story.worker, case=case, step="implementation", reason="police called at once")
    work.move(by=story.worker, case=case, step="follow_up", reason="safe now")
    assert [one.step for one in case.steps.order_by("at")] == ["registration", "implementation", "follow_up"]


@pytest.mark.django_db
def test_a_closed_case_is_never_open_at_once(story):
    case = story.case()
    work.close(by=story.worker, case=case, outcome="resolved", reason="done")
    with pytest.raises(Conflict):
        work.move(by=story.worker, case=case, step="follow_up", reason="x")
    work.reopen(by=story.supervisor, case=case, reason="paid only half")
    case.refresh_from_db()
    assert (case.status, case.closed_at, case.step) == (CaseStatus.OPEN, None, Step.FOLLOW_UP)
    work.close(by=story.worker, case=case, outcome="resolved", reason="the other half")
    assert case.closures.count() == 2


@pytest.mark.django_db
def test_more_time_is_given_with_a_reason_that_stays(story):
    case = story.case()
    (planned,) = work.plan_suggested(by=story.worker, case=case, codes=["1.1"], owner=story.worker)
    before = planned.due_on
    later = before + dt.timedelta(days=10)
    work.change_due(by=story.worker, planned=planned, due_on=later, reason="the employer asked for time")
    change = models.DueChange.everything.get()
    assert (change.due_before, change.due_on, change.reason) == (before, later, "the employer asked for time")
    with refused(Invalid, "due_past"):
        work.change_due(by=story.worker, planned=planned, due_on=dt.date(2020, 1, 1), reason="x")
    work.complete(by=story.worker, planned=planned, result="paid")
    with pytest.raises(Conflict):
        work.change_due(by=story.worker, planned=planned, due_on=later, reason="x")


@pytest.mark.django_db
def test_tasks_go_only_to_people_on_the_case(story):
    from accounts.enums import Role
    from accounts.models import Membership, User

    case = story.case()
    colleague = User.objects.create_user(email="c@example.org", full_name="colleague")
    Membership.objects.create(user=colleague, organisation=story.ngo, role=Role.CASE_WORKER)
    assert set(work.people_on(case)) == {story.worker, story.supervisor}
    with refused(Invalid, "owner_not_on_case"):
        work.plan_suggested(by=story.worker, case=case, codes=["1.1"], owner=colleague)
    intake.give_case(by=story.supervisor, case=case, user=colleague)
    assert colleague in work.people_on(case)
