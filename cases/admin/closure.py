"""Buttons by which a case ends: at once, or by a proposal and the decision of a supervisor."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import grants
from accounts.object_actions import ObjectAction
from cases.enums import ApprovalKind, CaseStatus, ServiceState
from cases.forms import closure as forms
from cases.models import Case, CaseRules
from cases.services import approvals, sign_off, work

CASE = pgettext_lazy("group of buttons", "Case")


def is_open(case: Case) -> bool:
    return case.status == CaseStatus.OPEN


def own_organisation(user):
    held = [m for who in grants(user, approvals.RULES).values() for m in who.memberships]
    return next(m.organisation for m in held if m.organisation_id)


def as_they_are(request, obj) -> dict:
    rules = CaseRules.everything.filter(organisation=own_organisation(request.user)).first()
    return {"approve_closure": bool(rules and rules.approve_closure)}


CASE_CLOSURE = [
    ObjectAction(
        "close",
        _("Close the case"),
        work.ACTION,
        form=forms.CloseForm,
        when=lambda case: is_open(case) and not sign_off.closure_decided(case),
        run=lambda by, obj, **values: work.close(by=by, case=obj, **values) and None,
        group=CASE,
    ),
    ObjectAction(
        "propose",
        _("Propose the closure"),
        work.ACTION,
        form=forms.CloseForm,
        when=lambda case: is_open(case) and sign_off.closure_decided(case) and not approvals.waiting(case),
        run=lambda by, obj, **values: approvals.propose_closure(by=by, case=obj, **values) and None,
        explain=_("A supervisor decides; until then the case goes on."),
        group=CASE,
    ),
    ObjectAction(
        "decide",
        _("Decide on the closure"),
        approvals.DECIDE,
        form=forms.DecideForm,
        when=lambda case: is_open(case) and bool(approvals.waiting(case)),
        run=lambda by, obj, **values: (
            approvals.decide(by=by, proposal=approvals.waiting(obj), **values) and None
        ),
        tone="primary",
    ),
]


def is_to_submit(case: Case) -> bool:
    return (
        is_open(case)
        and sign_off.wanted(case, ApprovalKind.CASE_PLAN)
        and not sign_off.waiting(case, ApprovalKind.CASE_PLAN)
        and case.services.filter(state=ServiceState.NOT_IMPLEMENTED).exists()
    )


CASE_APPROVALS = [
    ObjectAction(
        "submit",
        _("Put the plan before a supervisor"),
        work.ACTION,
        when=is_to_submit,
        run=lambda by, obj: approvals.submit_plan(by=by, case=obj) and None,
        explain=_("What is added to the plan later waits for another decision."),
        group=_("Assessment and plan"),
    ),
    ObjectAction(
        "approve",
        _("Decide on assessment or plan"),
        approvals.DECIDE,
        form=forms.ApproveForm,
        form_kwargs=lambda request, case: {"case": case},
        when=lambda case: is_open(case) and sign_off.unanswered(case.approval_requests).exists(),
        run=lambda by, obj, **values: approvals.approve(by=by, **values) and None,
        tone="primary",
    ),
]
KIND_RULES = ObjectAction(
    "kinds",
    _("Approvals and years by kind of case"),
    approvals.RULES,
    lambda by, obj, **values: approvals.set_kind_rules(by=by, organisation=own_organisation(by), **values),
    forms.KindRulesForm,
    form_kwargs=lambda request, obj: {"organisation": own_organisation(request.user)},
    explain=_("What you choose here replaces what was set for the kinds that you tick."),
)
RULES = ObjectAction(
    "rules",
    _("How we work"),
    approvals.RULES,
    lambda by, obj, **values: (
        approvals.set_rules(by=by, organisation=own_organisation(by), **values) and None
    ),
    forms.RulesForm,
    initial=as_they_are,
)
