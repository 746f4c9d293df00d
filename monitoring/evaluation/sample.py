"""The rows and columns one outcome of a design uses, as arrays, complete."""

from dataclasses import dataclass

import numpy as np

from monitoring.evaluation.design import Design
from monitoring.evaluation.problems import DataProblem, NotEnoughData
from monitoring.evaluation.regression import Errors, codes_of
from monitoring.evaluation.table import Table
from monitoring.evaluation.terms import expression, term_columns
from monitoring.evaluation.time_axis import TimeAxis, time_axis


@dataclass(frozen=True)
class Sample:
    """Complete rows only. `post` and `position` are None where the design has none.

    `position` counts periods from the first in the file; `ordered` is False where times could not be read as
    times and are only names. `unit` and `cluster` are codes from 0, `unit_names` in the order of the codes.
    `weights` are positive; a row of weight w counts as a mean over w persons does.
    """

    outcome: str
    y: np.ndarray
    treated: np.ndarray | None
    post: np.ndarray | None
    position: np.ndarray | None
    ordered: bool
    unit: np.ndarray | None
    unit_names: list[str]
    cluster: np.ndarray | None
    covariates: dict[str, np.ndarray]
    rows_read: int
    axis: TimeAxis | None = None
    weights: np.ndarray | None = None

    @property
    def n(self) -> int:
        return len(self.y)

    @property
    def rows_dropped(self) -> int:
        return self.rows_read - self.n

    def mean(self, chosen: np.ndarray) -> float:
        """Mean outcome of the chosen rows, weighted where the design weighs."""
        weights = None if self.weights is None else self.weights[chosen]
        return float(np.average(self.y[chosen], weights=weights))

    def errors(self, design: Design, kind: str) -> Errors:
        clusters = self.cluster if self.cluster is not None else self.unit
        return Errors(kind, clusters, design.hac.lags, design.hac.correction, design.distribution)


def draw_sample(table: Table, design: Design, outcome: str) -> Sample:
    """Sample of one outcome. Rows with any needed value missing are left out and counted."""
    table = chosen_rows(table, design)
    y = outcome_values(table, design, outcome)
    treated = _treated(table, design)
    axis, ordered = _axis(table, design)
    position = axis.position if axis else None
    post = _post(table, design, position, axis)
    covariates: dict[str, np.ndarray] = {}
    for term in design.covariates:
        covariates.update(term_columns(table, term))
    weights = _weights(table, design)
    numeric = [
        each for each in (y, treated, post, position, weights, *covariates.values()) if each is not None
    ]
    keep = ~np.isnan(np.column_stack(numeric)).any(axis=1)
    words = {name: table.texts(name) for name in (design.unit, design.cluster) if name}
    for texts in words.values():
        keep &= np.array([text is not None for text in texts])
    if not keep.any():
        raise NotEnoughData("no_rows", outcome=outcome)

    def kept(values: np.ndarray | None) -> np.ndarray | None:
        return None if values is None else values[keep]

    def codes(name: str | None) -> np.ndarray | None:
        return codes_of([text for text, use in zip(words[name], keep, strict=True) if use]) if name else None

    names = (
        {text for text, use in zip(words[design.unit], keep, strict=True) if use} if design.unit else set()
    )
    return Sample(
        outcome=outcome,
        y=y[keep],
        treated=kept(treated),
        post=kept(post),
        position=kept(position),
        ordered=ordered,
        unit=codes(design.unit),
        unit_names=np.unique(sorted(names)).tolist(),
        cluster=codes(design.cluster),
        covariates={name: values[keep] for name, values in covariates.items()},
        rows_read=len(table),
        axis=axis,
        weights=kept(weights),
    )


def chosen_rows(table: Table, design: Design) -> Table:
    """The rows `where` selects."""
    keep = np.ones(len(table), dtype=bool)
    for column, wanted in design.where:
        keep &= table.matches(column, wanted) == 1
    if not keep.any():
        raise DataProblem("where_selects_nothing")
    return table if keep.all() else table.rows(keep)


def outcome_values(table: Table, design: Design, outcome: str) -> np.ndarray:
    y = expression(table, outcome)
    if not design.log:
        return y
    if np.any(y <= 0):
        raise DataProblem("log_of_nonpositive", column=outcome, rows=int(np.sum(y <= 0)))
    return np.log(y)


def _weights(table: Table, design: Design) -> np.ndarray | None:
    """Weights of the rows. A row of weight zero counts for nothing, so it is left out like a missing one."""
    if design.weights is None:
        return None
    weights = expression(table, design.weights)
    if np.any(weights < 0):
        raise DataProblem("negative_weight", column=design.weights, rows=int(np.sum(weights < 0)))
    return np.where(weights == 0, np.nan, weights)


def _treated(table: Table, design: Design) -> np.ndarray | None:
    if design.treated_units:
        column = design.treated or design.unit
        for unit in design.treated_units:
            if not np.any(table.matches(column, [unit]) == 1):
                raise DataProblem("unknown_unit", column=column, value=unit)
        return table.matches(column, design.treated_units)
    if design.treated is None:
        return None
    has_moment = design.post or design.start is not None
    if design.design == "its" or (design.design == "did" and design.unit and not has_moment):
        return table.numbers(design.treated)  # the treatment itself, perhaps in doses
    return table.indicator(design.treated)


def _axis(table: Table, design: Design) -> tuple[TimeAxis | None, bool]:
    if design.time is None:
        return None, False
    texts = table.texts(design.time)
    try:
        return time_axis(texts), True
    except DataProblem:
        if design.start is not None or design.design == "its":
            raise
    present = np.array([text is not None for text in texts])
    position = np.full(len(texts), np.nan)
    position[present] = codes_of([text for text in texts if text is not None])
    return TimeAxis(position, texts, "name", 1.0, 0.0, None), False


def _post(
    table: Table, design: Design, position: np.ndarray | None, axis: TimeAxis | None
) -> np.ndarray | None:
    if design.post:
        return table.indicator(design.post)
    if design.start is None or axis is None or position is None:
        return None
    return np.where(np.isnan(position), np.nan, (position >= axis.place(design.start) - 1e-9).astype(float))
