"""Sentences that rules say: English here, in another language outside.

Rules know nothing of catalogues. ``_("… %(place)s …", place=…)`` marks a template for the catalogues and returns an
ordinary English string that remembers its template and the facts in it; ``pensions/rule_words.py`` says it again in
the reader's language.
Texts of data files bring their languages with them (:class:`Text`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any


class Sentence(str):
    """An English sentence. ``template`` has named places (``%(name)s``), ``facts`` what stands in them."""

    template: str
    facts: Mapping[str, Any]


class Text(str):
    """A text of a data file, English as a string. ``by_language`` has the others."""

    by_language: Mapping[str, str]


class Code(str):
    """A code that stays as it is in every language, for example a state's inside the path of a field."""


def sentence(template: str, /, **facts: Any) -> Sentence:
    """The sentence with its facts filled in. Raises KeyError where a place has no fact."""
    made = Sentence(template % {name: shown(fact) for name, fact in facts.items()} if facts else template)
    made.template, made.facts = template, facts
    return made


def text_of(raw: str | Mapping[str, str]) -> Text:
    """A text of a data file: English alone, or one text a language under en, ky, ru."""
    by_language = {"en": raw} if isinstance(raw, str) else dict(raw)
    made = Text(by_language["en"])
    made.by_language = by_language
    return made


def shown(fact: Any) -> str:
    """A fact in plain English: dates in ISO, exact digits, lengths in words."""
    if isinstance(fact, Decimal):
        return format(fact, "f")
    if isinstance(fact, str | date | int | Fraction):
        return str(fact)
    if hasattr(fact, "text"):
        return str(fact.text)
    if isinstance(fact, Iterable):
        return ", ".join(map(shown, fact))
    return str(fact)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its unit, for example 12 months."""

    number: Any
    unit: str | None = None

    @property
    def text(self) -> str:
        return f"{shown(self.number)} {self.unit or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class Country:
    """A state that a sentence calls by its name."""

    code: str
    text: str


_ = sentence
WHY = {
    "conflict": _("sources disagree"),
    "memory": _("from memory"),
    "memory_high": _("from memory, probable"),
    "memory_medium": _("from memory, uncertain"),
    "memory_low": _("from memory, very uncertain"),
    "knowledge_date_unknown": _("the day it became known is not recorded"),
    "start_date": _("the first day of effect is not confirmed"),
}


def why_word(code: str) -> str:
    """The reason for a doubt in words; the code itself where there are none."""
    return WHY["start_date"] if code.startswith("start_date_") else WHY.get(code, Code(code))


class InputError(ValueError):
    """Something given is wrong. ``field`` is its path, the text says the way out; ``others`` are further faults."""

    def __init__(self, field: str, text: str, others: tuple[InputError, ...] = ()) -> None:
        super().__init__(f"{field}: {text}")
        self.field, self.text, self.others = field, text, others
