"""One value from a list: over periods, over groups of a breakdown, or over records of a distribution.

| member | sum, mean, median, min, max | first, last | count |
|---|---|---|---|
| suppressed | result suppressed | if taken | result suppressed |
| not_applicable | left out | if taken | not counted |
| missing, not_yet_due | result missing, not_yet_due | if taken | not counted |

Records differ in one point: a person who did not answer is left out of mean, median, min, max, first and
last (a survey always has some), but not out of a sum. A list without members sums and counts to 0; its mean,
median, minimum and maximum are not applicable.
"""

from collections.abc import Sequence
from decimal import Decimal

from .values import NOT_APPLICABLE, SUPPRESSED, Many, State, Value, lift, suppressed, value, worst

_ABSENT = (State.MISSING, State.NOT_YET_DUE)


def over_list(function: str, members: Sequence[Value]) -> Value:
    """Aggregate over periods or groups, in the order given."""
    if function == "count":
        return _count(members)
    if function in ("first", "last"):
        return members[0 if function == "first" else -1] if members else NOT_APPLICABLE
    present = [member for member in members if member.state is not State.NOT_APPLICABLE]
    if members and not present:
        return NOT_APPLICABLE
    return _numbers(function, present)


def over_records(function: str, records: Many) -> Value:
    """Aggregate over the records of a distribution."""
    members = list(records.values.values())
    if function != "sum":
        members = [member for member in members if member.state not in _ABSENT]
    if records.gap is State.VALUE:
        return over_list(function, members)
    if records.gap is State.SUPPRESSED or any(member.state is State.SUPPRESSED for member in members):
        return SUPPRESSED
    return Value(records.gap)


def over_groups(function: str, groups: Many) -> Value:
    members = list(groups.values.values())
    if groups.gap is not State.VALUE:
        members.append(Value(groups.gap))
    return over_list(function, members)


def compare_values(function: str, candidates: Sequence[Value]) -> Value:
    """`min(a, b, ...)` and `max(a, b, ...)`; every candidate must be known."""
    return lift(lambda *numbers: value(_NUMBERS[function](numbers)), *candidates)


def _count(members: Sequence[Value]) -> Value:
    counted = sum(member.state in (State.VALUE, State.SUPPRESSED) for member in members)
    if worst(member.state for member in members) is State.SUPPRESSED:
        return suppressed(counted)
    return value(counted)


def _numbers(function: str, members: Sequence[Value]) -> Value:
    def compute(*numbers: Decimal) -> Value:
        if not numbers and function != "sum":
            return NOT_APPLICABLE
        return value(_NUMBERS[function](numbers))

    return lift(compute, *members)


def _median(numbers: Sequence[Decimal]) -> Decimal:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


_NUMBERS = {
    "sum": lambda numbers: sum(numbers, Decimal(0)),
    "mean": lambda numbers: sum(numbers, Decimal(0)) / len(numbers),
    "median": _median,
    "min": min,
    "max": max,
}
