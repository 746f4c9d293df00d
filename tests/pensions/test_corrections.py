"""A worker says that something is wrong; the office takes it, asks back, and says what it did."""

import datetime as dt
import io
import zipfile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.enums import Role, State
from accounts.models import Notice
from common import files
from common.errors import Conflict, Invalid, KozotError
from common.journal import services as journal
from pensions import seed
from pensions.enums.corrections import CorrectionState
from pensions.models import CorrectionPaper, CorrectionRequest, CorrectionStep, EmploymentPeriod
from pensions.services import corrections, erasure, ledger, workers
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<</Type/Page>>endobj\n%%EOF\n"
SAID = "I began on 1 March 2014, not in August."


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 11, 26, 6, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def person(house):
    return house.user(Role.WORKER)


@pytest.fixture
def traveller(person, today):
    made = seed.traveller(user=person)
    today.shift(60)
    return made


@pytest.fixture
def official(house):
    return house.user(Role.REGISTRY_OFFICIAL)


@pytest.fixture
def asked(traveller, person) -> CorrectionRequest:
    return corrections.ask(by=person, worker=traveller, wrong="dates", text=SAID)


def photo(name: str = "labour book.png", content: bytes = b"") -> SimpleUploadedFile:
    if not content:
        drawn = io.BytesIO()
        Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
        content = drawn.getvalue()
    return SimpleUploadedFile(name, content)


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


def states(request) -> list[str]:
    return list(request.steps.order_by("at", "pk").values_list("to_state", flat=True))


class TestService:
    def test_what_was_said_is_sealed(self, asked):
        step = asked.steps.get()
        assert step.text == SAID
        raw = CorrectionStep.everything.filter(pk=step.pk).values_list("text", flat=True).get()
        assert "March" not in str(raw)

    def test_put_right_needs_an_entry_written_after_the_request(self, asked, official, traveller, today):
        corrections.take(by=official, request=asked)
        with pytest.raises(Conflict) as error:
            corrections.mended(by=official, request=asked, text="done")
        assert error.value.code == "nothing_changed"
        today.shift(60)
        entry = EmploymentPeriod.everything.of_person(traveller).current().first()
        ledger.correct(by=official, entry=entry, reason="request", start_on=dt.date(2008, 8, 1))
        done = corrections.mended(by=official, request=asked, text="The date is right now.")
        assert done.state == CorrectionState.MENDED

    def test_a_new_birth_date_counts_as_an_entry(self, asked, official, traveller, today):
        today.shift(60)
        workers.change_worker(by=official, worker=traveller, birth_on=dt.date(1966, 2, 1))
        journal.deliver()
        assert corrections.mended(by=official, request=asked, text="ok").state == CorrectionState.MENDED

    def test_a_question_goes_to_the_worker_and_comes_back(self, asked, official, person):
        corrections.take(by=official, request=asked)
        corrections.ask_back(by=official, request=asked, text="Which paper do you have?")
        corrections.reply(by=person, request=asked, text="The labour book.")
        corrections.keep(by=official, request=asked, text="The book says August.")
        assert states(asked) == ["sent", "in_work", "asked_back", "in_work", "kept"]
        with pytest.raises(Conflict):
            corrections.reply(by=person, request=asked, text="again")

    def test_who_may_not(self, asked, official, person, house):
        abroad = house.user(Role.REGISTRY_OFFICIAL, "second", State.KZ)
        for by in (person, abroad, house.user(Role.EMPLOYER_CLERK), house.user(Role.CASE_WORKER)):
            with pytest.raises(KozotError):
                corrections.take(by=by, request=asked)
        with pytest.raises(KozotError):
            corrections.withdraw(by=house.user(Role.WORKER, "second"), request=asked)
        with pytest.raises(KozotError):
            corrections.ask(by=official, worker=asked.worker, wrong="other", text="no")

    def test_words_are_asked_for_and_a_flood_is_not_taken(self, asked, person, traveller):
        with pytest.raises(Invalid):
            corrections.ask(by=person, worker=traveller, wrong="other", text="  ")
        for _more in range(corrections.OPEN_AT_ONCE - 1):
            corrections.ask(by=person, worker=traveller, wrong="other", text="more")
        with pytest.raises(Conflict):
            corrections.ask(by=person, worker=traveller, wrong="other", text="one too many")
        corrections.withdraw(by=person, request=asked)
        assert corrections.ask(by=person, worker=traveller, wrong="other", text="now")

    def test_another_s_work_is_refused(self, traveller, person):
        with pytest.raises(Invalid):
            corrections.ask(
                by=person, worker=traveller, wrong="dates", text="x", employment=Registry().employment()
            )


class TestPages:
    def test_from_the_worker_s_page_to_the_desk_and_back(self, english, traveller, person, official):
        english.force_login(person)
        address = reverse("pensions:my_corrections")
        empty = english.post(address, {"wrong": "dates", "text": ""})
        assert empty.status_code == 400 and empty.content.decode().count('class="error-summary"') == 1
        sent = english.post(address, {"wrong": "dates", "text": SAID})
        one = CorrectionRequest.everything.get()
        assert sent["Location"] == reverse("pensions:my_correction", args=[one.pk])
        english.force_login(official)
        desk = reverse("admin:pensions_correctionrequest_changelist")
        assert str(one) in english.get(desk).content.decode()
        page = english.get(reverse("admin:pensions_correctionrequest_change", args=[one.pk]))
        assert SAID in page.content.decode()
        act = "admin:pensions_correctionrequest_do"
        english.post(reverse(act, args=[one.pk, "ask-back"]), {"text": "Which paper?"})
        english.force_login(person)
        home = english.get(reverse("pensions:my_home")).content.decode()
        assert "waits for your answer" in home
        assert "Which paper?" in english.get(sent["Location"]).content.decode()
        assert english.post(sent["Location"], {"act": "reply", "text": ""}).status_code == 400
        assert english.post(sent["Location"], {"act": "reply", "text": "The book"}).status_code == 302
        assert english.post(sent["Location"], {"act": "withdraw"}).status_code == 302
        assert states(one)[-1] == "withdrawn"
        assert official.full_name not in english.get(sent["Location"]).content.decode()

    def test_the_worker_is_told_of_an_answer_and_the_desk_sees_whether(
        self, english, asked, official, person
    ):
        corrections.take(by=official, request=asked)
        corrections.keep(by=official, request=asked, text="The employer's papers say August.")
        (notice,) = Notice.everything.filter(user=person)
        assert (notice.kind, notice.label) == ("pensions.correction_answered", "")
        english.force_login(official)
        page = reverse("admin:pensions_correctionrequest_change", args=[asked.pk])
        assert "Whether the worker was told" in english.get(page).content.decode()
        english.force_login(person)
        shown = english.get(reverse("accounts:messages")).content.decode()
        assert "The office has answered a request of yours." in shown and str(asked.pk) in shown

    def test_another_worker_does_not_find_it(self, english, asked, house):
        english.force_login(house.user(Role.WORKER, "second"))
        address = reverse("pensions:my_correction", args=[asked.pk])
        assert english.get(address).status_code == 404
        assert english.post(address, {"act": "withdraw"}).status_code == 404

    def test_the_reading_is_journalled(self, english, asked, person, journal):
        english.force_login(person)
        english.get(reverse("pensions:my_correction", args=[asked.pk]))
        assert journal(verb="read", object_id=str(asked.pk), subject_id=asked.worker_id).count() == 1


class TestPapers:
    def test_from_the_worker_s_telephone_to_the_desk(self, english, traveller, person, official, journal):
        english.force_login(person)
        page = english.get(reverse("pensions:my_corrections")).content.decode()
        assert 'enctype="multipart/form-data"' in page and 'type="file"' in page
        sent = english.post(
            reverse("pensions:my_corrections"), {"wrong": "dates", "text": SAID, "file": photo()}
        )
        paper = CorrectionPaper.everything.get()
        assert paper.file.media_type == "image/png" and paper.file.sha256 == ""
        assert paper.file.key_id == traveller.key_id and "book" not in paper.file.name
        assert b"IHDR" not in files.path_of(paper.file.address).read_bytes()
        address = reverse("pensions:correction_paper", args=[paper.pk])
        assert address in english.get(sent["Location"]).content.decode()
        english.force_login(official)
        desk = english.get(reverse("admin:pensions_correctionrequest_change", args=[paper.step.request_id]))
        assert address in desk.content.decode()
        got = english.get(address)
        assert got.content == photo().read() and got["Content-Disposition"].startswith("attachment")
        assert journal(verb="read", object_id=str(paper.step.request_id), actor_id=official.pk).exists()

    def test_more_papers_while_it_is_open_and_with_an_answer(self, english, asked, person, official):
        english.force_login(person)
        address = reverse("pensions:my_correction", args=[asked.pk])
        assert english.post(address, {"act": "paper"}).status_code == 400
        assert english.post(address, {"act": "paper", "file": photo()}).status_code == 302
        assert "a paper was added" in english.get(address).content.decode()
        corrections.ask_back(by=official, request=asked, text="Which paper?")
        answer = {"act": "reply", "text": "This one", "file": photo("scan.pdf", PDF)}
        assert english.post(address, answer).status_code == 302
        assert states(asked) == ["sent", "sent", "asked_back", "in_work"]
        assert CorrectionPaper.everything.filter(step__request=asked).count() == 2
        corrections.keep(by=official, request=asked, text="no")
        english.post(address, {"act": "paper", "file": photo()})
        assert CorrectionPaper.everything.count() == 2

    def test_no_more_than_ten_and_nothing_but_pictures_and_pdf(self, english, asked, person):
        english.force_login(person)
        address = reverse("pensions:my_correction", args=[asked.pk])
        refused = english.post(address, {"act": "paper", "file": photo("x.html", b"<html>")})
        assert refused.status_code == 400 and "PDF" in refused.content.decode()
        for _one in range(corrections.PAPERS):
            corrections.add_paper(by=person, request=asked, file=photo())
        with pytest.raises(Conflict):
            corrections.add_paper(by=person, request=asked, file=photo())
        assert CorrectionPaper.everything.count() == corrections.PAPERS

    def test_others_do_not_get_it(self, client, asked, person, house):
        corrections.add_paper(by=person, request=asked, file=photo())
        address = reverse("pensions:correction_paper", args=[CorrectionPaper.everything.get().pk])
        for role in (Role.EMPLOYER_CLERK, Role.CASE_WORKER, Role.AUDITOR, Role.ANALYST):
            client.force_login(house.user(role))
            assert client.get(address).status_code in {403, 404}, role
        for other in (
            house.user(Role.WORKER, "second"),
            house.user(Role.REGISTRY_OFFICIAL, "abroad", State.RU),
        ):
            client.force_login(other)
            assert client.get(address).status_code == 404
        client.logout()
        assert client.get(address).status_code == 302

    def test_it_is_among_all_my_data_and_goes_with_the_person(self, client, asked, person, house):
        corrections.add_paper(by=person, request=asked, file=photo())
        file = CorrectionPaper.everything.get().file
        client.force_login(person)
        with zipfile.ZipFile(io.BytesIO(client.get(reverse("pensions:my_data")).content)) as package:
            assert package.read(f"papers/{file.name}") == photo().read()
            assert file.name in package.read("everything.json").decode()
        corrections.withdraw(by=person, request=asked)
        plan = erasure.look(asked.worker)
        assert file in plan.files and asked.key_id in plan.keys


class TestHome:
    def test_a_worker_begins_here(self, english, house, person, traveller):
        from tests.support.house import PASSWORD

        answer = english.post(reverse("accounts:sign_in"), {"username": person.email, "password": PASSWORD})
        assert answer["Location"] == reverse("pensions:my_home")
        page = english.get(answer["Location"]).content.decode()
        for address in ("my_record", "my_certificates", "my_demands", "my_corrections", "my_readers"):
            assert reverse(f"pensions:{address}") in page
        assert "Russia" in page and "lanes__strip" in page and "style=" not in page

    def test_without_a_record_it_says_what_to_do(self, english, house):
        english.force_login(house.user(Role.WORKER, "second"))
        page = english.get(reverse("pensions:my_home"))
        assert page.status_code == 200 and "social fund" in page.content.decode()

    def test_it_tells_of_no_case(self, english, person, traveller, house):
        """A request for help by the same person leaves no trace on any page of the menu."""
        from cases.services import intake

        made = intake.request_help(
            by=None,
            organisation=house.user(Role.CASE_WORKER).valid_memberships[0].organisation,
            type="unpaid_wages",
            country="RU",
            language="ky",
            text="not paid",
            name=traveller.full_name,
        )
        english.force_login(person)
        for address in ("my_home", "my_record", "my_readers", "my_corrections"):
            page = english.get(reverse(f"pensions:{address}")).content.decode()
            assert made.receipt not in page and "request for help" not in page.lower(), address

    def test_as_many_queries_for_much_work_as_for_little(self, english, person, traveller):
        english.force_login(person)
        address = reverse("pensions:my_home")
        english.get(address)
        with CaptureQueriesContext(connection) as little:
            english.get(address)
        period = EmploymentPeriod.everything.of_person(traveller).current().last()
        for year in range(1990, 2000):
            ledger.record_period(
                by=None,
                employment=period.employment,
                start_on=dt.date(year, 1, 1),
                end_on=dt.date(year, 5, 1),
                state=period.state,
            )
        with CaptureQueriesContext(connection) as much:
            english.get(address)
        assert len(much) == len(little)
