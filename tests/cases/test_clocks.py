"""Clocks of the law: terms, year ends, holidays, suspension; and the list that climbs by them."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role
from cases import limitation
from cases.models import CaseClock, ClockStep
from cases.services import clocks, work
from common.errors import Conflict, Invalid, KozotError, Refused
from tests.cases.conftest import refused


def term(**values) -> limitation.Term:
    row = {"code": "t", "state": "RU", "claim": "wages", "starts": "day_known", "count": 1, "unit": "months"}
    row |= {"shift": "none", "from_on": dt.date(2020, 1, 1), "until_on": None, "source": {"en": "s"}}
    return limitation.Term(**(row | values))


@pytest.mark.parametrize(
    ("values", "start", "ends"),
    [
        ({}, dt.date(2026, 1, 31), dt.date(2026, 2, 28)),  # a shorter month
        ({"unit": "years"}, dt.date(2024, 2, 29), dt.date(2025, 2, 28)),  # from a leap day
        ({"count": 3}, dt.date(2026, 11, 26), dt.date(2027, 2, 26)),  # over the year's end
        ({"count": 10, "unit": "days"}, dt.date(2026, 12, 25), dt.date(2027, 1, 4)),
        # 4 January is a Russian holiday; the next working day is the 11th
        (
            {"count": 10, "unit": "days", "shift": "next_working_day"},
            dt.date(2026, 12, 25),
            dt.date(2027, 1, 11),
        ),
        ({"count": 2, "unit": "working_days"}, dt.date(2026, 12, 30), dt.date(2027, 1, 12)),
    ],
)
def test_last_days(values, start, ends):
    assert limitation.last_day(term(**values), start) == ends


def test_days_of_suspension_are_added_before_the_shift():
    one = term(count=10, unit="days", shift="next_working_day")
    assert limitation.last_day(one, dt.date(2026, 11, 2), 2) == dt.date(
        2026, 11, 16
    )  # the 14th is a Saturday


def test_a_confirmed_term_comes_first_and_only_while_it_is_in_force():
    shipped, old = term(code="a"), term(code="b", is_confirmed=True, until_on=dt.date(2025, 12, 31))
    assert limitation.find([shipped, old], "RU", "wages", dt.date(2025, 6, 1)) is old
    assert limitation.find([shipped, old], "RU", "wages", dt.date(2026, 6, 1)) is shipped
    assert limitation.find([shipped, old], "KG", "wages", dt.date(2026, 6, 1)) is None
    assert limitation.find([shipped], "RU", "wages", dt.date(2019, 6, 1)) is None


def test_every_shipped_term_has_a_source_in_three_languages_and_a_place_where_it_was_read():
    for one in limitation.shipped():
        assert one.source.keys() == {"ky", "ru", "en"} and all(one.source.values())
        assert not one.is_confirmed
        assert limitation.last_day(one, dt.date(2026, 11, 2)) > dt.date(2026, 11, 2)


@pytest.mark.django_db
def test_the_case_climbs_and_the_clock_stops_reminding_when_it_is_met(story):
    case = story.case()
    one = clocks.start(by=story.worker, case=case, claim="wages", started_on=dt.date(2025, 12, 10))
    assert (one.term_code, one.last_on) == ("ru-392-wages", dt.date(2026, 12, 10))
    case.refresh_from_db()
    assert case.act_by == one.last_on
    clocks.stop(by=story.worker, clock=one, state="met", reason="the claim was filed")
    case.refresh_from_db()
    assert case.act_by is None
    with pytest.raises(Conflict):
        clocks.stop(by=story.worker, clock=one, state="met", reason="x")


@pytest.mark.django_db
def test_suspension_and_restart_are_logged_and_move_the_last_day(story):
    case = story.case()
    one = clocks.start(by=story.worker, case=case, claim="wages", started_on=dt.date(2026, 6, 1))
    clocks.suspend(by=story.worker, clock=one, on=dt.date(2026, 7, 1), reason="mediation")
    case.refresh_from_db()
    assert case.act_by is None, "a term that stands still presses nobody"
    clocks.restart(by=story.worker, clock=one, on=dt.date(2026, 7, 31), reason="it failed")
    assert (one.suspended_days, one.last_on) == (30, dt.date(2027, 7, 1))
    steps = ClockStep.everything.filter(clock=one).order_by("at")
    assert [(step.state, step.reason) for step in steps] == [
        ("running", ""),
        ("suspended", "mediation"),
        ("running", "it failed"),
    ]


@pytest.mark.django_db
def test_without_a_term_nothing_is_computed(story):
    case = story.case(country="KR")
    one = clocks.start(by=story.worker, case=case, claim="wages", started_on=dt.date(2026, 6, 1))
    assert (one.last_on, one.term_code) == (None, "")
    with refused(Invalid, "future"):
        clocks.start(by=story.worker, case=case, claim="wages", started_on=dt.date(2099, 1, 1))


@pytest.mark.django_db
def test_closing_ends_the_pressure_and_reopening_brings_it_back(story):
    case = story.case()
    one = clocks.start(by=story.worker, case=case, claim="wages", started_on=dt.date(2026, 6, 1))
    work.close(by=story.worker, case=case, outcome="lost_contact", reason="x")
    assert case.act_by is None
    work.reopen(by=story.supervisor, case=case, reason="called back")
    assert case.act_by == one.last_on


@pytest.mark.django_db
def test_a_term_counts_once_another_person_has_confirmed_it(story):
    values = {"state": "KG", "claim": "wages", "starts": "day_known", "count": 3, "unit": "years"}
    values |= {"shift": "none", "from_on": dt.date(2025, 1, 1), "source": "https://example.org/act"}
    entered = clocks.propose_term(by=story.supervisor, **values)
    case = story.case(country="KG")
    assert (
        clocks.start(by=story.worker, case=case, claim="wages", started_on=dt.date(2026, 1, 5)).last_on
        is None
    )
    with refused(Refused, "own_proposal"):
        clocks.check_term(by=story.supervisor, term=entered, accepted=True)
    with pytest.raises(KozotError):
        clocks.check_term(by=story.worker, term=entered, accepted=True)
    clocks.check_term(by=story.partner_supervisor, term=entered, accepted=True)
    one = clocks.start(by=story.worker, case=case, claim="wages", started_on=dt.date(2026, 1, 5))
    assert one.last_on == dt.date(2029, 1, 5)
    with pytest.raises(Conflict):
        clocks.check_term(by=story.partner_supervisor, term=entered, accepted=False, reason="x")


@pytest.mark.django_db
def test_my_day_shows_mine_and_nothing_of_another_organisation(client, story, house):
    case = story.case()
    clocks.start(by=story.worker, case=case, claim="wages", started_on=dt.date(2025, 12, 1))
    work.plan_suggested(by=story.worker, case=case, codes=["1.1"], owner=story.worker)
    story.referral(case)
    story.request()
    client.cookies["django_language"] = "en"
    client.force_login(story.worker)
    page = client.get(reverse("cases:my_day")).content.decode()
    for words in (
        "Last days of the law",
        "First contact",
        "My part of the plan",
        "New requests",
        case.number,
    ):
        assert words in page
    client.force_login(story.partner_worker)
    page = client.get(reverse("cases:my_day")).content.decode()
    assert case.number not in page and "Referrals that wait" in page
    client.force_login(house.user(Role.ANALYST))
    assert client.get(reverse("cases:my_day")).status_code == 403
    assert client.get(reverse("admin:cases_limitationterm_changelist")).status_code in {302, 403}


@pytest.mark.django_db
def test_my_day_costs_the_same_for_one_case_and_for_five(client, story, django_assert_max_num_queries):
    from cases.my_day import my_day
    from common import clock
    from common.scoping import acting_as

    def costs() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with acting_as(story.supervisor), CaptureQueriesContext(connection) as queries:
            my_day(story.supervisor, clock.now(), clock.today())
        return len(queries)

    clocks.start(by=story.worker, case=story.case(), claim="wages", started_on=dt.date(2025, 12, 1))
    costs()  # memberships are asked for once in a person's life
    one = costs()
    for _ in range(4):
        clocks.start(by=story.worker, case=story.case(), claim="wages", started_on=dt.date(2025, 12, 1))
    assert costs() == one
    assert CaseClock.everything.count() == 5
