"""Erasure on the desk: one asks, another one decides; who may, how long, what stops it, what is written down."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from accounts.enums import Role
from accounts.models import Membership, User
from common import clock
from common.errors import Conflict, Invalid, Missing, Refused
from common.keys import blind_index
from pensions.models import ErasureRequest, Worker, WorkerIdentifier, WorkerName
from pensions.services import erasure_requests, ledger
from pensions.services.erasure import ERASE
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
NUMBER = "21503199012345"
OTHERS = sorted(set(Role) - {Role.PUBLIC, Role.REGISTRY_SUPERVISOR})


@pytest.fixture
def first(house):
    return house.user(Role.REGISTRY_SUPERVISOR)


@pytest.fixture
def second(first):
    made = User.objects.create_user(email="second@example.org", full_name="Second")
    home = first.valid_memberships[0].organisation
    Membership.objects.create(
        user=made, organisation=home, role=Role.REGISTRY_SUPERVISOR, from_on=dt.date(2020, 1, 1)
    )
    return made


@pytest.fixture
def worker(db):
    registry = Registry()
    made = registry.worker(family_name="Токтогулова")
    employment = registry.employment(made)
    month = {"month": dt.date(2024, 1, 1), "currency": "KGS", "accrued": 100}
    ledger.record_contribution(by=None, employment=employment, **month)
    WorkerIdentifier.everything.create(
        worker=made, kind="KG-PIN", value=NUMBER, index=blind_index("KG-PIN", NUMBER)
    )
    return made


@pytest.fixture
def asked(first, worker):
    return erasure_requests.ask(by=first, worker=worker, reason="decision 7")


def desk(user) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def page(request, do="change") -> str:
    ending = "change/" if do == "change" else f"do/{do}/"
    return f"/admin/pensions/erasurerequest/{request.pk}/{ending}"


def is_there(worker) -> bool:
    return bool(Worker.everything.get(pk=worker.pk).family_name)


def test_one_asks_another_sees_what_goes_and_erases(first, second, worker, journal):
    button = f"/admin/pensions/worker/{worker.pk}/do/ask-erasure/"
    shown = desk(first).get(button).content.decode()
    assert "What is erased" in shown and "100" in shown and is_there(worker)
    answer = desk(first).post(button, {"reason": "decision 7"}, follow=True)
    asked = ErasureRequest.everything.get()
    assert answer.redirect_chain[-1][0] == page(asked) and is_there(worker)
    shown = desk(second).get(page(asked)).content.decode()
    assert "identifiers" in shown and "accrued in all" in shown and "do/approve/" in shown
    assert desk(second).post(page(asked, "approve")).status_code == 400 and is_there(worker)
    assert desk(second).post(page(asked, "approve"), {"seen": "on"}).status_code == 302
    gone = Worker.everything.get(pk=worker.pk)
    assert gone.family_name == "" and gone.key.destroyed_at and gone.state == "archived"
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("erased", second)
    assert desk(second).get(page(asked)).status_code == 200
    entries = journal(action=ERASE)
    assert [(one.verb, one.actor_id) for one in entries.exclude(verb="read")] == [
        ("created", first.pk),
        ("erased", first.pk),
        ("decided", second.pk),
    ]
    assert {one.subject_id for one in entries} == {worker.pk}
    assert entries.get(verb="erased").details["confirmed_by"] == str(second.pk)
    assert {one.actor_id for one in entries.filter(verb="read")} == {first.pk, second.pk}


def test_whoever_asked_cannot_decide(first, asked, worker):
    shown = desk(first).get(page(asked)).content.decode()
    assert "Another supervisor" in shown and "do/approve/" not in shown
    for button in ("approve", "refuse"):
        assert desk(first).post(page(asked, button), {"seen": "on", "reason": "r"}).status_code == 403
    with pytest.raises(Conflict, match="second person"):
        erasure_requests.approve(by=first, request=asked)
    assert is_there(worker)


@pytest.mark.parametrize("role", OTHERS)
def test_no_other_role_asks_sees_or_decides(role, house, asked, worker):
    user = house.user(role)
    client = desk(user)
    addresses = [page(asked), *(page(asked, name) for name in ("approve", "refuse", "withdraw"))]
    for address in [*addresses, f"/admin/pensions/worker/{worker.pk}/do/ask-erasure/"]:
        assert client.post(address, {"seen": "on", "reason": "r"}).status_code in (302, 403, 404)
    with pytest.raises((Refused, Missing)):
        erasure_requests.preview(by=user, worker=worker)
    with pytest.raises((Refused, Missing)):
        erasure_requests.approve(by=user, request=asked)
    asked.refresh_from_db()
    assert asked.state == "open" and is_there(worker)


def test_a_supervisor_of_another_state_does_not_reach_it(house, asked, worker):
    from accounts.enums import State

    stranger = house.user(Role.REGISTRY_SUPERVISOR, "second", State.KZ)
    assert desk(stranger).get(page(asked)).status_code in (302, 403, 404)
    with pytest.raises(Missing):
        erasure_requests.refuse(by=stranger, request=asked, reason="r")
    with pytest.raises((Refused, Missing)):
        erasure_requests.ask(by=stranger, worker=worker, reason="r")


def test_refused_taken_back_and_asked_anew(first, second, asked, worker):
    desk(second).post(page(asked, "refuse"), {"reason": "the person thought again"})
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("refused", "the person thought again")
    with pytest.raises(Conflict, match="decided already"):
        erasure_requests.approve(by=second, request=asked)
    again = erasure_requests.ask(by=first, worker=worker, reason="decision 8")
    with pytest.raises(Conflict, match="asked for already"):
        erasure_requests.ask(by=second, worker=worker, reason="decision 8")
    with pytest.raises(Conflict, match="whoever asked"):
        erasure_requests.withdraw(by=second, request=again)
    desk(first).post(page(again, "withdraw"))
    again.refresh_from_db()
    assert again.state == "withdrawn" and is_there(worker)


def test_the_time_to_decide_is_limited(first, second, asked, worker):
    with time_machine.travel(clock.now() + dt.timedelta(days=15), tick=False):
        with pytest.raises(Conflict, match="time for this decision"):
            erasure_requests.approve(by=second, request=asked)
        assert "not decided in time" in desk(second).get(page(asked)).content.decode()
        erasure_requests.ask(by=second, worker=worker, reason="decision 9")
    asked.refresh_from_db()
    assert asked.state == "lapsed" and is_there(worker)


def test_what_was_added_since_is_not_erased_unseen(second, asked, worker):
    WorkerName.everything.create(worker=worker, family_name="Асанова", given_name="Айгүл")
    assert "has changed since" in desk(second).get(page(asked)).content.decode()
    with pytest.raises(Conflict, match="has changed"):
        erasure_requests.approve(by=second, request=asked)
    assert is_there(worker)


def test_whoever_asked_has_to_hold_the_role_still(first, second, asked, worker):
    Membership.objects.filter(user=first).update(until_on=clock.today() - dt.timedelta(days=1))
    with pytest.raises(Conflict, match="may not erase any more"):
        erasure_requests.approve(by=second, request=asked)
    assert is_there(worker)


def test_what_still_runs_is_told_before_anybody_asks(first, worker):
    from common.models import SubjectKey
    from pensions.models import CorrectionRequest

    with pytest.raises(Invalid):
        erasure_requests.ask(by=first, worker=worker, reason=" ")
    key = SubjectKey.new()
    key.save()
    CorrectionRequest.everything.create(worker=worker, key=key, wrong="employment")
    button = f"/admin/pensions/worker/{worker.pk}/do/ask-erasure/"
    assert "in dispute" in desk(first).get(button).content.decode()
    assert desk(first).post(button, {"reason": "decision 7"}).status_code == 400
    assert not ErasureRequest.everything.exists()


def test_a_preview_does_not_tell_that_somebody_went_for_help(first, second, worker, monkeypatch):
    from pensions.services import erasure_holds

    monkeypatch.setattr(erasure_holds, "_unsaid", [lambda records: "Another office needs the record."])
    assert erasure_requests.preview(by=first, worker=worker).holds == []
    asked = erasure_requests.ask(by=first, worker=worker, reason="decision 7")
    with pytest.raises(Conflict, match="Another office"):
        erasure_requests.approve(by=second, request=asked)
    assert is_there(worker) and ErasureRequest.everything.get().state == "open"
