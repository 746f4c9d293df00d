"""Randomised comparison: difference of means, adjusted for covariates if the design registered them."""

import math
from typing import Any

import numpy as np

from monitoring.evaluation.attainable import of_estimate, of_units
from monitoring.evaluation.design import Design
from monitoring.evaluation.problems import NotEnoughData
from monitoring.evaluation.randomisation import MOST_ASSIGNMENTS, exact_test
from monitoring.evaluation.regression import Fit, fit, scaled
from monitoring.evaluation.result import Estimate
from monitoring.evaluation.sample import Sample

EFFECT = "treated"
FEW_CLUSTERS = 20


def randomised_comparison(sample: Sample, design: Design) -> Estimate:
    """Effect of being assigned to treatment. Where `unit` or `cluster` holds one arm only, whole units were
    randomised, and exact inference is over units."""
    arms = [sample.y[sample.treated == flag] for flag in (0, 1)]
    if not len(arms[1]) or not len(arms[0]):
        raise NotEnoughData("no_comparison" if len(arms[1]) else "no_treated")
    kind = design.se or ("cluster" if design.cluster else "classical")
    columns = {"constant": np.ones(sample.n), EFFECT: sample.treated, **sample.covariates}
    result = fit(sample.y, columns, effect=EFFECT, errors=sample.errors(design, kind), weights=sample.weights)
    effect = result.infer({EFFECT: 1.0}, design.level)
    units = _units(sample)
    p_exact, exact = _exact(sample, units, result)
    feasibility = {
        **of_estimate(effect.std_error, result.df, design),
        **of_units(len(units), int(units.sum()), design.alpha),
    }
    return Estimate(
        design="rct",
        outcome=sample.outcome,
        quantity="rct",
        estimate=effect.estimate,
        std_error=effect.std_error,
        interval=effect.interval,
        level=design.level,
        p_value=effect.p_value,
        p_exact=p_exact,
        statistic=effect.statistic,
        df=result.df,
        n=sample.n,
        scale="percent" if design.log else "units",
        diagnostics={
            "arms": {"control": _arm(sample, 0), "treated": _arm(sample, 1)},
            "welch": _welch(arms[1], arms[0]) if sample.weights is None else None,
            "balance": _balance(sample),
            "p_exact": exact,
            "coefficients": result.table(design.level),
            "clusters": result.clusters,
            "r_squared": result.r_squared,
            "dropped": result.dropped,
            "rows_dropped": sample.rows_dropped,
        },
        feasibility=feasibility,
        warnings=_warnings(result, len(units) < sample.n),
        software=result.software,
    )


def _units(sample: Sample) -> np.ndarray:
    """Treatment of each unit that was randomised: of clusters if each holds one arm only, else of rows."""
    codes = _randomised_groups(sample)
    if codes is None:
        return sample.treated
    return np.bincount(codes, weights=sample.treated) / np.bincount(codes)


def _randomised_groups(sample: Sample) -> np.ndarray | None:
    codes = sample.cluster if sample.cluster is not None else sample.unit
    if codes is None:
        return None
    shares = np.bincount(codes, weights=sample.treated) / np.bincount(codes)
    return codes if np.all(np.isin(shares, (0, 1))) else None


def _exact(sample: Sample, units: np.ndarray, result: Fit) -> tuple[float | None, dict[str, Any]]:
    """Exact p over all assignments, or, for a yes/no outcome of any size, from its known distribution."""
    treated = int(units.sum())
    codes = _randomised_groups(sample)
    if math.comb(len(units), treated) <= MOST_ASSIGNMENTS:
        others = np.column_stack([np.ones(sample.n), *sample.covariates.values()])
        others = scaled(others, sample.weights)
        own = np.eye(len(units))[codes if codes is not None else np.arange(sample.n)]
        own = scaled(own, sample.weights)
        left, singular, _ = np.linalg.svd(others, full_matrices=False)
        basis = left[:, singular > 1e-10 * singular[0]]
        own = own - basis @ (basis.T @ own)
        observed = float(result.coefficients[result.position(EFFECT)])
        y = scaled(sample.y - sample.y.mean(), sample.weights)
        found = exact_test(own.T @ y, own.T @ own, treated, observed)
        return found.p_value, {
            "available": True,
            "test": "randomisation",
            "assignments": found.assignments,
            "extreme": found.extreme,
            "smallest_p": found.smallest_p,
        }
    grouped = codes is not None and len(units) < sample.n
    plain = not sample.covariates and sample.weights is None and not grouped
    if plain and np.all(np.isin(sample.y, (0, 1))):
        return _hypergeometric(sample), {"available": True, "test": "randomisation of a yes/no outcome"}
    return None, {"available": False, "reason": "too many assignments to try all"}


def _hypergeometric(sample: Sample) -> float:
    """Share of assignments whose difference of proportions is at least as far from zero, exactly."""
    from scipy import stats

    n, treated, events = sample.n, int(sample.treated.sum()), int(sample.y.sum())
    possible = np.arange(max(0, events - (n - treated)), min(events, treated) + 1)
    difference = possible / treated - (events - possible) / (n - treated)
    seen = int(sample.y[sample.treated == 1].sum())
    observed = abs(seen / treated - (events - seen) / (n - treated))
    extreme = np.abs(difference) >= observed * (1 - 1e-9)
    return float(min(1.0, stats.hypergeom.pmf(possible[extreme], n, events, treated).sum()))


def _arm(sample: Sample, flag: int) -> dict[str, Any]:
    chosen = sample.treated == flag
    values = sample.y[chosen]
    sd = float(values.std(ddof=1)) if len(values) > 1 else None
    return {"n": len(values), "mean": sample.mean(chosen), "sd": sd}


def _welch(treated: np.ndarray, control: np.ndarray) -> dict[str, Any] | None:
    """Difference of means without the assumption of equal variances."""
    from scipy import stats

    if min(len(treated), len(control)) < 2 or not (treated.std() or control.std()):
        return None
    found = stats.ttest_ind(treated, control, equal_var=False)
    return {
        "std_error": math.sqrt(treated.var(ddof=1) / len(treated) + control.var(ddof=1) / len(control)),
        "df": float(found.df),
        "p_value": float(found.pvalue),
    }


def _balance(sample: Sample) -> list[dict[str, Any]]:
    """Standardised difference of each covariate between the arms."""
    rows = []
    for name, values in sample.covariates.items():
        arms = [values[sample.treated == flag] for flag in (0, 1)]
        spread = math.sqrt((arms[0].var() + arms[1].var()) / 2)
        gap = float(arms[1].mean() - arms[0].mean())
        rows.append({"name": name, "standardised_difference": gap / spread if spread else None})
    return rows


def _warnings(result: Fit, grouped: bool) -> tuple[str, ...]:
    warnings = []
    if grouped and result.errors.kind != "cluster":
        warnings.append("clusters_suggested")
    if result.clusters and result.clusters < FEW_CLUSTERS:
        warnings.append("few_clusters")
    if result.dropped:
        warnings.append("covariates_dropped")
    return tuple(warnings)
