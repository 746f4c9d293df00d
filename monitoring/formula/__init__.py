"""The indicator formula language: read, check, evaluate. Knows nothing of Django.

tree = parse("100 * resolved / received.offset(-1)")
problems = check(Indicator("RESOLVED", tree, "percent", Frequency.QUARTERLY, ("SEX",)), registry)
value = evaluate(indicator, Period.parse("2026-Q1"), {"SEX": "F"}, data).value
"""

from .ast import Node, names
from .check import check, dependencies, find_cycle
from .evaluate import Evaluation, Operand, evaluate
from .examples import Example, Outcome, read_examples, run_examples
from .messages import MESSAGES
from .parser import MAX_DEPTH, MAX_LENGTH, parse, to_text
from .problems import FormulaError, Problem, Span
from .registry import TOTAL, DataItems, Indicator, Item, Kind, Registry
from .values import MISSING, NOT_APPLICABLE, NOT_YET_DUE, SUPPRESSED, Many, State, Value, suppressed, value

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MESSAGES",
    "MISSING",
    "NOT_APPLICABLE",
    "NOT_YET_DUE",
    "SUPPRESSED",
    "TOTAL",
    "DataItems",
    "Evaluation",
    "Example",
    "FormulaError",
    "Indicator",
    "Item",
    "Kind",
    "Many",
    "Node",
    "Operand",
    "Outcome",
    "Problem",
    "Registry",
    "Span",
    "State",
    "Value",
    "check",
    "dependencies",
    "evaluate",
    "find_cycle",
    "names",
    "parse",
    "read_examples",
    "run_examples",
    "suppressed",
    "to_text",
    "value",
]
