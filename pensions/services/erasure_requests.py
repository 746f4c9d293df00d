"""A person is erased by two: one supervisor asks and says why, another one, signed in on his own, decides in time."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from common.service import service
from pensions.enums import ErasureState
from pensions.models import ErasureRequest, Worker

from . import erasure
from .erasure import ERASE, Plan


def preview(*, by: Any, worker: Worker) -> Plan:
    """What would go and what would stay, for whoever may erase; the look is in the journal."""
    access.require(by, ERASE, worker)
    with system("preview of an erasure"):
        plan = erasure.look(worker, unsaid=False)
    journal.record(by=by, verb=Verb.READ, obj=worker, subject_id=worker.pk, action=ERASE)
    return plan


@service
def ask(*, by: Any, worker: Worker, reason: str) -> ErasureRequest:
    """Nothing is erased yet. Asked at a record that was merged into another, it is asked for the person."""
    access.require(by, ERASE, worker)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why: name the decision or the request."), field="reason")
    root = worker.merged_into or worker
    access.require(by, ERASE, root)
    plan = erasure.look(root, unsaid=False)
    if plan.is_erased:
        raise Conflict("erased", _("The record is erased already."))
    if plan.holds:
        raise Conflict("held", " ".join(plan.holds))
    _lapse(root)
    try:
        with transaction.atomic():
            made = ErasureRequest.everything.create(worker=root, reason=reason, goes=plan.goes, asked_by=by)
    except IntegrityError as error:
        raise Conflict("asked", _("The erasure of this person is asked for already.")) from error
    _note(by, Verb.CREATED, made, reason)
    return made


def _lapse(worker: Worker) -> None:
    over = ErasureRequest.everything.filter(worker=worker, state=ErasureState.OPEN, until_at__lt=clock.now())
    over.update(state=ErasureState.LAPSED, decided_at=clock.now())


@service
def approve(*, by: Any, request: ErasureRequest) -> Plan:
    """Erases at once. Refused when other things would go now than those that the first person saw."""
    request = _to_decide(by, request)
    asked_by = request.asked_by
    if not (asked_by.is_active and access.permits(asked_by, ERASE, request.worker)):
        raise Conflict(
            "asker_gone", _("Whoever asked may not erase any more. Refuse, and let it be asked anew.")
        )
    if erasure.look(request.worker, unsaid=False).goes != request.goes:
        raise Conflict(
            "changed",
            _("The record has changed since the erasure was asked for. Refuse, and let it be asked anew."),
        )
    _decide(request, ErasureState.ERASED, by)
    plan = erasure.erase(by=asked_by, confirmed_by=by, worker=request.worker, reason=request.reason)
    _note(by, Verb.DECIDED, request, "erased")
    return plan


@service
def refuse(*, by: Any, request: ErasureRequest, reason: str) -> None:
    """The record stays as it is."""
    request = _to_decide(by, request)
    _decide(request, ErasureState.REFUSED, by, reason)
    _note(by, Verb.DECIDED, request, reason)


@service
def withdraw(*, by: Any, request: ErasureRequest) -> None:
    """Whoever asked takes it back."""
    access.require(by, ERASE, request)
    request = _open(request)
    if request.asked_by_id != by.pk:
        raise Conflict("not_yours", _("Only whoever asked can take it back."))
    _decide(request, ErasureState.WITHDRAWN, by)
    _note(by, Verb.DECIDED, request, "withdrawn")


def _to_decide(by: Any, request: ErasureRequest) -> ErasureRequest:
    access.require(by, ERASE, request)
    request = _open(request)
    if request.asked_by_id == by.pk:
        raise Conflict("same_person", _("A second person has to confirm the erasure."))
    return request


def _open(request: ErasureRequest) -> ErasureRequest:
    rows = ErasureRequest.everything.select_for_update(of=("self",)).select_related("worker", "asked_by")
    found = rows.get(pk=request.pk)
    if found.state != ErasureState.OPEN:
        raise Conflict("decided", _("This was decided already."))
    if not found.is_open:
        raise Conflict("too_late", _("The time for this decision is over. It has to be asked for anew."))
    return found


def _decide(request: ErasureRequest, state: str, by: Any, answer: str = "") -> None:
    ErasureRequest.everything.filter(pk=request.pk).update(
        state=state, decided_by=by, decided_at=clock.now(), answer=answer
    )


def _note(by: Any, verb: str, request: ErasureRequest, reason: str) -> None:
    journal.record(by=by, verb=verb, obj=request, subject_id=request.worker_id, action=ERASE, reason=reason)
