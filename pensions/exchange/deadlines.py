"""When an answer is due: dated data with a source, else the target of the institution, which is no legal deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from common import working_days

DATA = Path(__file__).parent / "data" / "deadlines.yaml"
TREATY, TARGET = "treaty", "target"


@dataclass(frozen=True, slots=True)
class Due:
    """The last day, `treaty` or `target`, and where the number comes from."""

    on: date
    kind: str
    source: str


@cache
def rules() -> list[dict[str, Any]]:
    return yaml.safe_load(DATA.read_text(encoding="utf-8"))


def due(sent_on: date, *, between: tuple[str, str], purpose: str, target_days: int | None = None) -> Due:
    """The rule of a treaty between asking and answering state for this purpose, else the institution's own target.

    Working days are those of the state that answers. Raises UnknownHolidays."""
    fitting = [
        rule
        for rule in rules()
        if rule["kind"] == TREATY
        and set(between) <= set(rule["between"])
        and purpose in rule["purposes"]
        and rule["from_on"] <= sent_on
    ]
    if fitting:
        rule = max(fitting, key=lambda one: one["from_on"])
        last = working_days.add_working_days(sent_on, rule["working_days"], between[1])
        return Due(last, TREATY, rule["source"])
    default = next(rule for rule in rules() if rule["kind"] == TARGET)
    if target_days is None:
        return Due(sent_on + timedelta(days=default["days"]), TARGET, default["source"])
    return Due(sent_on + timedelta(days=target_days), TARGET, "")
