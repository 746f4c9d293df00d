"""The value of an indicator for one period and one key, with every figure that went into it.

Asked for a period longer than the indicator's own, items are brought together first, each by its kind, and
the formula is applied to the totals: numerators and denominators add up separately. Rates are never averaged:
they give not_applicable there.
"""

import decimal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from monitoring.periods import Frequency, Period

from . import aggregates, ast, values
from .check import infer
from .functions import ROLLING, is_aggregation
from .registry import TOTAL, DataItems, Indicator, Item, Kind
from .types import Axis, Type
from .values import MISSING, NOT_APPLICABLE, Many, Result, State, Value

PRECISION = 34  # decimal128: enough for sums of money over a nation, the same on every machine


@dataclass(frozen=True, slots=True)
class Operand:
    """A figure that was read: the lineage of a value."""

    name: str
    dims: tuple[tuple[str, str], ...]
    period: Period
    result: Result


@dataclass(frozen=True, slots=True)
class Evaluation:
    value: Value
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where an expression is evaluated. `shift` counts months: it means the same in every frequency."""

    window: Period
    dims: Mapping[str, str]
    shift: int = 0
    fill: Decimal | None = None


def evaluate(indicator: Indicator, period: Period, dims: Mapping[str, str], data: DataItems) -> Evaluation:
    """Evaluate a formula that passed `check`, for a period of the indicator's own or a longer frequency.

    `dims` fixes codes of the indicator's dimensions; the others stand at their total.
    """
    if period.frequency.is_finer_than(indicator.frequency):
        raise ValueError(
            f"{indicator.code} is not known for {period}: its frequency is {indicator.frequency}"
        )
    run = _Run(indicator, data, {})
    key = {dimension: code for dimension, code in dims.items() if code != TOTAL}
    with decimal.localcontext(prec=PRECISION, rounding=decimal.ROUND_HALF_EVEN):
        result = run.visit(indicator.expression, _Scope(period, key))
    if isinstance(result, Many):
        raise ValueError(f"the formula of {indicator.code} leaves a list open")
    return Evaluation(result, tuple(run.operands.values()))


class _Run:
    """One formula; a formula it refers to gets a run of its own that shares the operands."""

    def __init__(self, indicator: Indicator, data: DataItems, operands: dict) -> None:
        self.frequency = indicator.frequency
        self.types: dict[int, Type] = infer(indicator, data).types
        self.data = data
        self.operands: dict[tuple, Operand] = operands

    def visit(self, node: ast.Node, scope: _Scope) -> Result:
        match node:
            case ast.Number(number):
                return values.value(number)
            case ast.Name(name):
                return self._name(name, scope)
            case ast.Negative(operand):
                return values.negative(self.visit(operand, scope))
            case ast.Binary(operator, left, right):
                return values.binary(operator, self.visit(left, scope), self.visit(right, scope))
            case ast.Call():
                return self._call(node, scope)
            case ast.Offset(base, n):
                return self._shifted(base, n, scope)
            case ast.Where(base, codes):
                return self.visit(base, _narrow(scope, dict(codes)))
            case ast.At(base, period):
                return self.visit(base, replace(scope, window=period, shift=0))
            case ast.By(base, dimensions):
                return self._by(base, dimensions, scope)
            case ast.OnMissing(base, fill):
                return self.visit(base, replace(scope, fill=fill))

    # names

    def _name(self, name: str, scope: _Scope) -> Result:
        target = self.data.lookup(name)
        if isinstance(target, Indicator):
            return _Run(target, self.data, self.operands).visit(target.expression, scope)
        if target is None:
            raise ValueError(f"unknown data item {name}")
        foreign = set(scope.dims) - set(target.dimensions)
        if foreign or target.frequency.per_year < scope.window.frequency.per_year:
            return NOT_APPLICABLE
        months = target.frequency.months
        periods = [part.offset(scope.shift // months) for part in scope.window.parts(target.frequency)]
        found = [self._read(target, period, scope) for period in periods]
        return _pool(found, scope) if target.kind is Kind.RECORDS else _natural(target.kind, found)

    def _read(self, item: Item, period: Period, scope: _Scope) -> Result:
        result = self.data.series(item.name, scope.dims).get(period, MISSING)
        dims = tuple(sorted(scope.dims.items()))
        self.operands.setdefault((item.name, dims, period), Operand(item.name, dims, period, result))
        if scope.fill is None:
            return result
        return values.broadcast(
            lambda single: values.value(scope.fill) if single.state is State.MISSING else single, result
        )

    # methods

    def _shifted(self, base: ast.Node, n: int, scope: _Scope) -> Result:
        frequency = self._own(base).frequency or self.frequency
        return self.visit(base, replace(scope, shift=scope.shift + n * frequency.months))

    def _by(self, base: ast.Node, dimensions: tuple[str, ...], scope: _Scope) -> Result:
        groups = {
            codes: self.visit(base, _narrow(scope, dict(zip(dimensions, codes, strict=True))))
            for codes in product(*(self._codes(base, dimension) for dimension in dimensions))
        }
        # Written in sorted order of dimensions, so that .by(A, B) meets .by(B, A).
        order = sorted(range(len(dimensions)), key=dimensions.__getitem__)
        return Many({tuple(codes[i] for i in order): result for codes, result in groups.items()})

    def _codes(self, base: ast.Node, dimension: str) -> list[str]:
        codes = dict.fromkeys(
            code for item in self._items(base) for code in self.data.codes(item, dimension) if code != TOTAL
        )
        return sorted(codes)

    def _items(self, base: ast.Node) -> list[str]:
        found: dict[str, None] = {}
        waiting = list(ast.names(base))
        while waiting:
            name = waiting.pop()
            target = self.data.lookup(name)
            if isinstance(target, Indicator):
                waiting.extend(ast.names(target.expression))
            else:
                found[name] = None
        return list(found)

    def _own(self, node: ast.Node) -> Type:
        return self.types[id(node)]

    # functions

    def _call(self, node: ast.Call, scope: _Scope) -> Result:
        function, args = node.function, node.args
        if is_aggregation(function, len(args)):
            return self._aggregate(function, args[0], scope)
        if function in ROLLING:
            return self._rolling(function, args[0], int(args[1].value), scope)
        if function == "lag":
            return self._shifted(args[0], -int(args[1].value) if len(args) == 2 else -1, scope)
        if function == "share":
            part, whole = (self._brought_together(arg, scope) for arg in args)
            return values.binary("/", part, whole)
        if function == "days" and not args:
            months = scope.window.parts(Frequency.MONTHLY)
            return values.value(sum(month.offset(scope.shift).days for month in months))
        operands = [self.visit(arg, scope) for arg in args]
        if function == "days":
            return values.binary("-", operands[1], operands[0])
        if function in ("min", "max"):
            return values.broadcast(lambda *each: aggregates.compare_values(function, each), *operands)
        single = {"if": values.choose, "coalesce": values.coalesce, "is_missing": values.is_missing}[function]
        return values.broadcast(single, *operands)

    def _brought_together(self, arg: ast.Node, scope: _Scope) -> Value:
        own = self._own(arg)
        finer = own.frequency is not None and own.frequency.is_finer_than(self.frequency)
        return (
            self._aggregate("sum", arg, scope) if finer or not own.shape.is_single else self.visit(arg, scope)
        )

    def _aggregate(self, function: str, arg: ast.Node, scope: _Scope) -> Value:
        own = self._own(arg)
        if own.shape.is_records:
            return aggregates.over_records(function, self.visit(arg, scope))
        frequency = own.frequency
        if frequency is not None and self.frequency.is_finer_than(frequency):
            latest = _moved(scope, self.frequency).last_ended(frequency)
            return self.visit(arg, replace(scope, window=latest, shift=0))
        if own.shape.dimensions and frequency in (None, self.frequency):
            return aggregates.over_groups(function, self.visit(arg, scope))
        windows = scope.window.parts(frequency) if frequency else (scope.window,)
        if len(windows) > 1 and Axis.TIME in own.rate_over and function in ("mean", "median", "sum"):
            return NOT_APPLICABLE
        found = [self.visit(arg, replace(scope, window=window)) for window in windows]
        members = [
            single
            for each in found
            for single in (each.values.values() if isinstance(each, Many) else [each])
        ]
        return aggregates.over_list(function, members)

    def _rolling(self, function: str, arg: ast.Node, steps: int, scope: _Scope) -> Value:
        frequency = self._own(arg).frequency or self.frequency
        end = scope.window.parts(frequency)[-1]
        windows = [end.offset(-back) for back in reversed(range(steps))]
        found = [self.visit(arg, replace(scope, window=window)) for window in windows]
        return aggregates.over_list(function.removeprefix("rolling_"), found)


def _narrow(scope: _Scope, codes: Mapping[str, str]) -> _Scope:
    merged = {dimension: code for dimension, code in {**scope.dims, **codes}.items() if code != TOTAL}
    return replace(scope, dims=merged)


def _moved(scope: _Scope, frequency: Frequency) -> Period:
    """The last period of `frequency` in the scope's window, moved by its shift."""
    return scope.window.parts(frequency)[-1].offset(scope.shift // frequency.months)


def _natural(kind: Kind, found: list[Value]) -> Value:
    """Several periods of one item as one value, as its kind allows."""
    if len(found) == 1:
        return found[0]
    if kind is Kind.RATE:
        return NOT_APPLICABLE
    return aggregates.over_list("sum" if kind is Kind.FLOW else "last", found)


def _pool(found: list[Result], scope: _Scope) -> Many:
    """The records of several periods as one distribution; a period without any figure leaves a gap."""
    records: dict = {}
    gaps = [State.VALUE]
    for position, result in enumerate(found):
        if isinstance(result, Many):
            gaps.append(result.gap)
            records.update({(position, key): single for key, single in result.values.items()})
        elif scope.fill is None or result.state is not State.VALUE:
            gaps.append(result.state)
    return Many(records, values.worst(gaps))
