"""Splitting, overlaps, sums and the gate."""

from datetime import date

import pytest

from pensions.totalisation import InsurancePeriod, Stage, totalise


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
