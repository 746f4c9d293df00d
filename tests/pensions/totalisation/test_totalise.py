"""Splitting, overlaps, sums and the gate."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from pensions.totalisation import Duration, InsurancePeriod, Stage, totalise


def period(id_, state, start, end, **more):
    return InsurancePeriod(id_, state, date.fromisoformat(start), date.fromisoformat(end), **more)


def test_compulsory_beats_voluntary_of_another_state():
    """Example D2: Art. 12(3) of Regulation 987/2009 (exlege.bg)."""
    result = totalise(
        [
            period("a", "A", "2010-01-01", "2010-12-31"),
            period("b", "B", "2010-07-01", "2011-06-30", kind="voluntary"),
        ],
        treaty="eu-883",
    )
    assert result.total.stage.whole_months == 18
    assert result.states["A"].stage == Stage(1, 0, 0)
    assert result.states["B"].stage == Stage(0, 6, 0)
    [overlap] = result.overlaps
    assert (overlap.kept, overlap.dropped, overlap.rule) == ("a", "b", "compulsory_over_voluntary")
    assert (overlap.start_on, overlap.end_on) == (date(2010, 7, 1), date(2010, 12, 31))


def test_each_state_keeps_its_own_days_under_the_eaeu_agreement():
    result = totalise(
        [period("r", "RU", "2021-01-01", "2021-12-31"), period("k", "KZ", "2021-07-01", "2022-06-30")]
    )
    assert result.states["RU"].days == 365
    assert result.states["KZ"].days == 365
    assert result.total.days == 365 + 181
    assert result.totalised_for("KZ") == Stage(1, 6, 0)
    assert {d.code for d in result.trace.unverified} >= {"overlap_choice"}


@pytest.mark.parametrize(
    ("start", "end", "months", "met"),
    [
        ("2021-01-01", "2021-12-31", 12, "yes"),
        ("2021-01-15", "2022-01-10", 11, "undetermined"),
        ("2021-01-01", "2021-11-30", 11, "no"),
        ("2020-12-31", "2021-12-31", 12, "yes"),
        ("2020-01-01", "2021-11-30", 11, "no"),
    ],
)
def test_gate_of_twelve_full_months(start, end, months, met):
    """Example F3 (azizovpartners.kz, 25 January 2021): days before 2021 do not pass the gate."""
    gate = totalise([period("k", "KZ", start, end)]).states["KZ"].gate
    assert (gate.full_months, gate.met) == (months, met)


@pytest.mark.parametrize(
    ("state", "day"),
    [
        ("RU", "1992-03-14"),
        ("RU", "2002-01-01"),
        ("RU", "2015-01-01"),
        ("RU", "2021-01-01"),
        ("KG", "1996-01-01"),
        ("KZ", "1998-01-01"),
        ("AM", "2013-01-01"),
    ],
)
def test_every_boundary_cuts_before_its_first_day(state, day):
    """Day before, day of and day after: the day before stays behind, the day itself begins the new part."""
    first = date.fromisoformat(day)
    year = first.year
    segments = totalise([period("p", state, f"{year - 1}-06-01", f"{year + 1}-05-31")]).segments
    assert first in {s.start_on for s in segments}
    before, on, after = (
        next(s for s in segments if s.start_on <= d <= s.end_on)
        for d in (first - timedelta(days=1), first, first + timedelta(days=1))
    )
    assert before.end_on == first - timedelta(days=1)
    assert (before.branch, before.regime) != (on.branch, on.regime)
    assert (on.branch, on.regime) == (after.branch, after.regime)


def test_a_period_of_one_day_on_each_side_of_2021():
    result = totalise([period("p", "RU", "2020-12-31", "2021-01-01")], residence="KG")
    assert [(s.branch, s.treaty, s.payer) for s in result.segments] == [
        ("to-2020-12-31", "cis-1992", "KG"),
        ("from-2021-01-01", "eaeu-2019", "RU"),
    ]
    assert result.total.days == 2


def test_soviet_time_belongs_to_the_state_of_residence():
    """Example F4: RU-BY treaty of 24 January 2006 (docs.cntd.ru/document/901988276)."""
    [segment] = totalise(
        [period("p", "KZ", "1985-01-01", "1991-12-31")], treaty="ru-by-2006", residence="BY"
    ).segments
    assert (segment.payer, segment.counted) == ("BY", True)


def test_after_13_march_1992_each_party_answers_for_its_territory():
    result = totalise([period("p", "RU", "1992-03-13", "1992-03-14")], treaty="ru-by-2006", residence="BY")
    assert [(s.start_on.day, s.payer) for s in result.segments] == [(13, "BY"), (14, "RU")]


def test_between_belarus_and_russia_their_own_treaty_rules_the_years_before_2021():
    record = [period("p", "RU", "2018-01-01", "2018-12-31")]
    [segment] = totalise(record, residence="BY").segments
    assert (segment.treaty, segment.payer) == ("ru-by-2006", "RU")
    [segment] = totalise(record, residence="KG").segments
    assert (segment.treaty, segment.payer) == ("cis-1992", "KG")


def test_soviet_state_with_a_territory():
    [segment] = totalise(
        [period("p", "SU", "1985-01-01", "1986-12-31", territory="KG")], residence="RU"
    ).segments
    assert (segment.state, segment.payer) == ("KG", "RU")


def test_a_third_state_is_shown_but_not_added():
    result = totalise(
        [period("k", "KG", "2022-01-01", "2022-12-31"), period("t", "TR", "2023-01-01", "2023-12-31")]
    )
    assert result.total.days == 365
    assert result.states["TR"].third_state
    assert result.states["TR"].days == 365
    assert ("third_state", "TR") in {(d.code, d.state) for d in result.trace.unverified}


def test_russia_is_no_party_of_the_cis_agreement_from_2023():
    result = totalise([period("r", "RU", "2022-12-31", "2023-01-01")], treaty="cis-1992", residence="KG")
    assert [(s.start_on.year, s.counted) for s in result.segments] == [(2022, True), (2023, False)]


@pytest.mark.parametrize(
    ("state", "start", "end", "days"),
    [
        ("KZ", "1997-12-31", "1998-01-01", 1),
        ("KG", "1995-12-31", "1996-01-01", 1),
        ("RU", "2020-12-31", "2021-01-01", 1),
    ],
)
def test_days_without_contributions_do_not_count_where_the_law_asks_for_them(state, start, end, days):
    result = totalise([period("p", state, start, end, contributions="unpaid")])
    assert result.states[state].days == days
    assert [s.reason for s in result.segments] == [None, "contributions_unpaid"]


def test_days_after_the_claim_are_not_yet_completed():
    result = totalise([period("p", "KG", "2022-01-01", "2026-12-31")], as_of=date(2022, 1, 31))
    assert result.total.days == 31
    assert "days_not_completed" in {step.code for step in result.trace.steps}


def test_gaps_lie_between_periods_of_any_state():
    result = totalise(
        [
            period("a", "RU", "2022-01-01", "2022-01-31"),
            period("b", "KZ", "2022-02-01", "2022-02-28"),
            period("c", "KG", "2022-04-01", "2022-04-30"),
        ]
    )
    assert result.gaps == [(date(2022, 3, 1), date(2022, 3, 31))]


def test_declared_length_is_compared_with_the_dates():
    result = totalise([period("p", "RU", "2022-01-01", "2022-12-31", declared=Stage(0, 11, 29))])
    [found] = result.declared
    assert (found.computed, found.difference_days) == (Stage(1, 0, 0), -1)


def test_gate_may_be_passed_by_several_periods():
    record = [period(f"p{i}", "KZ", f"{2021 + i}-01-01", f"{2021 + i}-06-30") for i in range(2)]
    gate = totalise(record).states["KZ"].gate
    assert (gate.full_months, gate.met) == (12, "yes")


def test_undated_months_cannot_pass_the_gate_by_themselves():
    duration = Duration("KZ", (("years", Fraction(1)),))
    assert totalise([], durations=[duration]).states["KZ"].gate.met == "undetermined"
    sure = Duration("KZ", (("years", Fraction(1)),), after=date(2021, 1, 1))
    assert totalise([], durations=[sure]).states["KZ"].gate.met == "yes"
    short = Duration("KZ", (("months", Fraction(11)),))
    assert totalise([], durations=[short]).states["KZ"].gate.met == "no"


def test_same_id_twice_is_refused():
    with pytest.raises(ValueError, match="same id"):
        totalise(
            [period("p", "RU", "2022-01-01", "2022-01-31"), period("p", "RU", "2023-01-01", "2023-01-31")]
        )


def test_unknown_treaty_lists_the_known_ones():
    with pytest.raises(ValueError, match="cis-1992, eaeu-2019, eu-883, ru-by-2006"):
        totalise([], treaty="eaeu")
