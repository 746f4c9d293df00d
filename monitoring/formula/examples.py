"""Worked examples of a definition: figures that are put in, and what has to come out.

    resolved = 30, received[-1] = 40 => 75
    resolved = 30, received = missing => missing

A line for each example. A name is a data item; `[-1]` is one period of its own frequency earlier. What is not named is
missing. A value is a number or the name of a state.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitoring.periods import Frequency, Period

from .evaluate import evaluate
from .problems import Problem, Span
from .registry import Indicator, Item, Registry
from .values import State, Value, value

MAX_EXAMPLES = 20
YEAR = 2025  # the examples' own; no figure of the house is meant
_GIVEN = re.compile(
    r"\s*(?P<name>[A-Za-z_]\w*)\s*(\[(?P<shift>[+-]?\d{1,3})\])?\s*=\s*(?P<value>[^\s,=>]+)\s*"
)
_ARROWS = re.compile(r"=>|→")


@dataclass(frozen=True, slots=True)
class Example:
    """`given`: (item, periods later) → value; `line` counts from 1."""

    line: int
    given: Mapping[tuple[str, int], Value]
    expected: Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out; `problem` says why it is not what was expected."""

    example: Example
    result: Value | None
    problem: Problem | None = None


def read_examples(text: str) -> tuple[list[Example], list[Problem]]:
    """The examples of a text, and the lines that are none."""
    found, problems = [], []
    for line, row in enumerate(text.splitlines(), start=1):
        if not row.strip():
            continue
        span = Span(line=line)
        parts = _ARROWS.split(row)
        given = [_GIVEN.fullmatch(part) for part in parts[0].split(",")]
        expected = _value(parts[1].strip()) if len(parts) == 2 else None
        values = [_value(one["value"]) for one in given if one]
        if None in given or expected is None or None in values:
            problems.append(Problem("example_syntax", {"line": line}, span))
            continue
        keys = [(one["name"], int(one["shift"] or 0)) for one in given]
        found.append(Example(line, dict(zip(keys, values, strict=True)), expected))
    if len(found) > MAX_EXAMPLES:
        problems.append(Problem("too_many_examples", {"limit": MAX_EXAMPLES}))
    return found[:MAX_EXAMPLES], problems


def _value(text: str) -> Value | None:
    if text in {state.value for state in State} - {State.VALUE}:
        return Value(State(text))
    return value(text) if re.fullmatch(r"[+-]?\d{1,20}(\.\d{1,10})?", text) else None


class _Given:
    """The registry's names with the example's figures."""

    def __init__(self, registry: Registry, example: Example, period: Period) -> None:
        self.registry, self.example, self.period = registry, example, period
        self.lookup, self.codes = registry.lookup, registry.codes

    def series(self, name: str, dims: Mapping[str, str]) -> Mapping[Period, Value]:
        item = self.lookup(name)
        last = last_part(self.period, item.frequency)
        return {last.offset(shift): one for (each, shift), one in self.example.given.items() if each == name}


def last_part(period: Period, frequency: Frequency) -> Period:
    """The last period of that frequency inside, or the one around."""
    if frequency == period.frequency:
        return period
    return (
        period.parts(frequency)[-1]
        if frequency.is_finer_than(period.frequency)
        else period.enclosing(frequency)
    )


def run_examples(
    indicator: Indicator, examples: Sequence[Example], registry: Registry, decimals: int = 0
) -> list[Outcome]:
    """Each example with what came out, compared in as many decimals as the indicator shows or the example writes."""
    period = last_part(Period(YEAR, Frequency.ANNUAL, 1), indicator.frequency)
    outcomes = []
    for example in examples:
        unknown = [name for name, _shift in example.given if not isinstance(registry.lookup(name), Item)]
        if unknown:
            problem = Problem(
                "example_unknown", {"line": example.line, "name": unknown[0]}, Span(line=example.line)
            )
            outcomes.append(Outcome(example, None, problem))
            continue
        result = evaluate(indicator, period, {}, _Given(registry, example, period)).value
        problem = None
        if not _same(result, example.expected, decimals):
            params = {
                "line": example.line,
                "given": shown(result, decimals),
                "expected": shown(example.expected),
            }
            problem = Problem("example_differs", params, Span(line=example.line))
        outcomes.append(Outcome(example, result, problem))
    return outcomes


def _same(result: Value, expected: Value, decimals: int) -> bool:
    if result.state is not expected.state or result.number is None:
        return result.state is expected.state
    written = -expected.number.as_tuple().exponent
    return round(result.number, max(decimals, written, 0)) == expected.number


def shown(one: Value, decimals: int | None = None) -> str:
    if one.number is None:
        return one.state.value
    number = one.number if decimals is None else round(one.number, max(decimals, 4))
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
