"""The tree of a formula. Nodes compare by meaning: their place in the text does not count."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from monitoring.periods import Period

from .problems import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    span: Span = field(default=Span(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number(_Placed):
    value: Decimal


@dataclass(frozen=True, slots=True)
class Name(_Placed):
    """A data item or another indicator, by its code."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative(_Placed):
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary(_Placed):
    """`operator` is one of + - * / < > <= >= == !=; a comparison gives 1 or 0."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call(_Placed):
    function: str
    args: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Offset(_Placed):
    """`n` periods of the base's own frequency later."""

    base: "Node"
    n: int


@dataclass(frozen=True, slots=True)
class Where(_Placed):
    """Dimensions set to codes, whatever the key asked for says."""

    base: "Node"
    codes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class At(_Placed):
    """The base in one fixed period, for index numbers with a base year."""

    base: "Node"
    period: Period


@dataclass(frozen=True, slots=True)
class By(_Placed):
    """The base once for each code of the dimensions, totals left out."""

    base: "Node"
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnMissing(_Placed):
    """A data item whose missing values count as `value`."""

    base: "Node"
    value: Decimal


Node = Number | Name | Negative | Binary | Call | Offset | Where | At | By | OnMissing

COMPARISONS = frozenset({"<", ">", "<=", ">=", "==", "!="})


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Number() | Name():
            return ()
        case Negative():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Call():
            return node.args
        case _:
            return (node.base,)


def walk(node: Node) -> Iterator[Node]:
    """Every node, the root first; without recursion, so that no formula can exhaust the stack."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def depth(node: Node) -> int:
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        current, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in children(current))
    return deepest


def names(node: Node) -> dict[str, Span]:
    """Each name the formula uses, with the place where it first stands."""
    found: dict[str, Span] = {}
    for part in walk(node):
        if isinstance(part, Name):
            found.setdefault(part.name, part.span)
    return found
