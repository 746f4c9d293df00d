"""Numbers of a trace, and the steps of the national formulas computed a second time."""

from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from pensions.legislation.sentences import Measure, Sentence

CENT = Decimal("0.01")


def numbers(fact) -> set:
    """Every number and date in a fact, whatever it is packed in."""
    if isinstance(fact, Measure):
        return numbers(fact.number)
    if isinstance(fact, Sentence):
        return set().union(*map(numbers, fact.facts.values()))
    if isinstance(fact, bool) or fact is None:
        return set()
    if isinstance(fact, int | Decimal):
        return {Decimal(fact)}
    if isinstance(fact, date):
        return {fact.isoformat()}
    if isinstance(fact, str):
        try:
            return {Decimal(fact)}
        except ArithmeticError:
            return {fact} if fact[:4].isdigit() else set()
    if hasattr(fact, "as_dict"):
        return numbers(fact.as_dict())
    if isinstance(fact, dict):
        return set().union(*map(numbers, fact.values()))
    return set().union(*map(numbers, fact))


def whole(number: Decimal) -> Decimal:
    return Decimal(int(number))


def half_up(number: Decimal, step: Decimal = CENT) -> Decimal:
    return number.quantize(step, ROUND_HALF_UP)


def derived(step: dict, facts: dict, given: dict, law: dict) -> dict[str, Decimal]:
    """What this step has to say, computed a second time. `law`: {parameter: value} of the steps before."""
    match step["code"], step["rule"]:
        case "years_valued", _:
            first = min(given["S"], Decimal(10)) * law["AM.year_value_first_10_A"]
            above = max(given["S"] - 10, Decimal(0)) * law.get("AM.year_value_above_10_A1", Decimal(0))
            return {"worth": first + above}
        case "amount_computed", "AM.benefit_formula":
            return {"amount": half_up(facts["basic"] + facts["worth"] * facts["coefficient"])}
        case "percent_computed", "BY.accrual":
            extra = whole(given["stage_years"] - facts["full"])
            grown = facts["base"] + extra * law["BY.accrual.per_extra_year_percent"]
            return {"extra": extra, "grown": grown, "percent": min(grown, law["BY.accrual.cap_percent"])}
        case "amount_computed", "BY.accrual":
            return {"amount": half_up(facts["earnings"] * facts["percent"] / 100)}
        case "ikz_computed", _:
            return {"ikz": whole(facts["wage"] / facts["average"] * 1000) / 1000}
        case "amount_computed", "KG.base_part":
            return {"amount": half_up(facts["base"] * facts["years"] / facts["full"])}
        case "amount_computed", "KG.contribution_ceiling":
            exact = facts["rate"] * Decimal(20) * facts["avg_wage"] / 100
            return {"wages": Decimal(20), "exact": exact, "amount": half_up(exact, Decimal(1))}
        case "percent_computed", "KZ.basic_pension":
            extra = whole(given["participation_years"] - 10)
            base = law["KZ.basic_pension_min_percent_of_PM"]
            grown = base + extra * law["KZ.basic_pension_step_percent_per_year_above_10"]
            return {"extra": extra, "grown": grown, "percent": min(grown, facts["most"])}
        case "amount_computed", "KZ.basic_pension":
            exact = facts["minimum"] * facts["percent"] / 100
            return {"exact": exact, "amount": exact.to_integral_value(ROUND_CEILING)}
        case "percent_computed", "KZ.solidarity_pension" if "grown" in facts:
            extra = whole(given["solidarity_years"] - facts["full"])
            grown = (
                law["KZ.solidarity_pension.base_percent"]
                + extra * law["KZ.solidarity_pension.per_extra_year_percent"]
            )
            return {"extra": extra, "grown": grown, "percent": min(grown, facts["most"])}
        case "percent_computed", "KZ.solidarity_pension":
            return {"percent": facts["base"] * facts["years"] / facts["full"]}
        case "amount_computed", "KZ.solidarity_pension":
            ceiling = law["KZ.solidarity_pension.income_cap_mrp"] * law["KZ.mrp"]
            income = min(given["average_income"], ceiling)
            return {
                "ceiling": ceiling,
                "income": income,
                "amount": half_up(income * facts["percent"] / 100),
            }
        case "deferral_counted", _:
            count = min(whole(given["deferral_years"]), Decimal(10))
            return {"years": count, "raised": facts["amount"] * facts["factor"]}
        case "points_valued", _:
            return {"insurance": half_up(facts["points"] * facts["value"])}
        case "parts_added", _:
            return {"total": facts["insurance"] + facts["fixed"]}
        case "annual_points", _:
            exact = facts["paid_base"] / facts["limit"] * 10
            return {"points": min(half_up(exact, Decimal("0.001")), facts["most"])}
    return {}
