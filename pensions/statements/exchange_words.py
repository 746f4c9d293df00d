"""What the desks say of a request between institutions."""

import datetime as dt
import json
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common import formatting
from pensions.enums import IdentifierKind, Sex
from pensions.enums.exchange import ANSWERS, RequestState, Verdict
from pensions.exchange.deadlines import TREATY
from pensions.models import AnsweredPeriod, PeriodAnswer, PeriodRequest, RequestedPeriod, RequestStep
from pensions.services.exchange_answers import standing_answers

TONES = {
    RequestState.DRAFTED: "neutral",
    RequestState.SENT: "info",
    RequestState.RECEIVED: "info",
    RequestState.ANSWERED: "success",
    RequestState.PARTLY_CONFIRMED: "warning",
    RequestState.DISPUTED: "danger",
    RequestState.CLOSED: "neutral",
    RequestState.WITHDRAWN: "neutral",
}
VERDICT_TONES = {
    Verdict.CONFIRMED: "success",
    Verdict.PARTLY: "warning",
    Verdict.DISPUTED: "danger",
    Verdict.UNKNOWN: "warning",
    Verdict.FURTHER: "info",
}


def name_of(person: dict[str, Any]) -> str:
    return " ".join(filter(None, (person.get(p) for p in ("family_name", "given_name", "patronymic"))))


def in_words(request: PeriodRequest) -> dict[str, Any]:
    """Head, person as it was sent, periods with what holds now, answers and steps."""
    return {
        "request_tone": TONES[request.state],
        "head": _head(request),
        "person": _person(request),
        "lines": _lines(request),
        "further": _further(request),
        "answers": _answers(request),
        "events": _events(request),
    }


def _head(request: PeriodRequest) -> list[tuple[Any, Any]]:
    return [
        (_("Number"), str(request)),
        (_("Asking institution"), f"{request.sender.get_state_display()}: {request.sender}"),
        (_("Institution asked"), f"{request.recipient.get_state_display()}: {request.recipient}"),
        (_("Purpose"), request.get_purpose_display()),
        (_("Way"), request.get_channel_display()),
        (_("Answer due"), due_line(request)),
        (_("Note"), request.note or None),
    ]


def due_line(request: PeriodRequest) -> str:
    """The day, and whether it binds anybody."""
    if request.due_on is None:
        return formatting.MISSING
    day = formatting.date_short(request.due_on)
    if request.due_kind == TREATY:
        return _("%(day)s, by agreement (%(source)s)") % {"day": day, "source": request.due_source}
    return _("%(day)s, a target of the institution and no legal deadline") % {"day": day}


def _person(request: PeriodRequest) -> list[tuple[Any, Any]]:
    person = json.loads(request.person or "{}")
    if not person:
        return []
    kinds = dict(IdentifierKind.choices)
    return [
        (_("Full name"), name_of(person)),
        (_("Name in the passport"), person.get("latin_name") or None),
        (_("Former names"), "; ".join(person.get("former_names", [])) or None),
        (_("Born"), _date(person.get("birth_on"))),
        (_("Place of birth"), person.get("birth_place") or None),
        (_("Sex"), Sex(person["sex"]).label if person.get("sex") else None),
        (_("Citizenship"), ", ".join(map(formatting.country_name, person.get("citizenships", []))) or None),
        *((kinds.get(n["kind"], n["kind"]), n["value"]) for n in person.get("numbers", [])),
    ]


def _date(text: str | None) -> str | None:
    return formatting.date_short(dt.date.fromisoformat(text)) if text else None


def _lines(request: PeriodRequest) -> dict[str, Any]:
    standing = standing_answers(request)
    return {
        "columns": [_("Dates"), _("Type"), _("Employer"), _("Answer"), _("Confirmed dates"), _("Reason")],
        "rows": [
            [
                formatting.date_range(line.start_on, line.end_on),
                f"{line.period_type} {line.get_period_type_display()}",
                line.employer or formatting.MISSING,
                *_said(standing.get(line.pk), request),
            ]
            for line in RequestedPeriod.objects.filter(request_id=request.pk).order_by("start_on", "ref")
        ],
    }


def _said(row: AnsweredPeriod | None, request: PeriodRequest) -> list[Any]:
    if row is None:
        waits = request.state not in (*ANSWERS, RequestState.CLOSED, RequestState.WITHDRAWN)
        return [_("waits") if waits else _("no answer"), formatting.MISSING, formatting.MISSING]
    return [
        {"value": row.get_verdict_display(), "tone": VERDICT_TONES[row.verdict]},
        formatting.date_range(row.start_on, row.end_on) if row.start_on else formatting.MISSING,
        row.reason or formatting.MISSING,
    ]


def _further(request: PeriodRequest) -> list[str]:
    rows = AnsweredPeriod.objects.filter(answer__request_id=request.pk, line__isnull=True).order_by(
        "start_on"
    )
    return [formatting.date_range(row.start_on, row.end_on) for row in rows]


def _answers(request: PeriodRequest) -> dict[str, Any]:
    rows = PeriodAnswer.objects.filter(request_id=request.pk).order_by("arrived_at")
    return {
        "columns": [_("Answered"), _("Arrived"), _("Way"), _("Their number"), _("Note")],
        "rows": [
            [
                formatting.date_short(timezone.localdate(row.answered_at)),
                formatting.datetime_short(timezone.localtime(row.arrived_at)),
                row.get_channel_display(),
                row.reference or formatting.MISSING,
                " ".join(filter(None, (_remark(row), row.note))) or formatting.MISSING,
            ]
            for row in rows
        ],
    }


def _remark(row: PeriodAnswer) -> str:
    if row.held:
        return _("Came after the request was withdrawn: kept, and nothing changed.")
    return _("Came after the day on which it was due.") if row.late else ""


def _events(request: PeriodRequest) -> list[dict[str, Any]]:
    steps = RequestStep.objects.filter(request_id=request.pk).order_by("-at", "-pk")
    return [
        {"when": one.at, "title": one.get_to_state_display(), "text": one.reason, "tone": TONES[one.to_state]}
        for one in steps
    ]
