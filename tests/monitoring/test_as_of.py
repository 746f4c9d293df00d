"""Two vintages, asked for before, between and after, on every way out: each tells what was known then."""

import json

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from accounts.enums import Role
from monitoring import moments
from monitoring.models import Indicator
from monitoring.periods import Period
from monitoring.services import datasets, indicators

pytestmark = pytest.mark.django_db
CODE = "REMITTANCES_GDP"
FIRST, SECOND = "2026-10-05T10:00:00+06:00", "2026-10-05T16:00:00+06:00"
MOMENTS = {
    "2026-10-04": None,
    "2026-10-05T12:00": "27.57",
    "2026-10-05": "29.00",
    "2026-10-05T04:30:00Z": "27.57",
}


@pytest.fixture
def told(house):
    analyst = house.user(Role.ANALYST)
    with time_machine.travel("2026-10-01T10:00+06:00", tick=False):
        datasets.load_items(by=analyst)
        indicators.load_shipped(by=analyst)
    indicator = Indicator.everything.get(code=CODE)
    for moment, number in ((FIRST, "27.57"), (SECOND, "29")):
        with time_machine.travel(moment, tick=False):
            text = f"item,period,value\nremittances_gdp,2011,{number}\n"
            datasets.load_series(by=analyst, content=text.encode())
            indicators.compute(by=analyst, indicator=indicator, period=Period.parse("2011"))


def page(client, name, *args, **asked):
    client.cookies["django_language"] = "en"
    return client.get(reverse(name, args=args), asked)


WAYS = {
    "page": lambda client, when: page(client, "monitoring:indicator", CODE, as_of=when).content,
    "list": lambda client, when: page(client, "monitoring:indicators", as_of=when).content,
    "csv": lambda client, when: page(client, "monitoring:indicator_data", CODE, "csv", as_of=when).content,
    "sdmx.csv": lambda client, when: (
        page(client, "monitoring:indicator_data", CODE, "sdmx.csv", as_of=when).content
    ),
    "figures": lambda client, when: (
        client.get("/api/v1/figures/", {"indicator": CODE, "as_of": when}).content
    ),
    "sdmx": lambda client, when: (
        client.get(f"/api/v1/indicators/{CODE}/sdmx/", {"layout": "sdmx.csv", "as_of": when}).content
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("when", MOMENTS)
def test_every_way_out_tells_what_was_known_then(client, told, way, when):
    text = WAYS[way](client, when).decode()
    numbers = {"27.57": "27.57" in text, "29.00": "29.0" in text or ",29," in text or '"29' in text}
    assert [number for number, there in numbers.items() if there] == (
        [MOMENTS[when]] if MOMENTS[when] else []
    )


def test_the_command_tells_what_was_known_then(told, capsys):
    for when, number in MOMENTS.items():
        if number:
            call_command("indicator", CODE, "--period", "2011", "--as-of", when, "--json")
            (fact,) = json.loads(capsys.readouterr().out)
            assert float(fact["value"]) == float(number)


def test_revisions_and_definitions_of_a_moment(client, told):
    asked = {"as_of": "2026-10-05T12:00"}
    address = f"/api/v1/indicators/{CODE}/revisions/"
    assert [len(client.get(address, one).json()["figures"]) for one in (asked, {})] == [0, 2]
    assert client.get(f"/api/v1/indicators/{CODE}/").status_code == 200
    assert client.get(f"/api/v1/indicators/{CODE}/", {"as_of": "2026-09-01"}).status_code == 404


def test_the_matrix_of_migration_as_it_was_known(client, db, tmp_path):
    head, mapping = "year,origin_iso3,destination_iso3,stock_persons\n", "undesa_stock"
    for moment, number in ((FIRST, 500), (SECOND, 700)):
        (tmp_path / "stocks.csv").write_text(f"{head}2020,KGZ,RUS,{number}\n", encoding="utf-8")
        with time_machine.travel(moment, tick=False):
            call_command("load_dataset", str(tmp_path / "stocks.csv"), "--mapping", mapping, "--no-compute")
    shown = {
        when: [row[1] for row in page(client, "monitoring:migration", as_of=when).context.get("rows", [])]
        for when in ("2026-10-04", "2026-10-05T12:00", "2026-10-05", "")
    }
    assert shown == {"2026-10-04": [], "2026-10-05T12:00": ["500"], "2026-10-05": ["700"], "": ["700"]}
    file = page(client, "monitoring:migration_data", "csv", as_of="2026-10-05T12:00").content
    assert b"500" in file and b"700" not in file


@pytest.mark.parametrize("wrong", ["nonsense", "2026-13-01", "0001-01-01T00:00", "9999-12-31T23:59-05:00"])
def test_what_is_no_moment_never_passes_for_today(client, told, wrong):
    shown = page(client, "monitoring:indicator", CODE, as_of=wrong)
    assert "This is no day" in shown.content.decode()
    assert page(client, "monitoring:indicator_data", CODE, "csv", as_of=wrong).status_code == 404
    assert page(client, "monitoring:indicator_data", CODE, "sdmx.json", as_of=wrong).status_code == 404
    assert page(client, "monitoring:migration_data", "csv", as_of=wrong).status_code == 404
    assert client.get("/api/v1/figures/", {"as_of": wrong}).status_code == 400


def test_the_ends_of_the_calendar_are_days():
    assert moments.moment_of("9999-12-31").year == 9999
    assert moments.moment_of("0001-01-02").year == 1
