"""Does an organisation want a second pair of eyes here, and has it looked?

In a case of critical risk nothing is held up: danger is met first, and approved afterwards.
"""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.enums import ApprovalKind, RiskLevel
from cases.models import ApprovalRequest, Assessment, Case, CaseRules, KindRules
from common.errors import Conflict
from common.journal import services as journal
from common.journal.models import Verb

WISHES = {ApprovalKind.ASSESSMENT: "approve_assessment", ApprovalKind.CASE_PLAN: "approve_plan"}


def wanted(case: Case, kind: str) -> bool:
    return KindRules.everything.filter(
        organisation_id=case.organisation_id, type=case.type, **{WISHES[ApprovalKind(kind)]: True}
    ).exists()


def closure_decided(case: Case) -> bool:
    """Does a supervisor decide on closures, of all cases or of this kind?"""
    own = {"organisation_id": case.organisation_id, "approve_closure": True}
    return (
        CaseRules.everything.filter(**own).exists()
        or KindRules.everything.filter(**own, type=case.type).exists()
    )


def newest(case: Case, kind: str) -> ApprovalRequest | None:
    asked = ApprovalRequest.everything.filter(case=case, kind=kind).select_related("decision")
    return asked.order_by("-asked_at").first()


def unanswered(requests: QuerySet) -> QuerySet:
    """Those that wait: only the newest of its kind in a case, for one made anew takes the place of the one before."""
    later = ApprovalRequest.everything.filter(
        case=OuterRef("case"), kind=OuterRef("kind"), asked_at__gt=OuterRef("asked_at")
    )
    return requests.filter(~Exists(later), decision__isnull=True)


def waiting(case: Case, kind: str) -> ApprovalRequest | None:
    return unanswered(ApprovalRequest.everything.filter(case=case, kind=kind)).first()


def ask(by: Any, case: Case, kind: str, assessment: Assessment | None = None) -> ApprovalRequest:
    made = ApprovalRequest.everything.create(case=case, kind=kind, assessment=assessment, asked_by=by)
    journal.record(by=by, verb=Verb.CREATED, obj=made, action="cases.case.work", details={"kind": kind})
    return made


def hold_for_assessment(case: Case) -> None:
    """Refuses to plan on an assessment that was not approved, where that is wanted."""
    if _is_free(case, ApprovalKind.ASSESSMENT):
        return
    last = newest(case, ApprovalKind.ASSESSMENT)
    if last is None or not (hasattr(last, "decision") and last.decision.accepted):
        raise Conflict(
            "assessment_unapproved",
            _("In your organisation a supervisor approves the assessment before anything is planned."),
            way_out=_("Assess the case, and wait for the decision."),
        )


def hold_for_plan(case: Case, since: dt.datetime | None = None) -> None:
    """Refuses what carries the plan out before it was approved; `since`: when this part of it was written down."""
    if _is_free(case, ApprovalKind.CASE_PLAN):
        return
    approved = ApprovalRequest.everything.filter(
        case=case, kind=ApprovalKind.CASE_PLAN, decision__accepted=True
    )
    if not (approved.filter(asked_at__gte=since) if since else approved).exists():
        raise Conflict(
            "plan_unapproved",
            _("In your organisation a supervisor approves the plan before it is carried out."),
            way_out=_("Put the plan before a supervisor."),
        )


def _is_free(case: Case, kind: str) -> bool:
    return case.risk_level == RiskLevel.CRITICAL or not wanted(case, kind)
