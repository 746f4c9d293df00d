"""Consistency questions asked every night; each app registers its own in `checks.py`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from common.scoping import system


@dataclass(frozen=True)
class Answer:
    """One thing that does not fit: which object, a stable code, what a person should look at."""

    code: str
    object_type: str
    object_id: str
    details: dict = field(default_factory=dict)


_questions: dict[str, Callable[[], Iterable[Answer]]] = {}
_receivers: list[Callable[[str, list[Answer]], None]] = []


def question(code: str):
    """Registers a function that yields Answers; it must be set-based."""

    def register(function: Callable[[], Iterable[Answer]]):
        _questions[code] = function
        return function

    return register


def receiver(function: Callable[[str, list[Answer]], None]):
    """Registers who keeps the answers as findings."""
    _receivers.append(function)
    return function


def questions() -> dict[str, Any]:
    return _questions


def run_all() -> int:
    count = 0
    with system("nightly checks"):
        for code, ask in _questions.items():
            answers = list(ask())
            count += len(answers)
            for receive in _receivers:
                receive(code, answers)
    return count
