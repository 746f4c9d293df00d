import numpy as np
import pytest

from monitoring.evaluation import DataProblem, NotEnoughData, table_from_columns
from monitoring.evaluation.ar1 import fit_ar1

from .evaluation_support import estimate


def ar1_noise(random, n, rho):
    noise = np.empty(n)
    noise[0] = random.normal() / np.sqrt(1 - rho**2)
    for t in range(1, n):
        noise[t] = rho * noise[t - 1] + random.normal()
    return noise


def months(n, first=2015):
    return [f"{first + t // 12}-{t % 12 + 1:02d}" for t in range(n)]


def series(n=72, begins=48, level=5.0, slope=0.2, rho=0.4, seed=2):
    t = np.arange(n)
    post = (t >= begins).astype(int)
    y = 10 + 0.1 * t + level * post + slope * post * (t - begins)
    return table_from_columns(
        month=months(n), y=y + ar1_noise(np.random.default_rng(seed), n, rho), post=post
    )


def test_reml_is_generalised_least_squares_at_its_rho():
    random = np.random.default_rng(4)
    n = 40
    x = np.column_stack([np.ones(n), np.arange(n), np.arange(n) >= 25]).astype(float)
    y = x @ [1, 0.1, 2] + ar1_noise(random, n, 0.5)
    found = fit_ar1(y, x, np.arange(n))
    v = found.rho ** np.abs(np.subtract.outer(np.arange(n), np.arange(n))) / (1 - found.rho**2)
    inverse = np.linalg.inv(v)
    b = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
    rest = y - x @ b
    covariance = np.linalg.inv(x.T @ inverse @ x) * (rest @ inverse @ rest) / (n - 3)
    assert found.coefficients == pytest.approx(b)
    assert found.covariance == pytest.approx(covariance)
    assert found.df == pytest.approx((n - 3) * (1 - found.rho) / (1 + found.rho))

    def restricted(rho):
        v = rho ** np.abs(np.subtract.outer(np.arange(n), np.arange(n))) / (1 - rho**2)
        inverse = np.linalg.inv(v)
        b = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
        rest = y - x @ b
        s2 = rest @ inverse @ rest / (n - 3)
        dets = np.linalg.slogdet(v)[1] + np.linalg.slogdet(x.T @ inverse @ x)[1]
        return -0.5 * ((n - 3) * np.log(s2) + dets)

    # unscaled here: V has 1/(1-rho²) on its diagonal, which moves the constant with rho only through s2
    grid = np.linspace(found.rho - 0.2, min(found.rho + 0.2, 0.98), 81)
    assert grid[np.argmax([restricted(r) for r in grid])] == pytest.approx(found.rho, abs=0.006)


def test_gaps_are_known_to_the_errors():
    random = np.random.default_rng(9)
    n = 60
    x = np.column_stack([np.ones(n), np.arange(n) >= 40]).astype(float)
    y = x @ [1, 2] + ar1_noise(random, n, 0.6)
    keep = np.delete(np.arange(n), [10, 11, 12, 30])
    found = fit_ar1(y[keep], x[keep], keep.astype(float))
    v = found.rho ** np.abs(np.subtract.outer(keep, keep))
    inverse = np.linalg.inv(v)
    b = np.linalg.solve(x[keep].T @ inverse @ x[keep], x[keep].T @ inverse @ y[keep])
    assert found.coefficients == pytest.approx(b)


def test_level_slope_and_end_are_told_apart():
    settings = {"design": "its", "outcome": "y", "time": "month", "start": "2019-01"}
    level = estimate(series(), **settings)
    slope = estimate(series(), **settings, effect="slope")
    end = estimate(series(), **settings, effect="end")
    assert level.software.standard_errors == "ar1"
    assert end.estimate == pytest.approx(level.estimate + 23 * slope.estimate)
    assert level.diagnostics["effects"]["slope"]["estimate"] == pytest.approx(slope.estimate)
    assert level.estimate == pytest.approx(5, abs=2)
    assert slope.estimate == pytest.approx(0.2, abs=0.15)
    assert level.diagnostics["begins"] == "2019-01"
    assert level.df < level.n - 4


def test_post_column_and_start_say_the_same():
    by_column = estimate(series(), design="its", outcome="y", time="month", post="post")
    by_start = estimate(series(), design="its", outcome="y", time="month", start="2019-01-01")
    by_order = estimate(series(), design="its", outcome="y", post="post")
    assert by_column.estimate == by_start.estimate == pytest.approx(by_order.estimate)


def test_short_series_take_least_squares():
    found = estimate(series(n=11, begins=7), design="its", outcome="y", time="month", post="post")
    assert found.software.standard_errors == "classical"
    assert found.df == 7


def test_order_of_rows_does_not_matter():
    table = series()
    order = np.random.default_rng(1).permutation(len(table))
    mixed = table_from_columns(**{name: [values[i] for i in order] for name, values in table.columns.items()})
    settings = {"design": "its", "outcome": "y", "time": "month", "start": "2019-01"}
    assert estimate(mixed, **settings).estimate == pytest.approx(estimate(table, **settings).estimate)


def test_hac_against_statsmodels():
    import statsmodels.api as sm

    table = series()
    t, post, y = np.arange(72), table.numbers("post"), table.numbers("y")
    x = np.column_stack([np.ones(72), t, post, post * (t - 48)])
    direct = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True}, use_t=True)
    found = estimate(
        table,
        design="its",
        outcome="y",
        time="month",
        post="post",
        se="hac",
        hac={"lags": 3, "correction": True},
    )
    assert found.estimate == pytest.approx(direct.params[2])
    assert found.std_error == pytest.approx(direct.bse[2])
    assert found.p_value == pytest.approx(direct.pvalues[2])
    assert "hac_in_short_series" in found.warnings


def test_no_period_after_is_a_result():
    found = estimate(series(), design="its", outcome="y", time="month", start="2030-01")
    assert (found.status, found.reason) == ("not_enough_data", "no_after")


def test_two_periods_before_are_too_few():
    found = estimate(series(n=12, begins=2), design="its", outcome="y", time="month", post="post")
    assert found.reason == "too_few_before"


def test_a_period_may_not_stand_twice():
    table = table_from_columns(year=[2001, 2001, 2002, 2003], y=[1, 2, 3, 4], post=[0, 0, 0, 1])
    with pytest.raises(DataProblem, match="several rows"):
        estimate(table, design="its", outcome="y", time="year", post="post")


def test_measure_that_ended_has_a_level_only():
    post = [0] * 20 + [1] * 10 + [0] * 10
    y = ar1_noise(np.random.default_rng(3), 40, 0.2) + np.array(post) * 4
    found = estimate(table_from_columns(y=y, post=post), design="its", outcome="y", post="post")
    assert "measure_ended" in found.warnings
    assert "slope" not in found.diagnostics["effects"]


def test_a_wandering_series_is_refused():
    """A doubly summed walk has its likelihood's maximum at the edge, or hardly a degree of freedom left."""
    walk = np.cumsum(np.cumsum(np.random.default_rng(8).normal(size=40)))
    table = table_from_columns(y=walk + 100, post=[0] * 25 + [1] * 15)
    found = estimate(table, design="its", outcome="y", post="post", trend=False)
    assert found.status == "not_enough_data"
    assert found.reason in ("random_walk", "too_correlated")
    assert found.diagnostics["alternatives"]["classical"]["std_error"] > 0


def test_seasons_by_category():
    table = series()
    with_season = table_from_columns(
        **table.columns, season=[int(month[-2:]) % 4 for month in table.columns["month"]]
    )
    found = estimate(
        with_season, design="its", outcome="y", time="month", post="post", covariates=["C(season)"]
    )
    assert sum(row["name"].startswith("season[") for row in found.diagnostics["coefficients"]) == 3


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.0, 0.4])
@pytest.mark.parametrize(("n", "before"), [(12, 8), (24, 16), (36, 24), (72, 48)])
def test_size_of_a_nominal_five_per_cent_test(n, before, rho):
    """2,000 series without any effect: between 3 and 9 per cent are called significant."""
    random = np.random.default_rng(20260)
    t = np.arange(n, dtype=float)
    post = (t >= before).astype(float)
    x = np.column_stack([np.ones(n), t, post, post * (t - before)])
    from scipy import stats

    rejected = 0
    for _ in range(2000):
        y = ar1_noise(random, n, rho)
        try:
            found = fit_ar1(y, x, t)
        except NotEnoughData:  # refused fits reject nothing
            continue
        statistic = abs(found.coefficients[2]) / np.sqrt(found.covariance[2, 2])
        rejected += found.df >= 1 and 2 * stats.t.sf(statistic, found.df) < 0.05
    assert 0.03 <= rejected / 2000 <= 0.09
