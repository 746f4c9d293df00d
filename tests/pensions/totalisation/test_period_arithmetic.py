"""Day counts, calendar lengths and sums.

The table repeats public test data of NAV (navikt/eessi-pensjon-saksbehandling-ui, dateDiff.test.ts, MIT) in our form.
"""

from datetime import date

import pytest

from pensions.totalisation.arithmetic import (
    Stage,
    add_months,
    calendar_stage,
    full_calendar_months,
    inclusive_days,
    months_rounded_up,
    round_half_year,
    round_six_months_up,
    sum_stages,
    thirty_twelve_stage,
)

NAV = [
    ("1980-01-01", "1980-01-02", (0, 0, 2), 2),
    ("1980-01-01", "1980-01-29", (0, 0, 29), 29),
    ("1980-01-02", "1980-02-03", (0, 1, 2), 33),
    ("1980-01-03", "1980-01-31", (0, 0, 29), 29),
    ("1980-01-03", "1980-02-01", (0, 0, 30), 30),
    ("1980-02-01", "1980-02-29", (0, 1, 0), 29),
    ("1980-02-01", "1980-03-01", (0, 1, 1), 30),
    ("1981-02-01", "1981-03-01", (0, 1, 1), 29),
    ("1982-01-01", "1982-12-30", (0, 11, 30), 364),
    ("1982-01-01", "1982-12-31", (1, 0, 0), 365),
    ("1982-01-01", "1983-01-01", (1, 0, 1), 366),
    ("1982-01-03", "1982-12-31", (0, 11, 29), 363),
    ("1982-01-03", "1983-01-02", (1, 0, 0), 365),
    ("1982-01-10", "1984-01-08", (1, 11, 30), 729),
    ("1982-01-10", "1984-01-11", (2, 0, 2), 732),
    ("1997-07-31", "1997-12-19", (0, 4, 20), 142),
    ("2015-07-20", "2015-08-07", (0, 0, 19), 19),
]


@pytest.mark.parametrize(("start", "end", "length", "days"), NAV)
def test_calendar_length_by_the_norwegian_table(start, end, length, days):
    start_on, end_on = date.fromisoformat(start), date.fromisoformat(end)
    assert calendar_stage(start_on, end_on) == Stage(*length)
    assert inclusive_days(start_on, end_on) == days


def test_calendar_length_by_the_shared_examples(examples):
    """A1-A12: NAV, eessi-pensjon-saksbehandling-ui at 4f46b4bd."""
    for case in examples["period_arithmetic"]["cases"]:
        start, end = date.fromisoformat(case["start"]), date.fromisoformat(case["end"])
        found = {**calendar_stage(start, end).as_dict(), "total_days": inclusive_days(start, end)}
        assert found == case["expect"], case["id"]


def test_the_day_of_dismissal_counts():
    """B5, negative: a popular program loses one day per period (ural-store.ru); three periods would lose three."""
    spans = [("2001-01-01", "2001-01-31"), ("2002-01-01", "2002-01-31"), ("2003-01-01", "2003-01-31")]
    days = [inclusive_days(date.fromisoformat(start), date.fromisoformat(end)) for start, end in spans]
    assert sum(days) == 93 != 90


def test_an_end_before_the_start_is_refused():
    with pytest.raises(ValueError, match="lies before start_on"):
        calendar_stage(date(2020, 1, 2), date(2020, 1, 1))


def test_thirty_twelve_counts_days_only():
    assert thirty_twelve_stage(date(2021, 1, 15), date(2022, 1, 10)) == Stage(1, 0, 1)
    assert thirty_twelve_stage(date(1980, 1, 1), date(1980, 12, 31)) == Stage(1, 0, 6)


def test_sum_of_mixed_units():
    """B1: NAV, dateDecimal.test.ts ("sumDates"), 1760 days in whole days."""
    assert Stage.from_thirty_twelve_days(1760) == Stage(4, 10, 20)
    assert sum_stages([Stage(2, 18, 40), Stage(0, 12, 40)]) == Stage(4, 8, 20)


@pytest.mark.parametrize(
    ("stages", "total"),
    [
        ([Stage(1, 1, 1), Stage(1, 1, 1)], Stage(2, 2, 2)),
        ([Stage(0, 0, 11), Stage(0, 0, 21), Stage(0, 0, 29)], Stage(0, 2, 1)),
        ([Stage(0, 11, 0), Stage(0, 2, 0)], Stage(1, 1, 0)),
        ([Stage(0, 0, 31)], Stage(0, 1, 1)),
        ([], Stage()),
    ],
)
def test_sums_carry_thirty_days_and_twelve_months(stages, total):
    """NAV, pensjon-etterlatte-saksbehandling, BeregnTrygdetidTest.kt."""
    assert sum_stages(stages) == total


def test_armenian_rounding():
    """B2: armlur.am/740362. Exactly six months is undefined by the text."""
    assert round_half_year(Stage(24, 5, 29)) == 24
    assert round_half_year(Stage(24, 7, 0)) == 25
    assert round_half_year(Stage(24, 6, 1)) == 25
    assert round_half_year(Stage(24, 6, 0)) is None


def test_norwegian_rounding():
    """B4: NAV, REGEL-TOTAL-TRYGDETID-AVRUNDING v2.0."""
    assert round_six_months_up(Stage(10, 6, 2)) == 11
    assert round_six_months_up(Stage(10, 5, 29)) == 10
    assert round_six_months_up(Stage(41, 0, 0)) == 40


def test_norwegian_sweden_norway():
    """E7 and E9: NAV, "Utland" and "Utland 3"; an end by year is 31 December, left-over days make a month."""
    norway = sum_stages(
        [
            calendar_stage(date(1992, 10, 3), date(2004, 12, 31)),
            calendar_stage(date(2017, 1, 1), date(2022, 12, 31)),
        ]
    )
    sweden = calendar_stage(date(2005, 1, 1), date(2016, 12, 31))
    assert months_rounded_up(norway) == 219
    assert months_rounded_up(sum_stages([norway, sweden])) == 363
    assert calendar_stage(date(2011, 1, 1), date(2023, 2, 28)) == Stage(12, 2, 0)


def test_full_calendar_months():
    assert full_calendar_months(date(2021, 1, 1), date(2021, 12, 31)) == 12
    assert full_calendar_months(date(2021, 1, 2), date(2021, 12, 31)) == 11
    assert full_calendar_months(date(2021, 1, 1), date(2021, 12, 30)) == 11
    assert full_calendar_months(date(2021, 1, 15), date(2021, 1, 20)) == 0
    assert full_calendar_months(date(2020, 2, 1), date(2020, 2, 28)) == 0


def test_months_are_added_to_the_last_day_there_is():
    assert add_months(date(2020, 1, 31), 1) == date(2020, 2, 29)
    assert add_months(date(2021, 12, 15), 1) == date(2022, 1, 15)
