"""Exact randomisation inference: the estimate under every assignment of treatment that could have happened."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

MOST_ASSIGNMENTS = 1_000_000
SAMPLED_ASSIGNMENTS, DRAWN_AT_ONCE = 9_999, 1_111
CHUNK = 20_000
TIE = 1e-9  # estimates this close to the observed one (relatively) count as equal to it


@dataclass(frozen=True)
class ExactTest:
    """`p_value` is the share of assignments whose estimate is at least as far from zero as the observed.

    `complete` is False where there were too many assignments and a fixed-seed sample was drawn: such a p is
    an approximation, and counts the observed assignment among the draws.
    """

    p_value: float
    assignments: int
    extreme: int
    smallest_p: float
    complete: bool


def smallest_p(units: int, treated: int) -> float:
    """The least p-value that exact inference can reach: one of nine units gives 1/9, whatever the effect."""
    return 1 / math.comb(units, treated)


def exact_test(score: np.ndarray, gram: np.ndarray, treated: int, observed: float) -> ExactTest:
    """Randomisation test of a regression estimate over all choices of `treated` out of len(score) units.

    Each unit has a column: what its treatment indicator would be if it were treated, swept of everything
    else in the model. `gram` holds the products of these columns with each other, `score` with the outcome.
    The estimate of an assignment a is then (a·score) / (a·gram·a), without fitting anything again.
    """
    units = len(score)
    total = math.comb(units, treated)
    complete = total <= MOST_ASSIGNMENTS
    extreme = counted = 0
    for chosen in _all(units, treated) if complete else _sample(units, treated):
        estimates = _estimates(chosen, score, gram)
        possible = np.isfinite(estimates)
        counted += int(possible.sum())
        extreme += int(np.sum(np.abs(estimates[possible]) >= abs(observed) * (1 - TIE)))
    if not complete:
        extreme, counted = extreme + 1, counted + 1
    return ExactTest(extreme / counted, total, extreme, 1 / total, complete)


def _estimates(chosen: np.ndarray, score: np.ndarray, gram: np.ndarray) -> np.ndarray:
    a = np.zeros((len(chosen), len(score)))
    np.put_along_axis(a, chosen, 1.0, axis=1)
    variation = np.sum((a @ gram) * a, axis=1)
    floor = 1e-9 * float(np.trace(gram))
    return np.divide(a @ score, variation, out=np.full(len(a), np.nan), where=variation > floor)


def _all(units: int, treated: int) -> Iterator[np.ndarray]:
    combinations = itertools.combinations(range(units), treated)
    while chunk := list(itertools.islice(combinations, CHUNK)):
        yield np.array(chunk)


def _sample(units: int, treated: int) -> Iterator[np.ndarray]:
    generator = np.random.default_rng(20260101)
    for _ in range(SAMPLED_ASSIGNMENTS // DRAWN_AT_ONCE):
        yield np.argsort(generator.random((DRAWN_AT_ONCE, units)), axis=1)[:, :treated]
