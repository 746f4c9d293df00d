"""Property tests: any order of buttons on any case, and any hour of any year, keeps what the house promises."""

import datetime as dt
import random
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import OrganisationKind, Role, State
from cases import limitation, working_time
from cases.enums import CaseStatus, Outcome, ReferralState, RiskLevel, Step
from cases.models import Partner, Referral
from cases.services import pathways, referrals, work
from cases.workflow import NEXT
from common import clock
from common.errors import KozotError

STATES = [one for one in working_time.ZONES if one in {"KG", "RU", "KZ", "AM", "BY"}]


class Office:
    """Presses buttons of one case in any order; what is refused changes nothing."""

    def __init__(self, story, seed: int):
        self.story, self.rng = story, random.Random(seed)
        self.case = story.case()
        house = story.house
        self.partners = [story.partner, house.organisation(OrganisationKind.NGO, "second")]
        self.workers = {story.partner.pk: story.partner_worker}
        self.workers[self.partners[1].pk] = house.user(Role.CASE_WORKER, "second", State.KZ)
        for one in self.partners:
            Partner.everything.create(organisation=one)

    def any_referral(self):
        return self.rng.choice(list(Referral.everything.filter(case=self.case)) or [None])

    def send(self, by):
        consents = [self.story.consent(self.case, recipient=one) for one in self.partners]
        referrals.send(
            by=by, case=self.case, consent=consents[0], then=consents[1:], service="court", situation="s"
        )

    def answer(self, service, **values):
        found = self.any_referral()
        if found:
            service(by=self.workers[found.recipient_id], referral=found, **values)

    def finish_a_part(self, by):
        planned = self.rng.choice(list(self.case.services.all()) or [None])
        if planned:
            work.complete(by=by, planned=planned, result="r")

    def buttons(self):
        by, case, rng = self.story.worker, self.case, self.rng
        today = clock.today()
        return [
            lambda: work.assess(by=by, case=case, answers={}, risk_level=rng.choice(RiskLevel.values)),
            lambda: work.plan(by=by, case=case, kind="court", what="w", owner=by, due_on=today),
            lambda: self.finish_a_part(by),
            lambda: work.move(by=by, case=case, step=rng.choice(Step.values), reason="r"),
            lambda: work.put_off(by=by, case=case, until_on=today + dt.timedelta(days=5), reason="r"),
            lambda: work.close(by=by, case=case, outcome=rng.choice(Outcome.values), reason="r"),
            lambda: work.reopen(by=self.story.supervisor, case=case, reason="r"),
            lambda: self.send(by),
            lambda: self.answer(referrals.accept),
            lambda: self.answer(referrals.decline, reason="r"),
            lambda: self.answer(referrals.confirm_receipt),
            lambda: self.answer(referrals.finish, reason="r"),
            lambda: (found := self.any_referral()) and referrals.revoke(by=by, referral=found, reason="r"),
            lambda: pathways.watch(now=clock.now() + dt.timedelta(days=rng.choice([0, 40]))),
        ]

    def press(self) -> None:
        self.case.refresh_from_db()
        before = (self.case.steps.count(), self.case.closures.count())
        try:
            self.rng.choice(self.buttons())()
        except KozotError:
            self.case.refresh_from_db()
            assert (self.case.steps.count(), self.case.closures.count()) == before, (
                "what is refused is not half done"
            )
        self.case.refresh_from_db()


def check(case) -> None:
    """Every change of step is one that the workflow knows, an end or a reopening; nothing is both open and closed."""
    steps = list(case.steps.order_by("at", "pk"))
    for one, then in pairwise(steps):
        ended, reopened = then.step == Step.CLOSURE, one.step == Step.CLOSURE
        assert ended or reopened or then.step in NEXT[one.step], (one.step, then.step)
        assert not reopened or then.step == Step.FOLLOW_UP
    assert (steps[-1].step, steps[-1].status) == (case.step, case.status)
    is_open = case.status == CaseStatus.OPEN
    assert is_open == (case.closed_at is None) == (case.step != Step.CLOSURE)
    ends = sum(one.step == Step.CLOSURE for one in steps)
    assert case.closures.count() == ends
    if not is_open:
        assert not case.services.filter(state="not_implemented").exists()
        assert not case.referrals.filter(state=ReferralState.IN_PROGRESS).exists()
    for one in case.referrals.all():
        asked = list(one.steps.order_by("at", "pk").values_list("state", flat=True))
        assert asked, "every referral has its first step"
        assert asked.count(ReferralState.IN_PROGRESS) <= 1
        assert asked.count(ReferralState.ACCEPTED) <= 1
        assert (ReferralState.ACCEPTED in asked) == bool(one.accepted_case_id)
        if one.after_id and ReferralState.IN_PROGRESS in asked:
            assert one.after.state in {ReferralState.SILENT, ReferralState.REJECTED}, (
                "asked only after the one before"
            )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_any_order_of_buttons_keeps_the_case_whole(story, seed):
    office = Office(story, seed)
    for _ in range(40):
        office.press()
        check(office.case)


# --- clocks ---------------------------------------------------------------------------------------------------

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2027, 6, 30))
MOMENTS = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2027, 6, 30), timezones=st.just(ZoneInfo("UTC")))


def term(unit: str, count: int, shift: str, state: str) -> limitation.Term:
    row = {"code": "t", "state": state, "claim": "wages", "starts": "day_known", "count": count, "unit": unit}
    row |= {"shift": shift, "from_on": dt.date(2020, 1, 1), "until_on": None, "source": {"en": "s"}}
    return limitation.Term(**row)


@given(
    DAYS, st.sampled_from(["days", "working_days", "months", "years"]), st.integers(1, 12), st.integers(0, 40),
    st.sampled_from(STATES),
)  # fmt: skip
def test_a_term_never_ends_before_its_start_nor_earlier_for_a_later_start(
    start, unit, count, suspended, state
):
    count = min(count, 2) if unit == "years" else count
    one = term(unit, count, "none", state)
    end = limitation.last_day(one, start, suspended)
    assert end >= start + dt.timedelta(days=suspended)
    assert end == limitation.last_day(one, start) + dt.timedelta(days=suspended)
    assert limitation.last_day(one, start + dt.timedelta(days=1), suspended) >= end
    shifted = limitation.last_day(term(unit, count, "next_working_day", state), start, suspended)
    assert shifted >= end
    assert working_time.is_working_day(shifted, state)
    between = [end + dt.timedelta(days=n) for n in range((shifted - end).days)]
    assert not any(working_time.is_working_day(day, state) for day in between), "to the very next working day"


@given(MOMENTS, st.sampled_from(RiskLevel.values), st.sampled_from(STATES))
def test_due_moments_keep_the_hours_of_the_office_and_danger_does_not_wait(moment, risk, state):
    due = pathways.due(risk, pathways.ANSWER_HOURS, state, moment)
    receipt = pathways.due(risk, pathways.RECEIPT_HOURS, state, moment)
    assert moment < receipt <= due
    if risk in {"critical", "high"}:
        assert due - moment == dt.timedelta(hours=pathways.ANSWER_HOURS[risk])
        return
    here = due.astimezone(ZoneInfo(working_time.ZONES[state]))
    assert working_time.is_working_day(here.date(), state)
    assert working_time.OPENS <= here.time() <= working_time.CLOSES


@given(MOMENTS, st.sampled_from(STATES))
def test_nine_office_hours_are_one_working_day(moment, state):
    zone = ZoneInfo(working_time.ZONES[state])
    due = working_time.add_working_hours(moment, 9, state)
    begins = working_time.add_working_hours(moment, 0.0001, state).date()
    days = [begins + dt.timedelta(days=n) for n in range((due.date() - begins).days + 1)]
    assert sum(working_time.is_working_day(day, state) for day in days) in {1, 2}
    assert working_time.local_today(moment, state) == moment.astimezone(zone).date()
