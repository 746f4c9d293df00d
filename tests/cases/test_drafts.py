"""A call that is taken down while listening: kept, gone on with, sent once, discarded; nobody else's."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, User
from cases.models import Draft, HelpRequest
from cases.services import drafts
from cases.tasks import erase_cases
from common import clock
from common.errors import Conflict, Invalid, KozotError, Refused
from common.keys.vault import Locked
from common.models import SubjectKey

from .conftest import refused
from .test_vault import Keys

pytestmark = pytest.mark.django_db
TYPED = {"type": "unpaid_wages", "country": "RU", "language": "ky", "text": "Үч ай айлык", "channel": "call"}
WHOLE = {**TYPED, "channel": "none"}
KEEP = reverse("cases:keep_draft")


@pytest.fixture
def token() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def worker(client, story):
    client.force_login(story.worker)
    client.cookies["django_language"] = "en"
    return client


def colleague(story):
    user = User.objects.create_user(email="colleague@example.org", full_name="colleague")
    Membership.objects.create(user=user, organisation=story.ngo, role=Role.CASE_WORKER)
    return user


def test_what_is_typed_is_kept_and_found_on_the_day(worker, token, story):
    for text in ("Үч", "Үч ай", "Үч ай айлык"):
        answer = worker.post(KEEP, {**TYPED, "text": text, "token": token})
        assert answer.status_code == 200
    assert answer.json()["kept"]
    draft = Draft.everything.get()
    assert "айлык" in draft.content
    assert "айлык" not in str(Draft.everything.values_list("content", flat=True)[0]), "sealed"
    day = worker.get(reverse("cases:my_day")).content.decode()
    assert reverse("cases:draft", args=[draft.pk]) in day
    page = worker.get(reverse("cases:draft", args=[draft.pk])).content.decode()
    assert "Үч ай айлык" in page
    assert str(draft.token) in page


def test_it_is_sent_once_however_often_the_button_is_pressed(worker, token, story, journal):
    worker.post(KEEP, {**TYPED, "token": token})
    answers = [worker.post(reverse("cases:call"), {**WHOLE, "token": token}) for _ in range(2)]
    made = HelpRequest.everything.get()
    assert {one.url for one in answers} == {reverse("admin:cases_helprequest_change", args=[made.pk])}
    draft = Draft.everything.get()
    assert (draft.content, draft.request) == ("", made)
    assert not draft.key.wrapped
    assert worker.post(KEEP, {**TYPED, "token": token}).json()["code"] == "draft_over", "a late answer"
    assert Draft.everything.get().content == ""
    assert journal(object_id=str(made.pk), verb="created").get().actor_id == story.worker.pk


def test_without_scripts_there_are_buttons(worker, token):
    half = {"text": "half", "token": token, "keep": "1"}
    assert worker.post(reverse("cases:call"), half).url == reverse("cases:my_day")
    draft = Draft.everything.get()
    address = reverse("cases:draft", args=[draft.pk])
    wrong = worker.post(address, {**TYPED, "token": token})
    assert wrong.status_code == 400
    assert "contact" in wrong.context["form"].errors
    assert worker.post(address, {"discard": "1"}).url == reverse("cases:my_day")
    assert worker.get(address).status_code == 404
    assert not SubjectKey.objects.get(pk=draft.key_id).wrapped
    assert not HelpRequest.everything.exists()


def test_a_page_without_its_token_is_refused_or_begins_anew(worker):
    answer = worker.post(KEEP, {**TYPED, "token": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "token_missing")
    assert worker.post(reverse("cases:call"), WHOLE).status_code == 302


@pytest.mark.parametrize("who", ["colleague", "supervisor", "third", "partner"])
def test_nobody_elses(client, story, house, token, who):
    user = {
        "colleague": lambda: colleague(story),
        "supervisor": lambda: story.supervisor,
        "third": lambda: house.user(Role.CASE_WORKER, "third"),
        "partner": lambda: story.partner_worker,
    }[who]()
    draft = drafts.keep(by=story.worker, organisation=story.ngo, token=uuid.UUID(token), content=TYPED)
    client.force_login(user)
    answers = [client.get(reverse("cases:draft", args=[pk])) for pk in (draft.pk, uuid.uuid4())]
    assert [one.status_code for one in answers] == [404, 404]
    assert client.post(reverse("cases:draft", args=[draft.pk]), {"discard": "1"}).status_code == 404
    assert str(draft.pk) not in client.get(reverse("cases:my_day")).content.decode()
    # The same token makes a row of their own: it tells nothing of the other and changes nothing there.
    answer = client.post(KEEP, {"text": "theirs", "token": token})
    assert (answer.status_code, list(answer.json())) == (200, ["kept"])
    assert "айлык" in Draft.everything.get(pk=draft.pk).content
    client.post(reverse("cases:call"), {"discard": "1", "token": token})
    assert Draft.everything.get(pk=draft.pk).ended_at is None


def test_other_roles_and_other_organisations_are_refused(client, story, house, token):
    with refused(Refused, "refused"):
        drafts.keep(by=story.partner_worker, organisation=story.ngo, token=uuid.uuid4(), content={})
    with pytest.raises(KozotError):
        drafts.take_down(by=story.partner_worker, organisation=story.ngo, token=uuid.uuid4(), **WHOLE)
    client.force_login(house.user(Role.AUDITOR))
    assert client.get(reverse("cases:call")).status_code == 403
    assert client.post(KEEP, {**TYPED, "token": token}).status_code == 403
    client.logout()
    assert client.post(KEEP, {**TYPED, "token": token}).status_code == 401


def test_who_left_the_organisation_finds_no_draft(client, story, token):
    draft = drafts.keep(by=story.worker, organisation=story.ngo, token=uuid.UUID(token), content=TYPED)
    day = clock.today() - dt.timedelta(days=1)
    story.worker.memberships.update(from_on=dt.date(2020, 1, 1), until_on=day)
    client.force_login(story.worker)
    assert client.get(reverse("cases:draft", args=[draft.pk])).status_code in {403, 404}


def test_a_locked_key_stops_reading_and_never_writing(story, token):
    keys = Keys(story)
    given = {"by": story.worker, "organisation": story.ngo, "token": uuid.UUID(token)}
    draft = drafts.keep(**given, content={"text": "before"})
    keys.own(story.supervisor, story.ngo, story.worker)
    with pytest.raises(Locked):
        drafts.resume(by=story.worker, draft=Draft.everything.get(pk=draft.pk))
    with keys.session(story.worker):
        told = drafts.resume(by=story.worker, draft=Draft.everything.get(pk=draft.pk))
    assert told == {"text": "before"}
    drafts.keep(**given, content={"text": "after"})
    with keys.session(story.worker):
        told = drafts.resume(by=story.worker, draft=Draft.everything.get(pk=draft.pk))
    assert told == {"text": "after"}


def test_it_is_discarded_after_its_term(story, token):
    drafts.keep(by=story.worker, organisation=story.ngo, token=uuid.UUID(token), content=TYPED)
    key = Draft.everything.get().key
    with time_machine.travel(clock.now() + dt.timedelta(days=6), tick=False):
        erase_cases()
        assert Draft.everything.exists()
    with time_machine.travel(clock.now() + dt.timedelta(days=8), tick=False):
        erase_cases()
    assert not Draft.everything.exists()
    assert not SubjectKey.objects.get(pk=key.pk).wrapped


def test_limits(story, token, monkeypatch):
    given = {"by": story.worker, "organisation": story.ngo}
    with refused(Invalid, "draft_long"):
        drafts.keep(**given, token=uuid.uuid4(), content={"text": "x" * 20_001})
    monkeypatch.setattr(drafts, "MOST_OPEN", 1)
    drafts.keep(**given, token=uuid.uuid4(), content={})
    with refused(Conflict, "drafts_many"):
        drafts.keep(**given, token=uuid.uuid4(), content={})
    assert Draft.everything.count() == 1


def test_the_day_and_the_story_tell_the_time_of_the_office(worker, story, token):
    with time_machine.travel(dt.datetime(2026, 11, 27, 20, 5, tzinfo=dt.UTC), tick=False):
        drafts.keep(by=story.worker, organisation=story.ngo, token=uuid.UUID(token), content={})
        case = story.case()
    with time_machine.travel(dt.datetime(2026, 11, 28, 3, 0, tzinfo=dt.UTC), tick=False):
        worker.force_login(story.worker)
        worker.cookies["django_language"] = "ky"
        assert "Башталды: 28.11.2026 02:05" in worker.get(reverse("cases:my_day")).content.decode()
        page = worker.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    assert "28.11.2026 02:05" in page


# --- long forms of a case -----------------------------------------------------------------------------------


def page_of(worker, case, form):
    page = worker.get(reverse("admin:cases_case_do", args=[case.pk, form]))
    return page, str(page.context["form"].initial["token"])


@pytest.mark.parametrize("form", ["note", "assess", "incident", "letter"])
def test_what_is_typed_into_a_long_form_is_found_again(worker, story, form):
    case = story.case()
    page, token = page_of(worker, case, form)
    text = page.content.decode()
    at = reverse("cases:keep_form", args=[case.pk, form])
    assert f'data-keep="{at}"' in text
    assert "cases/js/call.js" in text
    name = {"note": "text", "assess": "claimed", "incident": "account", "letter": "facts"}[form]
    answer = worker.post(at, {name: "135000", "token": token})
    assert answer.json()["kept"]
    again, same = page_of(worker, case, form)
    assert same == token
    assert again.context["form"].initial[name] == "135000"
    day = worker.get(reverse("cases:my_day")).content.decode()
    assert reverse("admin:cases_case_do", args=[case.pk, form]) in day
    assert worker.post(at, {"token": token, "discard": "1"}).status_code == 302
    assert name not in page_of(worker, case, form)[0].context["form"].initial


def test_a_note_that_is_sent_twice_is_one_note(worker, story):
    case = story.case()
    _page, token = page_of(worker, case, "note")
    at = reverse("cases:keep_form", args=[case.pk, "note"])
    worker.post(at, {"text": "сыр", "token": token})
    door = reverse("admin:cases_case_do", args=[case.pk, "note"])
    assert [worker.post(door, {"text": "сыр сөз", "token": token}).status_code for _ in range(2)] == [
        302,
        302,
    ]
    assert [one.text for one in case.notes.all()] == ["сыр сөз"]
    draft = Draft.everything.get()
    assert (draft.content, draft.key.wrapped) == ("", "")
    assert worker.post(at, {"text": "late", "token": token}).json()["code"] == "draft_over"
    assert page_of(worker, case, "note")[1] != token, "the next note is another one"


def test_a_form_that_is_refused_keeps_its_draft(worker, story):
    case = story.case()
    _page, token = page_of(worker, case, "note")
    worker.post(reverse("cases:keep_form", args=[case.pk, "note"]), {"text": "сыр", "token": token})
    answer = worker.post(reverse("admin:cases_case_do", args=[case.pk, "note"]), {"text": "", "token": token})
    assert answer.status_code == 400
    assert Draft.everything.get().ended_at is None


def test_a_draft_of_a_case_is_its_writers_alone_and_ends_with_the_duty(client, story):
    from accounts.models import Duty

    case, token = story.case(), uuid.uuid4()
    given = {"by": story.worker, "organisation": story.ngo, "token": token, "content": {"text": "сыр"}}
    draft = drafts.keep(**given, case=case, form="note")
    at = reverse("cases:keep_form", args=[case.pk, "note"])
    for user in (colleague(story), story.partner_worker):
        client.force_login(user)
        assert client.post(at, {"text": "x", "token": token}).status_code in {403, 404}
        assert client.get(reverse("cases:draft", args=[draft.pk])).status_code == 404
    client.force_login(story.supervisor)
    assert "text" not in page_of(client, case, "note")[0].context["form"].initial
    assert client.post(at, {"text": "theirs", "token": token}).status_code == 200, (
        "a row of the supervisor's own"
    )
    client.force_login(story.worker)
    assert client.get(reverse("cases:draft", args=[draft.pk])).status_code == 404, "no call"
    assert (
        client.post(reverse("cases:keep_form", args=[case.pk, "export"]), {"token": token}).status_code == 404
    )
    other = story.case()
    client.force_login(story.worker)
    elsewhere = reverse("cases:keep_form", args=[other.pk, "note"])
    assert client.post(elsewhere, {"text": "x", "token": token}).json()["code"] == "draft_over"
    Duty.objects.filter(user=story.worker, object_id=str(case.pk)).update(ended_at=clock.now())
    client.force_login(story.worker)
    assert str(case.pk) not in client.get(reverse("cases:my_day")).content.decode()
    assert client.post(at, {"text": "x", "token": token}).status_code in {403, 404}
    assert "сыр" in Draft.everything.get(pk=draft.pk).content
