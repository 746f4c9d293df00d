"""The registry's API: who gets what, errors with codes, no number of a person in clear."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.renderers import JSONRenderer

from accounts.enums import Role
from pensions import generator, seed
from pensions.api.serializers import WorkerSerializer, plain_row
from pensions.models import Worker, WorkRecordImport
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def traveller(house) -> Worker:
    return seed.traveller(user=house.user(Role.WORKER))


@pytest.fixture
def enter(client):
    def enter(user):
        client.force_login(user)
        return client

    return enter


def test_workers_are_listed_found_and_opened(traveller, enter, house, journal):
    Registry().worker(family_name="Осмонов")
    official = house.user(Role.REGISTRY_OFFICIAL)
    client = enter(official)
    assert len(client.get(reverse("worker-list")).json()["results"]) == 2
    found = client.get(reverse("worker-list"), {"q": "Жылдыз Асанова"}).json()["results"]
    assert [row["id"] for row in found] == [str(traveller.pk)]
    assert journal(actor_id=official.pk, verb="searched", subject_id=traveller.pk).count() == 1
    one = client.get(reverse("worker-detail", args=[traveller.pk]))
    assert one.json()["numbers"][0] == {"kind": "KG-PIN", "masked": "…431", "warnings": []}
    assert "11704198600431" not in one.content.decode()
    assert journal(actor_id=official.pk, verb="read", subject_id=traveller.pk).count() == 1


def test_the_statement_as_json(traveller, enter, house):
    client = enter(house.user(Role.WORKER))
    address = reverse("worker-statement", args=[traveller.pk])
    body = client.get(address, {"on": "2026-03-31"}).json()
    assert set(body["states"]) == {"KG", "KZ", "RU"}
    assert len(body["gaps"]) == 2 and len(body["overlaps"]) == 1
    assert client.get(address, {"known_at": "2020-01-01T00:00:00Z"}).json()["periods"] == []
    wrong = client.get(address, {"on": "31.03.2026"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "not_a_date")


@pytest.mark.parametrize(
    "who",
    [
        (Role.REGISTRY_OFFICIAL, "abroad", "RU"),
        (Role.WORKER, "second", "KG"),
        (Role.EMPLOYER_CLERK, "first", "KG"),
        (Role.AUDITOR, "first", "KG"),
        (Role.ANALYST, "first", "KG"),
        (Role.SYSTEM_ADMINISTRATOR, "first", "KG"),
    ],
    ids=lambda who: f"{who[0]}-{who[1]}",
)
def test_strangers_get_nothing(traveller, enter, house, who):
    client = enter(house.user(*who))
    for name in ("worker-detail", "worker-statement"):
        assert client.get(reverse(name, args=[traveller.pk])).status_code in {403, 404}
    listed = client.get(reverse("worker-list"))
    assert listed.status_code == 403 or listed.json()["results"] == []


def test_the_public_is_refused(traveller, client):
    assert client.get(reverse("worker-list")).status_code in {401, 403}


def test_a_row_of_a_list_is_what_the_serializer_tells(traveller):
    other = Registry().worker(birth_on=None, state="incomplete", merged_into=traveller)
    for worker in (traveller, other):
        made = [JSONRenderer().render(one) for one in (plain_row(worker), WorkerSerializer(worker).data)]
        assert json.loads(made[0]) == json.loads(made[1])


def test_lists_ask_the_same_for_one_and_for_many(enter, house):
    client = enter(house.user(Role.REGISTRY_OFFICIAL))
    registry = Registry()
    for name, make in (("worker-list", registry.worker), ("employer-list", registry.employer)):
        counts = []
        for _round in range(2):
            make()
            client.get(reverse(name))
            with CaptureQueriesContext(connections["default"]) as queries:
                assert client.get(reverse(name)).status_code == 200
            counts.append(len(queries))
            for _number in range(5):
                make()
        assert counts[0] == counts[1], name


def test_a_file_by_program(enter, house, run_jobs):
    employer = Registry().moscow_employer(house)
    made = generator.make(seed=5, workers=10, wrong_share=0.05)
    client = enter(house.user(Role.EMPLOYER_CLERK))
    values = {"employer": str(employer.pk), "registry_state": "KG"}
    send = lambda content: client.post(  # noqa: E731
        reverse("work-record-file-list"), {**values, "file": SimpleUploadedFile("a.csv", content)}
    )
    answer = send(generator.to_csv(made))
    assert answer.status_code == 202, answer.content
    run_jobs()
    one = client.get(reverse("work-record-file-detail", args=[answer.json()["id"]])).json()
    assert one["counts"]["rejected"] == len(made.wrong) == sum(p["rows"] for p in one["problems"])
    rejected = client.get(reverse("work-record-file-rejected", args=[one["id"]]))
    assert rejected["Content-Type"].startswith("text/csv")
    again = send(generator.to_csv(made))
    assert (again.status_code, again.json()["code"]) == (409, "import_twice")
    bad = send(b"PK\x03\x04")
    assert (bad.status_code, bad.json()["code"]) == (400, "unreadable")
    assert client.post(reverse("work-record-file-apply", args=[one["id"]])).status_code == 403
    stranger = enter(house.user(Role.EMPLOYER_CLERK, "second"))
    assert stranger.get(reverse("work-record-file-rejected", args=[one["id"]])).status_code == 404
    assert send(generator.to_xlsx(made)).status_code == 404
    official = enter(house.user(Role.REGISTRY_OFFICIAL))
    assert official.post(reverse("work-record-file-apply", args=[one["id"]])).status_code == 202
    run_jobs()
    assert WorkRecordImport.everything.get().state == "applied"
