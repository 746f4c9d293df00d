"""A worker's way in: a code from the office, once; then a passkey. Nothing of it tells what the record is about."""

import datetime as dt
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from accounts.enums import CodeChannel, Role
from accounts.models import EntryCode, Membership
from accounts.services import entry_codes
from common import clock, sms
from common.errors import Conflict, Invalid, KozotError
from pensions.models import Worker
from pensions.services import worker_entry
from tests.support.passkey import Passkey
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
DOOR, RECORD = "/account/code/", "/me/record/"


@pytest.fixture
def official(house):
    return house.user(Role.REGISTRY_OFFICIAL)


@pytest.fixture
def worker():
    return Registry().worker()


def give(official, worker, **values) -> str:
    values = {"seen": True, "channel": CodeChannel.IN_PERSON, "language": "en"} | values
    return worker_entry.give_code(by=official, worker=worker, **values)


def enter(code: str) -> Client:
    client = Client()
    client.post(DOOR, {"code": code}, secure=True)
    return client


def is_inside(client) -> bool:
    return client.get(RECORD, secure=True).status_code == 200


def with_passkey(client) -> Passkey:
    key = Passkey()
    options = client.get("/account/passkey/enrol/", secure=True).json()
    words = {"name": "phone", "credential": json.dumps(key.create(options))}
    assert client.post("/account/second-factor/passkey/", words, secure=True).url == "/account/"
    return key


def by_passkey(key: Passkey) -> Client:
    client = Client()
    options = client.get("/account/passkey/sign_in/", secure=True).json()
    client.post("/account/sign-in/", {"credential": json.dumps(key.get(options))}, secure=True)
    return client


def test_a_code_opens_the_own_record_once_and_leads_to_a_passkey(official, worker, journal):
    code = give(official, worker)
    client = Client()
    entered = client.post(DOOR, {"code": code.lower().replace(" ", "-")}, secure=True)
    assert entered.url == "/account/second-factor/passkey/"
    assert is_inside(client) and not is_inside(enter(code))
    key = with_passkey(client)
    assert is_inside(by_passkey(key))
    # A paper with recovery codes may lie in other hands: a worker has none.
    assert not Authenticator.objects.filter(type="recovery_codes").exists()
    assert journal(action=worker_entry.ACTION, subject_id=worker.pk).count() == 1


def test_only_a_keyed_hash_of_the_code_is_kept(official, worker, journal):
    code = give(official, worker)
    kept = str(list(EntryCode.objects.values())) + str([one.details for one in journal()])
    assert code.replace(" ", "") not in kept and code not in kept


def test_a_code_runs_out_and_a_new_one_voids_it(official, worker, time_machine):
    first, second = give(official, worker), give(official, worker)
    assert not is_inside(enter(first))
    time_machine.move_to(clock.now() + dt.timedelta(minutes=61))
    assert not is_inside(enter(second))


def test_whatever_is_wrong_with_a_code_is_said_alike(official, worker):
    used = give(official, worker)
    enter(used)
    said = {
        re.search(r"(?s)<main.*?</main>", Client().post(DOOR, {"code": one}).content.decode())[0]
        for one in (used, "ABCDE FGHJK", "1")
    }
    masked = {re.sub(r'value="[^"]*"', "", page) for page in said}
    assert len(masked) == 1


def test_codes_cannot_be_tried_out(official, worker, settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"entry_code": "3/hour"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    code = give(official, worker)
    for _ in range(3):
        enter("ABCDE FGHJK")
    assert not is_inside(enter(code))
    cache.clear()


def test_a_message_goes_to_the_phone_alone_and_names_nothing(
    official, worker, django_capture_on_commit_callbacks
):
    sms.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        shown = give(official, worker, channel=CodeChannel.SMS, phone="0555 123 456")
    (sent,) = sms.outbox
    assert shown == "" and sent["to"] == "+996555123456"
    assert len(sent["text"]) <= 70 or sent["text"].isascii()
    for word in ("kozot", "көзөт", worker.family_name.lower(), "case", "record", "pension"):
        assert word not in sent["text"].lower()
    code = re.search(r"[2-9A-Z]{5} [2-9A-Z]{5}", sent["text"])[0]
    assert is_inside(enter(code))


@pytest.mark.parametrize("phone", ["", "12", "no number"])
def test_a_wrong_phone_is_refused_and_the_earlier_code_stands(official, worker, phone):
    code = give(official, worker)
    with pytest.raises(Invalid) as refused:
        give(official, worker, channel=CodeChannel.SMS, phone=phone)
    assert refused.value.field == "phone"
    assert is_inside(enter(code))


def test_the_office_must_have_seen_the_person_and_may_reach_the_record(official, worker, house):
    with pytest.raises(Invalid):
        give(official, worker, seen=False)
    for stranger in (Role.EMPLOYER_CLERK, Role.SYSTEM_ADMINISTRATOR, Role.CASE_WORKER, Role.AUDITOR):
        with pytest.raises(KozotError):
            give(house.user(stranger), worker)
    with pytest.raises(Conflict):
        give(official, Registry().worker(state="incomplete"))


def test_a_code_alone_does_not_open_what_a_passkey_guards(official, worker):
    """Somebody who intercepts a second code gets nowhere without the person's device."""
    key = with_passkey(enter(give(official, worker)))
    intercepted = enter(give(official, worker))
    assert not is_inside(intercepted)
    assert intercepted.get("/account/second-factor/passkey/", secure=True).url == "/account/second-step/"
    assert is_inside(by_passkey(key))


def test_only_the_office_lets_in_again_after_the_phone_is_lost(official, worker):
    lost = with_passkey(enter(give(official, worker)))
    thief = by_passkey(lost)
    code = give(official, worker, lost=True)
    assert not is_inside(thief) and not is_inside(by_passkey(lost))
    assert is_inside(enter(code))


def at_a_desk_too(official, worker):
    """The worker's account gets a role at the official's own office."""
    user = Worker.everything.get(pk=worker.pk).user
    home = official.memberships.get().organisation
    Membership.objects.create(user=user, organisation=home, role=Role.ARCHIVIST)
    return user


@pytest.mark.parametrize("lost", [True, False])
def test_no_code_opens_an_account_that_works_at_a_desk(official, worker, lost):
    key = with_passkey(enter(give(official, worker)))
    user = at_a_desk_too(official, worker)
    with pytest.raises(Conflict) as refused:
        give(official, worker, lost=lost)
    assert refused.value.code == "works_at_a_desk" and refused.value.way_out
    assert Authenticator.objects.filter(user=user).exists() and is_inside(by_passkey(key))


def test_a_code_given_before_the_desk_opens_nothing_after(official, worker):
    code = give(official, worker)
    user = at_a_desk_too(official, worker)
    assert Client().post(DOOR, {"code": code}, secure=True).status_code == 400
    Membership.objects.filter(user=user, role=Role.ARCHIVIST).delete()
    assert is_inside(enter(code))


def test_a_worker_without_mail_cannot_be_reached_by_password(official, worker):
    give(official, worker)
    user = Worker.everything.get(pk=worker.pk).user
    assert not user.has_usable_password() and user.email.endswith(".invalid")
    assert user.roles == {Role.WORKER}


def test_the_button_shows_the_code_once(official, worker, client):
    client.force_login(official)
    address = f"/admin/pensions/worker/{worker.pk}/do/entry-code/"
    words = {"seen": "on", "channel": "in_person", "language": "ky"}
    page = client.post(address, words)
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    code = re.search(r"[2-9A-Z]{5} [2-9A-Z]{5}", page.content.decode())[0]
    assert is_inside(enter(code))
    assert client.post(address, words | {"seen": ""}).status_code == 400


def test_letters_that_are_mistaken_for_others_are_not_used():
    codes = {EntryCode.new() for _ in range(200)}
    assert len(codes) == 200 and not set("".join(codes)) & set("01OIL")
    assert entry_codes.MINUTES[CodeChannel.SMS] <= 15
