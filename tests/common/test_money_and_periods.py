import datetime as dt
import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.formatting import money as money_text
from common.money import CurrencyMismatch, Money
from common.periods import DAY, DateSpan, next_month, union

SOM = Money(Decimal("100.50"), "KGS")


def test_money_counts_within_one_currency():
    assert SOM + Money(Decimal(1), "KGS") == Money(Decimal("101.50"), "KGS")
    assert Money.zero("KGS") == SOM - SOM
    assert SOM * 2 == 2 * SOM == Money(Decimal(201), "KGS")
    assert Money(Decimal("50.25"), "KGS") == SOM / 2
    assert -SOM < SOM and not Money.zero("KGS")
    assert Money.total([SOM, SOM], "KGS") == SOM * 2
    assert Money.total([], "RUB") == Money.zero("RUB")


@pytest.mark.parametrize("act", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b])
def test_currencies_never_mix(act):
    with pytest.raises(CurrencyMismatch):
        act(SOM, Money(Decimal(1), "RUB"))
    with pytest.raises(TypeError):
        act(SOM, Decimal(1))


def test_no_floats_and_no_nonsense():
    for wrong in (1.5, 1, "1", Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(TypeError):
            Money(wrong, "KGS")
    for wrong in ("som", "kgs", "KG", "КГС"):
        with pytest.raises(ValueError):
            Money(Decimal(1), wrong)
    for wrong in (1.5, True, SOM):
        with pytest.raises(TypeError):
            SOM * wrong


def test_rounding_follows_the_currency():
    assert Money(Decimal("1.005"), "KGS").rounded().amount == Decimal("1.01")
    assert Money(Decimal("1.5"), "KRW").rounded().amount == Decimal("2")


def test_conversion_is_said_aloud():
    assert SOM.converted(Decimal("0.9"), "RUB") == Money(Decimal("90.450"), "RUB")


def test_money_is_formatted():
    assert money_text(SOM, language="ru") == "100,50\xa0сом"


# --- spans ------------------------------------------------------------------------------------------


def span(start, end):
    return DateSpan(dt.date(2025, 1, start), dt.date(2025, 1, end))


def test_both_ends_count():
    assert span(1, 1).days == 1
    assert dt.date(2025, 1, 31) in DateSpan.of_month(dt.date(2025, 1, 15))
    assert dt.date(2025, 2, 1) not in span(1, 31)
    with pytest.raises(ValueError):
        DateSpan(dt.date(2025, 1, 2), dt.date(2025, 1, 1))


def test_overlap_and_intersection():
    assert span(1, 5).intersection(span(5, 9)) == span(5, 5)
    assert span(1, 4).intersection(span(5, 9)) is None
    assert DateSpan(dt.date(2025, 1, 1)).overlaps(span(20, 31))


def test_months():
    months = DateSpan(dt.date(2024, 11, 30), dt.date(2025, 2, 1)).months()
    assert [f"{month:%Y-%m-%d}" for month in months] == [
        "2024-11-01",
        "2024-12-01",
        "2025-01-01",
        "2025-02-01",
    ]
    assert next_month(dt.date(2024, 12, 31)) == dt.date(2025, 1, 1)
    with pytest.raises(ValueError):
        list(DateSpan(dt.date(2025, 1, 1)).months())


def test_touching_spans_become_one_and_open_ones_swallow_the_rest():
    assert union([span(5, 9), span(1, 4), span(12, 13)]) == [span(1, 9), span(12, 13)]
    open_span = DateSpan(dt.date(2025, 1, 3))
    assert union([open_span, span(20, 25), span(1, 1)]) == [span(1, 1), open_span]


days = st.integers(1, 31)


@given(st.lists(st.tuples(days, days).map(lambda pair: span(min(pair), max(pair)))))
def test_union_keeps_exactly_the_days(spans):
    joined = union(spans)
    wanted = {s.start_on + DAY * n for s in spans for n in range(s.days)}
    assert {s.start_on + DAY * n for s in joined for n in range(s.days)} == wanted
    assert all(b.start_on > a.end_on + DAY for a, b in itertools.pairwise(joined))
