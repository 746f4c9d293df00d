"""What lawyers add lies over the shipped law, with the day from which it was known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pensions.legislation.changes import Change, overlay, row_key
from pensions.legislation.formulas import compute
from pensions.legislation.parameters import load_library
from pensions.legislation.register import listed

PM = "KZ.subsistence_minimum_PM"
DECIDED = date(2026, 11, 20)


def shipped(id_, effective_on):
    return next(r for r in load_library().parameters[id_].rows if r.effective_on == effective_on)


def verification(id_, effective_on, known_from=DECIDED):
    key = row_key(id_, shipped(id_, effective_on))
    return Change("v", id_, known_from, "https://adilet.zan.kz/x", "Law 1", row_key=key)


def value(number, effective_on, known_from, id_=PM):
    return Change("n", id_, known_from, "Bulletin", "Law 2", value=Decimal(number), effective_on=effective_on)


def doubts(library, on, known_on=None):
    found = compute("KZ", {"participation_years": "10"}, on=on, known_on=known_on, library=library)
    return {doubt["code"] for doubt in found["unverified"]}


def test_a_verification_removes_the_taint_from_its_day_on():
    base, on = load_library(), date(2024, 6, 1)
    assert PM in doubts(base, on)
    library = overlay(base, [verification(PM, date(2024, 1, 1))])
    assert PM not in doubts(library, on)
    assert PM not in doubts(library, on, DECIDED)
    assert PM in doubts(library, on, date(2026, 11, 19))
    found = library.value(PM, on)
    assert (found.number, found.row.confidence) == (43407, "verified")
    assert (found.source_url, found.source_text) == ("https://adilet.zan.kz/x", "Law 1")


def test_the_base_is_not_altered():
    before = load_library().parameters[PM].rows
    overlay(load_library(), [verification(PM, date(2024, 1, 1))])
    assert load_library().parameters[PM].rows == before


def test_a_verification_of_a_later_value_holds_before_that_value_begins():
    id_ = "KZ.basic_pension_max_percent_of_PM"
    library = overlay(load_library(), [verification(id_, date(2027, 1, 1))])
    assert library.value(id_, date(2027, 6, 1)).row.confidence == "verified"
    assert library.value(id_, date(2026, 6, 1)).number == 118


@pytest.mark.parametrize(
    ("on", "number"), [("2026-12-31", 50851), ("2027-01-01", 54000), ("2027-01-02", 54000)]
)
def test_a_new_value_holds_from_its_first_day(on, number):
    library = overlay(load_library(), [value(54000, date(2027, 1, 1), date(2026, 11, 1))])
    assert library.value(PM, date.fromisoformat(on)).number == number


@pytest.mark.parametrize(
    ("known_on", "number"),
    [("2026-02-28", 50851), ("2026-03-01", 51000), ("2026-03-02", 51000), (None, 51000)],
)
def test_a_correction_is_known_from_its_day(known_on, number):
    """The value of 2026 is corrected on 1 March: who asks as known before gets what was known."""
    library = overlay(load_library(), [value(51000, date(2026, 1, 1), date(2026, 3, 1))])
    asked = date.fromisoformat(known_on) if known_on else None
    assert library.value(PM, date(2026, 6, 1), asked).number == number


def test_of_two_corrections_the_one_confirmed_later_holds():
    changes = [value(1, date(2026, 1, 1), date(2026, 3, 1)), value(2, date(2026, 1, 1), date(2026, 3, 1))]
    assert overlay(load_library(), changes).value(PM, date(2026, 6, 1)).number == 2


def test_a_correction_published_before_its_effect_replaces_the_shipped_value():
    library = overlay(load_library(), [value(51000, date(2026, 1, 1), date(2025, 12, 1))])
    assert library.value(PM, date(2026, 6, 1)).number == 51000
    assert library.value(PM, date(2026, 6, 1), date(2026, 1, 1)).number == 51000


def test_a_verification_whose_row_is_gone_changes_nothing():
    base = load_library()
    odd = replace(verification(PM, date(2024, 1, 1)), row_key="0" * 16)
    assert PM in doubts(overlay(base, [odd]), date(2024, 6, 1))
    unknown = replace(odd, parameter="KZ.nothing")
    assert overlay(base, [unknown]).parameters.keys() == base.parameters.keys()


def test_a_conflict_is_settled_by_a_verification():
    id_ = "AM.year_value_above_10_A1"
    library = overlay(load_library(), [verification(id_, date(2023, 7, 1))])
    assert library.value(id_, date(2026, 1, 1)).taint == []
    found = [one for one in listed(library, on=date(2026, 11, 26), state="AM") if one.parameter.id == id_]
    assert [one.status for one in found if one.in_effect] == ["verified"]


def test_the_list_has_each_value_once_and_one_in_effect():
    library = overlay(load_library(), [verification(PM, date(2024, 1, 1))])
    rows = [one for one in listed(library, on=date(2024, 6, 1)) if one.parameter.id == PM]
    assert len(rows) == len(load_library().parameters[PM].rows)
    assert [one.value.number for one in rows if one.in_effect] == [43407]


def test_filters_of_the_list():
    library = load_library()
    everything = list(listed(library, on=date(2026, 11, 26)))
    assert len(everything) == sum(len(p.rows) for p in library.parameters.values())
    conflicts = list(listed(library, on=date(2026, 11, 26), status="conflict"))
    assert conflicts
    assert all(one.value.row.confidence == "conflict" for one in conflicts)
    assert {one.state for one in listed(library, on=date(2026, 11, 26), state="KG")} == {"KG"}
