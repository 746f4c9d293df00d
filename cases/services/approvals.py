"""Two pairs of eyes on a closure, where the organisation wants them. Nobody decides on what he proposed."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Organisation
from cases.models import Case, CaseRules, ClosureDecision, ClosureProposal
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

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


@service
def decide(*, by: Any, proposal: ClosureProposal, accepted: bool, note: str = "") -> ClosureDecision:
    """Accepting closes the case as it was proposed; refusing says why, and the case goes on."""
    case = proposal.case
    require(by, DECIDE, case)
    begin(by, case)
    if proposal.proposed_by_id == by.pk:
        raise Refused("own_proposal", _("Somebody else decides on what you proposed."))
    if hasattr(proposal, "decision"):
        raise Conflict("decided_already", _("This has been decided already."))
    if not accepted and not note.strip():
        raise Invalid("note_missing", _("Say what is still to be done."), field="note")
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
