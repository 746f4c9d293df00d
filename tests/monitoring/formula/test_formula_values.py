"""The contagion table of the five states, row by row."""

from decimal import Decimal

import pytest

from monitoring.formula import (
    MISSING,
    NOT_APPLICABLE,
    NOT_YET_DUE,
    SUPPRESSED,
    Many,
    State,
    Value,
    suppressed,
    value,
)
from monitoring.formula.aggregates import compare_values, over_list, over_records
from monitoring.formula.values import binary, choose, coalesce, is_missing, negative

FIVE = value(5)
HIDDEN = suppressed(3)
STATES = {"v": FIVE, "d": NOT_YET_DUE, "m": MISSING, "n": NOT_APPLICABLE, "s": HIDDEN}
LETTER = {one.state: letter for letter, one in STATES.items()}

# Row: left operand, column: right operand, both in the order v d m n s.
CONTAGION = {"v": "vdmns", "d": "ddmns", "m": "mmmns", "n": "nnnns", "s": "sssss"}


@pytest.mark.parametrize("operator", ["+", "-", "*", "/", "<", ">=", "==", "!="])
@pytest.mark.parametrize("left", CONTAGION)
def test_arithmetic_and_comparison(operator, left):
    row = "".join(LETTER[binary(operator, STATES[left], right).state] for right in STATES.values())
    assert row == CONTAGION[left]


@pytest.mark.parametrize("function", ["sum", "mean", "median", "min", "max"])
@pytest.mark.parametrize(
    ("members", "letter"),
    [
        case.split(">")
        for case in ["vv>v", "vd>d", "vm>m", "dm>m", "vn>v", "nn>n", "mn>m", "vs>s", "ms>s", "ns>s"]
    ],
)
def test_aggregates_over_periods_and_groups(function, members, letter):
    assert LETTER[over_list(function, [STATES[each] for each in members]).state] == letter


@pytest.mark.parametrize(
    ("function", "members", "letter"),
    [
        ("mean", "vm", "v"),
        ("median", "vdm", "v"),
        ("max", "mm", "n"),
        ("sum", "vm", "m"),
        ("mean", "vs", "s"),
    ],
)
def test_aggregates_over_records_leave_out_who_did_not_answer(function, members, letter):
    records = Many({i: STATES[each] for i, each in enumerate(members)})
    assert LETTER[over_records(function, records).state] == letter


@pytest.mark.parametrize("gap", [State.MISSING, State.NOT_YET_DUE, State.SUPPRESSED, State.NOT_APPLICABLE])
def test_a_period_without_any_records_leaves_no_median(gap):
    assert over_records("median", Many({1: FIVE}, gap)).state is gap


def test_nothing_sums_to_zero_and_has_no_mean():
    assert over_list("sum", []) == value(0)
    assert over_list("count", []) == value(0)
    assert {over_list(f, []) for f in ("mean", "median", "min", "max", "first", "last")} == {NOT_APPLICABLE}


def test_count_counts_what_is_there():
    assert over_list("count", [FIVE, MISSING, NOT_APPLICABLE, FIVE]) == value(2)
    assert over_list("count", [FIVE, HIDDEN]) == suppressed(2)


def test_first_and_last_take_the_member_as_it_is():
    assert over_list("last", [FIVE, MISSING]) == MISSING
    assert over_list("first", [HIDDEN, FIVE]) is HIDDEN


def test_division_by_zero_is_not_applicable_and_by_a_hidden_zero_hidden():
    assert binary("/", FIVE, value(0)) == NOT_APPLICABLE
    assert binary("/", value(0), value(0)) == NOT_APPLICABLE
    assert binary("/", FIVE, suppressed(0)) == SUPPRESSED


def test_hidden_results_keep_the_number_for_the_disclosure_run_only():
    result = binary("+", FIVE, HIDDEN)
    assert (result.state, result.number, result.restricted) == (State.SUPPRESSED, None, Decimal(8))
    assert "8" not in repr(result)
    assert binary("+", MISSING, HIDDEN) == SUPPRESSED
    assert negative(HIDDEN).restricted == -3


@pytest.mark.parametrize(
    ("letters", "letter"),
    [("vm", "v"), ("mv", "v"), ("nv", "v"), ("dv", "v"), ("sv", "s"), ("msv", "s"), ("md", "m"), ("dn", "n")],
)
def test_coalesce(letters, letter):
    assert LETTER[coalesce(*(STATES[each] for each in letters)).state] == letter


def test_is_missing():
    assert [is_missing(STATES[each]).number for each in "vdmn"] == [0, 1, 1, 0]
    assert is_missing(HIDDEN).state is State.SUPPRESSED


def test_if_takes_one_branch_and_a_hidden_condition_hides_both():
    assert choose(value(1), FIVE, MISSING) == FIVE
    assert choose(value(0), FIVE, MISSING) == MISSING
    assert choose(NOT_YET_DUE, FIVE, FIVE) == NOT_YET_DUE
    assert choose(suppressed(0), FIVE, value(7)).state is State.SUPPRESSED
    assert choose(SUPPRESSED, FIVE, FIVE) == SUPPRESSED


def test_min_and_max_of_several_values_need_all_of_them():
    assert compare_values("max", [FIVE, value(7)]) == value(7)
    assert compare_values("min", [FIVE, MISSING]) == MISSING


def test_a_value_cannot_contradict_its_state():
    for state, number, restricted in [
        (State.MISSING, 1, None),
        (State.VALUE, None, None),
        (State.VALUE, 1, 1),
    ]:
        with pytest.raises(ValueError):
            Value(state, number and Decimal(number), restricted and Decimal(restricted))
