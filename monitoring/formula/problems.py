"""A refusal that says where in the formula, by which stable code, and with which words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .messages import MESSAGES


@dataclass(frozen=True, slots=True)
class Span:
    """Where a piece of text stands: `start` and `end` count characters from 0, `line` and `column` from 1."""

    start: int = 0
    end: int = 0
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    span: Span = Span()

    @property
    def message(self) -> str:
        """The msgid; translate it first, then fill in `params`."""
        return MESSAGES[self.code]

    def __str__(self) -> str:
        return self.message % dict(self.params)


class FormulaError(ValueError):
    """The text is no formula; `problem` says why and where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
