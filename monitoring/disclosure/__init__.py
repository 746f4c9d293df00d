"""Disclosure control: rules, suppression, rounding, and the audit as an attacker. Knows nothing of Django.

result = protect(table, Config(threshold=5, width=5), published=knowledge, previous=earlier_pattern)
if result.safe: publish everything but result.pattern (or result.rounded, when the method is rounding)
"""

from .attack import Interval
from .coarser import Suggestion, suggestions
from .knowledge import Knowledge, Ref, Relation, exactly, merged, of_release, ratio, rounded
from .messages import REFUSALS
from .protect import Mark, Method, Refusal, Result, audit, protect
from .rules import Config, Need, primary_cells
from .system import OutOfTime
from .tables import Cell, Dimension, Key, Table, TableError

__all__ = [
    "REFUSALS",
    "Cell",
    "Config",
    "Dimension",
    "Interval",
    "Key",
    "Knowledge",
    "Mark",
    "Method",
    "Need",
    "OutOfTime",
    "Ref",
    "Refusal",
    "Relation",
    "Result",
    "Suggestion",
    "Table",
    "TableError",
    "audit",
    "exactly",
    "merged",
    "of_release",
    "primary_cells",
    "protect",
    "ratio",
    "rounded",
    "suggestions",
]
