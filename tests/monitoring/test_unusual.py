"""Figures that stand out at intake, by the median and its absolute deviation."""

from decimal import Decimal

import pytest
from django.core.management import call_command

from monitoring.unusual import standing_out

STEADY = {str(2010 + place): Decimal(100 + 5 * place + place % 3) for place in range(12)}


def periods(series):
    return [one[0] for one in standing_out(series)]


def test_a_steady_course_has_nothing_unusual():
    assert standing_out(STEADY) == []


def test_a_slip_of_the_decimal_point_is_found_and_so_is_the_way_back():
    assert periods(STEADY | {"2021": Decimal(1550)}) == ["2021"]
    assert periods(STEADY | {"2016": Decimal(1300)}) == ["2016", "2017"]


def test_one_wild_figure_does_not_hide_another():
    assert set(periods(STEADY | {"2013": Decimal(9000), "2021": Decimal(700)})) >= {"2013", "2021"}


def test_too_few_figures_or_gaps_say_nothing():
    assert standing_out(dict(list(STEADY.items())[:7])) == []
    after_a_gap = {period: value for period, value in STEADY.items() if period != "2020"} | {
        "2021": Decimal(1550)
    }
    assert standing_out(after_a_gap) == []


def test_stocks_of_every_fifth_year_have_a_course_too():
    stocks = {str(1980 + 5 * place): Decimal(1000 + 30 * place + place % 2) for place in range(9)}
    assert periods(stocks | {"2020": Decimal(12500)}) == ["2020"]


MAPPING = """
title: A series
item: made_up
period: {column: year}
value: {column: v}
dimensions: {SEX: {column: sex}}
items:
  - {code: made_up, unit: persons, kind: stock, basis: registered, title: {ky: a, ru: b, en: c}}
"""


@pytest.mark.django_db
def test_only_what_the_file_brings_is_named(tmp_path, capsys):
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")

    def load(values):
        lines = [f"{year},{sex},{value}" for (year, sex), value in values.items()]
        (tmp_path / "f.csv").write_text("\n".join(["year,sex,v", *lines]), encoding="utf-8")
        call_command(
            "load_dataset", str(tmp_path / "f.csv"), "--mapping", str(tmp_path / "m.yaml"), "--no-compute"
        )
        return [line.strip() for line in capsys.readouterr().out.splitlines() if "unusual" in line]

    stored = {(year, sex): int(value) for year, value in STEADY.items() for sex in "FM"}
    assert load(stored | {("2015", "F"): 1250}) != []
    assert load({("2022", "F"): 165, ("2022", "M"): 1650}) == ["unusual: made_up SEX=M 2022: 1650 after 157"]
