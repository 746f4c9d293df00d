"""In all four treaties every length in a trace is measured between two dates, converted, or added up of earlier ones;
every figure of an amount stands in the claim, in a parameter with its source, or is computed here a second time."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pensions.legislation.sentences import Sentence
from pensions.totalisation.arithmetic import Stage
from pensions.totalisation.claim import run_claim
from tests.pensions.trace_numbers import half_up

DAY = timedelta(days=1)
states = st.sampled_from(["AM", "BY", "KZ", "KG", "RU"])
starts = st.dates(date(1980, 1, 1), date(2025, 12, 31))
money = st.decimals(1, 99999, places=2).map(str)


@st.composite
def claims(draw):
    periods = []
    for number in range(draw(st.integers(1, 5))):
        start = draw(starts)
        end = min(start + DAY * draw(st.integers(0, 6000)), date(2026, 10, 31))
        periods.append(
            {
                "id": f"p{number}",
                "state": draw(states),
                "start_on": start.isoformat(),
                "end_on": end.isoformat(),
            }
        )
    paid = draw(st.sampled_from(periods))["state"]
    return {
        "worker": {
            "sex": draw(st.sampled_from("FM")),
            "birth_on": draw(st.dates(date(1950, 1, 1), date(1975, 1, 1))).isoformat(),
        },
        "claim_on": "2026-11-01",
        "residence": draw(states),
        "citizenship": draw(states),
        "treaty": draw(st.sampled_from(["eaeu-2019", "cis-1992", "ru-by-2006", "eu-883"])),
        "periods": periods,
        "durations": [{"state": draw(states), "weeks": draw(st.integers(1, 900))}]
        if draw(st.booleans())
        else [],
        "amounts": {paid: {"theoretical": draw(money), "own": draw(money)}},
    }


def measured(start: date, end: date) -> Stage:
    """Whole months from date to date, both days counted, month by month."""
    months, after = 0, end + DAY
    while _months_on(start, months + 1) <= after:
        months += 1
    return Stage(months // 12, months % 12, (after - _months_on(start, months)).days)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - DAY).day
    return date(year, month + 1, min(day.day, last))


def lengths(fact) -> list:
    """Every length in a fact."""
    if isinstance(fact, Stage):
        return [fact]
    inner = fact.facts.values() if isinstance(fact, Sentence) else fact if isinstance(fact, list) else []
    return [one for item in inner for one in lengths(item)]


def sum_of(found) -> int:
    return sum(one.thirty_twelve_days for one in found)


def counted_runs(answer) -> list[Stage]:
    """Lengths of the days that the total counts, touching ones of a state as one."""
    found: dict[str, list] = {}
    for one in sorted(answer["segments"], key=lambda one: (one["state"], one["start_on"])):
        if one["counted"]:
            start, end = date.fromisoformat(one["start_on"]), date.fromisoformat(one["end_on"])
            runs = found.setdefault(one["state"], [])
            if runs and runs[-1][1] + DAY == start:
                start = runs.pop()[0]
            runs.append((start, end))
    return [measured(*run) for runs in found.values() for run in runs]


def undated(answer) -> list[Stage]:
    """Converted totals of states of the treaty: of those it reaches on any of their days, also if another state's day
    is the one that counts."""
    outside = {one["state"] for one in answer["unverified"] if one["code"] == "third_state"}
    outside -= {one["state"] for one in answer["segments"] if one["reason"] != "third_state"}
    steps = [one for one in answer["trace"] if one["code"] == "duration_converted"]
    return [one["text"].facts["length"] for one in steps if one["state"] not in outside]


def period(number: int, state: str, day: str) -> dict:
    return {"id": f"p{number}", "state": state, "start_on": day, "end_on": day}


# Kazakhstan is of the treaty until March 1992, by a day on which Armenia's is the one that counts.
COINCIDING = {
    "worker": {"sex": "F", "birth_on": "1975-01-01"},
    "claim_on": "2026-11-01",
    "residence": "AM",
    "citizenship": "AM",
    "treaty": "ru-by-2006",
    "periods": [
        period(number, state, day)
        for number, (state, day) in enumerate(product(["AM", "KZ"], ["1992-01-01", "2000-01-01"]))
    ],
    "durations": [{"state": "KZ", "weeks": 1}],
    "amounts": {},
}


@settings(max_examples=120, deadline=None)
@given(claims())
@example(COINCIDING)
def test_every_length_is_measured_or_added_up_of_earlier_ones(claim):
    answer = run_claim(claim)
    edges = {date.fromisoformat(one[name]) for one in answer["segments"] for name in ("start_on", "end_on")}
    known, parts = {Stage()}, {}
    for step in answer["trace"]:
        facts = getattr(step["text"], "facts", {})
        own = parts.setdefault(step.get("state"), [])
        match step["code"]:
            case "run_measured":
                assert {facts["start"], facts["end"]} <= edges
                assert facts["length"] == measured(facts["start"], facts["end"])
                assert facts["days"] == (facts["end"] - facts["start"]).days + 1
                own.append(facts["length"])
            case "duration_converted":
                weeks = claim["durations"][0]["weeks"]
                assert facts["months"] == Fraction(weeks * 12, 52)
                own.append(facts["length"])
            case "state_summed":
                assert facts["length"].thirty_twelve_days == sum_of(own), step
            case "lengths_added":
                assert lengths(facts["parts"])[0] in known, step
                assert facts["length"].thirty_twelve_days == sum_of(lengths(facts["parts"])), step
            case "total_summed":
                runs = counted_runs(answer)
                assert facts["length"].thirty_twelve_days == sum_of(runs) + sum_of(undated(answer)), step
            case _:
                assert set(lengths(list(facts.values()))) <= known, step
        known |= set(lengths(list(facts.values())))


@settings(max_examples=60, deadline=None)
@given(claims())
def test_every_amount_is_given_or_computed_of_what_the_trace_says(claim):
    answer = run_claim(claim)
    ratio = None
    for step in answer["trace"]:
        facts = getattr(step["text"], "facts", {})
        if step["code"] == "parameter_used":
            assert step["parameter"]["source"] and step["parameter"]["confidence"], step
        if step["code"] == "ratio_made":
            ratio = (facts["own"], facts["all"])
        if step["code"] == "pro_rata_computed":
            assert (facts["own"], facts["all"]) == ratio
            assert facts["amount"] == half_up(facts["theoretical"] * facts["own"] / facts["all"])
            assert str(facts["theoretical"]) in {one["theoretical"] for one in claim["amounts"].values()}
        if step["code"] == "direct_amount":
            assert str(facts["own"]) in {one["own"] for one in claim["amounts"].values()}
    for state, amount in answer["amounts"].items():
        said = [one for one in answer["trace"] if one.get("state") == state and "value" in one]
        if amount["payable"] not in (None, "0.00"):
            assert amount["payable"] in {one["value"] for one in said if isinstance(one["value"], str)}, (
                amount
            )
