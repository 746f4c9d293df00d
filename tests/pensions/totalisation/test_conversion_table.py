"""The conversion table of Article 13 of Regulation (EC) No 987/2009."""

from fractions import Fraction

import pytest

from pensions.totalisation.answers import convert_answer
from pensions.totalisation.conversion import MAX_PER_YEAR, SCHEMES, convert


def test_the_table_is_the_published_one(examples):
    """secu.lu, full text of Article 13(1)."""
    for name, row in examples["conversion_987_2009_art13"]["table"].items():
        scheme = SCHEMES[name]
        assert [
            scheme.hours_per_day,
            scheme.days_per_week,
            scheme.days_per_month,
            scheme.days_per_quarter,
            scheme.max_days_per_year,
        ] == list(row.values())


@pytest.mark.parametrize("scheme", SCHEMES.values())
def test_the_table_is_consistent(scheme):
    assert scheme.days_per_quarter == 3 * scheme.days_per_month
    assert scheme.max_days_per_year == 12 * scheme.days_per_month


@pytest.mark.parametrize(
    ("number", "unit", "scheme", "to", "parts"),
    [
        (198, "days", "5-day", "months", {"months": 9, "days": 0}),  # C1
        (198, "days", "5-day", "quarters", {"quarters": 3, "months": 0, "days": 0}),  # C1
        (150, "days", "6-day", "months", {"months": 5, "days": 20}),  # C2
        (40, "weeks", None, "months", {"months": 9, "days": 6}),  # C3
        (13, "weeks", None, "quarters", {"quarters": 1, "months": 0, "days": 0}),
        (52, "weeks", None, "years", {"years": 1, "months": 0, "days": 0}),
        (9, "months", None, "weeks", {"weeks": 39, "days": 0}),
        (2, "quarters", None, "months", {"months": 6, "days": 0}),
        (Fraction(5, 2), "years", None, "months", {"months": 30, "days": 0}),
        (1, "years", "5-day", "days", {"days": 264, "hours": 0}),
        (3, "weeks", "5-day", "days", {"days": 15, "hours": 0}),
        (45, "hours", "5-day", "days", {"days": 5, "hours": 0}),
        (11, "days", "5-day", "weeks", {"weeks": 2, "days": 1}),
    ],
)
def test_conversions(number, unit, scheme, to, parts):
    assert convert(Fraction(number), unit, to, scheme=scheme).parts == parts


def test_between_day_schemes():
    assert convert(Fraction(22), "days", "days", scheme="5-day", to_scheme="6-day").exact == 26
    assert convert(Fraction(26), "days", "days", scheme="6-day", to_scheme="7-day").exact == 30


@pytest.mark.parametrize(
    ("number", "unit", "to", "scheme", "most"),
    [
        (300, "days", "months", "5-day", 12),
        (400, "days", "quarters", "7-day", 4),
        (264, "days", "weeks", "5-day", 52),
        (53, "weeks", "months", "6-day", 12),
    ],
)
def test_a_calendar_year_has_a_maximum(number, unit, to, scheme, most):
    found = convert(Fraction(number), unit, to, scheme=scheme, calendar_years=1)
    assert found.exact == most == MAX_PER_YEAR[to]
    assert any("capped" in step for step in found.steps)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("198", "days", "months"), "scheme is missing"),
        (("-1", "weeks", "months"), "number is negative"),
        (("x", "weeks", "months"), "is not a number"),
        (("1", "fortnights", "months"), "unit 'fortnights' is unknown"),
        (("1", "weeks", "moons"), "to 'moons' is unknown"),
    ],
)
def test_errors_name_the_argument(arguments, message):
    with pytest.raises(ValueError, match=message):
        convert_answer(*arguments)
