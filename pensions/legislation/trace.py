"""What a rule did, step by step, in a form that a page can translate and a person can check.

A step has a stable ``code`` for templates, the ``rule`` that was applied, the parameter it used (with date
and source), the value that came out, and one English sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

# Confidence of a fact that nobody has verified.
UNVERIFIED = frozenset({"conflict", "memory_high", "memory_medium", "memory_low"})


@dataclass(frozen=True, slots=True)
class Step:
    code: str
    rule: str
    text: str
    value: Any = None
    state: str | None = None
    parameter: dict[str, Any] | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Unverified:
    """What a result rests on though nobody verified it: a parameter, an assumption, an open question."""

    code: str
    why: str
    text: str
    state: str | None = None
    parameter: dict[str, Any] | None = None


@dataclass(slots=True)
class Trace:
    """Steps in the order they were taken, and what in them is unverified (each thing once)."""

    steps: list[Step] = field(default_factory=list)
    unverified: list[Unverified] = field(default_factory=list)

    def add(self, code: str, rule: str, text: str, value: Any = None, **more: Any) -> None:
        self.steps.append(Step(code, rule, text, value, **more))

    def doubt(self, code: str, why: str, text: str, **more: Any) -> None:
        doubt = Unverified(code, why, text, **more)
        if doubt not in self.unverified:
            self.unverified.append(doubt)

    def extend(self, other: Trace) -> None:
        self.steps.extend(other.steps)
        for doubt in other.unverified:
            if doubt not in self.unverified:
                self.unverified.append(doubt)

    def as_list(self) -> list[dict[str, Any]]:
        return [{"step": number, **record(step)} for number, step in enumerate(self.steps, 1)]

    def unverified_list(self) -> list[dict[str, Any]]:
        return [record(doubt) for doubt in self.unverified]


def record(item: Step | Unverified) -> dict[str, Any]:
    """Fields that hold something, as JSON values."""
    fields = {name: getattr(item, name) for name in item.__slots__}
    return {name: plain(value) for name, value in fields.items() if value is not None}


def plain(value: Any) -> Any:
    """JSON form: dates in ISO, exact numbers as text so that nothing is lost."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def number_text(value: Decimal) -> str:
    """Plain digits, never an exponent."""
    return format(value, "f")
