"""A worker says that something in the own record is wrong; an official looks, asks back, and answers.

The request itself never changes the record. "Put right" can be said only after an entry about this person was
written since the request came, so that the word means what it says.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import access
from common import file_kinds, files, virus_scan
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Entry, Verb
from common.service import service
from pensions import events
from pensions.enums.corrections import OPEN, CorrectionState
from pensions.models import (
    Certificate,
    Contribution,
    CorrectionPaper,
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
PAPERS = 10
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
    *,
    by: Any,
    worker: Worker,
    wrong: str,
    text: str,
    employment: Employment | None = None,
    file: Any = None,
) -> CorrectionRequest:
    """A new request, with a photo or a PDF if there is one.

    Conflict where ten of the person are open; Invalid without words or about another's work.
    """
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
    step = _write(by, made, "", CorrectionState.SENT, text, ASK, Verb.CREATED)
    _keep(by, step, file)
    return made


def _is_of(employment: Employment, worker: Worker) -> bool:
    people = Worker.everything.of_person(worker)
    return Employment.everything.filter(pk=employment.pk, worker__in=people.values("pk")).exists()


@service
def reply(*, by: Any, request: CorrectionRequest, text: str, file: Any = None) -> CorrectionRequest:
    """The worker answers the office's question; the request goes back into its queue."""
    asked = (CorrectionState.ASKED_BACK,)
    return _move(by, request, ASK, asked, CorrectionState.IN_WORK, _said(text), file)


@service
def add_paper(*, by: Any, request: CorrectionRequest, file: Any) -> CorrectionRequest:
    """One more photo or PDF while the request is open; where it stands does not change."""
    return _move(by, request, ASK, OPEN, "", "", file)


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
def take_many(*, by: Any, requests: Iterable[CorrectionRequest]) -> None:
    """Several at once; whoever held one of them is told."""
    access.require(by, WORK)
    mine = access.narrow(CorrectionRequest.everything.open(), by, WORK)
    rows = list(mine.filter(pk__in=[one.pk for one in requests]).select_related("key", "worker", "held_by"))
    CorrectionRequest.everything.filter(pk__in=[one.pk for one in rows]).update(
        state=CorrectionState.IN_WORK, held_by=by
    )
    steps = _write_many(by, rows, [CorrectionState.IN_WORK] * len(rows))
    for one, step in zip(rows, steps, strict=True):
        one.state = CorrectionState.IN_WORK
        if one.held_by_id and one.held_by_id != by.pk:
            events.correction_moved(one, step.pk, by=by)


def answered(requests: Iterable[CorrectionRequest]) -> dict[Any, Any]:
    """{key: why not} of those that are over."""
    return {
        one.pk: _("it is dealt with already: %(state)s") % {"state": one.get_state_display()}
        for one in requests
        if not one.is_open
    }


@service
def put_back(*, by: Any, requests: Iterable[CorrectionRequest], before: dict[str, dict]) -> None:
    """Compensates `take_many`: each as it stood, {key: {state, held_by}}, by a step of its own; nobody is told."""
    access.require(by, WORK)
    rows = list(
        access.narrow(CorrectionRequest.everything.all(), by, WORK)
        .filter(pk__in=[one.pk for one in requests])
        .select_related("key")
    )
    groups: dict[tuple, list] = {}
    for one in rows:
        stood = before[str(one.pk)]
        groups.setdefault((stood["state"], stood["held_by"]), []).append(one.pk)
    for (state, holder), keys in groups.items():
        CorrectionRequest.everything.filter(pk__in=keys).update(state=state, held_by=holder)
    _write_many(by, rows, [before[str(one.pk)]["state"] for one in rows])


def how_it_stands(request: CorrectionRequest) -> dict[str, Any]:
    return {"state": request.state, "held_by": str(request.held_by_id) if request.held_by_id else None}


def moved_since(requests: Iterable[CorrectionRequest], at: dt.datetime) -> set:
    steps = CorrectionStep.everything.filter(request__in=list(requests), at__gt=at)
    return set(steps.values_list("request_id", flat=True))


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
    by: Any,
    request: CorrectionRequest,
    action: str,
    froms: Iterable[str],
    to: str,
    text: str,
    file: Any = None,
) -> CorrectionRequest:
    """To another state, or with an empty `to` only a further step in the same one."""
    access.require(by, action, request)
    locked = (
        CorrectionRequest.everything.select_for_update(of=("self",))
        .select_related("key", "worker", "held_by")
        .get(pk=request.pk)
    )
    if locked.state not in froms:
        raise Conflict("request_moved", _("Somebody else has dealt with this in the meantime."))
    before, locked.state = locked.state, to or locked.state
    CorrectionRequest.everything.filter(pk=locked.pk).update(state=locked.state)
    step = _write(by, locked, before, locked.state, text, action, Verb.CHANGED)
    _keep(by, step, file)
    events.correction_moved(locked, step.pk, by=by)
    return locked


def papers(request: CorrectionRequest) -> QuerySet[CorrectionPaper]:
    """The newest first."""
    rows = CorrectionPaper.everything.filter(step__request=request).select_related("file", "step")
    return rows.order_by("-step__at", "-pk")


@service
def read_paper(*, by: Any, paper: CorrectionPaper) -> tuple[bytes, str, str]:
    """(content, name, media type); the reading stands in the journal of the person."""
    request = paper.step.request
    access.require(by, CorrectionRequest.VIEW, request)
    journal.record(
        by=by,
        verb=Verb.READ,
        obj=request,
        subject_id=request.worker_id,
        action=CorrectionRequest.VIEW,
        details={"paper": str(paper.pk)},
    )
    return files.read(paper.file), paper.file.name, paper.file.media_type


def papers_of(records: Iterable[Any]) -> list[Any]:
    """Files of every paper that these records' requests came with, in order."""
    rows = CorrectionPaper.everything.filter(step__request__worker__in=list(records))
    return [one.file for one in rows.select_related("file__key").order_by("pk")]


def _keep(by: Any, step: CorrectionStep, file: Any) -> None:
    """Under a name that tells nothing; told by its content once more, whoever calls."""
    if not file:
        return
    request = step.request
    count = papers(request).count()
    if count >= PAPERS:
        raise Conflict(
            "too_many_papers",
            _("Ten papers are here already."),
            way_out=_("Show the others at the office, or put several pages into one PDF."),
        )
    kind = file_kinds.recognise(file)
    virus_scan.scan(file)
    stored = files.store(
        file,
        name=f"{request.number}-{count + 1}.{kind.ending}",
        media_type=kind.media_type,
        by=by,
        key=request.key,
        tell_hash=False,
    )
    CorrectionPaper.everything.create(step=step, file=stored)


def _write(
    by: Any, request: CorrectionRequest, before: str, to: str, text: str, action: str, verb: str
) -> CorrectionStep:
    step = CorrectionStep.everything.create(request=request, from_state=before, to_state=to, text=text, by=by)
    journal.record(by=by, verb=verb, obj=request, subject_id=request.worker_id, action=action)
    return step


def _write_many(by: Any, requests: list[CorrectionRequest], states: list[str]) -> list[CorrectionStep]:
    """A step for each, without words."""
    steps = CorrectionStep.everything.bulk_create(
        CorrectionStep(request=one, from_state=one.state, to_state=state, by=by)
        for one, state in zip(requests, states, strict=True)
    )
    journal.record_many(
        by=by,
        verb=Verb.CHANGED,
        objects=requests,
        subject_ids=[one.worker_id for one in requests],
        action=WORK,
    )
    return steps
