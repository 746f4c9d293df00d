import os
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitoring.formula import MAX_DEPTH, MAX_LENGTH, MESSAGES, FormulaError, ast, parse, to_text
from monitoring.periods import Frequency, Period

SHARED = Path(os.environ.get("KOZOT_SHARED_DIR") or Path(__file__).resolve().parents[3].parent / "shared")
MEASURES = SHARED / "domain" / "measures.yaml"


def refusal(text):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    return caught.value.problem


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a+b*c", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-b-c", "a - b - c"),
        ("a-(b-c)", "a - (b - c)"),
        ("a/b/c", "a / b / c"),
        ("a/(b/c)", "a / (b / c)"),
        ("-a*b", "-a * b"),
        ("-(a*b)", "-(a * b)"),
        ("-a.offset(1)", "-a.offset(1)"),
        ("(-a).offset(+1)", "(-a).offset(1)"),
        ("a<b", "a < b"),
        ("(a<b)==c", "(a < b) == c"),
        ("if(a>=0.50,a,0)", "if(a >= 0.50, a, 0)"),
        ("x.where(SEX=F,AREA=KG-GO,AGE=15-24)", "x.where(SEX=F, AREA=KG-GO, AGE=15-24)"),
        ('x.where(AREA="a b")', 'x.where(AREA="a b")'),
        ("x.where(SEX=_T)", "x.where(SEX=_T)"),
        ("x.at(2010) + x.at(2026-Q1) + x.at(2026-S2) + x.at(2026-03)",) * 2,
        ('x.at("2026-Q1")', "x.at(2026-Q1)"),
        ("x.by( B, A )", "x.by(B, A)"),
        ("x.on_missing(0).offset(-2)",) * 2,
        ("days() + days(a, b)",) * 2,
        ("sum", "sum"),
        ("offset.offset(1) + by.by(at)",) * 2,
    ],
)
def test_grammar(text, canonical):
    tree = parse(text)
    assert to_text(tree) == canonical
    assert parse(canonical) == tree


def test_precedence_is_that_of_arithmetic():
    assert parse("1 - 2 - 3") == ast.Binary(
        "-", ast.Binary("-", ast.Number(Decimal(1)), ast.Number(Decimal(2))), ast.Number(Decimal(3))
    )
    assert parse("-a.offset(1)") == ast.Negative(ast.Offset(ast.Name("a"), 1))


@pytest.mark.parametrize(
    ("text", "code", "start", "line", "column"),
    [
        ("", "empty", 0, 1, 1),
        ("  \n", "empty", 0, 1, 1),
        ("a +", "unexpected_end", 3, 1, 4),
        ("(a", "unexpected_end", 2, 1, 3),
        ("a + + b", "unexpected_token", 4, 1, 5),
        ("a +\n  ; b", "unexpected_character", 6, 2, 3),
        ("a b", "unexpected_token", 2, 1, 3),
        ("a < b < c", "chained_comparison", 0, 1, 1),
        ("1 + total(a)", "unknown_function", 4, 1, 5),
        ("a.shift(1)", "unknown_method", 2, 1, 3),
        ("a.bye(X)", "unknown_method", 2, 1, 3),
        ("sum(a, b)", "wrong_argument_count", 0, 1, 1),
        ("if(a, b)", "wrong_argument_count", 0, 1, 1),
        ("lag(a, 1.5)", "whole_number_needed", 7, 1, 8),
        ("rolling_sum(a, 0)", "whole_number_needed", 15, 1, 16),
        ("rolling_sum(a, b)", "whole_number_needed", 15, 1, 16),
        ("a.offset(1.5)", "unexpected_token", 10, 1, 11),
        ("a.at(2026-13)", "bad_period", 0, 1, 1),
        ("a.at(2026-W05)", "bad_period", 0, 1, 1),
        ("__import__('os')", "unexpected_character", 11, 1, 12),
    ],
)
def test_refusals_say_where(text, code, start, line, column):
    problem = refusal(text)
    assert problem.code == code
    assert (problem.span.start, problem.span.line, problem.span.column) == (start, line, column)
    assert str(problem)


def test_limits():
    assert refusal("a" * (MAX_LENGTH + 1)).code == "too_long"
    assert parse("(" * 900 + "a" + ")" * 900) == ast.Name("a")  # brackets alone are not depth
    assert parse("-" * (MAX_DEPTH - 1) + "a")
    deep = refusal("-" * MAX_DEPTH + "a")
    assert (deep.code, deep.params["depth"]) == ("too_deep", MAX_DEPTH + 1)
    assert refusal("-" * (MAX_LENGTH - 1) + "a").code == "too_deep"


def test_every_message_is_a_sentence():
    assert all(message.endswith(".") for message in MESSAGES.values())


@pytest.mark.skipif(not MEASURES.exists(), reason="the shared measures.yaml is not here")
def test_every_formula_of_the_measures_parses():
    measures = yaml.safe_load(MEASURES.read_text(encoding="utf-8"))["measures"]
    formulas = [each["formula"] for measure in measures for each in measure["suggested_indicators"]]
    assert len(formulas) >= 70
    for text in formulas:
        assert parse(to_text(parse(text))) == parse(text)


names = st.sampled_from(["a", "b_2", "Total", "by", "offset", "sum", "_x"])
codes = st.one_of(st.sampled_from(["F", "_T", "KG-GO", "15-24", "a b", "643"]), st.text("ab -_.", min_size=1))
numbers = st.decimals(0, 10**9, places=3, allow_nan=False, allow_infinity=False)
periods = st.builds(
    lambda year, freq, index: Period(year, freq, index % freq.per_year + 1),
    st.integers(1000, 9999),
    st.sampled_from(list(Frequency)),
    st.integers(0, 11),
)


def grown(inner):
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.builds(ast.Negative, inner),
        st.builds(ast.Binary, st.sampled_from([*"+-*/", *ast.COMPARISONS]), inner, inner),
        st.builds(
            lambda f, arg: ast.Call(f, (arg,)), st.sampled_from(["sum", "median", "is_missing"]), inner
        ),
        st.builds(ast.Call, st.sampled_from(["share", "coalesce", "max"]), pairs),
        st.builds(ast.Offset, inner, st.integers(-400, 400)),
        st.builds(ast.Where, inner, st.lists(st.tuples(names, codes), min_size=1, max_size=3).map(tuple)),
        st.builds(ast.At, inner, periods),
        st.builds(ast.By, inner, st.lists(names, min_size=1, max_size=3).map(tuple)),
        st.builds(ast.OnMissing, inner, numbers | numbers.map(lambda number: -number)),
    )


trees = st.recursive(
    st.one_of(st.builds(ast.Number, numbers), st.builds(ast.Name, names)), grown, max_leaves=12
)


@given(trees.filter(lambda tree: ast.depth(tree) <= MAX_DEPTH and len(to_text(tree)) <= MAX_LENGTH))
def test_text_and_tree_are_one(tree):
    assert parse(to_text(tree)) == tree


@given(st.text(max_size=60) | st.text('ab.(),+-*/<>= 019"_', max_size=40))
def test_any_text_is_parsed_or_refused_with_a_place(text):
    try:
        parse(text)
    except FormulaError as error:
        assert 0 <= error.problem.span.start <= len(text)
