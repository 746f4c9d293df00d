"""Least squares with the standard errors a design may ask for, and the degrees of freedom that go with them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from monitoring.evaluation.problems import NotEnoughData
from monitoring.evaluation.result import Software

COLLINEAR = 1e-8  # of a column's length: what is left of it after those before it


@dataclass(frozen=True)
class Errors:
    """How uncertainty is computed. `clusters` and `absorbed` are whole-number codes, one for each row."""

    kind: str = "classical"
    clusters: np.ndarray | None = None
    lags: int = 2
    correction: bool = False
    distribution: str = "t"


@dataclass(frozen=True)
class Inference:
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Fit:
    """A fitted regression. `parameters` counts the absorbed effects; `df` is that of the reference distribution."""

    names: list[str]
    coefficients: np.ndarray
    covariance: np.ndarray
    residuals: np.ndarray
    n: int
    parameters: int
    df: float
    r_squared: float
    dropped: list[str]
    errors: Errors
    software: Software
    clusters: int | None = None
    rho: float | None = None

    def position(self, name: str) -> int:
        return self.names.index(name)

    def infer(self, weights: dict[str, float], level: float) -> Inference:
        """Inference on a weighted sum of coefficients."""
        w = np.zeros(len(self.names))
        for name, weight in weights.items():
            w[self.position(name)] = weight
        return infer(
            float(w @ self.coefficients),
            float(np.sqrt(w @ self.covariance @ w)),
            self.df if self.errors.distribution == "t" else np.inf,
            level,
        )

    def joint_test(self, names: list[str]) -> dict[str, float]:
        """F test that all the named coefficients are zero. NotEnoughData if their covariance is singular."""
        from scipy import stats

        at = [self.position(name) for name in names]
        covariance = self.covariance[np.ix_(at, at)]
        scale = np.sqrt(np.diag(covariance))
        if np.any(scale == 0) or np.linalg.matrix_rank(covariance / np.outer(scale, scale), tol=1e-8) < len(
            at
        ):
            raise NotEnoughData("too_few_clusters_for_test")
        b = self.coefficients[at]
        f = float(b @ np.linalg.solve(covariance, b)) / len(at)
        return {
            "statistic": f,
            "df_numerator": len(at),
            "df_denominator": self.df,
            "p_value": float(stats.f.sf(f, len(at), self.df)),
        }

    def table(self, level: float) -> list[dict[str, float | str]]:
        rows = []
        for name in self.names:
            each = self.infer({name: 1.0}, level)
            rows.append(
                {
                    "name": name,
                    "estimate": each.estimate,
                    "std_error": each.std_error,
                    "p_value": each.p_value,
                }
            )
        return rows


def infer(estimate: float, std_error: float, df: float, level: float) -> Inference:
    """t inference with `df` degrees of freedom; normal if they are infinite."""
    from scipy import stats

    reference = stats.norm if np.isinf(df) else stats.t(df)
    half = float(reference.ppf(0.5 + level / 2)) * std_error
    statistic = estimate / std_error
    p_value = 2 * float(reference.sf(abs(statistic)))
    return Inference(estimate, std_error, statistic, p_value, (estimate - half, estimate + half))


def independent_columns(
    x: np.ndarray, names: list[str], last: str, size: np.ndarray
) -> tuple[list[int], list[str]]:
    """Positions of columns that none before them explains, and the names of the others.

    The effect is tried last, so that a covariate that equals it shows as an effect that cannot be told
    apart, never as an effect quietly kept. `size` is the length of each column before effects were absorbed.
    """
    order = [i for i, name in enumerate(names) if name != last] + [names.index(last)]
    basis = np.empty((x.shape[0], len(names)), order="F")
    kept, dropped = [], []
    for i in order:
        rest, before = x[:, i], basis[:, : len(kept)]
        for _ in range(2):  # twice, against rounding
            rest = rest - before @ (before.T @ rest)
        length = float(np.linalg.norm(rest))
        if length <= COLLINEAR * size[i]:
            dropped.append(names[i])
            continue
        basis[:, len(kept)] = rest / length
        kept.append(i)
    return sorted(kept), dropped


def demean(values: np.ndarray, codes: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Deviations from the (weighted) mean of each group; `codes` run from 0."""
    w = np.ones(len(codes)) if weights is None else weights
    counts = np.bincount(codes, weights=w)
    columns = values if values.ndim == 2 else values[:, None]
    means = np.column_stack([np.bincount(codes, weights=w * c) / counts for c in columns.T])
    result = columns - means[codes]
    return result if values.ndim == 2 else result[:, 0]


def scaled(values: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Rows times the root of their weight: least squares of what comes out is weighted least squares."""
    return values if weights is None else (values.T * np.sqrt(weights)).T


def codes_of(labels: np.ndarray | list) -> np.ndarray:
    """Whole numbers from 0 for labels of any kind: cluster names are often text."""
    return np.unique(np.asarray(labels, dtype=str), return_inverse=True)[1]


def fit(
    y: np.ndarray,
    columns: dict[str, np.ndarray],
    *,
    effect: str,
    errors: Errors,
    absorbed: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> Fit:
    """Least squares of `y` on `columns`, with the fixed effects of `absorbed` swept out.

    With `weights` the variance of a row is taken to be in inverse proportion to its weight; only the
    proportions of weights count, and residuals are those of the scaled rows. Collinear covariates are dropped
    and named. NotEnoughData if `effect` cannot be told from the others or no degree of freedom is left.
    """
    names, x = list(columns), np.column_stack(list(columns.values()))
    size = np.linalg.norm(scaled(x, weights), axis=0)
    groups, centre = 0, float(np.average(y, weights=weights))
    if absorbed is not None:
        groups, centre = int(absorbed.max()) + 1, 0.0
        y, x = demean(y, absorbed, weights), demean(x, absorbed, weights)
    total = float(np.sum(scaled(y - centre, weights) ** 2))
    y, x = scaled(y, weights), scaled(x, weights)
    kept, dropped = independent_columns(x, names, effect, size)
    if effect in dropped:
        raise NotEnoughData("collinear", effect=effect)
    names, x = [names[i] for i in kept], x[:, kept]
    results = _least_squares(x, y)
    n, parameters = len(y), len(names) + groups
    estimate = float(results.params[names.index(effect)])
    if n <= parameters:
        raise NotEnoughData("no_residual_df", estimate=estimate, n=n, parameters=parameters)
    residuals = np.asarray(results.resid)
    if residuals @ residuals <= 1e-20 * max(total, y @ y):
        raise NotEnoughData("no_residual_variation", estimate=estimate)
    covariance, df, correction, clusters = _covariance(results, parameters, errors, absorbed, weights)
    kind = f"hac, lags={errors.lags}" if errors.kind == "hac" else errors.kind
    reference = f"t({df:g})" if errors.distribution == "t" else "normal"
    return Fit(
        names=names,
        coefficients=np.asarray(results.params),
        covariance=covariance,
        residuals=residuals,
        n=n,
        parameters=parameters,
        df=df,
        r_squared=1 - float(residuals @ residuals) / total if total else 0.0,
        dropped=dropped,
        errors=errors,
        software=Software.of("statsmodels", method_of(weights), kind, correction, reference),
        clusters=clusters,
    )


def method_of(weights: np.ndarray | None) -> str:
    return "ordinary least squares" if weights is None else "weighted least squares"


def _least_squares(x: np.ndarray, y: np.ndarray) -> Any:
    import statsmodels.api as sm  # takes seconds, so only where a regression is really run

    return sm.OLS(y, x).fit(method="qr")


def _covariance(
    results: Any,
    parameters: int,
    errors: Errors,
    absorbed: np.ndarray | None,
    weights: np.ndarray | None,
) -> tuple[np.ndarray, float, str, int | None]:
    """Covariance, degrees of freedom, the correction in words, number of clusters.

    The plain sandwich comes from statsmodels; the correction is applied, and recorded, here.
    """
    from statsmodels.stats import sandwich_covariance

    x, residuals = results.model.exog, results.resid
    n, df = len(residuals), float(len(residuals) - parameters)
    inverse = np.asarray(results.normalized_cov_params)

    def sandwich(weights: np.ndarray) -> np.ndarray:
        return inverse @ (x.T * weights) @ x @ inverse

    match errors.kind:
        case "classical":
            return inverse * (residuals @ residuals / df), df, "n-k", None
        case "hc1":
            return sandwich(residuals**2) * n / df, df, "n/(n-k)", None
        case "hc2" | "hc3" as kind:
            power = 1 if kind == "hc2" else 2
            leverage = np.sum((x @ inverse) * x, axis=1)
            if absorbed is not None:
                w = np.ones(n) if weights is None else weights
                leverage = leverage + w / np.bincount(absorbed, weights=w)[absorbed]
            room = np.where(leverage < 1 - 1e-9, 1 - leverage, 1.0)  # a row fitted by itself has residual 0
            return sandwich(residuals**2 / room**power), df, f"residual²/(1-leverage)^{power}", None
        case "hac":
            if errors.lags >= n:
                raise NotEnoughData("too_many_lags", lags=errors.lags, n=n)
            raw = sandwich_covariance.cov_hac(results, nlags=errors.lags, use_correction=False)
            return (raw * n / df, df, "n/(n-k)", None) if errors.correction else (raw, df, "none", None)
        case "cluster":
            return _clustered(results, parameters, errors.clusters, absorbed)
    raise ValueError(errors.kind)


def _clustered(
    results: Any, parameters: int, clusters: np.ndarray, absorbed: np.ndarray | None
) -> tuple[np.ndarray, float, str, int]:
    """Clustered covariance. Fixed effects nested in clusters cost no degrees of freedom (Stata xtreg, fixest)."""
    from statsmodels.stats import sandwich_covariance

    n, groups = len(results.resid), int(clusters.max()) + 1
    if groups < 2:
        raise NotEnoughData("too_few_clusters", clusters=groups)
    counted, note = parameters, ""
    if absorbed is not None and _nested(absorbed, clusters):
        counted, note = len(results.params) + 1, ": unit effects nested in clusters not counted"
    raw = sandwich_covariance.cov_cluster(results, clusters, use_correction=False)
    factor = groups / (groups - 1) * (n - 1) / (n - counted)
    return raw * factor, groups - 1.0, f"G/(G-1) * (n-1)/(n-k), G={groups}, k={counted}{note}", groups


def _nested(inner: np.ndarray, outer: np.ndarray) -> bool:
    return len(np.unique(np.column_stack([inner, outer]), axis=0)) == int(inner.max()) + 1
