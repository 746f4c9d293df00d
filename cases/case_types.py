"""What is asked and planned in each kind of case: short assessments and plans as data, in three languages.

The templates that come with the system lie in `data/case_types/<kind>.yaml`; an organisation's own are rows of
`CaseTemplate` with the same content. Everything here is plain: no database, no clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from common.errors import Invalid
from common.translated import FALLBACK

from .enums import QuestionKind, RiskLevel, ServiceKind
from .words import template_error

DATA = Path(__file__).parent / "data" / "case_types"
RISKS = list(RiskLevel.values)  # from the least to the greatest


def words(label: Mapping[str, str]) -> str:
    """In the language of the moment, or the nearest that is written."""
    wanted = (get_language() or "ky")[:2]
    return next((label[one] for one in FALLBACK.get(wanted, FALLBACK["en"]) if label.get(one)), "")


@dataclass(frozen=True)
class Choice:
    code: str
    label: Mapping[str, str]
    raises: str = ""


@dataclass(frozen=True)
class Question:
    """`raises`: the least risk of a case whose answer is `raises_on`; a choice may raise it by itself."""

    code: str
    kind: str
    label: Mapping[str, str]
    required: bool = False
    raises: str = ""
    raises_on: str = "yes"
    choices: tuple[Choice, ...] = ()

    def least_risk(self, answer: str) -> str:
        if self.kind == QuestionKind.CHOICE:
            return next((one.raises for one in self.choices if one.code == answer), "")
        return self.raises if self.kind == QuestionKind.YES_NO and answer == self.raises_on else ""

    def shown(self, answer: str) -> str:
        """The answer in the reader's language."""
        return next((words(one.label) for one in self.choices if one.code == answer), answer)


@dataclass(frozen=True)
class Suggestion:
    """A service that the plan of this kind of case usually has, due so many working days after planning."""

    code: str
    goal: Mapping[str, str]
    kind: str
    what: Mapping[str, str]
    working_days: int


@dataclass(frozen=True)
class Template:
    version: int
    questions: tuple[Question, ...]
    suggestions: tuple[Suggestion, ...]

    def question(self, code: str) -> Question | None:
        return next((one for one in self.questions if one.code == code), None)

    def least_risk(self, answers: Mapping[str, Any]) -> str:
        """The least risk level that these answers leave: the worker may go above it, never below."""
        raised = [one.least_risk(str(answers.get(one.code) or "")) for one in self.questions]
        return max((one for one in raised if one), key=RISKS.index, default=RiskLevel.LOW)


@cache
def shipped_content(type: str) -> dict[str, Any]:
    return yaml.safe_load((DATA / f"{type}.yaml").read_text(encoding="utf-8"))


def parse(content: Mapping[str, Any]) -> Template:
    """The template, or an Invalid that names the place which is wrong."""
    questions = tuple(_question(one) for one in content.get("questions", ()))
    _unique(one.code for one in questions)
    suggestions = tuple(
        _suggestion(number, place, goal, one)
        for number, goal in enumerate(content.get("goals", ()), 1)
        for place, one in enumerate(goal.get("services", ()), 1)
    )
    if not questions:
        raise Invalid("template_empty", template_error("empty"))
    return Template(int(content.get("version", 1)), questions, suggestions)


def _question(row: Mapping[str, Any]) -> Question:
    choices = tuple(
        Choice(one["code"], one["label"], one.get("raises", "")) for one in row.get("choices", ())
    )
    made = Question(
        code=row["code"],
        kind=row["kind"],
        label=row["label"],
        required=bool(row.get("required")),
        raises=row.get("raises", ""),
        raises_on=row.get("raises_on", "yes"),
        choices=choices,
    )
    if made.kind not in QuestionKind.values:
        raise Invalid("template_kind", template_error("kind"), question=made.code)
    if not words(made.label):
        raise Invalid("template_words", template_error("words"), question=made.code)
    if (made.kind == QuestionKind.CHOICE) != bool(choices):
        raise Invalid("template_choices", template_error("choices"), question=made.code)
    for risk in (made.raises, *(one.raises for one in choices)):
        if risk and risk not in RISKS:
            raise Invalid("template_risk", template_error("risk"), question=made.code)
    return made


def _suggestion(number: int, place: int, goal: Mapping[str, Any], row: Mapping[str, Any]) -> Suggestion:
    if row["kind"] not in ServiceKind.values or int(row["working_days"]) < 1 or not words(row["what"]):
        raise Invalid("template_service", template_error("service"), place=f"{number}.{place}")
    return Suggestion(f"{number}.{place}", goal["label"], row["kind"], row["what"], int(row["working_days"]))


def _unique(codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise Invalid("template_twice", template_error("twice"), question=code)
        seen.add(code)
