"""A definition before it is saved: what does not hold, in the reader's language, and what it would give."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from common import clock

from . import formula
from .browser import period_text, value_text
from .enums import ItemBasis, ValueState
from .figures.data import HouseData
from .figures.due import due_periods
from .formula import Outcome, Problem
from .models import DataItem
from .periods import Frequency, Period
from .units import frequency_name, unit_name

SHOWN = 12  # periods of a preview
TOLD = 3  # faults in one sentence


@dataclass(frozen=True)
class Fault:
    """`field` is the field of the form that it belongs to."""

    code: str
    text: str
    field: str = "formula"


@dataclass
class Preview:
    """What a formula would give over the figures that are stored; nothing of it is kept."""

    faults: list[Fault] = field(default_factory=list)
    reading: str = ""
    items: list[dict[str, Any]] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)


def faults(
    code: str,
    text: str,
    unit: str,
    frequency: str,
    dimensions: Sequence[str],
    decimals: int = 0,
    examples: str = "",
    data: HouseData | None = None,
) -> list[Fault]:
    """Everything that forbids to save: syntax, names, units, frequencies, cycles; then the worked examples."""
    data = data or HouseData()
    indicator, problems = _read(code, text, unit, frequency, dimensions, data)
    if problems:
        unknown = [
            one for one in problems if one.code == "unknown_name"
        ]  # its unit is then no fault of its own
        return [Fault(f"formula_{one.code}", _placed(one, text)) for one in unknown or problems]
    outcomes, unread = _examples(indicator, examples, data, decimals)
    wrong = [*unread, *(one.problem for one in outcomes if one.problem)]
    return [Fault(f"formula_{one.code}", words(one), "examples") for one in wrong]


def told(found: Sequence[Fault]) -> str:
    return " ".join(one.text for one in found[:TOLD])


def words(problem: Problem) -> str:
    return gettext(problem.message) % dict(problem.params)


def _placed(problem: Problem, text: str) -> str:
    """The words, and the piece of the formula that is meant when it is not the whole of it."""
    piece = text[problem.span.start : problem.span.end]
    said = words(problem)
    return f"{said} ({piece})" if piece and piece not in said and piece.strip() != text.strip() else said


def _read(code, text, unit, frequency, dimensions, data: HouseData):
    try:
        tree = formula.parse(text)
    except formula.FormulaError as error:
        return None, [error.problem]
    indicator = formula.Indicator(code, tree, unit, Frequency(frequency), tuple(dimensions))
    return indicator, formula.check(indicator, data)


def _examples(indicator, text: str, data: HouseData, decimals: int) -> tuple[list[Outcome], list[Problem]]:
    examples, unread = formula.read_examples(text)
    return formula.run_examples(indicator, examples, data, decimals), unread


def preview(
    *,
    code: str,
    text: str,
    unit: str,
    frequency: str,
    dimensions: Sequence[str],
    decimals: int,
    examples: str,
) -> Preview:
    """Read-only. A figure about persons shows no number here either: it has passed no disclosure control."""
    data = HouseData()
    shown = Preview(faults=faults(code, text, unit, frequency, dimensions, decimals, examples, data))
    indicator, problems = _read(code, text, unit, frequency, dimensions, data)
    if problems:
        return shown
    shown.reading = formula.to_text(indicator.expression)
    shown.items = _items(indicator, data)
    shown.rows = _rows(indicator, text, decimals, data)
    outcomes, _unread = _examples(indicator, examples, data, decimals)
    shown.examples = [
        {
            "line": one.example.line,
            "result": "" if one.result is None else _text(one.result, decimals),
            "fault": words(one.problem) if one.problem else "",
        }
        for one in outcomes
    ]
    return shown


def _items(indicator, data: HouseData) -> list[dict[str, Any]]:
    names = set(formula.names(indicator.expression))
    return [
        {
            "code": item.code,
            "title": item.title,
            "unit": unit_name(item.unit),
            "frequency": frequency_name(item.frequency),
            "basis": ItemBasis(item.basis).label,
        }
        for item in DataItem.objects.filter(code__in=names)
    ]


def _rows(indicator, text: str, decimals: int, data: HouseData) -> list[tuple[str, str]]:
    """The newest periods for which the operands have figures, the latest first."""
    now = Period.containing(clock.today(), indicator.frequency)
    periods = due_periods(text, indicator.frequency, now, data)[-SHOWN:]
    return [
        (period_text(str(one)), _text(formula.evaluate(indicator, one, {}, data).value, decimals))
        for one in reversed(periods)
    ]


def _text(value: formula.Value, decimals: int) -> str:
    return value_text(ValueState(value.state.value), value.number, decimals)
