"""The worker's passport as page, PDF and JSON, and what-if beside it."""

import datetime as dt
import re
from collections import Counter

import pypdfium2
import pytest
import time_machine
from django.apps import apps
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.access import table
from accounts.enums import Role
from common import formatting
from pensions import seed
from pensions.enums import EvidenceStatus
from pensions.models import EmploymentPeriod
from pensions.services import ledger, what_if
from pensions.services.statement import statement
from pensions.services.what_if import WhatIf
from pensions.statements import as_json, document, entitlement, supposing, words
from pensions.totalisation.claim import run_claim

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 26)
LETTERS = "АаБбВвГгДдЕеЁёЖжЗзИиЙйКкЛлМмНнҢңОоӨөПпРрСсТтУуҮүФфХхЦцЧчШшЩщЪъЫыЬьЭэЮюЯя"


@pytest.fixture
def traveller(house):
    return seed.traveller(user=house.user(Role.WORKER))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 11, 26, 6, tzinfo=dt.UTC), tick=False):
        yield


def made(worker, **values):
    return statement(by=None, worker=worker, on=ON, **values)


@pytest.fixture
def client(client):
    client.cookies["django_language"] = "en"
    return client


def test_the_answer_is_that_of_the_rules_for_the_same_claim(traveller):
    answer = made(traveller).answer
    periods = [
        {"state": state, "start_on": str(start_on), "end_on": str(end_on), "contributions": paid}
        for (state, start_on, end_on), paid in zip(
            (
                ("KG", dt.date(2008, 9, 1), dt.date(2013, 6, 30)),
                ("RU", dt.date(2013, 8, 12), dt.date(2019, 11, 30)),
                ("KZ", dt.date(2020, 2, 3), dt.date(2021, 8, 31)),
                ("RU", dt.date(2021, 7, 1), dt.date(2023, 12, 29)),
            ),
            ("unknown", "paid", "paid", "paid"),
            strict=True,
        )
    ]
    by_hand = run_claim(
        {
            "worker": {"sex": "F", "birth_on": traveller.birth_on.isoformat()},
            "claim_on": ON.isoformat(),
            "residence": "KG",
            "citizenship": ["KG"],
            "treaty": "eaeu-2019",
            "periods": periods,
        }
    )
    for key in ("entitlement", "total", "states"):
        assert answer[key] == by_hand[key]


def test_what_is_missing_in_plain_words(traveller):
    cards = {card["state"]: card for card in entitlement.cards(made(traveller).answer)}
    assert "Full months in this state since 2021: 8 of 12." in cards["Kazakhstan"]["missing"]
    assert cards["Kazakhstan"]["status"] == "Not yet, by estimate"
    assert any("points" in line for line in cards["Russia"]["reasons"])


@pytest.mark.parametrize("language", ["ky", "ru"])
def test_no_english_sentence_of_the_rules_reaches_the_page(traveller, language):
    with translation.override(language):
        said = words.in_words(made(traveller))
    shown = str(said["entitlement"]) + str(said["doubts"])
    for english in ("reached on", "full months", "Cannot", "settled"):
        assert english not in shown


def test_lengths_by_branch_add_up_to_the_state(traveller):
    answer = made(traveller).answer
    for one in answer["states"].values():
        days = lambda p: p["years"] * 360 + p["months"] * 30 + p["days"]  # noqa: E731
        assert abs(sum(map(days, one["branches"].values())) - days(one)) <= 3
    assert len(words.in_words(made(traveller))["branches"]["columns"]) == 3


def test_contributions_by_year_never_mix_currencies(traveller):
    rows = words.currency_table(made(traveller))["rows"]
    assert [row[0] for row in rows].count("2021") == 2
    assert {row[1] for row in rows} == {"Russian rouble", "Kazakhstani tenge"}


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_pdf_is_tagged_and_has_every_kyrgyz_letter(traveller, language):
    type(traveller).everything.filter(pk=traveller.pk).update(patronymic=LETTERS)
    traveller.refresh_from_db()
    with translation.override(language):
        content = document.pdf(made(traveller))
    book = pypdfium2.PdfDocument(content)
    assert pypdfium2.raw.FPDFCatalog_IsTagged(book)
    assert re.search(rb"/Lang ?\(%s" % language.encode(), content)
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in book)
    assert set(LETTERS) <= set(text)


def test_the_json_says_estimate_and_brings_the_trace(traveller):
    found = as_json.content(made(traveller))
    assert (
        found["format"] == "kozot.statement/2" and found["estimate"] is True and found["scope"] == "old_age"
    )
    assert found["entitlement"]["KZ"]["missing"][1]["have"] == 8
    assert any("parameter" in step for step in found["trace"])
    assert all(item["code"] and item["why"] for item in found["unverified"])


def test_an_empty_record_has_a_passport_too(house):
    from tests.support.registry import Registry

    worker = Registry().worker()
    assert made(worker).answer is None
    assert document.pdf(made(worker)).startswith(b"%PDF")
    assert as_json.content(made(worker))["entitlement"] == {}


# --- what if ------------------------------------------------------------------------------------------


def difference(worker, **supposed):
    one = made(worker)
    return {
        row[0]: row[1:] for row in supposing.differences(one.answer, what_if.suppose(one, WhatIf(**supposed)))
    }


def test_work_on_until_the_gate_is_passed(traveller):
    at_eleven = difference(traveller, work_until=dt.date(2027, 2, 28), work_in="KZ")
    assert at_eleven["Kazakhstan: full months since 2021"] == ["8 of 12", "11 of 12"]
    at_twelve = difference(traveller, work_until=dt.date(2027, 3, 31), work_in="KZ")
    assert at_twelve["Kazakhstan: full months since 2021"] == ["8 of 12", "12 of 12"]
    assert "Full months" not in at_twelve["Kazakhstan: missing"][1]
    assert "Russia: insurance period" not in at_twelve


def test_a_disputed_period_confirmed(traveller):
    period = EmploymentPeriod.everything.get(state="KZ")
    ledger.judge_period(by=None, period=period, status=EvidenceStatus.DISPUTED, note="no contributions")
    found = difference(traveller, confirm=frozenset({str(period.entry)}))
    assert found["Kazakhstan: insurance period"] == ["—", formatting.duration(1, 6, 29)]
    assert difference(traveller, confirm=frozenset({"of nobody"})) == {}


def test_missing_contributions_paid(traveller, house):
    employment = ledger.employ(by=None, worker=traveller, employer=seed.employer("market"))
    ledger.record_period(
        by=None, employment=employment, start_on=dt.date(2024, 1, 1), end_on=dt.date(2024, 12, 31)
    )
    for month in range(1, 13):
        ledger.record_contribution(
            by=None, employment=employment, month=dt.date(2024, month, 1), currency="KZT", accrued=100, paid=0
        )
    found = difference(traveller, pay_missing=True)
    assert found["Kazakhstan: full months since 2021"] == ["8 of 12", "20 of 12"]


def test_claim_at_a_later_day(traveller):
    found = difference(traveller, claim_on=dt.date(2046, 4, 17))
    assert "reached on" not in found["Russia: missing"][1]


WRONG = [
    ({"if-work_until": "2026-11-25", "if-work_in": "KZ"}, "Give a day from today on."),
    ({"if-work_until": "2027-01-01"}, "Say in which state you would work."),
    ({"if-work_until": "2027-01-01", "if-work_in": "DE"}, "Select a valid choice"),
    ({"if-claim_on": "2199-01-01"}, "Give a day within the next sixty years."),
    ({"if-claim_on": "soon"}, "Enter a valid date"),
]


@pytest.mark.parametrize("query, error", WRONG)
def test_wrong_suppositions_are_named_and_nothing_is_compared(traveller, client, house, query, error):
    client.force_login(house.user(Role.WORKER))
    page = client.get(reverse("pensions:my_record"), query)
    assert page.status_code == 200 and error in page.content.decode()
    assert not page.context["what_if"]["asked"]


def rows_by_model() -> Counter:
    return Counter(
        {
            model._meta.label: getattr(model, "everything", model._base_manager).count()
            for model in apps.get_models()
            if model._meta.managed and not model._meta.proxy
        }
    )


@pytest.mark.parametrize("role", [Role.WORKER, Role.REGISTRY_OFFICIAL])
def test_a_supposition_leaves_one_entry_of_the_journal_and_nothing_else(
    traveller, client, house, role, journal
):
    user = house.user(role)
    client.force_login(user)
    address = (
        reverse("pensions:my_record")
        if role == Role.WORKER
        else reverse("admin:pensions_worker_change", args=[traveller.pk])
    )
    query = {
        "if-work_until": "2030-01-01",
        "if-work_in": "KZ",
        "if-pay_missing": "on",
        "if-claim_on": "2044-05-01",
    }
    journal()
    before = rows_by_model()
    with CaptureQueriesContext(connections["default"]) as queries:
        page = client.get(address, query)
    journal()
    assert page.context["what_if"]["asked"] and "This is supposed, not so" in page.content.decode()
    assert rows_by_model() - before == Counter({"journal.Entry": 1})
    assert journal(actor_id=user.pk, verb="read").count() == 1
    written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert all("journal" in sql for sql in written)


def test_an_earlier_state_of_ones_own_record(traveller, client):
    client.force_login(traveller.user)
    page = client.get(reverse("pensions:my_record"), {"on": "2015-12-31"})
    assert page.context["statement"].on == dt.date(2015, 12, 31)
    assert "This is not today" in page.content.decode() and "on=2015-12-31" in page.content.decode()
    told = client.get(reverse("pensions:my_record_json"), {"on": "2015-12-31"}).json()
    assert told["on"] == "2015-12-31" and all(one["start_on"] <= told["on"] for one in told["periods"])
    then = client.get(reverse("pensions:my_record_json"), {"known_at": "2001-01-01"}).json()
    assert then["periods"] == [] and len(told["periods"]) > 0


def test_the_json_is_given_to_the_person_and_the_official_alone(traveller, client, house, journal):
    official = house.user(Role.REGISTRY_OFFICIAL)
    client.force_login(official)
    desk = reverse("admin:pensions_worker_statement_json", args=[traveller.pk])
    assert client.get(desk).json()["registry_number"] == str(traveller)
    assert journal(actor_id=official.pk, verb="exported").count() == 1
    client.force_login(house.user(Role.WORKER))
    assert client.get(reverse("pensions:my_record_json"))["Cache-Control"] == "no-store"
    for stranger in (house.user(Role.REGISTRY_OFFICIAL, "abroad", "RU"), house.user(Role.AUDITOR)):
        client.force_login(stranger)
        assert client.get(desk).status_code in {302, 403, 404}


def test_a_record_leaves_the_desk_as_data_only_by_the_right_to_export(traveller, client, house, monkeypatch):
    client.force_login(house.user(Role.REGISTRY_OFFICIAL))
    page = reverse("admin:pensions_worker_change", args=[traveller.pk])
    desk = reverse("admin:pensions_worker_statement_json", args=[traveller.pk])
    assert desk in client.get(page).content.decode()
    monkeypatch.delitem(table.rules["registry.worker.export"], Role.REGISTRY_OFFICIAL)
    assert desk not in client.get(page).content.decode()
    assert client.get(desk).status_code in {403, 404}
    assert client.get(reverse("admin:pensions_worker_statement", args=[traveller.pk])).status_code == 200
