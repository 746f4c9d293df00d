"""Requests and answers as files, for institutions that work in another system."""

import datetime as dt
import json
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Organisation
from common import clock, files
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import blind_index
from common.models import SubjectKey
from common.service import service
from pensions import identifiers
from pensions.enums import IdentifierKind
from pensions.enums.exchange import Channel, RequestState
from pensions.exchange import deadlines
from pensions.exchange import message as messages
from pensions.models import (
    PeriodAnswer,
    PeriodRequest,
    ReceivedRequest,
    RequestedPeriod,
    SentRequest,
    Worker,
)

from . import institutions
from .exchange import ANSWER, SEND, _step
from .exchange_answers import ENTER, Said, Taken, _take, answer

MEDIA_TYPE = "application/json"
PROBLEMS = {
    "unreadable": _("The file is not JSON in UTF-8."),
    "too_large": _("The file is larger than two megabytes."),
    "kind": _("This is no file of the wanted kind."),
    "field": _("%(place)s is missing or wrong."),
    "date": _("%(place)s is no possible date."),
}


def _read(content: bytes, kind: str) -> dict[str, Any]:
    try:
        return messages.read(content, kind=kind)
    except messages.MessageError as error:
        raise Invalid(
            f"file_{error.problem}",
            PROBLEMS[error.problem],
            field="file",
            way_out=_("Compare the file with its description and send it again."),
            place=error.place or "—",
        ) from error


def _institution(one: Organisation) -> dict[str, str]:
    return {"state": one.state, "name": one.name}


def request_content(request: PeriodRequest) -> dict[str, Any]:
    return {
        "format": messages.FORMAT,
        "kind": "request",
        "message": str(request.message),
        "number": str(request),
        "sent_at": request.sent_at.isoformat(),
        "due_on": request.due_on.isoformat() if request.due_on else None,
        "from": _institution(request.sender),
        "to": _institution(request.recipient),
        "purpose": str(request.purpose),
        "note": request.note,
        "person": json.loads(request.person or "{}"),
        "periods": [
            {
                "ref": line.ref,
                "state": line.state,
                "start_on": line.start_on.isoformat(),
                "end_on": line.end_on.isoformat() if line.end_on else None,
                "type": line.period_type,
                "relevance": line.relevance,
                "scheme": line.scheme,
                "week": line.week,
                "employer": line.employer,
                "position": line.position,
                "declared": line.declared,
            }
            for line in RequestedPeriod.everything.filter(request_id=request.pk).order_by("start_on", "ref")
        ],
    }


@service
def export_request(*, by: Any, request: SentRequest) -> bytes:
    """The request as a file. Conflict for a draft: the person's data go in when it is sent."""
    access.require(by, SEND, request)
    if request.sent_at is None:
        raise Conflict("not_sent", _("The request has not been sent yet."))
    _note_export(by, request, SEND)
    return messages.write(request_content(request))


@service
def print_request(*, by: Any, request: SentRequest, language: str) -> bytes:
    """The formular on paper, in Russian and another language."""
    from pensions.statements import formular

    access.require(by, SEND, request)
    if request.sent_at is None:
        raise Conflict("not_sent", _("The request has not been sent yet."))
    journal.record(by=by, verb=Verb.PRINTED, obj=request, subject_id=request.worker_id, action=SEND)
    return formular.pdf(request, language)


@service
def export_answer(*, by: Any, request: ReceivedRequest) -> bytes:
    """The last answer of one's own institution as a file."""
    access.require(by, ANSWER, request)
    found = PeriodAnswer.everything.filter(request_id=request.pk).order_by("-answered_at", "-id").first()
    if found is None:
        raise Conflict("no_answer_yet", _("There is no answer yet."))
    _note_export(by, request, ANSWER)
    return messages.write(answer_content(request, found))


def answer_content(request: PeriodRequest, found: PeriodAnswer) -> dict[str, Any]:
    periods = []
    for row in found.periods.model.everything.filter(answer=found).select_related("line").order_by("id"):
        said = {
            "ref": row.line.ref if row.line else "",
            "verdict": str(row.verdict),
            "start_on": row.start_on.isoformat() if row.start_on else None,
            "end_on": row.end_on.isoformat() if row.end_on else None,
            "type": row.period_type,
            "scheme": row.scheme,
            "reason": row.reason,
            "sum": row.sums,
        }
        periods.append({name: value for name, value in said.items() if value not in ("", None)})
    return {
        "format": messages.FORMAT,
        "kind": "answer",
        "message": str(found.message),
        "request": str(request.message),
        "answered_at": found.answered_at.isoformat(),
        "from": _institution(request.recipient),
        "reference": found.reference,
        "note": found.note,
        "periods": periods,
    }


def _note_export(by: Any, request: PeriodRequest, action: str) -> None:
    journal.record(by=by, verb=Verb.EXPORTED, obj=request, subject_id=request.worker_id, action=action)


@service
def import_answer(*, by: Any, request: SentRequest, content: bytes, name: str = "answer.json") -> Taken:
    """An answer that came as a file. The same file twice is taken once; Invalid names the field that is wrong."""
    access.require(by, ENTER, request)
    found = _read(content, "answer")
    if found["request"] != str(request.message):
        raise Invalid("another_request", _("The file answers another request."), field="file")
    if found["from"]["state"] != request.recipient.state:
        raise Invalid(
            "another_state", _("The file comes from another state than the one asked."), field="file"
        )
    file = files.store(content, name=name, media_type=MEDIA_TYPE, by=by, key=request.key)
    return _take(
        by,
        request,
        [_said(one) for one in found["periods"]],
        channel=Channel.FILE,
        answered_at=dt.datetime.fromisoformat(found["answered_at"]),
        reference=found.get("reference", ""),
        note=found.get("note", ""),
        message=uuid.UUID(found["message"]),
        file=file,
        action=ENTER,
    )


@service
def answer_here(*, by: Any, request: ReceivedRequest, said: Any) -> Taken:
    """Answers with `periods` and `note` as a message of kind `answer` has them. Invalid names the field."""
    access.require(by, ANSWER, request)
    told = (
        {name: said[name] for name in ("periods", "note") if name in said} if isinstance(said, dict) else {}
    )
    frame = {
        "format": messages.FORMAT,
        "kind": "answer",
        "message": str(request.message),
        "request": str(request.message),
        "answered_at": clock.now().isoformat(),
        "from": _institution(request.recipient),
    }
    found = _read(json.dumps({**frame, **told}, ensure_ascii=False).encode(), "answer")
    periods = [_said(one) for one in found["periods"]]
    return answer(by=by, request=request, periods=periods, note=found.get("note", ""))


def _said(one: dict[str, Any]) -> Said:
    day = lambda name: dt.date.fromisoformat(one[name]) if one.get(name) else None  # noqa: E731
    return Said(
        ref=one.get("ref", ""),
        verdict=one["verdict"],
        start_on=day("start_on"),
        end_on=day("end_on"),
        reason=one.get("reason", ""),
        period_type=one.get("type", ""),
        scheme=one.get("scheme", ""),
        sums=one.get("sum"),
    )


@service
def import_request(*, by: Any, content: bytes, sender: Organisation | None = None) -> ReceivedRequest:
    """A request of an institution that works elsewhere; without `sender` the one that answers for the state named.

    The same file twice gives the same request.
    """
    access.require(by, ANSWER)
    recipient = institutions.acting_for(by, ANSWER)
    found = _read(content, "request")
    sender = sender or institutions.institution_of(found["from"]["state"])
    if sender.state != found["from"]["state"] or sender.pk == recipient.pk:
        raise Invalid("another_state", _("The file comes from another state."), field="sender")
    if recipient.state != found["to"]["state"]:
        raise Invalid("not_for_us", _("The file is meant for another state."), field="file")
    known = PeriodRequest.everything.filter(message=found["message"]).first()
    if known is not None:
        if (known.sender_id, known.recipient_id) != (sender.pk, recipient.pk):
            raise Conflict("another_content", _("A request with this number is known and is another one."))
        return ReceivedRequest.everything.get(pk=known.pk)
    return _receive_from_outside(by, found, sender, recipient)


def _receive_from_outside(
    by: Any, found: dict[str, Any], sender: Organisation, recipient: Organisation
) -> ReceivedRequest:
    key = SubjectKey.new()
    key.save()
    sent_at = dt.datetime.fromisoformat(found["sent_at"])
    due_on = found.get("due_on")
    due = deadlines.due(clock.today(), between=(sender.state, recipient.state), purpose=found["purpose"])
    made = ReceivedRequest(
        message=found["message"],
        number=found["number"],
        key=key,
        worker=_known_person(found["person"]),
        sender=sender,
        recipient=recipient,
        purpose=found["purpose"],
        channel=Channel.FILE,
        state=RequestState.RECEIVED,
        note=found.get("note", ""),
        person=json.dumps(found["person"], ensure_ascii=False),
        drafted_by=by,
        sent_at=sent_at,
        received_at=clock.now(),
        due_on=dt.date.fromisoformat(due_on) if due_on else due.on,
        due_kind=deadlines.TARGET if due_on else due.kind,
        due_source=due.source,
    )
    made.save(force_insert=True)
    day = lambda one, name: dt.date.fromisoformat(one[name]) if one.get(name) else None  # noqa: E731
    RequestedPeriod.everything.bulk_create(
        RequestedPeriod(
            request_id=made.pk,
            ref=one["ref"],
            state=one["state"],
            start_on=day(one, "start_on"),
            end_on=day(one, "end_on"),
            period_type=one["type"],
            relevance=one["relevance"],
            scheme=one["scheme"],
            week=one["week"],
            employer=one.get("employer", ""),
            position=one.get("position", ""),
            declared=one.get("declared"),
        )
        for one in found["periods"]
    )
    _step(made, "", RequestState.RECEIVED, by)
    journal.record(by=by, verb=Verb.CREATED, obj=made, subject_id=made.worker_id, action=ANSWER)
    return made


def _known_person(person: dict[str, Any]) -> Worker | None:
    """The one worker of the registry who has a number of the file; nobody where it is not sure."""
    indexes = set()
    for number in person.get("numbers", []):
        if number["kind"] in IdentifierKind.values:
            indexes.add(blind_index(number["kind"], identifiers.read(number["kind"], number["value"]).value))
    found = list(
        Worker.everything.filter(identifiers__index__in=indexes, identifiers__ended_at__isnull=True)
        .select_related("merged_into")
        .distinct()[:2]
    )
    return (found[0].merged_into or found[0]) if len(found) == 1 else None
