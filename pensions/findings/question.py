"""What a question is, and the list of all of them."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pensions.enums.findings import FindingOwner, Severity

from .elsewhere import ELSEWHERE


@dataclass(frozen=True)
class Row:
    """One thing found. `item` tells it from others of the same question and subject; `details` are plain JSON."""

    worker_id: uuid.UUID | None = None
    registry_state: str = ""
    employer_id: uuid.UUID | None = None
    item: str = ""
    details: dict[str, Any] = field(default_factory=dict)


People = Sequence[uuid.UUID]
Ask = Callable[[People, dt.date], Iterable[Row]]


@dataclass(frozen=True)
class Question:
    """`ask(people, today)` finds; `whole` questions are asked once a night of everybody, with no people named.

    `advice` says what whoever must act does next.
    """

    code: str
    title: Any
    advice: Any
    ask: Ask
    severity: str = Severity.WARNING
    owner: str = FindingOwner.REGISTRY
    whole: bool = False


_questions: dict[str, Question] = {}


def question(code: str, title: Any, advice: Any, **values: Any) -> Callable[[Ask], Ask]:
    """Registers the function below it as what finds the answers."""

    def register(ask: Ask) -> Ask:
        _questions[code] = Question(code, title, advice, ask, **values)
        return ask

    return register


def questions() -> dict[str, Question]:
    return _questions


def titles() -> list[tuple[str, Any]]:
    """(code, question in words) of all that can be found, for choices."""
    return [
        *((one.code, one.title) for one in _questions.values()),
        *((code, told) for code, (told, _advice) in ELSEWHERE.items()),
    ]


def title(code: str) -> Any:
    """The question in words; the code itself for one that is asked elsewhere."""
    one = _questions.get(code)
    return one.title if one else ELSEWHERE.get(code, (code, ""))[0]


def advice(code: str) -> Any:
    """What whoever must act does next; empty where nobody has said."""
    one = _questions.get(code)
    return one.advice if one else ELSEWHERE.get(code, ("", ""))[1]
