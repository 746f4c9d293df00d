"""The desk of the chain in the browser's eyes: each button, and who may not press it."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from accounts.enums import Role
from accounts.models import Membership
from common import clock
from common.models import Job
from monitoring.admin import ConsultationDesk, IndicatorDesk, MeasureDesk, SubmissionDesk
from monitoring.enums import ConsultationKind, MeasureState, Outcome, Stage
from monitoring.models import (
    AnalysisRun,
    Condition,
    Consultation,
    EvidenceItem,
    GateDecision,
    Indicator,
    Measure,
    Observation,
    PilotDesign,
    Submission,
)
from monitoring.services import chain, consultations, datasets, indicators, measures

from .chain_walk import REGIONS, Walk

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
EVERYBODY = [role for role in Role if role != Role.PUBLIC]
PROVIDERS = {Role.REGISTRY_SUPERVISOR, Role.CASE_SUPERVISOR}  # their organisations may owe figures


@pytest.fixture
def walk(house):
    return Walk(house)


@pytest.fixture
def sign_in(client):
    def act(user):
        client.force_login(user)
        client.cookies["django_language"] = "en"
        return client

    return act


@pytest.fixture
def analyst(house):
    user = house.user(Role.ANALYST)
    datasets.load_items(by=user)
    datasets.load_series(by=user)
    indicators.load_shipped(by=user)
    return user


def do(obj, action):
    return reverse(f"admin:monitoring_{obj._meta.model_name}_do", args=[obj.pk, action])


def page(obj):
    return reverse(f"admin:monitoring_{obj._meta.model_name}_change", args=[obj.pk])


def press(client, obj, action, **data):
    answer = client.post(do(obj, action), data)
    assert answer.status_code == 302, (
        action,
        answer.status_code,
        getattr(answer, "context", None) and answer.context["form"].errors,
    )
    return answer


# --- pages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_desk_stands_in_every_language(sign_in, walk, analyst, language):
    walk.to(Stage.PILOT_RESEARCH)
    client = sign_in(walk.analyst)
    client.cookies["django_language"] = language
    objects = [
        walk.measure,
        *Consultation.everything.all(),
        Indicator.everything.first(),
        Submission.everything.first(),
    ]
    lists = ["measure", "consultation", "indicator", "dataitem", "submission"]
    addresses = [page(one) for one in objects]
    addresses += [reverse(f"admin:monitoring_{name}_changelist") for name in lists]
    addresses += [
        reverse("admin:index"),
        do(walk.measure, "evidence"),
        do(walk.measure, "words"),
        do(walk.measure, "submit"),
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert f'<html lang="{language}">' in answer.content.decode()


def overdue_condition(walk) -> None:
    """Set some days ago, due yesterday."""
    with time_machine.travel(clock.now() - dt.timedelta(days=5)):
        due = clock.today() + dt.timedelta(days=4)
        condition = {"text": "t", "owner": walk.analyst, "due_on": due}
        walk.go(Outcome.GO_WITH_CONDITIONS, conditions=[condition])


@pytest.mark.parametrize("waiting", ["decision", "overdue", "mine", "start"])
def test_the_list_of_measures_narrows_to_what_waits(sign_in, walk, waiting):
    client = sign_in(walk.analyst)
    address = reverse("admin:monitoring_measure_changelist")
    before = client.get(address, {"waiting": waiting}).context["cl"].result_count
    assert before == {"start": 47}.get(waiting, 0)
    walk.file("problem_statement", "source", "outcome_indicator")
    overdue_condition(walk)
    chain.submit(by=walk.analyst, measure=walk.measure)
    found = client.get(address, {"waiting": waiting}).context["cl"]
    assert found.result_count == {"start": 47}.get(waiting, 1)


def test_the_list_costs_the_same_for_one_measure_and_for_all(sign_in, house):
    analyst = house.user(Role.ANALYST)
    measures.load_study(by=analyst)
    every = list(Measure.everything.all())
    client = sign_in(analyst)
    address = reverse("admin:monitoring_measure_changelist")
    chain.start(by=analyst, measure=every[0])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address, {"q": every[0].code})
    for one in every[1:]:
        chain.start(by=analyst, measure=one)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few) + 1


def test_tiles_are_one_query_each_and_lead_to_what_they_count(sign_in, walk):
    from accounts.navigation import _tiles

    walk.file("problem_statement", "source", "outcome_indicator")
    overdue_condition(walk)
    chain.submit(by=walk.analyst, measure=walk.measure)
    for tile in _tiles:
        if tile.action.startswith("monitoring."):
            user = walk.boss if tile.action == "monitoring.gate.decide" else walk.analyst
            with CaptureQueriesContext(connection) as queries:
                value = tile.value(user)
            assert len(queries) == 1, str(tile.title)
            context = sign_in(user).get(str(tile.url)).context
            results = context["cl"].result_count if "cl" in context else len(context["rows"])
            assert results == value, str(tile.title)


# --- who may not ----------------------------------------------------------------------------------------


ALLOWED = {
    "evidence": {Role.ANALYST, Role.EXPERT, Role.LEGAL_OFFICER},
    "waive": {Role.DECISION_MAKER},
    "carry_over": {Role.DECISION_MAKER},
    "emergency": {Role.DECISION_MAKER},
    "decide": {Role.DECISION_MAKER},
    "resume": {Role.DECISION_MAKER},
    "analyse": {Role.ANALYST, Role.EXPERT},
    "law": {Role.LEGAL_OFFICER},
    "condition": set(),  # only the owner of one
    "take_part": set(),  # only who has a seat
}


def refused(answer) -> bool:
    """Sent away, or to the desk's door."""
    return answer.status_code in {403, 404} or (answer.status_code == 302 and "/admin/login/" in answer.url)


def closed_buttons(actions, role):
    """Names of the buttons that this role must not press."""
    return [one.name for one in actions if role not in ALLOWED.get(one.name, {Role.ANALYST})]


@pytest.mark.parametrize("stage", [Stage.INTAKE, Stage.PUBLIC_DISCUSSION, Stage.PILOT, Stage.PILOT_RESEARCH])
def test_each_button_of_a_measure_is_closed_to_other_roles(sign_in, walk, house, stage):
    walk.to(stage)
    for role in EVERYBODY:
        client = sign_in(house.user(role, "third"))
        for name in closed_buttons(MeasureDesk.object_actions, role):
            address = do(walk.measure, name)
            assert refused(client.get(address)), (role, name)
            assert refused(client.post(address, {"reason": "x"})), (role, name)
    assert walk.stage == stage


READERS = {
    Role.ANALYST,
    Role.DECISION_MAKER,
    Role.EXPERT,
    Role.LEGAL_OFFICER,
    Role.DISCLOSURE_OFFICER,
    Role.AUDITOR,
    Role.CASE_SUPERVISOR,
}


def test_the_inner_story_opens_to_participants_only(sign_in, walk, house):
    walk.file("problem_statement")
    for role in EVERYBODY:
        answer = sign_in(house.user(role, "third")).get(page(walk.measure))
        assert (answer.status_code == 200) == (role in READERS), role
        assert (b"as filed" in answer.content) == (role in READERS), role


def test_each_button_of_a_discussion_is_closed_to_other_roles(sign_in, walk, house):
    walk.to(Stage.EXPERT_DISCUSSION)
    panel = walk.discussion(ConsultationKind.EXPERT)
    walk.to(Stage.PUBLIC_DISCUSSION)
    public = walk.discussion(ConsultationKind.PUBLIC)
    consultations.comment(by=None, consultation=public, text="secret words", language="ky")
    for role in EVERYBODY:
        client = sign_in(house.user(role, "third"))
        for obj in (panel, public):
            for name in closed_buttons(ConsultationDesk.object_actions, role):
                assert refused(client.get(do(obj, name))), (role, name)
                assert refused(client.post(do(obj, name), {"opinion": "x"})), (role, name)
            if role not in READERS:
                answer = client.get(page(obj))
                assert answer.status_code in {302, 403}
                assert b"secret words" not in answer.content


def test_buttons_of_the_indicators_are_closed_to_other_roles(sign_in, analyst, house):
    indicator = Indicator.everything.first()
    doors = [(do(indicator, one.name), one, indicator) for one in IndicatorDesk.object_actions]
    lists = (("indicator", IndicatorDesk.list_actions), ("submission", SubmissionDesk.list_actions))
    for name, actions in lists:
        doors += [
            (reverse(f"admin:monitoring_{name}_list_do", args=[one.name]), one, None) for one in actions
        ]
    opened = set()
    for role in EVERYBODY:
        user = house.user(role, "third")
        client = sign_in(user)
        for address, one, obj in doors:
            may = role in {Role.ANALYST, Role.DECISION_MAKER} or (one.name == "send" and role in PROVIDERS)
            if may and one.open_to(user, obj):
                assert client.get(address).status_code == 200, (role, address)
                opened.add((role, one.name))
            else:
                assert refused(client.get(address)), (role, address)
                assert refused(client.post(address, {"period": "2026-Q3"})), (role, address)
    by_analyst = {"compute", "define", "targets", "add_rule", "load", "send"}
    wanted = {(Role.ANALYST, name) for name in by_analyst}  # nothing waits for approval or an answer
    assert opened == wanted | {(role, "send") for role in PROVIDERS}
    assert not Job.everything.exists()


# --- what the buttons do --------------------------------------------------------------------------------


def test_a_measure_is_led_by_the_desk_from_intake_to_the_finding(sign_in, walk, house):
    measure, analyst, boss = walk.measure, walk.analyst, walk.boss
    client = sign_in(analyst)
    for type in ("problem_statement", "source", "outcome_indicator"):
        press(
            client,
            measure,
            "evidence",
            type=type,
            title=type,
            body="b",
            disclosure="public",
            languages=["ky"],
        )
    press(client, measure, "submit", statement="complete")
    press(
        sign_in(boss),
        measure,
        "decide",
        outcome="go_with_conditions",
        reason="good",
        condition_1="count again",
        owner_1=analyst.pk,
        due_1="2030-01-01",
    )
    condition = Condition.objects.get()
    press(sign_in(analyst), measure, "condition", condition=condition.pk)
    condition.refresh_from_db()
    assert condition.met_by == analyst
    walk.to(Stage.EXPERT_DISCUSSION)
    press(
        client,
        measure,
        "discuss",
        kind="expert",
        opens_on="2026-01-01",
        closes_on="2026-02-01",
        question_ky="с",
    )
    panel = Consultation.everything.get()
    for user in walk.panel:
        press(sign_in(analyst), panel, "seat", user=user.pk)
        press(sign_in(user), panel, "take_part", interests="none", opinion="yes")
    press(
        sign_in(analyst),
        measure,
        "evidence",
        type="panel_minutes",
        title="t",
        body="b",
        disclosure="internal",
    )
    walk.go()
    public_discussion(sign_in, walk)
    pilot_and_finding(sign_in, walk)


PLAN = """design: did
outcome: share
unit: unit
time: period
treated_units: [KG-B, KG-C, KG-GB]
start: 2026-Q1
"""


def public_discussion(sign_in, walk):
    client, measure = sign_in(walk.analyst), walk.measure
    today = clock.today()
    press(
        client,
        measure,
        "discuss",
        kind="public",
        opens_on=today,
        closes_on=today + dt.timedelta(days=30),
        question_ky="Керекпи?",
        question_ru="Нужно ли?",
        offline_channel="1544",
    )
    public = Consultation.everything.get(kind="public")
    press(client, public, "enter", channel="paper", text="Ооба", language="ky")
    press(client, public, "enter", channel="telephone", text="Да", language="ru")
    said = [one.pk for one in public.comments.all()]
    press(client, public, "moderate", comments=said, shown="1")
    press(
        client,
        public,
        "answer",
        comments=said,
        topic="support",
        text_ky="Рахмат",
        text_ru="Спасибо",
        text_en="Thanks",
    )
    assert public.comments.filter(responses__isnull=True).count() == 0
    press(
        client,
        measure,
        "pilot",
        design=PLAN,
        units=", ".join(REGIONS),
        treated_units=", ".join(REGIONS[:3]),
        planned_periods="2026-Q1, 2026-Q2",
        stop_rules="harm",
        before=2,
        after=2,
        sd_periods="1.5",
        fixed_cost="0",
        unit_cost="1000",
    )
    design = PilotDesign.objects.get()
    assert design.feasibility["smallest_p"] == pytest.approx(1 / 84)
    assert design.feasibility["detectable_effect"] > 0
    walk.file("response_report", "legal_basis", "complaint_channel", "budget")
    with time_machine.travel(public.closes_on + dt.timedelta(days=1), tick=False):
        walk.go()


def pilot_and_finding(sign_in, walk):
    client, measure = sign_in(walk.analyst), walk.measure
    lines = ["unit,period,share"]
    for number, unit in enumerate(REGIONS):
        for time, period in enumerate(["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]):
            effect = 10 if number < 3 and time > 1 else 0
            lines.append(f"{unit},{period},{number + time + effect + (number * time % 3) / 10}")
    broken = SimpleUploadedFile("r.csv", b"region,share\nKG-B,1\n")
    assert client.post(do(measure, "records"), {"file": broken}).status_code == 400
    press(client, measure, "records", file=SimpleUploadedFile("r.csv", "\n".join(lines).encode()))
    press(client, measure, "freeze")
    walk.file("fidelity_log", "incidents_and_complaints", "deviations")
    walk.go()
    own = client.post(do(measure, "analyse"), {"design": ""})
    assert own.status_code == 400, "whoever led the pilot does not analyse it"
    expert = sign_in(walk.expert)
    text = expert.get(do(measure, "analyse")).context["form"].initial["design"]
    press(expert, measure, "analyse", design=text + "log: false\nlevel: 0.9\n")
    analysis = AnalysisRun.objects.get()
    assert analysis.result["estimate"] == pytest.approx(10, abs=0.5)
    assert [one["field"] for one in analysis.deviations] == ["level"]
    assert (
        escape(analysis.result["finding"]["en"]) in sign_in(walk.analyst).get(page(measure)).content.decode()
    )


def test_the_submitter_cannot_decide_through_the_desk(sign_in, walk):
    walk.file("problem_statement", "source", "outcome_indicator")
    both = walk.boss
    Membership.objects.create(
        user=both,
        organisation=both.memberships.first().organisation,
        role=Role.ANALYST,
        from_on=dt.date(2020, 1, 1),
    )
    client = sign_in(both)
    press(client, walk.measure, "submit")
    answer = client.post(do(walk.measure, "decide"), {"outcome": "go", "reason": "mine"})
    assert answer.status_code == 400
    assert "may not decide" in answer.content.decode()
    assert not GateDecision.objects.exists()
    press(sign_in(walk.second_boss), walk.measure, "decide", outcome="go", reason="theirs")


def test_the_desk_opens_no_gate_without_evidence(sign_in, walk):
    press(sign_in(walk.analyst), walk.measure, "submit")
    client = sign_in(walk.boss)
    answer = client.post(do(walk.measure, "decide"), {"outcome": "go", "reason": "r"})
    assert answer.status_code == 400
    assert walk.stage == Stage.INTAKE
    for criterion in ("problem_statement", "source", "outcome_indicator"):
        press(client, walk.measure, "waive", criterion=criterion, reason="r", expires_on="2030-01-01")
    own = client.post(do(walk.measure, "decide"), {"outcome": "go", "reason": "r"})
    assert own.status_code == 400, "whoever waived does not decide"
    press(sign_in(walk.second_boss), walk.measure, "decide", outcome="go", reason="r")
    assert walk.stage == Stage.RESEARCH


def test_ways_back_out_and_over_by_the_desk(sign_in, walk):
    walk.to(Stage.EXPERT_DISCUSSION)
    analyst, measure = walk.analyst, walk.measure
    press(
        sign_in(analyst),
        measure,
        "evidence",
        type="list_of_questions",
        title="q",
        body="b",
        disclosure="internal",
    )
    press(sign_in(analyst), measure, "submit")
    press(sign_in(walk.boss), measure, "decide", outcome="loop", target="research", reason="a gap")
    assert walk.stage == Stage.RESEARCH
    press(sign_in(walk.boss), measure, "carry_over", horizon="long", reason="later")
    press(sign_in(analyst), measure, "submit")
    press(sign_in(walk.boss), measure, "decide", outcome="suspend", reason="wait")
    press(sign_in(walk.boss), measure, "resume", reason="on")
    press(sign_in(analyst), measure, "lesson", text="сабак", language="ky")
    press(sign_in(analyst), measure, "submit")
    press(sign_in(walk.boss), measure, "decide", outcome="stop", reason="no value")
    measure.refresh_from_db()
    assert (measure.state, measure.horizon) == (MeasureState.STOPPED, "long")


def test_emergency_and_new_words_by_the_desk(sign_in, walk, house):
    new = {f"title_{code}": f"Жаңы {code}" for code in LANGUAGES}
    own = {**new, "reviewed_ky": "on", "reason": "clearer"}
    assert sign_in(walk.analyst).post(do(walk.measure, "words"), own).status_code == 400
    press(sign_in(walk.analyst), walk.measure, "words", **new, reason="clearer")
    second = house.user(Role.ANALYST, "second")
    press(sign_in(second), walk.measure, "words", **new, reviewed_ky="on", reason="read")
    version = walk.measure.version
    assert (version.title_ky, version.title_ky_state, version.title_ru_state) == (
        "Жаңы ky",
        "approved",
        "unreviewed",
    )
    late = (clock.today() + dt.timedelta(days=400)).isoformat()
    soon = (clock.today() + dt.timedelta(days=100)).isoformat()
    press(sign_in(walk.analyst), walk.measure, "submit")
    client = sign_in(walk.boss)
    assert client.post(do(walk.measure, "emergency"), {"order": "o", "sunset_on": late}).status_code == 400
    press(client, walk.measure, "emergency", order="o", sunset_on=soon)
    assert walk.stage == Stage.FULL_IMPLEMENTATION


def test_evidence_as_a_file_replaces_an_older_one(sign_in, walk):
    client = sign_in(walk.analyst)
    data = {"type": "source", "title": "t", "disclosure": "public", "languages": ["ky"]}
    assert client.post(do(walk.measure, "evidence"), data).status_code == 400
    press(client, walk.measure, "evidence", **data, file=SimpleUploadedFile("a.pdf", b"%PDF-1"))
    old = EvidenceItem.everything.get()
    press(client, walk.measure, "evidence", **data, body="b", supersedes=old.pk)
    assert [one.body for one in EvidenceItem.everything.standing()] == ["b"]
    assert (
        client.post(do(walk.measure, "evidence"), {**data, "type": "budget", "body": "b"}).status_code == 400
    )


def test_a_comment_of_another_discussion_cannot_be_answered_here(sign_in, walk):
    walk.to(Stage.PUBLIC_DISCUSSION)
    mine, other = walk.discussion(ConsultationKind.PUBLIC), walk.discussion(ConsultationKind.PUBLIC)
    consultations.comment(by=None, consultation=mine, text="a", language="ky")
    foreign = consultations.comment(by=None, consultation=other, text="b", language="ky")
    answer = sign_in(walk.analyst).post(
        do(mine, "answer"), {"comments": [foreign.pk], "topic": "support", "text_ky": "t"}
    )
    assert answer.status_code == 400
    assert not foreign.responses.exists()


# --- figures --------------------------------------------------------------------------------------------


def definition(**changes):
    words = {f"title_{code}": "t" for code in LANGUAGES}
    return {
        "formula": "last(remittances_gdp)",
        "unit": "percent",
        "frequency": "A",
        "direction": "none",
        "tier": "context",
        "decimals": "1",
        "reason": "clearer",
        **words,
        **changes,
    }


def test_a_definition_changes_by_a_new_version_and_a_wrong_formula_is_told_at_its_field(sign_in, analyst):
    client = sign_in(analyst)
    one = Indicator.everything.get(code="REMITTANCES_GDP")
    wrong = client.post(do(one, "define"), definition(formula="last(no_such_item)"))
    assert wrong.status_code == 400
    assert "no_such_item" in wrong.content.decode()
    assert wrong.context["form"].errors["formula"]
    press(client, one, "define", **definition())
    assert (one.version.number, one.version.decimals) == (2, 1)
    answer = client.post(
        reverse("admin:monitoring_indicator_list_do", args=["define"]), definition(code="NEW_ONE")
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert Indicator.everything.filter(code="NEW_ONE").exists()


def test_a_period_is_computed_by_a_job_whose_progress_is_shown(sign_in, analyst, run_jobs):
    client = sign_in(analyst)
    address = reverse("admin:monitoring_indicator_list_do", args=["compute"])
    assert client.post(address, {"period": "2026-Q9"}).status_code == 400
    answer = client.post(address, {"period": "2026-Q3"})
    job = Job.everything.get()
    assert answer.url == reverse("job", args=[job.pk])
    assert client.get(answer.url).status_code == 200
    assert run_jobs() == ["succeeded"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"country,year\nKG,2011\n",
        b"item,period,value\nno_such,2011,1\n",
        b"item,period,value\nremittances_gdp,2011-X9,1\n",
        b"item,period,value\nremittances_gdp,2011,abc\n",
        b"item,period,value\nremittances_gdp,2011,1\nremittances_gdp,2011,2\n",
        b"item,period,value\ncases_opened,2011,1\n",
    ],
)
def test_a_file_of_figures_that_does_not_hold_is_refused_whole(sign_in, analyst, content):
    before = (Submission.everything.count(), Observation.objects.count())
    client = sign_in(analyst)
    data = {"title": "t", "source": "s", "file": SimpleUploadedFile("f.csv", content)}
    answer = client.post(reverse("admin:monitoring_submission_list_do", args=["load"]), data)
    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert (Submission.everything.count(), Observation.objects.count()) == before


def test_a_file_of_figures_becomes_a_new_vintage(sign_in, analyst):
    data = {
        "title": "t",
        "source": "s",
        "file": SimpleUploadedFile(
            "f.csv", b"item;period;value\nremittances_gdp;2011;29,5\nremittances_gdp;2031;\n"
        ),
    }
    answer = sign_in(analyst).post(reverse("admin:monitoring_submission_list_do", args=["load"]), data)
    assert answer.status_code == 302
    newest = Observation.objects.as_of().get(item__code="remittances_gdp", period="2011")
    assert (float(newest.value), newest.version) == (29.5, 2)
    assert Observation.objects.get(item__code="remittances_gdp", period="2031").state == "missing"
