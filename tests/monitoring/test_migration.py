"""Corridors of a state: computed a second way with pandas from the public files, and never of two sorts at once."""

import os
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from django.core.management import call_command
from django.urls import reverse

from monitoring import corridors as stored
from monitoring.migration import (
    Matrix,
    MixedSorts,
    concentration,
    corridors,
    effective_number,
    net,
    per_head,
    totals,
)
from monitoring.models import DataItem

DATA = Path(os.environ.get("KOZOT_SHARED_DIR", Path(__file__).parents[3] / "shared")) / "data"
public = pytest.mark.skipif(not DATA.is_dir(), reason="the public files lie in KOZOT_SHARED_DIR")
FLOWS = DATA / "abel_cohen_flows" / "flows_da_pb_closed_all_1990_2015.csv"
STOCKS = DATA / "undesa_migrant_stock" / "stock_bilateral_all_1990_2020.csv"
KNOMAD = DATA / "wb_bilateral_remittances_2017"


def matrix(cells, kind="flow", basis="modelled", period="2015", unknown=()):
    numbers = {pair: Decimal(value) for pair, value in cells.items()}
    return Matrix("x", kind, basis, "persons", period, numbers, frozenset(unknown))


SMALL = {
    ("KG", "RU"): 80,
    ("KG", "KZ"): 20,
    ("RU", "KG"): 20,
    ("UZ", "KG"): 5,
    ("RU", "KZ"): 7,
    ("KG", "KG"): 99,
}


def test_a_state_s_corridors_and_what_they_come_to():
    found = corridors(matrix(SMALL), "KG")
    assert [(one.partner, one.out, one.into, one.net) for one in found] == [
        ("RU", 80, 20, -60),
        ("KZ", 20, 0, -20),
        ("UZ", 0, 5, 5),
    ]
    assert totals(found) == (100, 25, 0)
    assert net(matrix(SMALL), "KG") == -75
    assert [one.return_ratio for one in found] == [25, 0, None]


def test_concentration_and_the_number_of_equal_partners():
    index = concentration([Decimal(80), Decimal(20)])
    assert index == Decimal("0.68")
    assert float(effective_number(index)) == pytest.approx(1 / 0.68)
    assert concentration([Decimal(1)] * 4) == Decimal("0.25")
    assert concentration([Decimal(0)]) is None and concentration([]) is None
    assert concentration([Decimal(1), None]) is None


def test_what_is_not_known_is_no_zero():
    some = matrix(SMALL, unknown=[("KG", "DE")])
    found = {one.partner: one for one in corridors(some, "KG")}
    assert found["DE"].out is None and found["DE"].into == 0
    assert totals(found.values())[2] == 1
    assert net(some, "KG") is None


def test_sorts_of_figures_are_not_mixed():
    stock = matrix(SMALL, kind="stock", basis="by_birth")
    with pytest.raises(MixedSorts):
        net(stock, "KG")
    money = matrix({("RU", "KG"): 2}, basis="modelled")
    with pytest.raises(MixedSorts):
        per_head(money, stock, "KG")
    with pytest.raises(MixedSorts):
        per_head(money, matrix(SMALL, kind="stock", period="2016"), "KG")
    with pytest.raises(MixedSorts):
        per_head(money, matrix(SMALL), "KG")
    assert per_head(money, matrix(SMALL, kind="stock"), "KG", 1_000_000) == {"RU": 25000}


# --- stored figures ---------------------------------------------------------------------------------


@pytest.fixture
def load(db, tmp_path):
    """Loads the lines of a public file that touch Kyrgyzstan or lie inside the region."""
    region = {"KGZ", "RUS", "KAZ", "UZB", "TJK", "TKM", "BLR", "ARM", "TUR", "DEU"}

    def run(path, mapping, origin, end):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        near = table[origin].isin(region) & table[end].isin(region)
        table = table[near | (table[origin] == "KGZ") | (table[end] == "KGZ")]
        table.to_csv(tmp_path / path.name, index=False)
        call_command("load_dataset", str(tmp_path / path.name), "--mapping", mapping, "--no-compute")
        return table

    return run


@public
def test_flows_net_and_return_against_pandas(load):
    load(FLOWS, "abel_cohen_all", "origin_iso3", "destination_iso3")
    found = stored.of_state(DataItem.objects.get(code="migration_flow_5y"), "KG")["2010"]
    raw = pd.read_csv(FLOWS)
    raw = raw[raw.period_start == 2010]
    out = int(raw[(raw.origin_iso3 == "KGZ") & (raw.destination_iso3 != "KGZ")].flow_persons_5y.sum())
    into = int(raw[(raw.destination_iso3 == "KGZ") & (raw.origin_iso3 != "KGZ")].flow_persons_5y.sum())
    assert totals(corridors(found, "KG"))[:2] == (out, into)
    assert net(found, "KG") == into - out
    pair = raw.set_index(["origin_iso3", "destination_iso3"]).flow_persons_5y
    russia = next(one for one in corridors(found, "KG") if one.partner == "RU")
    assert float(russia.return_ratio) == pytest.approx(100 * pair["RUS", "KGZ"] / pair["KGZ", "RUS"])


@public
def test_concentration_of_stocks_against_pandas(load):
    load(STOCKS, "undesa_stock", "origin_iso3", "destination_iso3")
    found = stored.of_state(DataItem.objects.get(code="migrants_by_birth"), "KG")
    raw = pd.read_csv(STOCKS)
    for year in (1990, 2020):
        mine = raw[(raw.year == year) & (raw.origin_iso3 == "KGZ")].stock_persons
        index = concentration(one.out for one in corridors(found[str(year)], "KG"))
        assert float(index) == pytest.approx(((mine / mine.sum()) ** 2).sum())
    assert totals(corridors(found["2020"], "KG"))[0] == 774377  # as the UN prints it


@public
def test_remittances_per_emigrant_against_pandas(load):
    load(
        KNOMAD / "bilateral_remittances_2017_musd.csv", "knomad_remittances", "sending_iso3", "receiving_iso3"
    )
    load(
        KNOMAD / "bilateral_migrant_stock_2017_persons.csv", "knomad_stock", "origin_iso3", "destination_iso3"
    )
    money = stored.of_state(DataItem.objects.get(code="remittances_bilateral_musd"), "KG")["2017"]
    heads = per_head(money, stored.people_of(money, "KG"), "KG", 1_000_000)
    paid = pd.read_csv(KNOMAD / "bilateral_remittances_2017_musd.csv")
    people = pd.read_csv(KNOMAD / "bilateral_migrant_stock_2017_persons.csv")
    paid = paid[(paid.sending_iso3 == "RUS") & (paid.receiving_iso3 == "KGZ")].musd.iloc[0]
    people = people[(people.origin_iso3 == "KGZ") & (people.destination_iso3 == "RUS")].persons.iloc[0]
    assert float(heads["RU"]) == pytest.approx(1e6 * paid / people)


# --- pages --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_figures_the_page_says_what_comes(client):
    client.cookies["django_language"] = "en"
    assert "No figures by state" in client.get(reverse("monitoring:migration")).content.decode()
    assert client.get(reverse("monitoring:migration_data", args=["csv"])).status_code == 404


FILE = "year,origin_iso3,destination_iso3,stock_persons\n" + "".join(
    f"{year},{origin},{end},{value}\n"
    for year in (2015, 2020)
    for origin, end, value in (("KGZ", "RUS", 500), ("KGZ", "KAZ", 9), ("RUS", "KGZ", 70), ("KAZ", "RUS", 30))
)


@pytest.fixture
def stocks(db, tmp_path):
    (tmp_path / "stocks.csv").write_text(FILE, encoding="utf-8")
    call_command("load_dataset", str(tmp_path / "stocks.csv"), "--mapping", "undesa_stock", "--no-compute")


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_page_has_charts_tables_and_source(client, stocks, language):
    client.cookies["django_language"] = language
    answer = client.get(reverse("monitoring:migration"), {"period": "2015"})
    page = answer.content.decode()
    assert page.count("<svg") >= 3 and "style=" not in page
    assert "UN DESA" in page
    assert [row[1:] for row in answer.context["rows"]] == [["500", "70"], ["9", "0"]]
    assert f'<html lang="{language}">' in page
    assert answer.context["period"] == "2015"


def test_what_is_asked_wrongly_is_answered_by_what_is_there(client, stocks):
    asked = {"item": "none", "state": "ZZ", "period": "1066"}
    answer = client.get(reverse("monitoring:migration"), asked)
    assert (answer.status_code, answer.context["state"], answer.context["period"]) == (200, "KG", "2020")
    client.cookies["django_language"] = "en"
    nobody = client.get(reverse("monitoring:migration"), {"state": "TM"})
    assert "No figures of this state" in nobody.content.decode()


def test_the_table_as_a_file_and_a_steady_number_of_queries(client, stocks, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(reverse("monitoring:migration"))
    client.cookies["django_language"] = "en"
    file = client.get(reverse("monitoring:migration_data", args=["csv"]))
    assert file.content.decode("utf-8-sig").splitlines()[1].startswith("Russia,500,70")
    assert client.get(reverse("monitoring:migration_data", args=["pdf"])).status_code == 404


def test_items_about_persons_of_the_house_never_stand_here(client, stocks):
    DataItem.objects.filter(code="migrants_by_birth").update(about_persons=True)
    assert stored.items() == []
