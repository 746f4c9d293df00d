"""The words of a measure through its versions: state of each language, who reviewed it, what differs between two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common import formatting
from common.enums import Language, TranslationState

from .models import Measure, MeasureVersion

TONES = {
    TranslationState.APPROVED: "success",
    TranslationState.UNREVIEWED: "warning",
    TranslationState.MACHINE: "warning",
    TranslationState.MISSING: "danger",
}


@dataclass(frozen=True)
class Difference:
    """One field in which two versions differ, as people read it. `language` is that of the two texts, or empty."""

    name: str
    before: str
    after: str
    language: str = ""


def versions_of(measure: Measure) -> list[MeasureVersion]:
    """Newest first, with their actors and who recorded them, in two queries."""
    found = measure.versions.select_related("recorded_by").prefetch_related("actors")
    return list(found.order_by("-number"))


def reviewed_in(
    versions: Sequence[MeasureVersion], version: MeasureVersion, language: str
) -> MeasureVersion | None:
    """The version that approved the words of a language as they stand in `version`; None if nobody has.

    Words of the study itself are approved from its first version on, by nobody in the house.
    """
    since = None
    for one in sorted((one for one in versions if one.number <= version.number), key=lambda one: -one.number):
        same = getattr(one, f"title_{language}") == getattr(version, f"title_{language}")
        if not same or getattr(one, f"title_{language}_state") != TranslationState.APPROVED:
            break
        since = one
    return since


def written_in(versions: Sequence[MeasureVersion], version: MeasureVersion, language: str) -> MeasureVersion:
    """The version in which the words of a language came to read as they do in `version`."""
    found = version
    for one in sorted((one for one in versions if one.number < version.number), key=lambda one: -one.number):
        if getattr(one, f"title_{language}") != getattr(version, f"title_{language}"):
            break
        found = one
    return found


def differences(before: MeasureVersion, after: MeasureVersion) -> list[Difference]:
    """Field by field, in the order of the page; empty where only the reason differs."""
    pairs = zip(_facts(before), _facts(after), strict=True)
    return [
        Difference(name, old, new, language)
        for (name, old, language), (_name, new, _language) in pairs
        if old != new
    ]


def _facts(version: MeasureVersion) -> list[tuple[str, str, str]]:
    facts: list[tuple[str, str, str]] = []
    for code in Language.values:
        language = formatting.language_name(code)
        state = getattr(version, f"get_title_{code}_state_display")()
        facts.append(
            (_("Title, %(language)s") % {"language": language}, getattr(version, f"title_{code}"), code)
        )
        facts.append((_("State of the title, %(language)s") % {"language": language}, str(state), ""))
    actors = sorted(f"{one.name} ({one.get_basis_display()})" for one in version.actors.all())
    plain: list[tuple[str, Any]] = [
        (_("Term"), version.get_horizon_display()),
        (_("Begins in"), version.get_start_horizon_display()),
        (_("Place in the study"), version.source),
        (_("Legal basis"), version.legal_basis),
        (_("Depends on"), ", ".join(version.depends_on)),
        (_("Who is to act"), "; ".join(actors)),
    ]
    return facts + [(name, str(value), "") for name, value in plain]
