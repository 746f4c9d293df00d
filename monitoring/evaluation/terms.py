"""Covariates as short expressions: `age`, `age**2`, `log(land)`, `C(region)`, `age:sex`, `educ*female`.

Only column names, numbers, arithmetic and a few functions are understood, so a design file from outside
can never run code.
"""

import ast
import re
from collections.abc import Callable

import numpy as np

from monitoring.evaluation.problems import DataProblem
from monitoring.evaluation.table import Table

FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "log": np.log,
    "log1p": np.log1p,
    "log10": np.log10,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sin": np.sin,
    "cos": np.cos,
}
OPERATORS: dict[type[ast.operator], Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
MODULES = {"np", "numpy"}
Columns = dict[str, np.ndarray]


def term_columns(table: Table, term: str) -> Columns:
    """Model columns of one covariate, NaN where a value it needs is missing.

    A column of words, or `C(name)`, becomes one 0/1 column for each category but the first.
    """
    term = term.strip()
    if term in table:
        return _plain(table, term)
    crossed = split_outside(term, "*") if not _is_arithmetic(table, term) else [term]
    if len(crossed) == 2:
        left, right = (term_columns(table, part) for part in crossed)
        return {**left, **right, **_product(left, right)}
    factors = split_outside(term, ":")
    if len(factors) > 1:
        columns = term_columns(table, factors[0])
        for factor in factors[1:]:
            columns = _product(columns, term_columns(table, factor))
        return columns
    if match := re.fullmatch(r"(?:i|C|factor)(?:\.|\()\s*(?:i\.)?([^()]+?)\s*\)?", term):
        return categories(match[1], table.texts(_unquoted(match[1])))
    return {term: expression(table, term)}


def expression(table: Table, text: str) -> np.ndarray:
    """Numbers of an arithmetic expression over columns; DataProblem where it is not understood or not defined."""
    if text in table:
        return table.numbers(text)
    try:
        tree = ast.parse(_unquoted(text).replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError):
        raise DataProblem("unknown_term", term=text) from None
    with np.errstate(all="ignore"):
        values = np.asarray(_value(table, tree, text), dtype=float)
    values = np.broadcast_to(values, (len(table),)).copy()
    used = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in table]
    complete = (
        ~np.isnan(np.column_stack([table.numbers(name) for name in used])).any(axis=1) if used else True
    )
    if np.any(complete & ~np.isfinite(values)):
        raise DataProblem("undefined_value", term=text, rows=int(np.sum(complete & ~np.isfinite(values))))
    return values


def categories(name: str, texts: list[str | None]) -> Columns:
    """0/1 columns for every category but the first, which is the one compared with."""
    levels = sorted({text for text in texts if text is not None}, key=_natural)
    absent = np.array([text is None for text in texts])
    columns = {}
    for level in levels[1:]:
        column = np.array([float(text == level) for text in texts])
        column[absent] = np.nan
        columns[f"{name}[{level}]"] = column
    return columns


def _plain(table: Table, name: str) -> Columns:
    if table.is_numeric(name):
        return {name: table.numbers(name)}
    return categories(name, table.texts(name))


def _product(left: Columns, right: Columns) -> Columns:
    return {f"{a}:{b}": x * y for a, x in left.items() for b, y in right.items()}


def _is_arithmetic(table: Table, term: str) -> bool:
    """`a**2` and `2*a` are numbers; `a*b` of two columns asks for both and their product, as in R."""
    return "**" in term or bool(re.search(r"(^|\*)\s*\d+(\.\d+)?\s*(\*|$)", term))


def split_outside(term: str, mark: str) -> list[str]:
    """Parts between marks that stand outside brackets."""
    parts, depth, current = [], 0, ""
    for char in term:
        depth += (char == "(") - (char == ")")
        if char == mark and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += char
    return [*parts, current.strip()]


def _value(table: Table, node: ast.expr, text: str) -> np.ndarray | float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name):
            return table.numbers(name)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(table, left, text), _value(table, right, text))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(table, operand, text)
        case ast.Call(func=ast.Name(id="I"), args=[argument], keywords=[]):
            return _value(table, argument, text)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](_value(table, argument, text))
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=module), attr=name), args=[argument], keywords=[]
        ) if module in MODULES and name in FUNCTIONS:
            return FUNCTIONS[name](_value(table, argument, text))
    raise DataProblem("unknown_term", term=text)


def _unquoted(text: str) -> str:
    return text.strip().strip("`")


def _natural(text: str) -> tuple[int, float, str]:
    try:
        return (0, float(text), text)
    except ValueError:
        return (1, 0.0, text)
