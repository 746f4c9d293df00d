"""A worker's demand for a certificate: asked, told, answered, or met with silence that can be proved.

The employer learns of a demand only where the worker allows it, because asking can cost the job. The clock starts on
the day on which the employer was told: by this register, or by the worker in person. Every step is entered in the
control register under the worker's key.
"""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Organisation
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions import events
from pensions.demand_deadlines import deadline
from pensions.enums.issuing import (
    ANSWERED_DEMANDS,
    OPEN_DEMANDS,
    CertificateState,
    DemandState,
    DemandStepKind,
    ToldHow,
)
from pensions.models import Certificate, Demand, DemandStep, Employment, EmploymentPeriod, Worker
from pensions.registry_number import normalise
from pensions.services import control_register

ASK = "certificates.demand.ask"
ANSWER = "certificates.demand.answer"


# The worker, or somebody with a mandate ------------------------------------------------------------------------------


@service
def ask(*, by: Any, employment: Employment, may_tell: bool = False) -> Demand:
    """A demand about one employment, present or past. Conflict while another about it is open."""
    access.require(by, ASK, employment)
    return _ask(by, employment, may_tell)


def _ask(
    by: Any, employment: Employment, may_tell: bool, via: Organisation | None = None, mandate: str = ""
) -> Demand:
    employment = Employment.everything.select_related("worker__key", "employer").get(pk=employment.pk)
    control_register.hold()
    try:
        with transaction.atomic():
            demand = Demand.everything.create(
                employment=employment,
                worker=employment.worker,
                key=employment.worker.key,
                via=via,
                mandate=mandate.strip()[:200],
                may_tell=may_tell,
                created_by=by,
            )
    except IntegrityError as error:
        raise Conflict("open_already", _("A demand of this work is open already.")) from error
    _step(by, demand, DemandStepKind.ASKED)
    if may_tell:
        _tell_by_system(by, demand)
    return demand


@service
def ask_for(
    *,
    by: Any,
    registry_number: str,
    birth_on: dt.date,
    employer: str,
    mandate: str,
    may_tell: bool = False,
) -> Demand:
    """An NGO asks for a worker who has given it a mandate. It has no sight of the registry: number and birth date must
    both be right, and the answer does not tell which of them was wrong."""
    access.require(by, ASK)
    if not mandate.strip():
        raise Invalid(
            "mandate_missing", _("Name the worker's written mandate and its date."), field="mandate"
        )
    organisation = next((m.organisation for m in by.valid_memberships if m.organisation_id), None)
    worker = _person(registry_number, birth_on)
    found = Employment.everything.none()
    if worker is not None and employer.strip():
        own = Employment.everything.of_person(worker)
        found = own.filter(employer__in=_employers(employer))
    chosen = list(found[:2])
    if len(chosen) != 1:
        raise Invalid(
            "nobody_found",
            _("No work is found for this number, birth date and employer together."),
            way_out=_("Compare all three with the worker's papers."),
            field="registry_number",
        )
    return _ask(by, chosen[0], may_tell, organisation, mandate)


def _person(number: str, birth_on: dt.date) -> Worker | None:
    """By the whole number, also that of a record that was merged: a name or a part would let an NGO search."""
    whole = normalise(number)
    held = whole and Worker.everything.filter(registry_number=whole).select_related("merged_into").first()
    person = held and (held.merged_into or held)
    return person if person and person.birth_on == birth_on else None


def _employers(text: str) -> Any:
    from pensions.models import Employer

    return Employer.everything.found_by(text)


@service
def allow_telling(*, by: Any, demand: Demand) -> Demand:
    """The worker lets the employer know: from now on the employer sees the demand, and the clock runs."""
    demand = _held(by, demand, ASK, OPEN_DEMANDS)
    Demand.everything.filter(pk=demand.pk).update(may_tell=True)
    demand.may_tell = True
    if demand.told_on is None:
        _tell_by_system(by, demand)
    else:
        _step(by, demand, DemandStepKind.ALLOWED)
    return demand


@service
def forbid_telling(*, by: Any, demand: Demand) -> Demand:
    """The worker takes the consent back: the employer does not see the demand any more, nor is reminded."""
    demand = _held(by, demand, ASK, OPEN_DEMANDS)
    Demand.everything.filter(pk=demand.pk).update(may_tell=False)
    demand.may_tell = False
    _step(by, demand, DemandStepKind.FORBIDDEN)
    return demand


@service
def told_in_person(*, by: Any, demand: Demand, on: dt.date, how: str) -> Demand:
    """The worker handed the demand over without this register: the worker's own word, and said to be that."""
    demand = _held(by, demand, ASK, OPEN_DEMANDS)
    if demand.told_on is not None:
        raise Conflict("told_already", _("The employer was told already."))
    if not how.strip():
        raise Invalid("how_missing", _("Say how the demand reached the employer."), field="how")
    if not demand.asked_on <= on <= clock.today():
        raise Invalid("day_invalid", _("The day lies between the demand and today."), field="on")
    _tell(by, demand, on, ToldHow.PERSON, how)
    return demand


@service
def withdraw(*, by: Any, demand: Demand, reason: str = "") -> Demand:
    """The worker does not want it any more."""
    demand = _held(by, demand, ASK, OPEN_DEMANDS)
    return _end(by, demand, DemandState.WITHDRAWN, DemandStepKind.WITHDRAWN, reason=reason)


# The employer --------------------------------------------------------------------------------------------------------


@service
def acknowledge(*, by: Any, demand: Demand) -> Demand:
    """The employer has seen it."""
    demand = _held(by, demand, ANSWER, (DemandState.ASKED,))
    return _end(by, demand, DemandState.ACKNOWLEDGED, DemandStepKind.ACKNOWLEDGED)


@service
def refuse(*, by: Any, demand: Demand, reason: str) -> Demand:
    """The employer says no, and why; the worker can go on with that."""
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why."), field="reason")
    demand = _held(by, demand, ANSWER, OPEN_DEMANDS)
    demand = _end(by, demand, DemandState.REFUSED, DemandStepKind.REFUSED, reason=reason)
    events.demand_over(demand, demand.worker, by=by)
    return demand


def fulfil(by: Any, certificate: Certificate) -> None:
    """Part of an issue: a demand about the same work is answered by the certificate, late answers included."""
    waiting = Demand.everything.filter(
        employment_id=certificate.employment_id, state__in=ANSWERED_DEMANDS
    ).select_related("key")
    for demand in waiting:
        _end(by, demand, DemandState.FULFILLED, DemandStepKind.FULFILLED, certificate=certificate)


# The clock -----------------------------------------------------------------------------------------------------------


@service
def watch_deadlines(*, by: Any = None, today: dt.date | None = None) -> dict[str, int]:
    """Reminds employers who may know on the day that the answer is due, and states silence after the margin. Runs
    every night; running it twice does nothing more."""
    today = today or clock.today()
    control_register.hold()
    waiting = (
        Demand.everything.open()
        .filter(told_on__isnull=False)
        .select_related("key", "worker", "employment__employer__organisation")
    )
    reminded = DemandStep.everything.filter(kind=DemandStepKind.REMINDED).values("demand_id")
    due = list(waiting.filter(due_on__lt=today, may_tell=True).exclude(pk__in=reminded))
    for demand in due:
        step = _step(None, demand, DemandStepKind.REMINDED, on=today)
        events.demand_waits(demand, addressee(demand), step.pk, by=None)
    silent = list(waiting.filter(silent_after__lt=today))
    for demand in silent:
        _end(None, demand, DemandState.EXPIRED, DemandStepKind.EXPIRED, on=today)
        events.demand_over(demand, demand.worker, by=None)
    return {"reminded": len(due), "expired": len(silent)}


# Inside --------------------------------------------------------------------------------------------------------------


def _held(by: Any, demand: Demand, action: str, states: Any) -> Demand:
    """The row as it is now, under the register's lock; Conflict in another state."""
    access.require(by, action, demand)
    control_register.hold()
    demand = Demand.everything.select_related("key", "employment__employer").get(pk=demand.pk)
    if demand.state not in states:
        raise Conflict(
            "wrong_state",
            _("This cannot be done: the demand is %(state)s."),
            state=demand.get_state_display(),
        )
    return demand


def _tell_by_system(by: Any, demand: Demand) -> None:
    """An employer that is gone, or was never connected, cannot be told by the register."""
    reached = addressee(demand)
    if reached is None:
        _step(by, demand, DemandStepKind.ALLOWED)
    else:
        step = _tell(by, demand, clock.today(), ToldHow.REGISTER, "")
        events.demand_waits(demand, reached, step.pk, by=by)


def addressee(demand: Demand) -> Organisation | None:
    """Whoever answers for the employer today: itself, or the successor of one that is gone."""
    employer, today = demand.employment.employer, clock.today()
    while employer.liquidated_on and employer.liquidated_on <= today and employer.successor is not None:
        employer = employer.successor
    gone = employer.liquidated_on and employer.liquidated_on <= today
    return None if gone else employer.organisation


def _tell(by: Any, demand: Demand, on: dt.date, how: str, words: str) -> DemandStep:
    term = deadline(_state_of_work(demand), on)
    values = {
        "told_on": on,
        "told_how": how,
        "due_on": term.due_on,
        "silent_after": term.silent_after,
        "due_by_law": term.is_law,
        "due_source": term.source,
    }
    Demand.everything.filter(pk=demand.pk).update(**values)
    for name, value in values.items():
        setattr(demand, name, value)
    return _step(by, demand, DemandStepKind.TOLD, on=on, told_how=how, due_on=term.due_on, reason=words)


def _state_of_work(demand: Demand) -> str:
    last = (
        EmploymentPeriod.everything.filter(worker_id=demand.worker_id, employment_id=demand.employment_id)
        .current()
        .order_by("start_on")
        .last()
    )
    return last.state if last else demand.employment.employer.state


def _end(by: Any, demand: Demand, state: str, kind: str, **values: Any) -> Demand:
    _step(by, demand, kind, **values)
    Demand.everything.filter(pk=demand.pk).update(state=state)
    demand.state = state
    return demand


def _step(by: Any, demand: Demand, kind: str, *, on: dt.date | None = None, **values: Any) -> DemandStep:
    at = clock.now().replace(microsecond=0)
    values["reason"] = values.get("reason", "").strip()[:300]
    step = DemandStep(demand=demand, kind=kind, on=on or clock.today(), at=at, by=by, **values)
    control_register.enter(step, at=at, key=demand.key)
    journal.record(
        by=by,
        verb=Verb.CREATED if kind == DemandStepKind.ASKED else Verb.CHANGED,
        obj=demand,
        subject_id=demand.worker_id,
        action=ANSWER if kind in (DemandStepKind.ACKNOWLEDGED, DemandStepKind.REFUSED) else ASK,
        details={"kind": str(kind)},
    )
    return step


def answered_by(demand: Demand) -> Certificate | None:
    """The certificate that answered the demand."""
    step = demand.steps.filter(kind=DemandStepKind.FULFILLED).select_related("certificate").first()
    made = step.certificate if step else None
    return made if made and made.state != CertificateState.DRAFT else None
