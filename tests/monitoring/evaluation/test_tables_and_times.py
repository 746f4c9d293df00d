import datetime as dt

import numpy as np
import pytest

from monitoring.evaluation import DataProblem, read_csv, table_from_columns
from monitoring.evaluation.table import decode, parse_csv
from monitoring.evaluation.terms import expression, term_columns
from monitoring.evaluation.time_axis import time_axis


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n3,\n", [2.0, np.nan]),
        ("a;b\n1;2,5\n3;1 234,5\n", [2.5, 1234.5]),
        ("a;b\n1;1.234,5\n3;NA\n", [1234.5, np.nan]),
        ('a,b\n1,"1,234"\n3,"2,345,678.5"\n', [1234.0, 2345678.5]),
        ('a,b\n1,"0,25"\n3,"−3"\n', [0.25, -3.0]),
        ("a\tb\n1\t2\n3\t4\n", [2.0, 4.0]),
        ('"a" "b"\n"1" 10 2\n"2" 30 4\n', [2.0, 4.0]),
        ("sep=;\na;b\n1;2\n3;4\n", [2.0, 4.0]),
        ("a,b\n1,2\n\n3,.\n", [2.0, np.nan]),
        ('"a","b"\n"1",10,2\n"2",30,4\n', [2.0, 4.0]),
        ("\ufeffa,b\r\n1,2e3\r\n3,.5\r\n", [2000.0, 0.5]),
    ],
)
def test_numbers_as_people_write_them(text, expected):
    text = decode(text.encode())
    np.testing.assert_array_equal(parse_csv(text).numbers("b"), expected)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_encodings(tmp_path, encoding):
    path = tmp_path / "data.csv"
    text = "область;доход\n" + "Чуйская область;10\nИссык-Кульская область;20\nНарынская область;30\n" * 5
    path.write_bytes(text.encode(encoding))
    table = read_csv(path)
    assert table.texts("область")[1] == "Иссык-Кульская область"
    assert len(table.sha256) == 64


def test_ragged_and_empty_and_repeated():
    with pytest.raises(DataProblem, match="Line 3"):
        parse_csv("a,b\n1,2\n3,4,5\n6,7\n")
    with pytest.raises(DataProblem, match="no rows"):
        parse_csv("a,b\n")
    with pytest.raises(DataProblem, match="twice"):
        parse_csv("a,a\n1,2\n")


def test_unknown_column_offers_the_nearest():
    with pytest.raises(DataProblem, match="There are: Rate"):
        table_from_columns(Rate=[1], State=["A"]).numbers("rate")


def test_indicators():
    table = table_from_columns(a=["TRUE", "False", "1", "0.0", "NA"], b=[1, 2, 1, 2, 1])
    np.testing.assert_array_equal(table.indicator("a"), [1, 0, 1, 0, np.nan])
    with pytest.raises(DataProblem, match="line 3"):
        table.indicator("b")


@pytest.mark.parametrize(
    ("texts", "positions", "unit", "start", "place"),
    [
        (["2001", "2003", "2002"], [0, 2, 1], "year", 2002, 1),
        (["2001.0", "2003.0"], [0, 1], "year", "2003", 1),
        (["1990", "1995", "2000"], [0, 1, 2], "year", 1995, 1),
        (["2015-Q1", "2015-Q2", "2016-Q1"], [0, 1, 4], "quarter", "2016-Q1", 4),
        (["Q42010", "Q12011"], [0, 1], "quarter", "Q12011", 1),
        (["2015-S1", "2015-S2"], [0, 1], "half", "2015-S2", 1),
        (["2015-01", "2015-12"], [0, 1], "month", "2015-12", 1),
        (["2015-01", "2015-02", "2016-01"], [0, 1, 12], "month", 2016, 12),
        (["2015M01", "2015M03", "2015M04"], [0, 2, 3], "month", dt.date(2015, 3, 1), 2),
        (["Jan 2015", "Feb 2015"], [0, 1], "month", "2015-02", 1),
        (["2015-01-31", "2015-02-28", "2015-03-31"], [0, 1, 2], "month", "2015-03", 2),
        (["2015-01-01", "2015-01-08", "2015-01-22"], [0, 1, 3], "day", dt.date(2015, 1, 8), 1),
        (["13.01.2015", "14.01.2015"], [0, 1], "day", "14.01.2015", 1),
        (["1/13/2015", "1/14/2015"], [0, 1], "day", "2015-01-14", 1),
        (["1969", "1969.083", "1969.167", "1969.25"], [0, 1, 2, 3], "year", "1969.167", 2),
        (["2012/13", "2013/14", "2014/15"], [0, 1, 2], "year", 2013, 1),
        (["1", "2", "3"], [0, 1, 2], "number", 3, 2),
    ],
)
def test_times(texts, positions, unit, start, place):
    axis = time_axis(texts)
    assert axis.unit == unit
    np.testing.assert_array_almost_equal(axis.position, positions)
    assert axis.place(start) == pytest.approx(place)


def test_times_that_cannot_be_known():
    with pytest.raises(DataProblem, match="day and month"):
        time_axis(["03/04/2015", "04/05/2015"])
    with pytest.raises(DataProblem, match="not understood"):
        time_axis(["spring", "autumn"])
    with pytest.raises(DataProblem, match="no place"):
        time_axis(["1", "2"]).place("2015-Q1")


def test_terms():
    table = table_from_columns(x=[1, 2, 4], z=[0, 1, 1], region=["Osh", "Chui", "Osh"], code=[7, 8, 9])
    assert list(term_columns(table, "x")) == ["x"]
    np.testing.assert_allclose(term_columns(table, "x**2")["x**2"], [1, 4, 16])
    np.testing.assert_allclose(term_columns(table, "I(x^2)")["I(x^2)"], [1, 4, 16])
    np.testing.assert_allclose(term_columns(table, "np.log(x)")["np.log(x)"], np.log([1, 2, 4]))
    assert list(term_columns(table, "region")) == ["region[Osh]"]
    assert list(term_columns(table, "C(code)")) == ["code[8]", "code[9]"]
    assert list(term_columns(table, "x:z")) == ["x:z"]
    assert list(term_columns(table, "x*region")) == ["x", "region[Osh]", "x:region[Osh]"]
    np.testing.assert_allclose(term_columns(table, "2*x")["2*x"], [2, 4, 8])


@pytest.mark.parametrize(
    "term", ["__import__('os')", "x.__class__", "open('f')", "x if z else x", "lambda: 1", "x +", "log(x, z)"]
)
def test_terms_never_run_code(term):
    with pytest.raises(DataProblem):
        term_columns(table_from_columns(x=[1], z=[1]), term)


def test_a_logarithm_of_zero_is_not_a_missing_value():
    table = table_from_columns(x=[1, 0, None])
    with pytest.raises(DataProblem, match="no value in some rows, 1"):
        expression(table, "log(x)")
