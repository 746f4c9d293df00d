"""Assessment, plan, services, notes, respondents, closure."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.enums import Role
from accounts.models import Duty, Membership, Organisation, User
from cases import case_types, working_time
from cases.enums import ApprovalKind, CaseStatus, Outcome, RiskLevel, ServiceState, Step
from cases.models import (
    Assessment,
    Case,
    CaseStep,
    Closure,
    DueChange,
    Note,
    PlannedService,
    Respondent,
)
from cases.permissions import CASE_DUTY
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import blind_index
from common.kyrgyz import fold
from common.service import service

from . import sign_off, templates
from .act_by import refresh_act_by
from .intake import advance

ACTION = "cases.case.work"


def begin(by: Any, case: Case) -> None:
    """Whoever works on an open case may go on; everything else is refused. Of two who do something with one case at the
    same moment the second waits, and meets it as the first has left it."""
    require(by, ACTION, case)
    if status_held(case) != CaseStatus.OPEN:
        raise Conflict("case_closed", _("The case is closed."), way_out=_("Reopen it with a reason first."))


def status_held(case: Case) -> str:
    """As it stands now; nobody else changes the case until the end of the transaction."""
    return Case.everything.select_for_update().values_list("status", flat=True).get(pk=case.pk)


@service
def note_first_contact(*, by: Any, case: Case) -> None:
    begin(by, case)
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
    """Keeps the answers to the questions of the case's template, by their codes.

    The risk is the worker's judgement, but never below what the answers themselves call for.
    """
    begin(by, case)
    template = templates.pin(case)
    least = case_types.parse(template.content).least_risk(answers)
    if case_types.RISKS.index(risk_level) < case_types.RISKS.index(least):
        raise Invalid(
            "risk_too_low",
            _("These answers call for at least this risk: %(risk)s."),
            field="risk_level",
            risk=RiskLevel(least).label,
        )
    made = Assessment.everything.create(
        case=case,
        key=case.key,
        template=template,
        answers=json.dumps(answers, ensure_ascii=False, default=str),
        risk_level=risk_level,
        claimed=claimed,
        currency=currency if claimed is not None else "",
        made_by=by,
    )
    case.risk_level = risk_level
    case.save(update_fields=["risk_level"])
    if sign_off.wanted(case, ApprovalKind.ASSESSMENT):
        sign_off.ask(by, case, ApprovalKind.ASSESSMENT, made)
    advance(case, Step.ASSESSMENT, by=by)
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ACTION)
    return made


@service
def plan(
    *, by: Any, case: Case, kind: str, what: str, owner: Any, due_on: dt.date, goal: str = ""
) -> PlannedService:
    """Adds a service to the plan. Its owner must be on the case."""
    begin(by, case)
    sign_off.hold_for_assessment(case)
    require_on_case(owner, case)
    made = PlannedService.everything.create(
        case=case, key=case.key, kind=kind, goal=goal, what=what, owner=owner, due_on=due_on
    )
    advance(case, Step.CASE_PLAN, by=by)
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ACTION)
    return made


@service
def plan_suggested(*, by: Any, case: Case, codes: list[str], owner: Any) -> list[PlannedService]:
    """Puts services that the case's template suggests into the plan, due after its working days."""
    begin(by, case)
    suggested = case_types.parse(templates.pin(case).content).suggestions
    chosen = [one for one in suggested if one.code in codes]
    if len(chosen) != len(set(codes)) or not chosen:
        raise Invalid("suggestion_unknown", _("Choose from what is suggested for this case."), field="codes")
    state = case.organisation.state
    today = working_time.local_today(clock.now(), state)
    return [
        plan(
            by=by,
            case=case,
            kind=one.kind,
            goal=case_types.words(one.goal),
            what=case_types.words(one.what),
            owner=owner,
            due_on=working_time.add_working_days(today, one.working_days, state),
        )
        for one in chosen
    ]


@service
def change_due(*, by: Any, planned: PlannedService, due_on: dt.date, reason: str) -> PlannedService:
    """Gives a service that is not finished another day, with the reason; the earlier day stays on record."""
    begin(by, planned.case)
    if planned.state != ServiceState.NOT_IMPLEMENTED:
        raise Conflict("service_over", _("This has been finished already."))
    if due_on < clock.today():
        raise Invalid("due_past", _("Choose a day that is still to come."), field="due_on")
    DueChange.everything.create(
        planned=planned, key=planned.key, due_before=planned.due_on, due_on=due_on, reason=reason, by=by
    )
    planned.due_on = due_on
    planned.save(update_fields=["due_on"])
    journal.record(by=by, verb=Verb.CHANGED, obj=planned, action=ACTION)
    return planned


@service
def put_off(*, by: Any, case: Case, until_on: dt.date, reason: str) -> int:
    """The case waits, for a court or for the client: what is due before that day is due on it. How many parts."""
    begin(by, case)
    early = list(case.services.filter(state=ServiceState.NOT_IMPLEMENTED, due_on__lt=until_on))
    if not early:
        raise Conflict("nothing_due", _("Nothing of the plan is due before that day."))
    for planned in early:
        change_due(by=by, planned=planned, due_on=until_on, reason=reason)
    return len(early)


@service
def move(*, by: Any, case: Case, step: str, reason: str) -> None:
    """Leads the case to another step by hand, where the workflow has a way."""
    begin(by, case)
    advance(case, Step(step), by=by, reason=reason)
    journal.record(by=by, verb=Verb.CHANGED, obj=case, action=ACTION, details={"step": step})


def people_on(case: Case) -> QuerySet:
    """Whoever may be given a task of this case: those with a duty for it, and supervisors of its organisation."""
    members = Membership.objects.valid_on(clock.today()).filter(organisation=case.organisation)
    duties = Duty.objects.filter(
        duty=CASE_DUTY, object_type=Case._meta.label_lower, object_id=case.pk, ended_at__isnull=True
    )
    fitting = Q(role=Role.CASE_SUPERVISOR) | Q(role=Role.CASE_WORKER, user__in=duties.values("user_id"))
    return User.objects.filter(pk__in=members.filter(fitting).values("user_id"), is_active=True)


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
    begin(by, planned.case)
    if planned.state != ServiceState.NOT_IMPLEMENTED:
        raise Conflict("service_over", _("This has been finished already."))
    if state == ServiceState.IMPLEMENTED:
        sign_off.hold_for_plan(planned.case, since=planned.planned_at)
    planned.state, planned.result, planned.done_at = state, result, clock.now()
    planned.save(update_fields=["state", "result", "done_at"])
    advance(planned.case, Step.IMPLEMENTATION, by=by)
    journal.record(by=by, verb=Verb.CHANGED, obj=planned, action=ACTION)
    return planned


@service
def write_note(*, by: Any, case: Case, text: str, is_sealed: bool = False) -> Note:
    """Adds to the story of the case; a sealed note is read by its author and the supervisors only."""
    begin(by, case)
    if not text.strip():
        raise Invalid("text_missing", _("Write something."), field="text")
    note = Note.everything.create(case=case, key=case.key, text=text.strip(), author=by, is_sealed=is_sealed)
    journal.record(by=by, verb=Verb.CREATED, obj=note, action=ACTION)
    return note


@service
def name_respondent(
    *, by: Any, case: Case, kind: str, name: str, organisation: Organisation | None = None
) -> Respondent:
    """Notes whom the complaint is about; the index lets the leak guard recognise the same one elsewhere."""
    begin(by, case)
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
    begin(by, case)
    if sign_off.closure_decided(case):
        raise Conflict(
            "decision_wanted",
            _("In your organisation a supervisor decides on closures."),
            way_out=_("Propose the closure."),
        )
    check_closure(case, reason, recovered, currency)
    return end_case(by=by, case=case, outcome=outcome, reason=reason, recovered=recovered, currency=currency)


def check_closure(case: Case, reason: str, recovered: Decimal | None, currency: str) -> None:
    """Nothing is left open, and the words and the sum are whole."""
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


def end_case(
    *, by: Any, case: Case, outcome: str, reason: str, recovered: Decimal | None, currency: str
) -> Closure:
    """The end itself, once everything was asked: for `close` and for a decision on a proposal."""
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
    refresh_act_by(case)
    CaseStep.objects.create(case=case, step=case.step, status=case.status, reason=reason, by=by)
    journal.record(by=by, verb=Verb.DECIDED, obj=case, action=ACTION, details={"outcome": outcome})
    return closure


def hand_over(case: Case, *, by: Any) -> None:
    """Another organisation has accepted the case: here it ends as handed over, whatever was still planned.

    `by` works for the other organisation, so nothing is written that needs the key of this one.
    """
    case.services.filter(state=ServiceState.NOT_IMPLEMENTED).update(
        state=ServiceState.DROPPED, done_at=clock.now()
    )
    Closure.objects.create(case=case, outcome=Outcome.TRANSFERRED, closed_by=by)
    case.status, case.step, case.closed_at = CaseStatus.TRANSFERRED, Step.CLOSURE, clock.now()
    case.save(update_fields=["status", "step", "closed_at"])
    refresh_act_by(case)
    CaseStep.objects.create(case=case, step=case.step, status=case.status, by=by)
    journal.record(
        by=by, verb=Verb.DECIDED, obj=case, action=ACTION, details={"outcome": Outcome.TRANSFERRED}
    )


@service
def reopen(*, by: Any, case: Case, reason: str) -> None:
    """A closed case goes on, with a reason; its earlier closure stays on record."""
    require(by, "cases.case.reopen", case)
    if status_held(case) == CaseStatus.OPEN:
        raise Conflict("case_open", _("The case is open."))
    if case.erased_at:
        raise Conflict("case_erased", _("The case was erased when its time was over."))
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why the case is opened again."), field="reason")
    case.status, case.step, case.closed_at = CaseStatus.OPEN, Step.FOLLOW_UP, None
    case.save(update_fields=["status", "step", "closed_at"])
    refresh_act_by(case)
    CaseStep.objects.create(case=case, step=case.step, status=case.status, reason=reason, by=by)
    journal.record(by=by, verb=Verb.DECIDED, obj=case, action="cases.case.reopen")


RISK_HOURS = {RiskLevel.CRITICAL: 1, RiskLevel.HIGH: 24, RiskLevel.MEDIUM: 72, RiskLevel.LOW: 168}
