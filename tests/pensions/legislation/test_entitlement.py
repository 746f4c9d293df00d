"""Entitlement: conditions met, not met, unknown; what is missing; the earliest day."""

from datetime import date
from decimal import Decimal

import pytest

from pensions.legislation.entitlement import Person, Record, assess
from pensions.legislation.parameters import Law
from pensions.totalisation.arithmetic import Stage
from pensions.totalisation.gate import GateAnswer

OPEN = GateAnswer("yes", 12, "full_calendar_months", 12)
SHUT = GateAnswer("no", 11, "full_calendar_months", 12)
UNSURE = GateAnswer("undetermined", 11, "full_calendar_months", 12)


def person(born="1955-01-01", sex="M", residence="AM", citizenship=None):
    return Person(sex, date.fromisoformat(born), residence, citizenship and frozenset(citizenship))


def decide(
    state,
    own,
    totalised=None,
    *,
    gate=OPEN,
    on="2026-06-01",
    who=None,
    points=None,
    method="direct",
    answerable=None,
):
    record = Record(own, totalised or own, answerable or own, gate, points)
    return assess(state, Law(date.fromisoformat(on)), who or person(), record, method=method)


@pytest.mark.parametrize(
    ("state", "own", "status"),
    [
        ("AM", Stage(9, 11, 29), "not_entitled"),
        ("AM", Stage(10, 0, 0), "entitled"),
        ("BY", Stage(19, 11, 29), "not_entitled"),
        ("BY", Stage(20, 0, 0), "entitled"),
        ("KG", Stage(5, 11, 29), "not_entitled"),
        ("KG", Stage(6, 0, 0), "entitled"),
        ("KZ", Stage(0, 0, 1), "entitled"),
    ],
)
def test_own_minimum(state, own, status):
    found = decide(state, own)
    assert found.status == status
    assert (found.basis == "own") is (status == "entitled")


def test_belarus_asks_for_half_years():
    assert decide("BY", Stage(19, 6, 0), on="2024-12-31").status == "entitled"
    assert decide("BY", Stage(19, 6, 0), on="2025-01-01").status == "not_entitled"


@pytest.mark.parametrize(
    ("gate", "status"), [(OPEN, "entitled"), (SHUT, "not_entitled"), (UNSURE, "cannot_be_computed")]
)
def test_totalised_entitlement_needs_the_gate(gate, status):
    found = decide("AM", Stage(2, 0, 0), Stage(10, 0, 0), gate=gate)
    assert (found.status, found.basis) == (status, "totalised")


def test_what_is_missing_of_total_and_of_the_gate():
    found = decide("AM", Stage(1, 0, 0), Stage(5, 10, 0), gate=SHUT)
    assert [item["text"] for item in found.missing] == [
        "4 years 2 months of total.",
        "11 of 12 full months in Armenia.",
    ]
    assert found.earliest_on == date(2030, 8, 2)


def test_age_not_reached():
    found = decide("AM", Stage(30, 0, 0), who=person("1970-03-10"))
    assert (found.status, found.earliest_on) == ("not_entitled", date(2033, 3, 10))


@pytest.mark.parametrize(
    ("on", "status"), [("2026-03-09", "not_entitled"), ("2026-03-10", "entitled"), ("2026-03-11", "entitled")]
)
def test_day_before_of_and_after_the_birthday(on, status):
    assert decide("AM", Stage(30, 0, 0), on=on, who=person("1963-03-10")).status == status


def test_what_is_not_met_outweighs_what_is_unknown():
    assert (
        decide("AM", Stage(2, 0, 0), Stage(10, 0, 0), gate=UNSURE, who=person("1990-01-01")).status
        == "not_entitled"
    )


def test_russian_points():
    own = Stage(15, 0, 0)
    assert decide("RU", own, points=Decimal(30)).status == "entitled"
    assert decide("RU", own, points=Decimal("29.9")).status == "not_entitled"
    assert decide("RU", own).status == "cannot_be_computed"
    totalised = decide("RU", Stage(3, 0, 0), own, points=Decimal(10))
    assert totalised.status == "cannot_be_computed"
    assert "ru_points_in_treaty_cases" in {reason["code"] for reason in totalised.reasons}
    assert decide("RU", Stage(3, 0, 0), own, points=Decimal(30)).status == "entitled"


def test_own_insurance_without_the_gate_depends_on_whose_law_reaches_the_person():
    own = Stage(20, 0, 0)
    assert decide("BY", own, gate=SHUT, who=person(residence="BY")).status == "entitled"
    assert decide("BY", own, gate=SHUT, who=person(residence="KG", citizenship=["BY"])).status == "entitled"
    assert (
        decide("BY", own, gate=SHUT, who=person(residence="KG", citizenship=["KG"])).status == "not_entitled"
    )
    unknown = decide("BY", own, gate=SHUT, who=person(residence="KG"))
    assert unknown.status == "cannot_be_computed"
    assert "citizenship_missing" in {reason["code"] for reason in unknown.reasons}


def test_the_state_of_residence_counts_what_it_must_answer_for():
    found = decide(
        "KG", Stage(), Stage(10, 0, 0), gate=SHUT, answerable=Stage(10, 0, 0), who=person(residence="KG")
    )
    assert (found.status, found.basis) == ("entitled", "residence")


def test_a_state_whose_law_is_not_kept():
    found = decide("DE", Stage(30, 0, 0))
    assert (found.status, found.reasons[0]["code"]) == ("cannot_be_computed", "law_not_kept")


def test_residence_treaty():
    assert decide("RU", Stage(30, 0, 0), method="residence").status == "not_entitled"
    nowhere = person(residence=None)
    assert decide("RU", Stage(30, 0, 0), method="residence", who=nowhere).status == "cannot_be_computed"


def test_belarus_totalised_says_what_is_open():
    law = Law(date(2026, 6, 1))
    record = Record(Stage(3, 0, 0), Stage(20, 0, 0), Stage(3, 0, 0), OPEN)
    assert assess("BY", law, person(), record, method="direct").status == "entitled"
    assert "by_foreign_insured_stage" in {doubt.code for doubt in law.trace.unverified}


def doubts(state, own, *, who, on="2026-06-01"):
    law = Law(date.fromisoformat(on))
    assess(state, law, who, Record(own, own, own, OPEN), method="direct")
    return {doubt.code for doubt in law.trace.unverified}


def test_other_minimums_and_ages_are_said_not_judged():
    assert "by_reduced_minimum" in doubts("BY", Stage(10, 0, 0), who=person())
    assert "by_reduced_minimum" not in doubts("BY", Stage(10, 0, 0), who=person(), on="2024-06-01")
    assert "am_early_age" in doubts("AM", Stage(30, 0, 0), who=person("1965-01-01"))
    assert "ru_minimum_by_year" in doubts("RU", Stage(13, 0, 0), who=person("1955-01-01"))
    assert "ru_minimum_by_year" not in doubts("RU", Stage(13, 0, 0), who=person("1962-01-01"))
