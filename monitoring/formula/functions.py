"""The functions of the language: how many arguments each takes and how each treats a list of values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arguments:
    least: int
    most: int | None

    def __contains__(self, count: int) -> bool:
        return count >= self.least and (self.most is None or count <= self.most)

    @property
    def label(self) -> str:
        if self.most is None:
            return f"≥ {self.least}"
        return str(self.least) if self.least == self.most else f"{self.least}-{self.most}"


_ONE = Arguments(1, 1)

ARITY = {
    "sum": _ONE,
    "mean": _ONE,
    "median": _ONE,
    "first": _ONE,
    "last": _ONE,
    "count": _ONE,
    "min": Arguments(1, None),
    "max": Arguments(1, None),
    "share": Arguments(2, 2),
    "if": Arguments(3, 3),
    "coalesce": Arguments(2, None),
    "is_missing": _ONE,
    "days": Arguments(0, 2),
    "lag": Arguments(1, 2),
    "rolling_sum": Arguments(2, 2),
    "rolling_mean": Arguments(2, 2),
}

# One argument taken over periods, groups or records gives one value.
AGGREGATORS = frozenset({"sum", "mean", "median", "first", "last", "count", "min", "max"})
ROLLING = frozenset({"rolling_sum", "rolling_mean"})
WHOLE_SECOND_ARGUMENT = ROLLING | {"lag"}

# Over ratios, means and medians these would average averages.
NEVER_OVER_RATES = frozenset({"sum", "mean", "median"}) | ROLLING


def is_aggregation(function: str, argument_count: int) -> bool:
    """`min` and `max` of several arguments compare them instead."""
    return function in AGGREGATORS and argument_count == 1
