"""National formulas held to published figures; refusals where the sources do not carry them."""

from datetime import date
from decimal import Decimal

import pytest

from pensions.legislation.formulas import compute


def figures(state, on, **inputs):
    return compute(state, {name: str(value) for name, value in inputs.items()}, on=date.fromisoformat(on))


@pytest.mark.parametrize(
    ("state", "on", "inputs", "amount"),
    [
        # Armenia: formula of ssa.am with the values of 2014 and 2015; G = 1 is an assumption
        ("AM", "2014-06-01", {"S": 35, "G": 1}, "32250"),
        ("AM", "2015-06-01", {"S": 10, "G": 1}, "24000"),
        ("AM", "2015-06-01", {"S": 35, "G": 1}, "36500"),
        # Kazakhstan: lada.kz 148545 (2026), mgorod.kz and alau.kz (2025), astanatimes 2017/11 (2018), solva.kz (2021)
        ("KZ", "2026-01-15", {"participation_years": 0}, "35596"),
        ("KZ", "2026-01-15", {"participation_years": 10}, "35596"),
        ("KZ", "2026-01-15", {"participation_years": 34}, "60005"),
        ("KZ", "2026-01-15", {"participation_years": 45}, "60005"),
        ("KZ", "2025-06-01", {"participation_years": 10}, "32360"),
        ("KZ", "2025-06-01", {"participation_years": 40}, "50851"),
        ("KZ", "2018-07-01", {"participation_years": 10}, "15274"),
        ("KZ", "2021-06-01", {"participation_years": 35}, "34302"),
        ("KZ", "2021-06-01", {"sex": "M", "solidarity_years": 40, "average_income": 900000}, "100636.50"),
        ("KZ", "2021-06-01", {"sex": "F", "solidarity_years": 20, "average_income": 100000}, "60000"),
        # Kyrgyzstan: cabar.asia (base), 24.kg 362833 (ceiling at both rates)
        ("KG", "2017-10-01", {"sex": "F", "stage_years": 10}, "890"),
        ("KG", "2023-01-01", {"sex": "M", "stage_years": 40}, "3170"),
        ("KG", "2026-01-01", {"rate": "27.25", "avg_wage": 31604}, "172242"),
        ("KG", "2026-01-01", {"rate": "12.25", "avg_wage": 31604}, "77430"),
        # Russia: penzainform (2026), ru_ipk_2024
        ("RU", "2026-01-15", {"ipc": 70}, "20557.89"),
        ("RU", "2024-06-01", {"ipc": 30}, "12126.38"),
    ],
)
def test_amounts(state, on, inputs, amount):
    found = figures(state, on, **inputs)
    assert found["status"] == "computed"
    assert Decimal(found["amount"]) == Decimal(amount)
    assert found["trace"]


def test_the_newspaper_cut_both_parameters():
    """G15, negative: penzainform prints 20,504 = 70 x 156 + 9584."""
    assert figures("RU", "2026-01-15", ipc=70)["amount"] == "20557.89" != "20504"


def test_parts_of_the_russian_pension():
    found = figures("RU", "2024-06-01", ipc=30)
    assert (found["insurance_part"], found["fixed_payment"], found["total"]) == (
        "3991.50",
        "8134.88",
        "12126.38",
    )


def test_russian_deferral():
    found = figures("RU", "2026-06-01", ipc=30, deferral_years=10)
    assert Decimal(found["insurance_part"]) == (30 * Decimal("2.32") * Decimal("156.76")).quantize(
        Decimal("0.01")
    )
    assert {"RU.deferral_multipliers.ipc", "RU.deferral_multipliers.fixed"} <= {
        u["code"] for u in found["unverified"]
    }


@pytest.mark.parametrize(
    ("year", "base", "points"),
    [(2025, 2759000, "10.0"), (2025, 9999999, "10.0"), (2017, 876000, "8.26"), (2026, 1489500, "5.000")],
)
def test_points_of_a_year(year, base, points):
    assert Decimal(figures("RU", "2026-06-01", paid_base=base, year=year)["points"]) == Decimal(points)


@pytest.mark.parametrize(("years", "percent"), [(10, "70"), (11, "72"), (20, "90"), (33, "116"), (34, "118")])
def test_kazakh_percentage(years, percent):
    """G6: alau.kz, February 2026: 20 years 90 percent, 34 years and more the maximum."""
    assert figures("KZ", "2026-01-15", participation_years=years)["percent"] == percent


@pytest.mark.parametrize(
    ("sex", "years", "percent"),
    [("F", 20, "55"), ("F", 35, "70"), ("M", 25, "55"), ("M", 45, "75"), ("F", 45, "75")],
)
def test_belarusian_percentage(sex, years, percent):
    """G20: gs.by, 14 September 2025. The cap is in conflict with the ministry's text, and the answer says so."""
    found = figures("BY", "2025-06-01", sex=sex, stage_years=years)
    assert found["percent"] == percent
    assert ("BY.accrual.cap_percent", "conflict") in {(u["code"], u["why"]) for u in found["unverified"]}


@pytest.mark.parametrize(("wage", "ikz"), [(1700, "0.616"), (3400, "1.232")])
def test_belarusian_coefficient_is_cut_to_three_decimals(wage, ikz):
    """G18: budakosh.by, December 2025."""
    assert figures("BY", "2025-10-01", wage=wage, average="2758.6")["ikz"] == ikz


def test_the_shared_formula_examples(examples):
    for case in examples["national_formulas"]:
        found = figures(case["country"], case["date"], **case["input"])
        if "expect_percent" in case:
            assert Decimal(found["percent"]) == case["expect_percent"], case["id"]
        wanted = case.get("expect", {})
        for name, value in (wanted if isinstance(wanted, dict) else {"amount": wanted}).items():
            assert Decimal(found[name]) == Decimal(str(value)), (case["id"], name)


@pytest.mark.parametrize(
    ("state", "on", "inputs", "code"),
    [
        ("AM", "2026-01-01", {"S": 20}, "input_missing"),
        ("AM", "2012-12-31", {"S": 20, "G": 1}, "parameter_missing"),
        ("KZ", "2018-06-30", {"participation_years": 10}, "parameter_missing"),
        ("KZ", "2027-01-01", {"participation_years": 10}, "parameter_missing"),
        (
            "KZ",
            "2021-06-01",
            {"sex": "M", "solidarity_years": "0.4", "average_income": 1},
            "period_too_short",
        ),
        ("BY", "2025-06-01", {"sex": "M", "stage_years": 24}, "below_full_period"),
        ("RU", "2014-12-31", {"ipc": 30}, "parameter_missing"),
        ("RU", "2027-01-01", {"ipc": 30}, "parameter_missing"),
        ("KG", "2017-09-30", {"sex": "F", "stage_years": 10}, "parameter_missing"),
    ],
)
def test_refusals(state, on, inputs, code):
    found = figures(state, on, **inputs)
    assert (found["status"], found["amount"]) == ("cannot_be_computed", None)
    assert found["reasons"][0]["code"] == code


def test_belarusian_amount_is_refused_where_the_bands_begin():
    low = figures("BY", "2025-06-01", sex="F", stage_years=20, average_earnings=1000, ikz="1.3")
    assert low["amount"] == "550.00"
    high = figures("BY", "2025-06-01", sex="F", stage_years=20, average_earnings=4000, ikz="1.301")
    assert high["amount"] is None
    assert high["not_computed"][0]["code"] == "by_earnings_bands"


def test_a_value_in_conflict_taints_and_names_the_others():
    found = figures("AM", "2024-06-01", S=20, G=1)
    [doubt] = [u for u in found["unverified"] if u["why"] == "conflict"]
    assert doubt["code"] == "AM.year_value_above_10_A1"
    assert doubt["parameter"]["alternatives"] == ["500", "550"]


def test_conflict_of_a_value_that_is_not_used_does_not_taint():
    found = figures("AM", "2024-06-01", S=10, G=1)
    assert "AM.year_value_above_10_A1" not in {u["code"] for u in found["unverified"]}


@pytest.mark.parametrize(
    ("state", "inputs", "message"),
    [
        ("RU", {"points": 3}, "input 'points' is unknown for RU"),
        ("RU", {"ipc": "many"}, "is not a number"),
        ("RU", {"ipc": -1}, "0 or more"),
        ("RU", {"ipc": "NaN"}, "0 or more"),
        ("BY", {"sex": "X", "stage_years": 3}, "use F or M"),
        ("DE", {}, "has no formula"),
    ],
)
def test_errors_name_the_input(state, inputs, message):
    with pytest.raises(ValueError, match=message):
        figures(state, "2026-01-01", **inputs)
