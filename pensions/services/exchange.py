"""Requests for confirmation of periods: drafted, sent, received, asked again, closed, withdrawn."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Organisation
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.models import SubjectKey
from common.service import service
from pensions.enums import LegalBasis
from pensions.enums.exchange import REQUEST_MOVES, WAITING, Channel, PeriodType, Purpose, RequestState
from pensions.exchange import deadlines
from pensions.models import (
    AnswerTarget,
    EmploymentPeriod,
    PeriodRequest,
    ReceivedRequest,
    RequestedPeriod,
    RequestStep,
    SentRequest,
    Worker,
    WorkerCitizenship,
    WorkerIdentifier,
    WorkerName,
)

from . import institutions

DRAFT, SEND, ANSWER = "exchange.request.draft", "exchange.request.send", "exchange.request.answer"
TYPES = {
    LegalBasis.EMPLOYMENT: PeriodType.COMPULSORY_EMPLOYED,
    LegalBasis.SELF_EMPLOYED: PeriodType.COMPULSORY_SELF_EMPLOYED,
    LegalBasis.VOLUNTARY: PeriodType.VOLUNTARY,
    LegalBasis.EQUIVALENT: PeriodType.EQUIVALENT,
}


@service
def draft(
    *,
    by: Any,
    worker: Worker,
    recipient: Organisation,
    purpose: str = Purpose.AWARD,
    entries: Iterable[Any] | None = None,
    note: str = "",
) -> SentRequest:
    """A request about the person's periods in the state of the recipient: those named, or all of them.

    Invalid where there is none; Conflict where one of them has been asked for already and waits.
    """
    access.require(by, DRAFT)
    access.require(by, "registry.statement.view", worker)
    sender = institutions.acting_for(by, DRAFT)
    if recipient.pk == sender.pk or not institutions.competent().filter(pk=recipient.pk).exists():
        raise Invalid("no_institution", _("This is no other competent institution."), field="recipient")
    periods = _periods(worker, recipient.state, entries)
    _refuse_asked_already(periods, recipient)
    key = SubjectKey.new()
    key.save()
    made = SentRequest.everything.create(
        worker=worker, key=key, sender=sender, recipient=recipient, purpose=purpose, note=note, drafted_by=by
    )
    RequestedPeriod.everything.bulk_create(
        _line(made, number, period) for number, period in enumerate(periods, start=1)
    )
    _step(made, "", RequestState.DRAFTED, by)
    _note(by, made, DRAFT, Verb.CREATED)
    return made


def _periods(worker: Worker, state: str, entries: Iterable[Any] | None) -> list[EmploymentPeriod]:
    found = EmploymentPeriod.everything.of_person(worker).current().filter(state=state)
    if entries is not None:
        wanted = set(map(str, entries))
        found = found.filter(entry__in=wanted)
    periods = list(found.select_related("employment__employer").order_by("start_on", "id"))
    if not periods or (entries is not None and len(periods) != len(wanted)):
        raise Invalid(
            "no_periods",
            _("The record holds no such period in the state of this institution."),
            field="recipient",
        )
    return periods


def _refuse_asked_already(periods: list[EmploymentPeriod], recipient: Organisation) -> None:
    open_states = [RequestState.DRAFTED, *WAITING]
    asked = RequestedPeriod.everything.filter(
        entry__in=[period.entry for period in periods],
        request__recipient=recipient,
        request__state__in=open_states,
    ).select_related("request")
    if first := asked.first():
        raise Conflict(
            "asked_already",
            _("Request %(number)s about one of these periods waits for its answer."),
            way_out=_("Open that request."),
            number=str(first.request),
        )


def _line(request: PeriodRequest, number: int, period: EmploymentPeriod) -> RequestedPeriod:
    declared = {name: getattr(period, f"declared_{name}") or 0 for name in ("years", "months", "days")}
    return RequestedPeriod(
        request_id=request.pk,
        ref=str(number),
        entry=period.entry,
        period_id=period.pk,
        state=period.state,
        start_on=period.start_on,
        end_on=period.end_on,
        period_type=period.p5000_type or TYPES.get(period.legal_basis, PeriodType.COMPULSORY),
        scheme=period.insurance_scheme or "00",
        week=period.day_scheme,
        employer=period.employment.employer.name,
        position=period.position,
        declared=declared if any(declared.values()) else None,
    )


def person_of(worker: Worker) -> dict[str, Any]:
    """What the other institution needs to find the person: names, birth, sex, citizenships and numbers."""
    former = WorkerName.everything.filter(worker=worker).order_by("recorded_at")
    numbers = WorkerIdentifier.everything.filter(worker=worker, ended_at__isnull=True).select_related(
        "worker__key"
    )
    citizenships = WorkerCitizenship.everything.filter(worker=worker, until_on__isnull=True)
    return {
        "family_name": worker.family_name,
        "given_name": worker.given_name,
        "patronymic": worker.patronymic,
        "latin_name": worker.latin_name,
        "former_names": [" ".join(filter(None, (n.family_name, n.given_name, n.patronymic))) for n in former],
        "birth_on": worker.birth_on.isoformat() if worker.birth_on else None,
        "birth_place": worker.birth_place,
        "sex": worker.sex,
        "citizenships": sorted({one.country for one in citizenships} | {worker.citizenship} - {""}),
        "numbers": [{"kind": one.kind, "value": one.value} for one in numbers.order_by("kind") if one.value],
    }


@service
def send(*, by: Any, request: SentRequest, channel: str) -> SentRequest:
    """The request leaves with the person's data as they are now.

    Invalid where it should go within this system to an institution that does not work in it.
    """
    access.require(by, SEND, request)
    request = _locked(request)
    if channel == Channel.ELECTRONIC and not institutions.is_connected(request.recipient):
        raise Invalid(
            "not_connected",
            _("Nobody of this institution works in this system."),
            way_out=_("Send the request as a file or on paper."),
            field="channel",
        )
    _must_move(request, RequestState.SENT)
    request.channel, request.sent_at, request.received_at = channel, clock.now(), None
    request.person = json.dumps(person_of(request.worker), ensure_ascii=False)
    _set_due(request, clock.today())
    _move(request, RequestState.SENT, by, SEND, verb=Verb.SENT)
    return request


def _set_due(request: PeriodRequest, sent_on: dt.date) -> None:
    target = (
        AnswerTarget.everything.filter(organisation_id=request.sender_id, from_on__lte=sent_on)
        .order_by("-from_on", "-recorded_at")
        .first()
    )
    due = deadlines.due(
        sent_on,
        between=(request.sender.state, request.recipient.state),
        purpose=request.purpose,
        target_days=target.days if target else None,
    )
    request.due_on, request.due_kind, request.due_source = due.on, due.kind, due.source


@service
def ask_again(*, by: Any, request: SentRequest, reason: str) -> SentRequest:
    """The asking institution does not accept the answer and says why; the request waits anew."""
    access.require(by, SEND, request)
    request = _locked(request)
    _needs_reason(reason)
    if request.state in (RequestState.DRAFTED, *WAITING):
        raise Conflict("no_answer_yet", _("There is no answer yet."))
    _must_move(request, RequestState.SENT)
    request.received_at = None
    _set_due(request, clock.today())
    _move(request, RequestState.SENT, by, SEND, reason, Verb.SENT)
    return request


@service
def confirm_receipt(*, by: Any, request: ReceivedRequest) -> ReceivedRequest:
    """The institution that was asked says that the request has arrived. Twice does no harm."""
    access.require(by, ANSWER, request)
    return _receive(by, request, ANSWER)


@service
def note_receipt(*, by: Any, request: SentRequest) -> SentRequest:
    """The asking institution learned that a file or a paper has arrived."""
    access.require(by, SEND, request)
    return _receive(by, request, SEND)


def _receive(by: Any, request: PeriodRequest, action: str) -> PeriodRequest:
    request = _locked(request)
    if request.state == RequestState.RECEIVED:
        return request
    _must_move(request, RequestState.RECEIVED)
    request.received_at = clock.now()
    _move(request, RequestState.RECEIVED, by, action)
    return request


@service
def withdraw(*, by: Any, request: SentRequest, reason: str) -> None:
    """Taken back. An answer that still comes is kept and changes nothing."""
    _end(by, request, RequestState.WITHDRAWN, reason)


@service
def close(*, by: Any, request: SentRequest, reason: str) -> None:
    """Done with, with or without an answer. An answer that comes later is taken in all the same."""
    _end(by, request, RequestState.CLOSED, reason)


def _end(by: Any, request: SentRequest, state: str, reason: str) -> None:
    access.require(by, SEND, request)
    _needs_reason(reason)
    request = _locked(request)
    _must_move(request, state)
    _move(request, state, by, SEND, reason)


@service
def set_target(*, by: Any, days: int) -> AnswerTarget:
    """Within how many days one's own institution wants answers, from today on. It is no legal deadline."""
    access.require(by, "exchange.target.set")
    if not 1 <= days <= 365:
        raise Invalid("days", _("Give a number of days from 1 to 365."), field="days")
    made = AnswerTarget.everything.create(
        organisation=institutions.acting_for(by, "exchange.target.set"), days=days, recorded_by=by
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action="exchange.target.set", details={"days": days})
    return made


# --- steps ------------------------------------------------------------------------------------------


def _locked(request: PeriodRequest) -> Any:
    return type(request).everything.select_for_update().get(pk=request.pk)


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why."), field="reason")


def _must_move(request: PeriodRequest, state: str) -> None:
    if state not in REQUEST_MOVES[request.state]:
        raise Conflict("no_such_step", _("The request cannot take this step from where it stands."))


def _move(
    request: PeriodRequest, state: str, by: Any, action: str, reason: str = "", verb: str = Verb.CHANGED
) -> None:
    _step(request, request.state, state, by, reason)
    request.state = state
    request.save()
    _note(by, request, action, verb, reason)


def _step(request: PeriodRequest, before: str, after: str, by: Any, reason: str = "") -> None:
    RequestStep.everything.create(
        request_id=request.pk, from_state=before, to_state=after, by=by, reason=reason[:300]
    )


def _note(by: Any, request: PeriodRequest, action: str, verb: str, reason: str = "") -> None:
    journal.record(
        by=by,
        verb=verb,
        obj=request,
        subject_id=request.worker_id,
        action=action,
        reason=reason,
        details={"state": str(request.state), "other": str(request.recipient_id)},
    )
