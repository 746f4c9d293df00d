"""What is checked when a formula is saved: names, units, frequencies, shapes, averaged averages, cycles."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from monitoring.periods import Frequency

from . import ast, types
from .functions import NEVER_OVER_RATES, ROLLING, is_aggregation
from .problems import Problem, Span
from .registry import TOTAL, Indicator, Item, Kind, Registry
from .types import BOTH, Axis, Shape, Type
from .units import ONE, Unit, answers, parse_unit

DAYS = Unit((("days", 1),))
DATE = Unit((("date", 1),))


@dataclass(slots=True)
class Checked:
    """The types found, by identity of the node, and everything that is wrong."""

    problems: list[Problem] = field(default_factory=list)
    types: dict[int, Type] = field(default_factory=dict)


def check(indicator: Indicator, registry: Registry) -> list[Problem]:
    """Everything that forbids to save `indicator`, in the order of its text; empty when it may be saved."""
    path = find_cycle(indicator, registry)
    if path:
        last = ast.names(indicator.expression)[path[1]]
        return [Problem("cycle", {"path": " → ".join(path)}, last)]
    checked = infer(indicator, registry)
    result = checked.types[id(indicator.expression)]
    span = indicator.expression.span
    problems = checked.problems + _dimension_problems(indicator, registry)
    problems += _result_problems(indicator, result, span)
    return sorted(problems, key=lambda problem: problem.span.start)


def find_cycle(indicator: Indicator, registry: Registry) -> tuple[str, ...]:
    """The codes along which `indicator` would come back to itself or meet another circle; empty when none."""
    done: set[str] = set()

    def visit(code: str, expression: ast.Node, path: tuple[str, ...]) -> tuple[str, ...]:
        for name in ast.names(expression):
            if name in path:
                return (*path, name)
            target = registry.lookup(name)
            if name not in done and isinstance(target, Indicator):
                if found := visit(name, target.expression, (*path, name)):
                    return found
                done.add(name)
        return ()

    return visit(indicator.code, indicator.expression, (indicator.code,))


def infer(indicator: Indicator, registry: Registry) -> Checked:
    """Types of every node of the indicator's formula; the graph of indicators must have no cycle."""
    inference = _Inference(registry, indicator.frequency)
    inference.visit(indicator.expression)
    return inference.checked


def _result_problems(indicator: Indicator, result: Type, span: Span) -> Iterable[Problem]:
    if not result.shape.is_single:
        yield Problem("shape_left_open", {}, span)
    if result.frequency not in (None, indicator.frequency):
        params = {"wanted": indicator.frequency, "given": result.frequency}
        finer = result.frequency.is_finer_than(indicator.frequency)
        yield Problem("needs_aggregator" if finer else "frequency_too_coarse", params, span)
    if result.unit is not None and not answers(result.unit, indicator.unit):
        yield Problem("unit_result", {"given": result.unit, "declared": indicator.unit}, span)


def _dimension_problems(indicator: Indicator, registry: Registry) -> list[Problem]:
    problems = []

    def visit(node: ast.Node, fixed: frozenset[str]) -> None:
        if isinstance(node, ast.Name):
            target = registry.lookup(node.name)
            absent = (
                set(indicator.dimensions) - fixed - set(target.dimensions if target else indicator.dimensions)
            )
            problems.extend(
                Problem("dimension_missing", {"name": node.name, "dimension": dimension}, node.span)
                for dimension in sorted(absent)
            )
        if isinstance(node, ast.Where):
            fixed |= {dimension for dimension, _ in node.codes}
        for child in ast.children(node):
            visit(child, fixed)

    visit(indicator.expression, frozenset())
    return problems


class _Inference:
    def __init__(self, registry: Registry, frequency: Frequency) -> None:
        self.registry = registry
        self.frequency = frequency
        self.checked = Checked()

    def report(self, problem: Problem) -> None:
        self.checked.problems.append(problem)

    def visit(self, node: ast.Node) -> Type:
        found = self._infer(node)
        self.checked.types[id(node)] = found
        return found

    def _infer(self, node: ast.Node) -> Type:
        match node:
            case ast.Number(number):
                return Type(literal=Fraction(number))
            case ast.Name():
                return self._name(node)
            case ast.Negative(operand):
                return _negated(self.visit(operand))
            case ast.Binary():
                return self._binary(node)
            case ast.Call():
                return self._call(node)
            case _:
                return self._method(node, self.visit(node.base))

    def _name(self, node: ast.Name) -> Type:
        target = self.registry.lookup(node.name)
        if target is None:
            self.report(Problem("unknown_name", {"name": node.name}, node.span))
            return Type()
        unit = parse_unit(target.unit)
        if isinstance(target, Indicator):
            inner = infer(target, self.registry).types[id(target.expression)]
            return replace(inner, frequency=target.frequency, unit=unit, literal=None)
        shape = Shape(record_set=target.record_set or target.name) if target.kind is Kind.RECORDS else Shape()
        rates = BOTH if target.kind is Kind.RATE else frozenset()
        return Type(shape, target.frequency, unit, rates, target.kind is Kind.STOCK, target.basis)

    def _binary(self, node: ast.Binary) -> Type:
        left, right = self.visit(node.left), self.visit(node.right)
        if node.operator in ast.COMPARISONS:
            return types.compare(left, right, node.span, self.report)
        combine = {"+": types.add, "-": types.add, "*": types.multiply, "/": types.divide}[node.operator]
        return types.fold(node.operator, left, right, combine(left, right, node.span, self.report))

    # methods

    def _method(self, node: ast.Node, base: Type) -> Type:
        match node:
            case ast.Offset():
                return self._series(node, base, "offset")
            case ast.Where(codes=codes):
                for dimension, code in codes:
                    self._dimension(node, dimension, code)
                return base
            case ast.At(period=period):
                if base.frequency not in (None, period.frequency):
                    params = {"period": period, "wanted": base.frequency}
                    self.report(Problem("at_frequency", params, node.span))
                return replace(base, frequency=None)
            case ast.By(dimensions=dimensions):
                for dimension in dimensions:
                    self._dimension(node, dimension)
                if not base.shape.is_single:
                    self.report(Problem("shape_mismatch", {}, node.span))
                return replace(base, shape=Shape(tuple(sorted(dimensions))))
            case _:
                if not _is_item(node.base, self.registry):
                    self.report(Problem("on_missing_needs_item", {}, node.span))
                return base

    def _series(self, node: ast.Node, base: Type, name: str) -> Type:
        if base.frequency is None:
            self.report(Problem("not_a_series", {"name": name}, node.span))
        return base

    def _dimension(self, node: ast.Node, dimension: str, code: str = TOTAL) -> None:
        """`.where(D=_T)` is allowed on items without D: it says that no breakdown is meant."""
        neutral = isinstance(node, ast.Where) and code == TOTAL
        for name in ast.names(node):
            target = self.registry.lookup(name)
            if target is None or neutral:
                continue
            params = {"name": name, "dimension": dimension}
            if dimension not in target.dimensions:
                self.report(Problem("unknown_dimension", params, node.span))
            elif (
                code != TOTAL
                and isinstance(target, Item)
                and code not in self.registry.codes(name, dimension)
            ):
                self.report(Problem("unknown_code", params | {"code": code}, node.span))

    # functions

    def _call(self, node: ast.Call) -> Type:
        args = [self.visit(arg) for arg in node.args]
        if is_aggregation(node.function, len(args)):
            return self._aggregate(node, node.function, args[0])
        if node.function in ROLLING:
            return self._rolling(node, args[0])
        rules: dict[str, Callable[[ast.Call, list[Type]], Type]] = {
            "min": self._candidates,
            "max": self._candidates,
            "coalesce": self._candidates,
            "if": self._if,
            "share": self._share,
            "is_missing": lambda _node, given: replace(
                given[0], unit=ONE, rate_over=frozenset(), stock=False
            ),
            "days": self._days,
            "lag": lambda given_node, given: self._series(given_node, given[0], "lag"),
        }
        return rules[node.function](node, args)

    def _aggregate(self, node: ast.Call, function: str, arg: Type) -> Type:
        finer = arg.frequency is not None and arg.frequency.is_finer_than(self.frequency)
        if arg.frequency is not None and self.frequency.is_finer_than(arg.frequency) and function != "last":
            params = {"given": arg.frequency, "wanted": self.frequency}
            self.report(Problem("frequency_too_coarse", params, node.span))
        over_time = finer or (function == "sum" and arg.shape.is_single and arg.frequency is not None)
        if not arg.shape.is_records:
            self._additivity(node, function, arg, over_time)
        frequency = arg.frequency and self.frequency
        if function == "count":
            return Type(frequency=frequency, unit=ONE)
        result = replace(arg, shape=Shape(), frequency=frequency, literal=None)
        if function in ("mean", "median", "min", "max"):
            return replace(result, rate_over=BOTH, stock=False)
        if function == "sum":
            return replace(result, rate_over=frozenset(), stock=arg.stock and not over_time)
        return result

    def _additivity(self, node: ast.Call, function: str, arg: Type, over_time: bool) -> None:
        axes = {Axis.TIME} if over_time else set()
        if arg.shape.dimensions:
            axes.add(Axis.GROUP)
        if function in NEVER_OVER_RATES and arg.rate_over & axes:
            self.report(Problem("not_additive", {"name": function}, node.span))
        elif function in ("sum", "rolling_sum") and arg.stock and over_time:
            self.report(Problem("stock_summed", {}, node.span))

    def _rolling(self, node: ast.Call, arg: Type) -> Type:
        self._series(node, arg, node.function)
        if not arg.shape.is_single:
            self.report(Problem("shape_left_open", {}, node.args[0].span))
        if arg.frequency is not None and self.frequency.is_finer_than(arg.frequency):
            params = {"given": arg.frequency, "wanted": self.frequency}
            self.report(Problem("frequency_too_coarse", params, node.span))
        self._additivity(node, node.function, arg, over_time=True)
        rates = BOTH if node.function == "rolling_mean" else frozenset()
        # Windows overlap: their sums add up over groups, not over time.
        return replace(arg, frequency=arg.frequency and self.frequency, rate_over=rates, stock=True)

    def _candidates(self, node: ast.Call, args: list[Type]) -> Type:
        result = args[0]
        for other in args[1:]:
            result = types.choose(result, other, node.span, self.report)
        return result

    def _if(self, node: ast.Call, args: list[Type]) -> Type:
        condition, then, otherwise = args
        result = types.choose(then, otherwise, node.span, self.report)
        shape, frequency = types.meet(condition, result, node.span, self.report)
        return replace(result, shape=shape, frequency=frequency)

    def _share(self, node: ast.Call, args: list[Type]) -> Type:
        part, whole = (self._brought_together(node, arg) for arg in args)
        return types.divide(part, whole, node.span, self.report)

    def _brought_together(self, node: ast.Call, arg: Type) -> Type:
        """Either half of `share`, taken over finer periods, groups or records; left alone otherwise."""
        finer = arg.frequency is not None and arg.frequency.is_finer_than(self.frequency)
        return self._aggregate(node, "sum", arg) if finer or not arg.shape.is_single else arg

    def _days(self, node: ast.Call, args: list[Type]) -> Type:
        if not args:
            # The length of the period itself: fits whatever frequency it meets.
            return Type(unit=DAYS)
        if len(args) != 2 or any(arg.unit not in (None, DATE) for arg in args):
            self.report(Problem("dates_needed", {}, node.span))
            return Type(unit=DAYS)
        shape, frequency = types.meet(args[0], args[1], node.span, self.report)
        return Type(shape, frequency, DAYS)


def _negated(operand: Type) -> Type:
    return replace(operand, literal=None if operand.literal is None else -operand.literal)


def _is_item(node: ast.Node, registry: Registry) -> bool:
    """A data item, possibly moved in time or narrowed to a code."""
    while isinstance(node, ast.Offset | ast.Where | ast.At | ast.By):
        node = node.base
    return isinstance(node, ast.Name) and not isinstance(registry.lookup(node.name), Indicator)


def dependencies(codes: Mapping[str, ast.Node]) -> dict[str, frozenset[str]]:
    """For each indicator code, the names its formula uses: the graph to compute in order."""
    return {code: frozenset(ast.names(expression)) for code, expression in codes.items()}
