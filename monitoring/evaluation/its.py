"""Interrupted time series: level, trend, change of level and of trend when the measure began."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from monitoring.evaluation.ar1 import Ar1Fit, fit_ar1
from monitoring.evaluation.attainable import of_estimate
from monitoring.evaluation.design import Design
from monitoring.evaluation.problems import DataProblem, NotEnoughData
from monitoring.evaluation.regression import Errors, Fit, fit, independent_columns, scaled
from monitoring.evaluation.result import Estimate, Software
from monitoring.evaluation.sample import Sample

LEVEL, SLOPE, EXPOSURE = "level_change", "slope_change", "exposure"
LEAST_BEFORE = 3
LEAST_PERIODS_FOR_REML = 12  # below, least squares errs less (Turner et al. 2021)
Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Series:
    """A sample in order of time. `begins` is the position of the first period under the measure."""

    y: np.ndarray
    position: np.ndarray
    columns: Columns
    main: str
    begins: float | None
    post: np.ndarray | None
    weights: np.ndarray | None = None


def interrupted_time_series(sample: Sample, design: Design) -> Estimate:
    """Segmented regression of one series; with a `treated` column and no moment, the effect of that column.

    The change of level is that of the first period under the measure against what the earlier trend would
    have given then. Errors: AR(1) by REML for twelve periods or more unless the design names others.
    """
    series = _series(sample, design)
    kind = design.se or ("ar1" if sample.n >= LEAST_PERIODS_FOR_REML else "classical")
    try:
        result = _fitted(series, kind, sample, design)
    except NotEnoughData as problem:
        problem.details = {**_means(series), "alternatives": _alternatives(series, sample, design, kind)}
        raise
    weights = _weights(series, design.effect if series.main == LEVEL else "level")
    effect = result.infer(weights, design.level)
    return Estimate(
        design="its",
        outcome=sample.outcome,
        quantity=design.effect if series.main == LEVEL else EXPOSURE,
        estimate=effect.estimate,
        std_error=effect.std_error,
        interval=effect.interval,
        level=design.level,
        p_value=effect.p_value,
        statistic=effect.statistic,
        df=result.df,
        n=sample.n,
        scale="percent" if design.log else "units",
        diagnostics=_diagnostics(sample, design, series, result, kind),
        feasibility={"periods": sample.n, **of_estimate(effect.std_error, result.df, design)},
        warnings=_warnings(kind, sample.n, series, result),
        software=result.software,
    )


def _series(sample: Sample, design: Design) -> Series:
    sample = _in_order(sample)
    position = sample.position
    columns: Columns = {"constant": np.ones(sample.n)}
    if design.trend:
        columns["trend"] = position
    if sample.post is None:
        columns[EXPOSURE] = sample.treated
        return Series(
            sample.y, position, {**columns, **sample.covariates}, EXPOSURE, None, None, sample.weights
        )
    post = sample.post
    before, after = int(np.sum(post == 0)), int(np.sum(post == 1))
    if not after or not before:
        raise NotEnoughData("no_after" if not after else "no_before")
    if before < LEAST_BEFORE:
        raise NotEnoughData("too_few_before", before=before, least=LEAST_BEFORE)
    begins = float(position[post == 1].min())
    columns[LEVEL] = post
    if design.trend and design.slope and after > 1 and _stays(post):
        columns[SLOPE] = post * (position - begins)
    return Series(sample.y, position, {**columns, **sample.covariates}, LEVEL, begins, post, sample.weights)


def _in_order(sample: Sample) -> Sample:
    """Rows by time; without a time column the rows of the file are one period after another."""
    if sample.position is None:
        return replace(sample, position=np.arange(sample.n, dtype=float))
    order = np.argsort(sample.position, kind="stable")
    position = sample.position[order]
    if np.any(np.diff(position) <= 0):
        raise DataProblem("several_rows_per_period")
    return replace(
        sample,
        y=sample.y[order],
        position=position - position[0],
        post=None if sample.post is None else sample.post[order],
        treated=None if sample.treated is None else sample.treated[order],
        weights=None if sample.weights is None else sample.weights[order],
        covariates={name: values[order] for name, values in sample.covariates.items()},
    )


def _stays(post: np.ndarray) -> bool:
    """Once begun, the measure went on."""
    return bool(np.all(np.diff(post) >= 0))


def _weights(series: Series, effect: str) -> dict[str, float]:
    if effect == "slope":
        if SLOPE not in series.columns:
            raise NotEnoughData("collinear", effect=SLOPE)
        return {SLOPE: 1.0}
    weights = {series.main: 1.0}
    if effect == "end" and SLOPE in series.columns:
        weights[SLOPE] = float(series.position[-1] - series.begins)
    return weights


def _fitted(series: Series, kind: str, sample: Sample, design: Design) -> Fit:
    if kind != "ar1":
        errors = sample.errors(design, kind)
        return fit(series.y, series.columns, effect=series.main, errors=errors, weights=series.weights)
    names, x = list(series.columns), np.column_stack(list(series.columns.values()))
    kept, dropped = independent_columns(x, names, series.main, np.linalg.norm(x, axis=0))
    if series.main in dropped:
        raise NotEnoughData("collinear", effect=series.main)
    names, x = [names[i] for i in kept], x[:, kept]
    y = scaled(series.y, series.weights)
    found = fit_ar1(y, scaled(x, series.weights), series.position)
    if found.df < 1:
        estimate = float(found.coefficients[names.index(series.main)])
        raise NotEnoughData("too_correlated", estimate=estimate, rho=round(found.rho, 2))
    return _as_fit(found, names, dropped, series, sample.errors(design, kind))


def _as_fit(found: Ar1Fit, names: list[str], dropped: list[str], series: Series, errors: Errors) -> Fit:
    correction = f"REML; df (n-k)(1-rho)/(1+rho), rho={found.rho:.4f}"
    total = float(
        np.sum(scaled(series.y - np.average(series.y, weights=series.weights), series.weights) ** 2)
    )
    method = "REML with AR(1) errors" if series.weights is None else "weighted REML with AR(1) errors"
    reference = f"t({found.df:.4g})" if errors.distribution == "t" else "normal"
    return Fit(
        names=names,
        coefficients=found.coefficients,
        covariance=found.covariance,
        residuals=found.residuals,
        n=len(series.y),
        parameters=len(names) + 1,
        df=found.df,
        r_squared=1 - float(found.residuals @ found.residuals) / total,
        dropped=dropped,
        errors=errors,
        software=Software.of("scipy", method, "ar1", correction, reference),
        rho=found.rho,
    )


def _diagnostics(sample: Sample, design: Design, series: Series, result: Fit, kind: str) -> dict[str, Any]:
    rest = result.residuals
    details: dict[str, Any] = {
        "coefficients": result.table(design.level),
        "rho": result.rho,
        "residual_autocorrelation": float(rest[1:] @ rest[:-1] / (rest @ rest)),
        "r_squared": result.r_squared,
        "dropped": result.dropped,
        "rows_dropped": sample.rows_dropped,
        "gaps": int(np.sum(np.diff(series.position) > 1 + 1e-9)),
        "alternatives": _alternatives(series, sample, design, kind),
    }
    if series.post is None:
        return details
    return {
        **details,
        **_means(series),
        "begins": sample.axis.label_at(_first_after(sample)) if sample.axis else None,
        "effects": _effects(series, result, design.level),
    }


def _means(series: Series) -> dict[str, Any]:
    if series.post is None:
        return {}
    counts, means = [], []
    for flag in (0, 1):
        chosen = series.post == flag
        weights = None if series.weights is None else series.weights[chosen]
        counts.append(int(chosen.sum()))
        means.append(float(np.average(series.y[chosen], weights=weights)))
    return {
        "before": counts[0],
        "after": counts[1],
        "mean_before": means[0],
        "mean_after": means[1],
        "difference_of_means": means[1] - means[0],
    }


def _first_after(sample: Sample) -> float:
    return float(sample.position[sample.post == 1].min())


def _effects(series: Series, result: Fit, level: float) -> dict[str, dict[str, Any]]:
    """Change of level, change of trend for one period, and effect in the last period."""
    effects = {}
    for name in ("level", "slope", "end"):
        if name == "slope" and SLOPE not in result.names:
            continue
        each = result.infer(_weights(series, name), level)
        effects[name] = {
            "estimate": each.estimate,
            "std_error": each.std_error,
            "interval": list(each.interval),
            "p_value": each.p_value,
        }
    return effects


def _alternatives(series: Series, sample: Sample, design: Design, chosen: str) -> dict[str, Any]:
    """The same effect under the other ways of reckoning with autocorrelation, for the reader to compare."""
    results = {}
    for kind in ("classical", "hac", "ar1"):
        if kind == chosen:
            continue
        try:
            effect = design.effect if series.main == LEVEL else "level"
            each = _fitted(series, kind, sample, design).infer(_weights(series, effect), design.level)
        except NotEnoughData as problem:
            results[kind] = {"reason": problem.code}
            continue
        results[kind] = {"estimate": each.estimate, "std_error": each.std_error, "p_value": each.p_value}
    return results


def _warnings(kind: str, n: int, series: Series, result: Fit) -> tuple[str, ...]:
    warnings = []
    if kind == "hac":
        warnings.append("hac_in_short_series")
    elif kind != "ar1" and n >= LEAST_PERIODS_FOR_REML:
        warnings.append("independent_errors_in_series")
    if series.post is not None and not _stays(series.post):
        warnings.append("measure_ended")
    if result.dropped:
        warnings.append("covariates_dropped")
    return tuple(warnings)
