"""Notices and their messages: when they go, what they say, that none goes twice, and who sees what failed."""

import datetime as dt
import re
import smtplib

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils.translation import ngettext_lazy, override

from accounts import notices
from accounts.enums import Channel, How, MessageState, Role
from accounts.message_times import ZONES, after_quiet, is_quiet, next_daily
from accounts.models import Deputy, Membership, Message, MessageSettings, Notice, User
from accounts.services import message_settings as settings_service
from accounts.services import messages
from common import clock, sms
from common.errors import Conflict, Invalid, Missing, Refused

NOON = "2026-11-27 06:00Z"  # noon in Bishkek
ROLES = {Role.ANALYST, Role.CASE_WORKER}
USUAL = {"channel": "email", "time_zone": "Asia/Bishkek", "quiet_from": 21, "quiet_until": 8, "daily_at": 9}


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Kinds of the test alone."""
    monkeypatch.setattr(notices, "_kinds", {})
    line = ngettext_lazy("%(count)d thing.", "%(count)d things.", "count")
    notices.kind("test.news", roles=ROLES | {Role.WORKER}, title="News", line=line)
    notices.kind("test.code", roles={Role.ANALYST}, title="Codes", line=line, labelled=True)
    notices.kind("test.urgent", roles=ROLES, title="Urgent", line=line, urgent=True, fixed=True)
    sms.outbox.clear()


@pytest.fixture
def analyst(house):
    return house.user(Role.ANALYST)


def at(text: str):
    return time_machine.travel(text, tick=False)


def tell(user, key="1", code="test.news", **values) -> int:
    return notices.tell(code, [user], key=key, path=f"/there/{key}/", **values)


def send() -> dict:
    return messages.send_due(clock.now())


def choose(user, how=How.AT_ONCE, **values):
    choices = {one.code: how for one in notices.kinds_of(user) if not (one.fixed and how == How.NEVER)}
    return settings_service.save(by=user, choices=choices, **USUAL | values)


@pytest.mark.parametrize(
    ("hour", "start", "end", "quiet"),
    [
        (21, 21, 8, True),
        (7, 21, 8, True),
        (8, 21, 8, False),
        (20, 21, 8, False),
        (3, 3, 3, False),
        (2, 1, 3, True),
    ],
)
def test_quiet_hours_reach_over_midnight(hour, start, end, quiet):
    assert is_quiet(hour, start, end) is quiet


def test_quiet_hours_and_the_daily_hour_are_those_of_the_persons_clock():
    evening = dt.datetime(2026, 11, 27, 16, tzinfo=dt.UTC)  # 22:00 in Bishkek, 19:00 in Moscow
    assert after_quiet(evening, "Asia/Bishkek", 21, 8) == dt.datetime(2026, 11, 28, 2, tzinfo=dt.UTC)
    assert after_quiet(evening, "Europe/Moscow", 21, 8) == evening
    assert next_daily(evening, "Asia/Bishkek", 9) == dt.datetime(2026, 11, 28, 3, tzinfo=dt.UTC)
    clocks_change = dt.datetime(2026, 10, 24, 22, tzinfo=dt.UTC)  # the night that is an hour longer in Berlin
    assert after_quiet(clocks_change, "Europe/Berlin", 22, 8) == dt.datetime(2026, 10, 25, 7, tzinfo=dt.UTC)
    assert all(next_daily(evening, zone, 9) > evening for zone in ZONES)


def test_what_is_due_goes_in_one_message_and_never_twice(analyst):
    with at(NOON):
        tell(analyst), tell(analyst), tell(analyst, "2")
        assert send() == {"made": 1, "sent": 1, "failed": 0}
        assert send() == {"made": 0, "sent": 0, "failed": 0}
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == ("Kozot: 2 things.", [analyst.email])
    assert "/there/1/" in letter.body and "/there/2/" in letter.body
    assert letter.extra_headers["Content-Language"] == "en"


def test_nobody_is_told_of_what_he_did_or_has_no_role_for(house, analyst):
    official = house.user(Role.REGISTRY_OFFICIAL)
    with at(NOON):
        assert tell(analyst, by=analyst) == 0
        assert tell(official) == 0
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert tell(analyst) == 0
    assert not Notice.everything.exists()


def test_a_deputy_is_told_of_what_the_role_is_told(house, analyst):
    stand_in = house.user(Role.EXPERT)
    membership = analyst.memberships.get()
    today = clock.today()
    Membership.objects.create(user=stand_in, organisation=membership.organisation, role=Role.EXPERT)
    Deputy.objects.create(membership=membership, deputy=stand_in, from_on=today, until_on=today, reason="x")
    assert stand_in in notices.holders("monitoring.measure.change")
    assert tell(stand_in) == 1


def test_a_notice_carries_no_words_but_those_of_kinds_that_may(analyst):
    with pytest.raises(ValueError):
        tell(analyst, label="Asanov")
    assert tell(analyst, code="test.code", label="M-1") == 1


def test_at_night_only_what_is_urgent_goes(analyst):
    with at("2026-11-27 18:00Z"):  # midnight
        tell(analyst), tell(analyst, "u", "test.urgent")
        assert send()["sent"] == 1
        assert Notice.everything.get(kind="test.news").message is None
    with at("2026-11-28 02:00Z"):
        assert send()["sent"] == 1


def test_once_a_day_means_together_at_the_chosen_hour(analyst):
    with at(NOON):
        choose(analyst, How.DAILY)
        tell(analyst), tell(analyst, "2"), tell(analyst, "c", "test.code", label="M-1")
        assert send()["made"] == 0
    with at("2026-11-28 03:00Z"):
        assert send()["sent"] == 1
    assert mail.outbox[0].subject == "Kozot: 3 things for you"


def test_never_leaves_it_on_the_persons_own_page_alone(analyst):
    with at(NOON):
        choose(analyst, How.NEVER)
        tell(analyst)
        assert send()["made"] == 0
        assert Notice.everything.get().due_at is None
        with pytest.raises(Invalid):
            settings_service.save(by=analyst, choices={"test.urgent": How.NEVER}, **USUAL)


def test_what_is_turned_off_before_it_went_does_not_go(analyst):
    with at(NOON):
        tell(analyst)
        choose(analyst, How.NEVER)
        assert send() == {"made": 0, "sent": 0, "failed": 0}
    assert not Message.everything.exists()


def test_a_worker_is_written_to_only_at_an_address_that_was_confirmed(
    house, django_capture_on_commit_callbacks
):
    worker = house.user(Role.WORKER)
    User.objects.filter(pk=worker.pk).update(email="x@no-mail.invalid")
    worker = User.objects.get(pk=worker.pk)
    with at(NOON):
        tell(worker)
        assert send()["made"] == 0
        with pytest.raises(Conflict):
            choose(worker)
        with django_capture_on_commit_callbacks(execute=True):
            settings_service.ask_address(by=worker, address="0555 123 456")
        (sent,) = sms.outbox
        assert "Kozot" not in sent["text"]
        code = re.search(r"\d{6}", sent["text"])[0]
        with pytest.raises(Invalid):
            settings_service.confirm_address(
                by=worker, code="1" + code[1:] if code[0] != "1" else "2" + code[1:]
            )
        settings_service.confirm_address(by=worker, code=code)
        with pytest.raises(Invalid):
            settings_service.confirm_address(by=worker, code=code)
        assert "996555123456" not in MessageSettings.objects.get().address
        tell(worker, "2"), tell(worker, "3")
        assert send()["sent"] == 1
        told = sms.outbox[-1]
        assert told["to"] == "+996555123456"
        assert told["text"].startswith("There are 2 news for you. http") and "Kozot" not in told["text"]
        settings_service.forget_address(by=worker)
        tell(worker, "4")
        assert send()["made"] == 0


def test_codes_run_out_and_cannot_be_tried_for_long(analyst, django_capture_on_commit_callbacks):
    with at(NOON), django_capture_on_commit_callbacks(execute=True):
        settings_service.ask_address(by=analyst, address="own@example.org")
    code = mail.outbox[-1].subject
    with at("2026-11-27 06:16Z"), pytest.raises(Invalid):
        settings_service.confirm_address(by=analyst, code=code)
    with at("2026-11-27 06:02Z"):
        for _try in range(12):
            with pytest.raises(Invalid):
                settings_service.confirm_address(by=analyst, code="wrong")
        with pytest.raises(Invalid):
            settings_service.confirm_address(by=analyst, code=code)
    with pytest.raises(Invalid):
        settings_service.ask_address(by=analyst, address="no number")


def test_a_killed_worker_leaves_a_mail_in_doubt_and_a_text_to_be_sent_under_its_key(analyst):
    with at(NOON):
        tell(analyst)
        messages._gather(clock.now())
        mine = Message.everything.all()
        mine.update(state=MessageState.SENDING, taken_at=clock.now(), attempts=1)
        assert send()["sent"] == 0
    with at("2026-11-27 06:11Z"):
        assert send()["sent"] == 0
        assert mine.get().state == MessageState.IN_DOUBT
        mine.update(state=MessageState.SENDING, channel=Channel.SMS)
        settings = settings_service.of(analyst)
        settings.address, settings.channel = (
            settings_service.ring.wrap(b"+996555123456", settings_service.CONTEXT),
            "sms",
        )
        settings.save()
        assert send()["sent"] == 1
    assert sms.outbox[-1]["key"] == str(mine.get().pk)
    assert not mail.outbox


def test_failures_are_tried_again_ever_later_and_then_given_up(analyst, monkeypatch):
    def away(self, *args, **kwargs):
        raise OSError("no route to 10.0.0.1")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
    with at(NOON):
        tell(analyst)
        assert send() == {"made": 1, "sent": 0, "failed": 0}
        message = Message.everything.get()
        assert (message.state, message.attempts, message.error) == (MessageState.WAITING, 1, "OSError")
    tries = 1
    while Message.everything.get().state == MessageState.WAITING:
        with time_machine.travel(Message.everything.get().next_at, tick=False):
            send()
        tries += 1
        assert tries < 20
    assert (tries, Message.everything.get().state) == (6, MessageState.FAILED)


@pytest.mark.parametrize(("code", "state"), [(550, MessageState.FAILED), (451, MessageState.WAITING)])
def test_an_address_refused_for_good_is_not_tried_again(analyst, monkeypatch, code, state):
    def refuse(self, *args, **kwargs):
        raise smtplib.SMTPRecipientsRefused({"x": (code, b"no")})

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with at(NOON):
        tell(analyst)
        send()
    assert Message.everything.get().state == state


def test_who_caused_it_sees_that_it_did_not_arrive_and_sends_it_again(house, analyst, client):
    causer, other = house.user(Role.DECISION_MAKER), house.user(Role.EXPERT)
    with at(NOON):
        tell(analyst, by=causer)
        messages._gather(clock.now())
    message = Message.everything.get()
    Message.everything.update(state=MessageState.FAILED, error="OSError")
    page = reverse("admin:accounts_message_change", args=[message.pk])
    client.force_login(other)
    assert client.get(page).status_code in (302, 404)
    with pytest.raises((Refused, Missing)):
        messages.resend(by=other, message=message)
    client.force_login(causer)
    client.cookies["django_language"] = "en"
    assert "1 thing." in client.get(page).content.decode()
    assert client.post(f"/admin/accounts/message/{message.pk}/do/resend/").status_code == 302
    with at(NOON):
        Message.everything.update(next_at=clock.now())
        assert send()["sent"] == 1
    with pytest.raises(Conflict):
        messages.resend(by=causer, message=message)


def test_a_kind_is_ended_from_the_letter_by_a_button_and_only_that_kind(analyst, client):
    with at(NOON):
        tell(analyst), tell(analyst, "u", "test.urgent")
        send()
    (letter,) = mail.outbox
    address = letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert client.get(address).status_code == 200
    assert not MessageSettings.objects.exists()
    assert client.post(address).status_code == 200
    assert MessageSettings.objects.get().choices == {"test.news": "never"}
    assert client.get("/account/messages/stop/forged/").status_code == 404
    with pytest.raises(Missing):
        settings_service.stop(by=None, token="forged")


def test_the_pages_show_and_keep_ones_own(analyst, house, client):
    tell(analyst)
    client.cookies["django_language"] = "en"
    client.force_login(house.user(Role.CASE_WORKER))
    assert "1 thing." not in client.get(reverse("accounts:messages")).content.decode()
    client.force_login(analyst)
    assert "1 thing." in client.get(reverse("accounts:messages")).content.decode()
    page = reverse("accounts:message_settings")
    assert 'name="test.urgent"' in client.get(page).content.decode()
    sent = USUAL | {"test.news": "daily", "test.code": "never", "test.urgent": "never"}
    assert client.post(page, sent).status_code == 400
    assert client.post(page, sent | {"test.urgent": "daily"}).status_code == 302
    assert MessageSettings.objects.get().choices["test.code"] == "never"
    refused = client.post(page, sent | {"test.urgent": "daily", "channel": "sms"})
    assert refused.status_code == 400 and "no confirmed address" in refused.content.decode()
    away = client.post(reverse("accounts:message_address"), {"act": "ask", "address": "nothing"})
    assert away.status_code == 400
    assert client.post(reverse("accounts:message_address"), {"act": "x"}).status_code == 404


def test_three_languages_have_words_for_every_kind(monkeypatch):
    monkeypatch.undo()
    for language in ("ky", "ru"):
        for code, one in notices.kinds().items():
            with override("en"):
                english = (str(one.title), one.line % {"count": 2})
            with override(language):
                assert str(one.title) != english[0], code
                assert one.line % {"count": 2} != english[1], code
                assert one.line % {"count": 5}, code


def test_telling_many_takes_no_more_statements(analyst, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        notices.tell_each("test.news", [(analyst.pk, str(n)) for n in range(60)])
    assert Notice.everything.count() == 60
