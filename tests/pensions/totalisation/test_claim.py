"""A claim from JSON to JSON."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pensions.totalisation.claim import run_claim
from pensions.totalisation.claim_input import ClaimError


def claim(**more):
    return {
        "worker": {"sex": "F", "birth_on": "1968-05-01"},
        "claim_on": "2026-11-01",
        "residence": "KG",
        "treaty": "eaeu-2019",
        "periods": [{"id": "p1", "state": "RU", "start_on": "2018-07-01", "end_on": "2021-09-30"}],
        **more,
    }


def period(state, start, end, **more):
    return {"state": state, "start_on": start, "end_on": end, "contributions": "paid", **more}


def test_the_answer_has_the_promised_shape():
    answer = run_claim(
        claim(
            durations=[{"state": "DE", "weeks": 1196}],
            amounts={"RU": {"theoretical": "1200.00", "own": "800.00", "currency": "RUB"}},
        )
    )
    assert set(answer) >= {
        *("segments", "overlaps", "gaps", "states", "total", "entitlement", "amounts", "trace", "unverified")
    }
    assert set(answer["segments"][0]) >= {"state", "start_on", "end_on", "branch", "source_ids", "counted"}
    assert answer["states"]["RU"].items() >= {
        "years": 3, "months": 3, "days": 0, "total_days": 1188, "treaty_full_months": 9, "treaty_gate_met": "no",
        "treaty_gate_strategy": "full_calendar_months",
    }.items()  # fmt: skip
    assert set(answer["entitlement"]["RU"]) >= {"status", "own", "totalised", "missing", "reasons"}
    assert set(answer["amounts"]["RU"]) >= {
        *("status", "method", "theoretical", "ratio", "pro_rata", "payable", "currency")
    }
    json.dumps(answer)


def test_what_is_missing_is_said_in_figures():
    """The issue's example: full months of the gate, and years and months of total."""
    answer = run_claim(
        claim(
            worker={"sex": "M", "birth_on": "1960-01-01"},
            periods=[period("KZ", "2021-01-01", "2021-11-30"), period("KG", "2021-12-01", "2022-09-30")],
        )
    )
    kz, kg = answer["entitlement"]["KZ"], answer["entitlement"]["KG"]
    assert kz["status"] == "not_entitled"
    assert [item["text"] for item in kz["missing"]] == ["11 of 12 full months in Kazakhstan."]
    assert kg["missing"][0].items() >= {"years": 4, "months": 3, "days": 0}.items()


def test_the_undetermined_gate_names_its_strategies():
    answer = run_claim(claim(periods=[period("KZ", "2021-01-15", "2022-01-10")]))
    kz = answer["states"]["KZ"]
    assert (kz["treaty_full_months"], kz["treaty_gate_met"]) == (11, "undetermined")
    assert kz["treaty_gate_counts"] == {
        "full_calendar_months": 11,
        "thirty_day_months": 12,
        "calendar_stage_months": 11,
    }
    assert ("full_month", "KZ") in {(item["code"], item.get("state")) for item in answer["unverified"]}


def test_a_worker_in_four_states_is_paid_by_four():
    """F1: EEC example by I. Malkina, nv.am, 26 November 2020."""
    answer = run_claim(
        claim(
            worker={"sex": "M", "birth_on": "1955-01-01"},
            claim_on="2035-01-01",
            residence="AM",
            citizenship="AM",
            periods=[
                period("AM", "1990-01-01", "2020-12-31"),
                period("RU", "2021-01-01", "2025-12-31"),
                period("BY", "2026-01-01", "2028-12-31"),
                period("KZ", "2029-01-01", "2029-12-31"),
            ],
        )
    )
    gates = {state: total["treaty_gate_met"] for state, total in answer["states"].items()}
    assert gates == {"AM": "no", "BY": "yes", "KZ": "yes", "RU": "yes"}
    assert answer["entitlement"]["AM"]["status"] == "entitled"
    assert answer["entitlement"]["BY"]["status"] == "entitled"
    assert answer["entitlement"]["KZ"]["status"] == "entitled"
    ru = answer["entitlement"]["RU"]
    assert ru["status"] == "cannot_be_computed"
    assert "ru_points_in_treaty_cases" in {reason["code"] for reason in ru["reasons"]}
    payers = {s["payer"] for s in answer["segments"] if s["branch"] == "from-2021-01-01"}
    assert payers == {"RU", "BY", "KZ"}


def test_each_pays_for_its_own_years():
    """F2: caravan.kz, the head of the KG Social Fund: 15 years in KG, 10 in RU."""
    answer = run_claim(
        claim(
            claim_on="2046-06-01",
            periods=[period("KG", "2021-01-01", "2035-12-31"), period("RU", "2036-01-01", "2045-12-31")],
        )
    )
    assert {name: total["years"] for name, total in answer["states"].items()} == {"KG": 15, "RU": 10}
    assert {s["payer"] for s in answer["segments"]} == {"KG", "RU"}


def test_ireland_by_the_coordination_method():
    answer = run_claim(
        {
            "treaty": "eu-883",
            "claim_on": "2024-06-01",
            "durations": [{"state": "IE", "weeks": 364}, {"state": "DE", "weeks": 1196}],
            "amounts": {"IE": {"theoretical": "321.00", "currency": "EUR"}},
        }
    )
    ie = answer["amounts"]["IE"]
    assert (ie["ratio"], ie["pro_rata"], ie["payable"], ie["currency"]) == (
        [364, 1560],
        "74.90",
        "74.90",
        "EUR",
    )
    assert answer["total"]["years"] == 30


def test_the_residence_state_answers_for_the_years_before_2021():
    """Under the agreement of 1992 the state of residence counts Russian years as its own."""
    answer = run_claim(claim(periods=[period("RU", "2010-01-01", "2019-12-31")]))
    kg = answer["entitlement"]["KG"]
    assert (kg["status"], kg["basis"]) == ("entitled", "residence")
    assert "ru_left_cis" in {item["code"] for item in answer["unverified"]}


def test_under_the_agreement_of_1992_only_residence_decides():
    answer = run_claim(claim(treaty="cis-1992", periods=[period("RU", "2010-01-01", "2019-12-31")]))
    assert answer["entitlement"]["RU"]["reasons"][0]["code"] == "residence_pays"
    assert answer["entitlement"]["KG"]["status"] == "entitled"


def test_what_is_not_given_makes_the_answer_impossible_not_silent():
    answer = run_claim(claim(worker={}))
    codes = {reason["code"] for reason in answer["entitlement"]["RU"]["reasons"]}
    assert "birth_on_missing" in codes
    answer = run_claim({**claim(), "claim_on": None})
    assert answer["entitlement"]["RU"]["status"] == "cannot_be_computed"
    assert answer["total"]["total_days"] == 1188


def test_an_unknown_field_is_named_not_swallowed():
    answer = run_claim(claim(shoe_size=42))
    assert "field_ignored" in {item["code"] for item in answer["unverified"]}


def test_points_by_year_decide_in_russia():
    record = [period("RU", "2005-01-01", "2026-10-31")]
    worker = {"sex": "M", "birth_on": "1960-01-01"}
    enough = run_claim(claim(worker=worker, periods=record, points={"RU": {"2024": "10", "2025": "20"}}))
    assert enough["entitlement"]["RU"]["status"] == "entitled"
    short = run_claim(claim(worker=worker, periods=record, points={"RU": "29.999"}))
    assert short["entitlement"]["RU"]["missing"][0]["text"] == "29.999 of 30.0 points."
    unknown = run_claim(claim(worker=worker, periods=record))
    assert unknown["entitlement"]["RU"]["status"] == "cannot_be_computed"
    made = run_claim(
        claim(worker=worker, periods=record, wages={"RU": {"2025": "2759000", "2026": "2979000"}})
    )
    assert made["entitlement"]["RU"]["missing"][0]["text"] == "20.000 of 30.0 points."


def test_a_resident_citizen_of_kazakhstan_sees_the_basic_pension():
    answer = run_claim(
        claim(
            worker={"sex": "M", "birth_on": "1960-01-01"},
            claim_on="2026-01-15",
            residence="KZ",
            citizenship=["KZ"],
            periods=[period("KZ", "2000-01-01", "2019-12-31")],
        )
    )
    kz = answer["amounts"]["KZ"]
    assert (kz["status"], kz["payable"], kz["currency"]) == ("computed", "45766", "KZT")
    foreign = run_claim(
        claim(
            worker={"sex": "M", "birth_on": "1960-01-01"},
            claim_on="2026-01-15",
            periods=[period("KZ", "2000-01-01", "2022-12-31")],
        )
    )["amounts"]["KZ"]
    assert (foreign["status"], foreign["reasons"][0]["code"]) == (
        "cannot_be_computed",
        "kz_basic_for_foreigners",
    )


def test_every_parameter_in_the_trace_names_its_source():
    answer = run_claim(claim())
    used = [step for step in answer["trace"] if step["code"] == "parameter_used"]
    assert used
    for step in used:
        assert step["parameter"]["source"]
        assert step["parameter"]["confidence"]
        assert step["parameter"].get("source_url") or step["parameter"]["source"] == "memory"
    tainted = {item["code"] for item in answer["unverified"]}
    assert "RU.retirement_age" in tainted


def test_known_on_takes_the_older_law():
    raw = claim(
        worker={"sex": "F", "birth_on": "1964-06-01"},
        claim_on="2025-07-01",
        periods=[period("KZ", "2000-01-01", "2022-12-31")],
    )
    assert run_claim(raw)["entitlement"]["KZ"]["age_reached_on"] == "2025-06-01"
    older = run_claim(raw, known_on=date(2021, 1, 1))["entitlement"]["KZ"]
    assert (older["age_years"], older["age_reached_on"]) == ("62.5", "2026-12-01")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"treaty": "moon"}, "treaty"),
        ({"treaty": None}, "treaty"),
        ({"claim_on": "1.11.2026"}, "claim_on"),
        ({"worker": {"sex": "X"}}, "worker.sex"),
        ({"worker": {"birth_on": "2030-01-01"}}, "worker.birth_on"),
        ({"worker": []}, "worker"),
        ({"periods": {}}, "periods"),
        ({"periods": "p"}, "periods"),
        ({"periods": [{"state": "RU", "start_on": "2020-01-01"}]}, "periods[0].end_on"),
        ({"periods": [period("RU", "2020-01-01", "2019-01-01")]}, "periods[0].end_on"),
        ({"periods": [period("Russia", "2020-01-01", "2021-01-01")]}, "periods[0].state"),
        ({"periods": [period("RU", "2020-02-30", "2021-01-01")]}, "periods[0].start_on"),
        ({"periods": [period("RU", "2020-01-01", "2021-01-01", kind="odd")]}, "periods[0].kind"),
        ({"durations": [{"state": "DE"}]}, "durations[0]"),
        ({"durations": [{"state": "DE", "weeks": -1}]}, "durations[0].weeks"),
        ({"durations": [{"state": "DE", "days": 5, "scheme": "4-day"}]}, "durations[0].scheme"),
        ({"amounts": {"RU": {"own": "much"}}}, "amounts.RU.own"),
        ({"amounts": {"FR": {"own": "1"}}}, "amounts.FR"),
        ({"citizenship": 5}, "citizenship"),
    ],
)
def test_errors_name_the_field_and_the_way_out(change, field):
    with pytest.raises(ClaimError) as error:
        run_claim({**claim(), **change})
    assert error.value.field == field
    assert error.value.text


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["RU", "2021-01-01", "9999-12-31"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
PERIOD = "id state start_on end_on kind scheme territory contributions declared preferred"
DURATION = "state weeks days hours scheme after before calendar_years"
AMOUNT = ["theoretical", "own", "currency", "full_career"]
PLACES = [
    *["worker", "worker.sex", "worker.birth_on", "claim_on", "residence", "citizenship", "treaty"],
    *("periods", "periods.0", *(f"periods.0.{name}" for name in PERIOD.split())),
    *("durations", "durations.0", *(f"durations.0.{name}" for name in DURATION.split())),
    *("amounts", "amounts.RU", *(f"amounts.RU.{name}" for name in AMOUNT)),
    *["points", "points.RU", "wages", "wages.RU", "wages.RU.2020"],
]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PLACES), junk, st.sampled_from(["eaeu-2019", "eu-883", "cis-1992", "ru-by-2006"]))
def test_whatever_is_written_gives_an_answer_or_names_a_field(place, value, treaty):
    raw = claim(
        treaty=treaty,
        durations=[{"state": "DE", "weeks": 5}],
        amounts={"RU": {"own": "1"}},
        points={"RU": "3"},
        wages={"RU": {"2020": "5"}},
    )
    *way, last = [int(step) if step == "0" else step for step in place.split(".")]
    target = raw
    for step in way:
        target = target[step]
    target[last] = value
    try:
        json.dumps(run_claim(raw), allow_nan=False)
    except ClaimError as error:
        assert error.field
        assert error.text
