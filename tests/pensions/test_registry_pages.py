"""The desk's pages, the employer's pages and the worker's own, as people of each role meet them."""

import datetime as dt

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from common.enums import ImportState
from common.journal import services as journal_services
from pensions import generator, readers, seed
from pensions.models import Contribution, Worker, WorkerProposal, WorkRecordImport
from pensions.services import ledger
from pensions.services.statement import statement
from pensions.statements import document, timeline
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
STRANGERS = [
    (Role.REGISTRY_OFFICIAL, "abroad", "RU"),
    (Role.AUDITOR, "first", "KG"),
    (Role.ANALYST, "first", "KG"),
    (Role.SYSTEM_ADMINISTRATOR, "first", "KG"),
    (Role.CASE_WORKER, "first", "KG"),
    (Role.EMPLOYER_CLERK, "second", "KG"),
    (Role.WORKER, "second", "KG"),
]


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def traveller(house) -> Worker:
    return seed.traveller(user=house.user(Role.WORKER))


@pytest.fixture
def enter(client):
    """Signs in as a person and returns the client."""

    def enter(user):
        client.force_login(user)
        return client

    return enter


def text_of(pdf: bytes) -> str:
    book = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in book)


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_statement_as_pdf(traveller, language):
    with translation.override(language):
        text = text_of(document.pdf(statement(by=None, worker=traveller, on=dt.date(2026, 3, 31))))
    assert "Бакыт кызы" in text and "Швейный дом" in text
    assert str(traveller) in text
    assert {"ky": "Казакстан", "ru": "Казахстан", "en": "Kazakhstan"}[language] in text


def test_the_time_line_has_a_lane_for_each_state(traveller):
    picture = timeline.svg(statement(by=None, worker=traveller, on=dt.date(2026, 3, 31)))
    assert picture.count("<rect") == 4
    assert "style=" not in picture


class TestDesk:
    def test_that_nobody_is_found_is_said_once(self, traveller, enter, house):
        client = enter(house.user(Role.REGISTRY_OFFICIAL))
        client.cookies["django_language"] = "en"
        page = client.get(reverse("admin:pensions_worker_changelist"), {"q": "ккккзз"}).content.decode()
        assert "Nobody was found" in page and "Nothing found" not in page

    def test_a_worker_is_found_by_anything_typed(self, traveller, enter, house):
        Registry().worker(family_name="Осмонов")
        client = enter(house.user(Role.REGISTRY_OFFICIAL))
        address = reverse("admin:pensions_worker_changelist")
        for typed in ("жылдыз асанова", "ASANOVA", str(traveller), "11704198600431", "164-047-081 49"):
            page = client.get(address, {"q": typed})
            assert [row.pk for row in page.context["cl"].result_list] == [traveller.pk], typed
        assert not client.get(address, {"q": "1170419860043"}).context["cl"].result_list

    def test_the_worker_page_is_the_statement_and_is_journalled(self, traveller, enter, house, journal):
        official = house.user(Role.REGISTRY_OFFICIAL)
        page = enter(official).get(reverse("admin:pensions_worker_change", args=[traveller.pk]))
        assert page.status_code == 200
        assert "Алатау Базар" in page.content.decode()
        assert journal(actor_id=official.pk, subject_id=traveller.pk, verb="read").exists()
        pdf = enter(official).get(reverse("admin:pensions_worker_statement", args=[traveller.pk]))
        assert pdf["Content-Type"] == "application/pdf"
        assert journal(actor_id=official.pk, verb="printed").count() == 1

    @pytest.mark.parametrize("who", STRANGERS, ids=lambda who: f"{who[0]}-{who[1]}")
    def test_strangers_see_nothing_of_the_record(self, traveller, enter, house, who):
        client = enter(house.user(*who))
        for address in (
            reverse("admin:pensions_worker_change", args=[traveller.pk]),
            reverse("admin:pensions_worker_statement", args=[traveller.pk]),
            reverse("admin:pensions_worker_do", args=[traveller.pk, "change"]),
        ):
            answer = client.get(address)
            assert answer.status_code in {302, 403, 404}
            assert "Асанова" not in answer.content.decode()
        listed = client.get(reverse("admin:pensions_worker_changelist"), {"q": str(traveller)})
        assert listed.status_code in {302, 403} or "Асанова" not in listed.content.decode()

    def test_a_worker_is_registered_and_completed(self, enter, house):
        client = enter(house.user(Role.REGISTRY_OFFICIAL))
        address = reverse("admin:pensions_worker_list_do", args=["register"])
        values = {"family_name": "Токтогулова", "given_name": "Айнура", "birth_on": "1991-02-03"}
        answer = client.post(address, {**values, "kind": "RU-SNILS", "text": "112-233-445 96"})
        assert answer.status_code == 400 and not Worker.everything.exists()
        answer = client.post(address, values)
        worker = Worker.everything.get()
        assert worker.state == "incomplete"
        do = lambda name: reverse("admin:pensions_worker_do", args=[worker.pk, name])  # noqa: E731
        assert client.post(do("enter"), {"reason": "came in"}).status_code == 400
        client.post(do("number"), {"kind": "RU-SNILS", "text": "112-233-445 95"})
        assert client.post(do("enter"), {"reason": "shown"}).status_code == 302
        worker.refresh_from_db()
        assert worker.state == "registered"
        client.post(do("change"), {**values, "family_name": "Осмонова", "sex": "female", "citizenship": "KG"})
        found = Worker.everything.found_by("токтогулова").get()
        assert (found.pk, found.family_name) == (worker.pk, "Осмонова")

    def test_a_file_from_upload_to_the_record(self, enter, house, run_jobs):
        Registry().moscow_employer(house)
        client = enter(house.user(Role.REGISTRY_OFFICIAL))
        made = generator.make(seed=5, workers=20, wrong_share=0.03)
        file = SimpleUploadedFile("2025.xlsx", generator.to_xlsx(made))
        values = {
            "employer": generator.EMPLOYER["RU-INN"],
            "state": "KG",
            "entries": "original",
            "file": file,
        }
        answer = client.post(reverse("admin:pensions_workrecordimport_list_do", args=["upload"]), values)
        run = WorkRecordImport.everything.get()
        assert answer["Location"] == reverse("admin:pensions_workrecordimport_change", args=[run.pk])
        waiting = client.get(answer["Location"]).content.decode()
        assert "import-progress" in waiting
        run_jobs()
        page = client.get(answer["Location"]).content.decode()
        assert page.count("</th>") > 3
        rejects = client.get(reverse("admin:pensions_workrecordimport_rejected", args=[run.pk]))
        assert rejects["Content-Disposition"].startswith("attachment")
        listed = client.get(
            reverse("admin:pensions_workerproposal_changelist"), {"run__id__exact": str(run.pk)}
        )
        assert "Асанова" in listed.content.decode()
        some = list(WorkerProposal.everything.values_list("pk", flat=True)[:5])
        page = client.post(
            reverse("admin:pensions_workerproposal_changelist"),
            {"action": "confirm", "_selected_action": [str(pk) for pk in some]},
        )
        assert page.context["fit"] == 5 and not Worker.everything.exists()
        client.post(page.context["url"], {"rows": page.context["rows"]})
        assert Worker.everything.count() == 5
        listed = client.get(reverse("admin:pensions_workerproposal_changelist"))
        assert listed.context["cl"].result_list[0].state == "waiting", "who waits for a decision stands first"
        do = lambda name: reverse("admin:pensions_workrecordimport_do", args=[run.pk, name])  # noqa: E731
        client.post(do("apply"))
        run_jobs()
        part = Contribution.everything.count()
        client.post(do("people"))
        run_jobs()
        run.refresh_from_db()
        assert run.state == ImportState.APPLIED
        assert 0 < part < Contribution.everything.count() == len(made.rows) - len(made.wrong)

    def test_a_bad_file_is_refused_beside_the_field(self, enter, house):
        Registry().moscow_employer(house)
        client = enter(house.user(Role.REGISTRY_OFFICIAL))
        file = SimpleUploadedFile("2025.xlsx", b"PK\x03\x04 nothing")
        values = {
            "employer": generator.EMPLOYER["RU-INN"],
            "state": "KG",
            "entries": "original",
            "file": file,
        }
        answer = client.post(reverse("admin:pensions_workrecordimport_list_do", args=["upload"]), values)
        assert answer.status_code == 400
        assert not WorkRecordImport.everything.exists()

    @pytest.mark.parametrize(
        "name",
        [
            "pensions_worker_changelist",
            "pensions_employer_changelist",
            "pensions_workrecordimport_changelist",
        ],
    )
    def test_lists_ask_the_same_whatever_their_length(
        self, name, enter, house, django_assert_max_num_queries
    ):
        registry = Registry()
        client = enter(house.user(Role.REGISTRY_OFFICIAL))
        registry.employment()
        client.get(reverse(f"admin:{name}"))
        for _number in range(12):
            registry.employment()
        with django_assert_max_num_queries(14):
            assert client.get(reverse(f"admin:{name}")).status_code == 200


class TestOwnPages:
    def test_a_worker_sees_the_own_record_and_who_looked(self, traveller, enter, house):
        official = house.user(Role.REGISTRY_OFFICIAL)
        enter(official).get(reverse("admin:pensions_worker_change", args=[traveller.pk]))
        client = enter(house.user(Role.WORKER))
        page = client.get(reverse("pensions:my_record")).content.decode()
        assert "Алатау Базар" in page and "164-047-081 49" in page
        pdf = client.get(reverse("pensions:my_record_pdf"))
        assert pdf.content.startswith(b"%PDF") and pdf["Cache-Control"] == "no-store"
        journal_services.deliver()
        looks = client.get(reverse("pensions:my_readers")).context["rows"]
        assert "?page" not in client.get(reverse("pensions:my_readers")).content.decode()
        assert client.get(reverse("pensions:my_readers"), {"page": "2"}).context["rows"] == []
        assert len(looks) == 1 and str(official.valid_memberships[0].organisation) in looks[0][1]

    def test_many_looks_come_in_pages_and_all_in_the_own_data(self, traveller, enter, house, monkeypatch):
        monkeypatch.setattr(readers, "SHOWN", 2)
        for _look in range(3):
            enter(house.user(Role.REGISTRY_OFFICIAL)).get(
                reverse("admin:pensions_worker_change", args=[traveller.pk])
            )
        client = enter(house.user(Role.WORKER))
        journal_services.deliver()
        first, second = (client.get(reverse("pensions:my_readers"), {"page": n}) for n in (1, 2))
        assert (len(first.context["rows"]), len(second.context["rows"])) == (2, 1)
        assert "?page=2" in first.content.decode() and "?page=1" in second.content.decode()
        assert len(readers.all_of(traveller)) == 3
        statement(by=None, worker=traveller)
        journal_services.deliver()
        with translation.override("en"):
            assert readers.of(traveller)[0].who == "the system itself"

    @pytest.mark.parametrize("name", ["my_record", "my_record_pdf", "my_readers"])
    def test_nobody_else_has_a_record_here(self, traveller, enter, client, house, name):
        address = reverse(f"pensions:{name}")
        assert client.get(address).status_code == 302
        for stranger in (
            house.user(Role.WORKER, "second"),
            house.user(Role.ANALYST),
            house.user(Role.AUDITOR),
        ):
            answer = enter(stranger).get(address)
            assert answer.status_code in {403, 404}
            assert "Асанова" not in answer.content.decode()


@pytest.fixture
def firm(house):
    """An employer with two people; one of them works for another employer as well."""
    registry = Registry()
    employer = registry.moscow_employer(house)
    worker = registry.worker(family_name="Бейшенов")
    mine = registry.employment(worker, employer)
    other = registry.employment(worker, registry.employer(name="ООО «Чужая фирма»"))
    for employment, position in ((mine, "маляр"), (other, "тайный агент")):
        ledger.record_period(by=None, employment=employment, start_on=dt.date(2025, 2, 1), position=position)
        ledger.record_contribution(
            by=None, employment=employment, month=dt.date(2025, 3, 1), currency="RUB", accrued=100
        )
    return employer


class TestEmployer:
    def test_a_clerk_sees_the_own_people_and_not_their_other_work(self, firm, enter, house, journal):
        clerk = house.user(Role.EMPLOYER_CLERK)
        client = enter(clerk)
        page = client.get(reverse("pensions:employer_people"), {"q": "бейшенов"}).content.decode()
        assert "маляр" in page and "тайный агент" not in page
        assert journal(actor_id=clerk.pk, verb="searched").count() == 1
        assert not client.get(reverse("pensions:employer_people"), {"q": "Осмонов"}).context["rows"]

    def test_missing_months_are_counted_and_named(self, firm, enter, house, time_machine):
        time_machine.move_to(dt.datetime(2025, 5, 10, tzinfo=dt.UTC))
        client = enter(house.user(Role.EMPLOYER_CLERK))
        page = client.get(reverse("pensions:employer_months"), {"month": "2025-02"})
        assert [row[1:3] for row in page.context["rows"][:3]] == [[1, 0], [1, 1], [1, 0]]
        assert "Бейшенов" in page.context["missing_rows"][0][0]
        assert not client.get(reverse("pensions:employer_months"), {"month": "2025-03"}).context[
            "missing_rows"
        ]

    def test_the_page_says_which_files_and_columns_are_taken(self, firm, enter, house):
        """A browser offers no file that `accept` does not name: forms of the Russian fund are XML."""
        client = enter(house.user(Role.EMPLOYER_CLERK))
        client.cookies["django_language"] = "ru"
        page = client.get(reverse("pensions:employer_upload")).content.decode()
        assert 'accept=".xlsx,.csv,.txt,.xml"' in page and "ЕФС-1" in page
        assert "фамилия, имя, дата рождения, месяц и начисленные взносы" in page

    def test_a_clerk_sends_a_file_and_gets_the_rejects(self, firm, enter, house, run_jobs):
        client = enter(house.user(Role.EMPLOYER_CLERK))
        made = generator.make(seed=5, workers=12, wrong_share=0.05)
        values = {"employer": str(firm.pk), "state": "KG", "entries": "original"}
        send = lambda content: client.post(  # noqa: E731
            reverse("pensions:employer_upload"), {**values, "file": SimpleUploadedFile("2025.csv", content)}
        )
        answer = send(generator.to_csv(made))
        run = WorkRecordImport.everything.get()
        assert answer["Location"] == reverse("pensions:employer_file", args=[run.pk])
        run_jobs()
        assert client.get(answer["Location"]).context["counts"]["rejected"] == len(made.wrong)
        rejects = client.get(reverse("pensions:employer_file_rejected", args=[run.pk]))
        assert rejects.content.decode("utf-8-sig").count("\r\n") == len(made.wrong) + 1
        assert send(generator.to_csv(made))["Location"] == answer["Location"]
        assert send(b"").status_code == 400
        assert send(b"%PDF-1.4 nothing").status_code == 400
        assert WorkRecordImport.everything.count() == 1

    def test_nobody_else_enters(self, firm, enter, house, run_jobs):
        clerk = enter(house.user(Role.EMPLOYER_CLERK))
        clerk.post(
            reverse("pensions:employer_upload"),
            {
                "employer": str(firm.pk),
                "state": "KG",
                "entries": "original",
                "file": SimpleUploadedFile("a.csv", generator.to_csv(generator.make(workers=3))),
            },
        )
        run_jobs()
        run = WorkRecordImport.everything.get()
        for stranger in (
            house.user(Role.EMPLOYER_CLERK, "second"),
            house.user(Role.WORKER),
            house.user(Role.ANALYST),
            house.user(Role.SYSTEM_ADMINISTRATOR),
        ):
            client = enter(stranger)
            for name in ("employer_file", "employer_file_progress", "employer_file_rejected"):
                assert client.get(reverse(f"pensions:{name}", args=[run.pk])).status_code in {403, 404}
            for name in ("employer_people", "employer_months", "employer_files", "employer_upload"):
                assert client.get(reverse(f"pensions:{name}")).status_code == 403

    def test_people_ask_the_same_whatever_their_number(self, firm, enter, house):
        client = enter(house.user(Role.EMPLOYER_CLERK))
        address = reverse("pensions:employer_people")
        counts = []
        for _round in range(2):
            client.get(address)
            with CaptureQueriesContext(connections["default"]) as queries:
                client.get(address)
            counts.append(len(queries))
            for _number in range(8):
                Registry().employment(employer=firm)
        assert counts[0] == counts[1]

    def test_pages_go_on_where_the_last_ended(self, firm, enter, house):
        for _number in range(60):
            Registry().employment(employer=firm)
        client = enter(house.user(Role.EMPLOYER_CLERK))
        address = reverse("pensions:employer_people")
        first = client.get(address)
        second = client.get(address + first.context["next_url"])
        names = [row[0] for row in first.context["rows"] + second.context["rows"]]
        assert len(names) == len(set(names)) == 61
        assert second.context["next_url"] == ""
