"""Bulk acts of the desk: seen beforehand, done to what fits, kept, and taken back for a day."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import BulkAct
from accounts.services import bulk, retention
from common.errors import Missing, Refused
from pensions.enums.findings import FindingState
from pensions.models import CorrectionRequest, Finding, FindingStep
from pensions.services import corrections, findings
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
LIST, TAKE = "/admin/pensions/finding/", "/admin/pensions/finding/bulk/take/"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(dt.datetime(2026, 11, 27, 6, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def official(house):
    return house.user(Role.REGISTRY_OFFICIAL)


@pytest.fixture
def desk(client, official):
    client.force_login(official)
    client.cookies["django_language"] = "en"
    return client


def make(number: int, registry_state: str = "KG") -> list[Finding]:
    worker = Registry().worker(registered_in=registry_state)
    return [
        Finding.everything.create(
            key=f"{registry_state} {place} {worker.pk}",
            code="registry.wage_jumps",
            severity="warning",
            owner="registry",
            registry_state=registry_state,
            worker=worker,
            digest="",
        )
        for place in range(number)
    ]


def chosen(client, name: str, rows: list[Finding]):
    return client.post(LIST, {"action": name, "_selected_action": [str(one.pk) for one in rows]})


def keys(rows: list[Finding]) -> str:
    return ",".join(str(one.pk) for one in rows)


def test_the_preview_says_how_many_and_which_not_and_why_and_does_nothing(desk, journal):
    rows = make(3)
    findings.explain(by=None, finding=rows[0], reason="unpaid leave")
    page = desk.post(f"{LIST}?state=", {"action": "take", "_selected_action": [str(o.pk) for o in rows[1:]]})
    assert (page.context["fit"], page.context["refused"]) == (2, 0)
    assert "taken back for 24 hours" in page.text and "cannot be taken back" not in page.text
    again = desk.post(TAKE.replace("take", "explain"), {"rows": keys(rows), "reason": ""})
    assert again.status_code == 400 and (again.context["fit"], again.context["refused"]) == (2, 1)
    assert "it is dealt with already: explained" in again.text
    assert rows[1].worker.full_name in again.text
    assert not BulkAct.everything.exists() and not Finding.everything.exclude(assigned_to=None).exists()
    assert journal(verb="listed", object_id=str(rows[0].pk)).exists()


def test_done_kept_and_taken_back_by_a_compensating_act(desk, official, now):
    rows = make(3)
    answer = desk.post(TAKE, {"rows": keys(rows)}, follow=True)
    act = BulkAct.everything.get()
    assert answer.redirect_chain[-1][0] == reverse("admin:accounts_bulkact_change", args=[act.pk])
    assert "Take these findings myself" in answer.text and "Take it back" in answer.text
    assert Finding.everything.filter(assigned_to=official, state=FindingState.IN_WORK).count() == 3
    now.shift(60)
    findings.explain(by=official, finding=rows[0], reason="unpaid leave")
    now.shift(60)
    undone = desk.post(reverse("admin:accounts_bulkact_do", args=[act.pk, "undo"]), follow=True)
    assert "somebody has dealt with it since" in undone.text
    back = Finding.everything.filter(assigned_to=None, state=FindingState.OPEN)
    assert set(back) == set(rows[1:])
    assert [step.to_state for step in rows[1].steps.order_by("pk")] == ["in_work", "open"]
    rows[0].refresh_from_db()
    assert (rows[0].state, rows[0].assigned_to) == (FindingState.EXPLAINED, official)
    assert desk.post(reverse("admin:accounts_bulkact_do", args=[act.pk, "undo"])).status_code == 403
    assert "Take it back" not in desk.get(reverse("admin:accounts_bulkact_change", args=[act.pk])).text


def test_after_a_day_there_is_no_way_back(desk, official, now):
    desk.post(TAKE, {"rows": keys(make(1))})
    act = BulkAct.everything.get()
    now.shift(bulk.UNDO_FOR + dt.timedelta(seconds=1))
    desk.force_login(official)
    assert desk.post(reverse("admin:accounts_bulkact_do", args=[act.pk, "undo"])).status_code == 403
    assert Finding.everything.get().assigned_to is not None


def test_where_nothing_is_left_to_take_back_nothing_changes(desk, official, now):
    rows = make(1)
    desk.post(TAKE, {"rows": keys(rows)})
    now.shift(60)
    findings.explain(by=official, finding=rows[0], reason="unpaid leave")
    act = BulkAct.everything.get()
    answer = desk.post(reverse("admin:accounts_bulkact_do", args=[act.pk, "undo"]))
    assert answer.status_code == 400 and "dealt with since" in answer.text
    act.refresh_from_db()
    assert act.undone_at is None


def test_what_is_not_one_s_own_is_neither_shown_nor_done(desk):
    ours, theirs = make(1), make(1, "RU")
    page = chosen(desk, "take", [*ours, *theirs])
    assert (page.context["fit"], page.context["refused"]) == (1, 0)
    assert theirs[0].worker.full_name not in page.text or ours[0].worker.full_name in page.text
    desk.post(TAKE, {"rows": keys([*ours, *theirs])})
    assert Finding.everything.get(pk=theirs[0].pk).assigned_to is None
    assert [key for key, _before in BulkAct.everything.get().done] == [str(ours[0].pk)]
    nothing = desk.post(TAKE, {"rows": keys(theirs)})
    assert nothing.status_code == 400 and BulkAct.everything.count() == 1
    assert desk.post(TAKE, {"rows": "nonsense"}).status_code == 404


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.PUBLIC}])
def test_who_may(role, client, house):
    rows = make(1)
    client.force_login(house.user(role))
    may = role in {Role.REGISTRY_OFFICIAL, Role.REGISTRY_SUPERVISOR}
    answer = client.post(TAKE, {"rows": keys(rows)})
    assert (answer.status_code == 302 and BulkAct.everything.exists()) == may
    assert client.get("/admin/accounts/bulkact/").status_code == (
        200 if may else 403 if house.user(role).is_staff else 302
    )


def test_another_s_act_is_not_found(desk, house, client):
    desk.post(TAKE, {"rows": keys(make(1))})
    act, other = BulkAct.everything.get(), house.user(Role.REGISTRY_SUPERVISOR, "second")
    client.force_login(other)
    assert client.get(reverse("admin:accounts_bulkact_change", args=[act.pk])).status_code in {302, 404}
    assert client.post(reverse("admin:accounts_bulkact_do", args=[act.pk, "undo"])).status_code == 404
    with pytest.raises((Missing, Refused)):
        bulk.take_back(by=other, act=act, one=None)


def test_a_supervisor_sees_the_acts_of_the_own_office_and_takes_none_of_them_back(desk, house, client):
    desk.post(TAKE, {"rows": keys(make(1))})
    act, official = BulkAct.everything.get(), house.user(Role.REGISTRY_OFFICIAL)
    client.force_login(house.user(Role.REGISTRY_SUPERVISOR))
    address = reverse("admin:accounts_bulkact_change", args=[act.pk])
    assert official.full_name in client.get("/admin/accounts/bulkact/").text
    page = client.get(address)
    assert page.status_code == 200 and "/do/undo/" not in page.text
    assert client.post(reverse("admin:accounts_bulkact_do", args=[act.pk, "undo"])).status_code == 403
    client.force_login(house.user(Role.REGISTRY_SUPERVISOR, "second"))
    assert official.full_name not in client.get("/admin/accounts/bulkact/").text
    assert client.get(address).status_code in {302, 404}


def test_after_a_year_an_act_is_forgotten_and_the_rows_stand(desk, now):
    rows = make(2)
    desk.post(TAKE, {"rows": keys(rows)})
    now.move_to(dt.datetime(2027, 11, 26, 6, tzinfo=dt.UTC))
    assert retention.forget()["bulk_acts"] == 0
    now.move_to(dt.datetime(2027, 11, 28, 6, tzinfo=dt.UTC))
    assert retention.forget()["bulk_acts"] == 1 and not BulkAct.everything.exists()
    assert Finding.everything.filter(assigned_to__isnull=False).count() == 2


def test_what_has_no_way_back_says_so_beforehand(desk):
    address = "/admin/pensions/workerproposal/bulk/refuse/"
    page = desk.post(address, {"rows": "", "reason": ""})
    assert "This cannot be taken back" in page.text and "destroyed together with its key" in page.text


def test_requests_of_workers_are_taken_together_and_go_back(desk, house, official):
    person = house.user(Role.WORKER)
    worker = Registry().worker(user=person)
    asked = [corrections.ask(by=person, worker=worker, wrong="other", text="no") for _one in range(2)]
    address = "/admin/pensions/correctionrequest/bulk/take/"
    desk.post(address, {"rows": keys(asked)})
    assert CorrectionRequest.everything.filter(held_by=official, state="in_work").count() == 2
    act = BulkAct.everything.get()
    desk.post(reverse("admin:accounts_bulkact_do", args=[act.pk, "undo"]))
    assert CorrectionRequest.everything.filter(held_by=None, state="sent").count() == 2
    assert [step.to_state for step in asked[0].steps.order_by("pk")] == ["sent", "in_work", "sent"]


def test_as_many_questions_for_many_rows_as_for_few(desk):
    few, many = make(2), make(12)
    desk.post(TAKE, {"rows": keys(make(1))})
    counted = []
    for rows in (few, many):
        with CaptureQueriesContext(connection) as caught:
            desk.post(TAKE, {"rows": keys(rows)})
        counted.append(len(caught))
    assert counted[0] == counted[1]
    assert FindingStep.everything.count() == 15
