"""The chain's invariants, each by trying to break it."""

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction

from accounts.enums import Role
from common import clock
from common.errors import Conflict, Invalid, Refused
from monitoring.chain.criteria import evaluate
from monitoring.chain.template import Template, shipped
from monitoring.enums import Horizon, MeasureState, Outcome, Stage
from monitoring.models import ChainRun, EvidenceItem, GateDecision, Measure, PilotDesign, StageEntry
from monitoring.services import chain, consultations, measures, pilots

from .chain_walk import LAST, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(house):
    return Walk(house)


def code_of(error) -> str:
    return error.value.code


def test_the_study_gives_48_measures_in_three_languages(house):
    assert measures.load_study(by=house.user(Role.ANALYST)) == 48
    assert measures.load_study(by=house.user(Role.ANALYST)) == 0
    assert Measure.everything.filter(horizon=Horizon.SHORT).count() == 26
    version = Measure.everything.get(code="M04").version
    assert version.title_ky and version.title_ru and version.title_en
    assert (version.title_ky_state, version.title_en_state) == ("unreviewed", "approved")


def test_a_measure_goes_all_the_way_by_evidence(walk):
    walk.to(LAST)
    stages = list(StageEntry.objects.order_by("position").values_list("stage", flat=True))
    assert stages == [one.code for one in Template(shipped()).stages]
    assert GateDecision.objects.count() == 8


def test_without_evidence_the_gate_stays_closed(walk):
    with pytest.raises(Invalid) as error:
        walk.go()
    assert code_of(error) == "gate_closed"
    assert "problem_statement" in str(error.value)
    assert walk.stage == Stage.INTAKE


def test_dates_alone_open_nothing(walk):
    walk.to(Stage.RESEARCH)
    with time_machine.travel(clock.now() + dt.timedelta(days=3650)):
        assert walk.stage == Stage.RESEARCH
        assert {one.code for one in chain.waiting_for(walk.measure)} >= {"research_report", "baseline"}


def test_the_submitter_does_not_decide(walk, house):
    from accounts.models import Membership

    Membership.objects.create(user=walk.analyst, organisation=house.organisation(), role=Role.DECISION_MAKER)
    del walk.analyst.valid_memberships
    review = chain.submit(by=walk.analyst, measure=walk.measure)
    with pytest.raises(Refused) as error:
        chain.decide(by=walk.analyst, review=review, outcome=Outcome.SUSPEND, reason="x")
    assert code_of(error) == "own_submission"


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.DECISION_MAKER, Role.PUBLIC}])
def test_only_decision_makers_decide(walk, house, role):
    review = chain.submit(by=walk.analyst, measure=walk.measure)
    with pytest.raises(Refused):
        chain.decide(by=house.user(role, "other"), review=review, outcome=Outcome.SUSPEND, reason="x")


@pytest.mark.parametrize("model", [GateDecision, StageEntry, EvidenceItem, ChainRun])
def test_what_was_written_is_never_edited(walk, model):
    walk.to(Stage.RESEARCH)
    rows = getattr(model, "everything", model.objects)
    column = next(f.attname for f in model._meta.concrete_fields if not f.primary_key)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(**{column: getattr(rows.first(), column)})


def test_a_stage_without_decision_is_refused_by_the_database(walk):
    entry = chain.where(walk.measure)
    with pytest.raises(IntegrityError), transaction.atomic():
        StageEntry.objects.create(run=entry.run, position=2, stage=Stage.PILOT)


def test_one_active_stage(walk):
    entry = chain.where(walk.measure)
    with pytest.raises(IntegrityError), transaction.atomic():
        StageEntry.objects.create(run=entry.run, position=1, stage=Stage.RESEARCH)


def test_a_decision_is_taken_once(walk):
    walk.file("problem_statement", "source", "outcome_indicator")
    decision = walk.go()
    with pytest.raises(Conflict):
        chain.decide(by=walk.second_boss, review=decision.review, outcome=Outcome.STOP, reason="no")


def test_effects_need_two_signatures(walk):
    walk.to(Stage.EFFECTS_DISCUSSION)
    walk.file(
        "expert_minutes_with_dissent",
        "decision_memo",
        "rollout_plan",
        "monitoring_plan",
        "funding",
        "draft_act",
    )
    review = chain.submit(by=walk.analyst, measure=walk.measure)
    assert chain.decide(by=walk.boss, review=review, outcome=Outcome.GO, reason="yes") is None
    with pytest.raises(Conflict) as error:
        chain.decide(by=walk.boss, review=review, outcome=Outcome.GO, reason="yes")
    assert code_of(error) == "signed_already"
    assert walk.stage == Stage.EFFECTS_DISCUSSION
    assert chain.decide(by=walk.second_boss, review=review, outcome=Outcome.GO, reason="yes")
    assert walk.stage == Stage.FULL_IMPLEMENTATION


def test_going_back_needs_its_evidence_and_opens_a_new_run(walk):
    walk.to(Stage.EXPERT_DISCUSSION)
    with pytest.raises(Invalid) as error:
        walk.go(Outcome.LOOP, target=Stage.PILOT)
    assert code_of(error) == "no_way_back"
    review = chain.where(walk.measure).reviews.get()
    with pytest.raises(Invalid) as error:
        chain.decide(by=walk.boss, review=review, outcome=Outcome.LOOP, target=Stage.RESEARCH, reason="a gap")
    assert code_of(error) == "loop_evidence_missing"
    walk.file("list_of_questions")
    chain.decide(by=walk.boss, review=review, outcome=Outcome.LOOP, target=Stage.RESEARCH, reason="a gap")
    entry = chain.where(walk.measure)
    assert (entry.stage, entry.run.iteration) == (Stage.RESEARCH, 2)
    assert any(one.open for one in evaluate(entry)), "evidence of the first passage does not open the second"


def test_a_way_back_has_its_limit(walk):
    for _ in range(2):
        walk.to(Stage.EXPERT_DISCUSSION)
        walk.file("list_of_questions")
        walk.go(Outcome.LOOP, target=Stage.RESEARCH)
    walk.to(Stage.EXPERT_DISCUSSION)
    walk.file("list_of_questions")
    with pytest.raises(Invalid) as error:
        walk.go(Outcome.LOOP, target=Stage.RESEARCH)
    assert code_of(error) == "loop_limit"


def test_stopping_needs_a_lesson(walk):
    with pytest.raises(Invalid) as error:
        walk.go(Outcome.STOP)
    assert code_of(error) == "lesson_missing"
    chain.record_lesson(by=walk.analyst, measure=walk.measure, text="Баа өтө жогору болду")
    review = chain.where(walk.measure).reviews.get()
    chain.decide(by=walk.boss, review=review, outcome=Outcome.STOP, reason="too dear")
    walk.measure.refresh_from_db()
    assert walk.measure.state == MeasureState.STOPPED
    with pytest.raises(Invalid):
        walk.file("source")


def test_an_overdue_condition_blocks_the_next_gate(walk):
    walk.file("problem_statement", "source", "outcome_indicator")
    due = clock.today() + dt.timedelta(days=10)
    decision = walk.go(
        Outcome.GO_WITH_CONDITIONS,
        conditions=[{"text": "ask the fund", "owner": walk.analyst, "due_on": due}],
    )
    with time_machine.travel(dt.datetime.combine(due, dt.time(12)) + dt.timedelta(days=1), tick=False):
        assert "no_overdue_conditions" in {one.code for one in chain.waiting_for(walk.measure)}
        chain.meet_condition(by=walk.analyst, condition=decision.conditions.get())
        assert "no_overdue_conditions" not in {one.code for one in chain.waiting_for(walk.measure)}


def test_an_unanswered_comment_keeps_the_gate_closed(walk):
    walk.to(Stage.PUBLIC_DISCUSSION)
    public = walk.discussion("public", offline_channel="post office")
    consultations.comment(by=None, consultation=public, text="Кайсы региондо?", language="ky")
    answered = next(one for one in evaluate(chain.where(walk.measure)) if one.code == "all_comments_answered")
    assert (answered.met, answered.figures) == (False, {"received": 1, "open": 1})


def test_a_late_comment_is_refused_but_paper_is_taken(walk):
    walk.to(Stage.PUBLIC_DISCUSSION)
    public = walk.discussion("public")
    with time_machine.travel(public.closes_on + dt.timedelta(days=2), tick=False):
        with pytest.raises(Invalid):
            consultations.comment(by=None, consultation=public, text="late", language="en")
        assert consultations.comment(
            by=walk.analyst, consultation=public, text="posted in time", language="en", channel="paper"
        )


def test_a_registered_design_is_not_registered_twice_nor_edited(walk):
    walk.to(Stage.PUBLIC_DISCUSSION)
    walk.register()
    with pytest.raises(Conflict):
        walk.register()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        PilotDesign.objects.update(stop_rules="none")


def test_records_after_the_freeze_close_the_gate_again(walk):
    walk.to(Stage.PILOT)
    design = chain.where(walk.measure).run.pilot_design
    rows = [{"unit": u, "period": p, "hostile": 1} for u in design.units for p in design.planned_periods]
    pilots.report(by=walk.analyst, design=design, rows=rows)
    pilots.freeze(by=walk.analyst, design=design)
    assert "data_frozen" not in {one.code for one in chain.waiting_for(walk.measure)}
    pilots.report(by=walk.analyst, design=design, rows=rows[:1])
    assert "data_frozen" in {one.code for one in chain.waiting_for(walk.measure)}


def test_a_silent_region_shows_in_completeness(walk):
    walk.to(Stage.PILOT)
    design = chain.where(walk.measure).run.pilot_design
    rows = [{"unit": u, "period": p, "hostile": 1} for u in design.units[1:] for p in design.planned_periods]
    pilots.report(by=walk.analyst, design=design, rows=rows)
    worst = next(one for one in evaluate(chain.where(walk.measure)) if one.code == "completeness")
    assert (worst.met, worst.figures["percent"]) == (False, 0)


def test_who_led_the_pilot_does_not_analyse_it(walk):
    walk.to(Stage.PILOT_RESEARCH)
    freeze = chain.where(walk.measure).run.pilot_design.freezes.latest()
    with pytest.raises(Invalid) as error:
        pilots.record_analysis(by=walk.analyst, freeze=freeze, design={}, result={}, deviations=[])
    assert code_of(error) == "own_pilot"


def test_an_emergency_ends_within_a_year(walk):
    chain.submit(by=walk.analyst, measure=walk.measure)
    with pytest.raises(Invalid):
        chain.emergency(
            by=walk.boss,
            measure=walk.measure,
            order="order 7",
            sunset_on=clock.today() + dt.timedelta(days=400),
        )
    entry = chain.emergency(
        by=walk.boss, measure=walk.measure, order="order 7", sunset_on=clock.today() + dt.timedelta(days=300)
    )
    assert (entry.stage, entry.run.track) == (Stage.FULL_IMPLEMENTATION, "emergency")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChainRun.objects.create(
            measure=walk.measure, iteration=9, template=entry.run.template, track="emergency"
        )


def test_carry_over_goes_forward_only_and_keeps_both_ends(walk):
    with pytest.raises(Invalid):
        measures.carry_over(by=walk.boss, measure=walk.measure, horizon=Horizon.SHORT, reason="x")
    carried = measures.carry_over(
        by=walk.boss, measure=walk.measure, horizon=Horizon.LONG, reason="no agreement yet"
    )
    walk.measure.refresh_from_db()
    assert (walk.measure.horizon, carried.from_version.horizon) == (Horizon.LONG, Horizon.SHORT)
    assert carried.to_version.carried_from == carried
