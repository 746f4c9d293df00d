"""Retirement age by sex, cohort and date."""

from datetime import date, timedelta

import pytest

from pensions.legislation.ages import pension_age
from pensions.legislation.parameters import CannotCompute, Law


def reached(state, sex, born, **more):
    law = Law(date(2026, 1, 1), **more)
    found = pension_age(law, state, sex=sex, birth_on=date.fromisoformat(born))
    return str(found.years), found.reached_on.isoformat()


@pytest.mark.parametrize(
    ("state", "sex", "born", "years", "on"),
    [
        ("AM", "M", "1963-03-10", "63", "2026-03-10"),
        ("KG", "F", "1968-05-01", "58", "2026-05-01"),
        ("KG", "M", "1963-02-28", "63", "2026-02-28"),
        ("RU", "M", "1961-12-31", "63", "2024-12-31"),
        ("RU", "M", "1962-01-01", "64", "2026-01-01"),
        ("RU", "F", "1964-05-01", "55.5", "2019-11-01"),
        ("RU", "F", "1967-12-31", "59", "2026-12-31"),
        ("RU", "F", "1968-01-01", "60", "2028-01-01"),
        ("KZ", "M", "1963-01-15", "63", "2026-01-15"),
        ("KZ", "F", "1966-12-31", "61", "2027-12-31"),
        ("KZ", "F", "1967-01-01", "61.5", "2028-07-01"),
        ("KZ", "F", "1967-06-30", "61.5", "2028-12-30"),
        ("KZ", "F", "1967-07-01", "62", "2029-07-01"),
        ("KZ", "F", "1970-01-01", "63", "2033-01-01"),
    ],
)
def test_age_and_day(state, sex, born, years, on):
    assert reached(state, sex, born) == (years, on)


def test_belarus_by_date_agrees_with_the_published_cohorts():
    """nomiya-expert.ru: the table by birth half-year; first and last day of each cohort."""
    for row in Law(date(2026, 1, 1)).library.parameters["BY.retirement_age"].rows:
        if row.effective_on is None:
            continue
        sex = row.where["sex"]
        first = {"M": date(1957, 1, 1), "F": date(1962, 1, 1)}[sex]
        half_years = round((row.value - {"M": 60, "F": 55}[sex]) * 2) - 1
        year, half = divmod(half_years, 2)
        begins = date(first.year + year, 7 if half else 1, 1)
        ends = date(begins.year, 6, 30) if not half else date(begins.year, 12, 31)
        for born in (begins, ends):
            assert reached("BY", sex, born.isoformat())[0] == str(row.value), (sex, born)
    assert reached("BY", "M", "1956-12-31") == ("60", "2016-12-31")
    assert reached("BY", "F", "1961-12-31") == ("55", "2016-12-31")


@pytest.mark.parametrize(
    ("state", "sex", "born"),
    [("RU", "M", "1963-05-05"), ("KZ", "F", "1967-07-01"), ("BY", "F", "1970-02-28")],
)
def test_nobody_born_later_retires_earlier(state, sex, born):
    day = date.fromisoformat(born)
    before = reached(state, sex, (day - timedelta(days=1)).isoformat())[1]
    assert before <= reached(state, sex, born)[1]


def test_missing_sex_or_birth_date_is_named():
    law = Law(date(2026, 1, 1))
    with pytest.raises(CannotCompute) as error:
        pension_age(law, "RU", sex=None, birth_on=date(1960, 1, 1))
    assert error.value.code == "sex_missing"
    with pytest.raises(CannotCompute) as error:
        pension_age(law, "RU", sex="F", birth_on=None)
    assert error.value.code == "birth_on_missing"
