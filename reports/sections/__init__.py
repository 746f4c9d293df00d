"""Sections of reports. To add one: a file here with a class that gives its blocks.

@section("consultations")
class Consultations(Section):
    def blocks(self) -> list[Block]:
        ...
"""

import datetime as dt
from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar

from django.utils import timezone

from monitoring.periods import Period
from reports.content import Chart, SectionContent, Sentence, Table

Block = Sentence | Table | Chart
MODULES = (
    "summary",
    "measures",
    "emergency",
    "consultations",
    "pilots",
    "targets",
    "indicators",
    "corridors",
    "registry",
    "certificates",
    "cases",
    "carried",
)


@dataclass
class Section:
    """Reads what was known at `as_of` about `period`; returns blocks, never words of one language."""

    period: Period
    as_of: dt.datetime
    audience: str

    code: ClassVar[str] = ""

    @property
    def today(self) -> dt.date:
        """The day of `as_of` in the house."""
        return timezone.localtime(self.as_of).date()

    def blocks(self) -> list[Block]:
        raise NotImplementedError

    def content(self) -> SectionContent:
        return SectionContent(self.code, self.blocks())


_sections: dict[str, type[Section]] = {}


def section(code: str):
    def register(cls: type[Section]) -> type[Section]:
        cls.code = code
        _sections[code] = cls
        return cls

    return register


def sections() -> dict[str, type[Section]]:
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    return _sections
