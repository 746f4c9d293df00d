"""What the page of a worker asks the database: twelve statements, whatever hangs on the record."""

import datetime as dt

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import first_day
from accounts.enums import Role
from pensions import seed, worker_story
from pensions.models import Contribution, Worker, WorkerIdentifier
from pensions.services import ledger, worker_details
from pensions.services.merging import merge_workers
from pensions.services.statement import statement
from pensions.services.workers import add_number
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
MOST = 12


@pytest.fixture
def worker() -> Worker:
    return seed.traveller(by=None)


def asked(client, address: str) -> int:
    """Statements of one view, after one that has warmed up what is kept between requests."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connections["default"]) as caught:
        client.get(address)
    return len([one for one in caught if "SAVEPOINT" not in one["sql"].upper()])


def lengthen(worker: Worker, house) -> None:
    """A thousand months with eight employers, and some of everything that hangs on a record."""
    supervisor = house.user(Role.REGISTRY_SUPERVISOR)
    for place in range(8):
        employment = Registry().employment(worker=worker)
        Contribution.everything.bulk_create(
            Contribution(
                worker=worker,
                employment=employment,
                month=dt.date(1940 + number // 12, number % 12 + 1, 1),
                currency="RUB",
                fund="insurance",
                accrued=10,
                paid=5,
                wage=100,
                effective_on=dt.date(1940 + number // 12, number % 12 + 1, 1),
            )
            for number in range(place, 1000, 8)
        )
    ledger.record_period(
        by=None,
        employment=employment,
        start_on=dt.date(2019, 1, 1),
        end_on=dt.date(2019, 2, 1),
        special_conditions=[{"kind": "ДопСведенияИС", "Код": "ДЕКРЕТ"}],
    )
    for n in range(5):
        worker_details.add_former_name(by=supervisor, worker=worker, family_name=f"Асанов{n}")
        worker_details.add_document(
            by=supervisor, worker=worker, kind="passport", country="KG", number=f"AC123456{n}"
        )
        number = add_number(by=supervisor, worker=worker, kind="AM-PSN", text=f"550190012{n}")
        worker_details.end_number(by=supervisor, number=number, reason="x")
        merge_workers(by=supervisor, keep=worker, merge=Registry().worker(), reason="one person")


@pytest.mark.parametrize("role", [Role.REGISTRY_OFFICIAL, Role.REGISTRY_SUPERVISOR])
def test_the_page_of_the_desk(worker, house, client, role):
    client.force_login(house.user(role))
    address = reverse("admin:pensions_worker_change", args=[worker.pk])
    assert asked(client, address) <= MOST
    lengthen(worker, house)
    assert asked(client, address) <= MOST


@pytest.mark.parametrize("page", ["my_record", "my_home"])
def test_ones_own_page(worker, house, client, page):
    person = house.user(Role.WORKER)
    Worker.everything.filter(pk=worker.pk).update(user=person)
    client.force_login(person)
    client.cookies[first_day.COOKIE] = first_day.mark(person)
    assert asked(client, reverse(f"pensions:{page}")) <= MOST
    lengthen(worker, house)
    assert asked(client, reverse(f"pensions:{page}")) <= MOST


def test_what_hangs_on_a_record_comes_as_it_was_kept(worker, house):
    """Dates, moments and sealed numbers survive the way through one query; each number opens with its own key."""
    supervisor = house.user(Role.REGISTRY_SUPERVISOR)
    other = Registry().worker()
    add_number(by=None, worker=other, kind="AM-PSN", text="5501900127")
    merge_workers(by=supervisor, keep=worker, merge=other, reason="one person")
    lengthen(worker, house)
    found = worker_story.rows(worker, supervisor)
    for model in found:
        kept = {one.pk: one for one in model.everything.all()}
        assert found[model] or model.__name__ in {"WorkerReport"}, model
        for one in found[model]:
            for field in model._meta.concrete_fields:
                if field.attname not in one.get_deferred_fields():
                    assert getattr(one, field.attname) == getattr(kept[one.pk], field.attname), field
    assert "5501900127" in {one.value for one in worker_story.numbers(found)}
    assert len(found[WorkerIdentifier]) == WorkerIdentifier.everything.count()
    assert {one.by.full_name for one in found[worker_story.WorkerMerge]} == {supervisor.full_name}


def test_a_month_with_one_employer_counts_once_in_two_employments(worker, house):
    employer, twin = Registry().employer(), Registry().worker()
    merge_workers(by=house.user(Role.REGISTRY_SUPERVISOR), keep=worker, merge=twin, reason="one person")
    for person in (worker, twin):
        employment = Registry().employment(worker=person, employer=employer)
        Contribution.everything.bulk_create(
            Contribution(
                worker=person,
                employment=employment,
                month=dt.date(2011, month, 1),
                currency="RUB",
                fund="insurance",
                accrued=10,
                wage=100,
                effective_on=dt.date(2011, month, 1),
            )
            for month in (3, 4, 12)
        )
    (year,) = [one for one in statement(by=None, worker=worker).years if one.employer == employer.name]
    assert (year.months, year.wage, year.accrued, year.paid) == (3, 600, 60, 0)
