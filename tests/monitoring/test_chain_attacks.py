"""The twelve invariants of the chain, each tried from every side: service, bulk writes, direct SQL."""

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from accounts.enums import Role
from accounts.models import Deputy, Membership
from common import clock, files, guards
from common.errors import Conflict, Refused
from monitoring.chain.criteria import evaluate
from monitoring.enums import MeasureState, Outcome, Stage, Track
from monitoring.models import (
    ChainRun,
    ChainTemplate,
    Comment,
    Condition,
    Consultation,
    DataFreeze,
    GateDecision,
    GateReview,
    GateSignature,
    Lesson,
    Measure,
    PilotDesign,
    Response,
    StageEntry,
    Waiver,
)
from monitoring.services import chain, consultations, measures, pilots
from tests.support.refusals import refused

from .chain_walk import Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(house):
    return Walk(house)


def stopped_by(name: str, write) -> None:
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        write()


def sql(text: str, *values):
    def run():
        with connection.cursor() as cursor:
            cursor.execute(text, values)

    return run


def submitted(walk) -> GateReview:
    return chain.submit(by=walk.analyst, measure=walk.measure)


def also_decides(house, user) -> None:
    Membership.objects.create(
        user=user, organisation=house.organisation(), role=Role.DECISION_MAKER, from_on=dt.date(2020, 1, 1)
    )
    user.__dict__.pop("valid_memberships", None)


@pytest.mark.parametrize("one", guards.every(), ids=lambda one: one.name)
def test_each_guard_stands_in_the_database(one):
    names = "SELECT tgname FROM pg_trigger"
    if connection.vendor == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(names)
        assert one.trigger in {row[0] for row in cursor.fetchall()}


# 1. a stage is active only if the gate before it said go, or by a permitted way back


def test_1_a_stage_is_not_entered_past_its_gate(walk):
    entry = chain.where(walk.measure)
    review = submitted(walk)
    GateSignature.objects.create(review=review, outcome=Outcome.SUSPEND, reason="r", signer=walk.boss)
    decision = GateDecision.objects.create(review=review, outcome=Outcome.SUSPEND, reason="r")
    for stage, position in ((Stage.RESEARCH, 2), (Stage.PILOT, 2), (Stage.RESEARCH, 3)):
        rows = [StageEntry(run=entry.run, position=position, stage=stage, decision=decision)]
        stopped_by("stage_opened_by_its_decision", lambda rows=rows: StageEntry.objects.bulk_create(rows))
    other = Measure.everything.get(code="S01")
    run = ChainRun.objects.create(measure=other, iteration=1, template=entry.run.template)
    stopped_by(
        "stage_opened_by_its_decision",
        lambda: StageEntry.objects.create(run=run, position=1, stage=Stage.PILOT),
    )
    stopped_by(
        "stage_opened_by_its_decision",
        lambda: StageEntry.objects.create(run=run, position=1, stage=Stage.PILOT, decision=decision),
    )


@pytest.mark.parametrize(
    ("outcome", "target", "code"),
    [
        (Outcome.GO, "", "gate_closed"),
        (Outcome.GO, Stage.PILOT, "target_without_loop"),
        (Outcome.LOOP, Stage.PERFORMANCE_MONITORING, "no_way_back"),
        (Outcome.LOOP, "", "no_way_back"),
        (Outcome.ACHIEVE, "", "not_monitored"),
        ("leap", "", "unknown_outcome"),
    ],
)
def test_1_no_other_outcome_opens_a_gate(walk, outcome, target, code):
    refused(
        code, chain.decide, by=walk.boss, review=submitted(walk), outcome=outcome, target=target, reason="r"
    )
    assert walk.stage == Stage.INTAKE


def test_1_evidence_is_of_a_known_type_and_not_empty(walk):
    file = {"by": walk.analyst, "measure": walk.measure, "title": "t"}
    refused("evidence_empty", chain.file_evidence, **file, type="source", body="  ")
    refused("unknown_type", chain.file_evidence, **file, type="good_will", body="b")
    item = chain.file_evidence(**file, type="source", body="b")
    refused("replaces_another", chain.file_evidence, **file, type="budget", body="b", supersedes=item)


def test_1_an_author_reviews_no_report_that_somebody_replaced(walk):
    walk.to(Stage.RESEARCH)
    first = chain.file_evidence(
        by=walk.expert, measure=walk.measure, type="research_report", title="t", body="b"
    )
    walk.file("research_report", supersedes=first)
    walk.file("peer_review", by=walk.expert)
    by_code = {one.code: one for one in evaluate(chain.where(walk.measure))}
    assert not by_code["peer_review_by_another"].met


def test_1_waiving_everything_needs_another_who_decides(walk):
    for criterion in ("problem_statement", "source", "outcome_indicator"):
        chain.waive(
            by=walk.boss,
            measure=walk.measure,
            criterion=criterion,
            reason="r",
            expires_on=clock.today() + dt.timedelta(days=9),
        )
    review = submitted(walk)
    refused("own_waiver", chain.decide, error=Refused, by=walk.boss, review=review, outcome="go", reason="r")
    assert chain.decide(by=walk.second_boss, review=review, outcome="go", reason="r")


@pytest.mark.parametrize(
    ("criterion", "days", "reason", "code"),
    [
        ("all_comments_answered", 9, "r", "not_waivable"),
        ("pilot_design_registered", 9, "r", "not_waivable"),
        ("no_overdue_conditions", 9, "r", "not_waivable"),
        ("act_in_force", 9, "r", "not_waivable"),
        ("budget", -1, "r", "waiver_expired"),
        ("budget", 9, " ", "reason_missing"),
    ],
)
def test_1_what_is_never_waived(walk, criterion, days, reason, code):
    walk.to(Stage.PUBLIC_DISCUSSION)
    refused(
        code,
        chain.waive,
        by=walk.boss,
        measure=walk.measure,
        criterion=criterion,
        reason=reason,
        expires_on=clock.today() + dt.timedelta(days=days),
    )
    assert not Waiver.objects.exists()


def test_1_an_expired_waiver_closes_the_gate_again(walk):
    until = clock.today() + dt.timedelta(days=3)
    chain.waive(by=walk.boss, measure=walk.measure, criterion="source", reason="r", expires_on=until)
    assert "source" not in {one.code for one in chain.waiting_for(walk.measure)}
    with time_machine.travel(dt.datetime.combine(until, dt.time(12)) + dt.timedelta(days=1), tick=False):
        assert "source" in {one.code for one in chain.waiting_for(walk.measure)}


# 2. one active stage


def test_2_a_stage_left_behind_decides_nothing(walk):
    """A review that stayed open while the measure moved on by an order is worth nothing."""
    walk.to(Stage.EXPERT_DISCUSSION)
    walk.file("list_of_questions")
    review = submitted(walk)
    chain.decide(by=walk.boss, review=review, outcome="loop", target="research", reason="r")
    for outcome in ("go", "stop", "suspend"):
        refused(
            "review_outdated",
            chain.decide,
            error=Conflict,
            by=walk.second_boss,
            review=review,
            outcome=outcome,
            reason="r",
        )
    assert ChainRun.objects.filter(measure=walk.measure).count() == 2


# 3. no decision by the submitter


def test_3_the_submitter_signs_nowhere(walk, house):
    also_decides(house, walk.analyst)
    review = submitted(walk)
    for outcome in Outcome.values:
        refused(
            "own_submission",
            chain.decide,
            error=Refused,
            by=walk.analyst,
            review=review,
            outcome=outcome,
            reason="r",
        )
    signature = GateSignature(review=review, outcome="go", reason="r", signer=walk.analyst)
    stopped_by("no_signature_on_an_own_submission", lambda: GateSignature.objects.bulk_create([signature]))
    refused(
        "own_submission",
        chain.emergency,
        error=Refused,
        by=walk.analyst,
        measure=walk.measure,
        order="7",
        sunset_on=clock.today() + dt.timedelta(days=30),
    )


def test_3_a_second_login_of_the_same_name_does_not_help(walk, house):
    twin = house.user(Role.DECISION_MAKER, "twin")
    twin.full_name = walk.analyst.full_name.upper()
    twin.save()
    refused(
        "own_submission",
        chain.decide,
        error=Refused,
        by=twin,
        review=submitted(walk),
        outcome="suspend",
        reason="r",
    )


def test_3_two_signatures_are_two_people(walk, house):
    walk.to(Stage.EFFECTS_DISCUSSION)
    twin = house.user(Role.DECISION_MAKER, "twin")
    twin.full_name = walk.boss.full_name
    twin.save()
    review = submitted(walk)
    assert chain.decide(by=walk.boss, review=review, outcome="suspend", reason="r") is None
    refused(
        "signed_already", chain.decide, error=Conflict, by=twin, review=review, outcome="suspend", reason="r"
    )
    stopped_by(
        "one_signature_each|UNIQUE",
        lambda: GateSignature.objects.create(review=review, outcome="go", reason="r", signer=walk.boss),
    )


def stand_in(deputy, user, *, role, until=9) -> Deputy:
    today = clock.today()
    membership = user.memberships.get(role=role)
    Membership.objects.get_or_create(user=deputy, organisation=membership.organisation, role=Role.EXPERT)
    made = Deputy.objects.create(
        membership=membership,
        deputy=deputy,
        from_on=today,
        until_on=today + dt.timedelta(days=until),
        reason="away",
    )
    deputy.__dict__.pop("valid_memberships", None)
    return made


def test_3_a_deputy_is_not_another_opinion(walk, house):
    """Neither does the submitter decide as a deputy, nor the board member for whom somebody submitted."""
    stand_in(walk.analyst, walk.boss, role=Role.DECISION_MAKER)
    review = submitted(walk)
    values = {"review": review, "outcome": "suspend", "reason": "r"}
    refused("own_submission", chain.decide, error=Refused, by=walk.analyst, **values)
    refused("own_submission", chain.decide, error=Refused, by=walk.boss, **values)
    assert chain.decide(by=walk.second_boss, **values)


def test_3_two_signatures_are_not_a_person_and_the_deputy(walk, house):
    walk.to(Stage.EFFECTS_DISCUSSION)
    deputy = house.user(Role.EXPERT, "deputy")
    made = stand_in(deputy, walk.boss, role=Role.DECISION_MAKER)
    values = {"review": submitted(walk), "outcome": "suspend", "reason": "r"}
    assert chain.decide(by=walk.boss, **values) is None
    refused("signed_already", chain.decide, error=Conflict, by=deputy, **values)
    Deputy.objects.filter(pk=made.pk).update(ended_at=clock.now())
    also_decides(house, deputy)
    refused("signed_already", chain.decide, error=Conflict, by=deputy, **values)
    assert chain.decide(by=walk.second_boss, **values)


def test_3_an_emergency_needs_somebody_else_who_submits(walk):
    soon = clock.today() + dt.timedelta(days=30)
    refused(
        "nothing_submitted", chain.emergency, by=walk.boss, measure=walk.measure, order="7", sunset_on=soon
    )
    submitted(walk)
    refused("reason_missing", chain.emergency, by=walk.boss, measure=walk.measure, order=" ", sunset_on=soon)
    chain.emergency(by=walk.boss, measure=walk.measure, order="order 7", sunset_on=soon)
    assert GateSignature.objects.get().signer == walk.boss


# 4 and 5. the design after its gate, the freeze after its gate


def test_4_a_design_is_registered_in_its_time_only(walk):
    walk.to(Stage.PILOT)
    design = PilotDesign.objects.get()
    refused("wrong_stage", walk.register)
    run = chain.where(walk.measure).run
    copy = {f.name: getattr(design, f.name) for f in PilotDesign._meta.concrete_fields if f.name != "id"}
    stopped_by("design_registered_in_discussion", lambda: PilotDesign.objects.create(**{**copy, "run": run}))
    stopped_by("append-only", sql("UPDATE monitoring_pilotdesign SET stop_rules = 'none'"))
    stopped_by("append-only", sql("DELETE FROM monitoring_pilotdesign"))


def test_5_nothing_is_frozen_or_recorded_after_the_gate(walk):
    walk.to(Stage.PILOT_RESEARCH)
    design = PilotDesign.objects.get()
    refused("wrong_stage", pilots.freeze, by=walk.analyst, design=design)
    row = {"unit": design.units[0], "period": "2026-Q1", "hostile": 0}
    refused("wrong_stage", pilots.report, by=walk.analyst, design=design, rows=[row])
    file = files.store(b"unit,period\n", name="x.csv", media_type="text/csv")
    stopped_by(
        "datafreeze_while_the_pilot_runs",
        lambda: DataFreeze.objects.create(
            design=design, file=file, sha256=file.sha256, rows=1, frozen_by=walk.analyst
        ),
    )
    stopped_by("append-only", sql("UPDATE monitoring_datafreeze SET rows = 0"))


def test_5_who_reported_the_records_does_not_analyse_them(walk, house):
    walk.to(Stage.PILOT)
    design = PilotDesign.objects.get()
    other = house.user(Role.ANALYST, "second")
    rows = [{"unit": u, "period": p, "hostile": 1} for u in design.units for p in design.planned_periods]
    pilots.report(by=other, design=design, rows=rows)
    freeze = pilots.freeze(by=walk.analyst, design=design)
    refused("own_pilot", pilots.record_analysis, by=other, freeze=freeze, design={}, result={}, deviations=[])


# 6. a decision is never edited


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE monitoring_gatedecision SET reason = 'other'",
        "DELETE FROM monitoring_gatedecision",
        "UPDATE monitoring_gatesignature SET outcome = 'stop'",
        "UPDATE monitoring_gatereview SET submitted_by_id = submitted_by_id",
        "UPDATE monitoring_stageentry SET stage = 'pilot'",
        "UPDATE monitoring_chainrun SET iteration = 5",
        "UPDATE monitoring_evidenceitem SET body = 'other'",
        "UPDATE monitoring_chaintemplate SET reason = 'other'",
    ],
)
def test_6_what_was_decided_stands(walk, statement):
    walk.to(Stage.RESEARCH)
    stopped_by("append-only", sql(statement))


def test_6_no_decision_without_a_signature(walk):
    review = submitted(walk)
    stopped_by(
        "decision_is_signed",
        lambda: GateDecision.objects.bulk_create([GateDecision(review=review, outcome="go", reason="r")]),
    )
    GateSignature.objects.create(review=review, outcome="suspend", reason="r", signer=walk.boss)
    stopped_by(
        "decision_is_signed",
        lambda: GateDecision.objects.create(review=review, outcome="go", reason="r"),
    )


def test_6_a_stale_page_does_not_decide_twice(walk):
    review = submitted(walk)
    stale = GateReview.objects.get(pk=review.pk)
    chain.decide(by=walk.boss, review=review, outcome="suspend", reason="r")
    chain.resume(by=walk.boss, measure=walk.measure, reason="on")
    refused(
        "decided_already",
        chain.decide,
        error=Conflict,
        by=walk.second_boss,
        review=stale,
        outcome="suspend",
        reason="r",
    )


# 7. every loop counts up, and within its limit


def test_7_passages_count_up_by_one(walk):
    run = chain.where(walk.measure).run
    for iteration in (1, 3, 9):
        stopped_by(
            "passages_count_up|UNIQUE|one_run",
            lambda n=iteration: ChainRun.objects.create(
                measure=walk.measure, iteration=n, template=run.template
            ),
        )


def test_7_the_double_stages_share_one_limit(walk):
    """Twice back to research from the discussion, whichever half of it is left; the third time is refused."""
    walk.to(Stage.EXPERT_DISCUSSION)
    walk.file("list_of_questions")
    walk.go(Outcome.LOOP, target=Stage.RESEARCH)
    walk.to(Stage.PUBLIC_DISCUSSION)
    walk.file("list_of_questions")
    walk.go(Outcome.LOOP, target=Stage.RESEARCH)
    walk.to(Stage.EXPERT_DISCUSSION)
    walk.file("list_of_questions")
    review = submitted(walk)
    refused(
        "loop_limit", chain.decide, by=walk.boss, review=review, outcome="loop", target="research", reason="r"
    )


# 8. the emergency track


def hurry(walk, days=100):
    submitted(walk)
    return chain.emergency(
        by=walk.boss,
        measure=walk.measure,
        order="order 7",
        sunset_on=clock.today() + dt.timedelta(days=days),
    )


@pytest.mark.parametrize("days", [-1, 0, 366, 4000])
def test_8_the_end_is_to_come_and_within_a_year(walk, days):
    submitted(walk)
    refused(
        "sunset_out_of_range",
        chain.emergency,
        by=walk.boss,
        measure=walk.measure,
        order="7",
        sunset_on=clock.today() + dt.timedelta(days=days),
    )


def test_8_an_emergency_is_evaluated_before_it_goes_on(walk):
    entry = hurry(walk)
    assert entry.run.track == Track.EMERGENCY
    walk.file("act_in_force", "coverage_milestones", "staff_trained", "first_monitoring_period")
    review = submitted(walk)
    refused("not_evaluated", chain.decide, by=walk.boss, review=review, outcome="go", reason="r")
    walk.file("pause_order")
    chain.decide(by=walk.boss, review=review, outcome="loop", target="pilot_research", reason="r")
    assert chain.where(walk.measure).run.track == Track.EMERGENCY, "going back does not end the track"
    with time_machine.travel(clock.now() + dt.timedelta(days=101)):
        review = submitted(walk)
        refused("sunset_passed", chain.decide, by=walk.boss, review=review, outcome="go", reason="r")
        chain.decide(by=walk.boss, review=review, outcome="suspend", reason="ended")


# 9 is held where editions are published (tests/reports); 10. no comment is lost


@pytest.fixture
def said(walk):
    walk.to(Stage.PUBLIC_DISCUSSION)
    public = walk.discussion("public", offline_channel="post")
    return consultations.comment(by=None, consultation=public, text="Кайсы региондо?", language="ky")


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("comment_kept", "DELETE FROM monitoring_comment"),
        ("comment_as_it_was_said", "UPDATE monitoring_comment SET text = 'fine'"),
        ("comment_as_it_was_said", "UPDATE monitoring_comment SET language = 'ru'"),
        ("discussion_kept", "DELETE FROM monitoring_consultation"),
        ("discussion_is_not_shortened", "UPDATE monitoring_consultation SET closes_on = opens_on"),
        ("discussion_is_not_shortened", "UPDATE monitoring_consultation SET kind = 'expert'"),
    ],
)
def test_10_the_database_keeps_what_was_said(said, name, statement):
    stopped_by(name, sql(statement))


def test_10_neither_orm_nor_bulk_lose_a_comment(said):
    stopped_by("comment_kept", lambda: Comment.objects.all()._raw_delete("default"))
    stopped_by("comment_kept", said.delete)
    stopped_by("comment_as_it_was_said", lambda: Comment.objects.update(text="fine"))
    Consultation.everything.update(closes_on=said.consultation.closes_on + dt.timedelta(days=5))


def test_10_an_answer_is_not_taken_back(walk, said):
    consultations.answer(by=walk.analyst, comments=[said], topic="question", texts={"ky": "Ошто"})
    stopped_by("answer_kept", said.responses.clear)
    stopped_by("append-only", lambda: Response.objects.update(text="other"))


@pytest.mark.parametrize(
    ("topic", "text", "code"), [("", "x", "unknown_topic"), ("question", " ", "answer_empty")]
)
def test_10_an_answer_has_words_and_a_class(walk, said, topic, text, code):
    refused(code, consultations.answer, by=walk.analyst, comments=[said], topic=topic, texts={"ky": text})


def test_10_a_comment_of_an_earlier_passage_still_waits(walk, said):
    """Going back to research does not get rid of an unanswered comment."""
    walk.file("list_of_questions")
    walk.go(Outcome.LOOP, target=Stage.RESEARCH)
    asked = {one.code: one for one in evaluate(chain.where(walk.measure))}
    assert asked["all_comments_answered"].open
    consultations.answer(by=walk.analyst, comments=[said], topic="question", texts={"ky": "Ошто"})
    assert "all_comments_answered" not in {one.code for one in evaluate(chain.where(walk.measure))}


def test_10_a_hidden_comment_needs_a_reason_and_an_answer_all_the_same(walk, said):
    refused("reason_missing", consultations.moderate, by=walk.analyst, comment=said, shown=False)
    consultations.moderate(by=walk.analyst, comment=said, shown=False, reason="rude")
    asked = {one.code: one for one in evaluate(chain.where(walk.measure))}
    assert asked["all_comments_answered"].open


# conditions


@pytest.fixture
def condition(walk):
    walk.file("problem_statement", "source", "outcome_indicator")
    due = clock.today() + dt.timedelta(days=10)
    one = {"text": "ask the fund", "owner": walk.analyst, "due_on": due}
    return walk.go(Outcome.GO_WITH_CONDITIONS, conditions=[one]).conditions.get()


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("condition_kept", "DELETE FROM monitoring_condition"),
        ("condition_as_it_was_set", "UPDATE monitoring_condition SET due_on = '2099-01-01'"),
        ("condition_as_it_was_set", "UPDATE monitoring_condition SET text = 'nothing'"),
    ],
)
def test_a_condition_is_met_not_changed(condition, name, statement):
    stopped_by(name, sql(statement))


def test_an_overdue_condition_is_passed_in_no_way(walk, condition):
    walk.file("research_report", "baseline", "method_and_limits", "cost_range", "groups_affected")
    walk.file("peer_review", by=walk.expert)
    walk.file("summary", languages=["ky", "ru", "en"])
    with time_machine.travel(dt.datetime.combine(condition.due_on, dt.time(12)) + dt.timedelta(days=1)):
        review = submitted(walk)
        refused("gate_closed", chain.decide, by=walk.boss, review=review, outcome="go", reason="r")
        refused("not_owner", chain.meet_condition, error=Refused, by=walk.boss, condition=condition)
        chain.meet_condition(by=walk.analyst, condition=condition)
        first = Condition.objects.get().met_at
        chain.meet_condition(by=walk.analyst, condition=condition)
        assert Condition.objects.get().met_at == first
        assert chain.decide(by=walk.boss, review=review, outcome="go", reason="r")


def test_conditions_of_both_signers_stand(walk):
    walk.to(Stage.EFFECTS_DISCUSSION)
    walk.file(
        "expert_minutes_with_dissent",
        "decision_memo",
        "rollout_plan",
        "monitoring_plan",
        "funding",
        "draft_act",
    )
    review = submitted(walk)
    due = clock.today() + dt.timedelta(days=10)
    for boss, text in ((walk.boss, "train first"), (walk.second_boss, "count again")):
        chain.decide(
            by=boss,
            review=review,
            outcome="go_with_conditions",
            reason="r",
            conditions=[{"text": text, "owner": walk.analyst, "due_on": due}],
        )
    assert set(Condition.objects.values_list("text", flat=True)) == {"train first", "count again"}


@pytest.mark.parametrize(("text", "days"), [(" ", 5), ("too late", -1)])
def test_a_condition_has_words_and_a_day_to_come(walk, text, days):
    walk.file("problem_statement", "source", "outcome_indicator")
    due = clock.today() + dt.timedelta(days=days)
    refused(
        "condition_unclear",
        walk.go,
        outcome=Outcome.GO_WITH_CONDITIONS,
        conditions=[{"text": text, "owner": walk.analyst, "due_on": due}],
    )


# 11. no end without a lesson


@pytest.mark.parametrize("state", ["achieved", "stopped", "overtaken"])
def test_11_nothing_is_closed_by_hand(walk, state):
    name = "closed_by_decision_and_lesson"
    stopped_by(name, lambda: Measure.everything.update(state=state))
    stopped_by(name, lambda: Measure.everything.create(code="X1", horizon="short", area="jobs", state=state))
    refused("lesson_empty", chain.record_lesson, by=walk.analyst, measure=walk.measure, text=" ")
    chain.record_lesson(by=walk.analyst, measure=walk.measure, text="сабак")
    stopped_by(name, lambda: Measure.everything.filter(pk=walk.measure.pk).update(state=state))


def test_11_what_is_closed_stays_closed(walk):
    chain.record_lesson(by=walk.analyst, measure=walk.measure, text="сабак")
    stale = Measure.everything.get(pk=walk.measure.pk)
    walk.go(Outcome.STOP)
    assert Measure.everything.get(pk=walk.measure.pk).state == MeasureState.STOPPED
    stopped_by("closed_stays_closed", lambda: Measure.everything.update(state="open"))
    stopped_by("append-only", lambda: Lesson.objects.update(text=""))
    stale.state = MeasureState.SUSPENDED
    refused("not_suspended", chain.resume, by=walk.boss, measure=stale, reason="r")
    refused("not_in_chain", chain.submit, by=walk.analyst, measure=stale)


# 12. dates never open a gate: test_chain.py. A template changed under a running gate


def test_a_running_passage_keeps_its_template(walk, house):
    content = chain.current_template().content
    easy = {**content, "stages": [{**one, "criteria": []} for one in content["stages"]]}
    ChainTemplate.objects.create(number=2, content=easy, reason="easier")
    refused("gate_closed", walk.go)
    other = Measure.everything.get(code="S01")
    entry = chain.start(by=walk.analyst, measure=other)
    assert entry.run.template_id == 2


def test_a_carried_over_measure_is_still_open(walk):
    stale = Measure.everything.get(pk=walk.measure.pk)
    chain.record_lesson(by=walk.analyst, measure=walk.measure, text="сабак")
    walk.go(Outcome.STOP)
    refused(
        "measure_closed", measures.carry_over, by=walk.boss, measure=stale, horizon="long", reason="later"
    )
