"""Difference in differences from published cells, where the persons behind them cannot be had."""

import math

import numpy as np

from monitoring.evaluation.design import Design
from monitoring.evaluation.problems import DataProblem
from monitoring.evaluation.regression import infer
from monitoring.evaluation.result import Estimate, Software
from monitoring.evaluation.sample import chosen_rows
from monitoring.evaluation.table import Table


def from_cells(
    means: dict[tuple[int, int], float],
    std_errors: dict[tuple[int, int], float],
    *,
    outcome: str = "",
    level: float = 0.95,
) -> Estimate:
    """From published means of independent cells, keyed by (treated, post); normal inference."""
    estimate = (means[1, 1] - means[1, 0]) - (means[0, 1] - means[0, 0])
    return _published(estimate, list(std_errors.values()), outcome, level)


def from_changes(
    treated: float,
    comparison: float,
    std_errors: tuple[float, float],
    *,
    outcome: str = "",
    level: float = 0.95,
) -> Estimate:
    """From the published change of each group and its standard error; normal inference."""
    return _published(treated - comparison, list(std_errors), outcome, level)


def _published(estimate: float, std_errors: list[float], outcome: str, level: float) -> Estimate:
    std_error = math.sqrt(sum(each**2 for each in std_errors))
    effect = infer(estimate, std_error, math.inf, level)
    return Estimate(
        design="did",
        outcome=outcome,
        quantity="did",
        estimate=estimate,
        std_error=std_error,
        interval=effect.interval,
        level=level,
        p_value=effect.p_value,
        statistic=effect.statistic,
        n=len(std_errors),
        diagnostics={"source": "published cells"},
        software=Software.of("scipy", "published cells", "independent cells", "none", "normal"),
    )


def cells_in_table(table: Table, design: Design, outcome: str) -> Estimate:
    """From a table of published cells: four rows, or two rows of changes where the design has no `post`."""
    table = chosen_rows(table, design)
    means, errors = table.numbers(outcome), table.numbers(design.cell_error)
    treated = table.indicator(design.treated)
    post = table.indicator(design.post) if design.post else None
    expected = 4 if design.post else 2
    keys = list(zip(treated, post, strict=True)) if post is not None else list(treated)
    if len(table) != expected or len(set(keys)) != expected or np.isnan(means + errors).any():
        raise DataProblem("cells_expected", expected=expected, found=len(table))
    if post is None:
        at = {int(flag): row for row, flag in enumerate(treated)}
        pair = (errors[at[1]], errors[at[0]])
        return from_changes(means[at[1]], means[at[0]], pair, outcome=outcome, level=design.level)
    cells = [(int(a), int(b)) for a, b in keys]
    return from_cells(
        dict(zip(cells, means.tolist(), strict=True)),
        dict(zip(cells, errors.tolist(), strict=True)),
        outcome=outcome,
        level=design.level,
    )
