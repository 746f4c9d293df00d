"""Every number in the trace of a formula stands in an input, in a parameter with its source, in an earlier step, or is
recomputed here from those."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pensions.legislation.formulas import compute
from tests.pensions.trace_numbers import derived, half_up, numbers

money = st.decimals(0, 3_000_000, places=2).map(str)
years = st.decimals(0, 60, places=1).map(str)
sexes = st.sampled_from(["F", "M"])
ASKED = {
    "AM": [{"S": years, "G": st.decimals(0, 3, places=2).map(str)}],
    "BY": [
        {
            "sex": sexes,
            "stage_years": years,
            "average_earnings": money,
            "ikz": st.sampled_from(["0.9", "1.3", "2"]),
        },
        {"wage": money, "average": money},
    ],
    "KG": [{"sex": sexes, "stage_years": years}, {"rate": years, "avg_wage": money}],
    "KZ": [
        {"participation_years": years},
        {"sex": sexes, "solidarity_years": years, "average_income": money},
    ],
    "RU": [
        {"ipc": years, "deferral_years": years},
        {"paid_base": money, "year": st.integers(2015, 2026).map(str)},
    ],
}
questions = st.sampled_from([(state, inputs) for state, found in ASKED.items() for inputs in found]).flatmap(
    lambda asked: st.tuples(st.just(asked[0]), st.fixed_dictionaries(asked[1]))
)


def unfounded(answer: dict, inputs: dict) -> list:
    """(step, fact, number) that neither stands anywhere before nor comes out here."""
    given = {name: Decimal(value) for name, value in inputs.items() if name != "sex"}
    known, law, found = numbers(inputs), {}, []
    for step in answer["trace"]:
        facts = step["text"].facts
        if parameter := step.get("parameter"):
            assert parameter["source"] and (parameter.get("source_url") or parameter.get("source_text")), step
            known |= numbers(parameter)
            if isinstance(parameter["value"], str) and numbers(parameter["value"]):
                law[step["rule"]] = Decimal(parameter["value"])
        expected = derived(step, facts, given, law)
        for name, fact in facts.items():
            if name in expected:
                assert fact == expected[name], (step, name, expected[name])
            else:
                found += [(step["step"], name, number) for number in numbers(fact) - known]
        known |= set(expected.values()) | {half_up(value) for value in expected.values()}
        found += [(step["step"], "value", number) for number in numbers(step.get("value")) - known]
    if answer.get("amount") is not None and numbers(answer["amount"]) - known:
        found.append(("amount", answer["amount"]))
    return found


@settings(max_examples=150, deadline=None)
@given(questions, st.dates(date(2015, 1, 1), date(2026, 11, 26)))
def test_every_number_of_a_formula_has_a_source(question, on):
    state, inputs = question
    assert unfounded(compute(state, inputs, on=on), inputs) == []


def test_a_number_from_nowhere_is_found():
    inputs = {"participation_years": "20"}
    answer = compute("KZ", inputs, on=date(2026, 1, 15))
    assert unfounded(answer, inputs) == []
    answer["trace"] = [one for one in answer["trace"] if one["rule"] != "KZ.subsistence_minimum_PM"]
    assert {number for *_rest, number in unfounded(answer, inputs)} == {Decimal(50851)}
