"""Codes of a file that stand in periods before their beginning, each once, with the span in which they do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from monitoring.codelists import Code
from monitoring.periods import Period

from .rules import TOO_EARLY, UNVERIFIED, Fact, early


@dataclass(frozen=True)
class EarlyCode:
    """`figures` of the file stand in periods from `first` to `last`, which were over before the code began."""

    dimension: str
    code: Code
    first: str
    last: str
    figures: int

    def __str__(self) -> str:
        sentence: Any = TOO_EARLY if self.code.valid_from else UNVERIFIED
        span = self.first if self.first == self.last else f"{self.first} … {self.last}"
        told = {"code": self.code.code, "dimension": self.dimension, "period": span}
        return str(sentence) % (told | {"day": self.code.since.isoformat()})


def early_codes(facts: Iterable[Fact]) -> list[EarlyCode]:
    found: dict[tuple[str, str], tuple[Code, list[str]]] = {}
    for fact in facts:
        for dimension, code in early(fact):
            found.setdefault((dimension, code.code), (code, []))[1].append(fact[2])
    return [_told(dimension, code, periods) for (dimension, _text), (code, periods) in sorted(found.items())]


def _told(dimension: str, code: Code, periods: list[str]) -> EarlyCode:
    ordered = sorted(periods, key=lambda one: Period.parse(one).first_day)
    return EarlyCode(dimension, code, ordered[0], ordered[-1], len(periods))
