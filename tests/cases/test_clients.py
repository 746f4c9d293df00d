"""The person behind a case: known again, reached another way, with another trouble; and notes that stay sealed."""

import datetime as dt
import io

import pypdfium2
import pytest
import pyzipper
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, User
from cases.models import Case, Client, Note
from cases.services import clients, exports, intake, work
from common import clock, files
from common.errors import Conflict, Invalid, KozotError
from common.scoping import acting_as

from .conftest import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(client, story):
    client.force_login(story.worker)
    client.cookies["django_language"] = "en"
    return client


def do(row, name):
    return reverse(f"admin:cases_{row._meta.model_name}_do", args=[row.pk, name])


def colleague(story, case=None):
    user = User.objects.create_user(email="colleague@example.org", full_name="colleague")
    Membership.objects.create(user=user, organisation=story.ngo, role=Role.CASE_WORKER)
    if case:
        intake.give_case(by=story.supervisor, case=case, user=user)
    return user


def test_who_calls_again_is_known_to_whoever_worked_with_her(worker, story):
    first = story.case()
    again = story.request(type="documents")
    page = worker.get(do(again, "take")).content.decode()
    assert first.client.pseudonym in page
    answer = worker.post(do(again, "take"), {"client": first.client_id})
    second = Case.everything.get(request=again)
    assert answer.url == reverse("admin:cases_case_change", args=[second.pk])
    assert second.client == first.client
    assert Client.everything.count() == 1
    other = story.request(contact="+996555999999")
    assert "client" not in worker.get(do(other, "take")).context["form"].fields


def test_nobody_learns_that_a_colleagues_client_called(client, story):
    story.case()
    again = story.request()
    client.force_login(colleague(story))
    assert "client" not in client.get(do(again, "take")).context["form"].fields
    with pytest.raises(KozotError) as error:
        intake.take_in(
            by=User.objects.get(full_name="colleague"), request=again, client=Client.everything.get()
        )
    assert error.value.status in {403, 404}
    again.refresh_from_db()
    assert again.state == "new"


def test_another_trouble_is_another_case(worker, story):
    first = story.case()
    work.close(by=story.worker, case=first, outcome="resolved", reason="x")
    answer = worker.post(do(first, "another"), {"type": "entry_ban", "country": "KZ"})
    second = Case.everything.exclude(pk=first.pk).get()
    assert answer.url == reverse("admin:cases_case_change", args=[second.pk])
    assert (second.client, second.type, second.country) == (first.client, "entry_ban", "KZ")
    assert not second.consents.exists()


def test_how_to_reach_her_is_changed_and_the_old_way_stays_as_a_note(worker, story):
    case = story.case()
    shown = worker.get(do(case, "client")).context["form"].initial
    assert shown["contact"] == "+996555000111"
    given = {
        "name": "Жылдыз",
        "channel": "message",
        "contact": "+996700000002",
        "safe_hours": "9–10",
        "language": "ru",
    }
    assert worker.post(do(case, "client"), given).status_code == 302
    row = Client.everything.get()
    assert (row.contact, row.channel, row.language) == ("+996700000002", "message", "ru")
    raw = Client.everything.values_list("contact", flat=True)[0]
    assert "996700000002" not in str(raw), "sealed"
    assert "+996555000111" in case.notes.get().text
    with acting_as(story.worker):
        assert clients.known(story.request(contact="+996700000002")).get() == row
        assert not clients.known(story.request()).exists()
    with refused(Invalid, "contact_missing"):
        clients.change(by=story.worker, case=case, channel="call")


def test_a_plan_is_put_off_as_a_whole(worker, story):
    case = story.case()
    soon = clock.today() + dt.timedelta(days=3)
    far = clock.today() + dt.timedelta(days=90)
    given = {"by": story.worker, "case": case, "kind": "court", "what": "w", "owner": story.worker}
    early, late = work.plan(**given, due_on=soon), work.plan(**given, due_on=far)
    until = clock.today() + dt.timedelta(days=30)
    assert (
        worker.post(
            do(case, "put_off"), {"until_on": until.isoformat(), "reason": "court in recess"}
        ).status_code
        == 302
    )
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.due_on, late.due_on) == (until, far)
    assert early.due_changes.get().reason == "court in recess"
    assert (
        case.number not in worker.get(reverse("cases:my_day")).content.decode() or not case.first_contact_at
    )
    with refused(Conflict, "nothing_due"):
        work.put_off(by=story.worker, case=case, until_on=until, reason="r")


def test_a_sealed_note_is_for_its_author_and_the_supervisors(worker, story):
    case = story.case()
    other = colleague(story, case)
    assert worker.post(do(case, "note"), {"text": "сыр сөз", "is_sealed": "on"}).status_code == 302
    worker.post(do(case, "note"), {"text": "ачык сөз"})
    at = reverse("admin:cases_case_change", args=[case.pk])

    def seen(user) -> tuple[bool, bool]:
        worker.force_login(user)
        page = worker.get(at).content.decode()
        return "сыр сөз" in page, "ачык сөз" in page

    assert seen(story.worker) == seen(story.supervisor) == (True, True)
    assert seen(other) == (False, True)
    with acting_as(other):
        assert Note.objects.count() == 1
    assert exported(story.worker, case) == (True, True)
    assert exported(other, case) == (False, True)


def exported(user, case) -> tuple[bool, bool]:
    made, password = exports.make(by=user, case=case, recipient="r", purpose="p")
    with pyzipper.AESZipFile(io.BytesIO(files.read(made.file))) as archive:
        archive.setpassword(password.encode())
        pdf = pypdfium2.PdfDocument(archive.read(f"{case.number}.pdf"))
    text = "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    return "сыр сөз" in text, "ачык сөз" in text
