"""What the evaluation says when data are few, broken or contradict the design: never a wrong number."""

import numpy as np
import pytest

from monitoring.evaluation import DataProblem, design_from, evaluate, table_from_columns

from .evaluation_support import estimate

CELLS = {"design": "did", "outcome": "y", "treated": "d", "post": "p"}


def cross_section(n=40, seed=1, **changed):
    random = np.random.default_rng(seed)
    columns = {
        "d": np.arange(n) % 2,
        "p": (np.arange(n) // 2) % 2,
        "age": random.integers(20, 60, n),
        "y": random.normal(size=n),
    }
    return table_from_columns(**{**columns, **changed})


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"d": [0] * 40}, "no_treated"),
        ({"d": [1] * 40}, "no_comparison"),
        ({"p": [0] * 40}, "no_treated_after"),
        ({"p": [1] * 40}, "no_treated_before"),
        ({"y": [3] * 40}, "no_variation"),
        ({"y": [None] * 40}, "no_rows"),
    ],
)
def test_empty_cells(changed, reason):
    found = estimate(cross_section(**changed), **CELLS)
    assert (found.status, found.reason) == ("not_enough_data", reason)
    assert found.std_error is None
    assert found.p_value is None


def test_four_cells_give_a_difference_without_precision():
    """Snow's four published death rates: a difference, and nothing to judge it by."""
    table = table_from_columns(y=[135, 147, 85, 19], d=[0, 0, 1, 1], p=[0, 1, 0, 1])
    found = estimate(table, **CELLS)
    assert (found.status, found.reason) == ("not_enough_data", "no_residual_df")
    assert found.estimate == pytest.approx(-78)


def test_missing_values_are_left_out_and_counted():
    table = cross_section()
    y = list(table.columns["y"])
    y[0], y[7] = "NA", ""
    found = estimate(table_from_columns(**{**table.columns, "y": y}), **CELLS, covariates=["age"])
    assert found.n == 38
    assert found.diagnostics["rows_dropped"] == 2


def test_collinear_covariate_is_dropped_and_named():
    table = cross_section()
    table = table_from_columns(**table.columns, months=[12 * int(age) for age in table.columns["age"]])
    alone = estimate(table, **CELLS, covariates=["age"])
    both = estimate(table, **CELLS, covariates=["age", "months"])
    assert both.diagnostics["dropped"] == ["months"]
    assert both.estimate == pytest.approx(alone.estimate)
    assert both.df == alone.df
    assert "covariates_dropped" in both.warnings


def test_covariate_equal_to_the_effect_is_refused():
    table = cross_section()
    both = [int(d) * int(p) for d, p in zip(table.columns["d"], table.columns["p"], strict=True)]
    found = estimate(table_from_columns(**table.columns, both=both), **CELLS, covariates=["both"])
    assert found.reason == "collinear"


def test_one_cluster_is_too_few():
    table = table_from_columns(**cross_section().columns, village=["a"] * 40)
    found = estimate(table, **CELLS, se="cluster", cluster="village")
    assert found.reason == "too_few_clusters"


def test_two_units_two_periods():
    table = table_from_columns(u=["a", "a", "b", "b"], t=[1, 2, 1, 2], y=[1.0, 2.0, 1.5, 4.0])
    found = estimate(table, design="did", outcome="y", unit="u", time="t", treated_units=["b"], start=2)
    assert found.reason == "no_residual_df"
    assert found.estimate == pytest.approx(1.5)


def test_panel_without_anything_after():
    table = table_from_columns(u=list("aabbcc"), t=[1, 2] * 3, y=[1.0, 2, 1, 4, 3, 2])
    found = estimate(table, design="did", outcome="y", unit="u", time="t", treated_units=["b"], start=9)
    assert found.reason in ("no_treated", "no_treated_after")


def test_wrong_tables_are_errors_not_results():
    with pytest.raises(DataProblem, match="no column"):
        estimate(cross_section(), **{**CELLS, "treated": "dd"})
    with pytest.raises(DataProblem, match="0 or 1"):
        estimate(cross_section(), **{**CELLS, "treated": "age"})
    with pytest.raises(DataProblem, match="zero or negative"):
        estimate(cross_section(), **CELLS, log=True)
    with pytest.raises(DataProblem, match="does not hold"):
        estimate(cross_section(), design="did", outcome="y", treated="age", treated_units=[99], post="p")
    with pytest.raises(DataProblem, match="no row"):
        estimate(cross_section(), **CELLS, where={"age": 5})
    with pytest.raises(DataProblem, match="0 and 1 only"):
        estimate(cross_section(), design="two_proportions", outcome="age", treated="d")


def test_group_named_by_words():
    state = ["NJ" if i % 2 else "PA" for i in range(40)]
    table = table_from_columns(**cross_section().columns, state=state)
    named = estimate(table, **{**CELLS, "treated": "state"}, treated_units=["NJ"])
    assert named.estimate == pytest.approx(estimate(table, **CELLS).estimate)


def test_counts_instead_of_persons():
    persons = table_from_columns(y=[1] * 56 + [0] * 14 + [1] * 48 + [0] * 32, d=[1] * 70 + [0] * 80)
    counts = table_from_columns(y=[40, 16, 48], n=[50, 20, 80], d=[1, 1, 0])
    one = estimate(persons, design="two_proportions", outcome="y", treated="d")
    other = estimate(counts, design="two_proportions", outcome="y", treated="d", total="n")
    assert one == other
    assert one.estimate == pytest.approx(0.2)


def test_nobody_had_the_event():
    table = table_from_columns(y=[0, 0], n=[50, 60], d=[1, 0])
    found = estimate(table, design="two_proportions", outcome="y", treated="d", total="n")
    assert found.reason == "no_variation"


def test_staggered_start_has_no_exact_test_but_a_warning():
    random = np.random.default_rng(2)
    rows = [(u, t, float(t >= {0: 3, 1: 5}.get(u, 99))) for u in range(8) for t in range(8)]
    table = table_from_columns(
        u=[f"u{u}" for u, _, _ in rows],
        t=[2000 + t for _, t, _ in rows],
        d=[int(d) for *_, d in rows],
        y=[d + float(random.normal()) for *_, d in rows],
    )
    found = estimate(table, design="did", outcome="y", unit="u", time="t", treated="d", se="cluster")
    assert "staggered" in found.warnings
    assert found.p_exact is None


def test_pre_trend_is_seen():
    rows = [(u, t) for u in range(10) for t in range(8)]
    random = np.random.default_rng(6)
    table = table_from_columns(
        u=[f"u{u}" for u, _ in rows],
        t=[2000 + t for _, t in rows],
        y=[t * (1.0 if u < 4 else 0.0) + float(random.normal(scale=0.3)) for u, t in rows],
    )
    settings = {"design": "did", "outcome": "y", "unit": "u", "time": "t", "start": 2005}
    found = estimate(table, **settings, treated_units=["u0", "u1", "u2", "u3"])
    assert found.diagnostics["pre_trend"]["p_value"] < 0.001
    assert found.diagnostics["pre_trend_exact"]["p_value"] < 0.01
    assert "pre_trend" in found.warnings


def test_every_result_is_plain_json():
    import json

    for changed in ({}, {"y": [3] * 40}, {"d": [0] * 40}):
        result = evaluate(cross_section(**changed), design_from(CELLS)).as_dict()
        assert json.loads(json.dumps(result, allow_nan=False)) == result
