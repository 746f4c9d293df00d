"""Values with their state, and what states do to arithmetic.

| state | means |
|---|---|
| value | a number that may be shown |
| missing | should be there and is not |
| not_applicable | cannot exist: division by zero, a breakdown the item does not have |
| suppressed | exists, must not be shown until a disclosure run releases it |
| not_yet_due | will come; the provider is not late |

Of several states the worst wins: suppressed, not_applicable, missing, not_yet_due, value. Suppressed stands
first because any other outcome would tell something about the hidden number (a division by a hidden zero).
"""

import operator
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    VALUE = "value"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    SUPPRESSED = "suppressed"
    NOT_YET_DUE = "not_yet_due"


_SEVERITY = (State.VALUE, State.NOT_YET_DUE, State.MISSING, State.NOT_APPLICABLE, State.SUPPRESSED)


def worst(states: Iterable[State]) -> State:
    """The state that wins; `value` of none."""
    return max(states, key=_SEVERITY.index, default=State.VALUE)


@dataclass(frozen=True, slots=True)
class Value:
    """`number` is set only in state value; `restricted` only in state suppressed, for the disclosure run."""

    state: State
    number: Decimal | None = None
    restricted: Decimal | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if (self.number is not None) is not (self.state is State.VALUE):
            raise ValueError("a number belongs to the state value, and to no other")
        if self.restricted is not None and self.state is not State.SUPPRESSED:
            raise ValueError("a restricted number belongs to the state suppressed")

    @property
    def known(self) -> Decimal | None:
        """The number, shown or not. For calculation only."""
        return self.number if self.state is State.VALUE else self.restricted


MISSING = Value(State.MISSING)
NOT_APPLICABLE = Value(State.NOT_APPLICABLE)
NOT_YET_DUE = Value(State.NOT_YET_DUE)
SUPPRESSED = Value(State.SUPPRESSED)


def value(number: Decimal | int | str) -> Value:
    return Value(State.VALUE, Decimal(number))


def suppressed(restricted: Decimal | int | str | None = None) -> Value:
    return Value(State.SUPPRESSED, None, None if restricted is None else Decimal(restricted))


@dataclass(frozen=True, slots=True)
class Many:
    """Values by key: records of a distribution, or groups of a breakdown.

    `gap` is the state of a part of which not even the keys are known, such as a month that is missing.
    """

    values: Mapping[Hashable, Value]
    gap: State = State.VALUE


Result = Value | Many


def lift(compute: Callable[..., Value], *operands: Value) -> Value:
    """`compute` over the numbers if every operand has one; otherwise the worst state.

    With suppressed operands the result is computed all the same, but stays restricted.
    """
    state = worst(operand.state for operand in operands)
    if state is State.VALUE:
        return compute(*(operand.number for operand in operands))
    if state is not State.SUPPRESSED:
        return Value(state)
    numbers = [operand.known for operand in operands]
    return SUPPRESSED if None in numbers else suppressed(compute(*numbers).number)


def broadcast(compute: Callable[..., Value], *operands: Result) -> Result:
    """`compute` value by value; a single value meets every member of a list."""
    lists = [operand for operand in operands if isinstance(operand, Many)]
    if not lists:
        return compute(*operands)
    keys = dict.fromkeys(key for many in lists for key in many.values)
    members = {
        key: compute(*(op.values.get(key, MISSING) if isinstance(op, Many) else op for op in operands))
        for key in keys
    }
    return Many(members, worst(many.gap for many in lists))


_COMPARE = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def binary(symbol: str, left: Result, right: Result) -> Result:
    """`left symbol right`; division by zero is not applicable, never 0."""

    def numbers(a: Decimal, b: Decimal) -> Value:
        if symbol in _COMPARE:
            return value(int(_COMPARE[symbol](a, b)))
        if symbol == "/":
            return value(a / b) if b else NOT_APPLICABLE
        return value(_ARITHMETIC[symbol](a, b))

    return broadcast(lambda a, b: lift(numbers, a, b), left, right)


def negative(operand: Result) -> Result:
    return broadcast(lambda single: lift(lambda number: value(-number), single), operand)


def choose(condition: Value, then: Value, otherwise: Value) -> Value:
    """`if`: a hidden condition hides the result, because the branch taken would tell it."""
    if condition.state is State.SUPPRESSED:
        if condition.restricted is None:
            return SUPPRESSED
        return suppressed((then if condition.restricted else otherwise).known)
    if condition.state is not State.VALUE:
        return Value(condition.state)
    return then if condition.number else otherwise


def coalesce(*candidates: Value) -> Value:
    """The first that has a number, hidden ones included; the worst state when none has."""
    for candidate in candidates:
        if candidate.state in (State.VALUE, State.SUPPRESSED):
            return candidate
    return Value(worst(candidate.state for candidate in candidates))


def is_missing(single: Value) -> Value:
    """1 for missing and not yet due, 0 for a value or not applicable; hidden stays hidden."""
    if single.state is State.SUPPRESSED:
        return suppressed(0)
    return value(int(single.state in (State.MISSING, State.NOT_YET_DUE)))
