"""Which of two coinciding periods survives, and the rule that decided."""

from datetime import date

import pytest

from pensions.totalisation import InsurancePeriod, Stage, totalise


def period(id_, state, start, end, kind="compulsory", **more):
    return InsurancePeriod(id_, state, date.fromisoformat(start), date.fromisoformat(end), kind, **more)


def rules(result):
    return [(o.kept, o.dropped, o.rule) for o in result.overlaps]


def test_no_overlap_no_decision():
    result = totalise(
        [period("a", "A", "2010-01-01", "2010-06-30"), period("b", "B", "2010-07-01", "2010-12-31")],
        treaty="eu-883",
    )
    assert result.overlaps == []
    assert result.total.stage == Stage(1, 0, 0)


def test_a_real_period_beats_an_equivalent_one():
    """D3: Art. 12(4) of Regulation 987/2009 (sintact.ro)."""
    result = totalise(
        [
            period("v", "A", "2010-01-01", "2010-12-31", "voluntary"),
            period("e", "B", "2010-01-01", "2010-12-31", "45"),
        ],
        treaty="eu-883",
    )
    assert rules(result) == [("v", "e", "real_over_equivalent")]
    assert result.states["B"].days == 0


@pytest.mark.parametrize(
    ("work", "kept"),
    [
        ([("A", "2005-01-01", "2005-12-31"), ("B", "2007-01-01", "2007-12-31")], "eb"),
        ([("B", "2005-01-01", "2005-12-31"), ("A", "2007-01-01", "2007-12-31")], "ea"),
        ([("A", "2012-01-01", "2012-12-31"), ("B", "2013-01-01", "2013-12-31")], "ea"),
        ([("B", "2005-01-01", "2005-12-31"), ("A", "2013-01-01", "2013-12-31")], "eb"),
    ],
)
def test_equivalent_in_two_states_goes_to_the_last_compulsory_state(work, kept):
    """D4: Art. 12(5): last compulsory insurance before it, or else the first after it."""
    record = [period(f"c{i}", *item) for i, item in enumerate(work)]
    record += [
        period("ea", "A", "2010-01-01", "2010-12-31", "equivalent"),
        period("eb", "B", "2010-01-01", "2010-12-31", "equivalent"),
    ]
    [overlap] = totalise(record, treaty="eu-883").overlaps
    assert (overlap.kept, overlap.rule) == (kept, "equivalent_last_compulsory_state")


def test_two_compulsory_periods_both_stay_and_count_once():
    result = totalise(
        [period("a", "A", "2010-01-01", "2010-12-31"), period("b", "B", "2010-07-01", "2011-06-30")],
        treaty="eu-883",
    )
    [overlap] = result.overlaps
    assert (overlap.rule, overlap.effect) == ("own_territory_first", "counted_once")
    assert [result.states[name].stage for name in "AB"] == [Stage(1, 0, 0), Stage(1, 0, 0)]
    assert result.total.days == 546


def test_three_at_once_record_each_loser():
    record = [
        period("a", "A", "2010-01-01", "2010-12-31"),
        period("b", "B", "2010-01-01", "2010-12-31", "voluntary"),
        period("c", "C", "2010-01-01", "2010-12-31", "equivalent"),
    ]
    result = totalise(record, treaty="eu-883")
    assert {(o.kept, o.dropped) for o in result.overlaps} == {("a", "b"), ("a", "c")}
    assert result.total.days == 365


def test_two_jobs_in_one_state_count_once():
    result = totalise(
        [period("a", "RU", "2022-01-01", "2022-12-31"), period("b", "RU", "2022-06-01", "2023-05-31")]
    )
    assert result.states["RU"].stage == Stage(1, 5, 0)
    assert rules(result) == [("a", "b", "counted_once")]


def test_the_person_may_choose_within_one_state():
    """RU: of coinciding periods one, at the person's choice (Resolution 1015, from memory)."""
    result = totalise(
        [
            period("a", "RU", "2022-01-01", "2022-12-31"),
            period("b", "RU", "2022-01-01", "2022-12-31", preferred=True),
        ]
    )
    assert rules(result) == [("b", "a", "person_choice")]


def test_own_territory_first_whatever_the_kind():
    """D9: foreign time is added only where it does not coincide with the territory's own (24.kg/english/172514)."""
    result = totalise(
        [
            period("k", "KZ", "2022-01-01", "2022-12-31", "voluntary"),
            period("r", "RU", "2022-07-01", "2023-06-30"),
        ]
    )
    assert result.states["KZ"].stage == Stage(1, 0, 0)
    assert result.totalised_for("KZ") == Stage(1, 6, 0)
    assert result.totalised_for("RU") == Stage(1, 6, 0)
    assert result.total.stage == Stage(1, 6, 0)
    assert "overlap_choice" in {doubt.code for doubt in result.trace.unverified}


def test_unknown_kind_names_the_field():
    with pytest.raises(ValueError, match="kind: 'odd' is unknown"):
        period("x", "RU", "2022-01-01", "2022-12-31", "odd")
