from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.periods import Frequency, Period, PeriodError, between

periods = st.builds(
    lambda year, frequency, index: Period(year, frequency, index % frequency.per_year + 1),
    st.integers(1001, 8999),  # a thousand years either way is still a year of four digits
    st.sampled_from(list(Frequency)),
    st.integers(0, 11),
)


@given(periods)
def test_text_and_period_are_one(period):
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", (2026, 1, 1), (2026, 12, 31)),
        ("2026-S2", (2026, 7, 1), (2026, 12, 31)),
        ("2026-Q1", (2026, 1, 1), (2026, 3, 31)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("2026-12", (2026, 12, 1), (2026, 12, 31)),
    ],
)
def test_first_and_last_day(text, first, last):
    period = Period.parse(text)
    assert (period.first_day, period.last_day) == (date(*first), date(*last))
    assert period.days == (date(*last) - date(*first)).days + 1


@pytest.mark.parametrize(
    ("text", "same"), [("2026-A1", "2026"), ("2026-M03", "2026-03"), (" 2026-Q1 ", "2026-Q1")]
)
def test_other_spellings(text, same):
    assert str(Period.parse(text)) == same


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "2026-13",
        "2026-00",
        "2026-Q5",
        "2026-Q0",
        "2026-S3",
        "2026-W05",
        "2026-1",
        "2026-01-01",
        "0000",
    ],
)
def test_what_is_no_period(text):
    with pytest.raises(PeriodError):
        Period.parse(text)


@given(periods, st.integers(-500, 500), st.integers(-500, 500))
def test_offsets_add_up(period, a, b):
    assert period.offset(a).offset(b) == period.offset(a + b)
    assert period.distance(period.offset(a)) == a


@given(periods)
def test_periods_follow_without_gap_or_overlap(period):
    assert period.last_day + timedelta(days=1) == period.offset(1).first_day


@given(periods, st.sampled_from(list(Frequency)))
def test_parts_make_up_the_whole_and_lie_in_it(period, frequency):
    if period.frequency.is_finer_than(frequency) or frequency.per_year % period.frequency.per_year:
        with pytest.raises(PeriodError):
            period.parts(frequency)
        return
    parts = period.parts(frequency)
    assert (parts[0].first_day, parts[-1].last_day) == (period.first_day, period.last_day)
    assert list(between(parts[0], parts[-1])) == list(parts)
    assert all(period.contains(part) and part.enclosing(period.frequency) == period for part in parts)


@given(st.dates(date(1000, 1, 1), date(8999, 12, 31)), st.sampled_from(list(Frequency)))
def test_the_period_of_a_day_contains_it(day, frequency):
    assert Period.containing(day, frequency).contains(day)


def test_last_ended():
    assert str(Period.parse("2026-Q3").last_ended(Frequency.ANNUAL)) == "2025"
    assert str(Period.parse("2026-Q4").last_ended(Frequency.ANNUAL)) == "2026"
    assert str(Period.parse("2026-02").last_ended(Frequency.QUARTERLY)) == "2025-Q4"


def test_order_within_a_frequency_only():
    assert Period.parse("2025-Q4") < Period.parse("2026-Q1") <= Period.parse("2026-Q1")
    with pytest.raises(PeriodError):
        Period.parse("2026") < Period.parse("2026-Q1")  # noqa: B015
    with pytest.raises(PeriodError):
        Period.parse("2026").enclosing(Frequency.MONTHLY)
