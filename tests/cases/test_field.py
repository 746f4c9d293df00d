"""The field kit's server side: what may leave, what comes back, once and only from whom it may."""

import datetime as dt
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.enums import Role
from cases.enums import CaseStatus
from cases.models import Case, CaseDocument, FieldEntry, FieldPhone, HelpRequest, Note
from cases.services import field, intake, work
from common import clock
from common.errors import Conflict, Invalid, KozotError, Missing, Refused
from tests.cases.conftest import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(story) -> FieldPhone:
    return field.register(by=story.worker, name="Нургүл")


@pytest.fixture
def case(story) -> Case:
    return story.case()


def sent(story, phone, **values):
    values = {"key": uuid.uuid4(), "kind": "note", "made_at": clock.now(), "text": "Үйүнө бардым"} | values
    return field.take(by=story.worker, phone=phone, **values)


class TestWhatLeaves:
    def test_open_cases_of_one_s_own(self, story, phone, case):
        foreign = intake.open_case(
            by=story.supervisor, organisation=story.ngo, type="documents", country="RU", language="ky"
        )
        closed = story.case()
        Case.everything.filter(pk=closed.pk).update(status=CaseStatus.CLOSED, closed_at=clock.now())
        assert field.carried(by=story.worker, phone=phone) == [case]
        assert foreign not in field.carried(by=story.worker, phone=phone)

    @pytest.mark.parametrize("kind", ["trafficking", "family"])
    def test_sealed_kinds_stay(self, story, phone, case, kind):
        story.case(type=kind)
        assert field.carried(by=story.worker, phone=phone) == [case]

    def test_a_case_that_is_sealed_later_stays_from_then_on(self, story, phone, case):
        Case.everything.filter(pk=case.pk).update(is_sealed=True)
        assert field.carried(by=story.worker, phone=phone) == []
        with refused(Conflict, "sealed_since"):
            sent(story, phone, case=case.pk)
        assert not Note.everything.exists()

    def test_what_leaves_is_journalled_as_exported(self, story, phone, case, journal):
        field.carried(by=story.worker, phone=phone)
        assert journal(verb="exported", object_id=str(case.pk)).get().details == {"phone": str(phone.pk)}


class TestWhatComesBack:
    def test_a_key_is_taken_once(self, story, phone, case):
        key = uuid.uuid4()
        first, is_new = sent(story, phone, key=key, case=case.pk)
        again, is_new_again = sent(story, phone, key=key, case=case.pk, text="another text")
        assert (is_new, is_new_again) == (True, False) and first.outcome == again.outcome
        assert Note.everything.filter(case=case).count() == 1

    def test_the_time_of_the_telephone_is_told(self, story, phone, case, journal):
        when = clock.now() - dt.timedelta(days=2)
        entry, _new = sent(story, phone, case=case.pk, made_at=when)
        assert entry.made_at == when < entry.received_at
        assert "without a connection" in Note.everything.get().text
        assert journal(object_id=str(entry.pk)).get().details["device_time"] == when.isoformat()

    def test_an_intake_becomes_a_case_of_whoever_took_it(self, story, phone):
        values = {"type": "documents", "country": "RU", "language": "ky", "text": "паспорт", "name": "Айгүл"}
        entry, _new = sent(story, phone, kind="intake", **values)
        made = Case.everything.get(pk=entry.outcome)
        assert made.client.name == "Айгүл" and made.organisation == story.ngo
        assert made in field.carried(by=story.worker, phone=phone)

    def test_an_intake_of_a_sealed_kind_is_not_taken(self, story, phone):
        with refused(Invalid, "kind_stays"):
            sent(story, phone, kind="intake", type="trafficking", country="RU", language="ky")
        assert not HelpRequest.everything.exists() and not FieldEntry.everything.exists()

    def test_a_closed_case_takes_nothing(self, story, phone, case):
        Case.everything.filter(pk=case.pk).update(status=CaseStatus.CLOSED, closed_at=clock.now())
        with refused(Conflict, "case_closed"):
            sent(story, phone, case=case.pk)

    def test_others_notes_in_the_meantime_are_counted(self, story, phone, case):
        before = clock.now()
        work.write_note(by=story.supervisor, case=case, text="she called")
        assert field.meanwhile(story.worker, case, before) == 1
        assert field.meanwhile(story.supervisor, case, before) == 0


class TestWhoMayNot:
    def test_another_person_s_telephone(self, story, phone, case):
        for by in (story.supervisor, story.partner_worker):
            with pytest.raises(KozotError):
                field.carried(by=by, phone=phone)
        with pytest.raises((Missing, Refused)):
            field.take(
                by=story.supervisor,
                phone=phone,
                key=uuid.uuid4(),
                kind="note",
                made_at=clock.now(),
                case=case.pk,
            )

    def test_a_case_of_somebody_else(self, story, phone):
        foreign = intake.open_case(
            by=story.supervisor, organisation=story.ngo, type="documents", country="RU", language="ky"
        )
        with pytest.raises(KozotError):
            sent(story, phone, case=foreign.pk)

    @pytest.mark.parametrize("role", [Role.REGISTRY_OFFICIAL, Role.WORKER, Role.SYSTEM_ADMINISTRATOR])
    def test_nobody_outside_the_organisations(self, house, role):
        with pytest.raises(Refused):
            field.register(by=house.user(role), name="x")

    def test_an_ended_telephone_gets_nothing(self, story, phone, case):
        with pytest.raises(KozotError):
            field.end(by=story.partner_supervisor, phone=phone)
        field.end(by=story.supervisor, phone=phone)
        for act in (
            lambda: field.carried(by=story.worker, phone=phone),
            lambda: sent(story, phone, case=case.pk),
        ):
            with refused(field.Gone, "phone_ended"):
                act()
        field.emptied(by=story.worker, phone=phone)
        phone.refresh_from_db()
        assert phone.ended_by == story.supervisor and phone.emptied_at


class TestAddresses:
    @pytest.fixture
    def browser(self, client, story):
        client.cookies["django_language"] = "en"
        client.force_login(story.worker)
        return client

    def post(self, browser, phone, **values):
        values = {"key": uuid.uuid4(), "made_at": clock.now().isoformat(), "kind": "note"} | values
        return browser.post(reverse("cases:field_entries", args=[phone.pk]), values)

    def test_the_shell_is_the_same_for_everybody_and_lists_its_files(self, browser, client, story):
        signed_in = browser.get(reverse("cases:field")).content
        browser.logout()
        browser.cookies["django_language"] = "en"
        assert browser.get(reverse("cases:field")).content == signed_in
        assert story.worker.full_name.encode() not in signed_in
        worker = browser.get(reverse("cases:field_worker"))
        assert worker["Content-Type"] == "text/javascript" and b"cases/js/field" in worker.content
        assert browser.get(reverse("cases:field_manifest")).json()["scope"] == "/field/"

    def test_signed_out_is_said_in_json(self, client, phone):
        answer = client.get(reverse("cases:field_cases", args=[phone.pk]))
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")

    def test_a_photo_and_a_note_come_in_and_the_case_goes_out(self, browser, phone, case, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "JPEG")
        photo = SimpleUploadedFile("passport.jpg", picture.getvalue(), "image/jpeg")
        assert self.post(browser, phone, kind="photo", case=case.pk, file=photo).status_code == 201
        assert CaseDocument.everything.get(case=case).title == "passport"
        key = uuid.uuid4()
        assert self.post(browser, phone, key=key, case=case.pk, text="visited").status_code == 201
        assert self.post(browser, phone, key=key, case=case.pk, text="visited").status_code == 200
        told = browser.get(reverse("cases:field_cases", args=[phone.pk])).json()["cases"]
        assert [one["id"] for one in told] == [str(case.pk)] and "visited" in told[0]["notes"][0]["text"]

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"text": " "}, "text_missing"),
            ({"key": "x"}, "key_invalid"),
            ({"made_at": "yesterday"}, "moment_invalid"),
            ({"made_at": "2099-01-01T00:00:00Z", "text": "x"}, "clock_wrong"),
            ({"kind": "intake", "type": "trafficking", "text": "x"}, "form_invalid"),
            ({"kind": "recipe"}, "kind_unknown"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_kept(self, browser, phone, case, values, code):
        answer = self.post(browser, phone, **({"case": case.pk} | values))
        assert (answer.status_code, answer.json()["code"]) == (422, code) and answer.json()["text"]
        assert not FieldEntry.everything.exists()

    def test_the_page_of_telephones_ends_one(self, browser, client, story, phone):
        browser.force_login(story.supervisor)
        address = reverse("cases:field_phones")
        assert phone.name in browser.get(address).content.decode()
        assert browser.post(address, {"phone": phone.pk}).status_code == 302
        browser.force_login(story.worker)
        assert browser.get(reverse("cases:field_cases", args=[phone.pk])).status_code == 410
        browser.force_login(story.partner_supervisor)
        assert phone.name not in browser.get(address).content.decode()
        assert browser.post(address, {"phone": phone.pk}).status_code == 404
