"""When an employer's answer to a demand is due: dated data with a source, or an aim that says it is one. Pure.

Data: pensions/data/demand_deadlines.yaml. Working days leave out Saturdays and Sundays; public holidays are not known,
so silence is stated only after a margin that no run of holidays reaches.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data" / "demand_deadlines.yaml"
ANY = "*"


@dataclass(frozen=True)
class Deadline:
    """`is_law` False: an administrative aim. Silence is stated after `silent_after`. `source`: see `words`."""

    due_on: dt.date
    silent_after: dt.date
    is_law: bool
    source: str


def deadline(state: str, told_on: dt.date) -> Deadline:
    """For work in this state, when the employer learned of the demand on that day."""
    rule = next(
        one
        for wanted in (state, ANY)
        for one in _data()["deadlines"]
        if one["state"] == wanted and one["from_on"] <= told_on
    )
    due_on = add_working_days(told_on, rule["working_days"])
    margin = dt.timedelta(days=_data()["silence_margin_days"])
    return Deadline(due_on, due_on + margin, rule["kind"] == "law", rule["code"])


def words(code: str, language: str) -> str:
    """The source of a term, for people."""
    return next((one["source"][language] for one in _data()["deadlines"] if one["code"] == code), code)


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The day itself is not counted; a term ends on a working day."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day


@cache
def _data() -> dict:
    told = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    told["deadlines"].sort(key=lambda one: one["from_on"], reverse=True)
    return told
