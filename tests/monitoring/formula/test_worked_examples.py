"""Worked examples: read, computed with figures of their own, and compared."""

import pytest

from monitoring.formula import Indicator, State, parse, read_examples, run_examples
from monitoring.periods import Frequency

from .catalogue import Catalogue

Q = Frequency.QUARTERLY


def outcome(formula, text, decimals=0, frequency=Q):
    examples, problems = read_examples(text)
    assert not problems
    (one,) = run_examples(
        Indicator("X", parse(formula), "percent", frequency), examples, Catalogue(), decimals
    )
    return one


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("100 * resolved / received", "resolved = 30, received = 40 => 75"),
        ("100 * resolved / received", "resolved=1,received=3 → 33.33"),
        ("100 * resolved / received.offset(-1)", "resolved = 30, received = 1, received[-1] = 60 => 50"),
        ("100 * resolved / received", "resolved = 30, received = 0 => not_applicable"),
        ("100 * resolved / received", "resolved = 30 => missing"),
        ("100 * resolved / received", "resolved = suppressed, received = 40 => suppressed"),
        ("resolved.on_missing(0) + received", "received = 4 => 4"),
        ("sum(issued)", "issued = 3, issued[-1] = 4, issued[-2] = 5 => 12"),
        ("sum(issued)", "issued = 3 => missing"),
        ("100 * resolved / last(population)", "resolved = 3, population = 60 => 5"),
    ],
)
def test_what_comes_out(formula, text):
    assert outcome(formula, text).problem is None


def test_a_wrong_answer_is_told_with_both_numbers():
    one = outcome("100 * resolved / received", "resolved = 25, received = 30 => 17", decimals=1)
    assert one.problem.code == "example_differs"
    assert one.problem.params == {"line": 1, "given": "83.3333", "expected": "17"}


def test_rounding_follows_the_indicator_and_the_example():
    assert outcome("resolved / received", "resolved = 1, received = 3 => 0.3", decimals=1).problem is None
    assert outcome("resolved / received", "resolved = 1, received = 3 => 0.3", decimals=2).problem
    assert outcome("resolved / received", "resolved = 1, received = 3 => 0.333").problem is None


def test_the_months_of_an_example_are_the_last_of_its_quarter():
    one = outcome("last(bans)", "bans = 7, bans[-1] = 9 => 7")
    assert one.problem is None and one.result.state is State.VALUE


@pytest.mark.parametrize(
    "text",
    [
        "resolved = 30",
        "resolved => 3",
        "= 3 => 3",
        "resolved = many => 3",
        "resolved = 3 => soon",
        "a = 1 => 2 => 3",
    ],
)
def test_what_is_no_example_is_told_by_its_line(text):
    examples, problems = read_examples("\n" + text + "\nresolved = 1 => 1")
    assert len(examples) == 1
    assert [(one.code, one.params["line"]) for one in problems] == [("example_syntax", 2)]


def test_a_name_that_is_no_item():
    assert outcome("resolved", "reslved = 1 => 1").problem.code == "example_unknown"


def test_too_many():
    examples, problems = read_examples("resolved = 1 => 1\n" * 21)
    assert len(examples) == 20 and problems[0].code == "too_many_examples"
