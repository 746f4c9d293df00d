"""Assessment, plan, services, notes, respondents, closure."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Organisation
from cases.enums import CaseStatus, Outcome, RiskLevel, ServiceState, Step
from cases.models import Assessment, Case, CaseStep, Closure, Note, PlannedService, Respondent
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import blind_index
from common.kyrgyz import fold
from common.service import service

from .intake import advance

ACTION = "cases.case.work"


def _begin(by: Any, case: Case) -> None:
    require(by, ACTION, case)
    if case.status != CaseStatus.OPEN:
        raise Conflict("case_closed", _("The case is closed."), way_out=_("Reopen it with a reason first."))


@service
def note_first_contact(*, by: Any, case: Case) -> None:
    _begin(by, case)
    Case.everything.filter(pk=case.pk, first_contact_at__isnull=True).update(first_contact_at=clock.now())
    journal.record(by=by, verb=Verb.CHANGED, obj=case, action=ACTION)


@service
def assess(
    *,
    by: Any,
    case: Case,
    answers: dict[str, Any],
    risk_level: str,
    claimed: Decimal | None = None,
    currency: str = "",
) -> Assessment:
    """Keeps the answers of an assessment and the risk that follows from them."""
    _begin(by, case)
    made = Assessment.everything.create(
        case=case,
        key=case.key,
        answers=json.dumps(answers, ensure_ascii=False, default=str),
        risk_level=risk_level,
        claimed=claimed,
        currency=currency if claimed is not None else "",
        made_by=by,
    )
    case.risk_level = risk_level
    case.save(update_fields=["risk_level"])
    advance(case, Step.ASSESSMENT, by=by)
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ACTION)
    return made


@service
def plan(*, by: Any, case: Case, kind: str, what: str, owner: Any, due_on: dt.date) -> PlannedService:
    """Adds a service to the plan. Its owner must be on the case."""
    _begin(by, case)
    require_on_case(owner, case)
    made = PlannedService.everything.create(
        case=case, key=case.key, kind=kind, what=what, owner=owner, due_on=due_on
    )
    advance(case, Step.CASE_PLAN, by=by)
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ACTION)
    return made


def require_on_case(user: Any, case: Case) -> None:
    from accounts.access import permits

    if not permits(user, ACTION, case):
        raise Invalid(
            "owner_not_on_case", _("A task is given to somebody who works on the case."), field="owner"
        )


@service
def complete(
    *, by: Any, planned: PlannedService, result: str, state: str = ServiceState.IMPLEMENTED
) -> PlannedService:
    _begin(by, planned.case)
    if planned.state != ServiceState.NOT_IMPLEMENTED:
        raise Conflict("service_over", _("This has been finished already."))
    planned.state, planned.result, planned.done_at = state, result, clock.now()
    planned.save(update_fields=["state", "result", "done_at"])
    advance(planned.case, Step.IMPLEMENTATION, by=by)
    journal.record(by=by, verb=Verb.CHANGED, obj=planned, action=ACTION)
    return planned


@service
def write_note(*, by: Any, case: Case, text: str) -> Note:
    _begin(by, case)
    if not text.strip():
        raise Invalid("text_missing", _("Write something."), field="text")
    note = Note.everything.create(case=case, key=case.key, text=text.strip(), author=by)
    journal.record(by=by, verb=Verb.CREATED, obj=note, action=ACTION)
    return note


@service
def name_respondent(
    *, by: Any, case: Case, kind: str, name: str, organisation: Organisation | None = None
) -> Respondent:
    """Notes whom the complaint is about; the index lets the leak guard recognise the same one elsewhere."""
    _begin(by, case)
    made = Respondent.everything.create(
        case=case,
        key=case.key,
        kind=kind,
        name=name,
        index=blind_index("respondent", fold(name)),
        organisation=organisation,
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ACTION)
    return made


@service
def close(
    *, by: Any, case: Case, outcome: str, reason: str, recovered: Decimal | None = None, currency: str = ""
) -> Closure:
    """Ends a case with its outcome. Open services and referrals must be finished first."""
    _begin(by, case)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say how the case ended."), field="reason")
    if recovered is not None and not currency:
        raise Invalid("currency_missing", _("Name the currency of the sum."), field="currency")
    if case.services.filter(state=ServiceState.NOT_IMPLEMENTED).exists():
        raise Conflict(
            "services_open",
            _("The plan has services that are not finished."),
            way_out=_("Finish or drop them."),
        )
    if case.referrals.filter(state="in_progress").exists():
        raise Conflict(
            "referrals_open", _("A referral waits for its answer."), way_out=_("Withdraw it or wait.")
        )
    closure = Closure.objects.create(
        case=case,
        outcome=outcome,
        reason=reason,
        recovered=recovered,
        currency=currency if recovered is not None else "",
        closed_by=by,
    )
    case.status = CaseStatus.TRANSFERRED if outcome == Outcome.TRANSFERRED else CaseStatus.CLOSED
    case.step, case.closed_at = Step.CLOSURE, clock.now()
    case.save(update_fields=["status", "step", "closed_at"])
    CaseStep.objects.create(case=case, step=case.step, status=case.status, reason=reason, by=by)
    journal.record(by=by, verb=Verb.DECIDED, obj=case, action=ACTION, details={"outcome": outcome})
    return closure


@service
def reopen(*, by: Any, case: Case, reason: str) -> None:
    """A closed case goes on, with a reason; its earlier closure stays on record."""
    require(by, "cases.case.reopen", case)
    if case.status == CaseStatus.OPEN:
        raise Conflict("case_open", _("The case is open."))
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why the case is opened again."), field="reason")
    case.status, case.step, case.closed_at = CaseStatus.OPEN, Step.FOLLOW_UP, None
    case.save(update_fields=["status", "step", "closed_at"])
    CaseStep.objects.create(case=case, step=case.step, status=case.status, reason=reason, by=by)
    journal.record(by=by, verb=Verb.DECIDED, obj=case, action="cases.case.reopen")


RISK_HOURS = {RiskLevel.CRITICAL: 1, RiskLevel.HIGH: 24, RiskLevel.MEDIUM: 72, RiskLevel.LOW: 168}
