"""Requests for confirmation of periods: both sides, third ones, files, paper, late and double answers."""

import datetime as dt
import json
import re

import pypdfium2
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import OrganisationKind, Role, State
from accounts.models import Membership
from common.errors import Conflict, Invalid, KozotError, Missing, Refused
from pensions import seed
from pensions.enums.exchange import RequestState
from pensions.exchange import deadlines
from pensions.exchange import message as messages
from pensions.models import (
    AnsweredPeriod,
    EmploymentPeriod,
    PeriodAnswer,
    PeriodEvidence,
    PeriodRequest,
    ReceivedRequest,
    RequestStep,
    SentRequest,
)
from pensions.services import exchange, exchange_answers, exchange_files
from pensions.services.exchange_answers import Said
from pensions.services.statement import statement

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 26)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 11, 26, 6, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def traveller(house):
    return seed.traveller(user=house.user(Role.WORKER))


@pytest.fixture
def asking(house):
    return house.user(Role.REGISTRY_OFFICIAL)


@pytest.fixture
def asked(house):
    return house.user(Role.REGISTRY_OFFICIAL, "moscow", State.RU)


@pytest.fixture
def moscow(house, asked):
    return house.organisation(OrganisationKind.SOCIAL_FUND, "moscow")


@pytest.fixture
def draft(traveller, asking, moscow) -> SentRequest:
    return exchange.draft(by=asking, worker=traveller, recipient=moscow)


@pytest.fixture
def sent(draft, asking) -> SentRequest:
    return exchange.send(by=asking, request=draft, channel="electronic")


def received(request: PeriodRequest) -> ReceivedRequest:
    return ReceivedRequest.everything.get(pk=request.pk)


def answer(asked, request, **verdicts):
    """verdicts: p1="confirmed" … by the number of the period."""
    periods = [
        Said(ref=name[1:], **({"verdict": said} if isinstance(said, str) else said))
        for name, said in verdicts.items()
    ]
    return exchange_answers.answer(by=asked, request=received(request), periods=periods)


def state(request) -> str:
    return PeriodRequest.everything.get(pk=request.pk).state


def statuses(worker) -> list[tuple[str, str]]:
    return [
        (one.status, one.judged_by)
        for one in statement(by=None, worker=worker).periods
        if one.period.state == "RU"
    ]


NO = {"verdict": "disputed", "reason": "no contributions were paid"}
PART = {"verdict": "partly", "start_on": dt.date(2013, 9, 1), "end_on": dt.date(2019, 11, 30)}


class TestFlow:
    def test_from_draft_to_evidence(self, draft, asking, asked, traveller, moscow, journal):
        assert list(draft.lines.values_list("ref", "state", "period_type")) == [
            ("1", "RU", "11"),
            ("2", "RU", "11"),
        ]
        sent = exchange.send(by=asking, request=draft, channel="electronic")
        assert (sent.state, sent.due_on) == (RequestState.SENT, TODAY + dt.timedelta(days=30))
        exchange.confirm_receipt(by=asked, request=received(sent))
        exchange.confirm_receipt(by=asked, request=received(sent))
        assert state(sent) == RequestState.RECEIVED
        answer(asked, sent, p1="confirmed", p2="confirmed")
        assert state(sent) == RequestState.ANSWERED
        assert statuses(traveller) == [("confirmed", str(moscow))] * 2
        evidence = PeriodEvidence.everything.filter(document_type="P5000")
        assert [one.archive_reference for one in evidence] == [str(sent)] * 2
        steps = RequestStep.everything.filter(request=sent).order_by("pk").values_list("to_state", flat=True)
        assert list(steps) == ["drafted", "sent", "received", "answered"]
        assert journal(subject_id=traveller.pk, object_id=str(sent.pk)).count() >= 4

    def test_dispute_takes_a_period_out_and_says_why(self, sent, asked, traveller):
        answer(asked, sent, p1="confirmed", p2=NO)
        assert state(sent) == RequestState.PARTLY_CONFIRMED
        made = statement(by=None, worker=traveller)
        assert [one.counts for one in made.periods if one.period.state == "RU"] == [True, False]
        assert PeriodEvidence.everything.filter(status="disputed").get().note == NO["reason"]
        answer(asked, sent, p1=NO, p2=NO)
        assert state(sent) == RequestState.DISPUTED

    def test_a_dispute_without_a_reason_is_refused(self, sent, asked):
        with pytest.raises(Invalid) as error:
            answer(asked, sent, p1={"verdict": "disputed"})
        assert error.value.field == "reason_1"
        assert not PeriodAnswer.everything.exists()

    def test_other_dates_are_taken_over_by_a_correction(self, sent, asking, asked, traveller):
        answer(asked, sent, p1=PART, p2="confirmed")
        assert state(sent) == RequestState.PARTLY_CONFIRMED
        assert exchange_answers.adopt_dates(by=asking, request=sent, reason="as Moscow says") == 1
        first = EmploymentPeriod.everything.current().filter(state="RU").order_by("start_on").first()
        assert (first.start_on, first.version) == (dt.date(2013, 9, 1), 2)
        assert [status for status, _who in statuses(traveller)] == ["confirmed", "confirmed"]
        with pytest.raises(Conflict):
            exchange_answers.adopt_dates(by=asking, request=sent, reason="again")

    def test_asked_again_with_reasons_and_answered_anew(self, sent, asking, asked, traveller):
        answer(asked, sent, p1=NO, p2=NO)
        exchange.ask_again(
            by=asking, request=SentRequest.everything.get(pk=sent.pk), reason="the book is attached"
        )
        assert state(sent) == RequestState.SENT
        answer(asked, sent, p1="confirmed", p2=NO)
        assert state(sent) == RequestState.PARTLY_CONFIRMED
        assert [status for status, _who in statuses(traveller)] == ["confirmed", "disputed"]

    def test_not_found_there_changes_no_evidence(self, sent, asked, traveller):
        before = PeriodEvidence.everything.count()
        answer(asked, sent, p1="unknown")
        assert PeriodEvidence.everything.count() == before
        assert state(sent) == RequestState.PARTLY_CONFIRMED


class TestTwiceAndLate:
    def test_the_same_answer_twice_is_kept_once(self, sent, asked):
        first = answer(asked, sent, p1="confirmed", p2=NO)
        again = answer(asked, sent, p1="confirmed", p2=NO)
        assert (first.outcome, again.outcome) == ("new", "again") and first.answer == again.answer
        assert PeriodAnswer.everything.count() == 1 and AnsweredPeriod.everything.count() == 2
        assert PeriodEvidence.everything.filter(document_type="P5000").count() == 2

    def test_a_late_answer_counts_and_says_that_it_is_late(self, sent, asked, today, traveller):
        today.shift(dt.timedelta(days=45))
        assert SentRequest.everything.overdue(TODAY + dt.timedelta(days=45)).count() == 1
        assert answer(asked, sent, p1="confirmed", p2="confirmed").answer.late
        assert state(sent) == RequestState.ANSWERED
        assert not SentRequest.everything.overdue(TODAY + dt.timedelta(days=45)).exists()

    def test_an_answer_after_closing_is_taken_in(self, sent, asking, asked, traveller):
        exchange.close(by=asking, request=sent, reason="no answer came")
        answer(asked, sent, p1="confirmed", p2="confirmed")
        assert state(sent) == RequestState.ANSWERED

    def test_an_answer_after_withdrawal_is_kept_and_changes_nothing(self, sent, asking, asked):
        exchange.withdraw(by=asking, request=sent, reason="another person")
        before = PeriodEvidence.everything.count()
        taken = answer(asked, sent, p1=NO)
        assert (taken.outcome, state(sent)) == ("held", RequestState.WITHDRAWN)
        assert taken.answer.periods.count() == 1 and PeriodEvidence.everything.count() == before

    def test_an_older_answer_that_arrives_later_does_not_win(self, sent, asking):
        older, newer = (
            file_answer(sent, day, verdict) for day, verdict in ((1, NO), (5, {"verdict": "confirmed"}))
        )
        for one in (newer, older, newer, older):
            exchange_files.import_answer(by=asking, request=sent, content=one)
        assert PeriodAnswer.everything.count() == 2
        standing = exchange_answers.standing_answers(sent).values()
        assert [row.verdict for row in standing] == ["confirmed"]
        assert list(
            PeriodEvidence.everything.filter(document_type="P5000").values_list("status", flat=True)
        ) == ["confirmed"]

    def test_the_same_number_with_another_content_is_refused(self, sent, asking):
        one = file_answer(sent, 1, {"verdict": "confirmed"})
        exchange_files.import_answer(by=asking, request=sent, content=one)
        changed = json.loads(one)
        changed["periods"][0] = {"ref": "1", **NO}
        with pytest.raises(Conflict, match="says something else"):
            exchange_files.import_answer(by=asking, request=sent, content=messages.write(changed))


def file_answer(request, day: int, said: dict) -> bytes:
    """An answer to the first period, given so many days after the request."""
    return messages.write(
        {
            "format": messages.FORMAT,
            "kind": "answer",
            "message": f"00000000-0000-4000-8000-{day:012d}",
            "request": str(request.message),
            "answered_at": (request.sent_at + dt.timedelta(days=day)).isoformat(),
            "from": {"state": "RU", "name": "Fund"},
            "reference": f"A-{day}",
            "periods": [{"ref": "1", **said}],
        }
    )


class TestFilesAndPaper:
    @pytest.fixture
    def far(self, house):
        """An institution where nobody works in this system."""
        return house.organisation(OrganisationKind.SOCIAL_FUND, "far", State.RU)

    def test_in_this_system_only_to_who_works_in_it(self, traveller, asking, far):
        made = exchange.draft(by=asking, worker=traveller, recipient=far)
        with pytest.raises(Invalid, match="Nobody of this institution"):
            exchange.send(by=asking, request=made, channel="electronic")
        assert exchange.send(by=asking, request=made, channel="paper").state == RequestState.SENT

    def test_a_request_travels_as_a_file_and_the_answer_comes_back(self, sent, asking, house, traveller):
        content = exchange_files.export_request(by=asking, request=sent)
        body = messages.read(content, kind="request")
        assert body["person"]["numbers"][0]["value"] == "11704198600431"
        # The other system: the same request arrives there under a name of its own.
        body["message"] = "00000000-0000-4000-8000-00000000abcd"
        content = messages.write(body)
        there = house.user(Role.REGISTRY_OFFICIAL, "kazan", State.RU)
        ours = asking.valid_memberships[0].organisation
        made = exchange_files.import_request(by=there, content=content, sender=ours)
        assert exchange_files.import_request(by=there, content=content, sender=ours).pk == made.pk
        assert (made.state, made.lines.count(), made.worker) == (RequestState.RECEIVED, 2, traveller)
        answer(there, made, p1="confirmed", p2="confirmed")
        back = json.loads(exchange_files.export_answer(by=there, request=made))
        assert not PeriodEvidence.everything.filter(document_type="P5000").exists()
        back |= {"request": str(sent.message), "message": "00000000-0000-4000-8000-00000000dcba"}
        taken = exchange_files.import_answer(by=asking, request=sent, content=messages.write(back))
        assert (taken.outcome, state(sent)) == ("new", RequestState.ANSWERED)

    def test_the_written_request_fits_its_own_schema(self, sent, asking):
        content = exchange_files.export_request(by=asking, request=sent)
        assert messages.write(messages.read(content, kind="request")) == content

    @pytest.mark.parametrize(
        "change, place",
        [
            ({"periods": []}, "periods"),
            ({"answered_at": "yesterday"}, "answered_at"),
            ({"periods": [{"ref": "1", "verdict": "perhaps"}]}, "periods[0].verdict"),
            (
                {"periods": [{"ref": "1", "verdict": "partly", "start_on": "2020-02-31"}]},
                "periods[0].start_on",
            ),
            (
                {"periods": [{"verdict": "further", "start_on": "2020-02-02", "end_on": "2020-01-01"}]},
                "periods[0].end_on",
            ),
        ],
    )
    def test_a_wrong_file_names_the_place(self, sent, asking, change, place):
        body = json.loads(file_answer(sent, 1, {"verdict": "confirmed"})) | change
        with pytest.raises(Invalid) as error:
            exchange_files.import_answer(by=asking, request=sent, content=messages.write(body))
        assert place in str(error.value) and error.value.way_out
        assert not PeriodAnswer.everything.exists()

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b'{"format": "x"}', b"[" * 100_000])
    def test_what_is_no_message_is_refused(self, sent, asking, content):
        with pytest.raises(Invalid):
            exchange_files.import_answer(by=asking, request=sent, content=content)

    def test_an_answer_to_another_request_or_from_another_state_is_refused(self, sent, asking):
        body = json.loads(file_answer(sent, 1, {"verdict": "confirmed"}))
        for change in (
            {"request": "00000000-0000-4000-8000-000000000009"},
            {"from": {"state": "KZ", "name": "x"}},
        ):
            with pytest.raises(Invalid):
                exchange_files.import_answer(by=asking, request=sent, content=messages.write(body | change))

    def test_a_further_period_is_kept(self, sent, asking):
        more = {"verdict": "further", "start_on": "2024-01-01", "end_on": "2024-06-30"}
        body = json.loads(file_answer(sent, 1, {"verdict": "confirmed"}))
        body["periods"].append(more)
        exchange_files.import_answer(by=asking, request=sent, content=messages.write(body))
        assert AnsweredPeriod.everything.get(line=None).start_on == dt.date(2024, 1, 1)

    def test_an_answer_on_paper_entered_twice_counts_once(self, sent, asking):
        values = {"periods": [Said("1", "confirmed")], "answered_on": TODAY, "reference": "17/2"}
        outcomes = [exchange_answers.enter_paper(by=asking, request=sent, **values).outcome for _ in range(2)]
        assert outcomes == ["new", "again"]
        evidence = PeriodEvidence.everything.get(document_type="P5000")
        assert evidence.archive_reference == "17/2"

    @pytest.mark.parametrize("language", ["ky", "en"])
    def test_the_formular_in_two_languages(self, sent, asking, language):
        content = exchange_files.print_request(by=asking, request=sent, language=language)
        book = pypdfium2.PdfDocument(content)
        assert pypdfium2.raw.FPDFCatalog_IsTagged(book)
        text = re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in book))
        assert "Запрос о подтверждении периодов страхования" in text
        assert {"ky": "ырастоо", "en": "Request for confirmation"}[language] in text
        for word in (
            str(sent),
            "Швейный дом",
            "12.08.2013",
            "164-047-081 49".replace("-", "").replace(" ", ""),
        ):
            assert word in text


class TestDeadlines:
    def test_a_treaty_names_working_days(self):
        due = deadlines.due(dt.date(2026, 11, 26), between=("RU", "BY"), purpose="recalculation")
        assert (due.on, due.kind) == (dt.date(2026, 12, 24), "treaty") and "bazanpa" in due.source

    @pytest.mark.parametrize(
        "between, purpose",
        [(("RU", "BY"), "award"), (("KG", "RU"), "recalculation"), (("KG", "KZ"), "award")],
    )
    def test_elsewhere_there_is_a_target_alone(self, between, purpose):
        due = deadlines.due(TODAY, between=between, purpose=purpose)
        assert (due.on, due.kind) == (TODAY + dt.timedelta(days=30), "target")

    def test_no_rule_cites_the_agreement_by_number(self):
        assert not re.search(r"[Aa]rt(icle|\.)\s*\d", deadlines.DATA.read_text())

    def test_an_institution_sets_its_own_target(self, house, draft, asking):
        exchange.set_target(by=house.user(Role.REGISTRY_SUPERVISOR), days=10)
        assert exchange.send(by=asking, request=draft, channel="electronic").due_on == TODAY + dt.timedelta(
            days=10
        )
        with pytest.raises(Refused):
            exchange.set_target(by=asking, days=5)


class TestRefused:
    def test_periods_are_asked_for_once(self, draft, traveller, asking, moscow):
        with pytest.raises(Conflict, match=str(draft)):
            exchange.draft(by=asking, worker=traveller, recipient=moscow)

    def test_only_competent_institutions_of_the_state_are_asked(self, traveller, asking, house):
        for other in (
            house.organisation(OrganisationKind.NGO, "x", State.RU),
            house.organisation(OrganisationKind.SOCIAL_FUND),
            house.organisation(OrganisationKind.SOCIAL_FUND, "yerevan", State.AM),
        ):
            with pytest.raises(Invalid):
                exchange.draft(by=asking, worker=traveller, recipient=other)

    def test_each_side_does_its_own_part_alone(self, sent, asking, asked, house):
        third = house.user(Role.REGISTRY_OFFICIAL, "astana", State.KZ)
        same_state = house.user(Role.REGISTRY_OFFICIAL, "osh", State.KG)
        for stranger in (third, same_state, house.user(Role.AUDITOR), house.user(Role.WORKER, "second")):
            with pytest.raises((Missing, Refused)):
                answer(stranger, sent, p1="confirmed")
            with pytest.raises((Missing, Refused)):
                exchange.withdraw(by=stranger, request=sent, reason="x")
        with pytest.raises((Missing, Refused)):
            answer(asking, sent, p1="confirmed")
        for forbidden in (
            lambda: exchange.withdraw(by=asked, request=sent, reason="x"),
            lambda: exchange_files.export_request(by=asked, request=sent),
            lambda: exchange_files.print_request(by=asked, request=sent, language="ky"),
            lambda: exchange_files.import_answer(by=asked, request=sent, content=b"{}"),
        ):
            with pytest.raises((Missing, Refused)):
                forbidden()

    def test_a_draft_is_seen_by_its_writer_alone(self, draft, asked):
        with pytest.raises(Missing):
            exchange.confirm_receipt(by=asked, request=received(draft))

    def test_nobody_asks_about_a_record_out_of_reach(self, traveller, house, moscow):
        stranger = house.user(Role.REGISTRY_OFFICIAL, "astana", State.KZ)
        with pytest.raises(KozotError):
            exchange.draft(by=stranger, worker=traveller, recipient=moscow)

    def test_who_works_for_two_institutions_chooses_one(self, traveller, asking, moscow, house):
        other = house.organisation(OrganisationKind.SOCIAL_FUND, "osh", State.KG)
        Membership.objects.create(
            user=asking, organisation=other, role=Role.REGISTRY_OFFICIAL, from_on=dt.date(2020, 1, 1)
        )
        asking.__dict__.pop("valid_memberships", None)
        with pytest.raises(Refused, match="Choose first"):
            exchange.draft(by=asking, worker=traveller, recipient=moscow)


class TestDesks:
    @pytest.fixture
    def enter(self, client):
        client.cookies["django_language"] = "en"

        def enter(user):
            client.force_login(user)
            return client

        return enter

    def test_by_hand_from_one_desk_to_the_other(self, enter, traveller, asking, asked, moscow):
        client = enter(asking)
        new = reverse("admin:pensions_sentrequest_list_do", args=["draft"])
        values = {"number": str(traveller), "recipient": str(moscow.pk), "purpose": "award"}
        page = client.post(new, values)
        made = SentRequest.everything.get()
        assert page["Location"] == reverse("admin:pensions_sentrequest_change", args=[made.pk])
        assert "no legal deadline" not in client.get(page["Location"]).content.decode()
        do = lambda name: reverse("admin:pensions_sentrequest_do", args=[made.pk, name])  # noqa: E731
        assert client.post(do("send"), {"channel": "electronic"}).status_code == 302
        page = client.get(reverse("admin:pensions_sentrequest_change", args=[made.pk])).content.decode()
        assert "a target of the institution and no legal deadline" in page
        assert client.post(do("formular"), {"language": "ky"}).content.startswith(b"%PDF")
        client = enter(asked)
        queue = client.get(reverse("admin:pensions_receivedrequest_changelist")).content.decode()
        assert "Асанова" in queue
        do = lambda name: reverse("admin:pensions_receivedrequest_do", args=[made.pk, name])  # noqa: E731
        assert client.post(do("receipt")).status_code == 302
        wrong = client.post(do("answer"), {"verdict_1": "disputed"})
        assert wrong.status_code == 400 and "Say why the period is disputed." in wrong.content.decode()
        body = {"verdict_1": "confirmed", "verdict_2": "disputed", "reason_2": "unpaid"}
        assert client.post(do("answer"), body).status_code == 302
        assert state(made) == RequestState.PARTLY_CONFIRMED
        assert client.post(do("file")).json()["kind"] == "answer"

    def test_an_answer_file_by_the_desk(self, enter, sent, asking):
        client = enter(asking)
        do = reverse("admin:pensions_sentrequest_do", args=[sent.pk, "answer_file"])
        bad = client.post(do, {"file": SimpleUploadedFile("a.json", b"{}")})
        assert bad.status_code == 400 and "no file of the wanted kind" in bad.content.decode()
        good = SimpleUploadedFile("a.json", file_answer(sent, 0, {"verdict": "confirmed"}))
        assert client.post(do, {"file": good}).status_code == 302
        assert state(sent) == RequestState.PARTLY_CONFIRMED

    def test_a_third_institution_sees_nothing(self, enter, sent, house):
        for stranger in (
            house.user(Role.REGISTRY_SUPERVISOR, "astana", State.KZ),
            house.user(Role.REGISTRY_OFFICIAL, "osh", State.KG),
        ):
            client = enter(stranger)
            for name in ("sentrequest", "receivedrequest"):
                assert client.get(reverse(f"admin:pensions_{name}_change", args=[sent.pk])).status_code != 200
                assert (
                    "Асанова" not in client.get(reverse(f"admin:pensions_{name}_changelist")).content.decode()
                )
                do = reverse(f"admin:pensions_{name}_do", args=[sent.pk, "file"])
                assert client.post(do).status_code in {403, 404}

    def test_the_overdue_are_a_list_of_their_own(self, enter, sent, asking, today):
        client = enter(asking)
        address = reverse("admin:pensions_sentrequest_changelist")
        assert not client.get(address, {"overdue": "yes"}).context["cl"].result_list
        today.shift(dt.timedelta(days=31))
        page = enter(asking).get(address, {"overdue": "yes"})
        assert [row.pk for row in page.context["cl"].result_list] == [sent.pk]
        assert "overdue" in page.content.decode()
