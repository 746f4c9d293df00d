"""The trade room alone: what the study prints comes out of its own figures, and further figures can be loaded."""

import csv
import os
from decimal import Decimal
from pathlib import Path

import pytest

from monitoring.trade import SHIPPED, Status, findings, read, sheets
from monitoring.trade.elasticities import arc, implied
from monitoring.trade.findings import same_digits
from monitoring.trade.prices import implied_barrier, import_price, weighted_tariff
from monitoring.trade.scenarios import factors, scenarios, sector_paths
from monitoring.trade.tables import fund, mutual_trade, totals
from monitoring.trade.words import fault_text, wording

SHARED = Path(os.environ.get("KOZOT_SHARED_DIR") or Path(__file__).resolve().parents[4] / "shared")
SEED = SHARED / "data" / "seed_tables"
HEAD = "section,subject,item,object,period,value\n"
FARMING = "agriculture_forestry_fisheries"


@pytest.fixture(scope="module")
def study():
    found, faults = read(SHIPPED.read_text(encoding="utf-8"))
    assert faults == []
    return found


@pytest.fixture(scope="module")
def found(study):
    return {one.entry.address: one for one in findings(study)}


def test_totals_are_the_sums_of_their_parts_but_for_one_rounding(study):
    off = [one for one in totals(study) if one.difference]
    assert [(one.reporter, one.flow, one.year, one.difference) for one in off] == [
        ("BLR", "import", "2013", Decimal("-0.1"))
    ]
    assert abs(off[0].difference) <= off[0].rounding


def test_the_union_s_trade_grew_by_what_the_readable_tables_say(study, found):
    assert mutual_trade(study, "2010") == Decimal("47205.4")
    assert mutual_trade(study, "2013") == Decimal("64161.2")
    growth = found["quoted/cu_mutual_trade_growth//CU/2010-2013"]
    assert (growth.status, growth.reason) == (Status.DIFFERS, "exports_by_mirror")
    assert found["quoted/cu_intraregional_share_end//CU/2013"].status is Status.REPRODUCED


def test_tariffs_alone_raise_the_prices_of_farming_more_than_printed_and_barriers_explain_the_rest(study):
    by_hand = 0.75 * 1 + 0.25 * 105.415 / 103.561
    assert float(import_price(study, FARMING)) == pytest.approx(by_hand, abs=1e-9)
    barrier = float(implied_barrier(study, FARMING, Decimal("1.0038")))
    explained = by_hand + 0.75 * ((100 + 0.75 * barrier) / (100 + barrier) - 1)
    assert explained == pytest.approx(1.0038, abs=1e-9)


def test_arc_elasticity_is_the_same_in_both_directions():
    there = arc(Decimal(42), Decimal(39), Decimal(1), Decimal("1.0323"))
    back = arc(Decimal(39), Decimal(42), Decimal("1.0323"), Decimal(1))
    assert there == back
    assert float(there) == pytest.approx((-3 / 40.5) / (0.0323 / 1.01615))
    assert arc(Decimal(42), Decimal(39), Decimal(1), Decimal(1)) is None


def test_rounded_shares_leave_an_interval_around_the_implied_elasticity(study):
    for one in implied(study):
        assert one.low <= one.value <= one.high
        assert one.low < one.high


def test_the_first_scenario_comes_out_and_the_others_are_told_apart(study, found):
    first, second, third = scenarios(study)
    assert same_digits(first.shift, Decimal("8.5"))
    assert not first.implied
    for one, multiple in ((second, 2.083), (third, 2.382)):
        assert one.implied
        assert float(one.multiple) == pytest.approx(multiple, abs=0.001)
        assert same_digits(one.shift, one.printed)
    assert found["scenario/2/shift//year3"].status is Status.GIVEN
    assert found["scenario/2/elasticity//year1"].status is Status.UNREADABLE


def test_imports_from_outside_never_fall_under_nothing():
    assert factors([Decimal(-50)], [Decimal(10)]) == [Decimal(0)]


def test_the_first_year_of_annex_six_comes_out_for_minerals(study):
    path = next(one for one in sector_paths(study) if one.sector == "other_nonmetallic_mineral_products")
    assert round(path.computed[0]) == path.printed[0] == 65


def test_what_countries_pay_and_receive_of_the_fund_cancels_out(study):
    assert {one.country: one.net for one in fund(study)} == {
        "BRA": Decimal(-60),
        "ARG": Decimal(-17),
        "PRY": Decimal(46),
        "URY": Decimal(31),
    }


def test_every_figure_has_a_status_and_every_other_than_reproduced_a_reason_in_three_languages(found):
    for one in found.values():
        if one.status is not Status.REPRODUCED:
            assert set(wording()["reasons"][one.reason]) == {"ky", "ru", "en"}, one.entry.address
        if one.status is Status.REPRODUCED:
            assert same_digits(one.computed, one.entry.value)
        assert (one.status is Status.UNREADABLE) == (one.entry.value is None)


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_sheet_has_words_numbers_and_formulas(study, language):
    for sheet in sheets(study, language):
        assert sheet.title and sheet.about and sheet.rows
        for row in sheet.rows:
            assert len(row) == len(sheet.heads)
            for value, head in zip(row, sheet.heads, strict=True):
                assert value is None or isinstance(value, str) == (head.kind == "text"), (sheet.key, head.key)


# --- figures of others -----------------------------------------------------------------------------


def test_new_years_complete_the_tables(study):
    text = SHIPPED.read_text(encoding="utf-8")
    more = (
        HEAD + "trade,KAZ,export,RUS,2014,5000\ntrade,KAZ,export,BLR,2014,50\ntrade,KAZ,export,CU,2014,5050\n"
    )
    longer, faults = read(text, more)
    assert not faults
    total = next(
        one for one in totals(longer) if (one.reporter, one.flow, one.year) == ("KAZ", "export", "2014")
    )
    assert total.difference == 0
    assert len(longer.entries) == len(study.entries) + 3


def test_an_unreadable_figure_can_be_completed_and_a_known_one_is_not_overwritten():
    text = SHIPPED.read_text(encoding="utf-8")
    more = HEAD + "trade,KAZ,export,RUS,2010,5662.3\ntrade,RUS,export,BLR,2010,1\n"
    completed, faults = read(text, more)
    assert completed.value("trade", "KAZ", "export", "RUS", "2010") == Decimal("5662.3")
    assert completed.value("trade", "RUS", "export", "BLR", "2010") == Decimal("18254.1")
    assert [(one.file, one.line, one.code, one.text) for one in faults] == [
        (1, 3, "known_otherwise", "18254.1")
    ]


def test_a_weighted_tariff_is_computed_from_lines():
    lines = "line,toys,9503,other,imports,30\nline,toys,9504,other,imports,10\n"
    rates = "line,toys,9503,other,before,5\nline,toys,9504,other,before,13\nline,toys,9505,other,before,99\n"
    loaded, faults = read(HEAD + lines + rates)
    assert not faults
    one = weighted_tariff(loaded, "toys", "other", "before")
    assert (one.rate, one.lines) == (Decimal(7), 2)


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("tradee,RUS,export,BLR,2014,1", "section", "unknown_section"),
        ("trade,,export,BLR,2014,1", "subject", "empty"),
        ("trade,RUS,transit,BLR,2014,1", "item", "unknown_word"),
        ("share,toys,,moon,before,1", "object", "unknown_word"),
        ("trade,RUS,export,BLR,last year,1", "period", "no_year"),
        ("trade,RUS,export,BLR,2014,12 345", "value", "no_number"),
        ("trade,RUS,export,BLR,2014,1e999999", "value", "no_number"),
        ("trade,RUS,export,BLR,2014,-4", "value", "negative"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_kept(row, column, code):
    loaded, faults = read(HEAD + row + "\nprice,toys,,,2014,1.02\n")
    assert [(one.line, one.column, one.code) for one in faults] == [(2, column, code)]
    assert loaded.value("price", "toys", "", "", "2014") == Decimal("1.02")
    for language in ("ky", "ru", "en"):
        assert "2" in fault_text(faults[0], language)


def test_a_study_of_three_figures_still_makes_every_sheet():
    loaded, _faults = read(
        HEAD + "price,toys,,,2015,1.02\nscenario,1,elasticity,,year1,-1\nshare,toys,,CU,before,10\n"
    )
    made = sheets(loaded, "en")
    assert len(made) == 10
    assert [one.status for one in findings(loaded)].count(Status.REPRODUCED) == 0


# --- held to the study's own tables -------------------------------------------------------------------


def _seed(name: str) -> list[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _addressed():
    """(address, text) of each readable number of the seed's tables that carry a place of their own."""
    for row in _seed("trade_cu_2010_2013.csv"):
        address = f"trade/{row['reporter_iso3']}/{row['flow']}/{row['partner']}/{row['year']}"
        yield address, row["value"]
    for row in _seed("price_shocks_annex4.csv"):
        yield f"price/{row['sector']}///{row['year']}", row["shock_base1"]
    for row in _seed("price_shock_text_2015_pct.csv"):
        yield f"price_text/{row['item']}///2015", row["value_pct"]
    for row in _seed("import_shares_annex6.csv"):
        period = row["period"].removesuffix("_CU")
        yield f"share/{row['sector']}//CU/{period}", row["share_CU_pct"]
        yield f"share/{row['sector']}//other/{period}", row["share_nonCU_pct"]
    for row in _seed("weighted_tariffs_annex1.csv"):
        for origin, column in (("CU", "CU"), ("other", "nonCU")):
            for moment in ("before", "under"):
                yield f"tariff/{row['sector']}//{origin}/{moment}", row[f"tariff_{column}_{moment}"]
    for row in _seed("scenarios_table_2_4.csv"):
        for year in (1, 2, 3):
            yield f"scenario/{row['scenario']}/elasticity//year{year}", row[f"elasticity_year{year}_pct"]
        yield f"scenario/{row['scenario']}/shift//year3", row["import_shift_from_nonCU_to_CU_pct"]
    for row in _seed("focem.csv"):
        yield f"fund_key/{row['country']}/contribution//", row["contribution_pct"]
        yield f"fund_key/{row['country']}/allocation//", row["allocation_pct"]


@pytest.mark.skipif(not SEED.is_dir(), reason="the study's tables lie in KOZOT_SHARED_DIR")
def test_every_readable_number_of_the_study_is_accounted_for(found):
    for address, text in _addressed():
        assert found[address].entry.value == (Decimal(text) if text else None), address
    quoted = [one.entry for one in found.values() if one.entry.section == "quoted"]
    for row in _seed("macro_figures.csv"):
        same = [one for one in quoted if (one.subject, one.object) == (row["indicator"], row["geo"])]
        ends = [row["value"]] if row["value"].startswith("-") else row["value"].split("-")
        assert {Decimal(end) for end in ends} <= {one.value for one in same}, row
    for name, section, columns in (
        ("elasticities_table_2_3.csv", "elasticity", ["el_2012_2008", "el_2012_2009", "el_2012_2010"]),
        ("macro_criteria_table.csv", "criterion", ["col1", "col2"]),
        ("trade_composition_box_1_3.csv", "composition", ["share_of_exports_pct"]),
        ("import_substitutability.csv", "substitution", ["share_of_kg_imports_pct"]),
        ("interviews.csv", "interviews", ["count"]),
    ):
        printed = sorted(Decimal(row[column]) for row in _seed(name) for column in columns)
        ours = [one.entry.value for one in found.values() if one.entry.section == section]
        assert sorted(value for value in ours if value is not None) == printed, name
