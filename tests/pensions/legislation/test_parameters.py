"""Dated parameters: two axes of time, provenance, taint, and no default."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from pensions.legislation.parameters import CannotCompute, Law, Library, Parameter, Row, load_library

CONFIDENCES = {
    "sourced", "sourced+check", "derived", "memory_high", "memory_medium", "memory_low", "conflict",
}  # fmt: skip


@pytest.fixture(scope="module")
def library():
    return load_library()


def day(text):
    return date.fromisoformat(text)


def number(library, id_, on, known_on=None, **asked):
    return library.value(id_, day(on), known_on and day(known_on), **asked).number


def rows_of_the_file(facts):
    for state, items in facts["countries"].items():
        for name, item in items.items():
            if not isinstance(item, dict):
                continue
            for row in [*_listed(item, "values"), *_listed(item, "superseded")]:
                if "value" in row:
                    yield f"{state}.{name}", row, item


def _listed(item, key):
    found = item.get(key)
    return found if isinstance(found, list) else []


def test_every_fact_is_kept_with_its_source_and_confidence(library, facts):
    counted = 0
    for id_, row, item in rows_of_the_file(facts):
        mine = [
            r
            for r in library.parameters[id_].rows
            if str(r.effective_on or "") == str(row.get("from", ""))
            or str(row.get("year", "")) == str(r.start.year)
            or "born_from" in row
            or "born_to" in row
        ]
        wanted = (
            str(row["value"]),
            row.get("source", item.get("source")),
            row.get("confidence", item.get("confidence")),
        )
        assert wanted in {(_text(r.value), r.source, r.confidence) for r in mine}, (id_, row)
        if row.get("from_confidence"):
            assert row["from_confidence"] in {r.start_confidence for r in mine}
        counted += 1
    assert counted > 200
    assert set(facts["sources"]) <= set(library.sources)


def _text(value):
    """As the loader of the shared file would print it."""
    if isinstance(value, Decimal):
        return str(float(value)) if "." in str(value) else str(int(value))
    return str(value)


def test_every_row_names_a_known_source_and_a_known_confidence(library):
    for parameter in library.parameters.values():
        for row in parameter.rows:
            assert row.confidence in CONFIDENCES, parameter.id
            assert row.source in library.sources or row.source.startswith("http"), (parameter.id, row.source)
            assert row.confidence != "conflict" or row.alternatives or row.note, parameter.id


def test_agreement_facts_are_kept(library, facts):
    for name, fact in facts["agreement"].items():
        if isinstance(fact, dict):
            [row] = library.parameters[f"EAEU.{name}"].rows
            assert (_text(row.value), row.source) == (str(fact["value"]), fact["source"])


def test_every_dated_row_begins_on_its_day(library):
    """Day before, day of, day after every change: the value turns on the day itself."""
    for parameter in library.parameters.values():
        for row in parameter.rows:
            if row.effective_on is None or row.known_until or row.superseded or row.value is None:
                continue
            asked = {k: v for k, v in row.where.items() if not k.startswith("born")}
            for on in (row.effective_on, row.effective_on + timedelta(days=1)):
                if row.until_on is None or on <= row.until_on:
                    assert library.value(parameter.id, on, **asked).row.start >= row.start, (parameter.id, on)
            try:
                before = library.value(parameter.id, row.effective_on - timedelta(days=1), **asked)
            except CannotCompute:
                continue
            assert before.row is not row, parameter.id


@pytest.mark.parametrize(
    ("id_", "on", "value"),
    [
        ("RU.ipc_value", "2022-05-31", "107.36"),
        ("RU.ipc_value", "2022-06-01", "118.10"),
        ("RU.ipc_value", "2022-06-02", "118.10"),
        ("RU.fixed_payment", "2025-12-31", "8907.70"),
        ("RU.fixed_payment", "2026-01-01", "9584.69"),
        ("RU.min_stage", "2023-12-31", "14"),
        ("RU.min_stage", "2024-01-01", "15"),
        ("BY.min_insured_stage", "2024-12-31", "19.5"),
        ("BY.min_insured_stage", "2025-01-01", "20"),
        ("KZ.basic_pension_max_percent_of_PM", "2026-12-31", "118"),
        ("KZ.basic_pension_max_percent_of_PM", "2027-01-01", "120"),
        ("AM.basic_pension_H", "2023-06-30", "21000"),
        ("AM.basic_pension_H", "2023-07-01", "24000"),
        ("KG.base_part", "2022-09-30", "1780"),
        ("KG.base_part", "2022-10-01", "3170"),
        ("KG.min_stage", "2023-12-31", "0"),
        ("KG.min_stage", "2025-12-31", "5"),
        ("KG.min_stage", "2026-01-01", "6"),
    ],
)
def test_values_turn_on_their_day(library, id_, on, value):
    assert number(library, id_, on) == Decimal(value)


def test_kazakhstan_women_as_known_before_and_after_september_2022(library):
    """The model case of two axes: the schedule of 2013 was stopped in September 2022 (astanatimes 2022/09)."""
    asked = {"sex": "F"}
    assert number(library, "KZ.retirement_age", "2025-06-01", **asked) == 61
    assert number(library, "KZ.retirement_age", "2025-06-01", "2022-08-31", **asked) == 62
    assert number(library, "KZ.retirement_age", "2025-06-01", "2022-09-01", **asked) == 61
    assert number(library, "KZ.retirement_age", "2023-06-01", "2020-01-01", **asked) == 61
    assert number(library, "KZ.retirement_age", "2029-06-01", "2020-01-01", **asked) == 63
    assert number(library, "KZ.retirement_age", "2029-06-01", "2023-01-01", **asked) == 62


def test_astana_times_was_wrong_about_2022(library):
    """Negative: the page says 61.5 for 2022; the schedule says 60.5."""
    assert number(library, "KZ.retirement_age", "2022-06-01", sex="F") == Decimal("60.5") != Decimal("61.5")


def test_stale_published_values_are_not_ours(library):
    """Negative: a calculator gives 133.05 and 8,134 for 2026; vz.ru gives 9,372.01 and 133.05 for 2025."""
    assert number(library, "RU.ipc_value", "2026-06-01") == Decimal("156.76")
    assert number(library, "RU.fixed_payment", "2026-06-01") == Decimal("9584.69")
    assert number(library, "RU.ipc_value", "2025-01-01") == Decimal("145.69")
    assert number(library, "RU.fixed_payment", "2025-01-01") == Decimal("8907.70")
    assert number(library, "KG.full_stage", "2026-01-01", sex="F") == 20
    assert number(library, "EAEU.min_months_on_territory", "2021-01-01") == 12
    assert library.value("EAEU.in_force", day("2021-06-01")).value == day("2021-01-01")


def test_a_law_published_before_its_effect_is_known_from_that_day(library):
    assert number(library, "RU.ipc_value", "2026-02-01", "2025-11-28") == Decimal("156.76")
    with pytest.raises(CannotCompute):
        number(library, "RU.ipc_value", "2026-02-01", "2025-11-27")


def test_a_first_value_replaced_on_an_unknown_day_is_named():
    law = Law(day("2025-02-01"), known_on=day("2025-02-02"))
    assert law.number("RU.ipc_value") == Decimal("145.69")
    [doubt] = law.trace.unverified
    assert doubt.why == "knowledge_date_unknown"
    assert "142.76" in doubt.text


def test_index_chains_of_points_and_fixed_payment_agree(library):
    """The check of the fact file: every consecutive pair of both columns grows alike to four digits."""

    def growth(id_):
        rows = sorted((r for r in library.parameters[id_].rows if not r.superseded), key=lambda r: r.start)
        return {after.start: after.value / before.value for before, after in pairwise(rows)}

    points, fixed = growth("RU.ipc_value"), growth("RU.fixed_payment")
    grown = [(points[on], fixed[on]) for on in sorted(set(points) & set(fixed))]
    assert len(grown) > 10
    assert all(abs(left - right) < Decimal("0.0002") for left, right in grown)


def test_yearly_values_do_not_reach_into_the_next_year(library):
    assert number(library, "KZ.subsistence_minimum_PM", "2026-12-31") == 50851
    for id_ in (
        "KZ.subsistence_minimum_PM",
        "KZ.mrp",
        "RU.ipc_value",
        "RU.fixed_payment",
        "RU.contribution_limit_base",
    ):
        with pytest.raises(CannotCompute, match="has no value for 2027-01-01"):
            library.value(id_, day("2027-01-01"))


@pytest.mark.parametrize("id_", ["RU.min_ipc_in_treaty_cases", "BY.ikz_reduction_bands", "KG.no_such_thing"])
def test_what_was_not_found_cannot_be_computed(library, id_):
    with pytest.raises(CannotCompute) as error:
        library.value(id_, day("2026-01-01"))
    assert error.value.code == "parameter_missing"
    assert error.value.parameter == id_


@pytest.mark.parametrize(
    ("id_", "on", "taint"),
    [
        ("RU.ipc_value", "2026-01-01", []),
        ("RU.ipc_value", "2020-01-01", ["memory_high"]),
        ("AM.year_value_above_10_A1", "2024-01-01", ["conflict"]),
        ("AM.basic_pension_H", "2021-01-01", ["start_date_memory_low"]),
        ("BY.min_insured_stage", "2018-06-01", ["memory"]),
        ("KZ.subsistence_minimum_PM", "2026-01-01", []),
        ("KG.min_stage", "2025-01-01", ["start_date_unknown"]),
    ],
)
def test_taint_says_why(library, id_, on, taint):
    assert library.value(id_, day(on)).taint == taint


def test_a_cohort_row_needs_the_birth_date(library):
    with pytest.raises(CannotCompute):
        library.value("RU.retirement_age", day("2026-01-01"), sex="M")
    assert number(library, "RU.retirement_age", "2026-01-01", sex="M", birth_on=day("1962-12-31")) == 64
    assert number(library, "RU.retirement_age", "2026-01-01", sex="M", birth_on=day("1963-01-01")) == 65


def test_a_library_of_ones_own_can_be_asked():
    row = Row(Decimal(7), day("2020-01-01"), None, day("2019-06-01"), None, {}, "law", "sourced")
    library = Library({"XX.a": Parameter("XX.a", (row,))}, {"law": {"what": "a law"}}, {})
    assert library.value("XX.a", day("2020-01-01"), day("2019-06-01")).number == 7
    with pytest.raises(CannotCompute):
        library.value("XX.a", day("2020-01-01"), day("2019-05-31"))
