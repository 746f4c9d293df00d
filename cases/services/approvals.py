"""Two pairs of eyes on assessment, plan and closure, where the organisation wants them: nobody decides on his own."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Organisation
from cases import retention
from cases.enums import ApprovalKind, CaseType, ServiceState
from cases.models import (
    ApprovalDecision,
    ApprovalRequest,
    Case,
    CaseRules,
    ClosureDecision,
    ClosureProposal,
    KindRules,
)
from common import clock
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from . import sign_off
from .vaults import require_in
from .work import ACTION, begin, check_closure, end_case

DECIDE, RULES = "cases.closure.decide", "cases.rules.change"


@service
def set_rules(*, by: Any, organisation: Organisation, approve_closure: bool) -> CaseRules:
    require_in(by, RULES, organisation)
    made, _new = CaseRules.everything.update_or_create(
        organisation=organisation, defaults={"approve_closure": approve_closure}
    )
    journal.record(
        by=by, verb=Verb.CHANGED, obj=made, action=RULES, details={"approve_closure": approve_closure}
    )
    return made


@service
def propose_closure(
    *, by: Any, case: Case, outcome: str, reason: str, recovered: Decimal | None = None, currency: str = ""
) -> ClosureProposal:
    """Notes how the case would be closed; a supervisor decides. One proposal waits at a time."""
    begin(by, case)
    check_closure(case, reason, recovered, currency)
    if waiting(case):
        raise Conflict("proposed_already", _("A proposal waits for its decision already."))
    made = ClosureProposal.everything.create(
        case=case,
        outcome=outcome,
        reason=reason,
        recovered=recovered,
        currency=currency if recovered is not None else "",
        proposed_by=by,
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ACTION)
    return made


def waiting(case: Case) -> ClosureProposal | None:
    return ClosureProposal.everything.filter(case=case, decision__isnull=True).first()


def _require_fit(by: Any, case: Case, asked_by_id: Any, decided: QuerySet, accepted: bool, note: str) -> None:
    """Whoever decides holds the right on this case, did not ask himself, decides once, and says why not."""
    require(by, DECIDE, case)
    begin(by, case)
    if asked_by_id == by.pk:
        raise Refused("own_proposal", _("Somebody else decides on what you proposed."))
    if decided.exists():  # asked after `begin`, which lets one at a time work on a case
        raise Conflict("decided_already", _("This has been decided already."))
    if not accepted and not note.strip():
        raise Invalid("note_missing", _("Say what is still to be done."), field="note")


@service
def decide(*, by: Any, proposal: ClosureProposal, accepted: bool, note: str = "") -> ClosureDecision:
    """Accepting closes the case as it was proposed; refusing says why, and the case goes on."""
    case = proposal.case
    decided = ClosureDecision.everything.filter(proposal=proposal)
    _require_fit(by, case, proposal.proposed_by_id, decided, accepted, note)
    made = ClosureDecision.everything.create(
        proposal=proposal, accepted=accepted, note=note.strip(), decided_by=by
    )
    journal.record(by=by, verb=Verb.DECIDED, obj=proposal, action=DECIDE, details={"accepted": accepted})
    if accepted:
        end_case(
            by=by,
            case=case,
            outcome=proposal.outcome,
            reason=proposal.reason or "",
            recovered=proposal.recovered,
            currency=proposal.currency,
        )
    return made


@service
def submit_plan(*, by: Any, case: Case) -> ApprovalRequest:
    """Puts the plan as it stands before a supervisor; what is added later waits for the next time."""
    begin(by, case)
    if not sign_off.wanted(case, ApprovalKind.CASE_PLAN):
        raise Conflict("not_wanted", _("In your organisation plans need no approval."))
    if not case.services.filter(state=ServiceState.NOT_IMPLEMENTED).exists():
        raise Conflict("plan_empty", _("The plan is empty."), way_out=_("Add to it what is to be done."))
    if sign_off.waiting(case, ApprovalKind.CASE_PLAN):
        raise Conflict("proposed_already", _("A proposal waits for its decision already."))
    return sign_off.ask(by, case, ApprovalKind.CASE_PLAN)


@service
def approve(*, by: Any, request: ApprovalRequest, accepted: bool, note: str = "") -> ApprovalDecision:
    """Says yes or no to an assessment or a plan. Only the newest is decided on."""
    case = request.case
    decided = ApprovalDecision.everything.filter(request=request)
    _require_fit(by, case, request.asked_by_id, decided, accepted, note)
    newest = sign_off.newest(case, request.kind)
    if newest != request:
        raise Conflict("superseded", _("There is a newer one."), way_out=_("Decide on that."))
    made = ApprovalDecision.everything.create(
        request=request, accepted=accepted, note=note.strip(), decided_by=by
    )
    journal.record(by=by, verb=Verb.DECIDED, obj=request, action=DECIDE, details={"accepted": accepted})
    return made


@service
def set_kind_rules(
    *, by: Any, organisation: Organisation, types: list[str], approvals: list[str], keep_years: int | None
) -> None:
    """The same for each of these kinds. Years that differ from those before count after a time of notice."""
    require_in(by, RULES, organisation)
    if keep_years is not None and not retention.LEAST_YEARS <= keep_years <= retention.MOST_YEARS:
        raise Invalid(
            "years_out_of_bounds",
            _("Cases are kept from %(least)s to %(most)s years."),
            field="keep_years",
            least=retention.LEAST_YEARS,
            most=retention.MOST_YEARS,
        )
    for kind in types:
        rules, _new = KindRules.everything.get_or_create(organisation=organisation, type=CaseType(kind))
        for name in ("approve_assessment", "approve_plan", "approve_closure"):
            setattr(rules, name, name in approvals)
        if rules.keep_years != keep_years:
            rules.keep_years, rules.term_set_at = keep_years, clock.now()
        rules.save()
        told = {"type": kind, "approvals": sorted(approvals), "keep_years": keep_years}
        journal.record(by=by, verb=Verb.CHANGED, obj=rules, action=RULES, details=told)
