"""From a table and a design to the published result of all its outcomes."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from monitoring.evaluation.cells import cells_in_table
from monitoring.evaluation.cost import cost_per_outcome
from monitoring.evaluation.design import Design
from monitoring.evaluation.did import difference_in_differences
from monitoring.evaluation.finding import finding
from monitoring.evaluation.holm import holm
from monitoring.evaluation.its import interrupted_time_series
from monitoring.evaluation.problems import LANGUAGES, DataProblem, NotEnoughData
from monitoring.evaluation.proportions import Count, two_proportions
from monitoring.evaluation.rct import randomised_comparison
from monitoring.evaluation.result import Estimate, not_enough, plain, with_warnings
from monitoring.evaluation.sample import Sample, chosen_rows, draw_sample
from monitoring.evaluation.table import Table

MUCH_MISSING = 0.1
METHODS = {
    "did": difference_in_differences,
    "its": interrupted_time_series,
    "rct": randomised_comparison,
}


@dataclass(frozen=True)
class Evaluation:
    """All outcomes of one design on one table: the primary ones first, corrected among themselves."""

    design: Design
    data_sha256: str
    estimates: tuple[Estimate, ...]

    @property
    def main(self) -> Estimate:
        return self.estimates[0]

    def as_dict(self) -> dict[str, Any]:
        """JSON values: the first primary outcome at the top, every outcome under `outcomes`."""
        outcomes = [self._one(estimate) for estimate in self.estimates]
        return plain(
            {
                **outcomes[0],
                "outcomes": outcomes if len(outcomes) > 1 else [],
                "design_sha256": self.design.sha256(),
                "data_sha256": self.data_sha256,
                "registered": self.design.as_dict(),
            }
        )

    def _one(self, estimate: Estimate) -> dict[str, Any]:
        content = estimate.as_dict()
        labels = dict(self.design.label) if estimate.outcome == self.design.outcome[0] else {}
        content["finding"] = {
            language: finding(estimate, language, label=labels.get(language)) for language in LANGUAGES
        }
        if self.design.cost and estimate.estimate is not None:
            found = cost_per_outcome(self.design.cost, estimate.estimate, estimate.interval)
            content["feasibility"]["cost_per_outcome"] = {
                "currency": found.currency,
                **{name: _money(getattr(found, name)) for name in ("per_unit", "low", "high")},
            }
        return content


def evaluate(table: Table, design: Design) -> Evaluation:
    """Estimates of all outcomes, Holm-corrected over the primary ones.

    DataProblem where the table does not fit the design. Data that fit but cannot answer give an estimate
    with status not_enough_data, which is a result like any other.
    """
    primary = [evaluate_outcome(table, design, outcome) for outcome in design.outcome]
    tested = [each for each in primary if each.p_value is not None]
    corrected = holm([each.p_value for each in tested]) if len(design.outcome) > 1 else [None] * len(tested)
    adjusted = dict(zip((each.outcome for each in tested), corrected, strict=True))
    primary = [replace(each, p_holm=adjusted.get(each.outcome)) for each in primary]
    explored = [
        replace(evaluate_outcome(table, design, outcome), role="exploratory")
        for outcome in design.exploratory
    ]
    return Evaluation(design, table.sha256, (*primary, *explored))


def evaluate_outcome(table: Table, design: Design, outcome: str) -> Estimate:
    n = 0
    try:
        if design.cell_error:
            return cells_in_table(table, design, outcome)
        if design.design == "two_proportions" and design.total:
            return _from_counts(table, design, outcome)
        if design.design == "two_proportions":
            table = yes_no_as_numbers(table, outcome)
        sample = draw_sample(table, design, outcome)
        n = sample.n
        if design.design == "two_proportions":
            return _from_persons(sample, design)
        if np.ptp(sample.y) == 0:
            raise NotEnoughData("no_variation", outcome=outcome, estimate=0.0)
        estimate = METHODS[design.design](sample, design)
    except NotEnoughData as problem:
        return not_enough(problem, design=design.design, outcome=outcome, level=design.level, n=n)
    return _with_rows(estimate, sample.n, sample.rows_read)


def _with_rows(estimate: Estimate, used: int, read: int) -> Estimate:
    """The estimate with the number of rows that lacked a value; more than a tenth gives a warning."""
    estimate = replace(estimate, diagnostics={**estimate.diagnostics, "rows_dropped": read - used})
    return with_warnings(estimate, "much_missing") if read - used > MUCH_MISSING * read else estimate


def yes_no_as_numbers(table: Table, outcome: str) -> Table:
    """The same table with an outcome of words (yes and no in any of the languages) as 1 and 0."""
    if outcome not in table or table.is_numeric(outcome):
        return table
    flags = ["" if np.isnan(flag) else str(int(flag)) for flag in table.indicator(outcome)]
    return replace(table, columns={**table.columns, outcome: flags})


def _from_persons(sample: Sample, design: Design) -> Estimate:
    if not np.all(np.isin(sample.y, (0, 1))):
        raise DataProblem("outcome_not_yes_no", column=sample.outcome)
    groups = [sample.y[sample.treated == flag] for flag in (1, 0)]
    treated, control = (Count(int(group.sum()), len(group)) for group in groups)
    estimate = two_proportions(treated, control, outcome=sample.outcome, level=design.level)
    return _with_rows(estimate, sample.n, sample.rows_read)


def _from_counts(table: Table, design: Design, outcome: str) -> Estimate:
    """Rows of counts: events under `outcome`, persons under `total`."""
    table = chosen_rows(table, design)
    if design.treated_units:
        treated = table.matches(design.treated, design.treated_units)
    else:
        treated = table.indicator(design.treated)
    events, totals = table.numbers(outcome), table.numbers(design.total)
    keep = ~np.isnan(events + totals + treated)
    for name, counted in ((outcome, events[keep]), (design.total, totals[keep])):
        if not np.array_equal(np.round(counted), counted):
            raise DataProblem("counts_not_whole", column=name)
    counts = [
        Count(int(events[keep & (treated == flag)].sum()), int(totals[keep & (treated == flag)].sum()))
        for flag in (1, 0)
    ]
    estimate = two_proportions(*counts, outcome=outcome, level=design.level)
    return _with_rows(estimate, int(keep.sum()), len(keep))


def _money(amount: Any) -> str | None:
    return None if amount is None else str(amount)
