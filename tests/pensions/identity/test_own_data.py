"""A worker takes everything away: nothing given is left out, nothing of others or of cases is inside."""

import io
import json
import zipfile

import pytest

from accounts.enums import Role
from common.classification import classified
from pensions import own_data, seed
from pensions.models import Employment, Worker, WorkerIdentifier

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(house) -> Worker:
    return seed.traveller(user=house.user(Role.WORKER))


def test_the_package_holds_the_whole_record_in_three_forms(person, house, client, journal):
    client.force_login(house.user(Role.WORKER))
    answer = client.get("/me/all-my-data.zip")
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        names = set(file.namelist())
        everything = json.loads(file.read("everything.json"))
        assert file.read("statement.pdf").startswith(b"%PDF")
        assert json.loads(file.read("statement.json"))["registry_number"] == str(person)
    assert {"tables/worker.csv", "tables/employmentperiod.csv", "tables/contribution.csv"} <= names
    assert everything["worker"][0]["family_name"] == person.family_name
    numbers = {one["value"] for one in everything["workeridentifier"]}
    assert numbers == {one.value for one in WorkerIdentifier.everything.filter(worker=person)}
    assert len(everything["employment"]) == Employment.everything.filter(worker=person).count()
    assert journal(verb="exported", subject_id=person.pk).exists()


def test_nothing_of_another_person_is_inside(person, house, client):
    other = seed.register_worker(
        by=None, registered_in="KG", family_name="Бөтөнова", given_name="Айша", birth_on="1991-01-01"
    )
    found = {
        model: rows for model, _given, rows in own_data.tables([person.pk], "en") if "Бөтөнова" in str(rows)
    }
    assert not found and other.family_name == "Бөтөнова"


def test_no_model_that_holds_given_fields_about_a_worker_is_forgotten():
    """A new model of the registry with a worker in it is part of the package from its first day."""
    from django.apps import apps

    reached = {
        model.__name__
        for model in apps.get_app_config("pensions").get_models()
        if own_data.path_to_person(model)
    }
    direct = {
        model.__name__
        for model in apps.get_app_config("pensions").get_models()
        if any(one.name == "worker" for one in model._meta.concrete_fields)
    }
    assert direct <= reached
    assert {
        "Worker",
        "EmploymentPeriod",
        "Contribution",
        "Certificate",
        "CertificatePrint",
        "Demand",
    } <= reached


def test_secrets_and_technical_fields_stay_inside(person):
    known = classified()
    for model, given, _rows in own_data.tables([person.pk], "en"):
        kinds = {known[model._meta.label_lower][name].code for name in given}
        assert not kinds & {"secret", "technical", "staff"}, model


def test_there_is_no_package_without_a_record_of_ones_own(house, client):
    client.force_login(house.user(Role.REGISTRY_OFFICIAL))
    assert client.get("/me/all-my-data.zip").status_code == 404
