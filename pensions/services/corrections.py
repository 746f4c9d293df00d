"""A worker says that something in the own record is wrong; an official looks, asks back, and answers.

The request itself never changes the record. "Put right" can be said only after an entry about this person was
written since the request came, so that the word means what it says.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import access
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Entry, Verb
from common.service import service
from pensions import events
from pensions.enums_corrections import OPEN, CorrectionState
from pensions.models import (
    Certificate,
    Contribution,
    CorrectionRequest,
    CorrectionStep,
    Employment,
    EmploymentPeriod,
    PeriodEvidence,
    Worker,
    WorkerIdentifier,
)

ASK = "registry.correction.ask"
WORK = "registry.correction.work"
OPEN_AT_ONCE = 10
LONGEST = 2_000
WRITTEN = (
    (EmploymentPeriod, "recorded_at"),
    (Contribution, "recorded_at"),
    (PeriodEvidence, "recorded_at"),
    (WorkerIdentifier, "recorded_at"),
    (Certificate, "issued_at"),
)


# The worker ----------------------------------------------------------------------------------------------------------


@service
def ask(
    *, by: Any, worker: Worker, wrong: str, text: str, employment: Employment | None = None
) -> CorrectionRequest:
    """A new request. Conflict where ten of the person are open; Invalid without words or about another's work."""
    access.require(by, ASK, worker)
    text = _said(text)
    if CorrectionRequest.everything.of_person(worker).open().count() >= OPEN_AT_ONCE:
        raise Conflict(
            "too_many_open",
            _("Ten requests are open already."),
            way_out=_("Wait for an answer, or take one of them back."),
        )
    if employment is not None and not _is_of(employment, worker):
        raise Invalid("not_your_work", _("This work is not in your record."), field="employment")
    made = CorrectionRequest.everything.create(
        worker=worker, key=worker.key, wrong=wrong, employment=employment
    )
    _write(by, made, "", CorrectionState.SENT, text, ASK, Verb.CREATED)
    return made


def _is_of(employment: Employment, worker: Worker) -> bool:
    people = Worker.everything.of_person(worker)
    return Employment.everything.filter(pk=employment.pk, worker__in=people.values("pk")).exists()


@service
def reply(*, by: Any, request: CorrectionRequest, text: str) -> CorrectionRequest:
    """The worker answers the office's question; the request goes back into its queue."""
    return _move(by, request, ASK, (CorrectionState.ASKED_BACK,), CorrectionState.IN_WORK, _said(text))


@service
def withdraw(*, by: Any, request: CorrectionRequest) -> CorrectionRequest:
    return _move(by, request, ASK, OPEN, CorrectionState.WITHDRAWN, "")


# The office ----------------------------------------------------------------------------------------------------------


@service
def take(*, by: Any, request: CorrectionRequest) -> CorrectionRequest:
    """The official looks into it; also takes over from a colleague."""
    moved = _move(by, request, WORK, OPEN, CorrectionState.IN_WORK, "")
    CorrectionRequest.everything.filter(pk=moved.pk).update(held_by=by)
    moved.held_by = by
    return moved


@service
def ask_back(*, by: Any, request: CorrectionRequest, text: str) -> CorrectionRequest:
    """A question to the worker, such as which paper there is."""
    froms = (CorrectionState.SENT, CorrectionState.IN_WORK)
    return _move(by, request, WORK, froms, CorrectionState.ASKED_BACK, _said(text))


@service
def mended(*, by: Any, request: CorrectionRequest, text: str) -> CorrectionRequest:
    """The record is put right. Conflict as long as nothing about the person was written since the request."""
    access.require(by, WORK, request)
    if not record_changed_since(request):
        raise Conflict(
            "nothing_changed",
            _("Nothing in this record has changed since the request came."),
            way_out=_("Correct the record first, or say why it stays as it is."),
        )
    return _move(by, request, WORK, OPEN, CorrectionState.MENDED, _said(text))


@service
def keep(*, by: Any, request: CorrectionRequest, text: str) -> CorrectionRequest:
    """The record stays as it is, and why; the worker may ask again or complain."""
    return _move(by, request, WORK, OPEN, CorrectionState.KEPT, _said(text))


def record_changed_since(request: CorrectionRequest) -> bool:
    """Was anything written about the person since then: an entry of the ledger, a judgment, a detail, a certificate?"""
    people, since = Worker.everything.of_person(request.worker).values("pk"), request.sent_at
    rows = (
        model.everything.filter(worker_id__in=people, **{f"{column}__gte": since})
        for model, column in WRITTEN
    )
    return any(found.exists() for found in rows) or _details_changed(list(people), since)


def _details_changed(people: list[dict], since: dt.datetime) -> bool:
    """Birth date, sex and the like have no rows of their own: the journal tells of them."""
    changes = Entry.objects.filter(
        subject_id__in=[one["pk"] for one in people],
        verb=Verb.CHANGED,
        object_type=Worker._meta.label_lower,
        at__gte=since,
    )
    return changes.exists()


# Inside --------------------------------------------------------------------------------------------------------------


def _said(text: str) -> str:
    if not text.strip():
        raise Invalid("text_missing", _("Say it in a few words."), field="text")
    return text.strip()[:LONGEST]


def _move(
    by: Any, request: CorrectionRequest, action: str, froms: Iterable[str], to: str, text: str
) -> CorrectionRequest:
    access.require(by, action, request)
    locked = (
        CorrectionRequest.everything.select_for_update(of=("self",))
        .select_related("key", "worker", "held_by")
        .get(pk=request.pk)
    )
    if locked.state not in froms:
        raise Conflict("request_moved", _("Somebody else has dealt with this in the meantime."))
    before, locked.state = locked.state, to
    CorrectionRequest.everything.filter(pk=locked.pk).update(state=to)
    step = _write(by, locked, before, to, text, action, Verb.CHANGED)
    events.correction_moved(locked, step.pk, by=by)
    return locked


def _write(
    by: Any, request: CorrectionRequest, before: str, to: str, text: str, action: str, verb: str
) -> CorrectionStep:
    step = CorrectionStep.everything.create(request=request, from_state=before, to_state=to, text=text, by=by)
    journal.record(by=by, verb=verb, obj=request, subject_id=request.worker_id, action=action)
    return step
