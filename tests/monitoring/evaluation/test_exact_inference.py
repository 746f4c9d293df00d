import itertools
import math
import time

import numpy as np
import pytest

from monitoring.evaluation import table_from_columns
from monitoring.evaluation.holm import holm
from monitoring.evaluation.randomisation import exact_test, smallest_p

from .evaluation_support import estimate


def regions(treated: int, *, effect: float = 12.0, units: int = 9, periods: int = 16):
    random = np.random.default_rng(11)
    rows = {"region": [], "quarter": [], "wage": []}
    for u, t in itertools.product(range(units), range(periods)):
        rows["region"].append(f"KG-{u}")
        rows["quarter"].append(f"{2018 + t // 4}-Q{t % 4 + 1}")
        rows["wage"].append(
            100 + 5 * u + t + effect * (u < treated and t >= 8) + float(random.normal(scale=2))
        )
    return table_from_columns(**rows)


def evaluated(treated: int, **design):
    names = [f"KG-{u}" for u in range(treated)]
    settings = {"design": "did", "outcome": "wage", "unit": "region", "time": "quarter", "se": "cluster"}
    return estimate(regions(treated), **{**settings, "treated_units": names, "start": "2020-Q1", **design})


def test_three_of_nine_in_under_a_second():
    evaluated(3)  # the first call pays for imports
    start = time.perf_counter()
    found = evaluated(3)
    assert time.perf_counter() - start < 1
    assert found.p_exact == pytest.approx(1 / 84)
    assert found.diagnostics["p_exact"]["assignments"] == 84
    assert found.feasibility["can_reach_level"]
    assert found.estimate == pytest.approx(12, abs=1.5)


def test_one_of_nine_can_never_reach_five_per_cent():
    found = evaluated(1)
    assert found.p_exact == pytest.approx(1 / 9)
    assert found.feasibility["smallest_p"] == pytest.approx(0.111, abs=0.0005)
    assert not found.feasibility["can_reach_level"]
    assert not found.detects_effect
    assert "one_treated_unit" in found.warnings


def test_every_assignment_refitted_gives_the_same_p():
    """The short formula against fitting the regression anew for every one of the 36 assignments."""
    found = evaluated(2)
    table = regions(2)
    names = sorted(set(table.columns["region"]))
    settings = {"design": "did", "outcome": "wage", "unit": "region", "time": "quarter", "start": "2020-Q1"}
    each = [
        estimate(table, **settings, treated_units=list(pair)).estimate
        for pair in itertools.combinations(names, 2)
    ]
    assert len(each) == 36
    extreme = sum(abs(value) >= abs(found.estimate) - 1e-9 for value in each)
    assert found.p_exact == pytest.approx(extreme / 36)


def test_randomised_comparison_against_all_permutations():
    y, d = np.array([3.1, 4.0, 2.2, 6.5, 7.1, 5.9, 8.0]), np.array([0, 0, 0, 1, 1, 0, 1])
    found = estimate(table_from_columns(y=y, d=d), design="rct", outcome="y", treated="d")
    gaps = []
    for chosen in itertools.combinations(range(7), 3):
        arm = np.isin(np.arange(7), chosen)
        gaps.append(abs(y[arm].mean() - y[~arm].mean()))
    expected = np.mean(np.array(gaps) >= abs(found.estimate) - 1e-9)
    assert found.p_exact == pytest.approx(expected)


def test_whole_clusters_are_permuted_where_clusters_were_randomised():
    random = np.random.default_rng(3)
    village = np.repeat(np.arange(8), 10)
    d = (village < 4).astype(int)
    y = random.normal(size=80) + village * 0.1
    table = table_from_columns(y=y, d=d, village=[f"v{v}" for v in village])
    found = estimate(table, design="rct", outcome="y", treated="d", cluster="village", se="cluster")
    assert found.diagnostics["p_exact"]["assignments"] == math.comb(8, 4)
    assert found.df == 7


def test_yes_no_outcome_of_any_size_is_exact():
    random = np.random.default_rng(5)
    y, d = (random.random(400) < 0.3).astype(int), np.arange(400) % 2
    found = estimate(table_from_columns(y=y, d=d), design="rct", outcome="y", treated="d")
    assert 0 < found.p_exact <= 1
    assert found.p_exact == pytest.approx(found.p_value, abs=0.1)


def test_too_many_assignments_are_sampled_and_said_so():
    units = 60
    gram, score = np.eye(units), np.random.default_rng(1).normal(size=units)
    found = exact_test(score, gram, 30, float(score[:30].mean()))
    assert not found.complete
    assert found.assignments == math.comb(60, 30)
    assert exact_test(score, gram, 30, float(score[:30].mean())) == found  # the same draws every time


def test_smallest_p():
    assert smallest_p(9, 1) == pytest.approx(1 / 9)
    assert smallest_p(9, 3) == pytest.approx(1 / 84)


def test_holm():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.04, 0.01]) == pytest.approx([0.04, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_ties_survive_a_large_constant():
    """Exact p counts ties; a level of a million million must not lose them to rounding."""
    base = np.random.default_rng(1).normal(size=72)
    columns = {
        "unit": np.repeat(np.arange(9), 8).tolist(),
        "time": np.tile(np.arange(2015, 2023), 9).tolist(),
    }
    design = {"design": "did", "outcome": "y", "unit": "unit", "time": "time", "start": 2019}
    found = [
        estimate(
            table_from_columns(y=(base + level).tolist(), **columns), **design, treated_units=["0", "1", "2"]
        )
        for level in (0, 1e12)
    ]
    assert found[0].p_exact == found[1].p_exact
