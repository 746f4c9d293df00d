from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.formula import MISSING, NOT_APPLICABLE, NOT_YET_DUE, State, evaluate, suppressed, value
from monitoring.periods import Period
from tests.monitoring.formula.catalogue import A, Catalogue, M, Q, indicator


def found(data, text, period, frequency=Q, /, **dims):
    return evaluate(
        indicator(text, frequency, dimensions=tuple(dims)), Period.parse(period), dims, data
    ).value


@pytest.fixture
def quarters():
    data = Catalogue()
    for quarter, (resolved, received) in enumerate([(30, 40), (10, 20), (0, 0), (5, 100)], start=1):
        data.put("resolved", f"2026-Q{quarter}", resolved).put("received", f"2026-Q{quarter}", received)
    return data


@pytest.fixture
def months():
    data = Catalogue()
    for month in range(1, 13):
        data.put("arrivals", f"2026-{month:02}", month).put("issued", f"2026-{month:02}", 10 * month)
        data.put("bans", f"2026-{month:02}", 100 + month).put("arrivals", f"2025-{month:02}", 1)
    return data


def test_a_ratio_and_its_total_over_the_year(quarters):
    assert found(quarters, "100 * resolved / received", "2026-Q1") == value(75)
    assert found(quarters, "100 * resolved / received", "2026-Q3") == NOT_APPLICABLE
    # numerators and denominators apart: 45 of 160, not the mean of the quarters
    assert found(quarters, "100 * resolved / received", "2026") == value("28.125")
    assert found(quarters, "100 * share(resolved, received)", "2026") == value("28.125")


def test_an_indicator_in_a_formula_keeps_its_two_halves(quarters):
    rate = indicator("100 * resolved / received", Q, "percent", code="RATE")
    quarters.known["RATE"] = rate
    assert found(quarters, "RATE - 20", "2026") == value("8.125")
    assert found(quarters, "RATE.offset(-1)", "2026-Q2") == value(75)


def test_offset_counts_periods_of_the_item_itself(quarters, months):
    assert found(quarters, "resolved - resolved.offset(-1)", "2026-Q2") == value(-20)
    assert found(quarters, "lag(resolved, 3)", "2026-Q4") == value(30)
    assert found(quarters, "lag(resolved)", "2026-Q1") == MISSING
    assert found(months, "arrivals.offset(-12)", "2026-05", M) == value(1)
    # inside the sum two months back; outside it two quarters
    assert found(months, "sum(arrivals.offset(-2))", "2026-Q2") == value(2 + 3 + 4)
    assert found(months, "sum(arrivals).offset(-1)", "2026-Q2") == value(1 + 2 + 3)


def test_a_shifted_item_over_a_year_is_shifted_period_by_period(quarters):
    quarters.put("received", "2025-Q3", 50).put("received", "2025-Q4", 50)
    assert found(quarters, "100 * resolved / received.offset(-2)", "2026") == value(Decimal(4500) / 160)


def test_aggregators_bring_months_to_quarters(months):
    assert found(months, "sum(arrivals)", "2026-Q2") == value(15)
    assert found(months, "mean(bans)", "2026-Q2") == value(105)
    assert found(months, "last(bans)", "2026-Q2") == value(106)
    assert found(months, "first(bans)", "2026-Q2") == value(104)
    assert found(months, "max(arrivals) - min(arrivals)", "2026-Q2") == value(2)
    assert found(months, "median(arrivals)", "2026-Q2") == value(5)
    assert found(months, "count(arrivals)", "2026-Q2") == value(3)
    assert found(months, "sum(issued) / sum(arrivals)", "2026-Q2") == value(10)
    assert found(months, "sum(arrivals)", "2026") == value(78)
    assert found(months, "last(bans)", "2026") == value(112)


def test_one_missing_month_leaves_no_quarter_unless_the_item_says_zero(months):
    months.put("arrivals", "2026-05", MISSING)
    assert found(months, "sum(arrivals)", "2026-Q2") == MISSING
    assert found(months, "sum(arrivals.on_missing(0))", "2026-Q2") == value(10)
    assert found(months, "count(arrivals)", "2026-Q2") == value(2)
    months.put("arrivals", "2026-06", NOT_YET_DUE)
    assert found(months, "sum(arrivals.on_missing(0))", "2026-Q2") == NOT_YET_DUE


def test_on_missing_fills_each_period_not_the_total(quarters):
    quarters.put("resolved", "2026-Q2", MISSING)
    assert found(quarters, "resolved.on_missing(0)", "2026") == value(35)
    assert found(quarters, "resolved", "2026") == MISSING


def test_a_yearly_item_in_a_quarter_is_the_latest_year_that_is_over(months):
    months.put("population", "2025", 1000).put("population", "2026", 2000)
    assert found(months, "last(population)", "2026-Q3") == value(1000)
    assert found(months, "last(population)", "2026-Q4") == value(2000)
    assert found(months, "last(population).offset(-1)", "2027-Q1") == value(2000)


def test_rolling_windows(months):
    assert found(months, "rolling_sum(arrivals, 12)", "2026-02", M) == value(10 + 3)
    assert found(months, "rolling_sum(arrivals, 12)", "2026-Q4") == value(78)
    assert found(months, "rolling_mean(bans, 3)", "2026-03", M) == value(102)
    assert found(months, "rolling_sum(arrivals, 30)", "2026-12", M) == MISSING


def test_at_and_where(quarters):
    quarters.put("resolved", "2026-Q1", 12, SEX="F").put("resolved", "2026-Q1", 18, SEX="M")
    assert found(quarters, "resolved / resolved.at(2026-Q2)", "2026-Q1") == value(3)
    assert found(quarters, "100 * resolved.where(SEX=F) / resolved", "2026-Q1") == value(40)
    assert found(quarters, "resolved / resolved.where(SEX=_T)", "2026-Q1", Q, SEX="F") == value("0.4")
    assert found(quarters, "resolved", "2026-Q1", Q, SEX="M") == value(18)
    assert found(quarters, "resolved", "2026-Q1", Q, SEX="_T") == value(30)


def test_a_key_the_item_is_not_broken_down_by_is_not_applicable(months):
    months.put("cpi", "2026-01", 110)
    assert found(months, "cpi", "2026-01", M, SEX="F") == NOT_APPLICABLE
    assert found(months, "cpi.where(SEX=_T)", "2026-01", M, SEX="F") == value(110)


def test_groups():
    data = Catalogue().put("resolved", "2026-Q1", 40)
    data.put("resolved", "2026-Q1", 30, DEST="RU").put("resolved", "2026-Q1", 10, DEST="KZ")
    assert found(data, "max(resolved.by(DEST)) / resolved", "2026-Q1") == value("0.75")
    squares = "sum((resolved.by(DEST) / resolved) * (resolved.by(DEST) / resolved))"
    assert found(data, squares, "2026-Q1") == value("0.625")
    assert found(data, "count(resolved.by(DEST))", "2026-Q1") == value(2)
    data.put("resolved", "2026-Q1", suppressed(10), DEST="KZ")
    assert found(data, "max(resolved.by(DEST))", "2026-Q1").state is State.SUPPRESSED


def test_groups_of_two_dimensions_meet_in_any_order():
    data = Catalogue()
    for sex in "FM":
        for dest in ("KZ", "RU"):
            data.put("resolved", "2026-Q1", 3, SEX=sex, DEST=dest).put(
                "received", "2026-Q1", 4, SEX=sex, DEST=dest
            )
    ratio = "min(resolved.by(SEX, DEST) / received.by(DEST, SEX))"
    assert found(data, ratio, "2026-Q1") == value("0.75")


def test_distributions_are_pooled_and_medians_never_averaged():
    data = Catalogue()
    data.put("days_taken", "2026-01", {"a": 1, "b": 1, "c": 100}).put("days_taken", "2026-02", {"a": 50})
    data.put("days_taken", "2026-03", {})
    assert found(data, "median(days_taken)", "2026-Q1") == value(median([1, 1, 100, 50]))
    assert found(data, "count(days_taken)", "2026-Q1") == value(4)
    assert found(data, "median(days_taken)", "2026-Q2") == MISSING


def test_a_ready_made_rate_is_not_averaged_over_a_longer_period():
    data = Catalogue()
    for quarter in range(1, 5):
        data.put("rate_q", f"2026-Q{quarter}", 50)
    assert found(data, "rate_q", "2026-Q1") == value(50)
    for text in ("rate_q", "mean(rate_q)", "median(rate_q)", "rate_q + 1"):
        assert found(data, text, "2026") == NOT_APPLICABLE
    assert found(data, "max(rate_q)", "2026") == value(50)


def test_records_pair_by_key():
    data = Catalogue().put("wage_before", "2026-Q1", {"a": 100, "b": 200, "c": 0, "d": 100})
    data.put("wage_after", "2026-Q1", {"a": 150, "b": 200, "c": 10, "d": MISSING})
    growth = "100 * (wage_after - wage_before) / wage_before"
    # a grew by 50, b by 0; c divides by zero, d is unknown
    assert found(data, f"median({growth})", "2026-Q1") == value(25)
    assert found(data, "sum(wage_after > wage_before)", "2026-Q1") == MISSING
    assert found(data, "mean(3 * (wage_after > wage_before))", "2026-Q1") == value(2)


def test_days():
    data = Catalogue().put("resolved", "2026-Q1", 90)
    assert found(data, "resolved / days()", "2026-Q1") == value(1)
    assert found(data, "days()", "2028-Q1") == value(91)
    assert found(data, "days()", "2026") == value(365)
    assert found(data, "lag(days() * resolved / resolved)", "2026-Q2") == value(90)
    data.put("opened_on", "2026-Q1", {"a": 739000}).put("closed_on", "2026-Q1", {"a": 739031})
    assert found(data, "mean(days(opened_on, closed_on))", "2026-Q1") == value(31)


def test_conditions(quarters):
    text = "if(received < 30, coalesce(resolved / received, -1), 100 * resolved / received)"
    assert [found(quarters, text, f"2026-Q{q}").number for q in (1, 2, 3)] == [75, Decimal("0.5"), -1]
    assert found(quarters, "is_missing(resolved)", "2027-Q1") == value(1)
    assert found(quarters, "max(resolved, received, 25)", "2026-Q2") == value(25)
    assert found(quarters, "-resolved + 2 * 3 - 1", "2026-Q2") == value(-5)


def test_suppressed_operands_hide_the_result(quarters):
    quarters.put("resolved", "2026-Q1", suppressed(3))
    result = found(quarters, "100 * resolved / received", "2026-Q1")
    assert (result.state, result.restricted) == (State.SUPPRESSED, Decimal("7.5"))
    assert found(quarters, "resolved", "2026").state is State.SUPPRESSED
    assert found(quarters, "if(resolved > 1, 1, 0)", "2026-Q1").state is State.SUPPRESSED


def test_every_figure_read_is_named(quarters):
    evaluation = evaluate(indicator("resolved / received.offset(-1)"), Period.parse("2026-Q2"), {}, quarters)
    read = [(operand.name, str(operand.period), operand.result) for operand in evaluation.operands]
    assert read == [("resolved", "2026-Q2", value(10)), ("received", "2026-Q1", value(40))]


def test_a_period_shorter_than_the_indicators_own_is_refused(quarters):
    with pytest.raises(ValueError, match="frequency"):
        found(quarters, "resolved", "2026-01")


counts = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=4, max_size=4)


@given(counts)
def test_any_year_of_a_ratio_is_the_ratio_of_the_sums(figures):
    data = Catalogue()
    for quarter, (resolved, received) in enumerate(figures, start=1):
        data.put("resolved", f"2026-Q{quarter}", resolved).put("received", f"2026-Q{quarter}", received)
    total = found(data, "100 * resolved / received", "2026").number
    above, below = (sum(column) for column in zip(*figures, strict=True))
    assert abs(total - Decimal(100 * above) / below) < Decimal("1e-20")


states = st.sampled_from(
    [value(2), value(0), MISSING, NOT_APPLICABLE, NOT_YET_DUE, suppressed(3), suppressed(0)]
)
texts = st.sampled_from(
    [
        "resolved / received",
        "resolved - received",
        "if(resolved > received, resolved, received)",
        "if(is_missing(resolved), 1, 0)",
        "max(resolved, received)",
        "sum(resolved + received)",
        "coalesce(resolved / received, 5)",
        "rolling_sum(resolved, 1) + received",
    ]
)


@given(texts, states)
def test_a_hidden_number_never_changes_what_is_shown(text, other):
    """Whatever stands behind the suppression mark, everything but the restricted number is the same."""
    shown = set()
    for secret in (0, 1, 2, 3):
        data = Catalogue().put("resolved", "2026-Q1", suppressed(secret)).put("received", "2026-Q1", other)
        result = found(data, text, "2026-Q1")
        shown.add((result.state, result.number))
    assert len(shown) == 1


def test_annual_frequency_has_no_parts_to_lose():
    data = Catalogue().put("departures", "2025", 5).put("population", "2025", 1000)
    assert found(data, "1000 * departures / population", "2025", A) == value(5)
