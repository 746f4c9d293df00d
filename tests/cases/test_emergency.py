"""Breaking the glass: who may, for how long, who hears of it, who judges it."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from accounts.access import permits
from accounts.enums import Role
from accounts.models import Membership, User
from accounts.tasks import send_messages
from cases.models import EmergencyAccess
from cases.services import emergencies, work
from common import clock
from common.errors import Conflict, Invalid, KozotError, Missing, Refused

from .conftest import refused

pytestmark = pytest.mark.django_db
WHY = "She called: he is at the door"


@pytest.fixture
def colleague(story):
    user = User.objects.create_user(email="colleague@example.org", full_name="Colleague")
    Membership.objects.create(user=user, organisation=story.ngo, role=Role.CASE_WORKER)
    return user


def open_it(user, known, reason=WHY):
    return emergencies.break_glass(by=user, known=known, reason=reason)


def test_a_case_opens_for_three_hours(story, colleague, journal):
    case = story.case()
    assert not permits(colleague, "cases.case.view", case)
    assert open_it(colleague, f" {case.number.lower()} ") == case
    work.write_note(by=colleague, case=case, text="sent an ambulance")
    assert journal(verb="broke_glass", object_id=str(case.pk)).count() == 1
    send_messages()
    assert [m.to for m in mail.outbox] == [[story.supervisor.email]]
    assert case.number not in mail.outbox[0].body
    with time_machine.travel(clock.now() + dt.timedelta(hours=3, minutes=1)):
        assert not permits(colleague, "cases.case.view", case)
        with pytest.raises(KozotError):
            work.write_note(by=colleague, case=case, text="late")


def test_the_client_is_found_by_the_telephone(story, colleague):
    case = story.case()
    assert open_it(colleague, "+996555000111") == case


@pytest.mark.parametrize("known", ["C-AAAAAAAA", "", "+996555000111", "number"])
def test_other_organisations_have_nothing_to_find(story, known):
    case = story.case()
    with refused(Missing, "no_such_case"):
        open_it(story.partner_worker, case.number if known == "number" else known)
    assert not EmergencyAccess.everything.exists()


def test_a_reason_is_wanted_and_nobody_else_may(story, colleague):
    case = story.case()
    with refused(Invalid, "reason_missing"):
        open_it(colleague, case.number, "urgent")
    for role in (Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR, Role.ANALYST):
        with refused(Refused, "refused"):
            open_it(story.house.user(role), case.number)


def test_who_is_on_the_case_breaks_nothing(story):
    case = story.case()
    assert open_it(story.worker, case.number) == case
    assert not EmergencyAccess.everything.exists()


def test_a_supervisor_reviews_and_ends_what_was_wrong(story, colleague):
    case = story.case()
    open_it(colleague, case.number)
    access = EmergencyAccess.everything.get()
    with pytest.raises(KozotError):
        emergencies.review(by=colleague, access=access, was_right=True)
    with refused(Invalid, "note_missing"):
        emergencies.review(by=story.supervisor, access=access, was_right=False)
    emergencies.review(by=story.supervisor, access=access, was_right=False, note="No emergency")
    assert not permits(colleague, "cases.case.view", case)
    with refused(Conflict, "reviewed_already"):
        emergencies.review(by=story.supervisor, access=EmergencyAccess.everything.get(), was_right=True)


def test_nobody_reviews_what_he_opened(story, colleague):
    case = story.case()
    open_it(colleague, case.number)
    Membership.objects.create(user=colleague, organisation=story.ngo, role=Role.CASE_SUPERVISOR)
    with refused(Refused, "own_access"):
        emergencies.review(
            by=User.objects.get(pk=colleague.pk), access=EmergencyAccess.everything.get(), was_right=True
        )


def test_it_is_done_and_reviewed_on_pages(client, story, colleague):
    client.cookies["django_language"] = "en"
    case = story.case()
    client.force_login(colleague)
    page = reverse("cases:emergency")
    assert client.post(page, {"known": "C-AAAAAAAA", "reason": WHY}).status_code == 400
    answer = client.post(page, {"known": case.number, "reason": WHY})
    assert answer.url == reverse("admin:cases_case_change", args=[case.pk])
    assert client.get(answer.url).status_code == 200
    client.force_login(story.supervisor)
    titles = [str(s["title"]) for s in client.get(reverse("cases:my_day")).context["sections"]]
    assert "Opened in an emergency: please review" in titles
    assert WHY in client.get(answer.url).content.decode()
    door = reverse("admin:cases_case_do", args=[case.pk, "review"])
    data = {"access": EmergencyAccess.everything.get().pk, "was_right": "yes", "note": ""}
    assert client.post(door, data).status_code == 302
    assert client.get(door).status_code == 403, "nothing is left to review"


def test_numbers_cannot_be_tried_out(client, colleague):
    client.force_login(colleague)
    codes = [
        client.post(reverse("cases:emergency"), {"known": f"C-{n:08d}", "reason": WHY}).status_code
        for n in range(11)
    ]
    assert codes == [400] * 10 + [429]
