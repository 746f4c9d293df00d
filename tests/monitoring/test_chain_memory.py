"""The template as data that an administrator changes, the calendar, and what is kept in mind of ends and ways back."""

import datetime as dt
import re

import pytest
import time_machine
import yaml
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from common import clock
from common.errors import Invalid, Refused
from monitoring import agenda
from monitoring.chain.template import Template, shipped
from monitoring.enums import Horizon, Outcome, Stage
from monitoring.models import ChainTemplate, Measure
from monitoring.services import chain, measures, templates

from .chain_walk import Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(house):
    return Walk(house)


@pytest.fixture
def administrator(house):
    return house.user(Role.SYSTEM_ADMINISTRATOR)


def text(**changed) -> str:
    return yaml.safe_dump({**shipped(), **changed}, allow_unicode=True, sort_keys=False)


def stages(code, **changed) -> list:
    return [{**one, **changed} if one["code"] == code else one for one in shipped()["stages"]]


def test_a_change_is_a_new_version_and_what_runs_keeps_its_own(walk, administrator):
    quorum = {**shipped()["rules"], "panel_quorum": 5}
    made = templates.change(by=administrator, text=text(rules=quorum), reason="a larger panel")
    assert (made.number, Template(made.content).rules["panel_quorum"]) == (2, 5)
    assert chain.where(walk.measure).run.template_id == 1
    other = chain.start(by=walk.analyst, measure=Measure.everything.get(code="S01"))
    assert other.run.template_id == 2
    walk.to(Stage.EXPERT_DISCUSSION)
    walk.file("list_of_questions")
    walk.go(Outcome.LOOP, target=Stage.RESEARCH)
    assert chain.where(walk.measure).run.template_id == 2, "a new passage begins by the newest template"


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.SYSTEM_ADMINISTRATOR, Role.PUBLIC}])
def test_only_an_administrator_changes_it(house, walk, role):
    with pytest.raises(Refused):
        templates.change(by=house.user(role, "other"), text=text(rules={}), reason="r")


@pytest.mark.parametrize(
    "wrong",
    [
        "{",
        "[" * 3000,
        "- a",
        "stages: []\nloops: []\n",
        text(more=1),
        text(stages=shipped()["stages"][:-1]),
        text(stages=shipped()["stages"][::-1]),
        text(stages=stages("effects_discussion", signatures=1)),
        text(stages=stages("intake", criteria=[])),
        text(stages=stages("intake", criteria=[{"code": "good_will", "kind": "evidence"}])),
        text(stages=stages("intake", criteria=[{"code": "budget", "kind": "automatic"}])),
        text(stages=stages("intake", criteria=[{"code": ["budget"], "kind": {"a": 1}}])),
        text(stages=[{"code": ["intake"], "gate": "G0", "criteria": []}]),
        text(loops=[{"from": ["pilot"], "to": {}, "needs": []}]),
        text(stages=stages("public_discussion", criteria=[{"code": "budget", "kind": "evidence"}])),
        text(stages=stages("pilot", criteria=[{"code": "fidelity_log", "kind": "evidence"}])),
        text(loops=[{"from": "research", "to": "pilot", "needs": "change_note"}]),
        text(loops=[{"from": "pilot", "to": "research", "needs": "nothing"}]),
        text(loops=[{"from": "pilot", "to": "research", "needs": "change_note", "limit": -1}]),
        text(rules={**shipped()["rules"], "emergency_sunset_months": 24}),
        text(rules={**shipped()["rules"], "panel_quorum": "many"}),
        text(rules={}),
    ],
)
def test_a_template_that_would_break_the_chain_is_refused(walk, administrator, wrong):
    with pytest.raises(Invalid) as error:
        templates.change(by=administrator, text=wrong, reason="r")
    assert error.value.code == "template_unclear"
    assert ChainTemplate.objects.count() == 1


def test_a_change_needs_a_reason_and_a_difference(walk, administrator):
    for words, reason, code in ((text(), "r", "nothing_changed"), (text(rules={}), " ", "reason_missing")):
        with pytest.raises(Invalid) as error:
            templates.change(by=administrator, text=words, reason=reason)
        assert error.value.code == code


def test_the_desk_of_the_template(walk, administrator, house):
    client = Client()
    client.force_login(administrator)
    assert client.get(reverse("admin:monitoring_chaintemplate_changelist")).status_code == 200
    address = reverse("admin:monitoring_chaintemplate_list_do", args=["change"])
    shown = client.get(address).context["form"].initial["text"]
    assert yaml.safe_load(shown) == shipped()
    answer = client.post(
        address, {"text": shown.replace("panel_quorum: 3", "panel_quorum: 4"), "reason": "r"}
    )
    assert answer.status_code == 302
    assert ChainTemplate.objects.count() == 2
    client.force_login(house.user(Role.ANALYST))
    assert client.get(address).status_code in {403, 404}


def test_the_calendar_shows_days_and_hides_what_is_inside(walk, client):
    walk.to(Stage.PUBLIC_DISCUSSION)
    public = walk.discussion("public", offline_channel="post")
    chain.waive(
        by=walk.boss, measure=walk.measure, criterion="budget", reason="r",
        expires_on=clock.today() + dt.timedelta(days=5),
    )  # fmt: skip
    inside, outside = agenda.agenda(whole=True), agenda.agenda(whole=False)
    assert {one.key.split("-")[0] for one in outside} == {"opens", "closes"}
    assert len(inside) == len(outside) + 1
    feed = client.get(reverse("monitoring:calendar_feed"))
    body = feed.content.decode()
    assert feed["Content-Type"].startswith("text/calendar")
    assert body.count("BEGIN:VEVENT") == body.count("END:VEVENT") == 2
    assert f"DTSTART;VALUE=DATE:{public.closes_on:%Y%m%d}" in body
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    with time_machine.travel(clock.now() + dt.timedelta(days=100)):
        assert agenda.agenda(whole=True) == []


def test_a_long_line_of_the_calendar_is_folded_between_letters():
    entry = agenda.Entry(dt.date(2026, 1, 1), "Талкуулоо; биринчи, экинчи \\ " + "ң" * 90, "S01", "/x", "k")
    body = agenda.icalendar([entry], site="https://example.org")
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    whole = body.replace("\r\n ", "")
    assert "Талкуулоо\\; биринчи\\, экинчи \\\\ " + "ң" * 90 in whole
    assert len(set(re.findall(r"UID:(\S+)", body))) == 1


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_failures_ways_back_and_what_was_carried_over(walk, client, settings, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    pages = ["board", "calendar", "carried_over", "lessons"]
    assert [client.get(reverse(f"monitoring:{name}")).status_code for name in pages] == [200] * 4
    walk.to(Stage.EXPERT_DISCUSSION)
    walk.file("list_of_questions")
    walk.go(Outcome.LOOP, target=Stage.RESEARCH)
    measures.carry_over(by=walk.boss, measure=walk.measure, horizon=Horizon.LONG, reason="no agreement")
    chain.record_lesson(by=walk.analyst, measure=walk.measure, text="Баасы кымбат болду")
    review = chain.submit(by=walk.analyst, measure=walk.measure)
    chain.decide(by=walk.boss, review=review, outcome=Outcome.STOP, reason="too dear for what it brings")
    moved = client.get(reverse("monitoring:carried_over")).content.decode()
    assert "no agreement" in moved
    page = client.get(reverse("monitoring:lessons")).content.decode()
    assert "too dear for what it brings" in page and "Баасы кымбат болду" in page
    assert page.count("the evidence is there") == 1, "the reason of the way back"
