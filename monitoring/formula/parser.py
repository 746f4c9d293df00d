"""From text to tree, and back."""

import re
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from lark import Lark, UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError
from lark.visitors import Transformer_NonRecursive

from monitoring.periods import Period, PeriodError

from . import ast
from .functions import ARITY, WHOLE_SECOND_ARGUMENT
from .problems import FormulaError, Problem, Span

MAX_LENGTH = 2000
MAX_DEPTH = 30


@lru_cache(maxsize=1024)
def parse(text: str) -> ast.Node:
    """The tree of `text`, which nothing can change.

    Raises FormulaError with code, place and parameters of the first fault.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(Problem("too_long", {"length": len(text), "limit": MAX_LENGTH}))
    if not text.strip():
        raise FormulaError(Problem("empty"))
    try:
        tree: ast.Node = _Builder().transform(_parser().parse(text))
    except UnexpectedInput as fault:
        raise FormulaError(_syntax_problem(text, fault)) from None
    except VisitError as fault:
        raise fault.orig_exc from None
    if (depth := ast.depth(tree)) > MAX_DEPTH:
        raise FormulaError(Problem("too_deep", {"depth": depth, "limit": MAX_DEPTH}, tree.span))
    return tree


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True)


def _syntax_problem(text: str, fault: UnexpectedInput) -> Problem:
    at_end = isinstance(fault, UnexpectedEOF) or getattr(getattr(fault, "token", None), "type", "") == "$END"
    if at_end:
        return Problem("unexpected_end", {}, _span_at(text, len(text)))
    start = fault.pos_in_stream or 0
    method = re.match(r"\w+", text[start:])
    if method and text[:start].rstrip().endswith("."):
        return Problem("unknown_method", {"name": method[0]}, _span_at(text, start, len(method[0])))
    if isinstance(fault, UnexpectedToken):
        token = str(fault.token)
        return Problem("unexpected_token", {"token": token}, _span_at(text, start, len(token)))
    assert isinstance(fault, UnexpectedCharacters)
    return Problem("unexpected_character", {"character": text[start]}, _span_at(text, start, 1))


def _span_at(text: str, start: int, length: int = 0) -> Span:
    before = text[:start]
    return Span(start, start + length, before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1)


def _span(meta) -> Span:
    return Span(meta.start_pos, meta.end_pos, meta.line, meta.column)


@v_args(meta=True)
class _Builder(Transformer_NonRecursive):
    """Without recursion, so that a hostile depth is refused by its own rule and not by the stack."""

    def start(self, _meta, parts):
        return parts[0]

    def number(self, meta, parts):
        return ast.Number(Decimal(parts[0]), span=_span(meta))

    def name(self, meta, parts):
        return ast.Name(str(parts[0]), span=_span(meta))

    def negative(self, meta, parts):
        return ast.Negative(parts[0], span=_span(meta))

    def binary(self, meta, parts):
        left, operator, right = parts
        return ast.Binary(str(operator), left, right, span=_span(meta))

    def chained(self, meta, _parts):
        raise FormulaError(Problem("chained_comparison", {}, _span(meta)))

    def call(self, meta, parts):
        function, *args = parts
        span = _span(meta)
        _check_call(str(function), args, span)
        return ast.Call(str(function), tuple(args), span=span)

    def offset(self, meta, parts):
        return ast.Offset(parts[0], int(parts[2]), span=_span(meta))

    def condition(self, _meta, parts):
        return str(parts[0]), str(parts[1]).strip('"')

    def where(self, meta, parts):
        return ast.Where(parts[0], tuple(parts[2:]), span=_span(meta))

    def at(self, meta, parts):
        text, span = str(parts[2]).strip('"'), _span(meta)
        try:
            return ast.At(parts[0], Period.parse(text), span=span)
        except PeriodError:
            raise FormulaError(Problem("bad_period", {"text": text}, span)) from None

    def by(self, meta, parts):
        return ast.By(parts[0], tuple(str(part) for part in parts[2:]), span=_span(meta))

    def on_missing(self, meta, parts):
        return ast.OnMissing(parts[0], Decimal(parts[2]), span=_span(meta))


def _check_call(function: str, args: list[ast.Node], span: Span) -> None:
    if function not in ARITY:
        raise FormulaError(Problem("unknown_function", {"name": function}, span))
    allowed = ARITY[function]
    if len(args) not in allowed:
        params = {"name": function, "expected": allowed.label, "given": len(args)}
        raise FormulaError(Problem("wrong_argument_count", params, span))
    if function in WHOLE_SECOND_ARGUMENT and len(args) == 2:
        steps = args[1]
        if not (isinstance(steps, ast.Number) and steps.value >= 1 and steps.value == int(steps.value)):
            raise FormulaError(Problem("whole_number_needed", {"name": function}, steps.span))


_LEVEL = {"+": 2, "-": 2, "*": 3, "/": 3} | dict.fromkeys(ast.COMPARISONS, 1)
_POSTFIX = 5


def to_text(node: ast.Node) -> str:
    """The formula in its canonical spelling; `parse(to_text(tree)) == tree`."""
    return _write(node)[0]


def _write(node: ast.Node) -> tuple[str, int]:
    """Text and how tightly its outermost operator binds."""
    match node:
        case ast.Number(value):
            return format(value, "f"), _POSTFIX
        case ast.Name(name):
            return name, _POSTFIX
        case ast.Negative(operand):
            return f"-{_within(operand, 4)}", 4
        case ast.Binary(operator, left, right):
            level = _LEVEL[operator]
            lowest_left = level + 1 if level == 1 else level
            return f"{_within(left, lowest_left)} {operator} {_within(right, level + 1)}", level
        case ast.Call(function, args):
            return f"{function}({', '.join(to_text(arg) for arg in args)})", _POSTFIX
        case _:
            return f"{_within(node.base, _POSTFIX)}.{_method(node)}", _POSTFIX


def _within(node: ast.Node, lowest: int) -> str:
    text, level = _write(node)
    return text if level >= lowest else f"({text})"


def _method(node: ast.Node) -> str:
    match node:
        case ast.Offset(n=n):
            return f"offset({n})"
        case ast.Where(codes=codes):
            return f"where({', '.join(f'{dimension}={_code(code)}' for dimension, code in codes)})"
        case ast.At(period=period):
            return f"at({period})"
        case ast.By(dimensions=dimensions):
            return f"by({', '.join(dimensions)})"
        case ast.OnMissing(value=value):
            return f"on_missing({value:f})"
        case _:
            raise TypeError(node)


def _code(code: str) -> str:
    return code if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*", code) else f'"{code}"'
