"""Metadata of an indicator by the concepts of SIMS 2.0 (Eurostat's single structure, codes S.x)."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common import formatting

from .browser import items_behind, period_text
from .enums import ValueState
from .models import Figure, Indicator, IndicatorVersion
from .revisions import triangle
from .units import frequency_name, unit_name


@dataclass(frozen=True)
class Concept:
    code: str
    name: str
    text: str


def concepts(indicator: Indicator, version: IndicatorVersion, figures: list[Figure]) -> list[Concept]:
    """Only what the house knows; a concept without a text is left out rather than filled."""
    items = items_behind(version)
    changes = triangle(indicator)
    found: list[tuple[str, Any, Any]] = [
        ("S.3.1", _("Data description"), version.definition or version.title),
        ("S.3.2", _("Classification system"), ", ".join(version.dimensions)),
        ("S.3.4", _("Statistical concepts and definitions"), f"{version.formula}"),
        ("S.3.5", _("Statistical unit"), _each("; ", (item.title for item in items))),
        ("S.4", _("Unit of measure"), unit_name(version.unit)),
        ("S.5", _("Reference period"), _span(figures)),
        ("S.7", _("Confidentiality"), _confidentiality(items)),
        ("S.9", _("Frequency of dissemination"), frequency_name(version.frequency)),
        ("S.13.3", _("Completeness"), _completeness(figures)),
        ("S.15.1", _("Comparability: bases of the figures"), _each(", ", (i.get_basis_display() for i in items))),
        ("S.17", _("Data revision"), _revisions(changes, version)),
        ("S.18.1", _("Source data"), _each("; ", (i.source or i.get_origin_display() for i in items))),
        ("S.19", _("Comment: version of the definition"), _definition(version)),
    ]  # fmt: skip
    return [Concept(code, name, str(text)) for code, name, text in found if text]


def _each(sign: str, texts) -> str:
    return sign.join(dict.fromkeys(map(str, texts)))


def _span(figures: list[Figure]) -> str:
    periods = [one.period for one in figures]
    return f"{period_text(min(periods))} – {period_text(max(periods))}" if periods else ""


def _definition(version: IndicatorVersion) -> str:
    return f"{version.number}, {formatting.date_short(timezone.localdate(version.recorded_at))}"


def _confidentiality(items) -> str:
    if any(item.about_persons for item in items):
        return _("Counts persons: a figure is shown only after disclosure control has released it.")
    return _("Made of published statistics or of counts of no persons: free.")


def _completeness(figures: list[Figure]) -> str:
    due = [one for one in figures if one.state != ValueState.NOT_YET_DUE]
    there = sum(one.state == ValueState.VALUE for one in due)
    return _("%(there)s of %(due)s periods have a figure") % {"there": there, "due": len(due)} if due else ""


def _revisions(changes, version: IndicatorVersion) -> str:
    return "; ".join(f"{name}: {text}" for name, text in changes.facts(version.decimals))
