"""Treaties as data: method, gate, boundaries, who pays, and which of two coinciding periods survives.

One YAML file a treaty stands in ``data/``. A claim names one of them; its branches say, date by date, which
treaty and which payer a day of insurance belongs to, so a claim runs under a profile of several.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pensions.legislation.rounding import rounded
from pensions.legislation.sentences import InputError
from pensions.legislation.sentences import sentence as _
from pensions.legislation.texts import data_text

DATA = Path(__file__).parent / "data"
PAYERS = ("territory", "residence")
METHODS = ("direct", "residence", "theoretical_ratio")


@dataclass(frozen=True, slots=True)
class Branch:
    """A stretch of time under one rule. ``territories`` None means every state."""

    id: str
    treaty: str
    payer: str
    from_on: date
    until_on: date
    territories: frozenset[str] | None
    between: tuple[tuple[frozenset[str], str, str], ...] = ()
    gate: bool = False
    requires_contributions: bool = False
    source: str = ""
    confidence: str = "sourced"
    text: str = ""
    withdrawn: tuple[tuple[str, date], ...] = ()

    def covers(self, state: str, day: date) -> bool:
        if any(state == left and day >= since for left, since in self.withdrawn):
            return False
        return self.territories is None or state in self.territories

    def rule_for(self, state: str, residence: str | None) -> tuple[str, str]:
        """Treaty and payer ("territory" or "residence") of a period for a resident of ``residence``."""
        for states, treaty, payer in self.between:
            if state in states and residence in states:
                return treaty, payer
        return self.treaty, self.payer


@dataclass(frozen=True, slots=True)
class OverlapRule:
    """``effect``: removed = the loser loses the day; counted_once = both keep it, the total has it once."""

    rule: str
    effect: str
    source: str
    text: str
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    months: int
    strategies: tuple[str, ...]
    reported: str
    source: str
    confidence: str
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Rounding:
    """How an amount under the treaty is rounded: ``mode`` half_up, down or up, to a multiple of ``step``."""

    mode: str
    step: Decimal

    def apply(self, amount: Fraction) -> Decimal:
        return rounded(amount, self.mode, self.step)


@dataclass(frozen=True, slots=True)
class Treaty:
    id: str
    title: str
    method: str
    branches: tuple[Branch, ...]
    overlap: tuple[OverlapRule, ...]
    same_state: tuple[OverlapRule, ...]
    gate: Gate | None
    rounding: Rounding
    questions: dict[str, dict[str, Any]]
    sources: dict[str, str]
    national_regimes: bool
    unverified_parties: frozenset[str]

    @property
    def boundaries(self) -> list[tuple[date, Branch]]:
        """First day of every branch but the first."""
        return [(branch.from_on, branch) for branch in self.branches if branch.from_on > date.min]

    @property
    def cuts(self) -> list[date]:
        left = [since for branch in self.branches for _, since in branch.withdrawn]
        return sorted({day for day, _ in self.boundaries} | set(left))

    def branch_on(self, day: date) -> Branch | None:
        return next((b for b in self.branches if b.from_on <= day <= b.until_on), None)


@cache
def load_treaty(treaty_id: str) -> Treaty:
    """The treaty of that id. Raises ValueError listing those that exist."""
    path = DATA / f"{treaty_id}.yaml"
    if treaty_id not in available():
        text = _("%(value)s is unknown: use one of %(choices)s", value=repr(treaty_id), choices=available())
        raise InputError("treaty", text)
    return _treaty(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def available() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in DATA.glob("*.yaml")))


def _treaty(raw: dict[str, Any]) -> Treaty:
    if raw["method"] not in METHODS:
        raise ValueError(f"{raw['id']}: method {raw['method']!r} is unknown: use one of {', '.join(METHODS)}")
    gate = raw.get("gate")
    return Treaty(
        id=raw["id"],
        title=data_text(raw["title"]),
        method=raw["method"],
        branches=tuple(_branch(item, raw.get("territories", {})) for item in raw["branches"]),
        overlap=tuple(_overlap_rule(item) for item in raw["overlap"]),
        same_state=tuple(_overlap_rule(item) for item in raw["same_state"]),
        gate=Gate(**{**gate, "strategies": tuple(gate["strategies"])}) if gate else None,
        rounding=Rounding(raw["rounding"]["mode"], Decimal(raw["rounding"]["step"])),
        questions={
            code: {**item, "text": data_text(item["text"])} for code, item in raw.get("questions", {}).items()
        },
        sources=raw.get("sources", {}),
        national_regimes=raw.get("national_regimes", True),
        unverified_parties=frozenset(raw.get("unverified_parties", ())),
    )


def _overlap_rule(raw: dict[str, Any]) -> OverlapRule:
    return OverlapRule(**{**raw, "text": data_text(raw["text"])})


def _branch(raw: dict[str, Any], territories: dict[str, list[str]]) -> Branch:
    if raw["payer"] not in PAYERS:
        raise ValueError(
            f"branch {raw['id']}: payer {raw['payer']!r} is unknown: use one of {', '.join(PAYERS)}"
        )
    fields = {key: value for key, value in raw.items() if key not in ("between", "territories", "withdrawn")}
    fields["text"] = data_text(raw.get("text", ""))
    names = raw.get("territories")
    return Branch(
        **{"from_on": date.min, "until_on": date.max, **fields},
        territories=frozenset(territories[names]) if names else None,
        between=tuple(
            (frozenset(item["states"]), item["treaty"], item["payer"]) for item in raw.get("between", ())
        ),
        withdrawn=tuple((item["state"], item["since_on"]) for item in raw.get("withdrawn", ())),
    )
