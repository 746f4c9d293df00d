"""Difference in differences: repeated cross-sections, and panels with unit and time effects."""

from dataclasses import replace

import numpy as np

from monitoring.evaluation.attainable import of_estimate, of_units
from monitoring.evaluation.design import Design
from monitoring.evaluation.problems import DataProblem, NotEnoughData
from monitoring.evaluation.randomisation import ExactTest, exact_test
from monitoring.evaluation.regression import Errors, Fit, demean, fit, scaled
from monitoring.evaluation.result import Estimate
from monitoring.evaluation.sample import Sample

EFFECT = "effect"
MOST_UNITS_FOR_EXACT = 600
FEW_CLUSTERS = 20
Columns = dict[str, np.ndarray]


def difference_in_differences(sample: Sample, design: Design) -> Estimate:
    """Effect of treatment on the treated under parallel trends.

    Without `unit`: outcome on treated, post, their product and covariates. With `unit`: fixed effects of
    unit and period. NotEnoughData where a cell is empty or the effect cannot be told from other terms.
    """
    return _panel(sample, design) if sample.unit is not None else _cross_section(sample, design)


def _errors(sample: Sample, design: Design) -> Errors:
    return sample.errors(design, design.se or ("cluster" if design.cluster else "classical"))


def _cross_section(sample: Sample, design: Design) -> Estimate:
    treated, post = sample.treated, sample.post
    _require_cells(treated, post)
    columns = {"constant": np.ones(sample.n), "treated": treated, "post": post, EFFECT: treated * post}
    errors = _errors(sample, design)
    result = fit(
        sample.y, {**columns, **sample.covariates}, effect=EFFECT, errors=errors, weights=sample.weights
    )
    diagnostics = {"cells": _cells(sample), "p_exact": "no units were assigned together"}
    trend = _pre_trend(sample, post, treated, errors, {"constant": np.ones(sample.n), "treated": treated})
    return _estimate(sample, design, result, {**diagnostics, "pre_trend": trend})


def _panel(sample: Sample, design: Design) -> Estimate:
    period = _periods(sample)
    treatment, extra, warnings = _treatment(sample, period)
    if sample.post is not None:
        _require_cells(_ever(sample.treated, sample.unit), sample.post)
    elif "dose" not in warnings and (not np.any(treatment) or np.all(treatment)):
        raise NotEnoughData("no_treated" if not np.any(treatment) else "no_comparison")
    others = {**extra, **_dummies(period, "period"), **sample.covariates}
    errors = _errors(sample, design)
    result = fit(
        sample.y,
        {EFFECT: treatment, **others},
        effect=EFFECT,
        errors=errors,
        absorbed=sample.unit,
        weights=sample.weights,
    )
    units, ever = int(sample.unit.max()) + 1, _ever(treatment, sample.unit)
    treated_units = np.unique(sample.unit[ever == 1])
    path = _common_path(treatment, ever, period, sample.post)
    diagnostics = {
        "units": units,
        "treated_units": len(treated_units),
        "periods": len(np.unique(period)),
        "balanced": _balanced(sample.unit, period),
        "treated": [sample.unit_names[code] for code in treated_units[:50]],
    }
    exact, reason = None, "treatment did not begin together in all treated units"
    if path is not None and not extra:
        exact, reason = _exact(sample, path[period], others, len(treated_units), result), None
        after = (path[period] != 0).astype(float)
        diagnostics["pre_trend"] = _pre_trend(sample, after, ever, errors, {}, period)
        diagnostics["pre_trend_exact"] = _pre_trend_exact(sample, after, ever, period, len(treated_units))
    elif "dose" not in warnings:
        warnings.append("staggered")
    diagnostics["p_exact"] = _exact_details(exact, reason)
    if len(treated_units) == 1:
        warnings.append("one_treated_unit")
    if errors.kind != "cluster":
        warnings.append("clusters_suggested")
    if _repeated(sample, period):
        warnings.append("repeated_rows")
    estimate = _estimate(sample, design, result, diagnostics, warnings)
    feasibility = dict(estimate.feasibility)
    if (
        "dose" not in warnings
    ):  # doses differ from unit to unit: nothing was chosen that could be chosen otherwise
        feasibility |= of_units(units, len(treated_units), design.alpha)
    p_exact = exact.p_value if exact and exact.complete else None
    return replace(estimate, p_exact=p_exact, feasibility=feasibility)


def _estimate(
    sample: Sample, design: Design, result: Fit, diagnostics: dict, warnings: list[str] | None = None
) -> Estimate:
    effect = result.infer({EFFECT: 1.0}, design.level)
    warnings = list(warnings or [])
    if result.clusters and result.clusters < FEW_CLUSTERS:
        warnings.append("few_clusters")
    if result.dropped:
        warnings.append("covariates_dropped")
    trend = diagnostics.get("pre_trend") or {}
    if trend.get("p_value") is not None and trend["p_value"] < 0.05:
        warnings.append("pre_trend")
    shown = [row for row in result.table(design.level) if not str(row["name"]).startswith("period[")]
    return Estimate(
        design="did",
        outcome=sample.outcome,
        quantity="exposure" if "dose" in warnings else "did",
        estimate=effect.estimate,
        std_error=effect.std_error,
        interval=effect.interval,
        level=design.level,
        p_value=effect.p_value,
        statistic=effect.statistic,
        df=result.df,
        n=sample.n,
        scale="percent" if design.log else "units",
        diagnostics={
            **diagnostics,
            "coefficients": shown,
            "clusters": result.clusters,
            "parameters": result.parameters,
            "r_squared": result.r_squared,
            "dropped": result.dropped,
            "rows_dropped": sample.rows_dropped,
        },
        feasibility=of_estimate(effect.std_error, result.df, design),
        warnings=tuple(warnings),
        software=result.software,
    )


def _require_cells(treated: np.ndarray, post: np.ndarray) -> None:
    """Each of the four cells needs a row; the code says which one lacks."""
    for flag, group in ((1, "treated"), (0, "comparison")):
        if not np.any(treated == flag):
            raise NotEnoughData("no_treated" if flag else "no_comparison")
        for moment, name in ((0, "before"), (1, "after")):
            if not np.any((treated == flag) & (post == moment)):
                raise NotEnoughData(f"no_{group}_{name}")


def _cells(sample: Sample) -> list[dict]:
    cells = []
    for group in (0, 1):
        for moment in (0, 1):
            chosen = (sample.treated == group) & (sample.post == moment)
            cells.append(
                {"treated": group, "post": moment, "n": int(chosen.sum()), "mean": sample.mean(chosen)}
            )
    return cells


def _periods(sample: Sample) -> np.ndarray:
    """Codes of periods in order of time; before and after are the periods where no time is given."""
    times = sample.position if sample.position is not None else sample.post
    if times is None:
        raise DataProblem("no_times")
    return np.unique(times, return_inverse=True)[1]


def _dummies(codes: np.ndarray, name: str) -> Columns:
    return {f"{name}[{code}]": (codes == code).astype(float) for code in np.unique(codes)[1:]}


def _treatment(sample: Sample, period: np.ndarray) -> tuple[np.ndarray, Columns, list[str]]:
    """The treatment column, main effects that unit and period effects do not take up, warnings."""
    treated, post = sample.treated, sample.post
    if post is None:
        doses = not np.all(np.isin(treated, (0, 1)))
        return treated, {}, ["dose"] if doses else []
    effect, extra = treated * post, {}
    if not np.array_equal(effect, treated) and not _constant_within(treated, sample.unit):
        extra["treated"] = treated
    if not np.array_equal(effect, post) and not _constant_within(post, period):
        extra["post"] = post
    return effect, extra, []


def _constant_within(values: np.ndarray, codes: np.ndarray) -> bool:
    return bool(np.allclose(demean(values, codes), 0, atol=1e-12))


def _ever(treatment: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """1 for every row of a unit that is treated at some time."""
    touched = np.bincount(unit, weights=(treatment != 0).astype(float)) > 0
    return touched[unit].astype(float)


def _common_path(
    treatment: np.ndarray, ever: np.ndarray, period: np.ndarray, post: np.ndarray | None
) -> np.ndarray | None:
    """Treatment by period if it was the same in all treated units and known in every period.

    Where the design names the moment, it tells for a period in which no treated unit has a row, too.
    """
    path = np.full(int(period.max()) + 1, np.nan)
    for code in range(len(path)):
        at = period == code
        seen = at & (ever == 1)
        values = np.unique(post[at] if post is not None and not seen.any() else treatment[seen])
        if len(values) != 1:
            return None
        path[code] = values[0]
    return path


def _balanced(unit: np.ndarray, period: np.ndarray) -> bool:
    pairs = np.unique(np.column_stack([unit, period]), axis=0)
    return len(pairs) == len(np.unique(unit)) * len(np.unique(period)) == len(unit)


def _repeated(sample: Sample, period: np.ndarray) -> bool:
    """Half of the rows or more say again what another says: unit, period and outcome, to the last digit."""
    cells = np.column_stack([sample.unit, period, sample.y])
    several = len(np.unique(sample.y)) > len(np.unique(period))  # a yes or no may well be the same twice
    return several and 2 * len(np.unique(cells, axis=0)) <= sample.n


def _sweep(values: np.ndarray, others: Columns, unit: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """What unit effects and the other columns leave of `values`, scaled by the weights."""
    values = scaled(demean(values, unit, weights), weights)
    if not others:
        return values
    swept = scaled(demean(np.column_stack(list(others.values())), unit, weights), weights)
    left, singular, _ = np.linalg.svd(swept, full_matrices=False)
    basis = left[:, singular > 1e-10 * singular[0]]
    return values - basis @ (basis.T @ values)


def _randomise(
    sample: Sample, path: np.ndarray, others: Columns, treated: int, observed: float
) -> ExactTest | None:
    units = int(sample.unit.max()) + 1
    if units > MOST_UNITS_FOR_EXACT or treated in (0, units):
        return None
    own = np.zeros((sample.n, units))
    own[np.arange(sample.n), sample.unit] = path
    own = _sweep(own, others, sample.unit, sample.weights)
    y = scaled(
        demean(sample.y, sample.unit, sample.weights), sample.weights
    )  # changes nothing but the rounding, which would lose ties among large numbers
    return exact_test(own.T @ y, own.T @ own, treated, observed)


def _exact(sample: Sample, path: np.ndarray, others: Columns, treated: int, result: Fit) -> ExactTest | None:
    observed = float(result.coefficients[result.position(EFFECT)])
    return _randomise(sample, path, others, treated, observed)


def _exact_details(exact: ExactTest | None, reason: str | None) -> dict:
    if exact is None:
        return {"available": False, "reason": reason or "too many units"}
    return {
        "available": exact.complete,
        "assignments": exact.assignments,
        "extreme": exact.extreme,
        "sampled_p_value": None if exact.complete else exact.p_value,
        "smallest_p": exact.smallest_p,
    }


def _pre_trend(
    sample: Sample,
    after: np.ndarray,
    group: np.ndarray,
    errors: Errors,
    base: Columns,
    period: np.ndarray | None = None,
) -> dict | None:
    """Joint F test that treated and comparison moved together before: all earlier periods against the last."""
    if sample.position is None or not sample.ordered:
        return None
    period = _periods(sample) if period is None else period
    before = np.unique(period[after == 0])
    start = period[after == 1].min()
    before = before[before < start]
    if len(before) < 2:
        return {"available": False, "reason": "fewer than two periods before the start"}
    leads = {f"lead[{c}]": group * (period == c) for c in before[:-1]}
    rest = [c for c in np.unique(period) if c >= start]
    lags = {f"lag[{c}]": group * (period == c) for c in rest}
    columns = {**base, **_dummies(period, "period"), **sample.covariates, **lags, **leads}
    last = next(iter(leads))
    try:
        result = fit(
            sample.y, columns, effect=last, errors=errors, absorbed=sample.unit, weights=sample.weights
        )
        test = result.joint_test([name for name in leads if name in result.names])
    except NotEnoughData as problem:
        return {"available": False, "reason": str(problem)}
    return {"available": True, "test": "joint F", "periods": len(before), **test}


def _pre_trend_exact(
    sample: Sample, after: np.ndarray, group: np.ndarray, period: np.ndarray, treated: int
) -> dict | None:
    """Exact test of a difference in linear trend before the start, over all assignments of units."""
    start = period[after == 1].min()
    early = (after == 0) & (period < start)
    if sample.position is None or not sample.ordered or len(np.unique(period[early])) < 2:
        return None
    codes = np.unique(sample.unit[early], return_inverse=True)[1]
    if len(np.unique(codes)) != int(sample.unit.max()) + 1:
        return None
    part = replace(
        sample,
        y=sample.y[early],
        unit=codes,
        position=sample.position[early],
        weights=None if sample.weights is None else sample.weights[early],
    )
    others = {
        **_dummies(period[early], "period"),
        **{name: values[early] for name, values in sample.covariates.items()},
    }
    slope = _sweep(group[early] * part.position, others, codes, part.weights)
    if not np.any(np.abs(slope) > 1e-9):
        return None
    observed = float(slope @ scaled(part.y, part.weights) / (slope @ slope))
    exact = _randomise(part, part.position, others, treated, observed)
    if exact is None:
        return None
    return {"difference_in_slope": observed, "p_value": exact.p_value, "complete": exact.complete}
