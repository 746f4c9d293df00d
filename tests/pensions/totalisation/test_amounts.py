"""The direct method and the theoretical amount by ratio, held to published examples."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from pensions.totalisation import Duration, InsurancePeriod, totalise
from pensions.totalisation.amounts import (
    Given,
    accrued,
    direct,
    non_contributory_limit,
)
from pensions.totalisation.ratio import prorata_fraction, theoretical_ratio
from pensions.totalisation.treaties import Rounding, load_treaty


def lengths(**states):
    return [
        Duration(state, tuple((unit, Fraction(n)) for unit, n in units.items()))
        for state, units in states.items()
    ]


def shares(durations, given=None, periods=()):
    return theoretical_ratio(totalise(list(periods), treaty="eu-883", durations=durations), given or {})


def test_ireland_case_study_1():
    """E4: citizensinformation.ie, Peter, Ireland and Germany, 2024. The page prints 74.38; the division is 74.90."""
    found = shares(
        lengths(IE={"weeks": 364}, DE={"weeks": 1196}), {"IE": Given(theoretical=Decimal("321.00"))}
    )
    assert found["IE"].ratio == (364, 1560)
    assert found["IE"].payable == Decimal("74.90") != Decimal("74.38")


def test_rosa_in_france_and_spain():
    """E3: Your Europe, "State pensions abroad"; the Spanish figures and the total are sourced."""
    found = shares(
        lengths(FR={"years": 20}, ES={"years": 10}),
        {"FR": Given(Decimal(1500), Decimal(800)), "ES": Given(Decimal(1200))},
    )
    assert (found["FR"].pro_rata, found["FR"].payable, found["FR"].chosen) == (
        Decimal("1000.00"),
        1000,
        "pro_rata",
    )
    assert (found["ES"].payable, found["ES"].ratio) == (Decimal("400.00"), (10, 30))
    assert found["FR"].payable + found["ES"].payable == 1400


def test_own_pension_is_paid_where_it_is_higher():
    found = shares(
        lengths(FR={"years": 20}, ES={"years": 10}), {"FR": Given(Decimal(1500), Decimal("1000.01"))}
    )
    assert (found["FR"].payable, found["FR"].chosen) == (Decimal("1000.01"), "own")


def test_iza_table_7_direct():
    """E1: izajoels.springeropen.com, Table 7: 288 + 640 = 928."""
    a = accrued(years=Fraction(18), rate_per_year=Fraction(2, 100), base=Fraction(800))
    b = accrued(
        years=Fraction(24),
        rate_per_year=Fraction(1, 100),
        base=Fraction(1000),
        flat=Fraction(500),
        flat_full_after_years=30,
    )
    assert (a, b, a + b) == (288, 640, 928)


def test_iza_table_7_pro_rata():
    """The same table by ratio: 18/40 of 800, because 40 years are a full career in A; 24/42 of 920 in B."""
    found = shares(
        lengths(A={"years": 18}, B={"years": 24}),
        {
            "A": Given(Decimal(800), full_career_months=Fraction(480)),
            "B": Given(Decimal(920), full_career_months=Fraction(600)),
        },
    )
    assert (found["A"].ratio, found["A"].payable) == ((18, 40), Decimal("360.00"))
    assert (found["B"].ratio, found["B"].payable) == ((24, 42), Decimal("525.71"))


def test_under_one_year_is_taken_over():
    """E14: Art. 57 of Regulation 883/2004 (secu.lu)."""
    found = shares(lengths(A={"months": 8}, B={"months": 400}), {"B": Given(Decimal(1000))})
    assert (found["A"].status, found["A"].payable) == ("not_entitled", 0)
    assert found["B"].theoretical_months == 408
    assert (found["B"].ratio, found["B"].payable) == ((400, 400), 1000)


@pytest.mark.parametrize(("months", "status"), [(11, "not_entitled"), (12, "computed"), (13, "computed")])
def test_twelve_months_are_one_year(months, status):
    given = {"A": Given(Decimal(100)), "B": Given(Decimal(100))}
    assert shares(lengths(A={"months": months}, B={"months": 400}), given)["A"].status == status


def test_under_one_year_with_an_own_right_pays():
    found = shares(lengths(A={"months": 8}, B={"months": 400}), {"A": Given(Decimal(1000), own=Decimal(30))})
    assert (found["A"].status, found["A"].payable) == ("computed", 30)


def test_where_all_are_released_the_last_state_pays():
    """Art. 57(3): as if all periods were its own."""
    record = [
        InsurancePeriod("a", "A", date(2010, 1, 1), date(2010, 6, 30)),
        InsurancePeriod("b", "B", date(2010, 7, 1), date(2011, 2, 28)),
    ]
    found = shares([], {"B": Given(Decimal(140))}, record)
    assert (found["B"].ratio, found["B"].payable) == ((14, 14), 140)
    assert found["A"].payable == 0


def test_different_units_meet_in_the_smallest():
    """C6: judgment 18/67 Pagotto."""
    found = shares(lengths(A={"years": 2}, B={"weeks": 52}))
    assert (found["A"].ratio, found["A"].ratio_unit) == ((104, 156), "weeks")


def test_dated_periods_share_by_months_or_days():
    record = [
        InsurancePeriod("a", "A", date(2010, 1, 1), date(2010, 12, 31)),
        InsurancePeriod("b", "B", date(2011, 1, 1), date(2012, 12, 31)),
    ]
    assert shares([], periods=record)["A"].ratio == (12, 36)
    record.append(InsurancePeriod("c", "B", date(2013, 1, 1), date(2013, 1, 10)))
    assert shares([], periods=record)["A"].ratio == (360, 1090)


@pytest.mark.parametrize(
    ("national", "theoretical", "fraction"),
    [
        (219, 363, (219, 363)),  # E7, NAV "Utland"
        (167, 313, (167, 313)),  # NAV "Utland 2"
        (0, 146, (0, 146)),  # E9, NAV "Utland 3"
        (500, 600, None),  # E10: both capped at 480, then equal
        (300, 600, (300, 480)),
        (120, 120, None),
        (0, 0, None),
    ],
)
def test_norwegian_fraction(national, theoretical, fraction):
    """NAV, pensjon-etterlatte-saksbehandling, REGEL-AVRUNDET-PRORATA-BROEK v2.1."""
    assert prorata_fraction(national, theoretical) == fraction


def test_non_contributory_limit_counts_all_states():
    """E15: C-440/09 Tomaszewska."""
    assert non_contributory_limit({"PL": Fraction(180), "CZ": Fraction(120)}, Fraction(1, 3)) == 100


def test_direct_method_does_not_use_a_theoretical_amount():
    result = totalise([InsurancePeriod("r", "RU", date(2022, 1, 1), date(2023, 12, 31))])
    amount = direct(result, {"RU": Given(Decimal(1200), Decimal(800))}, "RU", "entitled", None)
    assert (amount.method, amount.ratio, amount.pro_rata, amount.payable) == ("direct", None, None, 800)
    assert "theoretical_not_used" in {step.code for step in result.trace.steps}


def test_missing_figure_gives_a_reason_and_no_amount():
    found = shares(lengths(A={"years": 2}, B={"years": 3}))["A"]
    assert (found.status, found.payable, found.reasons[0]["code"]) == (
        "cannot_be_computed",
        None,
        "theoretical_missing",
    )


@pytest.mark.parametrize(("mode", "amount"), [("half_up", "74.90"), ("down", "74.89"), ("up", "74.90")])
def test_rounding_belongs_to_the_treaty(mode, amount):
    """A millionth less than 74.90: the treaty's data say what becomes of it."""
    rounding = Rounding(mode, Decimal("0.01"))
    assert rounding.apply(Fraction(321 * 364, 1560) - Fraction(1, 10**6)) == Decimal(amount)
    assert load_treaty("eu-883").rounding == Rounding("half_up", Decimal("0.01"))
