# ruff: noqa: E501
"""Public files loaded as a user loads them; every value is computed a second way, with pandas or by hand."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from monitoring.models import DataItem, Figure, Observation, Submission

pytestmark = pytest.mark.django_db

DATA = Path(os.environ.get("KOZOT_SHARED_DIR", Path(__file__).parents[3] / "shared")) / "data"
public = pytest.mark.skipif(not DATA.is_dir(), reason="the public files lie in KOZOT_SHARED_DIR")


@pytest.fixture
def load(capsys, tmp_path):
    def run(file, mapping, *flags):
        if isinstance(file, str | bytes):
            path = tmp_path / "file.csv"
            path.write_bytes(file if isinstance(file, bytes) else file.encode())
            file = path
        if "\n" in mapping:
            (tmp_path / "mapping.yaml").write_text(mapping)
            mapping = str(tmp_path / "mapping.yaml")
        capsys.readouterr()
        call_command("load_dataset", str(file), "--mapping", mapping, "--json", *flags)
        return json.loads(capsys.readouterr().out)

    return run


def value(item, period, key=""):
    one = Observation.objects.as_of().get(item__code=item, period=period, key=key)
    return one.value if one.state == "value" else one.state


def total(item, period, **dims):
    rows = Observation.objects.as_of().filter(item__code=item, period=period, state="value")
    for name, code in dims.items():
        rows = rows.filter(key__contains=f"{name}={code}")
    return sum(rows.values_list("value", flat=True))


WORLD_BANK = """"Data Source","World Development Indicators",

"Last Updated Date","2026-07-01",

"Country Name","Country Code","Indicator Name","Indicator Code","1960","2010","2011","2012"
"Aruba","ABW","Personal remittances, received (% of GDP)","BX.TRF.PWKR.DT.GD.ZS","","0.2","0.3",".."
"Kyrgyz Republic","KGZ","Personal remittances, received (% of GDP)","BX.TRF.PWKR.DT.GD.ZS","","26.4125936","27.5734567890123","28.79"
"Kyrgyz Republic","KGZ","Net migration","SM.POP.NETM","","0","-24870",".."
"Kyrgyz Republic","KGZ","Surface area","AG.SRF.TOTL.K2","","199950","199950","199950"
"""


def test_the_world_banks_own_layout(load):
    told = load(WORLD_BANK, "wdi_wide")
    assert (told["lines"], told["left_out"], len(told["faults"])) == (4, 1, 4)
    assert value("remittances_gdp", "2011") == Decimal("27.5734567890")
    assert (value("net_migration", "2010"), value("net_migration", "2011")) == (0, -24870), "zero is a number"
    assert value("net_migration", "2012") == "missing"
    assert not Observation.objects.filter(period="1960").exists(), "a blank that says nothing new"
    assert {fault["line"] for fault in told["faults"]} == {9}
    assert "AG.SRF.TOTL.K2" in told["faults"][0]["what"] and told["faults"][0]["column"] == "Indicator Code"
    assert told["indicators"]["REMITTANCES_GDP"] > 0
    assert round(
        Figure.objects.as_of().get(indicator__code="REMITTANCES_GDP", period="2011").value, 4
    ) == Decimal("27.5735")
    assert load(WORLD_BANK, "wdi_wide")["new_or_changed"] == 0, "the same file again changes nothing"


def test_databank_heads_and_a_workbook(load, tmp_path):
    frame = pd.DataFrame(
        [["Kyrgyz Republic", "KGZ", "Remittances", "BX.TRF.PWKR.DT.GD.ZS", 26.41, ".."]],
        columns=[
            "Country Name",
            "Country Code",
            "Series Name",
            "Series Code",
            "2010 [YR2010]",
            "2011 [YR2011]",
        ],
    )
    frame.to_excel(tmp_path / "bank.xlsx", index=False)
    load(tmp_path / "bank.xlsx", "wdi_databank")
    assert (value("remittances_gdp", "2010"), value("remittances_gdp", "2011")) == (
        Decimal("26.41"),
        "missing",
    )


def test_undesa_table_with_the_years_three_times(load, tmp_path):
    rows = [
        ["United Nations"], ["Table 1"], [],
        [None] * 4 + ["International migrant stock (both sexes)", None, "(male)", None, "(female)", None],
        ["Region of destination", "Location code of destination", "Region of origin", "Location code of origin"]
        + [2015, 2020] * 3,
        ["Russian Federation", 643, "Kyrgyzstan", 417, 100, 110, 60, 61, 40, 49],
        ["WORLD", 900, "Kyrgyzstan", 417, 1000, 1100, 600, 610, 400, 490],
    ]  # fmt: skip
    rows = [row + [None] * (10 - len(row)) for row in rows]
    pd.DataFrame(rows).to_excel(tmp_path / "undesa.xlsx", index=False, header=False)
    told = load(tmp_path / "undesa.xlsx", "undesa_stock_wide")
    pair = "DEST_COUNTRY=RU;ORIGIN_COUNTRY=KG"
    assert value("migrants_by_birth", "2020", pair) == 110
    assert value("migrants_by_birth", "2020", f"{pair};SEX=F") == 49
    assert [fault["line"] for fault in told["faults"]] == [7] and "900" in told["faults"][0]["what"]


UNHCR = """Year,Country of origin,Country of origin (ISO),Country of asylum,Country of asylum (ISO),Refugees under UNHCR's mandate,Asylum-seekers
2023,Kyrgyzstan,KGZ,Germany,DEU,417,*
2023,Kyrgyzstan,KGZ,Austria,AUT,0,5
2023,Kyrgyzstan,KGZ,Nowhere,XXQ,7,5
"""


def test_unhcr_and_what_it_withholds(load):
    told = load(UNHCR, "unhcr_population")
    assert value("unhcr_refugees", "2023", "DEST_COUNTRY=DE;ORIGIN_COUNTRY=KG") == 417
    assert value("unhcr_asylum_seekers", "2023", "DEST_COUNTRY=DE;ORIGIN_COUNTRY=KG") == "suppressed"
    assert value("unhcr_refugees", "2023", "DEST_COUNTRY=AT;ORIGIN_COUNTRY=KG") == 0
    assert [(fault["line"], "XXQ" in fault["what"]) for fault in told["faults"]] == [(4, True)]


SDMX = """title: a test
layout: {layout}
item: {{column: INDICATOR, codes: {{REMIT: test_remittances}}}}
dimensions: {{REF_AREA: {{column: REF_AREA}}, SEX: {{column: SEX}}}}
items: [{{code: test_remittances, unit: persons, kind: flow, basis: registered, frequency: Q, title: test}}]
"""
CSV_1 = """DATAFLOW,FREQ,INDICATOR,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS
KG:FLOW(1.0),Q,REMIT,KG-B,F,2026-Q1,12.50,A,F
KG:FLOW(1.0),Q,REMIT,KG-B,M,2026-Q1,,O,F
KG:FLOW(1.0),Q,REMIT,KG-B,_T,2026-Q1,,A,C
KG:FLOW(1.0),Q,REMIT,41705214000000,_T,2026Q2,1.5E3,A,F
KG:FLOW(1.0),Q,REMIT,KG-B,F,2026,9,A,F
"""
CSV_2 = """STRUCTURE,STRUCTURE_ID,ACTION,FREQ: Frequency,INDICATOR: Indicator,REF_AREA: Area,SEX: Sex,TIME_PERIOD: Time,OBS_VALUE: Value,OBS_STATUS: Status
dataflow,KG:FLOW(1.0),I,Q: Quarterly,REMIT: Remittances,KG-B: Batken,F: Women,2026-Q1,12.50,A: Normal
dataflow,KG:FLOW(1.0),D,Q: Quarterly,REMIT: Remittances,KG-B: Batken,M: Men,2026-Q1,3,A: Normal
"""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<m:{kind} xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" xmlns:g="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:ss="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/structurespecific"><m:DataSet>"""
GENERIC = (
    HEAD.format(kind="GenericData")
    + """<g:Series><g:SeriesKey><g:Value id="INDICATOR" value="REMIT"/><g:Value id="REF_AREA" value="KG-B"/><g:Value id="SEX" value="F"/></g:SeriesKey>
<g:Attributes><g:Value id="UNIT" value="P"/></g:Attributes>
<g:Obs><g:ObsDimension value="2026-Q1"/><g:ObsValue value="12.50"/><g:Attributes><g:Value id="OBS_STATUS" value="A"/></g:Attributes></g:Obs>
<g:Obs><g:ObsDimension value="2026-Q2"/><g:ObsValue value="NaN"/></g:Obs></g:Series></m:DataSet></m:GenericData>"""
)
SPECIFIC = (
    HEAD.format(kind="StructureSpecificData")
    + """<Series INDICATOR="REMIT" REF_AREA="KG-B" SEX="F"><Obs TIME_PERIOD="2026-Q1" OBS_VALUE="12.50"/>
<Obs TIME_PERIOD="2026-Q2" OBS_STATUS="O"/></Series></m:DataSet></m:StructureSpecificData>"""
)
FLAT = (
    HEAD.format(kind="StructureSpecificData")
    + """<Obs INDICATOR="REMIT" REF_AREA="KG-B" SEX="F" TIME_PERIOD="2026-Q1" OBS_VALUE="12.50"/>
<Obs INDICATOR="REMIT" REF_AREA="KG-B" SEX="F" TIME_PERIOD="2026-Q2" OBS_VALUE="NaN"/></m:DataSet></m:StructureSpecificData>"""
)


def test_sdmx_csv_1(load):
    told = load(CSV_1, SDMX.format(layout="sdmx-csv"))
    assert value("test_remittances", "2026-Q1", "REF_AREA=KG-B;SEX=F") == Decimal("12.5")
    assert value("test_remittances", "2026-Q1", "REF_AREA=KG-B;SEX=M") == "missing"
    assert value("test_remittances", "2026-Q1", "REF_AREA=KG-B") == "suppressed"
    assert value("test_remittances", "2026-Q2", "REF_AREA=41705214000000") == 1500
    assert [(fault["line"], "frequency" in fault["what"]) for fault in told["faults"]] == [(6, True)]


def test_sdmx_csv_2_with_labels(load):
    told = load(CSV_2, SDMX.format(layout="sdmx-csv"))
    assert value("test_remittances", "2026-Q1", "REF_AREA=KG-B;SEX=F") == Decimal("12.5")
    assert [(fault["line"], fault["column"]) for fault in told["faults"]] == [(3, "ACTION")]


@pytest.mark.parametrize("message", [GENERIC, SPECIFIC, FLAT, SPECIFIC.replace("v2_1", "v3_0")])
def test_sdmx_ml(load, message):
    assert load(message, SDMX.format(layout="sdmx-ml"))["faults"] == []
    assert value("test_remittances", "2026-Q1", "REF_AREA=KG-B;SEX=F") == Decimal("12.5")
    assert value("test_remittances", "2026-Q2", "REF_AREA=KG-B;SEX=F") == "missing"


def test_an_xml_bomb_is_refused(load):
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'
    with pytest.raises(CommandError, match="well-formed"):
        load(bomb, SDMX.format(layout="sdmx-ml"))


ONE = """item: test_item
period: {column: year}
value: {column: number}
dimensions: {SEX: {column: sex, codes: {men: M, women: F, Total: _T}}}
items: [{code: test_item, unit: persons, kind: stock, basis: by_birth, title: a test}]
"""


def test_every_fault_has_its_place_and_the_rest_is_kept(load):
    told = load(
        'year,sex,number\n2020,Total,5\n2020,men,"1,234"\n2020,women,x\n20,men,3\n2021,other,1\n2020,Total,6\n',
        ONE,
    )
    assert [fault["line"] for fault in told["faults"]] == [3, 4, 5, 6, 7]
    places = [fault["column"] for fault in told["faults"]]
    assert places == ["number", "number", "year", "sex", "number"]
    assert value("test_item", "2020") == 5, "a line that begins with Total is a line like any other"
    load('year,sex,number\n2020,men,"1,234"\n', ONE + 'decimal: "."\n')
    assert value("test_item", "2020", "SEX=M") == 1234


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("by_birth", "modelled"), "never mixed"),
        (("stock", "flow"), "never mixed"),
        (("unit: persons", "unit: percent"), "never mixed"),
        (("column: number", "column: figure"), "no column"),
        (("{column: year}", "{colum: year}"), "colum"),
    ],
)
def test_what_is_refused_as_a_whole(load, change, words):
    load("year,sex,number\n2020,Total,5\n", ONE)
    with pytest.raises(CommandError, match=words):
        load("year,sex,number\n2020,Total,7\n", ONE.replace(*change))
    assert value("test_item", "2020") == 5


def test_a_dry_run_keeps_nothing(load):
    assert load(WORLD_BANK, "wdi_wide", "--dry-run")["figures"] > 0
    assert not Observation.objects.exists() and not Submission.everything.exists()


def test_a_code_that_has_ended(load):
    mapping = ONE.replace(
        "SEX: {column: sex, codes: {men: M, women: F, Total: _T}}", "REF_AREA: {column: sex}"
    )
    told = load("year,sex,number\n1990,SUN,5\n2000,SUN,5\n1990,SSD,1\n", mapping)
    assert [(fault["line"], "1991-12-25" in fault["what"]) for fault in told["faults"]] == [(3, True)]
    assert value("test_item", "1990", "REF_AREA=SS") == 1, "statistics are recast for newer states"


# --- the public files, against pandas ----------------------------------------------------------------


@public
def test_selected_development_indicators(load):
    path = DATA / "wb_wdi" / "wdi_selected_kgz_kaz_rus.csv"
    told, frame = load(path, "wdi_long"), pd.read_csv(path)
    assert told["faults"] == [] and told["figures"] == len(frame)
    for code, item in [
        ("BX.TRF.PWKR.DT.GD.ZS", "wdi_remittances_gdp"),
        ("SM.POP.NETM", "wdi_net_migration"),
        ("SL.UEM.TOTL.ZS", "wdi_unemployment_ilo"),
        ("NY.GDP.MKTP.CD", "wdi_gdp_usd"),
    ]:
        series = frame[(frame.indicator == code) & (frame.iso3 == "KGZ")].set_index("year")["value"]
        for year in (series.index.min(), 2011, series.index.max()):
            assert float(value(item, str(year), "REF_AREA=KG")) == pytest.approx(series[year], rel=1e-9)


@public
def test_growth_of_twelve_states(load):
    path = DATA / "wb_wdi" / "gdp_growth_annual_pct_cis.csv"
    frame = pd.read_csv(path)
    assert load(path, "wdi_long")["figures"] == len(frame)
    mean = frame[frame.year == 2010]["value"].mean()
    assert float(total("wdi_gdp_growth", "2010")) / len(frame[frame.year == 2010]) == pytest.approx(mean)


@public
@pytest.mark.slow
def test_stock_by_birth_of_all_states(load):
    path = DATA / "undesa_migrant_stock" / "stock_bilateral_all_1990_2020.csv"
    told, frame = load(path, "undesa_stock", "--no-compute"), pd.read_csv(path)
    assert told["faults"] == [] and told["figures"] == len(frame)
    of_kg = frame[frame.origin_iso3 == "KGZ"].groupby("year").stock_persons.sum()
    for year in (1990, 2020):
        assert total("migrants_by_birth", str(year), ORIGIN_COUNTRY="KG") == int(of_kg[year])
    assert of_kg[2020] == 774377
    pair = frame[(frame.origin_iso3 == "KGZ") & (frame.destination_iso3 == "RUS") & (frame.year == 2020)]
    assert value("migrants_by_birth", "2020", "DEST_COUNTRY=RU;ORIGIN_COUNTRY=KG") == int(
        pair.stock_persons.item()
    )


@public
def test_stock_and_flows_by_sex(load):
    path = DATA / "undesa_migrant_stock" / "stock_bilateral_postsoviet_by_sex_1990_2020.csv"
    frame = pd.read_csv(path)
    load(path, "undesa_stock_by_sex", "--no-compute")
    women = frame[(frame.origin_iso3 == "KGZ") & (frame.sex == "female") & (frame.year == 2020)]
    assert total("migrants_by_birth", "2020", ORIGIN_COUNTRY="KG", SEX="F") == int(women.stock_persons.sum())


@public
@pytest.mark.parametrize(
    ("file", "mapping", "item", "period", "dims", "second_way"),
    [
        ("un_population_stock_totals/migrant_stock_totals_1990_2020.csv", "un_stock_totals", "natives_abroad", "2020",
         {"REF_AREA": "KG"}, lambda f: f[(f.alpha3 == "KGZ") & (f.year == 2020)].disp.astype(float).sum()),
        ("un_population_stock_totals/population_totals_1990_2020_thousands.csv", "un_population", "population_wpp", "2020",
         {"REF_AREA": "KG"}, lambda f: 1000 * f[(f.alpha3 == "KGZ") & (f.year == 2020)]["pop"].sum()),
        ("abel_cohen_flows/flows_da_pb_closed_postsoviet_by_sex.csv", "abel_cohen_by_sex", "migration_flow_5y", "2015",
         {"ORIGIN_COUNTRY": "KG", "SEX": "M"},
         lambda f: f[(f.origin_iso3 == "KGZ") & (f.sex == "male") & (f.period_start == 2015)].flow_persons_5y.sum()),
        ("wb_bilateral_remittances_2017/bilateral_remittances_2017_musd.csv", "knomad_remittances", "remittances_bilateral_musd",
         "2017", {"RECEIVING_COUNTRY": "KG"}, lambda f: f[f.receiving_iso3 == "KGZ"].musd.sum()),
        ("wb_bilateral_remittances_2017/bilateral_migrant_stock_2017_persons.csv", "knomad_stock", "migrants_modelled",
         "2017", {"ORIGIN_COUNTRY": "KG"}, lambda f: f[f.origin_iso3 == "KGZ"].persons.sum()),
        ("exchange_rates/annual_average_per_usd_1993_2022.csv", "exchange_rates_yearly", "kgs_per_usd", "2022", {},
         lambda f: f[f.year == 2022].KGS_per_USD.sum()),
        ("exchange_rates/per_usd_quarterly_snapshots_2024_2026.csv", "exchange_rates_quarterly", "rub_per_usd_day",
         "2024-Q2", {}, lambda f: f[f.date == "2024-06-01"].RUB_per_USD.sum()),
        ("wb_wdi/central_asia_remittance_panel_2009_2024.csv", "remittance_panel", "panel_remittances_gdp", "2013",
         {"REF_AREA": "TJ"}, lambda f: f[(f.iso3c == "TJK") & (f.year == 2013)].remit_gdp.sum()),
    ],
)  # fmt: skip
def test_public_files_against_pandas(load, file, mapping, item, period, dims, second_way):
    load(DATA / file, mapping, "--no-compute")
    expected = second_way(pd.read_csv(DATA / file, na_values=["~"]))
    assert expected != 0
    assert float(total(item, period, **dims)) == pytest.approx(float(expected), rel=1e-9)


@public
def test_a_mark_for_no_value_is_no_country(load):
    """The file writes NA where a region has no code; NA is also Namibia."""
    path = DATA / "un_population_stock_totals" / "population_totals_1990_2020_thousands.csv"
    frame = pd.read_csv(path, keep_default_na=False)
    load(path, "un_population", "--no-compute")
    namibia = frame[(frame.alpha3 == "NAM") & (frame.year == 2020)]["pop"].astype(float).item()
    assert float(value("population_wpp", "2020", "REF_AREA=NA")) == pytest.approx(1000 * namibia)


def test_every_shipped_mapping_holds(load):
    from monitoring.services.statfiles import SHIPPED, declare_items
    from monitoring.statfiles import read_mapping

    names = sorted(SHIPPED.glob("*.yaml"))
    for path in names:
        mapping = read_mapping(path.read_bytes())
        assert mapping.title and mapping.source and mapping.licence, path.name
        declare_items(mapping)
    assert len(names) >= 15 and DataItem.everything.filter(code="migrants_by_birth").count() == 1


AREAS = """
item: areas
period: {column: year}
value: {column: n}
dimensions: {REF_AREA: {column: area}}
items: [{code: areas, unit: persons, kind: stock, basis: registered, title: {en: Areas}}]
"""


def test_codes_from_before_their_beginning_are_named(load):
    """Batken is an oblast since 1999; since when Osh city is counted apart nobody has verified."""
    lines = "year,area,n\n1995,KG-B,1\n1998,KG-B,2\n2005,KG-B,3\n2009,KG-GO,4\n2009,KG-T,5\n"
    told = load(lines, AREAS)["early_codes"]
    assert [(one["code"], one["periods"], one["figures"], one["verified"]) for one in told] == [
        ("KG-B", ["1995", "1998"], 2, True),
        ("KG-GO", ["2009", "2009"], 1, False),
    ]
    assert "1999-10-13" in told[0]["what"] and "not verified" in told[1]["what"]
