"""When an employer's answer to a demand is due: dated data with a source, or an aim that says it is one. Pure.

Data: pensions/data/demand_deadlines.yaml. Working days are those of the state of work, its public holidays left
out; where holidays were moved by decree and are not known, the margin before silence is stated covers them.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from common import working_days

DATA = Path(__file__).parent / "data" / "demand_deadlines.yaml"
ANY, SATURDAY = "*", 5


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
    due_on = _term(told_on, rule["working_days"], state)
    margin = dt.timedelta(days=_data()["silence_margin_days"])
    return Deadline(due_on, due_on + margin, rule["kind"] == "law", rule["code"])


def words(code: str, language: str) -> str:
    """The source of a term, for people."""
    return next((one["source"][language] for one in _data()["deadlines"] if one["code"] == code), code)


def _term(day: dt.date, count: int, state: str) -> dt.date:
    """Working days of the state of work; of a state whose holidays are not known, all days from Monday to Friday."""
    if working_days.are_known(state):
        return working_days.add_working_days(day, count, state)
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


@cache
def _data() -> dict:
    told = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    told["deadlines"].sort(key=lambda one: one["from_on"], reverse=True)
    return told
