"""What holds for every record: found by hypothesis, checked against a day-by-day count."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pensions.totalisation import InsurancePeriod, totalise
from pensions.totalisation.arithmetic import Stage, add_months, calendar_stage
from pensions.totalisation.gate import STRATEGIES
from pensions.totalisation.intervals import union

DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2026, 12, 31))
treaties = st.sampled_from(["eaeu-2019", "cis-1992", "ru-by-2006", "eu-883"])
states = st.sampled_from(["AM", "BY", "KZ", "KG", "RU", "DE"])
kinds = st.sampled_from(["compulsory", "voluntary", "equivalent", "residence"])


@st.composite
def records(draw, most=6):
    found = []
    for number in range(draw(st.integers(1, most))):
        start = draw(days)
        end = start + timedelta(days=draw(st.integers(0, 1500)))
        found.append(InsurancePeriod(f"p{number}", draw(states), start, end, draw(kinds)))
    return found


def days_of(periods):
    return {p.start_on + DAY * n for p in periods for n in range(p.days)}


def without_ids(result):
    return (
        result.total,
        {name: (s.stage, s.days, s.counted_days, s.gate, s.by_branch) for name, s in result.states.items()},
        result.gaps,
    )


@settings(max_examples=60, deadline=None)
@given(records(), treaties)
def test_total_is_never_more_than_the_union(record, treaty):
    result = totalise(record, treaty=treaty, residence="KG")
    union_days = len(days_of(record))
    counted = sum((s.end_on - s.start_on).days + 1 for s in result.segments if s.counted)
    assert result.total.days == counted <= union_days
    assert all(state.days <= union_days for state in result.states.values())
    if treaty == "eu-883":
        assert result.total.days == union_days


@settings(max_examples=40, deadline=None)
@given(records(), treaties, st.randoms())
def test_order_of_input_does_not_matter(record, treaty, random):
    shuffled = list(record)
    random.shuffle(shuffled)
    first, second = (totalise(item, treaty=treaty, residence="BY") for item in (record, shuffled))
    assert first.segments == second.segments
    assert first.overlaps == second.overlaps
    assert without_ids(first) == without_ids(second)


@settings(max_examples=40, deadline=None)
@given(records(), treaties, st.data())
def test_cutting_a_period_changes_nothing(record, treaty, data):
    chosen = data.draw(st.sampled_from(record))
    cut = data.draw(st.dates(chosen.start_on, chosen.end_on))
    parts = [p for p in record if p is not chosen]
    for id_, start, end in (("a", chosen.start_on, cut - DAY), ("b", cut, chosen.end_on)):
        if start <= end:
            parts.append(InsurancePeriod(f"{chosen.id}{id_}", chosen.state, start, end, chosen.kind))
    whole, split = (totalise(item, treaty=treaty, residence="RU") for item in (record, parts))
    assert without_ids(whole) == without_ids(split)


@settings(max_examples=40, deadline=None)
@given(records(most=4), treaties, states, st.integers(0, 900))
def test_a_disjoint_period_never_lowers_a_total(record, treaty, state, length):
    after = max(p.end_on for p in record) + DAY
    more = [*record, InsurancePeriod("extra", state, after, after + DAY * length)]
    before, with_more = (totalise(item, treaty=treaty, residence="KZ") for item in (record, more))
    assert with_more.total.days >= before.total.days
    if treaty == "eu-883":
        return  # a later compulsory period may move an equivalent one to another state, as Art. 12(5) says
    for name, total in before.states.items():
        assert with_more.states[name].days >= total.days
        order = ["no", "undetermined", "yes"]
        assert order.index(with_more.states[name].gate.met) >= order.index(total.gate.met)


@settings(max_examples=60, deadline=None)
@given(records())
def test_every_day_is_counted_in_one_place_at_most(record):
    result = totalise(record, treaty="eaeu-2019", residence="AM")
    seen = [
        s.start_on + DAY * n
        for s in result.segments
        if s.counted
        for n in range((s.end_on - s.start_on).days + 1)
    ]
    assert len(seen) == len(set(seen))


@given(days, st.integers(0, 20000))
def test_a_calendar_length_leads_back_to_its_end(start, length):
    end = start + DAY * length
    stage = calendar_stage(start, end)
    assert add_months(start, stage.whole_months) + DAY * stage.days == end + DAY
    assert stage.months < 12
    assert stage.days < 31


@given(st.lists(st.tuples(days, st.integers(0, 400)), max_size=8))
def test_union_is_sorted_and_does_not_touch(spans):
    runs = union((start, start + DAY * length) for start, length in spans)
    assert all(before[1] + DAY < after[0] for before, after in pairwise(runs))


@given(st.lists(st.tuples(days, st.integers(0, 400)), max_size=8))
def test_full_calendar_months_are_never_more_than_months_from_date_to_date(spans):
    runs = [(start, start + DAY * length) for start, length in spans]
    assert STRATEGIES["full_calendar_months"](runs) <= STRATEGIES["calendar_stage_months"](runs)


@given(st.integers(0, 40000))
def test_thirty_twelve_days_lead_back(total):
    stage = Stage.from_thirty_twelve_days(total)
    assert stage.thirty_twelve_days == total
    assert Decimal(stage.months) < 12 and stage.days < 30


@settings(max_examples=60, deadline=None)
@given(records())
def test_the_gate_counts_what_a_calendar_on_the_wall_shows(record):
    """Months from January 2021 on, every day of which the state has insured; counted day by day."""
    result = totalise(record, treaty="eaeu-2019", residence="AM")
    for name, total in result.states.items():
        own = {day for day in days_of([p for p in record if p.state == name]) if day.year >= 2021}
        months = {(day.year, day.month) for day in own}
        full = [m for m in months if sum((d.year, d.month) == m for d in own) == monthrange(*m)[1]]
        expected = 0 if total.third_state else len(full)
        assert total.gate.full_months == expected
        assert total.gate.counts["thirty_day_months"] == (0 if total.third_state else len(own) // 30)
