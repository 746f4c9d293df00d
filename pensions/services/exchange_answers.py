"""Answers to requests: given in this system, read from a file or entered from paper, and taken over into evidence.

An answer is known by its `message`: the same one that comes twice is kept once. Of two answers the one that was given
later holds, whichever arrived first.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.models import StoredFile
from common.service import service
from pensions.enums import EvidenceStatus
from pensions.enums.exchange import WAITING, Channel, RequestState, Verdict
from pensions.exchange import message as messages
from pensions.models import (
    AnsweredPeriod,
    EmploymentPeriod,
    PeriodAnswer,
    PeriodRequest,
    ReceivedRequest,
    RequestedPeriod,
    SentRequest,
)

from . import ledger
from .exchange import ANSWER, _locked, _move, _note

ENTER = "exchange.answer.enter"
STATUS = {Verdict.CONFIRMED: EvidenceStatus.CONFIRMED, Verdict.DISPUTED: EvidenceStatus.DISPUTED}
DOCUMENT = "P5000"


@dataclass(frozen=True)
class Said:
    """What an answer says of one period. `ref` empty: a further period that nobody asked for."""

    ref: str
    verdict: str
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    reason: str = ""
    period_type: str = ""
    scheme: str = ""
    sums: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Taken:
    """`outcome`: new, again (known already, nothing done) or held (the request had been withdrawn)."""

    answer: PeriodAnswer
    outcome: str


@service
def answer(*, by: Any, request: ReceivedRequest, periods: Sequence[Said], note: str = "") -> Taken:
    """The institution that was asked answers in this system."""
    access.require(by, ANSWER, request)
    return _take(
        by, request, periods, channel=Channel.ELECTRONIC, answered_at=clock.now(), note=note, action=ANSWER
    )


@service
def enter_paper(
    *,
    by: Any,
    request: SentRequest,
    periods: Sequence[Said],
    answered_on: dt.date,
    reference: str,
    note: str = "",
) -> Taken:
    """The asking institution enters an answer that came on paper; the same paper entered twice counts once."""
    access.require(by, ENTER, request)
    if answered_on > clock.today():
        raise Invalid("future", _("The answer cannot have a date in the future."), field="answered_on")
    at = dt.datetime.combine(answered_on, dt.time(12), tzinfo=dt.UTC)
    return _take(
        by,
        request,
        periods,
        channel=Channel.PAPER,
        answered_at=at,
        reference=reference,
        note=note,
        action=ENTER,
    )


def _take(
    by: Any,
    request: PeriodRequest,
    periods: Sequence[Said],
    *,
    channel: str,
    answered_at: dt.datetime,
    action: str,
    reference: str = "",
    note: str = "",
    message: uuid.UUID | None = None,
    file: StoredFile | None = None,
) -> Taken:
    request = _locked(request)
    lines = {line.ref: line for line in RequestedPeriod.everything.filter(request_id=request.pk)}
    _check(periods, lines)
    sha256 = messages.digest(
        _content(periods, reference, answered_at if channel != Channel.ELECTRONIC else None)
    )
    # Without a message number of its own an answer is known by what it says, after so many questions.
    message = message or uuid.uuid5(request.message, f"{_round(request)} {sha256}")
    known = PeriodAnswer.everything.filter(message=message).first()
    if known is not None:
        return _again(by, request, known, sha256, action)
    if request.state == RequestState.DRAFTED:
        raise Conflict("not_sent", _("The request has not been sent yet."))
    held = request.state == RequestState.WITHDRAWN
    made = PeriodAnswer.everything.create(
        request_id=request.pk,
        message=message,
        channel=channel,
        answered_at=answered_at,
        reference=reference[:100],
        note=note[:500],
        sha256=sha256,
        file=file,
        late=bool(request.due_on and clock.today() > request.due_on),
        held=held,
        entered_by=by,
    )
    standing = {} if held else standing_answers(request, but=made)
    for said in periods:
        _keep(made, said, lines.get(said.ref), request, standing)
    if held:
        _note(by, request, action, Verb.CREATED)
        return Taken(made, "held")
    _conclude(by, request, lines, action)
    return Taken(made, "new")


def _round(request: PeriodRequest) -> int:
    """How often it was asked: the same words after asking again are a new answer."""
    return request.steps.model.everything.filter(request_id=request.pk, to_state=RequestState.SENT).count()


def _content(periods: Sequence[Said], reference: str, at: dt.datetime | None) -> dict[str, Any]:
    return {
        "reference": reference,
        "at": at.isoformat() if at else "",
        "periods": [
            {name: str(getattr(said, name) or "") for name in Said.__dataclass_fields__} for said in periods
        ],
    }


def _again(by: Any, request: PeriodRequest, known: PeriodAnswer, sha256: str, action: str) -> Taken:
    if known.request_id != request.pk or known.sha256 != sha256:
        raise Conflict(
            "another_content",
            _("An answer with this number is known and says something else."),
            way_out=_("Ask the institution which of them holds, and for a number of its own for each."),
        )
    _note(by, request, action, Verb.READ)
    return Taken(known, "again")


def _check(periods: Sequence[Said], lines: Mapping[str, RequestedPeriod]) -> None:
    refs = [said.ref for said in periods if said.ref]
    if not periods or len(refs) != len(set(refs)):
        raise Invalid("periods", _("Answer at least one period, and each once."))
    for said in periods:
        if said.verdict != Verdict.FURTHER and said.ref not in lines:
            raise Invalid("no_such_period", _("Period %(ref)s was not asked for."), ref=said.ref or "—")
        if said.verdict == Verdict.FURTHER and said.ref:
            raise Invalid("no_such_period", _("A further period has no place among those asked for."))
        if said.verdict in (Verdict.PARTLY, Verdict.FURTHER) and not (said.start_on and said.end_on):
            raise Invalid(
                "dates_missing", _("Give both dates for which it is confirmed."), field=_field(said, "start")
            )
        if said.start_on and said.end_on and said.end_on < said.start_on:
            raise Invalid(
                "end_before_start", _("The period ends before it begins."), field=_field(said, "end")
            )
        if said.verdict == Verdict.DISPUTED and not said.reason.strip():
            raise Invalid(
                "reason_missing", _("Say why the period is disputed."), field=_field(said, "reason")
            )


def _field(said: Said, name: str) -> str:
    return f"{name}_{said.ref}"


def standing_answers(request: PeriodRequest, but: PeriodAnswer | None = None) -> dict[Any, AnsweredPeriod]:
    """{line: what holds now}: of several answers to a line the one given last."""
    rows = AnsweredPeriod.everything.filter(
        answer__request_id=request.pk, answer__held=False, line__isnull=False
    ).select_related("answer", "line")
    if but is not None:
        rows = rows.exclude(answer=but)
    return {row.line_id: row for row in rows.order_by("answer__answered_at", "answer__arrived_at", "id")}


def _keep(
    made: PeriodAnswer,
    said: Said,
    line: RequestedPeriod | None,
    request: PeriodRequest,
    standing: Mapping[Any, AnsweredPeriod],
) -> None:
    before = standing.get(line.pk) if line else None
    newest = before is None or before.answer.answered_at <= made.answered_at
    same = before is not None and before.verdict == said.verdict
    evidence = None
    if line and line.period_id and not made.held and newest and not same and said.verdict in STATUS:
        evidence = ledger.judge_period(
            by=None,
            period=EmploymentPeriod.everything.of_person(request.worker).get(pk=line.period_id),
            status=STATUS[said.verdict],
            note=said.reason or made.note,
            document_type=DOCUMENT,
            issuer=str(request.recipient)[:300],
            archive_reference=made.reference or str(request),
            file=made.file,
        )
    AnsweredPeriod.everything.create(
        answer=made,
        line=line,
        verdict=said.verdict,
        start_on=said.start_on,
        end_on=said.end_on,
        reason=said.reason[:300],
        period_type=said.period_type,
        scheme=said.scheme,
        sums=dict(said.sums) if said.sums else None,
        evidence=evidence,
    )


def _conclude(by: Any, request: PeriodRequest, lines: Mapping[str, RequestedPeriod], action: str) -> None:
    """The state that follows from all answers together."""
    verdicts = [row.verdict for row in standing_answers(request).values()]
    if len(verdicts) == len(lines) and set(verdicts) == {Verdict.CONFIRMED}:
        state = RequestState.ANSWERED
    elif set(verdicts) <= {Verdict.DISPUTED, Verdict.UNKNOWN} and len(verdicts) == len(lines):
        state = RequestState.DISPUTED
    else:
        state = RequestState.PARTLY_CONFIRMED
    if request.state in WAITING and request.received_at is None:
        request.received_at = clock.now()
    _move(request, state, by, action, verb=Verb.DECIDED)


@service
def adopt_dates(*, by: Any, request: SentRequest, reason: str) -> int:
    """Corrects the record to the dates that were confirmed for part of a period; how many periods were corrected.

    Conflict where the record was corrected since the question.
    """
    access.require(by, ENTER, request)
    partly = [row for row in standing_answers(request).values() if row.verdict == Verdict.PARTLY]
    count = 0
    for row in partly:
        period = EmploymentPeriod.everything.filter(entry=row.line.entry).current().first()
        if period is None or (period.start_on, period.end_on) == (row.start_on, row.end_on):
            continue
        if period.pk != row.line.period_id:
            raise Conflict("corrected_since", _("The record was corrected since the question: ask anew."))
        fixed = ledger.correct(by=by, entry=period, reason=reason, start_on=row.start_on, end_on=row.end_on)
        ledger.judge_period(
            by=by,
            period=fixed,
            status=EvidenceStatus.CONFIRMED,
            document_type=DOCUMENT,
            issuer=str(request.recipient)[:300],
            archive_reference=row.answer.reference or str(request),
        )
        count += 1
    if not count:
        raise Conflict(
            "nothing_to_adopt", _("No period was confirmed for other dates than the record holds.")
        )
    journal.record(
        by=by,
        verb=Verb.CHANGED,
        obj=request,
        subject_id=request.worker_id,
        action=ENTER,
        details={"periods": count},
    )
    return count
