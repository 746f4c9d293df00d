"""The paper formular of a request, in two languages, for an institution that is not connected."""

import datetime as dt
import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from common import documents, formatting
from pensions.enums import IdentifierKind, Sex
from pensions.models import PeriodRequest, RequestedPeriod

TEMPLATE = "pensions/typst/period_request.typ"
EMPTY_ROWS = 2


def pdf(request: PeriodRequest, language: str) -> bytes:
    """Russian and `language` side by side; the same request gives the same bytes."""
    both = (language, "ru")
    lines = list(RequestedPeriod.everything.filter(request_id=request.pk).order_by("start_on", "ref"))
    said = {one: _words(request, lines, one) for one in both}
    return documents.render(TEMPLATE, _together(said, both, request), made_at=request.sent_at)


def _together(said: dict[str, dict], both: tuple[str, str], request: PeriodRequest) -> dict[str, Any]:
    first, second = (said[one] for one in both)
    return {
        "lang": both[0],
        "number": str(request),
        "title": first["title"],
        "subtitle": {"lang": both[1], "text": second["title"]},
        "heads": [[a, b] for a, b in zip(first["heads"], second["heads"], strict=True)],
        "facts": [
            [[a[0], b[0]], a[1] if a[1] == b[1] else f"{a[1]} / {b[1]}"]
            for a, b in zip(first["facts"], second["facts"], strict=True)
        ],
        "columns": _pairs(first["columns"], second["columns"]),
        "rows": _merged(first["rows"], second["rows"]),
        "answer_columns": _pairs(first["answer_columns"], second["answer_columns"]),
        "answer_rows": first["answer_rows"],
        "signs": _pairs(first["signs"], second["signs"]),
    }


def _pairs(first: list[str], second: list[str]) -> list[str]:
    return [a if a == b else f"{a} / {b}" for a, b in zip(first, second, strict=True)]


def _merged(first: list[list[str]], second: list[list[str]]) -> list[list[str]]:
    return [_pairs(a, b) for a, b in zip(first, second, strict=True)]


def _words(request: PeriodRequest, lines: list[RequestedPeriod], language: str) -> dict[str, Any]:
    with override(language):
        return {
            "title": _("Request for confirmation of insurance periods"),
            "heads": [_("Request"), _("Periods asked for"), _("Answer of the institution")],
            "facts": _facts(request),
            "columns": [
                _("No."),
                _("First day"),
                _("Last day"),
                _("Type"),
                _("Counts for"),
                _("Scheme"),
                _("Week"),
                _("Employer, position"),
            ],
            "rows": [_row(line) for line in lines],
            "answer_columns": [
                _("No."),
                _("Confirmed: yes, no, other dates"),
                _("First day"),
                _("Last day"),
                _("Reason, remarks"),
            ],
            "answer_rows": [[line.ref, "", "", "", ""] for line in lines] + [[""] * 5] * EMPTY_ROWS,
            "signs": [_("Date"), _("Name and signature"), _("Seal of the institution")],
        }


def _facts(request: PeriodRequest) -> list[tuple[str, str]]:
    person = json.loads(request.person or "{}")
    name = " ".join(filter(None, (person.get(part) for part in ("family_name", "given_name", "patronymic"))))
    numbers = [f"{IdentifierKind(n['kind']).label}: {n['value']}" for n in person.get("numbers", [])]
    facts = [
        (_("Number"), str(request)),
        (_("Purpose"), request.get_purpose_display()),
        (_("From institution"), f"{request.sender.name} ({formatting.country_name(request.sender.state)})"),
        (
            _("To institution"),
            f"{request.recipient.name} ({formatting.country_name(request.recipient.state)})",
        ),
        (_("Sent"), formatting.date_short(request.sent_at.date())),
        (_("Answer wanted until"), _due(request)),
        (_("Full name"), name),
        (_("Name in the passport"), person.get("latin_name", "")),
        (_("Former names"), "; ".join(person.get("former_names", []))),
        (_("Born"), _day(person.get("birth_on"))),
        (_("Place of birth"), person.get("birth_place", "")),
        (_("Sex"), Sex(person["sex"]).label if person.get("sex") else ""),
        (_("Citizenship"), ", ".join(map(formatting.country_name, person.get("citizenships", [])))),
        (_("Numbers"), "; ".join(numbers)),
        (_("Note"), request.note),
    ]
    return [(str(term), str(value or formatting.MISSING)) for term, value in facts]


def _due(request: PeriodRequest) -> str:
    day = formatting.date_short(request.due_on)
    return day if request.due_kind == "treaty" else f"{day} ({_('no legal deadline')})"


def _day(text: str | None) -> str:
    return formatting.date_short(dt.date.fromisoformat(text)) if text else ""


def _row(line: RequestedPeriod) -> list[str]:
    return [
        line.ref,
        formatting.date_short(line.start_on),
        formatting.date_short(line.end_on) if line.end_on else formatting.MISSING,
        f"{line.period_type} {line.get_period_type_display()}",
        f"{line.relevance} {line.get_relevance_display()}",
        f"{line.scheme} {line.get_scheme_display()}",
        str(line.get_week_display()),
        ", ".join(filter(None, (line.employer, line.position))),
    ]
