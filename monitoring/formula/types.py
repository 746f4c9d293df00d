"""What is known of an expression before any figure: shape, frequency, unit, what must not be averaged."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from monitoring.periods import Frequency

from .problems import Problem, Span
from .units import ONE, Unit, power_of_ten


class Axis(StrEnum):
    TIME = "time"
    GROUP = "group"


BOTH = frozenset(Axis)


@dataclass(frozen=True, slots=True)
class Shape:
    """One value; groups of a breakdown (`dimensions`); or records of a distribution (`record_set`)."""

    dimensions: tuple[str, ...] = ()
    record_set: str | None = None

    @property
    def is_single(self) -> bool:
        return not self.dimensions and self.record_set is None

    @property
    def is_records(self) -> bool:
        return self.record_set is not None


SINGLE = Shape()


@dataclass(frozen=True, slots=True)
class Type:
    """`frequency` None: the same in every period. `unit` None: a bare number, which takes the unit it meets.

    `rate_over`: the axes along which this is a ratio, mean or median, so that adding or averaging along them
    would be wrong. `stock`: adds up over groups, not over time. `literal`: the number, if written out.
    """

    shape: Shape = SINGLE
    frequency: Frequency | None = None
    unit: Unit | None = None
    rate_over: frozenset[Axis] = frozenset()
    stock: bool = False
    basis: str = ""
    literal: Fraction | None = None

    def varies(self, axis: Axis) -> bool:
        return self.frequency is not None if axis is Axis.TIME else bool(self.shape.dimensions)


Report = Callable[[Problem], None]


def meet(left: Type, right: Type, span: Span, report: Report) -> tuple[Shape, Frequency | None]:
    """Shape and frequency of two values combined one by one."""
    frequency = left.frequency or right.frequency
    if right.frequency not in (None, frequency):
        report(Problem("frequency_mixed", {"left": left.frequency, "right": right.frequency}, span))
    if left.shape.is_single or left.shape == right.shape:
        return right.shape, frequency
    if not right.shape.is_single:
        report(Problem("shape_mismatch", {}, span))
    return left.shape, frequency


def same_unit(left: Type, right: Type, span: Span, report: Report) -> tuple[Unit | None, str]:
    """Unit and basis of two values that are added, compared or chosen between."""
    if left.basis and right.basis and left.basis != right.basis:
        report(Problem("basis_mixed", {"left": left.basis, "right": right.basis}, span))
    basis = left.basis or right.basis
    if left.unit is None or right.unit is None:
        return left.unit or right.unit, basis
    if left.unit != right.unit:
        report(Problem("unit_mismatch", {"left": left.unit, "right": right.unit}, span))
    return left.unit, basis


def add(left: Type, right: Type, span: Span, report: Report) -> Type:
    """Type of a sum or difference. A bare number may join only what has no dimension, such as `ratio - 1`."""
    shape, frequency = meet(left, right, span, report)
    unit, basis = same_unit(left, right, span, report)
    for bare, other in ((left, right), (right, left)):
        if bare.unit is None and bare.literal != 0 and other.unit is not None and other.unit.powers:
            report(Problem("unit_mismatch", {"left": other.unit, "right": ONE}, span))
    rates = left.rate_over | right.rate_over
    return Type(shape, frequency, unit, rates, left.stock or right.stock, basis)


def compare(left: Type, right: Type, span: Span, report: Report) -> Type:
    shape, frequency = meet(left, right, span, report)
    same_unit(left, right, span, report)
    return Type(shape, frequency, ONE)


def choose(left: Type, right: Type, span: Span, report: Report) -> Type:
    """Type of what is one of the two: branches of `if`, candidates of `coalesce`, `min`, `max`."""
    shape, frequency = meet(left, right, span, report)
    unit, basis = same_unit(left, right, span, report)
    return Type(shape, frequency, unit, left.rate_over | right.rate_over, left.stock or right.stock, basis)


def multiply(left: Type, right: Type, span: Span, report: Report) -> Type:
    """A product adds up along an axis when one factor that varies along it does: rate x weight."""
    shape, frequency = meet(left, right, span, report)
    rates = frozenset(axis for axis in BOTH if _product_is_rate(left, right, axis))
    stock = (left.stock or right.stock) and not (left.varies(Axis.TIME) and right.varies(Axis.TIME))
    basis = left.basis if right.literal is not None else right.basis if left.literal is not None else ""
    return Type(shape, frequency, _product_unit(left, right), rates, stock, basis)


def _product_is_rate(left: Type, right: Type, axis: Axis) -> bool:
    varying = [factor for factor in (left, right) if factor.varies(axis)]
    return bool(varying) and all(axis in factor.rate_over for factor in varying)


def _product_unit(left: Type, right: Type) -> Unit | None:
    if left.unit is None and right.unit is None:
        return None
    if left.unit is not None and right.unit is not None:
        return left.unit * right.unit
    known, bare = (left, right) if right.unit is None else (right, left)
    return known.unit.scaled(_scale(bare))


def divide(left: Type, right: Type, span: Span, report: Report) -> Type:
    """A quotient is a rate along every axis its denominator varies along."""
    shape, frequency = meet(left, right, span, report)
    rates = left.rate_over | {axis for axis in BOTH if right.varies(axis)}
    if left.unit is None and right.unit is None:
        unit = None
    else:
        scale = 1 / _scale(right) if right.unit is None else 1
        unit = ((left.unit or Unit((), _scale(left))) / (right.unit or ONE)).scaled(Fraction(scale))
    basis = left.basis if right.literal is not None else ""
    return Type(shape, frequency, unit, frozenset(rates), left.stock and not right.varies(Axis.TIME), basis)


def _scale(bare: Type) -> Fraction:
    return bare.literal if bare.literal is not None and power_of_ten(bare.literal) else Fraction(1)


def fold(operator: str, left: Type, right: Type, result: Type) -> Type:
    """Keep track of numbers made of written-out numbers, such as 10 * 10."""
    if left.literal is None or right.literal is None or (operator == "/" and not right.literal):
        return result
    compute = {
        "+": lambda: left.literal + right.literal,
        "-": lambda: left.literal - right.literal,
        "*": lambda: left.literal * right.literal,
        "/": lambda: left.literal / right.literal,
    }
    return replace(result, literal=compute[operator]()) if operator in compute else result
