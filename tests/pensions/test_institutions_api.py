"""Institutions talk by programs: requests for confirmation and pension claims, from end to end over the API."""

import datetime as dt
import hashlib
import json

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import OrganisationKind, Role, State
from pensions import seed
from pensions.models import PeriodEvidence, PeriodRequest
from pensions.services import exchange

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(dt.datetime(2026, 11, 26, 6, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def traveller(house):
    return seed.traveller(user=house.user(Role.WORKER))


@pytest.fixture
def bishkek(house):
    return house.user(Role.REGISTRY_OFFICIAL)


@pytest.fixture
def moscow(house):
    house.organisation(OrganisationKind.SOCIAL_FUND, "astana", State.KZ)
    return house.user(Role.REGISTRY_OFFICIAL, "moscow", State.RU)


@pytest.fixture
def sent(traveller, bishkek, moscow, house):
    fund = house.organisation(OrganisationKind.SOCIAL_FUND, "moscow")
    made = exchange.draft(by=bishkek, worker=traveller, recipient=fund)
    return exchange.send(by=bishkek, request=made, channel="electronic")


def enter(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def post(client, name, pk=None, **body):
    address = reverse(name, args=[pk] if pk else [])
    return client.post(address, json.dumps(body), content_type="application/json")


def test_a_request_is_read_and_answered(sent, bishkek, moscow, traveller, journal):
    there = enter(moscow)
    [row] = there.get(reverse("received-request-list")).json()["results"]
    assert (row["id"], row["sender"], row["recipient"]) == (str(sent.pk), "KG", "RU")
    assert "Асанова" not in json.dumps(row, ensure_ascii=False)
    read = there.get(reverse("received-request-detail", args=[sent.pk])).json()
    refs = [one["ref"] for one in read["content"]["periods"]]
    assert read["content"]["person"]["family_name"] == "Асанова" and refs
    assert journal(actor_id=moscow.pk, verb="read", subject_id=traveller.pk).count() == 1
    said = [{"ref": ref, "verdict": "confirmed"} for ref in refs]
    assert post(there, "received-request-answer", sent.pk, periods=said).json()["outcome"] == "new"
    assert post(there, "received-request-answer", sent.pk, periods=said).json()["outcome"] == "again"
    assert PeriodEvidence.everything.filter(document_type="P5000").count() == len(refs)
    [mine] = enter(bishkek).get(reverse("sent-request-list")).json()["results"]
    assert mine["state"] == "answered"


@pytest.mark.parametrize(
    ("periods", "place"),
    [
        (None, "periods"),
        ([{"ref": "1"}], "verdict"),
        ([{"ref": "1", "verdict": "confirmed", "start_on": "2020-13-01"}], "start_on"),
        ("all", "periods"),
    ],
)
def test_a_wrong_answer_names_its_field(sent, moscow, periods, place):
    body = {} if periods is None else {"periods": periods}
    refused = post(enter(moscow), "received-request-answer", sent.pk, **body)
    assert refused.status_code == 400 and place in refused.content.decode()
    assert not PeriodRequest.everything.get(pk=sent.pk).answers.exists()


def test_a_request_from_elsewhere_comes_in_once_and_its_answer_goes_back(sent, bishkek, house):
    message = enter(bishkek).get(reverse("sent-request-detail", args=[sent.pk])).json()["content"]
    message["message"] = "00000000-0000-4000-8000-00000000abcd"
    kazan = enter(house.user(Role.REGISTRY_OFFICIAL, "kazan", State.RU))
    made = [post(kazan, "received-request-list", **message) for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json()["id"] == made[1].json()["id"]
    answer = {
        "format": message["format"],
        "kind": "answer",
        "message": "00000000-0000-4000-8000-00000000dcba",
        "request": str(sent.message),
        "answered_at": "2026-11-26T12:00:00+06:00",
        "from": message["to"],
        "periods": [{"ref": one["ref"], "verdict": "confirmed"} for one in message["periods"]],
    }
    here = enter(bishkek)
    assert post(here, "sent-request-answer", sent.pk, **answer).json()["outcome"] == "new"
    assert post(here, "sent-request-answer", sent.pk, **answer).json()["outcome"] == "again"


def test_a_claim_is_filed_forwarded_read_and_decided(traveller, bishkek, moscow):
    here, there = enter(bishkek), enter(moscow)
    made = post(here, "pension-claim-list", worker=str(traveller.pk), claimed_on="2026-11-26")
    claim = made.json()
    assert made.status_code == 201 and {one["country"] for one in claim["branches"]} == {"KG", "KZ", "RU"}
    again = post(here, "pension-claim-list", worker=str(traveller.pk), claimed_on="2026-11-26")
    assert (again.status_code, again.json()["code"]) == (409, "open_already")
    assert there.get(reverse("claim-to-decide-list")).json()["results"] == []
    post(here, "pension-claim-forward", claim["id"])
    [branch] = there.get(reverse("claim-to-decide-list")).json()["results"]
    assert post(there, "claim-to-decide-receive", branch["id"]).json()["state"] == "received"
    file = there.get(reverse("claim-to-decide-statement", args=[branch["id"]]))
    assert hashlib.sha256(file.content).hexdigest() == branch["sha256"] == claim["sha256"]
    decision = {"outcome": "awarded", "decided_on": "2026-11-26", "reference": "P-1"}
    unpaid = post(there, "claim-to-decide-decide", branch["id"], **decision)
    assert unpaid.status_code == 400
    decision |= {"amount": "9584.69", "from_on": "2026-12-01"}
    decided = post(there, "claim-to-decide-decide", branch["id"], **decision).json()
    assert decided["decision"]["amount"] == "9584.69" and decided["decision"]["currency"] == "RUB"
    told = here.get(reverse("pension-claim-detail", args=[claim["id"]])).json()["branches"]
    assert {one["country"]: one["state"] for one in told} == {
        "KG": "received",
        "KZ": "forwarded",
        "RU": "awarded",
    }


@pytest.mark.parametrize(
    "role", [Role.ANALYST, Role.EMPLOYER_CLERK, Role.CASE_WORKER, Role.WORKER, Role.REGISTRY_OFFICIAL]
)
def test_a_third_sees_nothing(sent, traveller, bishkek, house, role):
    claim = post(
        enter(bishkek), "pension-claim-list", worker=str(traveller.pk), claimed_on="2026-11-26"
    ).json()
    branch = claim["branches"][0]["id"]
    other = enter(house.user(role, "minsk", State.BY))
    for name in ("sent-request", "received-request", "pension-claim", "claim-to-decide"):
        listed = other.get(reverse(f"{name}-list"))
        assert listed.status_code == 403 or listed.json()["results"] == []
    pairs = [
        ("sent-request-detail", sent.pk),
        ("received-request-detail", sent.pk),
        ("pension-claim-detail", claim["id"]),
        ("claim-to-decide-detail", branch),
        ("claim-to-decide-statement", branch),
    ]
    for name, pk in pairs:
        assert other.get(reverse(name, args=[pk])).status_code in (403, 404), name
    for name, pk in [
        ("sent-request-answer", sent.pk),
        ("received-request-answer", sent.pk),
        ("pension-claim-forward", claim["id"]),
        ("claim-to-decide-receive", branch),
        ("claim-to-decide-decide", branch),
    ]:
        body = {
            "periods": [],
            "outcome": "refused",
            "decided_on": "2026-11-26",
            "reference": "x",
            "reason": "x",
        }
        assert post(other, name, pk, **body).status_code in (403, 404), name


def test_the_person_reads_the_own_claim_alone(traveller, bishkek, moscow):
    claim = post(
        enter(bishkek), "pension-claim-list", worker=str(traveller.pk), claimed_on="2026-11-26"
    ).json()
    own = enter(traveller.user)
    assert own.get(reverse("pension-claim-detail", args=[claim["id"]])).json()["number"] == claim["number"]
    assert post(own, "pension-claim-forward", claim["id"]).status_code in (403, 404)


def test_every_list_and_every_row_of_persons_stands_in_the_journal(sent, traveller, bishkek, moscow, journal):
    """One entry for each row that was handed out, in one statement; a page without rows writes none."""
    here, there = enter(bishkek), enter(moscow)
    assert there.get(reverse("claim-to-decide-list")).status_code == 200
    looks = {"actor_id": moscow.pk, "verb__in": ["listed", "read"]}
    assert not journal(**looks).exists()
    claim = post(here, "pension-claim-list", worker=str(traveller.pk), claimed_on="2026-11-26").json()
    post(here, "pension-claim-forward", claim["id"])
    branch = there.get(reverse("claim-to-decide-list")).json()["results"][0]["id"]
    there.get(reverse("claim-to-decide-detail", args=[branch]))
    there.get(reverse("received-request-list"))
    told = journal(**looks, subject_id=traveller.pk).values_list("verb", "action", "object_id")
    assert list(told) == [
        ("listed", "claims.decide.view", branch),
        ("read", "claims.decide.view", branch),
        ("listed", "exchange.received.view", str(sent.pk)),
    ]
    for name, action in (("pension-claim", "claims.claim.view"), ("sent-request", "exchange.sent.view")):
        with CaptureQueriesContext(connection) as queries:
            here.get(reverse(f"{name}-list"))
        assert len([one for one in queries if "INSERT INTO" in one["sql"] and "journal" in one["sql"]]) == 1
        assert (
            journal(actor_id=bishkek.pk, verb="listed", action=action, subject_id=traveller.pk).count() == 1
        )
