"""Entries of the ledger by hand: recorded, corrected, judged, withdrawn; what was known when; long lists."""

import datetime as dt
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import BulkAct
from common.errors import Conflict
from pensions import seed
from pensions.enums import EvidenceStatus
from pensions.models import Contribution, EmployerIdentifier, EmploymentPeriod, PeriodEvidence, Worker
from pensions.services import certificate_content, ledger
from pensions.services.statement import statement
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def worker(db) -> Worker:
    return seed.traveller()


@pytest.fixture
def official(house, client):
    client.force_login(house.user(Role.REGISTRY_OFFICIAL))
    return client


def button(worker, name, entry="") -> str:
    address = reverse("admin:pensions_worker_do", args=[worker.pk, name])
    return f"{address}?entry={entry}" if entry else address


def period_of(worker, year) -> EmploymentPeriod:
    return EmploymentPeriod.everything.filter(worker=worker, start_on__year=year).current().get()


def month_entry(one: Contribution) -> str:
    return f"{one.employment_id}.{one.month:%Y-%m}.{one.fund}"


def posted(form) -> dict:
    """What a browser would send back of a form that was opened."""
    return {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}


def test_a_period_is_corrected_through_its_form(worker, official):
    period = period_of(worker, 2020)
    page = official.get(button(worker, "correct_period", period.entry))
    values = posted(page.context["form"]) | {
        "end_on": "2021-09-30",
        "occupation": "5223",
        "not_counted": "2020-05-01 2020-05-31 unpaid leave",
        "special_conditions": "27-1\n28-ПОС",
        "reason": "order of 30 September",
    }
    assert official.post(button(worker, "correct_period", period.entry), values).status_code == 302
    new = period_of(worker, 2020)
    assert (new.version, new.end_on, new.corrects) == (2, dt.date(2021, 9, 30), period.pk)
    assert new.not_counted == [{"from_on": "2020-05-01", "until_on": "2020-05-31", "reason": "unpaid leave"}]
    assert new.special_conditions == ["27-1", "28-ПОС"]
    page = official.get(
        reverse("admin:pensions_worker_period", args=[worker.pk]), {"entry": period.entry}
    ).text
    assert "order of 30 September" in page and "28-ПОС" in page


def test_the_page_of_a_period_lists_the_months_of_that_period_alone(official):
    registry = Registry()
    employment = registry.employment()
    days = [(dt.date(2020, 2, 10), dt.date(2021, 11, 30)), (dt.date(2025, 1, 1), None)]
    early, late = (
        ledger.record_period(by=None, employment=employment, start_on=start_on, end_on=end_on)
        for start_on, end_on in days
    )
    for month in ((2020, 1), (2020, 2), (2021, 11), (2021, 12), (2025, 1), (2026, 3)):
        ledger.record_contribution(
            by=None,
            employment=employment,
            month=dt.date(*month, 1),
            currency="RUB",
            accrued=Decimal(month[1]),
        )
    official.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    address = reverse("admin:pensions_worker_period", args=[employment.worker_id])
    shown = [official.get(address, {"entry": one.entry}).context["months"] for one in (early, late)]
    assert [[str(row[0]["value"]) for row in months["rows"]] for months in shown] == [
        ["November 2021", "February 2020"],
        ["March 2026", "January 2025"],
    ]


def test_the_kind_that_a_certificate_asks_for_is_entered_by_hand(worker, official):
    registry = Registry()
    period = ledger.record_period(
        by=None,
        employment=registry.employment(worker, registry.employer()),
        start_on=dt.date(2010, 1, 1),
        end_on=dt.date(2010, 12, 31),
        legal_basis="voluntary",
    )
    with pytest.raises(Conflict) as refused:
        certified(period)
    assert refused.value.code == "period_type_missing"
    address = button(worker, "correct_period", period.entry)
    values = posted(official.get(address).context["form"])
    values |= {"p5000_type": "21", "insurance_scheme": "04", "reason": "as the contract says"}
    assert official.post(address, values).status_code == 302
    new = period_of(worker, 2010)
    assert (certified(new)["work"].period_type, new.insurance_scheme) == (21, "04")
    official.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = official.get(reverse("admin:pensions_worker_period", args=[worker.pk]), {"entry": new.entry}).text
    assert "21 voluntary, employed" in page and "04 miners" in page
    values["p5000_type"] = "99"
    assert "p5000_type" in official.post(address, values).context["form"].errors


def certified(period) -> dict:
    stretch = certificate_content.Stretch(period.start_on, period.end_on, (period,))
    return certificate_content.content(period.employment, stretch)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end_on": "2019-01-01"}, "end_on"),
        ({"not_counted": "from May to June"}, "not_counted"),
        ({"not_counted": "2024-05-01 2024-05-31"}, "not_counted"),
        ({"share_of_rate": "3"}, "share_of_rate"),
        ({"occupation": "XY"}, "occupation"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_is_named_beside_its_field(worker, official, changes, field):
    period = period_of(worker, 2020)
    address = button(worker, "correct_period", period.entry)
    values = posted(official.get(address).context["form"]) | {"reason": "because"} | changes
    answer = official.post(address, values)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert period_of(worker, 2020).version == 1


def test_without_an_entry_one_is_chosen_first(worker, official):
    page = official.get(button(worker, "withdraw_period"))
    assert list(page.context["form"].fields) == ["entry"]
    entry = period_of(worker, 2020).entry
    answer = official.post(button(worker, "withdraw_period"), {"entry": str(entry)})
    assert answer.url == button(worker, "withdraw_period", entry)
    official.post(answer.url, {"reason": "of another person"})
    assert not EmploymentPeriod.everything.current().filter(entry=entry).exists()
    page = official.get(reverse("admin:pensions_worker_period", args=[worker.pk]), {"entry": entry})
    assert page.status_code == 200 and page.context["buttons"] == []


def test_a_period_is_confirmed_on_a_document(worker, official):
    period = period_of(worker, 2020)
    values = {
        "status": "confirmed",
        "document_type": "labour book",
        "issuer": "archive of Almaty",
        "attachment": SimpleUploadedFile("book.pdf", b"%PDF-1.4 scan", "application/pdf"),
    }
    assert official.post(button(worker, "judge_period", period.entry), values).status_code == 302
    row = PeriodEvidence.everything.order_by("-id").first()
    assert (row.status, row.issuer, row.period_id) == (
        EvidenceStatus.CONFIRMED,
        "archive of Almaty",
        period.pk,
    )
    assert row.file.key_id == worker.key_id
    address = reverse("admin:pensions_worker_evidence", args=[worker.pk])
    assert official.get(address, {"file": str(row.file_id)}).content == b"%PDF-1.4 scan"
    assert (
        official.post(button(worker, "judge_period", period.entry), {"status": "disputed"}).status_code == 400
    )


def test_nobody_else_reads_the_document_or_changes_an_entry(worker, official, house, client):
    period = period_of(worker, 2020)
    values = {"status": "confirmed", "attachment": SimpleUploadedFile("book.pdf", b"scan")}
    official.post(button(worker, "judge_period", period.entry), values)
    row = PeriodEvidence.everything.order_by("-id").first()
    other = Registry().worker()
    mine = reverse("admin:pensions_worker_evidence", args=[other.pk])
    assert official.get(mine, {"file": str(row.file_id)}).status_code == 404
    page = reverse("admin:pensions_worker_period", args=[other.pk])
    assert official.get(page, {"entry": str(period.entry)}).status_code == 404
    client.force_login(house.user(Role.REGISTRY_OFFICIAL, "abroad", "RU"))
    theirs = reverse("admin:pensions_worker_evidence", args=[worker.pk])
    assert client.get(theirs, {"file": str(row.file_id)}).status_code == 404
    assert client.post(button(worker, "withdraw_period", period.entry), {"reason": "x"}).status_code == 404
    assert period_of(worker, 2020).version == 1


def test_a_month_is_recorded_corrected_and_withdrawn(worker, official):
    period = period_of(worker, 2008)
    money = {"accrued": "900.00", "paid": "", "wage": "9000", "currency": "kgs"}
    posted_month = {"month": "2009-01", "fund": "insurance", **money}
    assert official.post(button(worker, "record_month", period.entry), posted_month).status_code == 302
    [one] = Contribution.everything.filter(employment=period.employment)
    assert (one.month, one.accrued, one.currency) == (dt.date(2009, 1, 1), Decimal("900.00"), "KGS")
    again = official.post(button(worker, "record_month", period.entry), posted_month)
    assert again.status_code == 400
    changed = money | {"paid": "900.00", "reason": "paid in March"}
    assert official.post(button(worker, "correct_month", month_entry(one)), changed).status_code == 302
    new = Contribution.everything.filter(employment=period.employment).current().get()
    assert (new.paid, new.version) == (Decimal("900.00"), 2)
    official.post(button(worker, "withdraw_month", month_entry(one)), {"reason": "not worked"})
    assert not Contribution.everything.filter(employment=period.employment).current().exists()


def test_the_page_answers_what_was_known_then(worker, official):
    period = period_of(worker, 2020)
    before = timezone.localtime(timezone.now()).strftime("%Y-%m-%dT%H:%M:%S")
    EmploymentPeriod.everything.filter(pk=period.pk)
    moment = timezone.now()
    ledger.correct(by=None, entry=period, reason="order", end_on=dt.date(2021, 9, 30))
    ledger.judge_period(by=None, period=period_of(worker, 2020), status="disputed", note="no order")
    then, now = (statement(by=None, worker=worker, known_at=known) for known in (moment, None))
    ends = [[one.end_on for one in made.periods if one.period.start_on.year == 2020] for made in (then, now)]
    assert ends == [[dt.date(2021, 8, 31)], [dt.date(2021, 9, 30)]]
    assert {one.status for one in now.periods} - {one.status for one in then.periods} == {"disputed"}
    address = reverse("admin:pensions_worker_change", args=[worker.pk])
    early = official.get(address, {"known_at": "2020-01-01T00:00"})
    assert early.status_code == 200 and not early.context["statement"].periods
    assert f"known_at={before[:4]}" in official.get(address, {"known_at": before}).context["pdf_url"]
    assert official.get(address, {"known_at": "yesterday"}).status_code == 200
    counted = official.get(address, {"on": "2020-06-30"})
    assert (
        counted.context["statement"].on == dt.date(2020, 6, 30)
        and "on=2020-06-30" in counted.context["pdf_url"]
    )


def test_as_of_through_the_api(worker, house, client):
    moment = timezone.now()
    ledger.correct(by=None, entry=period_of(worker, 2020), reason="order", end_on=dt.date(2021, 9, 30))
    client.force_login(house.user(Role.REGISTRY_OFFICIAL))
    address = f"/api/v1/workers/{worker.pk}/statement/"
    for known_at, end_on in ((moment.isoformat(), "2021-08-31"), ("", "2021-09-30")):
        rows = client.get(address, {"known_at": known_at} if known_at else {}).json()["periods"]
        assert [one["end_on"] for one in rows if one["start_on"] == "2020-02-03"] == [end_on]


# --- many at once -----------------------------------------------------------------------------------


def waiting(employer, count=3) -> None:
    for _number in range(count):
        employment = Registry().employment(employer=employer)
        ledger.record_period(
            by=None, employment=employment, start_on=dt.date(2024, 1, 1), end_on=dt.date(2024, 6, 30)
        )


def test_periods_of_an_employer_are_confirmed_on_one_document(official, db):
    employer = Registry().employer()
    EmployerIdentifier.everything.create(employer=employer, kind="RU-INN", value="7707083893")
    waiting(employer)
    other = Registry().employment(Registry().worker(registered_in="RU"), employer)
    ledger.record_period(by=None, employment=other, start_on=dt.date(2024, 1, 1), end_on=dt.date(2024, 6, 30))
    address = reverse("admin:pensions_employmentperiod_list_do", args=["confirm_many"])
    chosen = {"employer": "7707083893"}
    page = official.post(address, chosen)
    assert page.context["fit"] == 3 and not PeriodEvidence.everything.exists()
    confirm = {"rows": page.context["rows"], "document_type": "list of the archive"}
    assert official.post(page.context["url"], {**confirm, "document_type": ""}).status_code == 400
    assert official.post(page.context["url"], confirm).status_code == 302
    judged = PeriodEvidence.everything.filter(status="confirmed", document_type="list of the archive")
    assert judged.count() == 3 and not judged.filter(worker=other.worker).exists()
    assert official.post(address, chosen).context["fit"] == 0
    act = BulkAct.everything.get()
    official.post(reverse("admin:accounts_bulkact_do", args=[act.pk, "undo"]))
    assert PeriodEvidence.everything.filter(status="declared").count() == 3
    assert official.post(address, chosen).context["fit"] == 3  # they wait again


def test_the_queue_shows_only_what_waits(official, worker):
    queue = reverse("admin:pensions_employmentperiod_changelist")
    assert len(official.get(queue).context["cl"].result_list) == 1  # the seed has one declared period
    assert len(official.get(queue, {"evidence": "all"}).context["cl"].result_list) == 4


def test_a_long_list_is_paged_by_its_last_row(official, monkeypatch):
    from pensions.desks.contributions import ContributionDesk

    monkeypatch.setattr(ContributionDesk, "list_per_page", 4)
    for _number in range(3):
        employment = Registry().employment()
        for month in (1, 2, 3):
            ledger.record_contribution(
                by=None, employment=employment, month=dt.date(2024, month, 1), currency="RUB", accrued=10
            )
    address, seen, pages = reverse("admin:pensions_contribution_changelist"), [], 0
    url = address
    while url:
        with CaptureQueriesContext(connection) as caught:
            page = official.get(url)
        statements = [one["sql"] for one in caught if "pensions_contribution" in one["sql"]]
        assert len(statements) == 2 and "COUNT(" not in "".join(statements).upper()
        assert "OFFSET" not in "".join(statements).upper()
        changes = page.context["cl"]
        seen += [row.pk for row in changes.result_list]
        pages += 1
        url = address + changes.next_url if changes.next_url else ""
    assert pages == 3 and len(seen) == len(set(seen)) == 9
    ledger.correct(by=None, entry=Contribution.everything.get(pk=seen[0]), reason="order", accrued=11)
    marks = [row.is_latest for row in official.get(address).context["cl"].result_list]
    assert marks[:2] == [False, True]
    assert official.get(address, {"after": "1234"}).status_code == 302
    assert len(official.get(address, {"year": "2023"}).context["cl"].result_list) == 0


def test_the_worker_page_needs_the_same_queries_for_a_longer_record(official, worker):
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert official.get(reverse("admin:pensions_worker_change", args=[worker.pk])).status_code == 200
        return len([one for one in caught if "SAVEPOINT" not in one["sql"].upper()])

    asked()
    few = asked()
    for year in range(1990, 2006):
        employment = Registry().employment(worker=worker)
        ledger.record_period(
            by=None, employment=employment, start_on=dt.date(year, 1, 1), end_on=dt.date(year, 12, 31)
        )
    assert asked() == few


def test_the_employer_sees_missing_months_in_a_matrix(house, client, django_assert_max_num_queries):
    from accounts.enums import OrganisationKind

    house.user(Role.EMPLOYER_CLERK)
    employer = Registry().employer(organisation=house.organisation(OrganisationKind.EMPLOYER))
    employment = Registry().employment(employer=employer)
    ledger.record_period(
        by=None, employment=employment, start_on=dt.date(2024, 2, 10), end_on=dt.date(2024, 4, 5)
    )
    for month in (2, 4, 5):
        ledger.record_contribution(
            by=None, employment=employment, month=dt.date(2024, month, 1), currency="RUB", accrued=10
        )
    stranger = Registry().employment()
    client.force_login(house.user(Role.EMPLOYER_CLERK))
    page = client.get(reverse("pensions:employer_year"), {"year": "2024"})
    [row] = page.context["rows"]
    tones = [cell["tone"] if isinstance(cell, dict) else cell for cell in row[1:6]]
    assert tones == ["—", "success", "danger", "success", "warning"]
    assert stranger.worker.full_name not in page.text
    assert client.get(reverse("pensions:employer_year"), {"year": "x"}).status_code == 200
    client.force_login(house.user(Role.REGISTRY_OFFICIAL))
    assert client.get(reverse("pensions:employer_year")).status_code == 403
