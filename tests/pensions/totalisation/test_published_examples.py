"""Worked examples of courts and authorities that are not in the shared file, each with its source."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from pensions.totalisation import Duration, InsurancePeriod, totalise
from pensions.totalisation.amounts import Given
from pensions.totalisation.answers import convert_answer
from pensions.totalisation.arithmetic import Stage, calendar_stage, inclusive_days
from pensions.totalisation.ratio import theoretical_ratio

NAV = "NAV, eessi-pensjon-saksbehandling-ui, src/utils/dateDiff.test.ts at 1ff6d5e9"


@pytest.mark.parametrize(
    ("start", "end", "length", "days"),
    [
        ("1980-01-01", "1980-01-02", (0, 0, 2), 2),
        ("1980-01-01", "1980-01-29", (0, 0, 29), 29),
        ("1980-01-02", "1980-02-02", (0, 1, 1), 32),
        ("1980-01-02", "1980-02-03", (0, 1, 2), 33),
        ("1980-01-03", "1980-01-31", (0, 0, 29), 29),
        ("1980-01-03", "1980-02-01", (0, 0, 30), 30),
        ("1980-01-03", "1980-02-03", (0, 1, 1), 32),
        ("1980-02-01", "1980-02-29", (0, 1, 0), 29),
        ("1980-02-01", "1980-03-01", (0, 1, 1), 30),
        ("1981-02-01", "1981-03-01", (0, 1, 1), 29),
        ("1982-01-01", "1982-12-29", (0, 11, 29), 363),
        ("1982-01-01", "1982-12-30", (0, 11, 30), 364),
        ("1982-01-01", "1982-12-31", (1, 0, 0), 365),
        ("1982-01-01", "1983-01-01", (1, 0, 1), 366),
        ("1982-01-03", "1982-12-31", (0, 11, 29), 363),
        ("1982-01-03", "1983-01-02", (1, 0, 0), 365),
        ("1982-01-10", "1984-01-08", (1, 11, 30), 729),
        ("1982-01-10", "1984-01-09", (2, 0, 0), 730),
        ("1982-01-10", "1984-01-11", (2, 0, 2), 732),
        ("1997-07-31", "1997-12-19", (0, 4, 20), 142),
        ("2015-07-20", "2015-08-07", (0, 0, 19), 19),
    ],
)
def test_norwegian_lengths(start, end, length, days):
    """NAV, eessi-pensjon-saksbehandling-ui, src/utils/dateDiff.test.ts at 1ff6d5e9."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert calendar_stage(first, last) == Stage(*length)
    assert inclusive_days(first, last) == days


def test_a_rest_of_weeks_is_a_whole_month():
    """CJEC 33/75 Galati and BSG 5 RJ 48/76: 14 + 42 Italian weeks leave a rest of 24 days, which is one month more."""
    found = convert_answer("56", "weeks", "months")
    assert (found["months"], found["days"], found["rounded_up"]) == (12, "24", 13) or (
        found["months"],
        found["days"],
        found["rounded_up"],
    ) == (12, 24, 13)


def test_german_months_and_italian_weeks():
    """BSG 5 RJ 48/76: with 47 German months the qualifying period of 60 months is just complete."""
    durations = [
        Duration("DE", (("months", Fraction(47)),)),
        Duration("IT", (("weeks", Fraction(56)),)),
    ]
    given = {"DE": Given(Decimal(600), unit="months")}
    found = theoretical_ratio(totalise([], treaty="eu-883", durations=durations), given)
    assert (found["DE"].ratio, found["DE"].ratio_unit) == ((47, 60), "months")
    assert found["DE"].payable == Decimal("470.00")


def test_french_quarters_and_german_months():
    """BSG B 5 R 54/11 R: five French quarters are 15 months; with 48 German ones 63, above the 60 asked for."""
    assert convert_answer("5", "quarters", "months")["months"] == 15
    durations = [Duration("DE", (("months", Fraction(48)),)), Duration("FR", (("quarters", Fraction(5)),))]
    assert totalise([], treaty="eu-883", durations=durations).total.stage == Stage(5, 3, 0)


def test_mary_in_ireland_and_the_united_states():
    """citizensinformation.ie, case study 2: 600 Irish of 1,800 contributions, a third of the notional rate."""
    durations = [Duration("IE", (("weeks", Fraction(600)),)), Duration("US", (("weeks", Fraction(1200)),))]
    given = {"IE": Given(theoretical=Decimal("277.30"), own=Decimal("180.70"))}
    found = theoretical_ratio(totalise([], treaty="eu-883", durations=durations), given)["IE"]
    assert found.ratio == (600, 1800)
    assert (found.pro_rata, found.payable, found.chosen) == (Decimal("92.43"), Decimal("180.70"), "own")


def test_mr_wieslaw_in_poland_and_denmark():
    """rp.pl: 17 years in Poland and the last 13 in Denmark are 30 for the Polish right."""
    record = [
        InsurancePeriod("pl", "PL", date(1980, 1, 1), date(1996, 12, 31)),
        InsurancePeriod("dk", "DK", date(1997, 1, 1), date(2009, 12, 31)),
    ]
    result = totalise(record, treaty="eu-883")
    assert result.totalised_for("PL") == Stage(30, 0, 0)
    assert theoretical_ratio(result, {"PL": Given(Decimal(3000))})["PL"].payable == Decimal("1700.00")


@pytest.mark.parametrize(("scheme", "days"), [("5-day", 264), ("6-day", 312), ("7-day", 360)])
@pytest.mark.parametrize(("to", "most"), [("weeks", 52), ("months", 12), ("quarters", 4), ("years", 1)])
def test_a_full_year_stays_a_full_year(scheme, days, to, most):
    """Art. 13(2) Regulation 987/2009, both sentences: the yearly maximum is neither exceeded nor fallen short of."""
    found = convert_answer(str(days), "days", to, scheme=scheme, calendar_years=1)
    assert Fraction(found["exact"]) == most
    short = convert_answer(str(days - 1), "days", to, scheme=scheme, calendar_years=1)
    assert Fraction(short["exact"]) <= most
    assert short["rounded_up"] == most
    over = convert_answer(str(days + 30), "days", to, scheme=scheme, calendar_years=1)
    assert Fraction(over["exact"]) == most


def shares(given):
    durations = [
        Duration(state, (("years", Fraction(years)),))
        for state, years in (("DE", 20), ("FR", 10), ("AT", 10))
    ]
    return theoretical_ratio(totalise([], treaty="eu-883", durations=durations), given)


@pytest.mark.parametrize(
    ("without", "payable", "ratio", "reason"),
    [
        ("900", "600.00", (20, 30), "unmet_left_out"),
        ("750.01", "500.01", (20, 30), "unmet_left_out"),
        ("750", "500.00", (20, 40), None),
        ("600", "500.00", (20, 40), None),
        (None, "500.00", (20, 40), "unmet_not_compared"),
    ],
)
def test_periods_of_a_state_whose_conditions_are_not_met(without, payable, ratio, reason):
    """Art. 50(2) Regulation 883/2004: they are left out only where that gives more."""
    given = {
        "DE": Given(Decimal(1000), theoretical_without_unmet=without and Decimal(without)),
        "FR": Given(Decimal(1000), conditions_met=False),
    }
    found = shares(given)
    assert (found["DE"].payable, found["DE"].ratio) == (Decimal(payable), ratio)
    assert {item["code"] for item in found["DE"].reasons} == ({reason} if reason else set())
    assert (found["FR"].status, found["FR"].payable) == ("not_entitled", 0)


def test_a_full_career_caps_the_theoretical_length_also_with_time_taken_over():
    """Art. 56(1)(a) and Art. 57: 470 + 11 months are more than the 480 of a full career."""
    durations = [Duration("A", (("months", Fraction(470)),)), Duration("B", (("months", Fraction(11)),))]
    given = {"A": Given(Decimal(480), full_career_months=Fraction(480))}
    found = theoretical_ratio(totalise([], treaty="eu-883", durations=durations), given)["A"]
    assert found.theoretical_months == 480
    assert (found.ratio, found.payable) == ((470, 470), 480)


def test_unpaid_days_outside_a_treaty_do_not_count_in_their_own_state():
    """gov.kz: after 1998 time in Kazakhstan counts only with contributions, also where the treaty leaves it out."""
    record = [InsurancePeriod("p", "KZ", date(2010, 1, 1), date(2010, 12, 31), contributions="unpaid")]
    result = totalise(record, treaty="ru-by-2006")
    assert result.states["KZ"].days == 0
    assert result.states["KZ"].third_state
    assert result.segments[0].reason == "contributions_unpaid"
