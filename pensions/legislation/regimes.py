"""Days on which a state's own law changed what counts as insurance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pensions.legislation.texts import data_text

DATA = Path(__file__).parent / "data" / "regimes.yaml"


@dataclass(frozen=True, slots=True)
class Regime:
    id: str
    from_on: date
    text: str
    source: str
    confidence: str
    requires_contributions: bool = False


def _regime(raw: dict[str, Any]) -> Regime:
    return Regime(**{**raw, "text": data_text(raw["text"])})


@cache
def _all() -> dict[str, tuple[Regime, ...]]:
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return {
        state: tuple(sorted((_regime(item) for item in items), key=lambda regime: regime.from_on))
        for state, items in raw.items()
    }


def national_regimes(state: str) -> tuple[Regime, ...]:
    """Changes of that state in order of time; empty for a state whose law is not kept here."""
    return _all().get(state, ())
