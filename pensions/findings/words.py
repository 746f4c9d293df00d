"""What was found, in words of the current language."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common import formatting
from pensions.enums.findings import FindingState, Severity
from pensions.models import Finding

from .question import advice as advice_of

TONES = {Severity.ERROR: "danger", Severity.WARNING: "warning", Severity.NOTICE: "info"}
STATE_TONES = {
    FindingState.OPEN: "warning",
    FindingState.IN_WORK: "info",
    FindingState.EXPLAINED: "neutral",
    FindingState.RESOLVED: "success",
}


def _month(text: str) -> str:
    return formatting.month(dt.date.fromisoformat(f"{text}-01"))


def _day(text: str | None) -> str:
    return formatting.date_short(dt.date.fromisoformat(text)) if text else formatting.MISSING


def _spans(found: list[list[str]]) -> str:
    return ", ".join(
        _month(first) if first == last else f"{_month(first)} – {_month(last)}" for first, last in found
    )


def _length(parts: dict[str, int] | None) -> str:
    return formatting.duration(**parts) if parts else formatting.MISSING


def _sums(owed: dict[str, str]) -> str:
    return ", ".join(formatting.money(Decimal(amount), currency) for currency, amount in owed.items())


# In the order in which they are read.
FACTS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "months": (pgettext_lazy("how many", "Months"), formatting.number),
    "spans": (gettext_lazy("Which months"), _spans),
    "owed": (gettext_lazy("Owed"), _sums),
    "start_on": (gettext_lazy("From"), _day),
    "end_on": (gettext_lazy("Until"), _day),
    "liquidated_on": (gettext_lazy("Liquidated on"), _day),
    "declared": (gettext_lazy("Written by the issuer"), _length),
    "computed": (gettext_lazy("By the dates"), _length),
    "records": (gettext_lazy("Records"), formatting.number),
    "entries": (gettext_lazy("Entries"), formatting.number),
    "what": (gettext_lazy("What does not fit"), str),
    "number": (gettext_lazy("Number"), str),
    "numbers": (gettext_lazy("Numbers"), str),
    "blank": (gettext_lazy("Blank form"), str),
    "series": (gettext_lazy("Series"), str),
    "spoiled": (pgettext_lazy("how many", "Spoiled"), formatting.number),
    "handled": (pgettext_lazy("how many", "Used or spoiled"), formatting.number),
    "states": (gettext_lazy("States"), lambda codes: ", ".join(formatting.country_name(c) for c in codes)),
}


def facts(finding: Finding) -> list[tuple[Any, Any]]:
    """(term, value) pairs of the details."""
    details = finding.details
    pairs = [(term, say(details[name])) for name, (term, say) in FACTS.items() if name in details]
    if "wage" in details:
        currency = details["currency"]
        pairs.append((_("Lowest wage"), formatting.money(Decimal(details["wage"]), currency)))
        pairs.append((_("Minimum wage"), formatting.money(Decimal(details["minimum"]), currency)))
    return pairs


def which_months(finding: Finding) -> str:
    return _spans(finding.details["spans"]) if "spans" in finding.details else ""


def _at(moment: dt.datetime) -> str:
    return formatting.datetime_short(timezone.localtime(moment))


def summary(finding: Finding) -> list[tuple[Any, Any]]:
    """Status and what was found."""
    return [
        (_("Status"), finding.get_state_display()),
        (_("Who must act"), finding.get_owner_display()),
        *facts(finding),
        (_("First seen"), _at(finding.first_seen_at)),
        (_("Last seen"), _at(finding.last_seen_at)),
    ]


def advice(finding: Finding) -> Any:
    return advice_of(finding.code)


def history(finding: Finding) -> list[dict[str, Any]]:
    """Steps for the time line, the newest first."""
    return [
        {
            "when": _at(step.at),
            "title": step.get_to_state_display(),
            "text": step.note,
            "by": step.by.full_name if step.by else _("the nightly check"),
            "tone": STATE_TONES[step.to_state],
        }
        for step in finding.steps.select_related("by").order_by("-pk")[:50]
    ]
