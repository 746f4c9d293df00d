"""Open legal questions by state."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from pensions.legislation.texts import data_text

DATA = Path(__file__).parent / "data" / "questions.yaml"


@cache
def _all() -> dict[str, dict[str, dict[str, str]]]:
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return {
        state: {item["id"]: {**item, "text": data_text(item["text"])} for item in items}
        for state, items in raw.items()
    }


def question_text(state: str, id_: str) -> str:
    return _all()[state][id_]["text"]


def amount_question(state: str) -> tuple[str, str] | None:
    """The question that stands between this state and an amount in treaty cases: id and text."""
    for item in _all().get(state, {}).values():
        if item.get("blocks") == "amount":
            return item["id"], item["text"]
    return None


def questions_of(state: str) -> list[str]:
    """The open questions of a state, in order."""
    return [item["text"] for item in _all().get(state, {}).values()]
