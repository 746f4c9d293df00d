"""Which codes of the Russian fund's forms bring insured days: the law as data, and nothing decided without a source."""

from datetime import date

import pytest

from pensions.legislation.changes import Change, overlay, row_key
from pensions.legislation.parameters import load_library
from pensions.legislation.stage_codes import COUNTS, DOES_NOT, PARAMETER, verdict


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("НЕОПЛ", date(2024, 1, 1), DOES_NOT),
        (" неопл ", date(2003, 1, 1), DOES_NOT),
        ("НЕОПЛ", date(2001, 12, 31), None),
        ("ДЛДЕТИ", date(2024, 1, 1), DOES_NOT),
        ("ДЕТИ", date(2024, 1, 1), COUNTS),
        ("ВРНЕТРУД", date(2014, 12, 31), COUNTS),
        ("ВРНЕТРУД", date(2024, 1, 1), None),
        ("ДЕКРЕТ", date(2024, 1, 1), None),
        ("ПРОСТОЙ", date(2024, 1, 1), None),
        ("ЧТОТО", date(2024, 1, 1), None),
    ],
)
def test_a_code_is_settled_where_a_source_says_so(code, on, expected):
    assert verdict(code, on) == expected


def test_what_a_lawyer_confirms_settles_a_code():
    library = load_library()
    row = next(row for row in library.parameters[PARAMETER].rows if row.where == {"code": "ДЕКРЕТ"})
    confirmed = Change("c", PARAMETER, date(2026, 1, 1), "http://x", "order", row_key(PARAMETER, row))
    assert verdict("ДЕКРЕТ", date(2024, 1, 1), overlay(library, [confirmed])) == COUNTS


def test_every_row_says_one_of_two_things():
    assert {row.value for row in load_library().parameters[PARAMETER].rows} == {COUNTS, DOES_NOT}
