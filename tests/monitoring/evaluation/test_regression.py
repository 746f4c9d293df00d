"""Standard errors against statsmodels used directly, and dummies written out."""

import numpy as np
import pytest
import statsmodels.api as sm

from monitoring.evaluation.regression import Errors, codes_of, fit


@pytest.fixture
def panel():
    """An unbalanced panel of 12 units over 6 periods, two rows missing."""
    random = np.random.default_rng(7)
    unit, period = (axis.ravel() for axis in np.meshgrid(np.arange(12), np.arange(6), indexing="ij"))
    keep = np.ones(72, dtype=bool)
    keep[[3, 40]] = False
    unit, period = unit[keep], period[keep]
    d = ((unit < 4) & (period >= 3)).astype(float)
    x = random.normal(size=len(unit))
    y = 2 * d + x + unit * 0.3 + period * 0.1 + random.normal(size=len(unit)) * (1 + unit / 6)
    return unit, period, d, x, y


def written_out(panel):
    unit, period, d, x, _ = panel
    dummies = [(unit == u).astype(float) for u in range(12)] + [
        (period == t).astype(float) for t in range(1, 6)
    ]
    return np.column_stack([d, x, *dummies])


@pytest.mark.parametrize(
    ("kind", "cov_type"), [("classical", "nonrobust"), ("hc1", "HC1"), ("hc2", "HC2"), ("hc3", "HC3")]
)
def test_absorbed_effects_equal_dummies(panel, kind, cov_type):
    unit, period, d, x, y = panel
    columns = {
        "effect": d,
        "x": x,
        **{f"period[{t}]": (period == t).astype(float) for t in range(1, 6)},
    }
    found = fit(y, columns, effect="effect", errors=Errors(kind), absorbed=unit)
    direct = (
        sm.OLS(y, written_out(panel)).fit().get_robustcov_results(cov_type)
        if kind != "classical"
        else (sm.OLS(y, written_out(panel)).fit())
    )
    effect = found.infer({"effect": 1.0}, 0.95)
    assert effect.estimate == pytest.approx(direct.params[0])
    assert effect.std_error == pytest.approx(direct.bse[0])
    assert found.df == direct.df_resid
    if kind == "classical":
        assert effect.p_value == pytest.approx(direct.pvalues[0])
        assert effect.interval == pytest.approx(tuple(direct.conf_int()[0]))


def test_nested_effects_are_not_counted_but_others_are(panel):
    unit, period, d, x, y = panel
    columns = {"effect": d, "x": x, **{f"period[{t}]": (period == t).astype(float) for t in range(1, 6)}}
    by_unit = fit(y, columns, effect="effect", errors=Errors("cluster", unit), absorbed=unit)
    direct = sm.OLS(y, written_out(panel)).fit(
        cov_type="cluster", cov_kwds={"groups": unit, "use_correction": True}
    )
    n, k = len(y), 19
    every = direct.bse[0] * np.sqrt((n - k) / (n - 8))
    assert by_unit.infer({"effect": 1.0}, 0.95).std_error == pytest.approx(every)
    assert by_unit.df == 11
    crossing = codes_of((unit + period) % 5)
    crossed = fit(y, columns, effect="effect", errors=Errors("cluster", crossing), absorbed=unit)
    direct = sm.OLS(y, written_out(panel)).fit(cov_type="cluster", cov_kwds={"groups": crossing})
    assert crossed.infer({"effect": 1.0}, 0.95).std_error == pytest.approx(direct.bse[0])


def test_text_cluster_names(panel):
    unit, _, d, x, y = panel
    names = codes_of([f"район-{u}" for u in unit])
    columns = {"constant": np.ones(len(y)), "effect": d, "x": x}
    by_name = fit(y, columns, effect="effect", errors=Errors("cluster", names))
    by_code = fit(y, columns, effect="effect", errors=Errors("cluster", unit))
    assert by_name.covariance == pytest.approx(by_code.covariance)


def test_normal_reference_on_request(panel):
    _, _, d, x, y = panel
    columns = {"constant": np.ones(len(y)), "effect": d, "x": x}
    t = fit(y, columns, effect="effect", errors=Errors("hc1")).infer({"effect": 1.0}, 0.95)
    normal = fit(y, columns, effect="effect", errors=Errors("hc1", distribution="normal"))
    assert normal.infer({"effect": 1.0}, 0.95).p_value < t.p_value
    assert normal.software.distribution == "normal"


def test_joint_test_equals_statsmodels(panel):
    _, _, d, x, y = panel
    columns = {"constant": np.ones(len(y)), "effect": d, "x": x}
    found = fit(y, columns, effect="effect", errors=Errors()).joint_test(["effect", "x"])
    direct = sm.OLS(y, np.column_stack(list(columns.values()))).fit()
    assert found["statistic"] == pytest.approx(direct.fvalue)
    assert found["p_value"] == pytest.approx(direct.f_pvalue)
