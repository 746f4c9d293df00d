"""The API of the chain and its figures, and the command beside it."""

import json
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from common import clock, jobs
from monitoring.models import Figure, Measure
from monitoring.periods import Frequency, Period
from monitoring.services import chain, datasets, indicators, measures

from .chain_walk import Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(house):
    user = house.user(Role.ANALYST)
    datasets.load_items(by=user)
    with time_machine.travel("2026-10-05 06:00Z", tick=False):
        datasets.load_series(by=user)
        indicators.load_shipped(by=user)
        compute(user)
    return user


def compute(user, period="2026-Q3"):
    job = jobs.enqueue("monitoring.compute", by=user, params={"period": period})
    assert jobs.run(job.pk) == "succeeded"


def get(client, address, **query):
    answer = client.get(f"/api/v1/{address}/", query, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_measures_with_their_stage_and_gate(client, house):
    walk = Walk(house)
    listed = get(client, "measures", stage="intake")["results"]
    assert [one["code"] for one in listed] == ["S03"]
    assert listed[0]["title"]["ky"] == walk.measure.version.title_ky
    assert listed[0]["title"]["state"]["ky"] == walk.measure.version.title_ky_state
    one = get(client, "measures/S03")
    assert {c["code"]: c["open"] for c in one["criteria"]}["problem_statement"] is True
    assert "statement of the problem" in one["waits_for"]
    walk.file("problem_statement")
    assert {c["code"]: c["open"] for c in get(client, "measures/S03")["criteria"]}[
        "problem_statement"
    ] is False
    assert len(get(client, "measures", page_size=100)["results"]) == 48
    assert client.get("/api/v1/measures/", {"stage": "nonsense"}).status_code == 400
    assert client.get("/api/v1/measures/X99/").status_code == 404
    assert client.post("/api/v1/measures/", {}).status_code in {401, 403, 405}


def test_the_list_of_measures_costs_the_same_for_one_and_for_all(client, house):
    analyst = house.user(Role.ANALYST)
    measures.load_study(by=analyst)
    chain.start(by=analyst, measure=Measure.everything.get(code="S03"))
    with CaptureQueriesContext(connection) as few:
        get(client, "measures", stage="intake", page_size=100)
    for one in Measure.everything.exclude(code="S03"):
        chain.start(by=analyst, measure=one)
    with CaptureQueriesContext(connection) as many:
        assert len(get(client, "measures", stage="intake", page_size=100)["results"]) == 48
    assert len(many) == len(few)


def test_indicators_and_the_items_behind_them(client, analyst):
    codes = {one["code"] for one in get(client, "indicators", page_size=100)["results"]}
    assert {"REMITTANCES_GDP", "NET_MIGRATION"} <= codes
    assert {one["tier"] for one in get(client, "indicators", tier="context")["results"]} == {"context"}
    one = get(client, "indicators/REMITTANCES_GDP")
    assert one["formula"] == "last(remittances_gdp)"
    assert [item["code"] for item in one["items"]] == ["remittances_gdp"]


def test_figures_as_they_were_known(client, analyst):
    with time_machine.travel("2026-11-05 06:00Z", tick=False):
        datasets.load_series(by=analyst, content=b"item,period,value\nremittances_gdp,2011,29\n")
        compute(analyst)
    asked = {"indicator": "REMITTANCES_GDP", "period": "2011", "key": ""}
    (now,) = get(client, "figures", **asked)["results"]
    (then,) = get(client, "figures", **asked, as_of="2026-10-10")["results"]
    assert Decimal(now["value"]) == 29
    assert round(Decimal(then["value"]), 2) == Decimal("27.57")
    assert now["revision_reason"] == "late_data"
    assert get(client, "figures", **asked, as_of="2020-01-01")["results"] == []
    assert client.get("/api/v1/figures/", {"as_of": "yesterday"}).status_code == 400
    one = get(client, f"figures/{then['short_id']}")
    (row,) = one["observations"]
    assert (row["item"], row["period"]) == ("remittances_gdp", "2011")
    assert round(Decimal(row["value"]), 2) == Decimal("27.57")
    assert len(row["sha256"]) == 64


def test_the_command_prints_a_figure(analyst, capsys):
    call_command("indicator", "REMITTANCES_GDP", "--period", "2011", "--json")
    (one,) = json.loads(capsys.readouterr().out)
    assert round(Decimal(one["value"]), 2) == Decimal("27.57")
    assert Figure.objects.get(short_id=one["figure"]).period == "2011"
    call_command("indicator", "REMITTANCES_GDP", "--period", "2011")
    assert one["figure"] in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("indicator", "REMITTANCES_GDP", "--period", "2011", "--as-of", "2020-01-01")
    with pytest.raises(CommandError):
        call_command("indicator", "NO_SUCH", "--period", "2011")
    with pytest.raises(CommandError):
        call_command("indicator", "REMITTANCES_GDP", "--period", "2011", "--as-of", "soon")


def test_the_command_breaks_down(analyst, capsys):
    measures.load_study(by=analyst)
    now = str(Period.containing(clock.today(), Frequency.QUARTERLY))
    compute(analyst, now)
    call_command("indicator", "MEASURES_OPEN", "--period", now, "--by", "HORIZON", "--json")
    values = {one["key"]: one["value"] for one in json.loads(capsys.readouterr().out)}
    assert values["HORIZON=short"] == "26"
    assert sum(int(value) for value in values.values()) == 48
