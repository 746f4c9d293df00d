"""The set-based engine gives what the pure rules give, for every person of random registries."""

import random
from datetime import date

import pytest

from pensions.totalisation import InsurancePeriod, load_treaty
from pensions.totals.engine import Engine

from .records import STATES, pieces, pure, record, rows_of


def totalled(records, treaty, on):
    return rows_of(Engine(treaty, STATES).totals(pieces(records, on)))


@pytest.mark.parametrize("treaty_id", ["eaeu-2019", "cis-1992", "ru-by-2006"])
@pytest.mark.parametrize("seed", range(4))
def test_random_registries_give_what_the_pure_rules_give(treaty_id, seed):
    treaty, chance, on = load_treaty(treaty_id), random.Random(seed), date(2026, 10, 31)
    records = [record(chance, treaty, number) for number in range(400)]
    found = totalled(records, treaty, on)
    for n, periods in enumerate(records):
        assert found.get(n, {}) == pure(periods, treaty, on), periods


@pytest.mark.parametrize("on", [date(2020, 12, 31), date(2021, 1, 1), date(2021, 12, 30), date(1992, 3, 13)])
def test_days_after_the_day_of_the_run_do_not_count(on):
    treaty, chance = load_treaty("eaeu-2019"), random.Random(9)
    records = [record(chance, treaty, number) for number in range(200)]
    found = totalled(records, treaty, on)
    assert found == {n: rows for n, r in enumerate(records) if (rows := pure(r, treaty, on))}


def test_eleven_and_twelve_full_months_around_the_gate():
    treaty, on = load_treaty("eaeu-2019"), date(2026, 10, 31)
    ends = [date(2021, 12, 30), date(2021, 12, 31), date(2022, 1, 1), date(2021, 12, 26), date(2021, 12, 25)]
    records = [[InsurancePeriod(f"{n}", "KZ", date(2021, 1, 1), end)] for n, end in enumerate(ends)]
    found = totalled(records, treaty, on)
    assert [rows.popitem()[1].gate for _n, rows in sorted(found.items())] == [
        "undetermined", "yes", "yes", "undetermined", "no",
    ]  # fmt: skip


def test_a_treaty_that_takes_days_away_is_refused():
    with pytest.raises(ValueError, match="judged one record at a time"):
        Engine(load_treaty("eu-883"), STATES)


def test_an_empty_registry_has_no_totals():
    assert totalled([], load_treaty("eaeu-2019"), date(2026, 10, 31)) == {}
